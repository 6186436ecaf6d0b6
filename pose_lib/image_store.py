"""Where the images of a data set lie while a network is trained: on its device, or on the disk.

Images that fit into the memory of the device are copied there once. Others stay in the memory-mapped file: a
thread reads the batch of the next step while the device computes the present one.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

__all__ = ["ImageStore", "Resident", "Streamed", "fits", "store"]

SHARE = 0.5
"""Share of the free memory of a device that images may take."""


class ImageStore(ABC):
    """Images uint8 ``(N, S, S, 3)``, some of which are asked for at a time."""

    device: torch.device

    @abstractmethod
    def __len__(self) -> int:
        """Number of images."""

    @abstractmethod
    def take(self, which: Tensor) -> tuple[Tensor, Tensor]:
        """A tensor on the device that holds the images ``which (B,)``, and their indices in it ``(B,)``."""

    @abstractmethod
    def every(self, step: int) -> Tensor:
        """Each ``step``-th image, on the device."""

    @abstractmethod
    def announce(self, which: Tensor) -> None:
        """Say which images will be asked for next."""


class Resident(ImageStore):
    """All images on the device.

    Args:
        images: uint8 ``(N, S, S, 3)``.
        device: where they are copied to.
    """

    def __init__(self, images: npt.NDArray[np.uint8], device: torch.device | str) -> None:
        self.device = torch.device(device)
        # A copy: torch does not accept read-only arrays, such as memory-mapped files.
        self.images = torch.from_numpy(np.array(images)).to(self.device)

    def __len__(self) -> int:
        return len(self.images)

    def take(self, which: Tensor) -> tuple[Tensor, Tensor]:
        """All images, and the indices as they are."""
        return self.images, which.to(self.device)

    def every(self, step: int) -> Tensor:
        """A view."""
        return self.images[::step]

    def announce(self, which: Tensor) -> None:
        """Nothing has to be prepared."""


class Streamed(ImageStore):
    """Images that stay where they are, usually in a memory-mapped file, and are read when they are needed.

    Args:
        images: uint8 ``(N, S, S, 3)``.
        device: where batches are copied to; to a GPU from page-locked memory, beside its computations.
    """

    def __init__(self, images: npt.NDArray[np.uint8], device: torch.device | str) -> None:
        self.device, self.images = torch.device(device), images
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="images")
        self._next: tuple[Tensor, Future[Tensor]] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def take(self, which: Tensor) -> tuple[Tensor, Tensor]:
        """The images alone, in the order of the indices."""
        announced, self._next = self._next, None
        if announced is not None and torch.equal(announced[0], which):
            rows = announced[1].result()
        else:
            rows = self._read(which)
        return rows.to(self.device, non_blocking=True), torch.arange(len(which), device=self.device)

    def every(self, step: int) -> Tensor:
        """A copy."""
        return torch.from_numpy(np.array(self.images[::step])).to(self.device)

    def announce(self, which: Tensor) -> None:
        """Begin to read these images in a thread."""
        self._next = (which, self._reader.submit(self._read, which))

    def _read(self, which: Tensor) -> Tensor:
        order = which.numpy()
        # Rising positions are read faster from a disk.
        rising = np.argsort(order, kind="stable")
        rows = torch.empty((len(order), *self.images.shape[1:]), dtype=torch.uint8, pin_memory=self._pinned)
        rows.numpy()[rising] = self.images[order[rising]]
        return rows

    @property
    def _pinned(self) -> bool:
        return self.device.type == "cuda"


def fits(size: int, device: torch.device | str) -> bool:
    """Whether images of ``size`` bytes may lie in the memory of a device: at most half of what is free."""
    device = torch.device(device)
    if device.type == "cuda":
        free = torch.cuda.mem_get_info(device)[0]
    elif hasattr(os, "sysconf") and "SC_AVPHYS_PAGES" in os.sysconf_names:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    else:
        return True
    return size <= SHARE * free


def store(
    images: npt.NDArray[np.uint8], device: torch.device | str = "cpu", *, resident: bool | None = None
) -> ImageStore:
    """The images on the device if they fit there, else streamed; ``resident`` decides where it is given."""
    if fits(images.nbytes, device) if resident is None else resident:
        return Resident(images, device)
    return Streamed(images, device)
