"""The description of a walk, on walks whose numbers are known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.data.gait import CYCLE, gait_summary, hip_flexion, knee_flexion, together
from pose_lib.geometry.skeletons import H36M17

THIGH, SHANK = 420.0, 430.0


def pendulum_walk(
    stride: float, speed: float, swing: float, bend: float, yaw: float, fps: float = 50.0
) -> npt.NDArray[np.float64]:
    """Thighs that swing by ``swing`` radians, knees that bend by ``bend * sin^2``; ``(T, 17, 3)``, 6 s."""
    t = np.arange(0, 6, 1 / fps)
    points = np.zeros((len(t), 17, 3))
    hip = np.stack([speed * t, 0 * t, 0 * t + 900], -1)
    points[:] = hip[:, None]
    for side, sign, phase in (("left", 1, 0.0), ("right", -1, np.pi)):
        angle = swing * np.cos(2 * np.pi * t / stride + phase)
        flexion = bend * np.sin(np.pi * t / stride + phase / 2) ** 2  # straight when the thigh is ahead
        root = hip + np.array([0, 90 * sign, 0])
        knee = root + THIGH * np.stack([np.sin(angle), 0 * t, -np.cos(angle)], -1)
        shank = angle - flexion
        ankle = knee + SHANK * np.stack([np.sin(shank), 0 * t, -np.cos(shank)], -1)
        for joint, place in (("hip", root), ("knee", knee), ("ankle", ankle)):
            points[:, H36M17.index(f"{side}_{joint}")] = place
    turn = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1.0]])
    return points @ turn.T


@given(
    stride=st.floats(0.9, 1.6),
    speed=st.floats(600, 1800),
    swing=st.floats(0.3, 0.6),
    bend=st.floats(0.2, 1.1),
    yaw=st.floats(-3, 3),
)
@settings(deadline=None, max_examples=30)
def test_a_known_walk_is_described_as_it_was_made(
    stride: float, speed: float, swing: float, bend: float, yaw: float
) -> None:
    gait = gait_summary(pendulum_walk(stride, speed, swing, bend, yaw))
    assert gait.cadence == pytest.approx(120 / stride, rel=0.02)
    assert gait.speed == pytest.approx(speed, rel=1e-6)
    # both angles repeat with the stride; only its beginning depends on where the ankle is farthest ahead
    assert gait.hip.max() == pytest.approx(np.degrees(swing), abs=1)
    assert gait.hip.min() == pytest.approx(-np.degrees(swing), abs=1)
    assert gait.knee.max() == pytest.approx(np.degrees(bend), abs=1)
    assert gait.knee.min() == pytest.approx(0, abs=1)
    assert gait.knee.shape == gait.hip.shape == (len(gait.knee), len(CYCLE))
    np.testing.assert_allclose(gait.hip[:, 0], gait.hip[:, -1], atol=4)


def test_steps_with_straight_legs_are_as_long_as_the_angle_says() -> None:
    gait = gait_summary(pendulum_walk(stride=1.2, speed=1200, swing=0.4, bend=0.0, yaw=0.5))
    assert gait.step_length == pytest.approx(2 * (THIGH + SHANK) * np.sin(0.4), rel=0.01)
    assert gait.hip[:, 0] == pytest.approx(np.degrees(0.4), abs=1)


def test_angles_of_a_seat() -> None:
    points = np.zeros((1, 17, 3))
    for side, y in (("left", 90.0), ("right", -90.0)):
        points[:, H36M17.index(f"{side}_hip")] = [0, y, 500]
        points[:, H36M17.index(f"{side}_knee")] = [400, y, 500]
        points[:, H36M17.index(f"{side}_ankle")] = [400, y, 100]
    np.testing.assert_allclose(knee_flexion(points), 90)
    np.testing.assert_allclose(hip_flexion(points), 90)


def test_a_standing_person_is_not_walking() -> None:
    still = np.repeat(pendulum_walk(1.2, 1200, 0.4, 0.5, 0.0)[:1], 300, axis=0)
    with pytest.raises(ValueError, match="no complete stride"):
        gait_summary(still)
    with pytest.raises(ValueError, match="17 or more"):
        gait_summary(still[:, :5])


def test_walks_put_together_count_by_their_cycles() -> None:
    quick, slow = (gait_summary(pendulum_walk(stride, 1200, 0.4, 0.5, 0.0)) for stride in (1.0, 1.5))
    both = together([quick, slow])
    n, m = len(quick.knee), len(slow.knee)
    assert len(both.hip) == n + m
    assert both.cadence == pytest.approx((n * quick.cadence + m * slow.cadence) / (n + m))
    with pytest.raises(ValueError, match="at least one walk"):
        together([])
