"""Arms that move from pose to pose: hanging, gesturing, or with the hand at a target.

Positions of an arm are given in its own frame: from the shoulder, in mm, x forward, y *outwards* and z up
along the chest. Left and right arms then share the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pose_lib.data.synthetic.bodies import Body
from pose_lib.data.synthetic.kinematics import (
    LIMITS,
    SIDES,
    Torso,
    rotate,
    rotation,
    twist,
    two_bone,
    unit,
)
from pose_lib.data.synthetic.timing import Array, ease, soften

__all__ = ["Arm", "Cue", "Pose", "Reach"]


@dataclass(frozen=True)
class Pose:
    """Where a wrist is, how the hand points, and how the elbow is turned; arrays (T, ...) or constant."""

    wrist: Array
    """(..., 3) in the arm's frame."""
    aim: Array | None = None
    """(..., 3) direction of the hand in the arm's frame; None: it continues the forearm."""
    swivel: Array | float = 0.0
    """Radians that the elbow is raised outwards."""


@dataclass(frozen=True)
class Cue:
    """At ``start`` (s), move to a pose within ``duration`` (s), and stay there."""

    start: float
    duration: float
    pose: Pose


@dataclass(frozen=True)
class Reach:
    """Points (T, 3) in mm of a moving arm in the world."""

    shoulder: Array
    elbow: Array
    wrist: Array
    tip: Array

    def grip(self, share: float = 0.5) -> Array:
        """A point (T, 3) of the hand, from wrist (0) to fingertips (1)."""
        return self.wrist + share * (self.tip - self.wrist)


@dataclass(frozen=True)
class Arm:
    """One arm on a moving trunk; ``side`` 0 is left."""

    body: Body
    trunk: Torso
    side: int

    @property
    def length(self) -> float:
        """Shoulder to wrist, straight, mm."""
        return self.body.lengths["upper_arm"] + self.body.lengths["forearm"]

    def mirrored(self, v: Array) -> Array:
        """Change between the arm's frame and the chest's."""
        return np.asarray(v * np.array([1.0, SIDES[self.side], 1.0]))

    def _root(self) -> Array:
        return self.mirrored(self.body.lengths["shoulder"] * unit(np.array([-0.06, 1.0, -0.12])))

    def local(self, points: Array) -> Array:
        """Points (T, 3) of the world in the arm's frame."""
        chest = np.swapaxes(self.trunk.chest, -1, -2)
        return self.mirrored(rotate(chest, points - self.trunk.thorax) - self._root())

    def direction(self, v: Array) -> Array:
        """Directions (T, 3) or (3,) of the world in the arm's frame (T, 3)."""
        return self.mirrored(rotate(np.swapaxes(self.trunk.chest, -1, -2), v))

    def at(self, forward: float, out: float, up: float, swivel: float = 0.0) -> Pose:
        """A pose whose wrist is given in lengths of the arm."""
        return Pose(self.length * np.array([forward, out, up]), swivel=np.radians(swivel))

    def hang(self, lift: Array | float = 4.0, bend: Array | float = 18.0, out: Array | float = 7.0) -> Pose:
        """Hang down: shoulder flexed by ``lift``, elbow by ``bend``, upper arm out by ``out``, in degrees."""
        a, b, c = np.broadcast_arrays(
            *(np.radians(np.asarray(v, dtype=np.float64)) for v in (lift, bend, out))
        )
        n = self.body.lengths
        upper = np.stack([np.sin(a) * np.cos(c), np.sin(c), -np.cos(a) * np.cos(c)], -1)
        fore = np.stack([np.sin(a + b), 0.35 * np.sin(c), -np.cos(a + b)], -1)
        return Pose(n["upper_arm"] * upper + n["forearm"] * unit(fore))

    def touch(
        self, target: Array, aim: Sequence[float] | Array, share: float = 1.0, swivel: float = 0.0
    ) -> Pose:
        """Bring a point of the hand (``share`` from wrist to tip) to a target (T, 3) of the world.

        ``aim`` is the hand's direction in the arm's frame.
        """
        direction = unit(np.asarray(aim, dtype=np.float64))
        wrist = self.local(target) - share * self.body.lengths["hand"] * direction
        return Pose(wrist, direction, np.radians(swivel))

    def play(self, t: Array, first: Pose, cues: Sequence[Cue] = (), unrest: Array | None = None) -> Reach:
        """Follow the cues in turn; ``unrest`` (T, 3), in the arm's frame, is added to the wrist."""
        wrist, aim = np.empty((len(t), 3)), np.empty((len(t), 3))
        aimed, swivel = np.empty(len(t)), np.empty(len(t))
        begins = [0, *(int(np.searchsorted(t, cue.start)) for cue in cues), len(t)]
        poses = [first, first, *(cue.pose for cue in cues)]
        for k, (a, b) in enumerate(pairwise(poses)):
            part = slice(begins[k], begins[k + 1])
            weight = np.ones(begins[1])
            if k:
                room = (cues[k].start if k < len(cues) else np.inf) - cues[k - 1].start
                length, share = _way(a, b)
                spell = min(room, cues[k - 1].duration * (1.0 + 0.35 * max(0.0, length - 1.0)))
                weight = share(ease((t[part] - cues[k - 1].start) / spell))
            begin, end = (np.broadcast_to(p.wrist, wrist.shape)[part] for p in (a, b))
            wrist[part] = _arc(begin, end, weight)
            aims = [p.aim for p in (a, b) if p.aim is not None] or [np.array([0.0, 0.0, -1.0])]
            begin, end = (np.broadcast_to(v, aim.shape)[part] for v in (aims[0], aims[-1]))
            aim[part] = _arc(begin, end, weight)
            late, early = weight**2, (1 - weight) ** 2
            if a.aim is not None and b.aim is not None:
                late, early = weight, 1 - weight
            aimed[part] = (a.aim is not None) * early + (b.aim is not None) * late
            before, after = (np.broadcast_to(p.swivel, t.shape)[part] for p in (a, b))
            swivel[part] = before + weight * (after - before)
        if unrest is not None:
            wrist = wrist + unrest
        return self._solve(wrist, aim, aimed[:, None], swivel)

    def _solve(self, wrist: Array, aim: Array, aimed: Array, swivel: Array) -> Reach:
        n, chest, sign = self.body.lengths, self.trunk.chest, SIDES[self.side]
        direction = unit(wrist)
        # The shoulder blade moves with an arm that is raised or reaches (scapulohumeral rhythm).
        far = np.clip(np.linalg.norm(wrist, axis=-1) / self.length, 0.3, 1.0)
        raised = np.radians(26.0) * ease(0.5 * (direction[:, 2] + 1.0)) * far
        forward = np.radians(14.0) * direction[:, 0] * far
        blade = rotation(-sign * forward, 0.0, sign * raised)
        shoulder = self.trunk.thorax + rotate(chest @ blade, self._root())
        target = _above(self.trunk.thorax + rotate(chest, self._root() + self.mirrored(wrist)), 115.0, 4.0)

        local = self.mirrored(rotate(np.swapaxes(chest, -1, -2), target - shoulder))
        direction = unit(local)
        pole = soften(_elbow(direction), 0.08)
        pole = unit(pole - (pole * direction).sum(-1, keepdims=True) * direction)
        pole = twist(pole, direction, swivel)
        elbow, end = two_bone(
            shoulder,
            target,
            n["upper_arm"],
            n["forearm"],
            rotate(chest, self.mirrored(pole)),
            4.0,
            LIMITS["elbow"][1] - 4,
            softness=5.0,
        )
        along = unit(end - elbow)
        hand = rotate(chest, self.mirrored(aim))
        # Relaxed fingers curl a little towards the palm, which faces the body.
        curl = rotate(chest, self.mirrored(np.array([0.12, -0.22, 0.0])))
        hand = unit((1 - aimed) * unit(along + curl) + aimed * hand)
        hand = _within(hand, along, np.radians(LIMITS["wrist"][1] - 22))
        hand = _level(hand, (14.0 - end[:, 2]) / n["hand"])
        return Reach(shoulder, elbow, end, end + n["hand"] * hand)


# Where the elbow lies off the line from shoulder to wrist, for some directions of the wrist (arm's frame).
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


def _elbow(direction: Array) -> Array:
    """Where the elbow lies (..., 3) for directions of the wrist, interpolated between the examples."""
    weight = np.exp(5.0 * (direction @ _WRISTS.T - 1.0))
    pole = weight @ _ELBOWS
    return unit(pole - (pole * direction).sum(-1, keepdims=True) * direction)


def _way(a: Pose, b: Pose) -> tuple[float, Callable[[Array], Array]]:
    """The angle (radians) by which the wrist turns about the shoulder, and the weight of ``b`` along it."""
    weight = np.linspace(0.0, 1.0, 129)
    begin, end = (np.broadcast_to(np.atleast_2d(p.wrist).mean(0), (129, 3)) for p in (a, b))
    path = unit(_arc(begin, end, weight))
    steps = np.linalg.norm(np.diff(path, axis=0), axis=-1) + 1e-4
    share = np.concatenate([[0.0], np.cumsum(steps)])
    return float(share[-1]), lambda x: np.interp(x, share / share[-1], weight)


def _arc(a: Array, b: Array, weight: Array) -> Array:
    """Interpolates vectors (T, 3) about the shoulder; opposite ones by way of the front."""
    ra, rb = (np.linalg.norm(v, axis=-1, keepdims=True) for v in (a, b))
    ua, ub, w = unit(a), unit(b), weight[..., None]
    front = np.array([0.87, 0.38, -0.32])
    bow = (0.5 - 0.5 * (ua * ub).sum(-1, keepdims=True)) ** 2
    straight, bent = (1 - w) * ua + w * ub, (1 - w) ** 2 * ua + 2 * w * (1 - w) * front + w**2 * ub
    return np.asarray((ra + w * (rb - ra)) * unit((1 - bow) * straight + bow * bent))


def _above(v: Array, least: Array | float, softness: float) -> Array:
    """The same vectors (T, 3), raised smoothly where z is less than ``least``."""
    raised = v.copy()
    raised[:, 2] += softness * np.logaddexp(0.0, (least - v[:, 2]) / softness)
    return raised


def _level(v: Array, least: Array) -> Array:
    """Unit vectors (T, 3) turned up until z is at least ``least``."""
    z = np.minimum(_above(v, least, 0.02)[:, 2], 0.99)
    flat = np.maximum(np.linalg.norm(v[:, :2], axis=-1), 1e-3)
    across = np.sqrt(1.0 - z**2) / flat
    return unit(np.column_stack([v[:, :2] * across[:, None], z]))


def _within(v: Array, axis: Array, limit: float) -> Array:
    """Unit vectors turned smoothly towards unit axes until the angle between them is at most ``limit``."""
    cosine = np.clip((v * axis).sum(-1), -1.0, 1.0)[..., None]
    angle = limit - 0.03 * np.logaddexp(0.0, (limit - np.arccos(cosine)) / 0.03)
    side = unit(v - cosine * axis)
    return np.asarray(np.where(cosine < 1 - 1e-9, np.cos(angle) * axis + np.sin(angle) * side, v))
