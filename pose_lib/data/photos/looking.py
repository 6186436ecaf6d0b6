"""Boxes cut out of photographs at their own resolution, while a network is trained or used."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from pose_lib.data.photos.cutting import cut
from pose_lib.data.photos.pictures import open_picture
from pose_lib.data.poses import PoseData

__all__ = ["PICTURE", "Pictures", "picture_name_of"]

PICTURE = "picture"
"""Column with the file of each person's picture: the name of a data set, and the path in its folder."""
MEMORY = 2 << 30
"""Bytes that decoded pictures may take."""
_THREADS = 8


def picture_name_of(file: Path, folders: Mapping[str, Path]) -> str:
    """What the column :data:`PICTURE` says of a file below one of the folders of a set's members."""
    name, folder = next((n, f) for n, f in folders.items() if file.is_relative_to(f))
    return f"{name}/{file.relative_to(folder).as_posix()}"


class Pictures:
    """The photographs of the people of a set, opened when they are needed, and kept while there is room.

    Args:
        files: the picture of each person.
        memory: bytes that decoded pictures may take; those not used for longest are dropped.
    """

    def __init__(self, files: Sequence[Path], memory: int = MEMORY) -> None:
        self.files, self.memory = tuple(files), memory
        self._kept: OrderedDict[Path, Image.Image] = OrderedDict()
        self.bytes, self._lock = 0, Lock()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="pictures")

    def __len__(self) -> int:
        """Number of pictures that are kept."""
        return len(self._kept)

    @classmethod
    def of(cls, data: PoseData, folders: Mapping[str, Path]) -> Pictures:
        """Those that the column :data:`PICTURE` of a set names.

        Args:
            data: the set.
            folders: of its members, by name, as :func:`pose_lib.data.photos.dataset.require` finds them.
        """
        named = [str(text).partition("/") for text in data.table[PICTURE]]
        return cls([folders[name] / path for name, _, path in named])

    def cut(self, which: Tensor, boxes: Tensor, side: int) -> Tensor:
        """Square boxes of people's pictures at one size, black outside the picture.

        Args:
            which: ``(B,)`` indices of the people.
            boxes: ``(B, 4)`` x0 y0 x1 y1 in the pixels of the pictures; mirrored where ``x0 > x1``.
            side: of the result in pixels.

        Returns:
            uint8 ``(B, side, side, 3)`` on the CPU; each pixel is an average over the area that it covers.

        Raises:
            PhotoError: a picture is missing or damaged.
        """
        files = [self.files[i] for i in which.tolist()]
        shown = self._pool.map(self._one, files, boxes.cpu().numpy(), repeat(side))
        return torch.from_numpy(np.stack(list(shown)))

    def _one(self, file: Path, box: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.uint8]:
        x0, y0, x1, y1 = box
        shown = cut(self._opened(file), np.array([min(x0, x1), y0, max(x0, x1), y1], np.float32), side)
        return shown[:, ::-1] if x0 > x1 else shown

    def _opened(self, file: Path) -> Image.Image:
        with self._lock:
            if file in self._kept:
                self._kept.move_to_end(file)
                return self._kept[file]
        picture = open_picture(file)  # outside the lock, so that others are not kept waiting
        with self._lock:
            if file not in self._kept:
                self._kept[file] = picture
                self.bytes += _size(picture)
            while self.bytes > self.memory and len(self._kept) > 1:
                self.bytes -= _size(self._kept.popitem(last=False)[1])
        return picture


def _size(picture: Image.Image) -> int:
    return 3 * picture.width * picture.height
