"""Bodies that rest on a chair or on the floor, and change from posture to posture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pose_lib.data.synthetic.bodies import Body
from pose_lib.data.synthetic.feet import settle
from pose_lib.data.synthetic.kinematics import (
    LIMITS,
    SIDES,
    Legs,
    Torso,
    legs,
    rotate,
    rotation,
    sole,
    torso,
    unit,
)
from pose_lib.data.synthetic.stage import Cast, Figure
from pose_lib.data.synthetic.timing import Array, bump, lower, soften, track

__all__ = ["Leg", "Lounge", "Posture", "lounge"]

_MOST_FLEXED = np.radians(LIMITS["hip"][1] - 5)


@dataclass(frozen=True)
class Leg:
    """The ankle in mm from the floor under the seat (x forward, y outwards, z up), and angles in degrees."""

    ankle: tuple[float, float, float]
    foot: tuple[float, float, float] = (6.0, 0.0, 0.0)
    """Yaw outwards, pitch (positive: toes down) and roll of the foot."""
    swivel: float = 4.0
    """Degrees by which the knee opens."""
    flat: bool = True
    """Whether the sole rests on the floor."""


@dataclass(frozen=True)
class Posture:
    """Pelvis, trunk and legs at rest, in the frame of the seat; mm and degrees."""

    hip: tuple[float, float, float]
    pelvis: tuple[float, float, float]
    bend: tuple[float, float, float]
    legs: tuple[Leg, Leg]
    """Left, right."""

    def turned(self, degrees: float) -> Posture:
        """The same posture, facing that much farther to the left."""
        matrix = rotation(np.radians(degrees))

        def turn(v: tuple[float, float, float], sign: float = 1.0) -> tuple[float, float, float]:
            x, y, z = matrix @ np.array([v[0], sign * v[1], v[2]])
            return float(x), float(sign * y), float(z)

        left, right = (
            replace(leg, ankle=turn(leg.ankle, s), foot=(leg.foot[0] + s * degrees, *leg.foot[1:]))
            for leg, s in zip(self.legs, SIDES, strict=True)
        )
        yaw, pitch, roll = self.pelvis
        return replace(self, hip=turn(self.hip), pelvis=(yaw + degrees, pitch, roll), legs=(left, right))


@dataclass(frozen=True)
class Lounge:
    """A body that moves through postures, and the place of its seat."""

    figure: Figure
    spot: Array
    yaw: float

    def place(self, forward: float, left: float, up: float) -> Array:
        """A point (T, 3) fixed to the seat's frame, in the world."""
        point = rotate(rotation(self.yaw), np.array([forward, left, up])) + np.append(self.spot, 0.0)
        return np.broadcast_to(point, self.figure.trunk.hip.shape)


def lounge(
    cast: Cast,
    spot: Array,
    yaw: float,
    postures: Sequence[Posture],
    starts: Array,
    durations: Array,
    look: Array,
    heave: Sequence[float] | None = None,
) -> Lounge:
    """Move through K postures, with K - 1 changes.

    Feet that move leave the floor. ``heave`` (K - 1,) raises the hip at each change, in mm. ``look``
    (T, 3) is yaw, pitch, roll of the head against the chest.
    """
    body, t = cast.body, cast.t
    postures = _clear(body, postures)
    change = [bump((t - start) / duration) for start, duration in zip(starts, durations, strict=True)]
    heaves = heave if heave is not None else [0.0] * len(change)

    def follow(values: Sequence[tuple[float, ...] | Array]) -> Array:
        return track(t, starts, durations, np.array(values, dtype=np.float64))

    hip = follow([p.hip for p in postures])
    hip[:, 2] += sum((h * c for h, c in zip(heaves, change, strict=True)), np.zeros(len(t)))
    pelvis = np.radians(follow([p.pelvis for p in postures]))
    bend = np.radians(follow([p.bend for p in postures])) + cast.unrest3(0.015, 4.0)
    ankles, frames, swivels, planted = [], [], [], []
    for side, sign in enumerate(SIDES):
        mirror = np.array([1.0, sign, 1.0])
        rest = [p.legs[side] for p in postures]
        ankle = follow([np.array(leg.ankle) * mirror for leg in rest])
        foot = np.radians(follow([np.array(leg.foot) * (sign, 1.0, sign) for leg in rest]))
        still = np.ones(len(t), bool)
        for k, (a, b) in enumerate(pairwise(rest)):
            moves = a.ankle != b.ankle or a.foot != b.foot
            if moves:
                still &= (t < starts[k]) | (t > starts[k] + durations[k])
                far = float(np.linalg.norm(np.subtract(a.ankle, b.ankle)))
                up = 0.18 * far if a.flat and b.flat else 0.10 * far
                ankle[:, 2] += min(up, 50.0 if heaves[k] else 140.0) * change[k]
                ankle[:, 1] += sign * 0.7 * heaves[k] * change[k]
        flat = np.array([leg.flat for leg in rest])
        now = np.searchsorted(starts, t, side="right") if len(starts) else np.zeros(len(t), int)
        planted.append(still & flat[now])
        frame = rotation(foot[:, 0], foot[:, 1], foot[:, 2])
        clear = body.girths["toe"] - 8.0 - rotate(frame, sole(body))[:, 2]  # toes never dip into the floor
        ankle[:, 2] = ankle[:, 2] + 3.0 * np.logaddexp(0.0, (clear - ankle[:, 2]) / 3.0)
        frames.append(frame)
        ankles.append(ankle)
        swivels.append(np.radians(follow([np.array([leg.swivel]) for leg in rest]))[:, 0])

    world, origin = rotation(yaw), np.append(spot, 0.0)
    ground = rotate(world, np.stack(ankles, 1)) + origin
    facing = world @ rotation(*pelvis.T)
    hip = rotate(world, hip) + origin
    hip = settle(body, hip[:, :2], hip[:, 2], facing, ground)
    lift = np.zeros(len(t))
    for _ in range(8):
        hip = hip + np.stack([0 * lift, 0 * lift, lift], -1)
        trunk = torso(body, hip, facing, bend, look)
        leg = legs(body, trunk, ground, world @ np.stack(frames, 1), np.stack(swivels, 1), follow=0.0)
        knees = 0.8 * body.girths["knee"] - leg.knee[..., 2]
        toes = body.girths["toe"] - 8.0 - leg.toe[..., 2]
        sunk = np.maximum(np.maximum(knees, toes).max(1), 0.0)
        if sunk.max() < 1.0:
            break
        # At a change through kneeling, or with a foot close under the hip, the hip stays up.
        lift = soften(2.0 * sunk, 0.12)
    # A foot whose ankle is at its limit is raised instead, and a back gives way to thighs that press on it.
    ground[..., 2] -= lower(np.minimum(-toes, 0.0), 0.12)
    tilt = lower(np.minimum(_MOST_FLEXED - _flexion(trunk, leg).max(1), 0.0), 0.2)
    facing = facing @ rotation(0.0, tilt, 0.0)
    trunk = torso(body, hip, facing, bend, look)
    leg = legs(body, trunk, ground, world @ np.stack(frames, 1), np.stack(swivels, 1), follow=0.0)
    return Lounge(Figure(trunk, leg, np.stack(planted, 1)), spot, yaw)


def _flexion(trunk: Torso, leg: Legs) -> Array:
    """Radians (T, 2) between the thighs and the downward axis of the trunk."""
    down = unit(trunk.hip - trunk.spine)[:, None]
    return np.asarray(np.arccos(np.clip((down * unit(leg.knee - leg.hip)).sum(-1), -1.0, 1.0)))


def _clear(body: Body, postures: Sequence[Posture]) -> list[Posture]:
    """The same postures, with knees that open less where they would touch the floor."""
    hip, pelvis, bend = (np.array([getattr(p, name) for p in postures]) for name in ("hip", "pelvis", "bend"))
    trunk = torso(body, hip, rotation(*np.radians(pelvis.T)), np.radians(bend), np.zeros_like(bend))
    mirror = np.array([[1.0, sign, 1.0] for sign in SIDES])
    ankle = np.array([[leg.ankle for leg in p.legs] for p in postures]) * mirror
    swivel = np.array([[leg.swivel for leg in p.legs] for p in postures])
    foot = np.broadcast_to(np.eye(3), (*ankle.shape, 3))
    for _ in range(30):
        low = legs(body, trunk, ankle, foot, np.radians(swivel), 0.0).knee[..., 2] < 0.9 * body.girths["knee"]
        swivel = np.where(low, swivel - 2.0 * np.sign(swivel), swivel)
    cleared = []
    for p, (left, right) in zip(postures, swivel.tolist(), strict=True):
        pair = replace(p.legs[0], swivel=left), replace(p.legs[1], swivel=right)
        cleared.append(replace(p, legs=pair))
    return cleared
