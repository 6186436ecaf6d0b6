"""Square crops of photographs. The module imports little, because each worker process imports it again."""

from __future__ import annotations

import math
import multiprocessing
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from pose_lib.data.photos.pictures import open_picture

__all__ = ["cut", "cut_shard", "end_with_parent"]


def cut_shard(
    images: Path, start: int, files: Sequence[Path], boxes: npt.NDArray[np.float32], size: int
) -> int:
    """Write the crops of some people into their rows of a memory-mapped array; returns their number.

    Args:
        images: a ``.npy`` file of uint8 ``(N, S, S, 3)``.
        start: the first row.
        files: the picture of each person; one that several people in a row share is opened once.
        boxes: ``(n, 4)``.
        size: ``S``.

    Raises:
        PhotoError: a picture cannot be read.
    """
    rows = np.lib.format.open_memmap(images, mode="r+")
    opened: tuple[Path | None, float, Image.Image | None] = (None, 0.0, None)
    for i, (file, box) in enumerate(zip(files, boxes, strict=True)):
        shrink = _shrink(box, size)
        if opened[2] is None or opened[:2] != (file, shrink):
            opened = (file, shrink, open_picture(file, shrink))
        picture = opened[2]
        if picture is not None:
            rows[start + i] = cut(picture, box, size)
    rows.flush()
    return len(files)


def cut(picture: Image.Image, box: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.uint8]:
    """The square box x0 y0 x1 y1 of a picture at ``size`` by ``size`` pixels; black outside the picture.

    Each pixel is an average over the area that it covers (a triangle filter, wider where the picture is
    reduced). ``picture`` may be smaller than its file, as :func:`open_picture` makes it.
    """
    full_width, full_height = picture.info.get("full_size", picture.size)
    x0, y0, x1, _ = (float(v) for v in box)
    pitch = (x1 - x0) / size
    crop = np.zeros((size, size, 3), dtype=np.uint8)
    left, right = _covered(x0, pitch, full_width, size)
    top, bottom = _covered(y0, pitch, full_height, size)
    if left >= right or top >= bottom:
        return crop
    fx, fy = picture.width / full_width, picture.height / full_height
    source = (
        max((x0 + left * pitch) * fx, 0.0),
        max((y0 + top * pitch) * fy, 0.0),
        min((x0 + right * pitch) * fx, float(picture.width)),
        min((y0 + bottom * pitch) * fy, float(picture.height)),
    )
    part = picture.resize(
        (right - left, bottom - top), Image.Resampling.BILINEAR, box=source, reducing_gap=2.0
    )
    crop[top:bottom, left:right] = np.asarray(part)
    return crop


def end_with_parent() -> None:
    """End this worker when the process that started it ends or is killed; else it would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


def _covered(start: float, pitch: float, extent: int, size: int) -> tuple[int, int]:
    """First and last (exclusive) pixel of a crop's side that lies completely inside the picture."""
    first = max(0, math.ceil(-start / pitch - 1e-6))
    last = min(size, math.floor((extent - start) / pitch + 1e-6))
    return first, last


def _shrink(box: npt.NDArray[np.float32], size: int) -> float:
    """The factor by which a picture may be decoded smaller: a power of two, so that people often share it."""
    pitch = max(float(box[2] - box[0]) / size, 1.0)
    return 2.0 ** math.floor(math.log2(pitch))
