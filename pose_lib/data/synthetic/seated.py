"""Sitting on a chair: resting, eating, phoning, smoking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Cue, Pose
from pose_lib.data.synthetic.bearing import gaze
from pose_lib.data.synthetic.gestures import (
    beat,
    behind_head,
    chin,
    crossed,
    ear,
    mouth,
    ramble,
    visible_space,
)
from pose_lib.data.synthetic.handling import cigarette, handset, puffs
from pose_lib.data.synthetic.kinematics import SIDES, unit
from pose_lib.data.synthetic.postures import Leg, Lounge, Posture, lounge
from pose_lib.data.synthetic.props import SEAT, Prop, chair, stick
from pose_lib.data.synthetic.stage import Cast, Performance
from pose_lib.data.synthetic.timing import holds

__all__ = ["eating", "phoning_seated", "sitting", "smoking_seated", "thigh"]


def _legs(cast: Cast, kind: str) -> tuple[Leg, Leg]:
    """One of the ways to put the legs on a chair."""
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


_LEGS = ("even", "apart", "out", "tucked", "over", "four")


def posture(cast: Cast, kind: str, slump: float, bend: tuple[float, float, float]) -> Posture:
    """Sit with the legs of that kind; ``slump`` > 0 leans back and slides forward, < 0 leans forward."""
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
    """The hand on the thigh of its own side, ``share`` of the way to the knee."""
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


def _sit(
    cast: Cast,
    kinds: tuple[str, ...],
    hold: tuple[float, float],
    bend: tuple[float, float, float],
    slump: tuple[float, float],
    look: tuple[float, float, float],
) -> tuple[Lounge, tuple[Prop, ...]]:
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


def sitting(cast: Cast) -> Performance:
    """Sit in every way one can sit on a chair."""
    rng = cast.rng
    seat, things = _sit(cast, _LEGS, (1.8, 4.5), (32.0, 22.0, 12.0), (-1.0, 1.0), (50.0, -14.0, 18.0))
    main, other = seat.figure.arms(cast)
    starts, durations = holds(rng, cast.seconds, (1.4, 3.8), (0.7, 1.2))
    cues: list[list[Cue]] = [[], []]
    for start, duration in zip(starts, durations, strict=True):
        pair = int(rng.choice(5, p=np.array([0.1, 0.1, 0.12, 0.12, 0.56])))
        for k, arm in enumerate((main, other)):
            single: tuple[Callable[[], Pose], ...] = (
                partial(thigh, arm, seat, rng.uniform(0.45, 0.95)),
                partial(edge, arm, seat),
                partial(rail, arm, seat),
                partial(chin, arm),
                partial(visible_space, cast, arm),
                partial(arm.hang, 0.0, 15.0, 14.0),
                partial(thigh, arm, seat, 0.7, 0.5),
            )
            pose = (
                crossed(arm, k == 0),
                behind_head(arm),
                lap(arm, seat),
                thigh(arm, seat, 0.9),
                single[int(rng.integers(len(single)))](),
            )[pair]
            cues[k].append(Cue(start, duration, pose))
    start_with = thigh(main, seat, 0.6), thigh(other, seat, 0.6)
    reaches = [
        arm.play(cast.t, start_with[k], cues[k], cast.unrest3(4.0, 2.5))
        for k, arm in enumerate((main, other))
    ]
    return seat.figure.finish(cast, reaches, things)


def eating(cast: Cast) -> Performance:
    """A plate in one hand and a fork in the other, or a roll and a cup."""
    rng, t = cast.rng, cast.t
    seat, things = _sit(
        cast,
        ("even", "apart", "over", "tucked"),
        (5.0, 12.0),
        (10.0, 12.0, 5.0),
        (-0.55, 0.3),
        (18.0, 0.0, 20.0),
    )
    main, other = seat.figure.arms(cast)
    tempo = cast.style.tempo
    plate = cast.take == 1
    dish = other.at(0.46, -0.16, -0.42)
    ready = main.at(0.46, -0.10, -0.33) if plate else main.at(0.40, -0.02, -0.42)
    cues, sips, now = [], [], rng.uniform(0.5, 2.0)
    while now < cast.seconds:
        if not plate and rng.uniform() < 0.3:
            sips += [Cue(now, 1.0 / tempo, mouth(other, 45.0, 0.7))]
            now += 1.0 / tempo + rng.uniform(0.9, 1.6)
            sips += [Cue(now, 1.0 / tempo, thigh(other, seat, 0.6))]
            now += 1.2 / tempo
        reach = mouth(main, 95.0 if plate else 30.0)
        cues.append(Cue(now, 0.8 / tempo, reach))
        now += 0.8 / tempo + rng.uniform(0.35, 0.8)
        down = ready if rng.uniform() < 0.8 else thigh(main, seat, 0.75)
        cues.append(Cue(now, 0.8 / tempo, down))
        now += 0.8 / tempo + rng.uniform(0.8, 3.0)
    one = main.play(t, ready, cues, cast.unrest3(1.0, 1.5) * 0.5)
    first = dish if plate else thigh(other, seat, 0.6)
    two = other.play(t, first, sips, cast.unrest3(3.0 if plate else 0.5, 2.0))
    hand = unit(one.tip - one.wrist)
    held: tuple[Prop, ...]
    if plate:
        middle = two.tip + np.array([0.0, 0.0, 18.0])
        side = 85.0 * unit(np.cross(two.tip - two.wrist, [0.0, 0.0, 1.0]))
        fork = stick("fork", one.grip(0.75), one.tip + 75.0 * hand, 5.0, (0.75, 0.76, 0.78))
        held = (stick("plate", middle - side, middle + side, 42.0, (0.95, 0.95, 0.93)), fork)
    else:
        roll = stick("roll", one.grip(0.85) - 30 * hand, one.tip + 30.0 * hand, 30.0, (0.80, 0.58, 0.30))
        up = np.cross(np.cross(two.tip - two.wrist, [0.0, 0.0, 1.0]), two.tip - two.wrist)
        base = two.grip(0.75)
        held = (
            roll,
            stick("cup", base - 40 * unit(up), base + 50 * unit(up), (32.0, 38.0), (0.85, 0.2, 0.15)),
        )
    return seat.figure.finish(cast, (one, two), (*held, *things))


def phoning_seated(cast: Cast) -> Performance:
    """A long call on a chair."""
    rng = cast.rng
    seat, things = _sit(cast, _LEGS, (3.5, 8.0), (20.0, 16.0, 8.0), (-0.8, 0.8), (35.0, -8.0, 18.0))
    main, other = seat.figure.arms(cast)
    held = main.play(cast.t, main.at(0.42, -0.1, -0.35), [Cue(rng.uniform(1.0, 2.5), 0.9, ear(main))])
    calls = [
        lambda: thigh(other, seat, rng.uniform(0.5, 0.95)),
        lambda: visible_space(cast, other),
        lambda: crossed(other, False),
        lambda: edge(other, seat),
    ]
    cues = ramble(cast, calls, (3, 3, 2, 1), (1.2, 4.0))
    free = other.play(cast.t, thigh(other, seat, 0.6), cues, beat(cast, 25.0, 1.1))
    return seat.figure.finish(cast, (held, free), (handset(held.wrist, held.tip), *things))


def smoking_seated(cast: Cast) -> Performance:
    """A cigarette on a chair."""
    rng = cast.rng
    seat, things = _sit(cast, _LEGS, (4.0, 9.0), (16.0, 16.0, 6.0), (-0.8, 0.9), (35.0, -12.0, 10.0))
    main, other = seat.figure.arms(cast)
    rest = (thigh(main, seat, 0.85), main.at(0.42, 0.15, -0.42), main.hang(5, 20, 20))[rng.integers(3)]
    held = main.play(cast.t, rest, puffs(cast, main, rest))
    calls = [
        lambda: thigh(other, seat, rng.uniform(0.5, 0.95)),
        lambda: crossed(other, False),
        lambda: edge(other, seat),
        lambda: lap(other, seat),
    ]
    free = other.play(cast.t, thigh(other, seat, 0.6), ramble(cast, calls, (3, 2, 1, 2), (3.0, 8.0)))
    smoke = cigarette(held.tip, seat.figure.trunk.head[..., 0])
    return seat.figure.finish(cast, (held, free), (smoke, *things))
