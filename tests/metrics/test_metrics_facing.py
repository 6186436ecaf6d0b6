"""Facing directions and turned poses, on a figure made by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.data.seeds import rng
from pose_lib.geometry.rotations import axis_angle
from pose_lib.geometry.skeletons import H36M17, LSP14
from pose_lib.metrics import mpjpe
from pose_lib.metrics.facing import (
    READINGS_OF_A_POSE,
    angle_between,
    exchanged_pose,
    facing_angle,
    nearest_reading,
    reversed_pose,
    shoulder_width,
    turned_pose,
    way_to_turned,
)

STANDING = {
    "hip": (0, 0, 0),
    "left_hip": (120, 0, 0),
    "left_knee": (120, 440, -30),
    "left_ankle": (120, 880, 40),
    "spine": (0, -240, 10),
    "thorax": (0, -490, 0),
    "nose": (0, -600, -90),
    "head": (0, -700, 0),
    "left_shoulder": (160, -470, 0),
    "left_elbow": (220, -200, -60),
    "left_wrist": (230, 30, -200),
}
"""mm: seen from the front, so the left side is on the right of the picture, and the nose is nearer."""


def standing(angle: float = 0.0) -> torch.Tensor:
    """The figure ``(1, 17, 3)``, turned about the vertical so that it faces ``angle``."""
    named = {
        name: STANDING.get(name) or np.multiply(STANDING[name.replace("right", "left")], (-1, 1, 1))
        for name in H36M17.joints
    }
    pose = torch.tensor(np.array([named[name] for name in H36M17.joints]), dtype=torch.float64)
    turn = axis_angle(torch.tensor([0.0, -1.0, 0.0]), torch.tensor(np.radians(angle))).double()
    return (pose @ turn.mT)[None]


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 135.0, -60.0, -170.0])
def test_the_angle_is_that_to_which_a_figure_was_turned(angle: float) -> None:
    pose = standing(angle)
    assert float(facing_angle(pose)) == pytest.approx(angle, abs=1e-4)
    nose = pose[0, H36M17.index("nose")]
    assert float(torch.rad2deg(torch.atan2(nose[0], -nose[2]))) == pytest.approx(angle, abs=1e-4)
    assert float(shoulder_width(pose)) == pytest.approx(320)


def test_differences_of_angles_go_the_short_way() -> None:
    first, second = torch.tensor([170.0, 0.0, 90.0]), torch.tensor([-170.0, 180.0, 90.0])
    assert angle_between(first, second).tolist() == [20.0, 180.0, 0.0]


@settings(deadline=None, max_examples=30)
@given(st.floats(-180, 180), st.integers(0, 99))
def test_turning_twice_changes_nothing_and_once_shows_the_back(angle: float, seed: int) -> None:
    moved = standing(angle) + torch.from_numpy(rng("facing", seed).normal(0, 20, (1, 17, 3)))
    turned = turned_pose(moved)
    torch.testing.assert_close(turned_pose(turned), moved)
    torch.testing.assert_close(exchanged_pose(exchanged_pose(moved)), moved)
    torch.testing.assert_close(reversed_pose(reversed_pose(moved)), moved)
    # The points of the picture are the same, and only what they are called has changed.
    torch.testing.assert_close(turned[..., :2], moved[:, list(H36M17.mirror), :2])
    upright = standing(angle)
    expected = angle_between(torch.tensor([180.0]) - angle, facing_angle(turned_pose(upright)))
    assert float(expected) == pytest.approx(0, abs=1e-3)


def test_the_way_is_zero_at_the_truth_one_when_turned_and_half_between() -> None:
    true = standing(20)
    turned = turned_pose(true)
    for share in (0.0, 0.25, 0.5, 1.0):
        assert float(way_to_turned(true + share * (turned - true), true)) == pytest.approx(share)
    between = (true + turned) / 2
    assert float(mpjpe(between, true)) == pytest.approx(float(mpjpe(between, turned)))
    assert float(shoulder_width(between)) < 0.4 * float(shoulder_width(true)), "nobody has such shoulders"
    shrunk = torch.zeros_like(true)
    assert float(way_to_turned(shrunk, true)) == pytest.approx(0.5), "as far from the one as from the other"
    assert float(way_to_turned(true + 500, true)) == pytest.approx(0), "relative to the roots"


def test_a_figure_seen_from_the_side_is_its_own_turned_pose() -> None:
    level = standing(90).clone()
    torch.testing.assert_close(turned_pose(level), level, atol=1e-3, rtol=0)
    assert torch.isnan(way_to_turned(level, level)).all()


def test_the_reading_names_what_was_done_to_the_truth() -> None:
    true = standing(25).expand(4, -1, -1)
    changes = (lambda pose: pose, exchanged_pose, reversed_pose, turned_pose)
    noise = torch.from_numpy(rng("readings").normal(0, 15, (4, 17, 3)))
    predicted = torch.cat([change(true[:1]) for change in changes]) + noise
    assert nearest_reading(predicted, true).tolist() == [0, 1, 2, 3]
    assert len(READINGS_OF_A_POSE) == 4


def test_poses_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(N, 17, 3\) for h36m17"):
        turned_pose(torch.zeros(2, 16, 3))
    with pytest.raises(KeyError, match="lsp14 has no joint"):
        facing_angle(torch.zeros(2, 14, 3), LSP14)
    with pytest.raises(ValueError, match="metres"):
        way_to_turned(standing() / 1000, standing() / 1000)
