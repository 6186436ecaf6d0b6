"""What the DeepPose chapter measures beside its systems, on small pictures of dots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from deeppose_runs import PRESET, SIZE, dots, experiment, stages

from pose_lib.bench.measures import limb_groups
from pose_lib.bench.pooling import effect_of
from pose_lib.bench.rows import pick
from pose_lib.data.mapping import backwards
from pose_lib.data.poses import PoseData
from pose_lib.geometry.skeletons import LSP14
from pose_lib.metrics import pcp
from pose_lib.models.cascade import Cascade
from pose_lib.papers.deeppose import probes
from pose_lib.papers.deeppose.claims import CLAIMS
from pose_lib.papers.deeppose.pages import elsewhere_curves
from pose_lib.papers.deeppose.recipe import STAGES, DeepPoseExperiment

LIMBS = ("upper-arm", "lower-arm", "upper-leg", "lower-leg")
Trained = tuple[DeepPoseExperiment, Cascade]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    found = experiment(tmp_path_factory.mktemp("runs"))
    found.baselines()
    cascade = stages(found)
    found.controls(cascade.nets[0])
    return found, cascade


def test_the_oracle_undoes_any_move_and_size_and_leaves_the_shape() -> None:
    truth = torch.randn(6, 14, 2, generator=torch.Generator().manual_seed(0))
    moved = truth * torch.linspace(0.3, 4, 6)[:, None, None] + torch.randn(6, 1, 2)
    truth[0, :3] = torch.nan
    fitted = probes.moved_and_scaled(moved, truth)
    known = truth.isfinite()
    assert torch.allclose(fitted[known], truth[known], atol=1e-4)
    opposite = probes.moved_and_scaled(-truth[1:], truth[1:])
    assert torch.allclose(opposite.mean(1), truth[1:].mean(1), atol=1e-5)
    better = probes.moved_and_scaled(moved + 0.5, truth)
    assert torch.allclose(better, fitted, atol=1e-4)


def exchanged(front: int = 3) -> DeepPoseExperiment:
    """Six people from behind and six in front; of those from behind, ``front`` have their sides exchanged."""
    found = DeepPoseExperiment.__new__(DeepPoseExperiment)
    data = dots(12, 3)
    joints = np.nan_to_num(data.joints_2d, nan=20.0)
    for side, x in (("left", 30.0), ("right", 10.0)):
        for joint in ("shoulder", "elbow", "wrist"):
            joints[:6, LSP14.index(f"{side}_{joint}"), 0] = x
            joints[6:, LSP14.index(f"{side}_{joint}"), 0] = 40 - x
    data = replace(data, joints_2d=joints)
    truth = torch.from_numpy(joints)
    predicted = truth.clone()
    predicted[6 : 6 + front] = truth[6 : 6 + front][:, list(LSP14.mirror)]
    found.test, found.truth, found.skeleton = data, truth, LSP14
    found.results = type("Results", (), {"predictions": {"Stage 3": predicted}})()
    return found


def test_exchanged_sides_are_counted_for_back_and_front_views() -> None:
    back, front, difference = probes.side_rows(exchanged())
    assert (back.setting, front.setting) == ("back views", "front views")
    assert (back.value, front.value) == (pytest.approx(50), 0)
    assert (difference.setting, difference.against) == ("back views", "Stage 3, front views")
    assert difference.value == pytest.approx(50)
    assert difference.high - difference.low == pytest.approx(back.high - back.low)


def test_views_of_one_kind_alone_have_no_difference() -> None:
    found = exchanged()
    found.test, found.truth = found.test.select(np.arange(6)), found.truth[:6]
    found.predictions["Stage 3"] = found.predictions["Stage 3"][:6]
    assert [row.setting for row in probes.side_rows(found)] == ["front views"]


def test_a_network_that_answers_every_image_alike_has_no_spread(trained: Trained) -> None:
    mean, nearest = probes.spread_rows(trained[0], ("Mean pose", "Nearest pose"))
    assert (mean.system, mean.metric, mean.samples) == ("Mean pose", "joint-spread", 24)
    assert mean.value == pytest.approx(0, abs=1e-6)
    assert 0.5 < nearest.value < 1.5


def test_another_data_set_needs_its_folder(trained: Trained, tmp_path: Path) -> None:
    for root in (None, tmp_path):
        there = probes.elsewhere(*trained, root)
        scores, why = there.scores, there.why
        assert scores == ()
        assert elsewhere_curves(there) is None
        assert why.startswith("not run: ")


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Twenty test samples in place of Image Parse; lists what was asked for."""
    other = dots(30, 5)
    table = other.table.assign(split=["train"] * 10 + ["test"] * 20)
    asked: list[dict[str, Any]] = []

    def request(dataset: str, action: str, **wanted: Any) -> dict[str, Any]:
        return {"dataset": dataset, "action": action, **wanted}

    def load(wanted: dict[str, Any]) -> PoseData:
        asked.append(wanted)
        return replace(other, table=table)

    monkeypatch.setattr(probes.catalog, "request", request)
    monkeypatch.setattr(probes.catalog, "load", load)
    return asked


def test_the_cascade_is_measured_on_another_data_set_by_its_own_split(
    trained: Trained, tmp_path: Path, parse: list[dict[str, Any]]
) -> None:
    there = probes.elsewhere(*trained, tmp_path)
    (scores,), why = there.scores, there.why
    assert why == ""
    (request,) = parse
    assert (request["dataset"], request["size"], request["crop"]) == ("parse", SIZE, PRESET.crop)
    assert list(scores.values) == [(s, "on parse") for s in ("Mean pose", *STAGES)]
    figure = elsewhere_curves(there)
    assert figure is not None
    assert [axes.get_title() for axes in figure.axes] == ["elbows", "wrists"]
    line = {line.get_label(): line for line in figure.axes[0].lines}["Stage 1, on parse"]
    at, share = line.get_data()
    hits = scores.of(("Stage 1", "on parse"), "pdj-0.20-elbow")
    counted = scores.weights["pdj-0.20-elbow"]
    expected = np.nansum(hits * counted) / counted.sum()
    assert share[np.isclose(at, 0.2)] == pytest.approx(expected)
    assert len(scores.groups) == 20


def test_a_finished_run_has_what_every_claim_on_whole_bodies_compares(
    trained: Trained, tmp_path: Path, parse: list[dict[str, Any]]
) -> None:
    found, cascade = trained
    there = probes.elsewhere(found, cascade, tmp_path).scores
    evidence = found.finish(
        probes.side_rows(found), [probes.oracle_scores(found), *probes.held_scores(found), *there]
    )
    for claim in CLAIMS:
        for test in claim.comparisons:
            if not test.datasets or "lspet" in test.datasets:
                assert effect_of(test, evidence) is not None, test.title
    best = pick(evidence.rows, probes.FITTED, "pdj-0.50")["value"].item()
    assert best >= pick(evidence.rows, "Stage 1", "pdj-0.50")["value"].item()


def test_sides_are_exchanged_for_a_set_of_an_observer_and_for_no_other(
    trained: Trained, tmp_path: Path, parse: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A net that learned the person's own sides is right about Image Parse if an observer would be."""
    found, cascade = trained
    seen = probes.catalog.load({})
    behind = np.nan_to_num(seen.joints_2d, nan=20.0)
    for side, x in (("left", 10.0), ("right", 30.0)):
        for joint in ("shoulder", "elbow", "wrist"):
            behind[:, LSP14.index(f"{side}_{joint}"), 0] = x
    named = behind[:, list(LSP14.mirror)]  # by an observer: what is on the right is left
    answers = torch.from_numpy(behind[seen.table["split"] == "test"])
    monkeypatch.setattr(Cascade, "__call__", lambda *_: [answers] * 3)
    for sides, joints in (("observer", named), ("person", behind)):
        card = replace(seen.card, sides=sides)
        data = replace(seen, joints_2d=joints, card=card)
        monkeypatch.setattr(probes.catalog, "load", lambda _, data=data: data)
        (scores,) = probes.elsewhere(found, cascade, tmp_path).scores
        assert (scores.of(("Stage 3", "on parse"), "pcp") == 100).all()


def test_the_observers_reading_forgives_sides_exchanged_on_back_views() -> None:
    found = exchanged()
    found.test = replace(found.test, joints_3d=None)
    (scores,) = probes.observer_scores(found)
    truth = found.truth.numpy()
    for sample in range(12):
        # from behind, an observer names both pose and truth alike, whichever way round the pose was
        predicted = found.predictions["Stage 3"][sample].numpy()
        turned = (
            p[list(LSP14.mirror)] if backwards(p[None], LSP14)[0] else p for p in (predicted, truth[sample])
        )
        guess, wanted = turned
        hits = pcp(guess[None], wanted[None], sum(limb_groups(LSP14).values(), ())).nanmean()
        assert scores.of("Stage 3", "observer-pcp")[sample] == pytest.approx(100 * float(hits))
    assert set(scores.protocols) == {"observer-pcp", *(f"observer-pcp-{limb}" for limb in LIMBS)}
    assert scores.protocols["observer-pcp"].startswith(
        "left and right as an observer sees them; PCP@0.5 strict"
    )
    card = replace(found.test.card, sides="observer")
    found.test = replace(found.test, card=card)
    assert probes.observer_scores(found) == []
