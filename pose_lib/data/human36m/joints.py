"""From the 32 points of a Human3.6M recording to the 17 joints that the papers use."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.geometry.skeletons import H36M17

__all__ = ["RAW_POINTS", "USED_POINTS", "used_points"]

Array = npt.NDArray[np.float64]

RAW_POINTS = 32
"""Points of a recording. Some are copies of others: 11 of the hip, 16 and 24 of the thorax, and the like."""
USED_POINTS = (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)
"""Those that are the joints of ``H36M17``, in its order; left and right are the person's own."""


def used_points(values: Array, dimensions: int) -> Array:
    """The 17 joints ``(N, 17, D)`` of the 32 points ``(N, 32 * D)`` or ``(N, 32, D)`` of a recording.

    17 joints are taken as they are.

    Raises:
        Human36mError: the values have another shape.
    """
    joints = len(H36M17)
    for count in (RAW_POINTS, joints):
        if values.shape[1:] in ((count * dimensions,), (count, dimensions)):
            points = values.reshape(len(values), count, dimensions)
            return points if count == joints else points[:, USED_POINTS]
    raise Human36mError(
        f"poses have shape {values.shape}, expected (N, {RAW_POINTS} * {dimensions}) or the {joints} joints"
    )
