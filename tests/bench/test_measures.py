"""Measures: 2D limbs and joints counted as the papers do, 3D errors under their protocols."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from samples import make

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.measures import joint_groups, limb_groups, measure_named, measures_2d, measures_3d
from pose_lib.bench.rows import Key, frame
from pose_lib.data.mapping import to_skeleton
from pose_lib.data.poses import PoseData
from pose_lib.data.references import STICKS, TORSO, TORSO_STICK, stick_columns, sticks_of
from pose_lib.geometry.skeletons import FLIC11, LSP14, STICKMEN8
from pose_lib.metrics import pcp, pdj


def data(n: int = 12, missing: bool = True) -> PoseData:
    test = to_skeleton(make(n), LSP14)
    joints = np.random.default_rng(0).uniform(0, 60, (n, 14, 2)).astype(np.float32)
    if missing:
        joints[1] = np.nan
        joints[2, [LSP14.index("left_wrist"), LSP14.index("right_knee")]] = np.nan
        joints[3, LSP14.torso[0]] = np.nan
    return replace(test, joints_2d=joints)


def score(predictions: dict[Key, torch.Tensor], test: PoseData, *, swapped: bool = False) -> Scores:
    truth = torch.from_numpy(np.array(test.joints_2d))
    return evaluate(predictions, truth, test, measures_2d(test, swapped=swapped))


def values_of(scores: Scores) -> dict[str, float]:
    return {row.metric: row.value for row in scores.rows()}


def near(test: PoseData, spread: float, seed: int = 1) -> torch.Tensor:
    truth = torch.from_numpy(np.nan_to_num(test.joints_2d, nan=5.0))
    return truth + spread * torch.randn(truth.shape, generator=torch.Generator().manual_seed(seed))


def test_groups_are_found_by_name_in_every_skeleton() -> None:
    limbs = limb_groups(LSP14)
    assert len(limbs) == 12
    assert [LSP14.joints[i] for i in limbs["right-lower-leg"][0]] == ["right_knee", "right_ankle"]
    assert limbs["upper-arm"] == limbs["left-upper-arm"] + limbs["right-upper-arm"]
    assert set(limb_groups(STICKMEN8)) == {
        f"{s}{k}-arm" for s in ("", "left-", "right-") for k in ("upper", "lower")
    }
    assert [FLIC11.joints[i] for i in joint_groups(FLIC11)["eye"]] == ["left_eye", "right_eye"]
    assert joint_groups(FLIC11)["nose"] == (FLIC11.index("nose"),)


def test_rows_pool_hits_over_labelled_limbs_and_joints() -> None:
    test = data()
    truth = torch.from_numpy(test.joints_2d)
    predicted = near(test, 8.0)
    scores = score({"ours": predicted}, test)
    table = frame(scores.rows()).set_index("metric")
    groups = limb_groups(LSP14)
    for name in ("lower-arm", "left-lower-arm"):
        hits = pcp(predicted, truth, groups[name])
        assert table.loc[f"pcp-{name}", "value"] == pytest.approx(100 * float(hits.nanmean()))
    loose = pcp(predicted, truth, groups["upper-leg"], strict=False)
    assert table.loc["pcp-loose-upper-leg", "value"] == pytest.approx(100 * float(loose.nanmean()))
    four = pcp(predicted, truth, sum((groups[g] for g in groups if g.count("-") == 1), ()))
    assert table.loc["pcp", "value"] == pytest.approx(100 * float(four.nanmean()))
    for fraction in (0.05, 0.2, 0.5):
        hits = pdj(predicted, truth, LSP14.torso, fraction)
        assert table.loc[f"pdj-{fraction:.2f}", "value"] == pytest.approx(100 * float(hits.nanmean()))
    assert table.loc["pdj-0.20", "samples"] == 10
    assert table.loc["pcp", "samples"] == 11
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert np.isnan(scores.of("ours", "pcp")[1])
    assert "strict" in table.loc["pcp", "protocol"]
    assert "loose" in table.loc["pcp-loose", "protocol"]
    assert "left shoulder to right hip" in table.loc["pdj-0.20-wrist", "protocol"]


def test_a_prediction_that_is_missing_is_a_miss() -> None:
    test = data(missing=False)
    predicted = near(test, 0.0)
    predicted[:, LSP14.index("left_ankle")] = torch.nan
    table = values_of(score({"ours": predicted}, test))
    assert table["pdj-0.05"] == pytest.approx(100 * 13 / 14)
    assert table["pcp-lower-leg"] == pytest.approx(50)
    assert table["pcp-upper-leg"] == 100


def test_differences_are_paired_and_those_of_absent_systems_left_out() -> None:
    test = data(40)
    scores = score({"good": near(test, 3.0), ("bad", "far"): near(test, 12.0, 2)}, test)
    bad = ("bad", "far")
    (difference,) = scores.differences([("good", bad, "pdj-0.20"), ("good", "absent", "pcp")])
    assert (difference.system, difference.against) == ("good", "bad, far")
    value = {(row.system, row.metric): row.value for row in scores.rows()}
    assert difference.value == pytest.approx(value["good", "pdj-0.20"] - value["bad", "pdj-0.20"])
    assert 0 < difference.low < difference.value < difference.high
    with pytest.raises(KeyError, match=r"no metric 'pdq'.*pdj-0\.20"):
        scores.differences([("good", bad, "pdq")])


def test_stickmen_take_the_torso_from_the_table_and_may_exchange_the_ends() -> None:
    whole = data(missing=False)
    test = to_skeleton(whole, STICKMEN8)
    assert TORSO in test.table.columns
    predicted = near(test, 4.0)
    diameter = torch.tensor(test.table[TORSO].tolist())
    distance = (predicted - torch.from_numpy(test.joints_2d)).square().sum(-1).sqrt()
    expected = 100 * float((distance <= 0.2 * diameter[:, None]).float().mean())
    table = values_of(score({"ours": predicted}, test))
    assert table["pdj-0.20"] == pytest.approx(expected)
    elbow, wrist = (STICKMEN8.index(f"left_{joint}") for joint in ("elbow", "wrist"))
    turned = torch.from_numpy(test.joints_2d.copy())
    turned[:, [elbow, wrist]] = turned[:, [wrist, elbow]]
    for swapped, value in ((False, 0.0), (True, 100.0)):
        found = values_of(score({"ours": turned}, test, swapped=swapped))
        assert found["pcp-left-lower-arm"] == pytest.approx(value)
        assert ("exchanged" in measures_2d(test, swapped=swapped)["pcp"].protocol) == swapped


def with_sticks(whole: PoseData) -> PoseData:
    """Upper bodies with sticks apart from their joints, in any direction; the last one has none."""
    test = to_skeleton(whole, STICKMEN8)
    rng = np.random.default_rng(4)
    ends = [STICKMEN8.index(joint) for stick in STICKS.values() for joint in stick]
    sticks = test.joints_2d[:, ends].reshape(-1, 4, 2, 2) + rng.normal(0, 4, (len(test), 4, 2, 2))
    sticks[::2] = sticks[::2, :, ::-1]
    sticks[-1] = np.nan
    table = test.table.drop(columns=TORSO).assign(**stick_columns(sticks), **{TORSO_STICK: 20.0})
    return replace(test, table=table)


def test_parts_are_compared_with_the_sticks_that_were_annotated() -> None:
    test = with_sticks(data(missing=False))
    predicted = near(test, 6.0)
    scores = score({"ours": predicted}, test)
    sticks = sticks_of(test.table)
    assert sticks is not None
    for strict, metric in ((True, "pcp"), (False, "pcp-loose")):
        for person in range(len(test)):
            hits = []
            for at, joints in enumerate(STICKS.values()):
                e1, e2 = (predicted[person, STICKMEN8.index(joint)].numpy() for joint in joints)
                g1, g2 = sticks[person, at]
                if person == len(test) - 1:
                    g1, g2 = (test.joints_2d[person, STICKMEN8.index(joint)] for joint in joints)
                length = np.linalg.norm(g1 - g2)
                ways = [(np.linalg.norm(a - g1), np.linalg.norm(b - g2)) for a, b in ((e1, e2), (e2, e1))]
                allowed = [max(w) if strict else sum(w) / 2 for w in ways]
                hits.append(min(allowed) <= 0.5 * length)
            assert scores.of("ours", metric)[person] == pytest.approx(100 * np.mean(hits))
    words = scores.protocols["pcp"]
    assert "sticks as annotated, or joints of people without any, ends may be exchanged" in words
    assert "between joints" in measures_2d(to_skeleton(data(), STICKMEN8))["pcp"].protocol
    alone = measures_2d(test.select(np.arange(5)))["pcp-lower-arm"].protocol
    assert "sticks as annotated, ends" in alone


def test_without_hips_the_stick_of_the_torso_is_the_unit_and_is_named() -> None:
    test = with_sticks(data(missing=False))
    predicted = near(test, 3.0)
    distance = (predicted - torch.from_numpy(test.joints_2d)).square().sum(-1).sqrt()
    scores = score({"ours": predicted}, test)
    expected = 100 * float((distance <= 0.2 * 20.0).float().mean())
    assert values_of(scores)["pdj-0.20"] == pytest.approx(expected)
    assert "of the length of the torso's stick" in scores.protocols["pdj-0.20"]


def test_a_measure_without_a_label_has_no_row() -> None:
    test = data(missing=False)
    joints = test.joints_2d.copy()
    joints[:, [LSP14.index(f"{side}_wrist") for side in ("left", "right")]] = np.nan
    scores = score({"ours": near(test, 1.0)}, replace(test, joints_2d=joints))
    assert "pcp-lower-arm" not in values_of(scores)
    assert np.isfinite(list(values_of(scores).values())).all()
    with pytest.raises(KeyError, match=r"ours has no 'pcp-lower-arm'"):
        scores.of("ours", "pcp-lower-arm")


def test_an_unknown_measure_is_an_error_that_lists_those_there_are() -> None:
    measures = measures_3d(make(4))
    assert measure_named(measures, "pa-mpjpe").name == "pa-mpjpe"
    with pytest.raises(KeyError, match=r"no measure 'mpje'; there are: mpjpe, pa-mpjpe"):
        measure_named(measures, "mpje")
