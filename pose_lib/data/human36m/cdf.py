"""Poses from the CDF files of the official download."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.joints import used_points

__all__ = ["read_poses"]


def read_poses(file: Path, dimensions: int) -> npt.NDArray[np.float64]:
    """The 17 joints ``(N, 17, D)`` of a recording, in the file's own frame: mm, or pixels.

    Args:
        file: with the variable ``Pose`` of 32 points for each of ``N`` frames.
        dimensions: 3, or 2 for ``D2_Positions``.

    Raises:
        Human36mError: the file is missing, empty, damaged, or of another shape.
    """
    import cdflib

    if not file.is_file() or not file.stat().st_size:
        raise Human36mError.of(file, "is empty" if file.is_file() else "no such file")
    try:
        values = np.asarray(cdflib.CDF(file).varget("Pose"), dtype=np.float64)
    except Exception as error:  # the reader raises many kinds for damaged bytes
        what = f"cannot be read as a CDF file with the variable Pose ({type(error).__name__}: {error})"
        raise Human36mError.of(file, f"{what}; unpack it again") from error
    if values.ndim == 3 and len(values) == 1:
        values = values[0]
    if values.ndim != 2 or not len(values):
        raise Human36mError.of(file, f"Pose has shape {values.shape}, expected (1, N, 32 * {dimensions})")
    try:
        return used_points(values, dimensions)
    except Human36mError as error:
        raise Human36mError.of(file, str(error)) from error
