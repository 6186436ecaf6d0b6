"""The ways that wrists, elbows and hands take: even, and clear of shoulder and floor.

Vectors to the wrist and its elbow are in the arm's frame (:mod:`.arms`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pose_lib.data.synthetic.kinematics import twist, unit
from pose_lib.data.synthetic.timing import Array, soften

__all__ = ["above", "arc", "elbow_side", "level", "off_shoulder", "steady", "way", "within"]

# Where the elbow lies off the line from shoulder to wrist, for some directions of the wrist.
_WRISTS, _ELBOWS = (
    unit(np.array(rows))
    for rows in zip(
        ((0.0, 0.1, -1.0), (-1.0, 0.35, 0.0)),  # hanging
        ((1.0, 0.0, 0.0), (0.0, 0.45, -0.9)),  # ahead
        ((0.6, -0.7, 0.0), (0.3, 0.45, -0.85)),  # across the chest
        ((0.6, -0.5, 0.6), (0.2, 0.6, -0.75)),  # at the mouth
        ((0.7, 0.0, 0.7), (0.3, 0.6, -0.6)),  # up ahead
        ((0.0, 0.1, 1.0), (0.5, 0.8, 0.0)),  # overhead
        ((-0.5, -0.2, 0.85), (0.3, 0.95, 0.2)),  # behind the head
        ((0.0, 1.0, 0.0), (-0.6, 0.0, -0.6)),  # sideways
        ((-0.5, -0.3, -0.8), (-0.5, 0.8, 0.1)),  # behind the back
        ((-0.8, 0.3, -0.5), (-0.4, 0.3, 0.7)),  # stretched backwards
        strict=True,
    )
)


def elbow_side(direction: Array) -> Array:
    """Where the elbow lies (..., 3) for directions of the wrist, interpolated between the examples."""
    weight = np.exp(5.0 * (direction @ _WRISTS.T - 1.0))
    pole = weight @ _ELBOWS
    return unit(pole - (pole * direction).sum(-1, keepdims=True) * direction)


_FRONT = np.array([0.87, 0.38, -0.32])


def off_shoulder(wrist: Array, least: float) -> Array:
    """The same wrists (T, 3), led past the front of the shoulder where they come nearer than ``least``."""
    distance = np.linalg.norm(wrist, axis=-1, keepdims=True)
    softness = 0.04 * least
    short = softness * np.logaddexp(0.0, (least - distance) / softness)
    return np.asarray(wrist + short * unit(wrist + least * _FRONT))


def steady(pole: Array, direction: Array, seconds: float) -> Array:
    """The same poles (T, 3), orthogonal to unit directions (T, 3), turning more evenly about them.

    Smoothed is the angle, not the vector: where the examples disagree, a pole turns by up to 180 degrees
    within a few frames, and the mean of opposite vectors points anywhere.
    """
    before, after = direction[:-1], direction[1:]
    # Each pole turned the shortest way from its direction to the next.
    lean = (pole[:-1] * after).sum(-1) / np.maximum(1.0 + (before * after).sum(-1), 1e-6)
    carried = pole[:-1] - lean[:, None] * (before + after)
    turn = np.arctan2((np.cross(carried, pole[1:]) * after).sum(-1), (carried * pole[1:]).sum(-1))
    angle = np.concatenate([[0.0], np.cumsum(turn)])
    return twist(pole, direction, soften(angle, seconds) - angle)


def way(a: Array, b: Array) -> tuple[float, Callable[[Array], Array]]:
    """The angle (radians) between wrists (3,) on :func:`arc`, and the weight of ``b`` along it."""
    weight = np.linspace(0.0, 1.0, 129)
    path = unit(arc(a, b, weight))
    steps = np.linalg.norm(np.diff(path, axis=0), axis=-1) + 1e-4
    share = np.concatenate([[0.0], np.cumsum(steps)])
    return float(share[-1]), lambda x: np.interp(x, share / share[-1], weight)


def arc(a: Array, b: Array, weight: Array) -> Array:
    """Interpolates vectors (3,) or (T, 3) about the shoulder; opposite ones by way of the front."""
    ra, rb = (np.linalg.norm(v, axis=-1, keepdims=True) for v in (a, b))
    ua, ub, w = unit(a), unit(b), weight[..., None]
    bow = (0.5 - 0.5 * (ua * ub).sum(-1, keepdims=True)) ** 2
    straight, bent = (1 - w) * ua + w * ub, (1 - w) ** 2 * ua + 2 * w * (1 - w) * _FRONT + w**2 * ub
    return np.asarray((ra + w * (rb - ra)) * unit((1 - bow) * straight + bow * bent))


def above(v: Array, least: Array | float, softness: float) -> Array:
    """The same vectors (T, 3) of the world, raised smoothly where z is less than ``least``."""
    raised = v.copy()
    raised[:, 2] += softness * np.logaddexp(0.0, (least - v[:, 2]) / softness)
    return raised


def level(v: Array, least: Array) -> Array:
    """Unit vectors (T, 3) of the world, turned up until z is at least ``least``.

    Those that are turned far change their heading more evenly: straight down there is none.
    """
    z = np.minimum(above(v, least, 0.02)[:, 2], 1.0)
    heading = np.unwrap(np.arctan2(v[:, 1], v[:, 0]))
    heading += (1.0 - np.exp((v[:, 2] - z) / 0.05)) * (soften(heading, 0.12) - heading)
    across = np.sqrt(1.0 - z**2)
    return np.stack([across * np.cos(heading), across * np.sin(heading), z], -1)


def within(v: Array, axis: Array, limit: float) -> Array:
    """Unit vectors turned smoothly towards unit axes until the angle between them is at most ``limit``."""
    cosine = np.clip((v * axis).sum(-1), -1.0, 1.0)[..., None]
    angle = limit - 0.03 * np.logaddexp(0.0, (limit - np.arccos(cosine)) / 0.03)
    side = unit(v - cosine * axis)
    return np.asarray(np.where(cosine < 1 - 1e-9, np.cos(angle) * axis + np.sin(angle) * side, v))
