"""MPJPE, its tables and its protocol, against loops."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import H36M17
from pose_lib.metrics import (
    Protocol,
    accuracy_over_threshold,
    action_weighted_mean,
    frame_weighted_mean,
    mpjpe,
    pa_mpjpe,
    per_action_table,
    per_joint_error,
    per_joint_table,
)


def some_poses(count: int, seed: int = 0, noise: float = 60.0) -> tuple[np.ndarray, np.ndarray]:
    """Random poses five metres from the camera and noisy copies of them, (N, 17, 3) mm."""
    draw = rng("metric tests", seed)
    true = draw.normal(size=(count, 17, 3)) * [120, 500, 60] + [0, 0, 5000]
    return true + draw.normal(size=true.shape) * noise + draw.normal(size=(count, 1, 3)) * 100, true


def loop_mpjpe(pred: np.ndarray, true: np.ndarray, root: int) -> list[float]:
    errors = []
    for p, t in zip(pred, true, strict=True):
        total = 0.0
        for joint in range(len(p)):
            total += math.dist(p[joint] - p[root], t[joint] - t[root])
        errors.append(total / len(p))
    return errors


@pytest.mark.parametrize("root", [0, 8])
def test_mpjpe_agrees_with_the_loop(root: int) -> None:
    pred, true = some_poses(50)
    np.testing.assert_allclose(mpjpe(pred, true, root), loop_mpjpe(pred, true, root), rtol=1e-12)
    single = mpjpe(torch.from_numpy(pred).float(), torch.from_numpy(true).float(), root)
    assert single.dtype == torch.float32
    np.testing.assert_allclose(single, loop_mpjpe(pred, true, root), atol=1e-3)


def test_more_poses_than_a_chunk() -> None:
    pred, true = some_poses(10_001)
    errors = mpjpe(pred, true)
    moved = (pred - pred[:, :1]) - (true - true[:, :1])
    np.testing.assert_allclose(errors, np.linalg.norm(moved, axis=-1).mean(-1), rtol=1e-12)
    np.testing.assert_allclose(per_joint_error(pred, true).mean(1), errors, rtol=1e-12)
    assert mpjpe(pred[:0], true[:0]).shape == (0,)


def test_the_root_counts_with_its_zero() -> None:
    _, true = some_poses(3)
    pred = true + np.array([30.0, 0.0, 40.0])
    pred[:, 0] = true[:, 0]
    np.testing.assert_allclose(mpjpe(pred, true), 50 * 16 / 17)
    np.testing.assert_allclose(mpjpe(pred, true, root=None), 50 * 16 / 17)
    assert (per_joint_error(pred, true)[:, 0] == 0).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.floats(-1e4, 1e4), st.floats(0.01, 10))
def test_translation_does_not_matter_and_scale_does(seed: int, shift: float, scale: float) -> None:
    pred, true = some_poses(4, seed)
    np.testing.assert_allclose(mpjpe(pred + shift, true), mpjpe(pred, true), rtol=1e-9)
    np.testing.assert_allclose(mpjpe(pred * scale, true * scale), scale * mpjpe(pred, true), rtol=1e-9)
    np.testing.assert_allclose(mpjpe(pred, true), mpjpe(true, pred), rtol=1e-12)


def test_planar_poses_and_missing_joints() -> None:
    pred, true = some_poses(5)
    np.testing.assert_allclose(
        mpjpe(pred[..., :2], true[..., :2]), loop_mpjpe(pred[..., :2], true[..., :2], 0)
    )
    pred[2, 5] = np.nan
    assert torch.isnan(mpjpe(pred, true)).tolist() == [False, False, True, False, False]


def test_read_only_arrays_are_taken_without_a_warning() -> None:
    pred, true = some_poses(5)
    expected = mpjpe(pred, true)
    pred.flags.writeable = true.flags.writeable = False
    torch.testing.assert_close(mpjpe(pred, true), expected)
    torch.testing.assert_close(pa_mpjpe(torch.from_numpy(pred.copy()), true)[0], pa_mpjpe(pred, true)[0])


def test_poses_that_do_not_fit_are_refused() -> None:
    pred, true = some_poses(5)
    with pytest.raises(ValueError, match=r"prediction \(4, 17, 3\) and a truth \(5, 17, 3\)"):
        mpjpe(pred[:4], true)
    with pytest.raises(ValueError, match=r"\(N, J, 3\), got"):
        pa_mpjpe(pred[..., :2], true[..., :2])


def test_tables_agree_with_pandas() -> None:
    pred, true = some_poses(60)
    errors = mpjpe(pred, true)
    actions = np.array(["Walking"] * 40 + ["Sitting"] * 15 + ["Eating"] * 5)
    table = per_action_table(errors, actions)
    assert list(table.index) == ["Walking", "Sitting", "Eating"]
    for action in table.index:
        chosen = errors.numpy()[actions == action]
        assert table.loc[action].tolist() == pytest.approx([chosen.mean(), chosen.std(), len(chosen)])
    assert action_weighted_mean(errors, pd.Series(actions)) == pytest.approx(table["mean"].mean())
    assert frame_weighted_mean(errors) == pytest.approx(np.average(table["mean"], weights=table["poses"]))

    joints = per_joint_table(per_joint_error(pred, true))
    assert tuple(joints.index) == H36M17.joints
    assert joints["mean"].mean() == pytest.approx(float(errors.mean()))
    with pytest.raises(ValueError, match="one error and one action per pose"):
        per_action_table(errors, actions[:-1])
    with pytest.raises(ValueError, match=r"expected \(N, 17\)"):
        per_joint_table(errors)


def test_published_all_column_is_the_frame_weighted_mean() -> None:
    """Test frames and LinKDE errors of six actions, whose published mean over all is 162.25 mm."""
    frames = {
        "Walking": (29264, 97.07),
        "Discussion": (64244, 183.09),
        "Eating": (39308, 132.50),
        "TakingPhoto": (29320, 206.45),
        "WalkingDog": (28304, 177.84),
        "Greeting": (30644, 162.27),
    }
    errors = np.concatenate([np.full(count, value) for count, value in frames.values()])
    assert frame_weighted_mean(errors) == pytest.approx(162.25, abs=0.01)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.floats(0, 300), min_size=1, max_size=30),
    st.lists(st.floats(0, 300), min_size=1, max_size=8).map(sorted),
)
def test_accuracy_counts_errors_up_to_the_threshold(errors: list[float], thresholds: list[float]) -> None:
    curve = accuracy_over_threshold(errors, thresholds)
    expected = [sum(e <= r for e in errors) / len(errors) for r in thresholds]
    np.testing.assert_allclose(curve, expected)
    assert (np.diff(curve) >= 0).all()


def test_accuracy_of_each_joint_without_unlabelled_ones() -> None:
    errors = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    curve = accuracy_over_threshold(torch.from_numpy(errors), [2.0, 5.0])
    np.testing.assert_array_equal(curve, [[0.5, 0, np.nan], [1, 1, np.nan]])


def test_a_protocol_measures_what_its_label_says() -> None:
    pred, true = some_poses(20)
    default = Protocol()
    assert default.label() == (
        "MPJPE (mm; 17 joints, aligned at the hip; S9+S11, every frame, mean over frames)"
    )
    torch.testing.assert_close(default.errors(pred, true), mpjpe(pred, true))
    sixteen = Protocol(without=("hip",), mean="actions", frame_step=64)
    assert "16 joints without the root" in sixteen.label()
    assert "every 64th frame, mean over actions" in sixteen.label()
    torch.testing.assert_close(sixteen.errors(pred, true), mpjpe(pred, true) * 17 / 16)
    aligned = Protocol(alignment="procrustes")
    assert aligned.label().startswith("PA-MPJPE (mm; 17 joints, aligned by similarity Procrustes;")
    torch.testing.assert_close(aligned.errors(pred, true), pa_mpjpe(pred, true)[0])
    actions = ["a"] * 15 + ["b"] * 5
    errors = default.errors(pred, true)
    assert default.mean_of(errors, actions) == pytest.approx(float(errors.mean()))
    assert sixteen.mean_of(errors, actions) == pytest.approx(
        float(errors[:15].mean() + errors[15:].mean()) / 2
    )
    assert Protocol() == default
    with pytest.raises(KeyError, match="has no joint 'pelvis'"):
        Protocol(root="pelvis")
