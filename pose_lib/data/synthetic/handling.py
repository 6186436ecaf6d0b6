"""Standing with something in the hand: shopping, photographing, phoning, smoking."""

from __future__ import annotations

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Cue, Pose
from pose_lib.data.synthetic.bearing import gaze, places, sway, weight
from pose_lib.data.synthetic.gestures import akimbo, beat, crossed, ear, mouth, pocket, ramble, visible_space
from pose_lib.data.synthetic.kinematics import SIDES, rotate, unit
from pose_lib.data.synthetic.props import Prop, stick
from pose_lib.data.synthetic.stage import Cast, Performance, carried, loiter
from pose_lib.data.synthetic.timing import Array, bump, holds, soften, track

__all__ = ["cigarette", "handset", "phoning_standing", "purchases", "smoking_standing", "taking_photo"]


def handset(held: Array, tip: Array) -> Prop:
    """A phone in a hand, from its wrist and tip (T, 3)."""
    along = unit(tip - held)
    middle = held + 0.62 * (tip - held)
    return stick("phone", middle - 65 * along, middle + 65 * along, 17.0, (0.06, 0.06, 0.08))


def cigarette(tip: Array, towards: Array) -> Prop:
    """A cigarette between fingertips (T, 3), pointing along a direction (T, 3)."""
    return stick("cigarette", tip, tip + 75.0 * unit(towards), 5.0, (0.95, 0.94, 0.90))


def phoning_standing(cast: Cast) -> Performance:
    """A call: the phone at the ear, the other hand gestures, some steps to and fro."""
    rng = cast.rng
    stand = carried(
        cast,
        loiter(cast, *places(cast, (2.5, 7.0), 70.0, 450.0)),
        shift=weight(cast, (2.0, 6.0)),
        bend=sway(cast, (2.0, 6.0), (14.0, 12.0, 6.0)),
        look=gaze(cast, (1.0, 3.0), 35.0, (-6.0, 24.0), 5.0)
        + np.array([0.0, 0.0, np.radians(-4.0) * SIDES[cast.style.hand]]),
    )
    main, other = stand.arms(cast)
    low = main.at(0.42, -0.12, -0.38)
    dial = rng.uniform(1.5, 3.0)
    held = main.play(cast.t, low, [Cue(dial, 0.9, ear(main))])
    calls = [
        lambda: other.hang(rng.uniform(0, 10), rng.uniform(10, 30)),
        lambda: pocket(other),
        lambda: akimbo(other),
        lambda: crossed(other, False),
        lambda: visible_space(cast, other),
    ]
    free = other.play(
        cast.t, other.hang(), ramble(cast, calls, (3, 2, 2, 2, 3), (1.5, 4.0)), beat(cast, 30.0, 1.1)
    )
    return stand.finish(cast, (held, free), [handset(held.wrist, held.tip)])


def puffs(cast: Cast, arm: Arm, rest: Pose) -> list[Cue]:
    """Bring the cigarette to the mouth every few seconds."""
    cues, now = [], cast.rng.uniform(0.5, 2.0)
    while now < cast.seconds:
        cues.append(Cue(now, 0.9 / cast.style.tempo, mouth(arm, 30.0)))
        now += 0.9 / cast.style.tempo + cast.rng.uniform(1.2, 2.2)
        cues.append(Cue(now, 1.0 / cast.style.tempo, rest))
        now += 1.0 / cast.style.tempo + cast.rng.uniform(1.5, 4.5)
    return cues


def smoking_standing(cast: Cast) -> Performance:
    """A cigarette, brought to the mouth and down again."""
    rng = cast.rng
    stand = carried(
        cast,
        loiter(cast, *places(cast, (4.0, 10.0), 60.0, 250.0)),
        shift=weight(cast, (2.5, 7.0), 1.0),
        bend=sway(cast, (2.5, 6.0), (12.0, 6.0, 5.0)),
        look=gaze(cast, (1.2, 3.5), 40.0, (-10.0, 12.0), 5.0),
    )
    main, other = stand.arms(cast)
    rest = main.hang(22.0, 35.0, 12.0) if rng.uniform() < 0.5 else main.at(0.40, 0.12, -0.45)
    held = main.play(cast.t, rest, puffs(cast, main, rest), cast.unrest3(0.001, 3.0))
    calls = [
        lambda: other.hang(4, 18),
        lambda: pocket(other),
        lambda: akimbo(other),
        lambda: crossed(other, False),
    ]
    free = other.play(cast.t, other.hang(), ramble(cast, calls, (3, 2, 1, 3), (4.0, 9.0)), cast.unrest3(6, 3))
    return stand.finish(cast, (held, free), [cigarette(held.tip, stand.trunk.head[..., 0])])


def purchases(cast: Cast) -> Performance:
    """Walk along shelves with a bag, take things from high and low, look at them, put them into the bag."""
    rng, t = cast.rng, cast.t
    spots, yaws, times = places(cast, (2.6, 5.5), 80.0, 650.0)
    ends = np.append(times, cast.seconds)
    begins = np.append(0.0, times + 2.6)
    bow, crouch, zero = np.zeros(len(t)), np.zeros(len(t)), np.zeros(len(t))
    plans = []
    for begin, end in zip(begins, ends, strict=True):
        while end - begin > 2.0:
            length = min(end - begin, rng.uniform(2.0, 3.2))
            kind = int(rng.choice(3, p=np.array([0.35, 0.2, 0.45])))
            plans.append((begin, length, kind))
            if kind == 2:
                deep = rng.uniform(0.4, 1.0)
                bow += (0.5 + 0.7 * deep) * bump((t - begin) / (0.85 * length))
                crouch += rng.choice([0.05, 0.42]) * deep * bump((t - begin) / (0.85 * length))
            begin += length
    stand = carried(
        cast,
        loiter(cast, spots, yaws, times, pace=0.5),
        shift=weight(cast) * 0.6,
        bow=0.65 * bow,
        crouch=crouch,
        bend=sway(cast, (2.0, 5.0), (10.0, 4.0, 4.0)) + np.stack([zero, 0.35 * bow, zero], -1),
        look=gaze(cast, (1.0, 2.5), 30.0, (-6.0, 22.0)) - np.stack([zero, 0.2 * bow, zero], -1),
    )
    main, other = stand.arms(cast)
    cues = []
    for begin, length, kind in plans:
        out = rng.uniform(-0.1, 0.4)
        if kind == 0:
            far = main.at(rng.uniform(0.6, 0.8), out, rng.uniform(0.1, 0.5), 10.0)
        elif kind == 1:
            far = main.at(rng.uniform(0.75, 0.9), out, rng.uniform(-0.4, 0.0))
        else:
            far = main.at(rng.uniform(0.5, 0.7), out, rng.uniform(-0.7, -0.5))
        near = main.at(0.42, -0.15, -0.3, 8.0)
        step = length / 4.2
        cues += [
            Cue(begin, step, far),
            Cue(begin + 1.4 * step, 0.9 * step, near),
            Cue(begin + 2.6 * step, 0.9 * step, main.at(0.28, -0.32, -0.62)),
            Cue(begin + 3.55 * step, 0.6 * step, main.hang(8, 25)),
        ]
    take = main.play(t, main.hang(), cues, cast.unrest3(5.0, 2.0))
    carry = other.hang(lift=12 + cast.unrest(3.0, 3.0), bend=48.0, out=8.0)
    hold = other.play(t, carry, (), cast.unrest3(5.0, 2.0))
    top = hold.grip(0.6)
    lag = soften(top, 0.12)
    hang = np.stack([lag[:, 0], lag[:, 1], top[:, 2] - 330.0], -1)
    tint = ((0.80, 0.72, 0.55), (0.75, 0.12, 0.15), (0.15, 0.45, 0.25), (0.93, 0.93, 0.90))[rng.integers(4)]
    bag = stick("bag", top - [0.0, 0.0, 170.0], hang, (75.0, 115.0), tint)
    handle = stick("bag handle", top, top - [0.0, 0.0, 150.0], 10.0, tint)
    return stand.finish(cast, (take, hold), (handle, bag))


def taking_photo(cast: Cast) -> Performance:
    """The camera before the eyes: upright, leaning, crouching, turning; then a look at the picture."""
    rng, t = cast.rng, cast.t
    spots, yaws, times = places(cast, (3.0, 6.5), 75.0, 350.0)
    starts, durations = holds(rng, cast.seconds, (1.5, 3.5), (0.8, 1.3))
    count = len(starts) + 1
    low = rng.choice([0.0, 0.02, 0.12, 0.30, 0.42], count, p=[0.35, 0.2, 0.15, 0.15, 0.15])
    bows = np.radians(rng.uniform(-4, 28, count))
    up = rng.uniform(size=count) < 0.75
    zero = np.zeros(len(t))
    bow = track(t, starts, durations, bows)
    pitch = track(t, starts, durations, np.where(up, rng.uniform(-0.25, 0.12, count), 0.45))
    stand = carried(
        cast,
        loiter(cast, spots, yaws, times, spread=1.15),
        shift=weight(cast) * 0.6,
        crouch=soften(track(t, starts, durations, low), 0.1),
        bow=0.6 * bow,
        bend=sway(cast, (2.0, 4.0), (12.0, 4.0, 6.0)) + np.stack([zero, 0.5 * bow, zero], -1),
        look=np.stack([0.3 * cast.unrest(0.2, 4.0), pitch - 0.6 * bow, zero], -1),
    )
    arms = stand.arms(cast)
    reaches = []
    for arm in arms:
        s = SIDES[arm.side]
        eyes = arm.touch(stand.trunk.face(95.0, s * 62.0, 12.0), (0.35, -0.45, 0.82), 0.62, 12.0)
        below = arm.touch(stand.trunk.face(170.0, s * 62.0, -270.0), (0.6, -0.45, 0.66), 0.62, 4.0)
        choice = (below, eyes)
        first = choice[int(up[0])]
        cues = [Cue(a, d, choice[int(u)]) for a, d, u in zip(starts, durations, up[1:], strict=True)]
        reaches.append(arm.play(t, first, cues))
    grips = [r.grip(0.62) for r in reaches]
    middle, across = 0.5 * (grips[0] + grips[1]), unit(grips[1] - grips[0])
    lens = rotate(stand.trunk.head, np.array([1.0, 0.0, 0.0]))
    camera = stick("camera", middle - 48 * across, middle + 48 * across, 34.0, (0.08, 0.08, 0.09))
    barrel = stick("camera lens", middle, middle + 85 * lens, (30.0, 26.0), (0.16, 0.16, 0.17))
    return stand.finish(cast, reaches, (camera, barrel))
