"""Errors by axis, size and symmetry, on poses whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.data.seeds import rng
from pose_lib.geometry.rotations import axis_angle
from pose_lib.geometry.skeletons import H36M17
from pose_lib.metrics import mpjpe, pa_mpjpe
from pose_lib.metrics.axes import AXES, axis_error, limb_asymmetry, n_mpjpe, size_ratio


def some_poses(count: int = 20, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(rng("axes", seed).normal(size=(count, 17, 3)) * [120, 500, 60])


def test_an_error_along_one_axis_is_reported_there_alone() -> None:
    true = some_poses()
    for axis, name in enumerate(AXES):
        moved = true.clone()
        moved[:, 1:, axis] += 34.0
        found = axis_error(moved, true)
        assert found[:, axis].tolist() == pytest.approx([32.0] * 20), name
        assert float(found.sum()) == pytest.approx(32.0 * 20)
    assert float(axis_error(true + 70.0, true).abs().max()) < 1e-9, "the roots are aligned"


def test_the_axes_bound_the_distance() -> None:
    true, predicted = some_poses(), some_poses(seed=1)
    by_axis, whole = axis_error(predicted, true), mpjpe(predicted, true)
    assert bool((by_axis.amax(1) <= whole + 1e-9).all())
    assert bool((by_axis.sum(1) >= whole - 1e-9).all())


@settings(deadline=None, max_examples=30)
@given(st.floats(0.2, 5.0))
def test_a_pose_of_another_size_has_that_ratio_and_no_error_of_shape(size: float) -> None:
    true = some_poses(5)
    assert size_ratio(size * true, true).tolist() == pytest.approx([size] * 5)
    assert n_mpjpe(size * true, true).tolist() == pytest.approx([0.0] * 5, abs=1e-8)


def test_the_best_size_has_the_least_squared_error_and_never_turns_a_pose() -> None:
    true, predicted = some_poses(8), some_poses(8, seed=3) + 0.5 * some_poses(8)
    a, b = (pose - pose[:, :1] for pose in (predicted, true))
    scales = torch.linspace(0, 3, 3001)[:, None, None, None].double()
    best = (scales * a - b).square().sum((2, 3)).argmin(0)
    expected = (scales[best, 0] * a - b).norm(dim=-1).mean(1)
    assert n_mpjpe(predicted, true).tolist() == pytest.approx(expected.tolist(), rel=1e-3)
    away = n_mpjpe(-true, true)
    assert away.tolist() == pytest.approx((true - true[:, :1]).norm(dim=-1).mean(1).tolist())
    assert n_mpjpe(torch.zeros_like(true), true).tolist() == pytest.approx(away.tolist())


def test_what_a_rotation_costs_stays_until_the_last_alignment() -> None:
    true = some_poses(6)
    turn = axis_angle(torch.tensor([0.0, 1.0, 0.0]), torch.tensor(0.5)).double()
    predicted = 0.8 * true @ turn.mT
    assert bool((n_mpjpe(predicted, true) < mpjpe(predicted, true)).all())
    assert float(n_mpjpe(predicted, true).min()) > 10
    assert float(pa_mpjpe(predicted, true)[0].max()) < 1e-6


def test_asymmetry_is_the_log_of_the_ratio_of_one_pair() -> None:
    poses = torch.zeros(2, 17, 3, dtype=torch.float64)
    for joint, parent in enumerate(H36M17.parents):
        if joint != parent:
            poses[:, joint, 1] = poses[:, parent, 1] + 200.0
    assert limb_asymmetry(poses).shape == (2, 6)
    assert float(limb_asymmetry(poses).max()) == 0
    elbow, wrist = H36M17.index("left_elbow"), H36M17.index("left_wrist")
    poses[1, wrist, 1] = poses[1, elbow, 1] + 260.0
    pair = [pair for pair in H36M17.pairs if wrist in pair]
    found = limb_asymmetry(poses)
    assert float(found[1].sum()) == pytest.approx(np.log(1.3))
    assert float(found[1, H36M17.pairs.index(pair[0])]) == pytest.approx(np.log(1.3))
    mirrored = limb_asymmetry(poses[:, list(H36M17.mirror)])
    torch.testing.assert_close(mirrored, found)


def test_poses_in_metres_and_of_other_shapes_are_refused() -> None:
    true = some_poses(3)
    for measure in (axis_error, size_ratio, n_mpjpe):
        with pytest.raises(ValueError, match="metres"):
            measure(true / 1000, true / 1000)
        with pytest.raises(ValueError, match="one shape"):
            measure(true, true[:2])
