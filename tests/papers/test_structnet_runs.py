"""StructNet's experiment on a few random samples: rows, resumption, controls, figures and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import torch
from li_chan_runs import data

from pose_lib import training
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.run import Run
from pose_lib.metrics import mpjpe
from pose_lib.metrics.limbs import limb_lengths
from pose_lib.models.structnet import StructNet, Violators
from pose_lib.papers.structnet import PAPER, pages, probes, tables
from pose_lib.papers.structnet.presets import PRESETS
from pose_lib.papers.structnet.recipe import AVERAGE, BEST, BONES, NO_TASK, SHARES, StructNetExperiment
from pose_lib.training import Schedule

_SHORT = Schedule(3, 1e-3, 8)
TINY = replace(PRESETS["smoke"], joint=_SHORT, margin=_SHORT, sampled=10, kept=3)


def made(folder: Path, preset: object = TINY) -> StructNetExperiment:
    """500 training samples, so that half a per cent are two poses, and 12 test samples."""
    given = {"preset": "smoke", "device": "cpu", "seed": 0, "dataset": "synthetic", "action": "Walking"}
    run = Run("structnet", given, "card", root=folder)
    return StructNetExperiment(run, data(500, "S1"), data(12, "S9"), preset)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[StructNetExperiment, StructNet, Violators]:
    experiment = made(tmp_path_factory.mktemp("structnet"))
    experiment.baselines()
    experiment.kde(20, 20)
    net, memory = experiment.structnet()
    experiment.controls()
    return experiment, net, memory


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


def test_every_system_of_the_chapter_has_poses(
    trained: tuple[StructNetExperiment, StructNet, Violators],
) -> None:
    experiment = trained[0]
    assert set(PAPER.systems) <= set(experiment.predictions)
    for idea in PAPER.ideas:
        assert {idea.system, idea.against} <= set(experiment.predictions)
    for claim in PAPER.claims:
        for test in claim.comparisons:
            own = {test.first} if test.of else {test.first, test.second}
            assert own <= set(experiment.predictions), claim.key
    assert all(poses.shape == experiment.truth.shape for poses in experiment.predictions.values())


def test_max_and_averages_are_of_training_poses(
    trained: tuple[StructNetExperiment, StructNet, Violators],
) -> None:
    experiment, net, _ = trained
    assert [experiment.count(share) for share in SHARES.values()] == [1, 2, 8]
    keys = net.pose(experiment.vectors)
    order = (experiment.predict(net) @ keys.T).argsort(dim=1, descending=True).detach()
    for key, count in ((BEST, 1), ((AVERAGE, "0.02 %"), 1), (AVERAGE, 2), ((AVERAGE, "1.5 %"), 8)):
        expected = experiment.poses[order[:, :count]].mean(1)
        assert torch.allclose(experiment.predictions[key], expected, atol=1e-3), key
    images = experiment.test_images.centre(torch.arange(12))
    for key, count in ((BEST, 1), (AVERAGE, 2)):
        assert torch.allclose(experiment.search(net, count).eval()(images), experiment.predictions[key])


def test_projected_averages_have_the_mean_lengths_of_the_training_people(
    trained: tuple[StructNetExperiment, StructNet, Violators],
) -> None:
    experiment, skeleton = trained[0], trained[0].train.skeleton
    lengths = limb_lengths(experiment.poses, skeleton).mean(0)
    found = limb_lengths(experiment.predictions[AVERAGE, BONES], skeleton)
    assert torch.allclose(found, lengths.expand_as(found), rtol=1e-4)


def test_convolutions_are_those_of_the_multi_task_network_and_stay_so(
    trained: tuple[StructNetExperiment, StructNet, Violators],
) -> None:
    experiment, net, memory = trained
    for name, weight in net.trunk.state_dict().items():
        assert torch.equal(weight, experiment.convolutions[name]), name
    start = experiment.network()
    assert not torch.equal(net.pose.layers[0].weight, start.pose.layers[0].weight)
    assert int(memory.counts.sum()) == 3 * 8


def test_an_interrupted_training_ends_with_the_same_weights_and_violators(
    trained: tuple[StructNetExperiment, StructNet, Violators], tmp_path: Path
) -> None:
    """Stopped before its last step, right after a checkpoint; the run's folder then has the rest to do."""
    experiment = made(tmp_path, replace(TINY, margin=replace(_SHORT, steps=3)))
    net = experiment.network()

    class Stop(Exception):
        pass

    def stop(step: int) -> None:
        if step == 2:
            raise Stop

    whole = training.fit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pose_lib.bench.run.fit", lambda *a, **k: whole(*a, **(k | {"watch": stop, "save_every": -1.0}))
        )
        with pytest.raises(Stop):
            experiment.learn("structnet", net)
    assert (experiment.run.folder / "cached" / "structnet.checkpoint").is_file()
    again = experiment.network()
    memory = experiment.learn("structnet", again)
    for name, weight in trained[1].state_dict().items():
        assert torch.equal(weight, again.state_dict()[name]), name
    assert torch.equal(memory.counts, trained[2].counts)


@pytest.mark.parametrize("precision", ["bf16", "float32"])
def test_both_embeddings_learn_in_every_precision(tmp_path: Path, precision: str) -> None:
    """The search for violators, which needs no gradients, must not take them from the embedding of poses."""
    experiment = made(tmp_path, replace(TINY, margin=replace(_SHORT, steps=1)))
    net = experiment.network()
    before = {name: weight.clone() for name, weight in net.state_dict().items()}
    monkey = pytest.MonkeyPatch()
    monkey.setattr("pose_lib.papers.structnet.recipe.ALPHA", 0.0)
    training.set_precision(precision)
    try:
        experiment.learn("structnet", net, auxiliary=0.0)
    finally:
        training.set_precision("auto")
        monkey.undo()
    changed = {
        n.split(".")[0] for n, weight in net.state_dict().items() if not torch.equal(weight, before[n])
    }
    assert changed == {"pool2", "pool3", "hidden", "image", "pose"}


def test_tables_show_this_run_beside_the_printed_numbers(
    trained: tuple[StructNetExperiment, StructNet, Violators],
) -> None:
    evidence, none = trained[0].finish(), Evidence(pd.DataFrame())
    table = tables.table_1(evidence, none)
    assert table.loc["StructNet-Avg", "All, printed"] == "121.46"
    assert table.loc["Avg(1500)-APF", ["this run", "Walking, printed"]].tolist() == ["–", "69.97"]
    assert "–" not in table["this run"].drop(["Avg(500)-APF", "Avg(1500)-APF"]).tolist()
    forms = tables.embeddings(evidence, none)
    assert forms["All, printed"].tolist() == ["166.86", "145.95", "142.04", "135.63"]
    assert "–" not in forms["this run"].tolist()
    costs = evidence.rows[evidence.rows["metric"] == "parameters"].set_index("system")["value"]
    assert costs[BEST] == costs[AVERAGE] == sum(p.numel() for p in trained[1].parameters())
    assert (BEST, NO_TASK) in trained[0].predictions


def test_probes_and_figures_of_the_chapter(
    trained: tuple[StructNetExperiment, StructNet, Violators],
) -> None:
    experiment, net, memory = trained
    shares = probes.errors_by_share(experiment, net, (0.01, 0.02, 0.5, 1.5))
    assert shares["poses"].tolist() == [1, 2, 8]
    average = mpjpe(experiment.predictions[AVERAGE], experiment.truth).mean()
    assert shares["value"][1] == pytest.approx(float(average), rel=1e-5)
    scores, distances = probes.scores_and_distances(experiment, net, 3)
    best = int(scores.argmax())
    assert torch.equal(experiment.poses[best], experiment.predictions[BEST][3])
    assert float(distances[best]) == pytest.approx(
        float(mpjpe(experiment.predictions[BEST], experiment.truth)[3]), rel=1e-5
    )
    spread = probes.violations(memory)["value"]
    assert spread.iloc[0] == pytest.approx(100 * float((memory.counts > 0).float().mean()))
    for figure in (
        pages.margins(experiment, 3),
        pages.best_poses(experiment, net, 3),
        pages.score_by_distance(scores, distances),
        pages.share_figure(shares),
        pages.average_and_bones(experiment, 3),
    ):
        figure.canvas.draw()
