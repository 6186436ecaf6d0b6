"""A body on a chair: positions of legs, trunk and hands."""

from __future__ import annotations

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Pose
from pose_lib.data.synthetic.bearing import gaze
from pose_lib.data.synthetic.kinematics import SIDES
from pose_lib.data.synthetic.postures import Leg, Lounge, Posture, lounge
from pose_lib.data.synthetic.props import SEAT, Prop, chair
from pose_lib.data.synthetic.stage import Cast
from pose_lib.data.synthetic.timing import holds

__all__ = ["LEGS", "edge", "lap", "posture", "rail", "sit", "thigh"]


def _legs(cast: Cast, kind: str) -> tuple[Leg, Leg]:
    """The legs of a person on a chair, in one of the ways of :data:`LEGS`."""
    body, rng = cast.body, cast.rng
    n, thick = body.lengths, body.girths["thigh"]
    hip, thigh, floor = n["hip"], n["thigh"], n["ankle"]
    seat = SEAT + 0.9 * thick

    def flat(forward: float, out: float) -> Leg:
        yaw = rng.uniform(2, 18)
        return Leg((forward, out * hip, floor), (yaw, 0.0, 0.0), 4.0 + 6.0 * max(0.0, out - 1.0))

    def knee_height(forward: float) -> float:
        return float(np.sqrt(max(n["shank"] ** 2 - max(forward - thigh, 0.0) ** 2, 0.0)) + floor)

    even = thigh + rng.uniform(-60, 90), rng.uniform(0.8, 1.7)
    if kind == "even":
        return flat(*even), flat(even[0] + rng.uniform(-40, 40), even[1])
    if kind == "apart":
        return flat(even[0], rng.uniform(1.8, 2.4)), flat(even[0], rng.uniform(1.8, 2.4))
    if kind == "out":
        reach = thigh + 0.62 * n["shank"]
        toes_up = Leg((reach, 0.8 * hip, floor + 12.0), (8.0, -28.0, 0.0), 6.0, False)
        other = toes_up if rng.uniform() < 0.5 else flat(thigh + 20, 1.2)
        return (toes_up, other) if rng.uniform() < 0.5 else (other, toes_up)
    if kind == "tucked":
        lift = 0.55 * n["foot"]
        tuck = Leg((thigh - 0.55 * n["shank"], 0.7 * hip, floor + lift), (4.0, 36.0, 0.0), 4.0, False)
        return tuck, tuck
    low = flat(thigh - 10.0, 0.6)
    if kind == "over":  # one knee over the other
        up = knee_height(thigh) + 1.5 * thick
        high = Leg(
            (thigh + 0.42 * n["shank"], -0.75 * hip, up - 0.86 * n["shank"]), (-8.0, 25.0, 0.0), -14.0, False
        )
    else:  # "figure four": an ankle on the other knee
        high = Leg((thigh - 95.0, -1.05 * hip, seat + 1.25 * thick + 30.0), (-62.0, 12.0, 38.0), 58.0, False)
    return (low, high) if rng.uniform() < 0.5 else (high, low)


LEGS = ("even", "apart", "out", "tucked", "over", "four")


def posture(cast: Cast, kind: str, slump: float, bend: tuple[float, float, float]) -> Posture:
    """Sit with the legs in one of the ways of :data:`LEGS`.

    With ``slump`` > 0 the person leans back and slides forward, with ``slump`` < 0 leans forward.
    """
    body = cast.body
    up = SEAT + 0.9 * body.girths["thigh"]
    back = max(slump, 0.0)
    forward = max(-slump, 0.0)
    return Posture(
        (-40.0 + 95.0 * back, cast.rng.uniform(-20, 20), up - 8.0 * back),
        (0.0, -24.0 * back + 24.0 * forward, cast.rng.uniform(-2, 2)),
        (bend[0], 8.0 - 2.0 * back + 24.0 * forward + bend[1], bend[2]),
        _legs(cast, kind),
    )


def thigh(arm: Arm, seat: Lounge, share: float, inward: float = 0.1) -> Pose:
    """The hand on the thigh of its own side, at ``share`` of the way to the knee."""
    leg, g = seat.figure.legs, arm.body.girths
    hip, knee = leg.hip[:, arm.side], leg.knee[:, arm.side]
    radius = (1 - share) * g["thigh"] + share * g["knee"]
    target = hip + share * (knee - hip) + np.array([0.0, 0.0, radius + 14.0])
    return arm.touch(target, (0.9, -inward, -0.3), 0.6, 8.0)


def lap(arm: Arm, seat: Lounge) -> Pose:
    """Hands folded between the thighs."""
    leg, g = seat.figure.legs, arm.body.girths
    middle = 0.35 * (leg.knee[:, 0] + leg.knee[:, 1]) + 0.15 * (leg.hip[:, 0] + leg.hip[:, 1])
    return arm.touch(middle + np.array([0.0, 0.0, g["thigh"] + 30.0]), (0.7, -0.6, -0.4), 0.7, 5.0)


def edge(arm: Arm, seat: Lounge) -> Pose:
    """The hand on the edge of the seat."""
    target = seat.place(20.0, SIDES[arm.side] * 215.0, SEAT + 5.0)
    return arm.touch(target, (0.35, 0.1, -0.95), 0.6, 0.0)


def rail(arm: Arm, seat: Lounge) -> Pose:
    """The arm over the back of the chair."""
    return arm.at(-0.35, 0.55, -0.42, 20.0)


def sit(
    cast: Cast,
    kinds: tuple[str, ...],
    hold: tuple[float, float],
    bend: tuple[float, float, float],
    slump: tuple[float, float],
    look: tuple[float, float, float],
) -> tuple[Lounge, tuple[Prop, ...]]:
    """Sit on a chair and change posture now and then; returns the body and the chair.

    Args:
        cast: who.
        kinds: positions of the legs, some of :data:`LEGS`.
        hold: range of the seconds between changes.
        bend: largest turn, forward bend and sideways lean of the chest in degrees.
        slump: range of leaning back (1) or forward (-1).
        look: largest turn of the head in degrees, and the range of its pitch.
    """
    rng = cast.rng
    starts, durations = holds(rng, cast.seconds, hold, (1.1, 1.9))
    spot, yaw = rng.uniform((-700, -500), (700, 500)), rng.uniform(0, 2 * np.pi)
    rests = [
        posture(
            cast,
            str(rng.choice(kinds)),
            rng.uniform(*slump),
            (rng.uniform(-1, 1) * bend[0], rng.uniform(-0.3, 1) * bend[1], rng.uniform(-1, 1) * bend[2]),
        )
        for _ in range(len(starts) + 1)
    ]
    seat = lounge(
        cast, spot, yaw, rests, starts, durations, gaze(cast, (1.0, 3.5), look[0], (look[1], look[2]), 6.0)
    )
    tint = ((0.45, 0.32, 0.20), (0.20, 0.20, 0.22), (0.55, 0.10, 0.12), (0.75, 0.72, 0.66))[rng.integers(4)]
    return seat, chair(len(cast.t), spot, yaw, tint)
