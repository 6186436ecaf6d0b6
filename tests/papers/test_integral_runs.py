"""The chapter on integral regression on a few random samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from li_chan_runs import data

from pose_lib.bench.rows import pick
from pose_lib.bench.run import Run
from pose_lib.papers.integral import PAPER, pages
from pose_lib.papers.integral.presets import PRESETS
from pose_lib.papers.integral.recipe import ALONE, BEST, HEAD, SYSTEM, IntegralExperiment
from pose_lib.training import Schedule

TINY = replace(PRESETS["smoke"], learn=Schedule(2, 1e-3, 8))


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> IntegralExperiment:
    folder = tmp_path_factory.mktemp("integral")
    run = Run("integral", {"preset": "smoke", "device": "cpu", "seed": 0}, "card", root=folder)
    found = IntegralExperiment(run, data(24, "S1"), data(12, "S9"), TINY)
    found.baselines()
    found.learn()
    found.controls()
    return found


def test_every_system_that_the_room_names_has_poses(experiment: IntegralExperiment) -> None:
    named = {*PAPER.systems, *PAPER.compared, BEST, HEAD}
    named |= {key for idea in PAPER.ideas for key in (idea.system, idea.against)}
    assert named <= set(experiment.predictions)
    for key in (SYSTEM, BEST, ALONE, HEAD):
        poses = experiment.predictions[key]
        assert poses.shape == experiment.truth.shape
        assert bool(poses.isfinite().all())
        if key != HEAD:
            assert float(poses[:, 0].abs().max()) == 0.0
    assert not torch.allclose(experiment.predictions[SYSTEM], experiment.predictions[BEST], atol=1.0)


def test_a_second_experiment_reads_the_same_poses_back(experiment: IntegralExperiment) -> None:
    again = IntegralExperiment(experiment.run, experiment.train, experiment.test, TINY)
    again.learn()
    for key in (SYSTEM, BEST):
        assert torch.equal(again.predictions[key], experiment.predictions[key])


def test_rows_have_the_cost_of_both_networks(experiment: IntegralExperiment) -> None:
    rows = experiment.finish().rows
    for key in (SYSTEM, HEAD):
        found = pick(rows, key).set_index("metric")["value"]
        assert {"mpjpe", "pa-mpjpe", "limb-ratio-full", "multiply-adds", "train-seconds"} <= set(found.index)


def test_figures_are_drawn(experiment: IntegralExperiment, tmp_path: Path) -> None:
    figure = pages.example_figure()
    best = [next(line for line in axes.lines if line.get_label() == "best cell") for axes in figure.axes]
    mean = [next(line for line in axes.lines if line.get_label() == "mean") for axes in figure.axes]
    truth = [next(line for line in axes.lines if line.get_label() == "truth") for axes in figure.axes]
    for b, m, t in zip(best, mean, truth, strict=True):
        (place,) = set(t.get_xdata())
        assert abs(next(iter(set(m.get_xdata()))) - place) < 0.005
        assert abs(next(iter(set(b.get_xdata()))) - place) <= 0.5 / 14 + 1e-9
    assert len(pages.volume_figure(experiment, experiment.network(), 1).axes) == 6


def test_presets_are_those_of_direct_regression_but_for_the_network() -> None:
    assert PRESETS["paper"].window == 112
    assert all("instead of 256 and 256" in preset.departures[0] for preset in PRESETS.values())
