"""The inputs of an action, and how a performance is put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.arms import Arm, Reach
from pose_lib.data.synthetic.bodies import Body
from pose_lib.data.synthetic.feet import Treads, feet, settle, stances, support
from pose_lib.data.synthetic.kinematics import Legs, Torso, legs, rotation, torso
from pose_lib.data.synthetic.props import Prop
from pose_lib.data.synthetic.timing import Array, Mask, drift, lower, soften

__all__ = ["Action", "Cast", "Figure", "Performance", "Style", "assemble", "carried", "loiter"]


@dataclass(frozen=True)
class Style:
    """The manner in which a person moves, the same in every action."""

    hand: int
    """The hand (0 left, 1 right) that the person mainly uses."""
    tempo: float
    """Speed relative to the average."""
    range: float
    """Size of gestures and arm swing relative to the average."""
    lean: float
    """Radians that the trunk leans forward when at ease."""
    spread: float
    """Distance between the feet when standing, in hip widths."""
    splay: float
    """Radians that the feet point outwards."""


@dataclass(frozen=True)
class Cast:
    """Who performs, at which times and in which manner."""

    body: Body
    t: Array
    """(T,) s."""
    take: int
    style: Style
    rng: np.random.Generator
    partner: Body
    """Someone else, for actions that need two."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return float(self.t[-1]) + 1.0

    def unrest(self, amplitude: float, period: float) -> Array:
        """Small random movements (T,) of this person (:func:`~pose_lib.data.synthetic.timing.drift`)."""
        return drift(self.rng, self.t, amplitude, period)

    def unrest3(self, amplitude: float, period: float) -> Array:
        """Three of them, (T, 3)."""
        return np.stack([self.unrest(amplitude, period) for _ in range(3)], -1)


def style(subject: str, take: int, seed: int) -> Style:
    """The manner of a subject; takes differ a little, and the second may use the other hand."""
    own, day = rng("manner", seed, subject), rng("manner", seed, subject, take)
    handed = int(own.uniform() < 0.8)
    return Style(
        hand=handed if take == 1 else int(day.uniform() < 0.5),
        tempo=own.uniform(0.88, 1.12) * day.uniform(0.95, 1.05),
        range=own.uniform(0.75, 1.25) * day.uniform(0.9, 1.1),
        lean=np.radians(own.uniform(-1.0, 5.0) + day.uniform(-1.0, 1.0)),
        spread=own.uniform(0.8, 1.35) * day.uniform(0.9, 1.1),
        splay=np.radians(own.uniform(4.0, 14.0)),
    )


@dataclass(frozen=True)
class Performance:
    """What an action returns."""

    points: Array
    planted: Mask
    props: tuple[Prop, ...] = ()
    companion: tuple[Array, Mask] | None = None
    """Points and planted feet of the partner."""


Action = Callable[[Cast], Performance]


def assemble(trunk: Torso, leg: Legs, left: Reach, right: Reach) -> Array:
    """Points (T, 21, 3) in the order of ``BODY_POINTS``."""
    columns = [trunk.hip]
    for side in (1, 0):
        columns += [leg.hip[:, side], leg.knee[:, side], leg.ankle[:, side]]
    columns += [trunk.spine, trunk.thorax, trunk.nose, trunk.crown]
    for arm in (left, right):
        columns += [arm.shoulder, arm.elbow, arm.wrist]
    columns += [leg.toe[:, 0], leg.toe[:, 1], left.tip, right.tip]
    return np.stack(columns, 1)


@dataclass(frozen=True)
class Figure:
    """A body from the floor to the head, still without arms."""

    trunk: Torso
    legs: Legs
    planted: Mask

    def arms(self, cast: Cast) -> tuple[Arm, Arm]:
        """The arm that the person mainly uses, and the other one."""
        hand = cast.style.hand
        return Arm(cast.body, self.trunk, hand), Arm(cast.body, self.trunk, 1 - hand)

    def finish(self, cast: Cast, reaches: Sequence[Reach], props: Sequence[Prop] = ()) -> Performance:
        """Add the arms, the one that is mainly used first."""
        main, other = reaches
        left, right = (main, other) if cast.style.hand == 0 else (other, main)
        return Performance(assemble(self.trunk, self.legs, left, right), self.planted, tuple(props))


def loiter(
    cast: Cast,
    spots: Array,
    yaws: Array,
    times: Array,
    spread: float = 1.0,
    pace: float = 0.55,
) -> tuple[Treads, Treads]:
    """Treads of someone who stands at spots (K, 2) mm and steps to the next at ``times`` (K - 1,) s."""
    return stances(
        cast.body, spots, yaws, times, cast.style.spread * spread, cast.style.splay, pace / cast.style.tempo
    )


def carried(
    cast: Cast,
    treads: tuple[Treads, Treads],
    *,
    shift: Array | float = 0.0,
    bow: Array | float = 0.0,
    crouch: Array | float = 0.0,
    bend: Array | None = None,
    look: Array | None = None,
) -> Figure:
    """A body that stands on its feet.

    Args:
        cast: who.
        treads: where the feet go.
        shift: (T,) weight in [-1, 1], 1 for all on the left foot; the other hip drops and its knee bends.
        bow: (T,) radians of bending forward at the hips; the seat moves back.
        crouch: (T,) share of the leg length by which the hip sinks.
        bend: (T, 3) yaw, pitch, roll of the chest against the pelvis.
        look: (T, 3) yaw, pitch, roll of the head against the chest.
    """
    body, t, n = cast.body, cast.t, cast.body.lengths
    zero = np.zeros(len(t))
    shift, bow, crouch = (np.broadcast_to(v, t.shape) for v in (shift, bow, crouch))
    both = np.asarray(feet(body, t, treads).planted.all(1), dtype=np.float64)
    shift, crouch = shift * soften(both, 0.25), crouch * lower(both, 0.5)
    pace = feet(body, t, treads, np.maximum(crouch - 0.17, 0.0) * 2.6)
    spot, yaw = support(body, t, treads, 0.5 + 0.42 * shift, 0.22)
    sway = np.stack([cast.unrest(5.0, 4.0), cast.unrest(4.0, 3.1)], -1)
    roll = np.radians(5.0) * shift
    pelvis = rotation(yaw + cast.unrest(0.02, 5.0), bow, roll)
    ahead = np.stack([np.cos(yaw), np.sin(yaw)], -1)
    spot = spot + sway - (0.10 * body.stature * np.sin(bow) + 0.15 * n["thigh"] * crouch)[:, None] * ahead
    tall = n["ankle"] + (n["thigh"] + n["shank"]) * (0.992 - crouch)
    hip = settle(body, spot, tall, pelvis, pace.ankle)
    bend = np.stack([zero, zero, zero], -1) if bend is None else bend
    lean = np.stack([zero, zero + 0.75 * cast.style.lean, -0.9 * roll], -1)
    look = np.stack([zero, zero, zero], -1) if look is None else look
    trunk = torso(body, hip, pelvis, bend + lean + cast.unrest3(0.012, 3.7), look + cast.unrest3(0.02, 2.9))
    leg = legs(body, trunk, pace.ankle, pace.frame, np.full((len(t), 2), 0.08))
    return Figure(trunk, leg, pace.planted)
