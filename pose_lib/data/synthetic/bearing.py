"""Where people stand and face, which foot carries their weight, and where they look."""

from __future__ import annotations

import numpy as np

from pose_lib.data.synthetic.stage import Cast
from pose_lib.data.synthetic.timing import Array, holds, track

__all__ = ["gaze", "places", "sway", "weight"]


def places(cast: Cast, hold: tuple[float, float], turn: float, roam: float) -> tuple[Array, Array, Array]:
    """Where someone stands, faces and when that changes: spots (K, 2), yaws (K,), times (K - 1,).

    Args:
        cast: who.
        hold: range of the seconds between changes.
        turn: standard deviation of the turn at a change, in degrees.
        roam: standard deviation of the distance between spots, in mm.
    """
    starts, _ = holds(cast.rng, cast.seconds, hold, (2.6, 3.0))
    count = len(starts) + 1
    yaws = cast.rng.uniform(0, 2 * np.pi) + np.cumsum(cast.rng.normal(0, np.radians(turn), count))
    spots = np.clip(cast.rng.normal(0, 300.0, 2), -700, 700) + cast.rng.normal(0, roam, (count, 2))
    return np.clip(spots, (-1500, -1100), (1500, 1100)), yaws, starts


def weight(cast: Cast, hold: tuple[float, float] = (3.0, 9.0), most: float = 0.9) -> Array:
    """Weight (T,) shifting from one foot to the other."""
    starts, durations = holds(cast.rng, cast.seconds, hold, (0.9, 1.6))
    return track(cast.t, starts, durations, cast.rng.uniform(-most, most, len(starts) + 1))


def gaze(
    cast: Cast, hold: tuple[float, float], yaw: float, pitch: tuple[float, float], roll: float = 4.0
) -> Array:
    """Yaw, pitch and roll (T, 3) of a head that looks around: ``yaw`` either way, ``pitch`` in a range."""
    starts, durations = holds(cast.rng, cast.seconds, hold, (0.35, 0.8))
    count = len(starts) + 1
    values = np.stack(
        [
            cast.rng.uniform(-yaw, yaw, count),
            cast.rng.uniform(*pitch, count),
            cast.rng.uniform(-roll, roll, count),
        ],
        -1,
    )
    return track(cast.t, starts, durations, np.radians(values))


def sway(cast: Cast, hold: tuple[float, float], size: tuple[float, float, float]) -> Array:
    """Yaw, pitch and roll (T, 3) of a chest that bends now and then, each up to ``size`` degrees."""
    starts, durations = holds(cast.rng, cast.seconds, hold, (0.8, 1.6))
    values = cast.rng.uniform(-1, 1, (len(starts) + 1, 3)) * np.asarray(size)
    values[:, 1] = np.abs(values[:, 1]) - 0.2 * size[1]
    return track(cast.t, starts, durations, np.radians(values))
