"""Poses of one arm that several actions share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Cue, Pose
from pose_lib.data.synthetic.kinematics import SIDES, rotate
from pose_lib.data.synthetic.stage import Cast
from pose_lib.data.synthetic.timing import Array, ease, holds

__all__ = [
    "akimbo",
    "beat",
    "behind_back",
    "behind_head",
    "chin",
    "clasped",
    "crossed",
    "ear",
    "mouth",
    "pocket",
    "point",
    "ramble",
    "salute",
    "visible_space",
    "wave",
]


def _pelvis(arm: Arm, forward: float, out: float, up: float) -> Array:
    return arm.trunk.hip + rotate(arm.trunk.pelvis, np.array([forward, SIDES[arm.side] * out, up]))


def akimbo(arm: Arm) -> Pose:
    """The hand on the hip, the elbow out."""
    g = arm.body.girths
    return arm.touch(_pelvis(arm, 20.0, g["waist_width"] + 18.0, 105.0), (0.75, -0.35, -0.55), 0.45, 28.0)


def pocket(arm: Arm) -> Pose:
    """The hand in the pocket."""
    g = arm.body.girths
    return arm.touch(_pelvis(arm, 55.0, 0.92 * g["pelvis_width"], -55.0), (0.25, -0.25, -1.0), 0.65, 12.0)


def clasped(arm: Arm) -> Pose:
    """Hands together in front of the belly."""
    g = arm.body.girths
    return arm.touch(_pelvis(arm, g["pelvis_depth"] + 55.0, 22.0, 10.0), (0.25, -0.85, -0.45), 0.6, 10.0)


def behind_back(arm: Arm) -> Pose:
    """Hands together behind the back."""
    g = arm.body.girths
    return arm.touch(_pelvis(arm, -g["pelvis_depth"] - 50.0, 20.0, 40.0), (-0.15, -0.8, -0.55), 0.5, 5.0)


def crossed(arm: Arm, above: bool) -> Pose:
    """Arms crossed on the chest; one lies above the other."""
    depth = arm.body.girths["chest_depth"]
    half = arm.body.lengths["shoulder"]
    forward, up = (depth + 62.0, -0.40) if above else (depth + 28.0, -0.47)
    wrist = np.array([forward, -1.05 * half, up * arm.length])
    return Pose(wrist, np.array([-0.25, -0.93, 0.27]), np.radians(8.0))


def behind_head(arm: Arm) -> Pose:
    """The hand at the back of the head, the elbow out."""
    target = arm.trunk.face(-205.0, SIDES[arm.side] * 35.0, 45.0)
    return arm.touch(target, (-0.35, -0.9, 0.25), 0.7, 35.0)


def mouth(arm: Arm, forward: float = 12.0, share: float = 0.92) -> Pose:
    """The fingers at the mouth."""
    target = arm.trunk.face(forward, SIDES[arm.side] * 8.0, -42.0)
    return arm.touch(target, (-0.30, -0.55, 0.75), share, 6.0)


def chin(arm: Arm) -> Pose:
    """The hand at the chin."""
    return arm.touch(arm.trunk.face(-8.0, SIDES[arm.side] * 22.0, -88.0), (0.0, -0.45, 0.9), 0.75, -4.0)


def ear(arm: Arm) -> Pose:
    """A phone at the ear."""
    out = arm.body.girths["skull"] + 22.0
    target = arm.trunk.face(-78.0, SIDES[arm.side] * out, -8.0)
    return arm.touch(target, (-0.75, 0.0, 0.66), 0.62, 14.0)


def salute(arm: Arm) -> Pose:
    """The fingertips at the temple."""
    target = arm.trunk.face(-25.0, SIDES[arm.side] * (arm.body.girths["skull"] + 8.0), 60.0)
    return arm.touch(target, (-0.1, -0.85, 0.45), 1.0, 38.0)


def point(arm: Arm, azimuth: float, elevation: float) -> Pose:
    """Point in a direction: degrees outwards from straight ahead, and degrees up."""
    a, e = np.radians([azimuth, elevation])
    way = np.array([np.cos(a) * np.cos(e), np.sin(a) * np.cos(e), np.sin(e)])
    return Pose(0.955 * arm.length * way, way, np.radians(15.0))


def wave(arm: Arm, t: Array, height: float, tempo: float, width: float) -> Pose:
    """Wave a raised hand from side to side."""
    swing = np.sin(2 * np.pi * tempo * t)
    wrist = np.stack([np.full(len(t), 0.34), 0.30 + width * swing, height - 0.12 * width * swing**2], -1)
    aim = np.stack([np.full(len(t), 0.15), 2.0 * width * swing - 0.05, np.full(len(t), 1.0)], -1)
    aim /= np.linalg.norm(aim, axis=-1, keepdims=True)
    return Pose(arm.length * wrist, aim, np.radians(20.0))


def beat(cast: Cast, amount: float, tempo: float) -> Array:
    """Small movements (T, 3) in mm of hands that accompany speech, sometimes stronger, sometimes weaker."""
    t, tempo = cast.t, tempo * cast.style.tempo
    phase = 2 * np.pi * (tempo * t + cast.unrest(0.25, 2.0))
    loud = ease(0.5 + cast.unrest(0.45, 2.6))
    shape = np.stack([0.5 * np.sin(phase + 0.6), 0.45 * np.sin(0.5 * phase + 1.0), np.sin(phase)], -1)
    return np.asarray(amount * cast.style.range * loud[:, None] * shape)


def visible_space(cast: Cast, arm: Arm, wide: float = 0.0) -> Pose:
    """A random place in front of the chest, where people gesture; ``wide`` enlarges that space."""
    size = cast.style.range
    forward = cast.rng.uniform(0.36 - 0.1 * wide, 0.66 + 0.1 * wide)
    out = cast.rng.uniform(-0.28, 0.34 + 0.35 * wide) * size
    up = cast.rng.uniform(-0.58, 0.02 + 0.5 * wide) + 0.12 * (size - 1)
    return arm.at(forward, out, up, cast.rng.uniform(-5, 30))


def ramble(
    cast: Cast,
    choices: Sequence[Callable[[], Pose]],
    weights: Sequence[float],
    hold: tuple[float, float],
    move: tuple[float, float] = (0.5, 0.9),
) -> list[Cue]:
    """Cues that move through random choices, at the person's tempo."""
    tempo = cast.style.tempo
    starts, durations = holds(
        cast.rng,
        cast.seconds,
        (hold[0] / tempo, hold[1] / tempo),
        (move[0] / tempo, move[1] / tempo),
    )
    share = np.asarray(weights) / np.sum(weights)
    picks = cast.rng.choice(len(choices), size=len(starts), p=share)
    return [Cue(a, d, choices[k]()) for a, d, k in zip(starts, durations, picks, strict=True)]
