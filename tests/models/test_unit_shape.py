"""Shapes without size, and the size that the torso of the training set gives back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pose_lib.models.unit_shape import TORSO, WIDE_TORSO, TorsoScale, centred, torso_length, unit_shape


def poses(n: int = 6, seed: int = 0) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    return 300 * torch.randn(n, 17, 3, generator=draw, dtype=torch.float64)


def test_a_unit_shape_has_mean_zero_and_norm_one() -> None:
    original = poses()
    shapes, norms = unit_shape(original)
    assert torch.allclose(shapes.mean(1), torch.zeros(6, 3, dtype=torch.float64), atol=1e-12)
    assert torch.allclose(shapes.square().sum((1, 2)), torch.ones(6, dtype=torch.float64))
    assert torch.allclose(shapes * norms[:, None, None], centred(original))


@given(st.floats(0.1, 10), st.floats(-1000, 1000))
def test_place_and_size_do_not_change_the_shape(scale: float, shift: float) -> None:
    moved, norms = unit_shape(scale * poses() + shift)
    shapes, before = unit_shape(poses())
    assert torch.allclose(moved, shapes, atol=1e-9)
    assert torch.allclose(norms, scale * before)


def test_a_pose_in_one_point_is_refused() -> None:
    original = poses()
    original[4] = 7.0
    with pytest.raises(ValueError, match=r"\[4\] lie in one point"):
        unit_shape(original)


@pytest.mark.parametrize(("bones", "joints"), [(TORSO, {0, 7, 8}), (WIDE_TORSO, {0, 1, 4, 7, 8, 11, 14})])
def test_the_torso_is_the_mean_of_its_bones(bones: tuple[tuple[int, int], ...], joints: set[int]) -> None:
    original = poses()
    for pose, length in zip(original, torso_length(original, bones), strict=True):
        slow = [float(sum((pose[a, c] - pose[b, c]) ** 2 for c in range(3)) ** 0.5) for a, b in bones]
        assert float(length) == pytest.approx(sum(slow) / len(slow))
    assert {j for bone in bones for j in bone} == joints


def test_hips_and_shoulders_that_meet_in_the_middle_blow_up_only_the_wide_torso() -> None:
    train = poses()
    facing, _ = unit_shape(train[:1])
    unsure = facing.clone()
    unsure[:, [1, 4]], unsure[:, [11, 14]] = facing[:, :1], facing[:, 8:9]
    narrow, _ = TorsoScale.of(train).recover(unsure)
    whole = replace(TorsoScale.of(train, WIDE_TORSO), floor=0.0)
    wide, _ = whole.recover(unsure)
    straight, _ = TorsoScale.of(train).recover(facing)
    assert torch.allclose(narrow[:, 7] - narrow[:, 0], straight[:, 7] - straight[:, 0])
    before, _ = whole.recover(facing)
    spine, blown = (torch.linalg.vector_norm(p[:, 7] - p[:, 0]) for p in (before, wide))
    assert blown > 1.2 * spine


def test_recovered_poses_have_the_training_torso_and_an_oracle_gives_back_the_truth() -> None:
    train, test = poses(), 1.2 * poses(4, 1)
    scale = TorsoScale.of(train)
    shapes, _ = unit_shape(test)
    recovered, degenerate = scale.recover(shapes)
    assert not degenerate.any()
    assert torso_length(recovered).tolist() == pytest.approx([scale.torso] * 4)
    assert torch.allclose(unit_shape(recovered)[0], shapes)
    exact, _ = scale.recover(shapes, torso_length(test))
    assert torch.allclose(exact, centred(test))


def test_a_degenerate_torso_is_counted_and_gets_the_mean_size() -> None:
    scale = TorsoScale.of(poses())
    shapes, _ = unit_shape(poses(3, 2))
    for joint in (0, 7, 8):
        shapes[1, joint] = 0.0
    recovered, degenerate = scale.recover(shapes)
    assert degenerate.tolist() == [False, True, False]
    assert torch.allclose(recovered[1], shapes[1] * scale.norm)
    assert bool(recovered.isfinite().all())
