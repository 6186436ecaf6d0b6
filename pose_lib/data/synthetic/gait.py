"""Human gait along a course: where and when feet land, and how hips, trunk and arms move.

Timing and amplitudes are those of healthy adults (Perry & Burnfield, *Gait Analysis*): stance lasts 61 % of
the stride, the pelvis turns by about 5 and drops by about 4 degrees, and sways by about 2 cm to the side of
the supporting leg. That the hip rises and falls, and the two peaks of the knee's flexion, follow from the
length of the legs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_lib.data.synthetic.arms import Arm, Pose
from pose_lib.data.synthetic.bodies import Body
from pose_lib.data.synthetic.feet import Treads, feet, settle
from pose_lib.data.synthetic.kinematics import SIDES, legs, rotation, torso
from pose_lib.data.synthetic.stage import Figure
from pose_lib.data.synthetic.timing import Array, soften

__all__ = ["Course", "Walk", "stroll"]

_STRAIGHT = 10.0  # degrees; a knee that stretches farther at this speed would bounce back
_MARGIN = 3.0  # s walked before the first and after the last frame, so that every step is whole


@dataclass(frozen=True)
class Course:
    """A smooth line on the floor, parametrised by arc length."""

    length: Array
    """(M,) mm from its start."""
    line: Array
    """(M, 2) mm."""
    heading: Array
    """(M,) radians, continuous."""

    @classmethod
    def through(cls, line: Array) -> Course:
        """The course through densely sampled points (M, 2) in mm."""
        step = np.diff(line, axis=0)
        length = np.concatenate([[0.0], np.cumsum(np.hypot(*step.T))])
        heading = np.unwrap(np.arctan2(np.gradient(line[:, 1]), np.gradient(line[:, 0])))
        return cls(length, line, heading)

    def yaw(self, s: Array) -> Array:
        """Heading (T,) at arc lengths (T,) in mm."""
        return np.interp(s, self.length, self.heading)

    def at(self, s: Array, left: Array | float = 0.0) -> Array:
        """Points (T, 2) at arc lengths (T,), moved by ``left`` mm to the left of the course."""
        yaw = self.yaw(s)
        xy = np.stack([np.interp(s, self.length, axis) for axis in self.line.T], -1)
        return np.asarray(xy + np.asarray(left)[..., None] * np.stack([-np.sin(yaw), np.cos(yaw)], -1))

    def pace(self, speed: float, caution: float) -> tuple[Array, Array]:
        """The time at each point, (M,) s, and the speed there, (M,) mm/s, which is lower in bends."""
        bend = np.gradient(self.heading) / np.maximum(np.gradient(self.length), 1e-9)
        v = speed / (1.0 + (caution * soften(bend, 0.4)) ** 2)
        return np.concatenate([[0.0], np.cumsum(np.diff(self.length) / (0.5 * (v[1:] + v[:-1])))]), v


@dataclass(frozen=True)
class Walk:
    """A walk with legs and trunk, still without arms."""

    figure: Figure
    phase: Array
    """(T,) radians; heel strikes of the left foot at even multiples of π, of the right at odd ones."""
    along: Array
    """(T,) arc length of the hip in mm."""
    vigour: Array
    """(T,) step length relative to a brisk walk."""

    def swinging(self, arm: Arm, range_: float, bend: float = 20.0) -> Pose:
        """The swing of an arm that hangs freely."""
        forward = -SIDES[arm.side] * np.cos(self.phase - 0.12) * range_ * self.vigour
        return arm.hang(lift=5.0 + 21.0 * forward, bend=bend + 13.0 * range_ * self.vigour * (1 + forward))


def stroll(
    body: Body,
    t: Array,
    course: Course,
    *,
    speed: float,
    cadence: float,
    lean: float,
    swagger: float = 1.0,
    left: float = 0.0,
    start: float = 0.0,
    caution: float = 350.0,
    going: Array | None = None,
    bow: Array | float = 0.0,
    bend: Array | None = None,
    look: Array | None = None,
) -> Walk:
    """Walk along a course.

    Args:
        body: of the walker.
        t: (T,) s, evenly spaced.
        course: long enough for the time and 4 s at both ends.
        speed: mm/s where the course is straight.
        cadence: steps/s at that speed.
        lean: radians that the trunk leans forward.
        swagger: scales the turning and swaying of hips and chest.
        left: mm that the walker keeps to the left of the course.
        start: phase in steps.
        caution: mm; in a bend of this radius the walker goes at half the speed.
        going: (T,) factor of the speed; 0 stands still.
        bow: (T,) radians of bending forward at the hips; the seat moves back.
        bend: (T, 3) additional yaw, pitch, roll of the chest.
        look: (T, 3) additional yaw, pitch, roll of the head.
    """
    n, dt = body.lengths, t[1] - t[0] if len(t) > 1 else 0.02
    pad = round(_MARGIN / dt)
    clock = t[0] + dt * np.arange(-pad, len(t) + pad)
    rate = np.ones(len(clock)) if going is None else np.pad(going, pad, mode="edge")
    when, v = course.pace(speed, caution)
    elapsed = np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * dt)])
    s = np.interp(elapsed + 0.5, when, course.length)
    vigour = np.interp(elapsed + 0.5, when, v) * rate / 1350.0
    steps = start + np.concatenate([[0.0], np.cumsum(cadence * (vigour[1:] * 1350.0 / speed) ** 0.4 * dt)])

    treads = _treads(body, clock, course, s, steps, left)
    pace = feet(body, t, treads)
    now = slice(pad, pad + len(t))
    phase, along, vigour = np.pi * steps[now], s[now], vigour[now]

    sway = 0.013 * body.stature * np.sin(phase - 0.3) * np.clip(1.3 - 0.4 * vigour, 0.6, 1.3)
    surge = 0.006 * body.stature * np.sin(2 * phase) * vigour
    spot = course.at(along + surge - 0.1 * body.stature * np.sin(bow), left + sway)
    yaw = soften(course.yaw(along + 100.0), 0.12)
    turn = -np.radians(5.5) * swagger * np.cos(phase) * vigour
    lists = np.radians(3.5) * swagger * np.sin(phase - 0.15) * vigour
    pelvis = rotation(yaw + turn, 0.02 + np.asarray(bow), lists)
    hip = settle(
        body, spot, n["ankle"] + (n["thigh"] + n["shank"]) * 0.99, pelvis, pace.ankle, 0.11, _STRAIGHT
    )

    zero = np.zeros(len(t))
    counter = np.stack([-1.9 * turn, lean + 0.012 * np.cos(2 * phase), -1.15 * lists], -1)
    ahead = 0.5 * (course.yaw(along + 700.0) - yaw)
    gaze = np.stack([ahead + 0.7 * turn, zero + 0.06 - 0.5 * lean, 0.15 * lists], -1)
    bend_ = counter if bend is None else counter + bend
    look_ = gaze if look is None else gaze + look
    trunk = torso(body, hip, pelvis, bend_, look_)
    leg = legs(body, trunk, pace.ankle, pace.frame, np.full((len(t), 2), 0.03))
    return Walk(Figure(trunk, leg, pace.planted), phase, along, vigour)


def _treads(
    body: Body, clock: Array, course: Course, s: Array, steps: Array, left: float
) -> tuple[Treads, Treads]:
    """Feet land on whole steps, where the hip will pass a little before the middle of their stance."""
    count = np.arange(np.ceil(steps[0]), np.floor(steps[-1]) + 1)
    land = np.interp(count, steps, clock)
    stride = np.append(land[2:] - land[:-2], [np.nan, np.nan])
    stride = np.where(np.isnan(stride), np.nanmedian(stride), stride)
    swing = np.minimum(0.39 * stride, 0.56)
    pass_over = np.interp(land + 0.39 * np.minimum(stride - swing, 1.2), clock, s)
    treads = []
    for side, sign in enumerate(SIDES):
        own = count % 2 == side
        place = course.at(pass_over[own] - 0.25 * body.lengths["foot"], left + sign * 0.030 * body.stature)
        yaw = course.yaw(pass_over[own]) + sign * np.radians(7.0)
        treads.append(Treads(place, yaw, land[own][1:] - swing[own][:-1], land[own][1:]))
    return treads[0], treads[1]
