"""Gait analysis: joint angles over the gait cycle, step length, cadence and speed of a walk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pose_lib.geometry.skeletons import H36M17

__all__ = ["CYCLE", "Gait", "gait_summary", "hip_flexion", "knee_flexion", "together"]

Array = npt.NDArray[np.float64]

CYCLE = np.linspace(0.0, 100.0, 101)
"""Per cent of the gait cycle, from one contact of a foot to the next of the same foot."""

_STRIDE = (0.7, 2.5)
"""Range of the seconds that a stride takes; shorter and longer ones are not counted."""


@dataclass(frozen=True)
class Gait:
    """A walk of ``C`` gait cycles, those of both legs together."""

    knee: Array
    """``(C, 101)`` degrees over :data:`CYCLE`; 0 is straight."""
    hip: Array
    """``(C, 101)`` degrees by which the thigh swings forward of the vertical."""
    step_length: float
    """Distance between the ankles along the walk when a foot lands, mm."""
    cadence: float
    """Steps/min."""
    speed: float
    """mm/s."""


def gait_summary(points: Array, fps: float = 50.0) -> Gait:
    """Joint angles, steps, cadence and speed of a walk.

    A foot lands where its ankle is farthest ahead of the hip (Zeni, Richards & Higginson 2008). Strides that
    take too long or too short, as in starting, stopping and turning on the spot, are not counted.

    Args:
        points: ``(T, J, 3)`` world mm, z up; the first 17 are the joints of ``H36M17``.
        fps: frames/s.

    Raises:
        ValueError: points of another shape, or without a complete stride.
    """
    from scipy.signal import find_peaks  # takes longer to import than all else here

    if points.ndim != 3 or points.shape[1] < len(H36M17) or points.shape[2] != 3:
        raise ValueError(f"points {points.shape} must be (T, 17 or more, 3)")
    hip, forward = points[:, 0], _forward(points)
    angles = {"knee": knee_flexion(points), "hip": hip_flexion(points)}
    curves: dict[str, list[Array]] = {"knee": [], "hip": []}
    times, lengths, speeds = [], [], []
    ankles = [_at(points, f"{side}_ankle") for side in ("left", "right")]
    for side in (0, 1):
        apart = ((ankles[side] - ankles[1 - side]) * forward).sum(-1)
        ahead = ((ankles[side] - hip) * forward).sum(-1)
        strikes, _ = find_peaks(ahead, distance=0.5 * fps, prominence=max(100.0, 0.3 * np.ptp(ahead)))
        for first, last in pairwise(strikes):
            seconds = (last - first) / fps
            if not _STRIDE[0] <= seconds <= _STRIDE[1]:
                continue
            times.append(seconds)
            lengths.append(apart[last])
            speeds.append(np.linalg.norm((hip[last] - hip[first])[:2]) / seconds)
            frames = first + CYCLE / 100 * (last - first)
            for name, angle in angles.items():
                curves[name].append(np.interp(frames, np.arange(len(points)), angle[:, side]))
    if not times:
        raise ValueError(f"no complete stride in {len(points) / fps:.1f} s of motion: this is not a walk")
    return Gait(
        knee=np.stack(curves["knee"]),
        hip=np.stack(curves["hip"]),
        step_length=float(np.mean(lengths)),
        cadence=float(120.0 / np.mean(times)),
        speed=float(np.mean(speeds)),
    )


def together(walks: Iterable[Gait]) -> Gait:
    """Several walks as one: all cycles, and means weighted by the number of cycles of each walk.

    Raises:
        ValueError: there is no walk.
    """
    several = list(walks)
    if not several:
        raise ValueError("together needs at least one walk")
    cycles = [len(walk.knee) for walk in several]

    def mean(values: list[float]) -> float:
        return float(np.average(values, weights=cycles))

    return Gait(
        knee=np.concatenate([walk.knee for walk in several]),
        hip=np.concatenate([walk.hip for walk in several]),
        step_length=mean([walk.step_length for walk in several]),
        cadence=mean([walk.cadence for walk in several]),
        speed=mean([walk.speed for walk in several]),
    )


def knee_flexion(points: Array) -> Array:
    """Angle between thigh and shank, ``(T, 2)`` degrees of the left and the right leg; 0 is straight."""
    bent = []
    for side in ("left", "right"):
        hip, knee, ankle = (_at(points, f"{side}_{joint}") for joint in ("hip", "knee", "ankle"))
        thigh, shank = knee - hip, ankle - knee
        sine = np.linalg.norm(np.cross(thigh, shank), axis=-1)
        bent.append(np.degrees(np.arctan2(sine, (thigh * shank).sum(-1))))
    return np.stack(bent, axis=-1)


def hip_flexion(points: Array) -> Array:
    """Angle of the thigh to the vertical, seen from the side, ``(T, 2)`` degrees; forward is positive."""
    forward = _forward(points)
    swung = []
    for side in ("left", "right"):
        thigh = _at(points, f"{side}_knee") - _at(points, f"{side}_hip")
        swung.append(np.degrees(np.arctan2((thigh * forward).sum(-1), -thigh[:, 2])))
    return np.stack(swung, axis=-1)


def _forward(points: Array) -> Array:
    """Where the pelvis faces, ``(T, 3)`` unit vectors on the floor."""
    across = _at(points, "left_hip") - _at(points, "right_hip")
    ahead = np.stack([across[:, 1], -across[:, 0], np.zeros(len(points))], axis=-1)
    return np.asarray(ahead / np.linalg.norm(ahead, axis=-1, keepdims=True))


def _at(points: Array, joint: str) -> Array:
    return points[:, H36M17.index(joint)]
