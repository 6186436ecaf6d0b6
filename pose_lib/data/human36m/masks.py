"""Boxes and background-subtraction masks from MATLAB 7.3 files, and tables of numbers from HDF5 files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.human36m.errors import Human36mError

__all__ = ["read_boxes", "read_masks", "read_tables"]


def read_masks(file: Path, frames: Sequence[int]) -> Iterator[npt.NDArray[np.bool_]]:
    """The mask ``(H, W)`` of each of some frames, counted from 0.

    The file holds a cell array ``Masks`` of logical images; MATLAB 7.3 stores them with the axes exchanged.

    Raises:
        Human36mError: the file is missing or damaged, of another structure, or has no such frame.
    """
    import h5py

    if not file.is_file():
        raise Human36mError.of(file, "no such file")
    try:
        with h5py.File(file, "r") as content:
            cells = np.asarray(content["Masks"]).reshape(-1)
            if cells.dtype != h5py.ref_dtype:
                raise ValueError(f"Masks is an array of {cells.dtype}, expected cells")
            for frame in frames:
                if frame >= len(cells):
                    raise Human36mError.of(
                        file, f"has masks of {len(cells)} frames, and none of frame {frame}"
                    )
                mask = np.asarray(content[cells[frame]])
                if mask.ndim != 2:
                    raise Human36mError.of(file, f"the mask of frame {frame} has shape {mask.shape}")
                yield np.asarray(mask.T != 0)
    except (OSError, KeyError, ValueError, RuntimeError, TypeError, AttributeError) as error:
        if isinstance(error, Human36mError):
            raise
        what = f"cannot be read as a MATLAB 7.3 file with the cells Masks ({error}); unpack it again"
        raise Human36mError.of(file, what) from error


def read_boxes(file: Path, frames: Sequence[int]) -> npt.NDArray[np.float64]:
    """Boxes ``(N, 4)``, x0 y0 x1 y1 in pixels, around the masks of some frames; NaN around an empty one.

    Raises:
        Human36mError: as for :func:`read_masks`.
    """
    boxes = np.full((len(frames), 4), np.nan)
    for box, mask in zip(boxes, read_masks(file, frames), strict=True):
        columns, rows = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
        if len(rows):
            box[:] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return boxes


def read_tables(file: Path, names: Sequence[str]) -> dict[str, npt.NDArray[np.float64]]:
    """Some tables of an HDF5 file.

    Raises:
        Human36mError: the file is damaged, or lacks one of them.
    """
    import h5py

    try:
        with h5py.File(file, "r") as content:
            return {name: np.asarray(content[name], dtype=np.float64) for name in names}
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise Human36mError.of(file, f"cannot be read as HDF5 with {', '.join(names)} ({error})") from error
