"""From predictions to rows: every number has its protocol, its interval and its count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from samples import make

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.measures import measures_3d, protocol_of, sequences_of
from pose_lib.bench.rows import Key, difference_row, frame, label, pick, row, split_key, systems_of
from pose_lib.metrics import limb_ratio_error, mpjpe, paired_interval


def poses(n: int, seed: int = 0) -> torch.Tensor:
    pose = torch.randn(n, 17, 3, generator=torch.Generator().manual_seed(seed)) * 200
    return pose - pose[:, :1]


def test_rows_hold_the_metrics_of_all_systems_with_their_protocol() -> None:
    test, truth = make(12), poses(12)
    near, far = truth + 5 * torch.sign(truth), truth + 50 * torch.sign(truth)
    scores = evaluate({"near": near, ("far", "50 mm"): far}, truth, test, measures_3d(test))
    rows = frame(scores.rows())
    table = rows.set_index(["system", "setting", "metric"])
    assert table.loc[("near", "", "mpjpe"), "value"] == pytest.approx(float(mpjpe(near, truth).mean()))
    full = limb_ratio_error(far, truth, reading="limbs", part="full").mean()
    found = table.loc[("far", "50 mm", "limb-ratio-full-limbs")]
    assert found["value"] == pytest.approx(float(full), rel=1e-5)
    assert "17 joints" in table.loc[("near", "", "mpjpe"), "protocol"]
    assert "Procrustes" in table.loc[("near", "", "pa-mpjpe"), "protocol"]
    assert "'limbs'" in found["protocol"]
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()
    assert set(rows["samples"]) == {12}
    (difference,) = scores.differences([("near", ("far", "50 mm"), "mpjpe"), ("near", "absent", "mpjpe")])
    assert difference.against == "far, 50 mm"
    assert difference.high < 0


def test_a_difference_has_the_interval_of_paired_samples_with_whole_sequences_resampled() -> None:
    random = np.random.default_rng(0)
    a, b = random.normal(5, 1, 60), random.normal(4, 1, 60)
    groups = np.repeat([f"s{i}" for i in range(6)], 10)
    found = difference_row("a", "b", "m", "p", a, b, groups)
    low, high = paired_interval(a, b, groups=groups)
    assert (found.low, found.high) == (low, high)
    assert found.value == pytest.approx(a.mean() - b.mean())
    assert found.protocol == "paired difference; p"


def test_degenerate_predictions_are_counted_rather_than_hidden() -> None:
    test, truth = make(6), poses(6)
    measures = measures_3d(test)
    rows = frame(evaluate({"zero": torch.zeros_like(truth), "true": truth}, truth, test, measures).rows())
    assert pick(rows, "zero", "degenerate")["value"].item() == 100
    assert pick(rows, "true", "degenerate")["value"].item() == 0
    assert np.isfinite(pick(rows, "zero", "pa-mpjpe")["value"].item())


def test_what_is_resampled_is_a_take_of_a_person_with_all_its_cameras() -> None:
    test = make(6)
    table = test.table.assign(subject=["S9"] * 3 + ["S11"] * 3, sequence=[1, 1, 2, 1, 1, 1])
    found = sequences_of(replace(test, table=table)).tolist()
    assert found == [["S9", "Walking/1"]] * 2 + [["S9", "Walking/2"]] + [["S11", "Walking/1"]] * 3
    assert protocol_of(test).frame_step == 1
    assert protocol_of(test).subjects == ("S1",)


def test_of_a_single_take_its_tenths_are_resampled_with_all_cameras() -> None:
    test = make(40)
    table = test.table.assign(frame=np.repeat(np.arange(20) * 50, 2))
    people, takes = sequences_of(replace(test, table=table)).T
    assert set(people) == {"S1"}
    assert [(takes == take).sum() for take in dict.fromkeys(takes)] == [4] * 10
    assert (takes[::2] == takes[1::2]).all(), "the cameras of a frame stay together"


def test_scores_refuse_metrics_they_do_not_have_and_values_of_other_samples() -> None:
    scores = Scores.on(make(6), {"code-change": "how far the code moves"})
    scores.add(("AE", "plain"), "code-change", np.arange(6.0))
    assert scores.of(("AE", "plain"), "code-change").tolist() == [0, 1, 2, 3, 4, 5]
    assert list(scores.metric("code-change")) == [("AE", "plain")]
    with pytest.raises(KeyError, match=r"no metric 'mpjpe'.*code-change"):
        scores.add("AE", "mpjpe", np.arange(6.0))
    with pytest.raises(ValueError, match=r"AE, plain, code-change: \(3,\) values for 6 samples"):
        scores.add(("AE", "plain"), "code-change", np.arange(3.0))
    with pytest.raises(KeyError, match="no scores of 'AE'; there are: AE, plain"):
        scores.of("AE", "code-change")


def test_rows_are_picked_by_key_metric_and_what_they_are_compared_with() -> None:
    keys: list[Key] = ["Stage 1", ("Stage 2", "sigma 1"), ("Stage 2", "sigma 2")]
    values = np.array([1.0, 2.0])
    rows = [row(key, "pcp", "p", values + i) for i, key in enumerate(keys)]
    rows.append(difference_row(keys[2], keys[1], "pcp", "p", values + 2, values + 1))
    rows.append(row("Stage 1", "pdj", "p", values))
    table = frame(rows)
    assert systems_of(table) == keys
    assert systems_of(table, "pdj") == ["Stage 1"]
    assert pick(table, keys[1], "pcp")["value"].tolist() == [2.5]
    assert pick(table, keys[2], "pcp", against=keys[1])["value"].tolist() == [1.0]
    assert pick(table, keys[1], "pcp", against=keys[2]).empty
    assert [label(key) for key in keys] == ["Stage 1", "Stage 2, sigma 1", "Stage 2, sigma 2"]
    assert split_key("Stage 1") == ("Stage 1", "")
