"""Performances of a clip: turned about the vertical and mirrored, so that people are seen from all sides.

In a studio people walk along the room, and most clips of a collection face one of two directions. Seen by
fixed cameras, such people show two views to each of them, and a network that is trained on these does not
know the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.bodies import BODY_POINTS

__all__ = ["ENOUGH", "MOST", "Performance", "performance_count"]

ENOUGH = 600.0
"""Seconds of training motion of which one performance each is enough; each window has an angle of its own."""
MOST = 8
"""Performances of a clip: with more, neighbours differ by less than 45 degrees."""

_SWAPPED = {"left": "right", "right": "left"}
_OTHER_SIDE = [
    BODY_POINTS.index(_SWAPPED.get(side, side) + gap + rest)
    for side, gap, rest in (name.partition("_") for name in BODY_POINTS)
]


@dataclass(frozen=True)
class Performance:
    """One of several performances of the same motion.

    Args:
        number: from 0; odd ones are mirrored.
        count: of all performances.
        names: name the random stream of the angle of number 0; the others divide the circle evenly.
    """

    number: int
    count: int
    names: tuple[str | int, ...]

    @property
    def angle(self) -> float:
        """Radians by which the motion is turned about the vertical, from 0 to 2 pi."""
        first = rng("turn", *self.names).uniform(0, 2 * math.pi)
        return float((first + 2 * math.pi * self.number / self.count) % (2 * math.pi))

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return self.number % 2 == 1

    def of(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The motion ``(T, 21, 3)``, in mm with z up, mirrored and turned about the origin."""
        if self.mirrored:
            points = points[:, _OTHER_SIDE] * [-1.0, 1.0, 1.0]
        c, s = math.cos(self.angle), math.sin(self.angle)
        return np.asarray(points @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]))

    def phase(self, step: int) -> int:
        """Frames by which the sampled frames come later than those of number 0.

        Performances of a clip thus show different poses.
        """
        return step * self.number // self.count


def performance_count(seconds: float) -> int:
    """How often each training clip is performed: at most :data:`MOST` times, once where there is enough.

    Args:
        seconds: of all training clips together, above 0.
    """
    return min(MOST, max(1, math.ceil(ENOUGH / seconds)))
