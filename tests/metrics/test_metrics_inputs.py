"""Poses in every form give the same numbers, and what would pass in silence is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch

from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import H36M17
from pose_lib.metrics import (
    Protocol,
    accuracy_over_threshold,
    action_weighted_mean,
    bootstrap_interval,
    frame_weighted_mean,
    limb_lengths,
    limb_ratio_error,
    mpjpe,
    pa_mpjpe,
    paired_interval,
    pck,
    pcp,
    pdj,
    per_action_table,
    per_joint_error,
    per_joint_table,
    procrustes_align,
    relative_distance,
    torso_accuracy,
)

Metric = Callable[..., object]
LENGTH = np.array([300.0, 250.0, 400.0, 300.0])

IN_MILLIMETRES: dict[str, Metric] = {
    "mpjpe": mpjpe,
    "per_joint_error": per_joint_error,
    "pa_mpjpe": lambda a, b: pa_mpjpe(a, b)[0],
    "procrustes_align": lambda a, b: procrustes_align(a, b)[0],
    "limb_ratio_error": limb_ratio_error,
    "protocol": Protocol(without=("hip",)).errors,
}
WITHOUT_UNIT: dict[str, Metric] = {
    "pcp": partial(pcp, limbs=H36M17.limbs),
    "pdj": partial(pdj, torso=H36M17.torso),
    "pck": partial(pck, reference=LENGTH),
    "relative_distance": partial(relative_distance, reference=LENGTH),
    "torso_accuracy": partial(torso_accuracy, torso=LENGTH, radii=[10, 50]),
}
METRICS = IN_MILLIMETRES | WITHOUT_UNIT


def whole_poses(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Four poses and predictions whose coordinates are whole numbers that even bf16 holds exactly."""
    draw = rng("input tests", seed)
    true = np.round(draw.normal(size=(4, 17, 3)) * [40, 90, 40])
    return np.clip(true + np.round(draw.normal(size=true.shape) * 12), -255, 255), np.clip(true, -255, 255)


FORMS: dict[str, Callable[[np.ndarray], object]] = {
    "flipped": lambda x: x[:, ::-1].copy()[:, ::-1],
    "big-endian": lambda x: x.astype(">f8"),
    "read-only": lambda x: np.broadcast_to(x, x.shape),
    "float16 array": lambda x: x.astype(np.float16),
    "int16 array": lambda x: x.astype(np.int16),
    "lists": lambda x: x.tolist(),
    "list of tensors": lambda x: [torch.from_numpy(pose) for pose in x],
    "bf16": lambda x: torch.from_numpy(x).bfloat16(),
    "float16": lambda x: torch.from_numpy(x).half(),
    "int tensor": lambda x: torch.from_numpy(x).int(),
    "gradient": lambda x: torch.from_numpy(x).requires_grad_(),
    "strided": lambda x: torch.from_numpy(np.repeat(x, 2, axis=1))[:, ::2],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", METRICS)
def test_every_form_gives_the_value_of_a_plain_float64_copy(name: str, form: str) -> None:
    pred, true = whole_poses()
    expected = METRICS[name](pred, true)
    for a, b in ((FORMS[form](pred), FORMS[form](true)), (FORMS[form](pred), true)):
        np.testing.assert_array_equal(METRICS[name](a, b), expected)


@pytest.mark.parametrize("form", FORMS)
def test_means_tables_and_intervals_take_every_form_too(form: str) -> None:
    pred, true = whole_poses()
    errors = np.round(per_joint_error(pred, true).numpy())
    given = FORMS[form](errors)
    np.testing.assert_array_equal(per_joint_table(given), per_joint_table(errors))  # type: ignore[arg-type]
    np.testing.assert_array_equal(
        accuracy_over_threshold(given, [20, 40]),  # type: ignore[arg-type]
        accuracy_over_threshold(errors, [20, 40]),
    )
    one = given[0]  # type: ignore[index]
    assert bootstrap_interval(one) == bootstrap_interval(errors[0])
    assert frame_weighted_mean(one) == errors[0].mean()
    lengths = limb_lengths(FORMS[form](true))  # type: ignore[arg-type]
    np.testing.assert_array_equal(lengths.detach(), limb_lengths(true))


@pytest.mark.parametrize("name", METRICS)
def test_an_infinite_truth_is_never_a_hit(name: str) -> None:
    pred, true = whole_poses()
    for wrong in (math.inf, -math.inf, 1e30):
        far = true.copy()
        far[2, 5, 1] = wrong
        with pytest.raises(ValueError, match=r"true pose 2 lies at .*not finite"):
            METRICS[name](pred, far)


def test_an_infinite_prediction_is_a_miss_or_an_infinite_error() -> None:
    pred, true = whole_poses()
    pred[1, 5] = math.inf
    assert (pcp(pred, true, [(4, 5)])[1] == 0).all()
    assert pdj(pred, true, H36M17.torso)[1, 5] == 0
    assert relative_distance(pred, true, LENGTH)[1, 5] == math.inf
    assert mpjpe(pred, true).isfinite().tolist() == [True, False, True, True]
    assert pa_mpjpe(pred, true)[0].isfinite().all()


@pytest.mark.parametrize("name", METRICS)
def test_poses_without_joints_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="at least one joint"):
        METRICS[name](np.zeros((4, 0, 3)), np.zeros((4, 0, 3)))


@pytest.mark.parametrize("root", [-1, 17, True, 1.0, "hip"])
def test_a_root_that_is_no_joint_is_refused(root: object) -> None:
    for metric in (mpjpe, per_joint_error):
        with pytest.raises(ValueError, match=r"root is .*whole number from 0 to 16"):
            metric(*whole_poses(), root=root)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", IN_MILLIMETRES)
def test_metres_are_refused_where_the_unit_is_millimetres(name: str) -> None:
    pred, true = (x * 7 for x in whole_poses())
    with pytest.raises(ValueError, match="looks like metres; multiply by 1000"):
        METRICS[name](pred / 1000, true / 1000)
    camera = true / 1000 + [0, 0, 5.0]
    with pytest.raises(ValueError, match="looks like metres"):
        METRICS[name](camera, camera)


@pytest.mark.parametrize("name", WITHOUT_UNIT)
def test_metrics_without_a_unit_take_metres(name: str) -> None:
    pred, true = whole_poses()
    METRICS[name](pred / 1000, true / 1000)


def test_real_poses_in_millimetres_are_never_refused() -> None:
    pred, true = whole_poses()
    crouched = true / np.ptp(true, axis=1, keepdims=True) * 250
    assert mpjpe(pred, crouched).isfinite().all()
    assert (mpjpe(np.zeros((3, 17, 3)), np.zeros((3, 17, 3))) == 0).all(), "collapsed to a point"
    assert mpjpe(np.zeros((3, 1, 3)), np.ones((3, 1, 3)), root=None).isfinite().all(), "one joint"
    assert mpjpe(pred[..., :2] / 1000, true[..., :2] / 1000).isfinite().all(), "two dimensions: pixels"
    assert mpjpe(pred / 1000, true).isfinite().all(), "a network that predicts one point"
    some = np.concatenate([np.zeros((5, 17, 3)), true])
    assert mpjpe(some, some).isfinite().all(), "most poses are missing"


def test_limbs_torsos_and_thresholds_that_cannot_be_are_refused() -> None:
    pred, true = whole_poses()
    for limbs in ([(0, 17)], [(-1, 3)], [(True, 3)], [(0.0, 1)], [(0, 1, 2)], [(3, 3)], []):
        with pytest.raises(ValueError, match="limb"):
            pcp(pred, true, limbs)  # type: ignore[arg-type]
        if limbs:
            with pytest.raises(ValueError, match="limb"):
                pdj(pred, true, limbs[0])  # type: ignore[arg-type]
    for wrong in (-0.5, math.nan, math.inf, True):
        with pytest.raises(ValueError, match="alpha is"):
            pcp(pred, true, H36M17.limbs, wrong)
        with pytest.raises(ValueError, match="fraction is"):
            pdj(pred, true, H36M17.torso, wrong)
        with pytest.raises(ValueError, match=r"thresholds|numbers"):
            accuracy_over_threshold([1.0], [wrong])
    with pytest.raises(ValueError, match="expected thresholds"):
        accuracy_over_threshold([1.0], [])
    for errors in ([], [-1.0], np.zeros((0, 3))):
        with pytest.raises(ValueError, match="expected errors"):
            accuracy_over_threshold(errors, [1.0])
    for length in (-1.0, math.inf):
        with pytest.raises(ValueError, match="negative or infinite"):
            pck(pred, true, [300.0, length, 300.0, 300.0])


def test_a_torso_of_length_zero_leaves_the_pose_out_and_a_limb_is_hit_by_its_point() -> None:
    pred, true = whole_poses()
    true[1, H36M17.torso[0]] = true[1, H36M17.torso[1]]
    hits = pdj(pred, true, H36M17.torso)
    assert hits[1].isnan().all()
    assert not hits[[0, 2, 3]].isnan().any()
    pred[1] = true[1]
    assert pcp(pred, true, [H36M17.torso])[1] == 1
    pred[1] += 1e-3
    assert pcp(pred, true, [H36M17.torso])[1] == 0


def test_pck_and_the_accuracy_of_eq_7_agree_with_loops() -> None:
    draw = rng("pck loop")
    true = draw.uniform(0, 100, size=(30, 8, 2))
    pred = true + draw.normal(size=true.shape) * 12
    true[3, 2] = np.nan
    heights = draw.uniform(20, 60, size=30)
    hits, counts = np.zeros((3, 8)), np.zeros(8)
    found = pck(pred, true, heights, 0.4)
    for n in range(30):
        for j in range(8):
            if np.isnan(true[n, j]).any():
                assert found[n, j].isnan()
                continue
            distance = math.dist(pred[n, j], true[n, j])
            assert found[n, j] == float(distance <= 0.4 * heights[n])
            counts[j] += 1
            for k, r in enumerate((10, 30, 60)):
                hits[k, j] += distance / heights[n] * 100 <= r
    np.testing.assert_allclose(torso_accuracy(pred, true, heights, [10, 30, 60]), 100 * hits / counts)


def test_means_refuse_what_they_would_drop_or_pass_on() -> None:
    for wrong in ([], [1.0, math.nan], [1.0, math.inf], [1.0, 1e300]):
        for mean in (frame_weighted_mean, partial(action_weighted_mean, actions=["a"] * len(wrong))):
            with pytest.raises(ValueError, match="errors: "):
                mean(wrong)
    for missing in (None, math.nan):
        with pytest.raises(ValueError, match="actions: 1 of 2 are missing, the first at 1"):
            per_action_table([1.0, 2.0], ["a", missing])
    with pytest.raises(ValueError, match=r"errors: 1 of 34 are not finite, the first at \[0, 3\]"):
        per_joint_table(np.where(np.arange(34).reshape(2, 17) == 3, np.nan, 1.0))


def test_intervals_refuse_what_gives_no_interval() -> None:
    good = [1.0, 2.0, 3.0]
    for wrong in (math.nan, math.inf, 1e300):
        with pytest.raises(ValueError, match="values: 1 of 3 are not finite"):
            bootstrap_interval([1.0, wrong, 3.0])
        with pytest.raises(ValueError, match="values: 1 of 3 are not finite"):
            paired_interval(good, [1.0, 2.0, wrong], np.median)
        with pytest.raises(ValueError, match="weights: 1 of 3 are not finite"):
            bootstrap_interval(good, weights=[1.0, wrong, 1.0])
    with pytest.raises(ValueError, match="weights must be 0 or more"):
        bootstrap_interval(good, weights=[1.0, -1.0, 1.0])
    with pytest.raises(ValueError, match="at least two samples"):
        bootstrap_interval(good, weights=[0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="at least two samples"):
        bootstrap_interval([])
    for group in (None, math.nan):
        with pytest.raises(ValueError, match="groups: 1 of 3 are missing"):
            bootstrap_interval(good, groups=["a", "b", group])
    with pytest.raises(ValueError, match="labels of one kind"):
        bootstrap_interval(good, groups=np.array(["a", 1, "b"], dtype=object))
    for count in (0, -5, 1.5, True, None):
        with pytest.raises(ValueError, match="resamples is"):
            bootstrap_interval(good, resamples=count)  # type: ignore[arg-type]
    for level in (0, 1, -0.5, math.nan, True, "0.95"):
        with pytest.raises(ValueError, match="level"):
            bootstrap_interval(good, level=level)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"not a finite number for .* resamples"):
        bootstrap_interval(good, statistic=lambda x: math.nan if x[0] == 1 else 1.0)


def test_a_protocol_refuses_words_that_choose_nothing() -> None:
    for wrong in ({"alignment": "Root"}, {"mean": "action"}, {"frame_step": 0}, {"frame_step": True}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Protocol(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="subjects is 'S9'"):
        Protocol(subjects="S9")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="all joints"):
        Protocol(without=H36M17.joints)
