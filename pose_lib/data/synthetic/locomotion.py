"""Walking: alone, with a dog, and with someone else."""

from __future__ import annotations

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Pose
from pose_lib.data.synthetic.gait import Course, stroll
from pose_lib.data.synthetic.kinematics import SIDES
from pose_lib.data.synthetic.props import dog, stick
from pose_lib.data.synthetic.stage import Cast, Performance, assemble
from pose_lib.data.synthetic.timing import Array, bump, ease, holds, soften, track

__all__ = ["walking", "walking_dog", "walking_together"]


def _course(cast: Cast, seconds: float, size: float, eight: bool) -> Course:
    """Rounds or figures of eight within 4 x 3 m, no two of them alike."""
    rng = cast.rng
    turns = seconds * 1.6 / (4.5 * size) + 2.0
    u = np.arange(0.0, turns * 2 * np.pi, 0.004) * rng.choice([-1.0, 1.0]) + rng.uniform(0, 2 * np.pi)
    wobble = 1.0 + 0.08 * np.sin(0.37 * u + rng.uniform(0, 6)) + 0.06 * np.sin(0.23 * u + rng.uniform(0, 6))
    if eight:
        line = np.stack([1700 * size * np.sin(u) * wobble, 820 * size * np.sin(2 * u + 0.15)], -1)
    else:
        line = np.stack([1550 * size * np.cos(u) * wobble, 1150 * size * np.sin(u) / wobble], -1)
    return Course.through(line + rng.uniform(-80, 80, 2))


def _speed(cast: Cast, brisk: float) -> tuple[float, float]:
    """Speed in mm/s and cadence in steps/s; people with longer legs take longer steps."""
    cadence = 1.82 * cast.style.tempo**0.5  # people differ less in this than in their gestures
    step = 0.815 * (cast.body.lengths["thigh"] + cast.body.lengths["shank"]) * brisk
    return cadence * step, cadence


def walking(cast: Cast) -> Performance:
    """Walk around with swinging arms."""
    eight = (cast.take == 2) == (cast.rng.uniform() < 0.7)
    speed, cadence = _speed(cast, cast.rng.uniform(0.93, 1.04))
    look = np.stack([cast.unrest(0.12, 6.0), cast.unrest(0.05, 5.0), cast.unrest(0.03, 5.0)], -1)
    walk = stroll(
        cast.body,
        cast.t,
        _course(cast, cast.seconds + 8, 1.0, eight),
        speed=speed,
        cadence=cadence,
        lean=cast.style.lean,
        swagger=cast.rng.uniform(0.8, 1.25),
        start=cast.rng.uniform(0, 2),
        look=look,
    )
    bend = cast.rng.uniform(12, 26)
    reaches = [
        arm.play(cast.t, walk.swinging(arm, cast.style.range, bend), unrest=cast.unrest3(5.0, 3.0))
        for arm in walk.figure.arms(cast)
    ]
    return walk.figure.finish(cast, reaches)


def walking_dog(cast: Cast) -> Performance:
    """Walk a dog on a leash: it pulls, sniffs and stops; its owner waits and bends down to pat it."""
    t, rng = cast.t, cast.rng
    starts, durations = holds(rng, cast.seconds, (2.5, 6.0), (1.5, 2.2))
    slow = np.where(np.arange(len(starts) + 1) % 2 == 0, 1.0, rng.uniform(0.0, 0.35, len(starts) + 1))
    going = track(t, starts, durations, slow)
    speed, cadence = _speed(cast, 0.82)
    course = _course(cast, cast.seconds + 8, 0.95, cast.take == 2)
    # While they stand, bend down to the dog once in a while.
    bow = np.zeros(len(t))
    for k in range(0, len(starts) - 1, 2):
        if rng.uniform() < 0.8 and slow[k + 1] < 0.3:
            begin = starts[k] + durations[k]
            bow += rng.uniform(0.6, 1.0) * bump((t - begin) / max(2.0, starts[k + 1] - begin))
    zero = np.zeros(len(t))
    side = cast.style.hand
    bend = np.stack([0.2 * bow, 0.65 * bow + 0.03, zero], -1)
    gaze = np.stack([zero, 0.25 + 0.15 * bow + cast.unrest(0.08, 4), zero], -1)
    gaze[:, 0] += cast.unrest(0.18, 5.0)
    walk = stroll(
        cast.body,
        t,
        course,
        speed=speed,
        cadence=cadence,
        lean=cast.style.lean + 0.04,
        going=going,
        start=rng.uniform(0, 2),
        bow=0.5 * bow,
        bend=bend,
        look=gaze,
    )
    main, other = walk.figure.arms(cast)

    size = rng.uniform(330.0, 480.0)
    lead = walk.along + 950.0 + 250.0 * np.sin(0.7 * t + rng.uniform(0, 6))
    lead = soften(lead, 0.3)
    off = SIDES[side] * 320.0 + cast.unrest(120.0, 5.0)
    place, yaw = course.at(lead, off), course.yaw(lead) + cast.unrest(0.12, 3.0)
    trot = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(place, axis=0).T))]) / (0.28 * size)
    coat = ((0.45, 0.30, 0.17), (0.14, 0.12, 0.11), (0.85, 0.78, 0.66), (0.62, 0.42, 0.22))[rng.integers(4)]
    animal = dog(t, place, yaw, trot, size, coat)
    collar = animal[1].ends.mean(1)

    pull = cast.unrest(1.0, 1.7)
    at = main.length * np.stack(
        [0.52 + 0.05 * pull, 0.10 + 0.02 * pull, -0.72 + 0.04 * pull - 0.10 * bow], -1
    )
    held = main.play(t, Pose(at, unit_aim(0.8, 0.0, -0.4)))
    hanging, pat = walk.swinging(other, 0.8 * cast.style.range), other.at(0.62, -0.1, -0.70)
    down = ease(1.4 * bow)[:, None]
    free = other.play(t, Pose((1 - down) * hanging.wrist + down * pat.wrist), unrest=cast.unrest3(5.0, 2.0))
    leash = stick("leash", held.grip(0.55), collar, 7.0, (0.75, 0.10, 0.12))
    return walk.figure.finish(cast, (held, free), (leash, *animal))


def unit_aim(forward: float, out: float, up: float) -> Array:
    """A direction of the hand in the arm's frame."""
    v = np.array([forward, out, up])
    return np.asarray(v / np.linalg.norm(v))


def walking_together(cast: Cast) -> Performance:
    """Two people side by side, who talk."""
    t, rng = cast.t, cast.rng
    course = _course(cast, cast.seconds + 8, rng.uniform(0.78, 0.9), False)
    speed, cadence = _speed(cast, 0.84)
    gap = rng.uniform(350.0, 430.0)
    side = int(rng.integers(2))
    starts, durations = holds(rng, cast.seconds, (1.5, 4.0), (0.5, 0.9))
    both = []
    for body, place, range_ in ((cast.body, side, cast.style.range), (cast.partner, 1 - side, 1.0)):
        sign = SIDES[place]
        to_other = track(t, starts, durations, rng.uniform(-0.1, 0.95, len(starts) + 1))
        zero = np.zeros(len(t))
        walk = stroll(
            body,
            t,
            course,
            speed=speed,
            cadence=cadence,
            lean=cast.style.lean,
            left=sign * gap,
            caution=850.0,
            start=rng.uniform(0, 2),
            bend=np.stack([-sign * 0.12 * to_other, zero, zero], -1),
            look=np.stack([-sign * 0.75 * to_other, zero, zero], -1),
        )
        arms = [Arm(body, walk.figure.trunk, s) for s in (0, 1)]
        talk = ease(soften(1.2 * (to_other - 0.5) * (rng.uniform(size=1) < 0.8), 0.3))
        reaches = []
        for arm in arms:
            free = walk.swinging(arm, 0.9 * range_)
            if arm.side != place:
                reaches.append(arm.play(t, free))
                continue
            beat = np.stack([0.05 * np.sin(7 * t), 0.06 * np.sin(5 * t), 0.10 * np.sin(8.2 * t)], -1)
            up = np.array([0.42, -0.02, -0.38]) * arm.length + 0.6 * beat * arm.length
            w = talk[:, None]
            reaches.append(arm.play(t, Pose((1 - w) * free.wrist + w * up)))
        both.append((assemble(walk.figure.trunk, walk.figure.legs, *reaches), walk.figure.planted))
    return Performance(*both[0], companion=both[1])
