"""LinKDE's experiment on a few random samples, with and without silhouettes, and its printed numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from li_chan_runs import data

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import pick
from pose_lib.bench.run import Run
from pose_lib.data.poses import PoseData
from pose_lib.metrics import mpjpe
from pose_lib.papers.linkde import PAPER, pages, probes, tables
from pose_lib.papers.linkde.claims import CLAIMS
from pose_lib.papers.linkde.presets import PRESETS
from pose_lib.papers.linkde.published import PUBLISHED
from pose_lib.papers.linkde.recipe import NEAREST, TRACED, LinKDEExperiment, described
from pose_lib.papers.linkde.sizes import NO_SILHOUETTE

TINY = replace(PRESETS["smoke"], inputs=60, outputs=50, kde_inputs=30, kde_outputs=30)


def with_masks(samples: PoseData) -> PoseData:
    """The same samples with a person in the middle of each crop."""
    masks = np.zeros((len(samples), 64, 64), dtype=np.uint8)
    masks[:, 8:56, 20:44] = 3
    return replace(samples, masks=masks)


def made(folder: Path, *, masks: bool = True) -> LinKDEExperiment:
    given = {"preset": "smoke", "device": "cpu", "seed": 0, "dataset": "synthetic", "action": "Walking"}
    run = Run("linkde", given, "c", root=folder)
    train, test = data(40, "S1"), data(12, "S9")
    if masks:
        train, test = with_masks(train), with_masks(test)
    return LinKDEExperiment(run, train, test, TINY)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> LinKDEExperiment:
    found = made(tmp_path_factory.mktemp("linkde"))
    found.baselines()
    found.kde(TINY.kde_inputs, TINY.kde_outputs)
    found.linkde()
    found.controls()
    return found


def test_every_system_that_the_room_names_has_poses(experiment: LinKDEExperiment) -> None:
    named = {*tables.SYSTEMS, *PAPER.compared}
    named |= {key for idea in PAPER.ideas for key in (idea.system, idea.against)}
    named |= {key for claim in CLAIMS for test in claim.tests for key in (test.first, test.second)}
    assert named <= set(experiment.predictions)
    for poses in experiment.predictions.values():
        assert poses.shape == experiment.truth.shape
        assert bool(poses.isfinite().all())


def test_the_parts_that_are_left_out_change_the_poses(experiment: LinKDEExperiment) -> None:
    whole = experiment.predictions["LinKDE"]
    for setting in (NEAREST, "no silhouette", "one level", "Gaussian kernel"):
        assert not torch.allclose(whole, experiment.predictions["LinKDE", setting], atol=1e-2), setting


def test_a_silhouette_is_used_where_there_is_one_and_missed_where_there_is_none(
    experiment: LinKDEExperiment, tmp_path: Path
) -> None:
    assert NO_SILHOUETTE not in experiment.preset.departures
    bare = made(tmp_path, masks=False)
    assert bare.preset.departures[-1] == NO_SILHOUETTE
    assert bare.preset.settings() == experiment.preset.settings()
    bare.linkde()
    bare.controls()
    assert ("LinKDE", "no silhouette") not in bare.predictions
    assert torch.allclose(
        bare.predictions["LinKDE"], experiment.predictions["LinKDE", "no silhouette"], atol=1e-2
    )
    assert torch.equal(described(bare.train), described(experiment.train, silhouette=False))
    assert not torch.equal(described(bare.train), described(experiment.train))
    half = replace(experiment.test, masks=None)
    mixed = LinKDEExperiment(bare.run, experiment.train, half, TINY)
    assert mixed.preset.departures[-1] == NO_SILHOUETTE, "both splits need them"


def test_a_second_experiment_reads_the_same_poses_back(experiment: LinKDEExperiment) -> None:
    again = LinKDEExperiment(experiment.run, experiment.train, experiment.test, TINY)
    again.linkde()
    assert torch.equal(again.predictions["LinKDE"], experiment.predictions["LinKDE"])


def test_rows_and_tables_have_every_system_and_its_cost(experiment: LinKDEExperiment) -> None:
    evidence = experiment.finish()
    costs = pick(evidence.rows, "LinKDE").set_index("metric")["value"]
    poses = experiment.poses[0].numel()
    assert costs["parameters"] == (60 + 1) * (50 + poses)
    assert costs["multiply-adds"] == 5 * 765 * 60 + 60 * (50 + poses) + 2 * 60 * 50 * poses
    assert costs["train-seconds"] > 0
    assert costs["ms-per-image"] > 0
    table = tables.table_1(evidence, Evidence(pd.DataFrame()))
    assert "–" not in set(table["this run"])
    assert table.loc["LinKDE", "Walking, printed"] == "97.07"
    assert table.loc["KDE", "Walking, printed"] == "–"


def test_the_trace_begins_at_the_starts_and_falls(experiment: LinKDEExperiment) -> None:
    trace = probes.search_trace(experiment)
    assert len(trace) == 2 * len(TRACED)
    for start, key in (("ridge regression", "LinKRR"), ("nearest poses", ("LinKDE", NEAREST))):
        part = trace[trace["start"] == start].set_index("steps")
        error = float(mpjpe(experiment.predictions[key], experiment.truth).mean())
        assert part.loc[0, "error"] == pytest.approx(error, rel=1e-4)
        assert part["distance"].is_monotonic_decreasing
        assert part.loc[TRACED[-1], "distance"] < part.loc[0, "distance"]
    ends = trace[trace["steps"] == TRACED[-1]].set_index("start")["error"]
    final = float(mpjpe(experiment.predictions["LinKDE"], experiment.truth).mean())
    assert ends["ridge regression"] == pytest.approx(final, rel=1e-4)


def test_the_kernels_error_falls_towards_that_of_the_map(experiment: LinKDEExperiment) -> None:
    errors = probes.kernel_errors(experiment, (100, 10_000)).set_index("features")["error"]
    assert errors[10_000.0] < 0.5 * errors[100.0]
    assert errors[np.inf] < errors[100.0]


def test_figures_are_drawn_with_and_without_a_silhouette(experiment: LinKDEExperiment) -> None:
    for samples in (experiment.test, replace(experiment.test, masks=None)):
        titles = [axes.get_title() for axes in pages.pyramid(samples, 2).axes]
        assert titles[2:] == ["2 x 2 cells", "4 x 4 cells", "8 x 8 cells"]
    axes = pages.kernel_figure(probes.kernel_errors(experiment, (50, 100))).axes[0]
    assert axes.lines[0].get_xdata().tolist() == [50, 100]
    assert len(pages.search_figure(probes.search_trace(experiment)).axes) == 2


def test_a_vertical_edge_is_drawn_upright() -> None:
    samples = data(2, "S1")
    images = np.zeros((2, 64, 64, 3), dtype=np.uint8)
    images[:, :, 32:] = 255
    figure = pages.pyramid(replace(samples, images=images), 0)
    (drawn,) = figure.axes[2].collections
    seen = np.array(drawn.get_segments())[drawn.get_alpha() > 0.5]
    assert len(seen) == 4, "one direction in each of four cells"
    (across, along) = np.abs(seen[:, 1] - seen[:, 0]).T
    assert across.max() < 1e-6 < 0.5 < along.min()


def test_presets_have_the_numbers_of_features_of_the_data_sets_code_at_paper() -> None:
    paper = PRESETS["paper"]
    assert (paper.inputs, paper.outputs) == (15_000, 4000)
    trial = PRESETS["quick"].scaled(1e-4)
    assert (trial.inputs, trial.outputs, trial.kde_inputs) == (100, 100, 100)
    assert PRESETS["quick"].scaled(0.5).settings() == PRESETS["quick"].settings()


def test_what_is_printed_of_linkde_in_several_places() -> None:
    ours = published_table(PUBLISHED, "Table 1, Li & Chan 2014")
    assert len(ours) == 12
    first = ours[ours["metric"] == "mpjpe"].set_index("action")["value"]
    again = published_table(PUBLISHED, "Table 1, Li, Zhang & Chan 2015").set_index(["metric", "action"])[
        "value"
    ]
    assert first.to_dict() == again["mpjpe"].drop("all six").to_dict()
    # Frames of the two test subjects, all cameras, in the six actions.
    hidden = published_table(PUBLISHED, "Hidden test set, Li, Zhang & Chan 2015")
    assert len(hidden) == 15
    mean = hidden[hidden["action"] != "Average"]["value"].mean()
    assert mean == pytest.approx(133.81, abs=3), "the mean over frames, not over actions"
    park = published_table(PUBLISHED, "Table 1, Park et al. 2016").set_index("action")["value"]
    assert park.drop("Average").mean() == pytest.approx(park["Average"], abs=0.01)
    table = tables.printed_everywhere()
    assert table.loc["Walking"].tolist() == [97.07, 97.07, 115, 96.6, 97.07]
    assert list(table.index[-2:]) == ["all six", "Average"]
    assert {n.system for n in PUBLISHED} == {"LinKDE"}
