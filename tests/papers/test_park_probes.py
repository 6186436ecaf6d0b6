"""The measurements and claims of the Park chapter: losses, far joints, spread of roots, gains added up."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from park_runs import experiment

from pose_lib.bench.claim import Constant
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.rows import frame, pick
from pose_lib.geometry.skeletons import H36M17
from pose_lib.papers.park import PAPER
from pose_lib.papers.park.claims import CLAIMS
from pose_lib.papers.park.probes import (
    ADDED,
    degenerate_rows,
    error_by_hops,
    head_spread,
    hops,
    probe_scores,
)
from pose_lib.papers.park.recipe import ParkExperiment
from pose_lib.papers.park.variants import CONTROLS, VARIANTS


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> ParkExperiment:
    found = experiment(tmp_path_factory.mktemp("runs"))
    found.variants()
    return found


@pytest.fixture(scope="module")
def evidence(ran: ParkExperiment) -> Evidence:
    return ran.finish(rows=degenerate_rows(ran), scores=probe_scores(ran))


def of_joints(ran: ParkExperiment, key: str, *names: str) -> float:
    joints = [H36M17.index(name) for name in names]
    return float((ran.predictions[key] - ran.truth)[:, joints].norm(dim=-1).mean())


def test_errors_near_the_root_and_far_from_it(ran: ParkExperiment, evidence: Evidence) -> None:
    def value(metric: str) -> float:
        return pick(evidence.rows, "Baseline", metric)["value"].item()

    far = ("right_ankle", "left_ankle", "left_wrist", "right_wrist")
    assert value("mpjpe-far") == pytest.approx(of_joints(ran, "Baseline", *far), rel=1e-5)
    near = ("right_hip", "left_hip", "spine")
    assert value("mpjpe-near") == pytest.approx(of_joints(ran, "Baseline", *near), rel=1e-5)
    table = error_by_hops(ran, ("Baseline", "not trained")).set_index(["system", "bones"])["value"]
    assert table["Baseline", 1] == pytest.approx(value("mpjpe-near"), rel=1e-5)
    assert table["Baseline"].index.tolist() == [1, 2, 3, 4, 5]
    assert "not trained" not in table.index


def test_rows_of_roots_losses_and_torsos(ran: ParkExperiment, evidence: Evidence) -> None:
    rows = evidence.rows
    assert set(pick(rows, metric="head-spread")["system"]) == {"Multi-reg", "Multi-reg + 2D-cls"}
    assert (pick(rows, metric="head-spread")["value"] > 0).all()
    counts = pick(rows, metric="degenerate-torsos").set_index("system")
    assert counts["value"].to_dict() == {key: t.degenerate for key, t in ran.trained.items()}
    assert set(counts["samples"]) == {10}
    for split, samples in (("train", 6), ("test", 10)):
        losses = pick(rows, metric=f"loss-3d-{split}").set_index("system")
        assert losses["value"].to_dict() == pytest.approx(
            {key: float(t.losses[split].double().mean()) for key, t in ran.trained.items()}
        )
        assert set(losses["samples"]) == {samples}
    assert rows["value"].notna().all()


def test_differences_follow_from_the_sequences_of_both_sets_of_samples(
    ran: ParkExperiment, evidence: Evidence
) -> None:
    for metric in ("mpjpe-far", "loss-3d-train", "loss-3d-test"):
        found = evidence.difference("2D-cls", "Baseline", metric)["value"].item()
        a, b = (pick(evidence.rows, key, metric)["value"].item() for key in ("2D-cls", "Baseline"))
        assert found == pytest.approx(a - b, abs=1e-4), metric
    assert not len(evidence.difference("Multi-reg", "Baseline", "head-spread"))


def test_gains_that_add_up_are_the_reference_of_the_third_claim(tmp_path: Path) -> None:
    whole = experiment(tmp_path)
    off = {"Baseline": 9.0, "Multi-reg": 7.0, "2D-cls": 6.0, "Multi-reg + 2D-cls": 3.0}
    aside = torch.zeros(17, 3)
    aside[1:, 0] = 17 / 16  # all joints but the root: 1 mm in the mean
    for key, distance in off.items():
        whole.predictions[key] = whole.truth + distance * aside
    found = whole.finish(scores=probe_scores(whole)).difference("Multi-reg + 2D-cls", ADDED, "mpjpe")
    assert found["value"].item() == pytest.approx(3.0 - (7.0 + 6.0 - 9.0), abs=1e-4)
    assert found["against"].item() == ADDED
    (claim,) = [claim for claim in CLAIMS if claim.key == "P-3"]
    assert [test.second for test in claim.comparisons] == [ADDED]


def test_bones_to_the_root() -> None:
    bones = dict(zip(H36M17.joints, hops(H36M17).tolist(), strict=True))
    wanted = {"hip": 0, "spine": 1, "left_knee": 2, "thorax": 2, "left_wrist": 5, "head": 4}
    assert {joint: bones[joint] for joint in wanted} == wanted


def test_the_spread_of_heads_is_their_distance_from_the_mean() -> None:
    heads = torch.randn(3, 6, 17, 3, generator=torch.Generator().manual_seed(0))
    slow = [
        sum(
            float((heads[m, r, j] - heads[m, :, j].mean(0)).square().sum())
            for r in range(6)
            for j in range(17)
        )
        / 102
        for m in range(3)
    ]
    assert head_spread(heads).square().tolist() == pytest.approx(slow, rel=1e-5)
    assert float(head_spread(heads[:, :1]).max()) == 0


def test_every_comparison_of_claims_and_ideas_names_systems_that_run() -> None:
    known = {*PAPER.systems, *CONTROLS, ADDED}
    tests = [test for claim in CLAIMS for test in claim.comparisons]
    seconds = {test.second for test in tests if not test.of and not isinstance(test.second, Constant)}
    assert {test.first for test in tests} | seconds <= known
    assert {key for idea in PAPER.ideas for key in (idea.system, idea.against)} <= known
    assert set(PAPER.compared) <= set(VARIANTS)
    assert [claim.key for claim in CLAIMS] == [f"P-{i}" for i in range(1, 12)]


def test_every_metric_of_the_claims_is_measured(evidence: Evidence) -> None:
    measured = set(evidence.rows["metric"])
    assert {test.metric for claim in CLAIMS for test in claim.comparisons} <= measured


def test_rows_of_a_table_keep_the_setting_apart(ran: ParkExperiment) -> None:
    test, _ = probe_scores(ran)
    rows = pick(frame(test.rows()), ("Baseline", "oracle scale"), "mpjpe-far")
    assert len(rows) == 1
