"""PCP, PDJ, PCK and the limb-length-ratio error, against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import H36M17, LSP14
from pose_lib.metrics import (
    accuracy_over_threshold,
    limb_lengths,
    limb_ratio_error,
    pck,
    pcp,
    pdj,
    relative_distance,
)


def flat_poses(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = rng("part tests", seed)
    true = draw.uniform(0, 100, size=(count, 14, 2))
    return true + draw.normal(size=true.shape) * draw.choice([2, 15, 40], size=(count, 14, 1)), true


def loop_pcp(
    p: np.ndarray, t: np.ndarray, limb: tuple[int, int], alpha: float, strict: bool, swapped: bool
) -> bool:
    i, j = limb
    allowed = alpha * math.dist(t[i], t[j])
    hit = False
    for a, b in [(i, j), (j, i)] if swapped else [(i, j)]:
        first, second = math.dist(p[a], t[i]), math.dist(p[b], t[j])
        hit |= (first <= allowed and second <= allowed) if strict else (first + second) / 2 <= allowed
    return hit


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("swapped", [True, False])
def test_pcp_agrees_with_the_loop(strict: bool, swapped: bool) -> None:
    pred, true = flat_poses(40, 1)
    pred[::5] = pred[::5][:, ::-1]
    found = pcp(pred, true, LSP14.limbs, 0.5, strict=strict, swapped=swapped)
    expected = [
        [loop_pcp(p, t, limb, 0.5, strict, swapped) for limb in LSP14.limbs]
        for p, t in zip(pred, true, strict=True)
    ]
    np.testing.assert_array_equal(found, np.array(expected, float))
    assert 0 < found.mean() < 1


def test_strict_implies_loose_and_swapping_only_adds() -> None:
    pred, true = flat_poses(200, 2)
    strict, loose = (pcp(pred, true, LSP14.limbs, strict=s) for s in (True, False))
    assert (loose >= strict).all()
    assert loose.sum() > strict.sum()
    exchanged = true.copy()
    exchanged[:, [0, 1]] = true[:, [1, 0]]
    assert (pcp(exchanged, true, [(1, 0)]) == 0).all()
    assert (pcp(exchanged, true, [(1, 0)], swapped=True) == 1).all()


def test_pdj_and_pck_agree_with_the_loop() -> None:
    pred, true = flat_poses(40, 3)
    found = pdj(pred, true, LSP14.torso, 0.3)
    a, b = LSP14.torso
    expected = [
        [math.dist(p[j], t[j]) <= 0.3 * math.dist(t[a], t[b]) for j in range(14)]
        for p, t in zip(pred, true, strict=True)
    ]
    np.testing.assert_array_equal(found, np.array(expected, float))
    head = np.linalg.norm(true[:, LSP14.index("head")] - true[:, LSP14.index("neck")], axis=-1)
    hits = pck(pred, true, head, 0.5)
    curve = accuracy_over_threshold(relative_distance(pred, true, head), [0.5])
    np.testing.assert_allclose(hits.mean(0), curve[0])


def test_unlabelled_joints_are_left_out_and_missing_predictions_are_misses() -> None:
    pred, true = flat_poses(4, 4)
    pred = true.copy()
    true[0, 5] = np.nan
    pred[1, 5] = np.nan
    true[2, LSP14.torso[0]] = np.nan
    hits = pdj(pred, true, LSP14.torso)
    assert torch.isnan(hits[0]).nonzero().ravel().tolist() == [5]
    assert hits[1, 5] == 0
    assert torch.isnan(hits[2]).all()
    assert (hits[3] == 1).all()
    assert torch.nanmean(hits[:, 5]) == 0.5
    limbs = pcp(pred, true, LSP14.limbs)
    touched = [k for k, limb in enumerate(LSP14.limbs) if 5 in limb]
    assert torch.isnan(limbs[0]).nonzero().ravel().tolist() == touched
    assert (limbs[1, touched] == 0).all()


def test_a_reference_of_another_length_is_refused() -> None:
    pred, true = flat_poses(4, 5)
    with pytest.raises(ValueError, match=r"reference has shape \(3,\), expected one length per pose, \(4,\)"):
        pck(pred, true, np.ones(3))


def loop_ratio_error(p: np.ndarray, t: np.ndarray, reading: str, limbs: list[tuple[int, int]]) -> float:
    m = [max(math.dist(p[i], p[j]), 1.0) for i, j in limbs]
    length = [max(math.dist(t[i], t[j]), 1.0) for i, j in limbs]
    if reading == "limbs":
        return sum(abs(math.log(x / y)) for x, y in zip(m, length, strict=True))
    total = 0.0
    for i in range(len(limbs)):
        for j in range(i + 1, len(limbs)):
            predicted, actual = m[i] / m[j], length[i] / length[j]
            if reading == "pairs":
                total += abs(math.log(predicted) - math.log(actual))
            else:
                total += math.log(1 + abs(predicted - actual))
    return total


def bodies(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = rng("limb tests", seed)
    true = draw.normal(size=(count, 17, 3)) * 300
    return true + draw.normal(size=true.shape) * 40, true


@pytest.mark.parametrize("reading", ["pairs", "limbs", "ratios"])
@pytest.mark.parametrize("part", ["lower", "upper", "full"])
def test_limb_ratio_error_agrees_with_the_loop(reading: str, part: str) -> None:
    pred, true = bodies(6, 1)
    limbs = [H36M17.limbs[i] for i in H36M17.limb_parts()[part]]
    expected = [loop_ratio_error(p, t, reading, limbs) for p, t in zip(pred, true, strict=True)]
    found = limb_ratio_error(pred, true, reading=reading, part=part)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.floats(0.2, 5))
def test_pairs_ignore_scale_and_the_whole_exceeds_its_halves(seed: int, scale: float) -> None:
    pred, true = bodies(3, seed)
    np.testing.assert_allclose(limb_ratio_error(pred * scale, true), limb_ratio_error(pred, true), rtol=1e-6)
    np.testing.assert_allclose(
        limb_ratio_error(true * scale, true, reading="limbs"), 16 * abs(math.log(scale)), atol=1e-9
    )
    halves = limb_ratio_error(pred, true, part="lower") + limb_ratio_error(pred, true, part="upper")
    assert (limb_ratio_error(pred, true) > halves).all()


def test_collapsed_limbs_stay_finite_and_bad_names_are_refused() -> None:
    pred, true = bodies(2, 3)
    for reading in ("pairs", "limbs", "ratios"):
        assert torch.isfinite(limb_ratio_error(np.zeros_like(pred), true, reading=reading)).all()
    with pytest.raises(ValueError, match="part 'legs' one of lower, upper, full"):
        limb_ratio_error(pred, true, part="legs")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="poses have 14 joints, h36m17 has 17"):
        limb_ratio_error(pred[:, :14], true[:, :14])
    assert limb_lengths(torch.from_numpy(true)).shape == (2, 16)
