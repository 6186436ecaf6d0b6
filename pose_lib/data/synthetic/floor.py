"""SittingDown: sitting, kneeling and squatting on the floor, and standing up again."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Cue, Pose
from pose_lib.data.synthetic.bearing import gaze
from pose_lib.data.synthetic.gestures import beat, chin, crossed, visible_space
from pose_lib.data.synthetic.kinematics import SIDES, rotation
from pose_lib.data.synthetic.postures import Leg, Lounge, Posture, lounge
from pose_lib.data.synthetic.seat import thigh
from pose_lib.data.synthetic.stage import Cast, Performance
from pose_lib.data.synthetic.timing import holds

__all__ = ["sitting_down"]

_REST = ("crossed", "long", "hugged", "side", "kneeling", "reclined")
_HEAVE = {"kneeling": 280.0, "side": 220.0, "half kneeling": 220.0, "squat": 130.0}
_WAY = ("squat", "half kneeling", "upright")


def _posture(cast: Cast, kind: str) -> Posture:
    """One of the postures on the floor, or on the way to it."""
    n, g, rng = cast.body.lengths, cast.body.girths, cast.rng
    low, floor, hip = 0.92 * g["thigh"], n["ankle"], n["hip"]
    thigh_, shank = n["thigh"], n["shank"]
    full = thigh_ + shank
    twist, side = rng.uniform(-16, 16), rng.uniform(-6, 6)
    flip = rng.uniform() < 0.5
    drop = float(np.arcsin((floor - g["toe"]) / n["foot"]))  # of the toe against the ankle

    def pair(a: Leg, b: Leg) -> tuple[Leg, Leg]:
        return (a, b) if flip else (b, a)

    if kind == "upright":
        leg = Leg((0.0, 1.1 * hip, floor), (8.0, 0.0, 0.0), 4.0)
        return Posture((45.0, 0.0, floor + 0.985 * full), (0, 0, 0), (twist * 0.4, 4, 0), (leg, leg))
    if kind == "squat":
        tip = np.radians(20.0)
        leg = Leg(
            (-20.0, 1.2 * hip, g["toe"] + n["foot"] * np.sin(tip + drop)), (14.0, 20.0, 0.0), 16.0, False
        )
        return Posture((-70.0, 0.0, 0.42 * full), (0, 16, 0), (twist * 0.4, 16, 0), (leg, leg))
    if kind == "half kneeling":
        up = Leg((thigh_ * 0.95, 1.1 * hip, floor), (4.0, 0.0, 0.0), 6.0)
        down = Leg((-0.80 * shank, 0.9 * hip, 0.85 * floor), (0.0, 150.0, 0.0), 2.0, False)
        height = 0.95 * thigh_ + g["knee"]
        return Posture((0.0, 0.0, height), (0, 4, 0), (twist, 8, side), pair(up, down))
    if kind == "crossed":
        near = Leg((0.42 * thigh_, -0.55 * hip, 0.75 * floor + 18), (-20.0, 0.0, 70.0), 72.0, False)
        far = Leg((0.62 * thigh_, -0.45 * hip, 0.75 * floor + 6), (-20.0, 0.0, 70.0), 70.0, False)
        return Posture((0, 0, low), (0, -8, 0), (twist, 14 + rng.uniform(-6, 14), side), pair(near, far))
    if kind == "long":
        away = rng.uniform(0.9, 0.985)
        a = Leg((away * full, rng.uniform(0.6, 1.8) * hip, g["heel"] + 12), (14.0, -72.0, 0.0), 6.0, False)
        b = a if rng.uniform() < 0.5 else Leg((0.95 * thigh_, 1.0 * hip, floor), (8.0, 0.0, 0.0), 6.0)
        return Posture((0, 0, low), (0, -16, 0), (twist, rng.uniform(-6, 22), side), pair(a, b))
    if kind == "hugged":
        leg = Leg((1.20 * thigh_, 0.8 * hip, floor), (4.0, 0.0, 0.0), 2.0)
        return Posture((0, 0, low), (0, -12, 0), (twist * 0.5, 28 + rng.uniform(-6, 8), side), (leg, leg))
    if kind == "side":
        sign = 1.0 if flip else -1.0
        front = Leg((0.55 * thigh_, -0.9 * hip, 0.8 * floor), (-20.0, 0.0, 70.0), 62.0, False)
        back = Leg((0.10 * thigh_, 3.1 * hip, 0.8 * floor), (105.0, 0.0, -60.0), -34.0, False)
        return Posture((0, 0, low + 20), (0, -4, sign * 7.0), (twist, 12, -sign * 13.0), pair(front, back))
    if kind == "kneeling":
        leg = Leg((-0.12 * thigh_, 0.75 * hip, 0.85 * floor), (0.0, 148.0, 0.0), 6.0, False)
        bend = (twist, 6 + rng.uniform(-4, 18), side)
        return Posture((0, 0, low + 0.42 * thigh_), (0, 6, 0), bend, (leg, leg))
    a = Leg((rng.uniform(0.72, 0.97) * full, 1.1 * hip, g["heel"] + 14), (14.0, -60.0, 0.0), 6.0, False)
    b = Leg((0.95 * thigh_, 1.0 * hip, floor), (6.0, 0.0, 0.0), 6.0)
    return Posture((0, 0, low), (0, -36, 0), (twist * 0.6, 6, side), pair(a, b))


def _hands(cast: Cast, seat: Lounge, arm: Arm, kind: str, turn: float, first: bool) -> Pose:
    """What a hand does in a posture."""
    rng, sign = cast.rng, SIDES[arm.side]
    leg, g = seat.figure.legs, cast.body.girths
    facing = rotation(np.radians(turn))

    def lean(forward: float, out: float) -> Pose:
        spot = facing @ np.array([forward, sign * out, 0.0])
        aim = rotation(seat.yaw) @ facing @ np.array([-0.3, 0.6 * sign, -0.75])
        return arm.touch(seat.place(spot[0], spot[1], 20.0), arm.direction(aim), 1.0, -10.0)

    shin = 0.62 * leg.knee[:, arm.side] + 0.38 * leg.ankle[:, arm.side]
    front = rotation(seat.yaw) @ facing @ np.array([g["knee"] + 22.0, 0.0, 0.0])
    if kind == "upright":
        return arm.hang(10.0, 25.0)
    if kind == "half kneeling":
        return thigh(arm, seat, 0.7)
    if kind == "squat":
        return arm.at(0.62, -0.05, -0.35)
    if kind == "reclined":
        return lean(-330.0, 260.0)
    if kind == "hugged":
        return arm.touch(shin + front, (0.2, -0.95, -0.15), 0.55, 6.0)
    pick = rng.uniform()
    if kind in ("long", "side") and pick < 0.5:
        return lean(-250.0 if kind == "long" else -120.0, 330.0)
    if pick < 0.75:
        return thigh(arm, seat, rng.uniform(0.45, 0.85))
    if pick < 0.85:
        return crossed(arm, first)
    return chin(arm) if pick < 0.9 and first else visible_space(cast, arm)


def sitting_down(cast: Cast) -> Performance:
    """Go down to the floor, change posture there, stand up now and then."""
    rng = cast.rng
    starts, durations = holds(rng, cast.seconds, (1.4, 4.0), (1.5, 2.2))
    kinds = ["upright"] if rng.uniform() < 0.7 else ["crossed"]
    while len(kinds) <= len(starts):
        last = kinds[-1]
        if last == "upright":
            kinds.append(str(rng.choice(["squat", "half kneeling"])))
        elif last in _WAY:
            kinds.append(str(rng.choice(["crossed", "hugged", "kneeling", "long", "side"])))
        elif rng.uniform() < 0.12:
            kinds += [str(rng.choice(["squat", "half kneeling"])), "upright"]
        else:
            kinds.append(str(rng.choice([k for k in _REST if k != last])))
    kinds = kinds[: len(starts) + 1]
    turns = np.cumsum(rng.normal(0, 12.0, len(kinds)))
    rests = [_posture(cast, kind).turned(float(turn)) for kind, turn in zip(kinds, turns, strict=True)]
    heave = [max(_HEAVE.get(a, 0.0), _HEAVE.get(b, 0.0)) for a, b in pairwise(kinds)]
    spot, yaw = rng.uniform((-600, -450), (600, 450)), rng.uniform(0, 2 * np.pi)
    look = gaze(cast, (1.0, 3.0), 45.0, (-14.0, 16.0), 6.0)
    seat = lounge(cast, spot, yaw, rests, starts, durations, look, heave)
    reaches = []
    for k, arm in enumerate(seat.figure.arms(cast)):
        poses = [
            _hands(cast, seat, arm, kind, float(turn), k == 0)
            for kind, turn in zip(kinds, turns, strict=True)
        ]
        cues = [Cue(a, d, pose) for a, d, pose in zip(starts, durations, poses[1:], strict=True)]
        reaches.append(arm.play(cast.t, poses[0], cues, beat(cast, 5.0, 0.8)))
    return seat.figure.finish(cast, reaches)
