"""Images of one data set on one device as normalised batches for a network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from pose_lib.data.augment import (
    centre_offsets,
    colour_axes,
    colour_noise,
    crop,
    random_offsets,
    to_network,
)
from pose_lib.data.resample import crop_boxes, whole_boxes
from pose_lib.image_store import store
from pose_lib.memory import kept_memory

__all__ = ["BoxBatches", "ImageBatches", "predict"]


class ImageBatches:
    """Random windows with colour noise for training, the centre window for testing.

    Args:
        images: uint8 ``(N, S, S, 3)``; copied to the device once if they fit there, else streamed.
        window: side of the network's input in pixels, at most ``S``.
        device: of the images and the batches.
        noise: standard deviation of the colour noise of Eq. (7), Li & Chan 2014; 0 for none.
        like: take the normalisation from these batches (the training images) instead of from the images.
        resident: keep the images on the device, or stream them, whether they fit or not.

    Raises:
        ValueError: the window is larger than the images.
    """

    def __init__(
        self,
        images: npt.NDArray[np.uint8],
        window: int,
        *,
        device: torch.device | str = "cpu",
        noise: float = 0.0,
        like: ImageBatches | None = None,
        resident: bool | None = None,
    ) -> None:
        if window > images.shape[1]:
            raise ValueError(f"a window of {window} pixels does not fit into images of {images.shape[1]}")
        self.store = store(images, device, resident=resident)
        self.size, self.window, self.noise = int(images.shape[1]), window, noise
        if like is None:
            pixels = self.store.every(max(1, len(images) // 512)).float().reshape(-1, 3)
            self.mean, self.std = pixels.mean(0), pixels.std(0)
            self.axes = colour_axes(self.store.every(max(1, len(images) // 256)))
        else:
            self.mean, self.std, self.axes = like.mean, like.std, like.axes

    def __len__(self) -> int:
        return len(self.store)

    def announce(self, which: Tensor) -> None:
        """Say of which samples the next batch will be, so that streamed images are read ahead."""
        self.store.announce(which)

    def jittered(self, count: int, generator: torch.Generator | None) -> Tensor:
        """The mean that is taken from colours; with a generator, less the noise of ``count`` samples."""
        if self.noise == 0 or generator is None:
            return self.mean
        return self.mean - colour_noise(count, self.axes, self.noise, generator)

    def random(self, which: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Training windows of the samples ``(B,)``: images ``(B, 3, W, W)`` and the offsets ``(B, 2)``."""
        offsets = random_offsets(len(which), self.size, self.window, generator)
        mean = self.jittered(len(which), generator)
        images, here = self.store.take(which)
        return to_network(crop(images, here, offsets, self.window), mean, self.std), offsets

    def centre(self, which: Tensor) -> Tensor:
        """The centre windows ``(B, 3, W, W)`` of samples ``(B,)``."""
        offsets = centre_offsets(len(which), self.size, self.window)
        images, here = self.store.take(which)
        return to_network(crop(images, here, offsets, self.window), self.mean, self.std)

    def centred(self, batch: int = 256) -> Iterator[Tensor]:
        """The centre windows of all samples in order, ``(B, 3, W, W)`` at a time."""
        for start in range(0, len(self), batch):
            yield self.centre(torch.arange(start, min(start + batch, len(self))))


class BoxBatches(ImageBatches):
    """Arbitrary boxes of the images, resized to one side; :meth:`centred` gives whole images at that side.

    Args:
        images: uint8 ``(N, S, S, 3)``; copied to the device once if they fit there, else streamed.
        side: of the network's input in pixels; ``S`` should be larger, so that boxes show more detail than
            the whole image does.
        device: of the images and the batches.
        noise: as for :class:`ImageBatches`.
        like: as for :class:`ImageBatches`.
        resident: as for :class:`ImageBatches`.
    """

    def __init__(
        self,
        images: npt.NDArray[np.uint8],
        side: int,
        *,
        device: torch.device | str = "cpu",
        noise: float = 0.0,
        like: ImageBatches | None = None,
        resident: bool | None = None,
    ) -> None:
        super().__init__(images, images.shape[1], device=device, noise=noise, like=like, resident=resident)
        self.side = side

    def look(self, which: Tensor, boxes: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Boxes ``(B, 4)`` of samples ``(B,)`` as ``(B, 3, side, side)``; colour noise with a generator."""
        mean = self.jittered(len(which), generator)
        images, here = self.store.take(which)
        return to_network(crop_boxes(images, here, boxes, self.side), mean, self.std)

    def centre(self, which: Tensor) -> Tensor:
        """The whole images of samples ``(B,)`` as ``(B, 3, side, side)``."""
        return self.look(which, whole_boxes(len(which), self.size))


@torch.no_grad()
def predict(model: nn.Module, batches: ImageBatches) -> Tensor:
    """Outputs of a network for all centre windows, ``(N, outputs)`` on the CPU, computed in float32."""
    model.eval()
    with kept_memory():
        return torch.cat([model(x).float().cpu() for x in batches.centred()])
