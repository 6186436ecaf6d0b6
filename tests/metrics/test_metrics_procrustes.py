"""PA-MPJPE in closed form against the singular value decomposition, one pose at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from pose_lib.data.seeds import rng
from pose_lib.metrics import mpjpe, pa_mpjpe, procrustes_align


def poses(count: int, seed: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Poses in front of a camera, and predictions turned, scaled, moved and noisy."""
    draw = rng("procrustes tests", seed)
    true = draw.normal(size=(count, 17, 3)) * [120, 500, 60]
    turn = Rotation.random(count, rng=draw).as_matrix()
    scale = draw.uniform(0.3, 3, size=(count, 1, 1))
    pred = (
        scale * (true + draw.normal(size=true.shape) * noise) @ turn + draw.normal(size=(count, 1, 3)) * 1000
    )
    return pred, true + np.array([0, 0, 5000])


def loop_align(pred: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Similarity Procrustes of one pose by the book (Umeyama 1991)."""
    p, t = pred - pred.mean(0), true - true.mean(0)
    u, s, vh = np.linalg.svd(t.T @ p)
    d = np.diag([1, 1, np.sign(np.linalg.det(u @ vh))])
    rotation = u @ d @ vh
    scale = np.trace(np.diag(s) @ d) / (p**2).sum()
    aligned: np.ndarray = scale * p @ rotation.T + true.mean(0)
    return aligned


def loop_pa_mpjpe(pred: np.ndarray, true: np.ndarray) -> np.ndarray:
    aligned = [loop_align(p, t) for p, t in zip(pred, true, strict=True)]
    return np.array([np.linalg.norm(a - t, axis=-1).mean() for a, t in zip(aligned, true, strict=True)])


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.0, 30.0, 200.0, 3000.0]))
def test_agrees_with_the_decomposition_one_pose_at_a_time(seed: int, noise: float) -> None:
    pred, true = poses(40, seed, noise)
    expected = loop_pa_mpjpe(pred, true)
    errors, degenerate = pa_mpjpe(pred, true)
    assert degenerate == 0
    np.testing.assert_allclose(errors, expected, atol=1e-6)
    aligned, mask = procrustes_align(pred, true)
    assert not mask.any()
    np.testing.assert_allclose(
        aligned, [loop_align(p, t) for p, t in zip(pred, true, strict=True)], atol=1e-5
    )


def test_single_precision_is_good_to_a_micrometre() -> None:
    pred, true = (x.astype(np.float32) for x in poses(5000, 1, 60.0))
    errors, _ = pa_mpjpe(pred, true)
    assert errors.dtype == torch.float32
    expected = loop_pa_mpjpe(pred.astype(np.float64), true.astype(np.float64))
    assert np.abs(errors.numpy() - expected).max() < 1e-3


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_a_similarity_transform_costs_nothing_and_a_mirror_image_does(seed: int) -> None:
    pred, true = poses(8, seed, 0.0)
    errors, degenerate = pa_mpjpe(pred, true)
    assert degenerate == 0
    assert errors.max() < 1e-8
    mirrored, _ = pa_mpjpe(pred * [-1, 1, 1], true)
    assert mirrored.min() > 1
    np.testing.assert_allclose(mirrored, loop_pa_mpjpe(pred * [-1, 1, 1], true), atol=1e-6)


def test_alignment_never_raises_the_squared_error() -> None:
    pred, true = poses(200, 3, 100.0)
    aligned, _ = procrustes_align(pred, true)
    before = pred - pred.mean(1, keepdims=True) + true.mean(1, keepdims=True)
    assert (((aligned.numpy() - true) ** 2).sum((1, 2)) <= ((before - true) ** 2).sum((1, 2)) + 1e-9).all()
    np.testing.assert_allclose(aligned.mean(1), true.mean(1), atol=1e-9)
    np.testing.assert_allclose(pa_mpjpe(pred, true)[0], mpjpe(aligned, true, root=None), atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_degenerate_poses_are_finite_and_counted(dtype: type[np.floating]) -> None:
    pred, true = (x.astype(dtype) for x in poses(9, 5, 40.0))
    spread = np.linalg.norm(true - true.mean(1, keepdims=True), axis=-1).mean(1)
    pred[0] = 0  # a network that has collapsed
    pred[1] = pred[1, 0]  # all joints in one point
    pred[2] = np.arange(17)[:, None] * np.array([1.0, 2.0, 3.0])  # on a line
    pred[3, 4, 1] = np.nan
    pred[4] = np.inf
    true[5] = np.arange(17)[:, None] * np.array([3.0, -1.0, 2.0])
    true[6] = true[6, 0]
    pred[7, :, 2] = 0  # planar, but its rotation is determined
    errors, count = pa_mpjpe(pred, true)
    _, mask = procrustes_align(pred, true)
    assert torch.isfinite(errors).all()
    assert mask.tolist() == [True] * 7 + [False] * 2
    assert count == 7
    # Without any information the aligned pose is the centre of the truth.
    np.testing.assert_allclose(errors[[0, 1, 3, 4]], spread[[0, 1, 3, 4]], rtol=1e-5)
    assert errors[6] < 1e-6 * 5000
    determined = [2, 5, 7, 8]
    expected = loop_pa_mpjpe(pred[determined].astype(float), true[determined].astype(float))
    np.testing.assert_allclose(errors[determined], expected, atol=2e-3 if dtype == np.float32 else 1e-6)


def test_a_mirror_image_with_a_tie_is_degenerate() -> None:
    true = np.concatenate([np.eye(3), -np.eye(3)])[None] * [500.0, 100.0, 100.0]
    errors, count = pa_mpjpe(true * [-1, 1, 1], true)
    assert count == 1
    squares = ((procrustes_align(true * [-1, 1, 1], true)[0].numpy() - true) ** 2).sum()
    assert squares == pytest.approx(((loop_align(true[0] * [-1, 1, 1], true[0]) - true[0]) ** 2).sum())
    assert torch.isfinite(errors).all()


@pytest.mark.parametrize("count", [1, 5])
def test_inputs_are_left_alone(count: int) -> None:
    pred, true = poses(count, 11, 30.0)
    before = pred.copy(), true.copy()
    pa_mpjpe(pred, true)
    procrustes_align(pred, true)
    mpjpe(pred, true)
    np.testing.assert_array_equal(pred, before[0])
    np.testing.assert_array_equal(true, before[1])


def test_a_truth_that_is_not_finite_is_refused() -> None:
    pred, true = poses(3, 7, 10.0)
    true[1, 2] = np.nan
    with pytest.raises(ValueError, match="true poses hold a value that is not finite"):
        pa_mpjpe(pred, true)


def test_many_poses_span_chunks_and_keep_their_order() -> None:
    pred, true = poses(9000, 9, 50.0)
    pred[[10, 8999]] = 0
    errors, count = pa_mpjpe(pred, true)
    assert count == 2
    chosen = [0, 10, 4095, 4096, 8190, 8998]
    np.testing.assert_allclose(errors[chosen], pa_mpjpe(pred[chosen], true[chosen])[0], atol=1e-8)
    assert pa_mpjpe(pred[:0], true[:0])[0].shape == (0,)


def test_threads_give_the_same_and_their_number_is_left_alone() -> None:
    pred, true = poses(9000, 12, 30.0)
    expected = pa_mpjpe(pred, true)[0], mpjpe(pred, true)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        found = pa_mpjpe(pred, true)[0], mpjpe(pred, true)
        true[8500] = np.nan
        with pytest.raises(ValueError, match="not finite"):
            pa_mpjpe(pred, true)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert torch.equal(found[0], expected[0])
    assert torch.equal(found[1], expected[1])
