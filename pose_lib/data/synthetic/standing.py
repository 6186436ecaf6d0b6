"""Talking, greeting, posing and waiting while standing."""

from __future__ import annotations

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Cue, Pose, Reach
from pose_lib.data.synthetic.bearing import gaze, places, sway, weight
from pose_lib.data.synthetic.gestures import (
    akimbo,
    beat,
    behind_back,
    behind_head,
    chin,
    clasped,
    crossed,
    pocket,
    point,
    ramble,
    salute,
    visible_space,
    wave,
)
from pose_lib.data.synthetic.stage import Cast, Figure, Performance, carried, loiter
from pose_lib.data.synthetic.timing import Array, bump, ease, holds, track

__all__ = ["directions", "discussion", "greeting", "posing", "waiting"]


def _play(cast: Cast, stand: Figure, arm: Arm, cues: list[Cue], beats: Array | None = None) -> Reach:
    unrest = cast.unrest3(6.0, 2.4)
    return arm.play(cast.t, arm.hang(), cues, unrest if beats is None else unrest + beats)


def directions(cast: Cast) -> Performance:
    """Give directions: point, gesture, and look around."""
    rng = cast.rng
    stand = carried(
        cast,
        loiter(cast, *places(cast, (4.0, 9.0), 55.0, 150.0)),
        shift=weight(cast),
        bend=sway(cast, (2.0, 5.0), (18.0, 8.0, 4.0)),
        look=gaze(cast, (0.8, 2.5), 40.0, (-8.0, 14.0)),
    )
    main, other = stand.arms(cast)

    def pointing(arm: Arm) -> Pose:
        return point(arm, rng.uniform(-35, 95), rng.normal(0, 16))

    calls = [
        lambda: pointing(main),
        lambda: visible_space(cast, main),
        lambda: main.hang(rng.uniform(0, 12), rng.uniform(12, 40)),
    ]
    calls_other = [
        lambda: other.hang(rng.uniform(0, 10), rng.uniform(12, 30)),
        lambda: pointing(other),
        lambda: akimbo(other),
        lambda: visible_space(cast, other),
    ]
    return stand.finish(
        cast,
        (
            _play(cast, stand, main, ramble(cast, calls, (5, 3, 2), (0.6, 2.0)), beat(cast, 45.0, 1.1)),
            _play(cast, stand, other, ramble(cast, calls_other, (5, 2, 1.5, 2), (1.5, 5.0), (0.6, 1.0))),
        ),
    )


def discussion(cast: Cast) -> Performance:
    """Talk with both hands, turn to different people, fold the arms while listening."""
    rng = cast.rng
    stand = carried(
        cast,
        loiter(cast, *places(cast, (2.5, 6.0), 65.0, 300.0)),
        shift=weight(cast, (2.0, 6.0)),
        bow=np.radians(14.0) * ease(0.3 + cast.unrest(0.6, 5.0)),
        bend=sway(cast, (1.5, 4.5), (30.0, 24.0, 10.0)),
        look=gaze(cast, (0.7, 2.5), 38.0, (-10.0, 16.0), 8.0),
    )
    starts, durations = holds(rng, cast.seconds, (0.5, 1.8), (0.4, 0.7))
    arms = stand.arms(cast)
    cues: list[list[Cue]] = [[], []]
    quiet = 0
    for start, duration in zip(starts, durations, strict=True):
        quiet = max(0, quiet - 1)
        if quiet:
            continue
        mood = rng.uniform()
        if mood < 0.10:  # listen
            quiet = int(rng.integers(2, 5))
            listen = rng.integers(4)
            for above, arm in enumerate(arms):
                pose = (
                    crossed(arm, bool(above)),
                    akimbo(arm),
                    clasped(arm),
                    chin(arm) if above else crossed(arm, False),
                )[listen]
                cues[above].append(Cue(start, duration * 1.3, pose))
        elif mood < 0.30:  # both arms alike
            wide, high = rng.uniform(-0.15, 0.7), rng.uniform(-0.5, 0.5)
            for side, arm in enumerate(arms):
                cues[side].append(Cue(start, duration, arm.at(rng.uniform(0.4, 0.6), wide, high, 15.0)))
        else:
            busy = int(rng.uniform() < 0.35)
            cues[busy].append(Cue(start, duration, visible_space(cast, arms[busy], 1.0)))
            if rng.uniform() < 0.3:
                rest = arms[1 - busy]
                pose = (
                    rest.hang(rng.uniform(0, 15), rng.uniform(15, 70))
                    if rng.uniform() < 0.6
                    else pocket(rest)
                )
                cues[1 - busy].append(Cue(start, duration, pose))
    strokes = beat(cast, 70.0, 1.2), beat(cast, 45.0, 1.2)
    return stand.finish(cast, [_play(cast, stand, arm, cues[i], strokes[i]) for i, arm in enumerate(arms)])


def greeting(cast: Cast) -> Performance:
    """Wave, shake hands, bow, salute, open the arms for an embrace."""
    rng, t = cast.rng, cast.t
    starts, durations = holds(rng, cast.seconds, (1.8, 3.6), (0.5, 0.9))
    kinds = rng.choice(7, size=len(starts), p=np.array([0.22, 0.2, 0.15, 0.08, 0.1, 0.07, 0.18]))
    bow, zero = np.zeros(len(t)), np.zeros(len(t))
    ends = np.append(starts, cast.seconds)[1:]
    for start, end, kind in zip(starts, ends, kinds, strict=True):
        if kind == 2:
            bow += bump((t - start) / (end - start)) * rng.uniform(0.35, 0.8)
        if kind == 1:
            bow += bump((t - start) / (end - start)) * 0.12
    stand = carried(
        cast,
        loiter(cast, *places(cast, (3.0, 7.0), 60.0, 250.0)),
        shift=weight(cast) * (1 - ease(3 * bow)),
        bow=0.6 * bow,
        bend=sway(cast, (2.0, 5.0), (10.0, 3.0, 4.0)) + np.stack([zero, 0.4 * bow, zero], -1),
        look=gaze(cast, (1.5, 4.0), 25.0, (-6.0, 6.0)) + np.stack([zero, 0.2 * bow, zero], -1),
    )
    arms = stand.arms(cast)
    main, other = arms
    cues: list[list[Cue]] = [[], []]
    for start, duration, kind in zip(starts, durations, kinds, strict=True):
        tempo, high = rng.uniform(1.3, 2.2) * cast.style.tempo, rng.uniform(0.1, 0.45)
        rest = main.hang(rng.uniform(0, 8), rng.uniform(8, 25)), other.hang(rng.uniform(0, 8), 16.0)
        shake = np.stack([zero + 0.60, zero - 0.14, -0.50 + 0.06 * np.sin(2 * np.pi * 2.1 * t)], -1)
        poses = (
            (wave(main, t, high, tempo, 0.2 * cast.style.range), rest[1]),
            (Pose(main.length * shake, np.array([0.98, -0.17, 0.1])), rest[1]),
            (main.hang(6, 8), other.hang(6, 8)),
            (salute(main), rest[1]),
            tuple(arm.at(0.62, 0.45, rng.uniform(-0.15, 0.1), 20) for arm in arms),
            tuple(wave(arm, t, 0.55, tempo, 0.15) for arm in arms),
            rest,
        )[kind]
        for side in (0, 1):
            cues[side].append(Cue(start, duration, poses[side]))
    return stand.finish(cast, [_play(cast, stand, arm, cues[i]) for i, arm in enumerate(arms)])


def posing(cast: Cast) -> Performance:
    """Take one pose after the other, and hold each for a moment."""
    rng, t = cast.rng, cast.t
    spots, yaws, times = places(cast, (2.0, 5.0), 50.0, 120.0)
    treads = loiter(cast, spots, yaws, times, spread=rng.uniform(1.1, 1.5))
    starts, durations = holds(rng, cast.seconds, (1.6, 3.6), (0.7, 1.2))
    count = len(starts) + 1
    bend = np.radians(rng.normal(0, 1, (count, 3)) * (20.0, 6.0, 12.0))
    look = np.radians(rng.normal(0, 1, (count, 3)) * (25.0, 9.0, 8.0))
    stand = carried(
        cast,
        treads,
        shift=track(t, starts, durations, rng.choice([-1.0, -0.6, 0.7, 1.0], count)),
        crouch=track(t, starts, durations, np.maximum(rng.normal(0.0, 0.04, count), 0.0)),
        bend=track(t, starts, durations, bend),
        look=track(t, starts, durations, look),
    )
    arms = stand.arms(cast)
    cues: list[list[Cue]] = [[], []]
    for start, duration in zip(starts, durations, strict=True):
        same = rng.uniform() < 0.4
        kind = rng.choice(7, size=2)
        for side, arm in enumerate(arms):
            options = (
                lambda a: akimbo(a),
                lambda a: behind_head(a),
                lambda a: crossed(a, a.side == 0),
                lambda a: point(a, rng.uniform(0, 100), rng.uniform(-30, 60)),
                lambda a: a.at(rng.uniform(0, 0.4), rng.uniform(0.1, 0.4), rng.uniform(0.65, 0.9), 10),
                lambda a: chin(a),
                lambda a: a.hang(rng.uniform(-15, 10), rng.uniform(5, 40), rng.uniform(6, 35)),
            )
            pick = kind[0] if same or (kind[0] == 2) else kind[side]
            pick = 6 if pick == 2 and kind[0] != 2 else pick
            cues[side].append(Cue(start, duration, options[pick](arm)))
    return stand.finish(cast, [_play(cast, stand, arm, cues[i]) for i, arm in enumerate(arms)])


def waiting(cast: Cast) -> Performance:
    """Shift the weight, look around and at the watch, fold the arms, put the hands into the pockets."""
    rng = cast.rng
    stand = carried(
        cast,
        loiter(cast, *places(cast, (3.0, 10.0), 70.0, 350.0)),
        shift=weight(cast, (2.0, 7.0), 1.0),
        bend=sway(cast, (3.0, 8.0), (14.0, 6.0, 5.0)),
        look=gaze(cast, (1.0, 3.5), 60.0, (-12.0, 22.0), 6.0),
    )
    arms = stand.arms(cast)
    starts, durations = holds(rng, cast.seconds, (2.5, 7.0), (0.7, 1.2))
    cues: list[list[Cue]] = [[], []]
    for start, duration in zip(starts, durations, strict=True):
        kind = rng.choice(8, p=np.array([0.2, 0.16, 0.14, 0.12, 0.1, 0.1, 0.08, 0.1]))
        for side, arm in enumerate(arms):
            watch = Pose(arm.length * np.array([0.42, -0.2, -0.2]), np.array([0.1, -0.97, -0.2]), 0.5)
            pose = (
                crossed(arm, side == 0),
                pocket(arm),
                akimbo(arm),
                behind_back(arm),
                clasped(arm),
                watch if side else arm.hang(3, 20),
                behind_head(arm) if side == 0 else pocket(arm),
                arm.hang(rng.uniform(-5, 8), rng.uniform(8, 25)),
            )[kind]
            cues[side].append(Cue(start + 0.12 * side, duration, pose))
    return stand.finish(cast, [_play(cast, stand, arm, cues[i]) for i, arm in enumerate(arms)])
