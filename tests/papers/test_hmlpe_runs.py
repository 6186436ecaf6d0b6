"""What the HMLPE chapter trains: both tasks, missed people, the sweep, the union of data sets."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hmlpe_runs import PARAMETERS, opened, trained
from photo_files import shrink, write_buffy, write_flic, write_lspet

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.rows import pick
from pose_lib.bench.run import Run
from pose_lib.data import catalog
from pose_lib.data.request import PhotoRequest
from pose_lib.models.hmlpe import HMLPE, Start, multi_task_loss
from pose_lib.papers.hmlpe import plateau, sweep_tables
from pose_lib.papers.hmlpe.objectives import training_loss
from pose_lib.papers.hmlpe.presets import PRESETS
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment
from pose_lib.papers.hmlpe.sweep import RATIOS, WAYS, sweep_key
from pose_lib.papers.hmlpe.union import union_of
from pose_lib.training import Schedule


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> HmlpeExperiment:
    return trained(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def evidence(experiment: HmlpeExperiment) -> Evidence:
    return experiment.finish()


def value(evidence: Evidence, key: str, metric: str) -> float:
    found = pick(evidence.rows, key, metric)["value"]
    assert len(found) == 1, (key, metric)
    return float(found.iloc[0])


def test_a_system_has_the_errors_of_the_tasks_that_it_was_trained_for(
    experiment: HmlpeExperiment, evidence: Evidence
) -> None:
    measured = {
        system: {split + kind for split in ("train-", "test-") for kind in "rd"}
        & set(pick(evidence.rows, system)["metric"])
        for system in ("Mean pose", "HMLPE", "Regression alone", "Detection alone")
    }
    regression, detection = {"train-r", "test-r"}, {"train-d", "test-d"}
    assert measured == {
        "Mean pose": regression,
        "HMLPE": regression | detection,
        "Regression alone": regression,
        "Detection alone": detection,
    }
    assert "Detection alone" not in experiment.predictions
    # A network that has learned nothing starts at the mean pose.
    assert value(evidence, "Mean pose", "train-r") == pytest.approx(
        value(evidence, "Regression alone", "train-r"), rel=0.1
    )
    weights = sum(p.numel() for p in experiment.network().parameters())
    assert value(evidence, "HMLPE", "parameters") < weights


def test_both_tasks_are_compared_on_the_same_samples(evidence: Evidence) -> None:
    for first, second, metric in (
        ("HMLPE", "Regression alone", "test-r"),
        ("HMLPE", "Regression alone", "train-r"),
        ("HMLPE", "Detection alone", "test-d"),
        ("HMLPE", "Regression alone", "detected-pcp"),
    ):
        found = evidence.difference(first, second, metric)
        wanted = value(evidence, first, metric) - value(evidence, second, metric)
        assert found["value"].tolist() == [pytest.approx(wanted, abs=1e-6)]


def test_people_whom_the_detector_missed_count_as_wrong_and_are_left_out_of_the_other_rows(
    experiment: HmlpeExperiment, evidence: Evidence
) -> None:
    assert (experiment.scores().of("Nearest pose (oracle)", "pcp")[::10] == 0).all()
    assert len(experiment.detected_scores().of("HMLPE", "detected-pcp")) == 27
    for system in ("Mean pose", "HMLPE"):
        whole, found = (value(evidence, system, metric) for metric in ("pcp", "detected-pcp"))
        assert whole == pytest.approx(found * 27 / 30)
    protocol = pick(evidence.rows, "HMLPE", "detected-pcp")["protocol"].iloc[0]
    assert protocol.startswith("people found by the detector; PCP@0.5 strict")
    assert not experiment.predictions["HMLPE"].isnan().any()


def test_every_cell_of_the_sweep_starts_alike_and_is_a_row_of_its_own(tmp_path: Path) -> None:
    experiment = opened(tmp_path)
    for way in WAYS:
        experiment.sweep(way)
        start: Start = "he" if way == "he" else "published"
        a, b = (experiment.network(start).state_dict() for _ in range(2))
        assert all(torch.equal(a[name], b[name]) for name in a)
    names = [f"sweep-{way}-{ratio:g}" for way in WAYS for ratio in RATIOS]
    assert list(experiment.histories) == names
    evidence = experiment.finish()
    for ratio in RATIOS:
        for way in WAYS:
            found = set(pick(evidence.rows, sweep_key(ratio, way))["metric"])
            assert ("test-r" in found, "test-d" in found) == (ratio > 0, ratio < math.inf)
    table = sweep_tables.sweep_table(evidence)
    ours = table.drop(index="printed", level=1)
    assert (ours == "–").sum().to_dict() == {name: 6 * (name in ("0", "∞")) for name in table.columns}
    assert sweep_tables.was_swept(evidence)
    difference = evidence.difference(sweep_key(1, "he"), sweep_key(4, "he"), "test-r")
    assert len(difference) == 1
    assert difference["against"].iloc[0] == "HMLPE, ratio 4, He start"


def test_gradients_at_the_start_are_those_of_the_loss_and_say_how_many_steps_a_layer_takes(
    experiment: HmlpeExperiment,
) -> None:
    found = {start: plateau.gradients(experiment, start, 1.0) for start in ("he", "published")}
    net = experiment.network("published")
    for title, name in plateau.LAYERS.items():
        weight = net.get_submodule(name).weight
        assert found["published"].loc[title, "weights"] == pytest.approx(float(weight.detach().norm()))  # type: ignore[operator, union-attr]
    assert (found["published"]["gradient"] > 0).all()
    early = list(plateau.LAYERS)[:3]
    shares = {start: (norms["gradient"] / norms["weights"])[early] for start, norms in found.items()}
    assert (shares["published"] < 1e-4 * shares["he"]).all()
    steps = plateau.steps_to_double(experiment, "published", 1.0)
    schedule = experiment.preset.sweep_momentum
    assert schedule.momentum is not None
    moved = found["published"]["gradient"] * schedule.lr / (1 - schedule.momentum) * steps
    assert moved.tolist() == pytest.approx(found["published"]["weights"].tolist())


def test_the_constant_answer_is_where_the_gradient_of_the_outputs_biases_is_small(
    experiment: HmlpeExperiment,
) -> None:
    def of_biases(answered: bool) -> float:
        torch.manual_seed(0)
        net = experiment.network("published")
        which = torch.arange(len(experiment.train))
        if answered:
            plateau._answer_constants(net, experiment, which)
        loss = training_loss(net, experiment.images, experiment.joints, 1.0)
        loss(which, torch.Generator().manual_seed(1)).backward()  # type: ignore[no-untyped-call]
        grads = [head.output.bias.grad for head in (net.regression, net.detection)]
        return float(sum(g.norm() for g in grads if g is not None))

    assert of_biases(True) < 0.2 * of_biases(False)


def test_the_first_step_of_gradient_descent_is_that_of_the_plain_network(tmp_path: Path) -> None:
    experiment = opened(tmp_path)
    published = Schedule(3, 5e-4, 32, constant=True, momentum=0.9)
    p = experiment.preset = replace(experiment.preset, learn=published)
    net = experiment.network(dropout=0.0)
    torch.manual_seed(experiment.seed + 1)
    plain = HMLPE(experiment.windows, widths=p.widths, dropout=0.0)
    plain.regression.output.bias.data.copy_(net.regression.output.bias.data * net.gain)
    x, labels = torch.randn(5, 3, p.view, p.view), experiment.windows.labels(experiment.joints[:5])
    for one in (net, plain):
        optimiser = torch.optim.SGD(one.parameters(), published.lr, published.momentum)
        multi_task_loss(*one(x), experiment.joints[:5] / p.side, labels, (1.0, 1.0)).backward()
        optimiser.step()
    for ours, theirs in zip(net.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)
    steep = replace(published, momentum=None)
    experiment.preset = replace(p, learn=steep)
    assert experiment.network().gain < 0.5


def test_on_buffy_each_network_learns_from_the_union_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    shrink(monkeypatch, "buffy", 90, training=0)
    write_buffy(tmp_path / "files", each=18)
    shrink(monkeypatch, "lspet", 20, training=18)
    write_lspet(tmp_path / "files", 20)
    shrink(monkeypatch, "flic", 6)
    write_flic(tmp_path / "files", 6)
    short = Schedule(3, 1e-4, 8)
    preset = replace(PRESETS["smoke"], learn=short, tune=replace(short, steps=2))
    wanted = PhotoRequest(dataset="buffy", data_root=tmp_path / "files", size=preset.size)
    data = catalog.load(wanted)
    parameters = {**PARAMETERS, "dataset": "buffy", "controls": False}
    setup = SimpleNamespace(
        run=Run("hmlpe", parameters, "card", {}, root=tmp_path / "runs"),
        train=data.split("train"),
        test=data.split("test"),
        preset=preset,
        data_root=tmp_path / "files",
    )
    experiment = HmlpeExperiment.of(setup)
    assert experiment.union is not None
    assert set(experiment.union.table["set"]) == {"buffy", "flic", "lspet"}
    assert (~experiment.found).sum() == 1
    experiment.both_tasks()
    experiment.system("HMLPE, no pre-training", alone=True)
    assert list(experiment.histories) == ["hmlpe-pretrain", "hmlpe", "hmlpe-no-pre-training"]
    steps = {name: history.step[-1] for name, history in experiment.histories.items()}
    assert steps == {"hmlpe-pretrain": 3, "hmlpe": 2, "hmlpe-no-pre-training": 3}
    apart = experiment.predictions["HMLPE"] - experiment.predictions["HMLPE, no pre-training"]
    assert float(apart.abs().max()) > 0
    # Table 3: trained on the union, and tested on the test people of both target sets
    experiment.sweep("he")
    assert experiment.histories["sweep-he-1"].step[-1] == preset.sweep.steps
    cell = pick(experiment.finish().rows, sweep_key(1, "he"), "test-r").iloc[0]
    assert (cell["samples"], len(experiment.test)) == (54 + 2, 54)
    assert cell["protocol"].endswith(
        "trained on the union of buffy and flic and lspet, tested on buffy and flic"
    )
    assert len(experiment.swept.sample) == (experiment.union.table["split"] == "train").sum()
    setup.run = Run("hmlpe", {**parameters, "dataset": "lspet"}, "card", {}, root=tmp_path / "runs")
    assert union_of(setup) is None


def test_training_errors_are_measured_on_a_part_of_many_samples(experiment: HmlpeExperiment) -> None:
    scores = experiment.tasks.scores
    assert len(scores["train"].of("HMLPE", "train-r")) == len(experiment.sample) == 64
    assert np.isfinite(scores["test"].of("HMLPE", "test-d")).all()
