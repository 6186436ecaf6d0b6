"""Sitting on a chair: resting, eating, phoning, smoking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from pose_lib.data.synthetic.arms import Cue, Pose
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
from pose_lib.data.synthetic.kinematics import unit
from pose_lib.data.synthetic.props import Prop, stick
from pose_lib.data.synthetic.seat import LEGS, edge, lap, rail, sit, thigh
from pose_lib.data.synthetic.stage import Cast, Performance
from pose_lib.data.synthetic.timing import holds

__all__ = ["eating", "phoning_seated", "sitting", "smoking_seated", "waiting_seated"]


def sitting(cast: Cast) -> Performance:
    """Sit on a chair in many positions."""
    rng = cast.rng
    seat, things = sit(cast, LEGS, (1.8, 4.5), (32.0, 22.0, 12.0), (-1.0, 1.0), (50.0, -14.0, 18.0))
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
    seat, things = sit(
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
    seat, things = sit(cast, LEGS, (3.5, 8.0), (20.0, 16.0, 8.0), (-0.8, 0.8), (35.0, -8.0, 18.0))
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
    seat, things = sit(cast, LEGS, (4.0, 9.0), (16.0, 16.0, 6.0), (-0.8, 0.9), (35.0, -12.0, 10.0))
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


def waiting_seated(cast: Cast) -> Performance:
    """Wait on a chair: slump, lean on the knees, fold the arms, look at the watch."""
    rng = cast.rng
    seat, things = sit(cast, LEGS, (2.5, 6.0), (24.0, 14.0, 8.0), (-1.0, 1.0), (60.0, -12.0, 16.0))
    arms = seat.figure.arms(cast)
    starts, durations = holds(rng, cast.seconds, (2.5, 6.5), (0.8, 1.2))
    cues: list[list[Cue]] = [[], []]
    for start, duration in zip(starts, durations, strict=True):
        kind = int(rng.choice(6, p=np.array([0.22, 0.16, 0.16, 0.14, 0.12, 0.2])))
        for k, arm in enumerate(arms):
            watch = Pose(arm.length * np.array([0.42, -0.2, -0.25]), np.array([0.1, -0.97, -0.2]), 0.4)
            rest = thigh(arm, seat, rng.uniform(0.45, 0.95))
            pose = (
                crossed(arm, k == 0),
                lap(arm, seat),
                chin(arm) if k == 0 else rest,
                watch if k == 1 else rest,
                behind_head(arm),
                rest,
            )[kind]
            cues[k].append(Cue(start, duration, pose))
    reaches = [
        arm.play(cast.t, thigh(arm, seat, 0.6), own, cast.unrest3(4.0, 2.5))
        for arm, own in zip(arms, cues, strict=True)
    ]
    return seat.figure.finish(cast, reaches, things)
