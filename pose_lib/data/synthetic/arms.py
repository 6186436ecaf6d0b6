"""Arms that move from pose to pose: hanging, gesturing, or with the hand at a target.

Positions of an arm are given in its own frame: from the shoulder, in mm, x forward, y *outwards* and z up
along the chest. Left and right arms then share the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from pose_lib.data.synthetic.timing import Array, ease
from pose_lib.data.synthetic.ways import above, arc, elbow_side, level, off_shoulder, steady, way, within

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
            if begins[k] == begins[k + 1]:
                continue
            begin, end = (np.broadcast_to(p.wrist, wrist.shape)[part] for p in (a, b))
            weight, leave, arrive = np.ones(len(begin)), begin[0], end[-1]
            if k:
                room = (cues[k].start if k < len(cues) else np.inf) - cues[k - 1].start
                now = t[part] - cues[k - 1].start
                arrive = end[min(int(np.searchsorted(now, cues[k - 1].duration)), len(end) - 1)]
                length, share = way(leave, arrive)
                spell = min(room, cues[k - 1].duration * (1.0 + 0.35 * max(0.0, length - 1.0)))
                weight = share(ease(now / spell))
            # Along one path, whose length is known, even where the poses move meanwhile.
            shift = (1 - weight)[:, None] * (begin - leave) + weight[:, None] * (end - arrive)
            wrist[part] = arc(leave, arrive, weight) + shift
            aims = [p.aim for p in (a, b) if p.aim is not None] or [np.array([0.0, 0.0, -1.0])]
            begin, end = (np.broadcast_to(v, aim.shape)[part] for v in (aims[0], aims[-1]))
            aim[part] = arc(begin, end, weight)
            late, early = weight**2, (1 - weight) ** 2
            if a.aim is not None and b.aim is not None:
                late, early = weight, 1 - weight
            aimed[part] = (a.aim is not None) * early + (b.aim is not None) * late
            before, after = (np.broadcast_to(p.swivel, t.shape)[part] for p in (a, b))
            swivel[part] = before + weight * (after - before)
        if unrest is not None:
            wrist = wrist + unrest
        wrist = off_shoulder(wrist, 0.22 * self.length)
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
        target = above(self.trunk.thorax + rotate(chest, self._root() + self.mirrored(wrist)), 115.0, 4.0)

        local = self.mirrored(rotate(np.swapaxes(chest, -1, -2), target - shoulder))
        direction = unit(local)
        pole = twist(steady(elbow_side(direction), direction, 0.12), direction, swivel)
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
        hand = within(hand, along, np.radians(LIMITS["wrist"][1] - 22))
        hand = level(hand, (14.0 - end[:, 2]) / n["hand"])
        hand = within(hand, along, np.radians(LIMITS["wrist"][1] - 2))
        return Reach(shoulder, elbow, end, end + n["hand"] * hand)
