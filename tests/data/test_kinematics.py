"""Rotations, limbs of two bones, arms, and the curves that they follow in time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pose_lib.data.synthetic.arms import Arm, Cue
from pose_lib.data.synthetic.bodies import body
from pose_lib.data.synthetic.feet import Treads, feet, settle
from pose_lib.data.synthetic.kinematics import legs, rotation, swing, torso, twist, two_bone, unit
from pose_lib.data.synthetic.timing import arange, bump, drift, ease, hermite, lower, track

angle = st.floats(-3.0, 3.0)
coordinate = st.floats(-500.0, 500.0)
point = st.tuples(coordinate, coordinate, coordinate).map(np.array)
quick = settings(deadline=None, max_examples=50)


@quick
@given(angle, angle, angle)
def test_rotation_is_yaw_after_pitch_after_roll(yaw: float, pitch: float, roll: float) -> None:
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in (yaw, pitch, roll))
    z = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    y = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    x = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    np.testing.assert_allclose(rotation(yaw, pitch, roll), z @ y @ x, atol=1e-12)


def test_signs_of_the_angles() -> None:
    forward, left, up = np.eye(3)
    assert (rotation(yaw=0.1) @ forward)[1] > 0, "positive yaw turns left"
    assert (rotation(pitch=0.1) @ up)[0] > 0, "positive pitch bends forward"
    assert (rotation(roll=0.1) @ left)[2] > 0, "positive roll raises the left side"


@quick
@given(point, st.floats(100, 400), st.floats(100, 400), point)
def test_two_bones_keep_their_lengths_and_limits(
    target: np.ndarray, upper: float, lower_: float, pole: np.ndarray
) -> None:
    assume(np.linalg.norm(np.cross(target, pole)) > 1e-3)
    root = np.array([10.0, -20.0, 30.0])
    mid, end = two_bone(root, root + target, upper, lower_, pole, 5.0, 150.0)
    assert np.linalg.norm(mid - root) == pytest.approx(upper, abs=1e-6)
    assert np.linalg.norm(end - mid) == pytest.approx(lower_, abs=1e-6)
    flexion = np.degrees(np.arccos(np.clip(unit(mid - root) @ unit(end - mid), -1, 1)))
    assert 4.9 <= flexion <= 150.1
    assert (mid - root) @ (pole - (pole @ unit(target)) * unit(target)) >= -1e-6


def test_two_bones_reach_what_they_can() -> None:
    root, pole = np.zeros(3), np.array([0.0, 1.0, 0.0])
    near = np.array([300.0, 0.0, 100.0])
    assert np.linalg.norm(two_bone(root, near, 250, 250, pole, 5, 150)[1] - near) < 1e-3
    far = two_bone(root, 10 * near, 250, 250, pole, 5, 150)[1]
    assert np.linalg.norm(np.cross(far, unit(near))) < 1e-9
    assert 480 < np.linalg.norm(far) < 500


@quick
@given(point)
def test_swing_is_a_rotation_that_takes_down_to_the_direction(v: np.ndarray) -> None:
    direction = unit(v + np.array([0.0, 0.0, 1e-3]))
    assume(direction[2] <= 0.99)  # undefined overhead
    columns = [swing(direction, axis) for axis in np.eye(3)]
    np.testing.assert_allclose(np.stack(columns) @ np.stack(columns).T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(swing(direction, np.array([0.0, 0.0, -1.0])), direction, atol=1e-9)


@quick
@given(point, angle)
def test_twist_keeps_length_and_axis(v: np.ndarray, a: float) -> None:
    axis = unit(np.array([1.0, 2.0, -0.5]))
    turned = twist(v, axis, np.array(a))
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(v), abs=1e-9)
    assert turned @ axis == pytest.approx(v @ axis, abs=1e-9)


def test_standing_figure_has_the_stature_and_looks_ahead() -> None:
    person = body("S6")
    n = person.lengths
    hip = np.array([[0.0, 0.0, n["ankle"] + n["shank"] + n["thigh"]]])
    zero = np.zeros((1, 3))
    trunk = torso(person, hip, np.eye(3)[None], zero, zero)
    assert trunk.crown[0, 2] == pytest.approx(person.stature, rel=0.01)
    assert trunk.nose[0, 0] > trunk.crown[0, 0] > -50, "the nose is at the front"
    assert abs(trunk.nose[0, 1]) < 1e-9


def test_knees_point_forward_and_open_outwards() -> None:
    person = body("S1")
    ankle = np.array([[[0.0, 90.0, 65.0], [0.0, -90.0, 65.0]]])
    trunk = torso(person, np.array([[0.0, 0.0, 700.0]]), np.eye(3)[None], np.zeros((1, 3)), np.zeros((1, 3)))
    frame = np.broadcast_to(np.eye(3), (1, 2, 3, 3))
    closed = legs(person, trunk, ankle, frame, np.zeros((1, 2))).knee[0]
    opened = legs(person, trunk, ankle, frame, np.full((1, 2), 0.5)).knee[0]
    assert (closed[:, 0] > 100).all()
    assert opened[0, 1] > closed[0, 1]
    assert opened[1, 1] < closed[1, 1]


@pytest.mark.parametrize("side", [0, 1])
def test_hands_touch_targets_on_the_head(side: int) -> None:
    person, t = body("S9"), arange(4.0)
    turn = np.stack([0.4 * np.sin(t), 0.1 * np.cos(t), np.zeros(len(t))], -1)
    hip = np.broadcast_to([0.0, 0.0, 900.0], (len(t), 3))
    trunk = torso(person, hip, np.broadcast_to(np.eye(3), (len(t), 3, 3)), turn, turn)
    arm = Arm(person, trunk, side)
    target = trunk.face(5.0, 0.0, -45.0)
    reach = arm.play(t, arm.hang(), [Cue(0.5, 1.0, arm.touch(target, (-0.3, -0.5, 0.75), 0.9))])
    held = t > 2.4
    assert np.linalg.norm(reach.grip(0.9) - target, axis=-1)[held].max() < 1.0
    sign = (1.0, -1.0)[side]
    assert (sign * (reach.elbow - reach.wrist)[held, 1] > 0).all(), "the elbow is outside of the hand"
    assert (reach.elbow[held, 2] < reach.wrist[held, 2]).all(), "and below it"


def test_a_foot_stands_rolls_and_lands_where_it_should() -> None:
    person, t = body("S8"), arange(3.0)
    place = np.array([[0.0, 100.0], [650.0, 100.0]])
    tread = Treads(place, np.array([0.0, 0.2]), np.array([1.0]), np.array([1.5]))
    other = Treads(np.array([[300.0, -100.0]]), np.zeros(1), np.zeros(0), np.zeros(0))
    pace = feet(person, t, (tread, other))
    first, last = t < 0.6, t > 1.7
    assert pace.planted[first, 0].all()
    assert pace.planted[last, 0].all()
    assert pace.planted[:, 1].all()
    assert not pace.planted[(t > 0.9) & (t < 1.5), 0].any()
    for part, spot in ((first, place[0]), (last, place[1])):
        np.testing.assert_allclose(pace.ankle[part, 0, :2], np.broadcast_to(spot, (part.sum(), 2)), atol=1e-9)
    flying = (t > 1.05) & (t < 1.45)
    assert (pace.ankle[flying, 0, 2] > person.lengths["ankle"]).all()
    hip = settle(
        person,
        np.tile([300.0, 0.0], (len(t), 1)),
        2000.0,
        np.broadcast_to(np.eye(3), (len(t), 3, 3)),
        pace.ankle,
    )
    joint = hip + np.array([0.0, person.lengths["hip"], 0.0])
    length = np.linalg.norm(joint - pace.ankle[:, 0], axis=-1)
    assert length.max() < person.lengths["thigh"] + person.lengths["shank"], "legs can reach their feet"


def test_curves_of_time() -> None:
    x = np.linspace(-0.5, 1.5, 401)
    assert ease(x)[0] == 0.0
    assert ease(x)[-1] == 1.0
    assert (np.diff(ease(x)) >= 0).all()
    assert bump(np.array([0.0, 0.5, 1.0])).tolist() == [0.0, 1.0, 0.0]

    t = arange(6.0)
    values = np.array([[0.0, 1.0], [2.0, -1.0], [5.0, 0.0]])
    path = track(t, np.array([1.0, 3.0]), np.array([0.5, 1.0]), values)
    for when, row in ((0.5, 0), (2.0, 1), (5.0, 2)):
        np.testing.assert_allclose(path[round(when * 50)], values[row])

    knots = np.array([1.0, 2.0, 4.0])
    curve = hermite(t, knots, np.array([0.0, 3.0, 1.0]), np.array([0.0, 2.0, 0.0]))
    np.testing.assert_allclose(curve[[50, 100, 200]], [0.0, 3.0, 1.0], atol=1e-12)
    assert (curve[101] - curve[99]) * 25 == pytest.approx(2.0, abs=1e-2)


@quick
@given(st.integers(0, 2**32 - 1))
def test_lower_envelope_is_below(seed: int) -> None:
    t = arange(4.0)
    curve = drift(np.random.default_rng(seed), t, 3.0, 0.7)
    envelope = lower(curve, 0.16)
    assert (envelope <= curve + 1e-9).all()
    assert np.abs(np.diff(envelope, 2)).max() <= np.abs(np.diff(curve, 2)).max() + 0.05
