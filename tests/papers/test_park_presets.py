"""The presets of the Park chapter: the published schedule, a share of it, and its 250-pixel crops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from park_runs import experiment

from pose_lib.bench.experiment_3d import hog_cell
from pose_lib.models.hog import hog
from pose_lib.papers.park.presets import PRESETS
from pose_lib.papers.park.recipe import ParkExperiment
from pose_lib.papers.park.variants import CONTROLS, VARIANTS

PAPER = PRESETS["paper"]


def test_the_published_schedule() -> None:
    schedule = PAPER.schedule(12_800)
    assert (schedule.steps, schedule.batch, schedule.momentum, schedule.weight_decay) == (
        2800,
        128,
        0.9,
        0.001,
    )
    assert [schedule.rate(100 * epoch) for epoch in (0, 3, 4, 8, 27)] == [
        pytest.approx(0.01 * 0.5 ** (epoch // 4)) for epoch in (0, 3, 4, 8, 27)
    ]
    weights = [PAPER.weight_2d(100 * epoch, 2800) for epoch in (0, 15, 16, 27)]
    assert weights == [0.1, 0.1, 0.01, 0.01]
    assert PRESETS["quick"].schedule(12_800) == PRESETS["quick"].learning
    assert (PAPER.size, PAPER.window, PAPER.lambda_3d) == (250, 225, 0.5)
    assert PAPER.departures == ()


def test_a_budget_runs_that_share_of_the_epochs_with_as_many_halvings() -> None:
    tenth = PAPER.scaled(0.1)
    schedule = tenth.schedule(12_800)
    assert (schedule.steps, schedule.halve_every) == (280, 40)
    assert schedule.rate(279) == PAPER.schedule(12_800).rate(2799)
    assert "0.1" in tenth.departures[-1]
    assert PAPER.scaled(1.0) == PAPER


def test_the_smallest_budgets_run_a_step() -> None:
    assert PAPER.scaled(1e-4).schedule(60_000).steps == 1
    assert PAPER.scaled(1e-9).schedule(200).steps == 1
    assert PRESETS["quick"].scaled(1e-4).schedule(12_800).steps == 1


def test_a_network_learns_with_the_published_schedule_at_a_small_budget(tmp_path: Path) -> None:
    found = experiment(
        tmp_path,
        replace(
            PAPER.scaled(1e-3),
            size=68,
            window=64,
            width=8,
            learning=replace(PAPER.learning, batch=8),
        ),
    )
    trained = found.learn("Multi-reg + 2D-cls", VARIANTS["Multi-reg + 2D-cls"])
    assert found.histories["Multi-reg + 2D-cls"].step == [1]
    assert all(torch.isfinite(values).all() for values in trained.losses.values())


def test_hog_takes_whole_cells_from_the_middle_of_a_crop() -> None:
    assert [hog_cell(side) for side in (64, 96, 128, 250, 4)] == [8, 12, 16, 31, 1]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> ParkExperiment:
    return experiment(tmp_path_factory.mktemp("published"), PAPER)


def test_the_published_crops_have_features_and_a_nearest_pose(published: ParkExperiment) -> None:
    train, test = published.features
    assert (train.shape, test.shape) == ((24, 7 * 7 * 4 * 9), (10, 7 * 7 * 4 * 9))
    middle = torch.from_numpy(np.array(published.test.images[:, 1:249, 1:249]))
    assert torch.equal(test, hog(middle, 31))
    published.baselines()
    assert set(published.predictions) == {"Mean pose", "Nearest pose", "Nearest pose (oracle)"}


def test_the_published_networks_give_shapes_of_the_published_windows(published: ParkExperiment) -> None:
    assert published.images.window == 225
    assert len(published.grid) == 256
    for variant in (VARIANTS["Multi-reg + 2D-cls"], CONTROLS["2D-cls", "raw probabilities"]):
        net = published.network(variant).eval()
        assert net.trunk.features(225) == 6912
        with torch.no_grad():
            output = net(next(published.test_images.centred(2)))
        assert output.logits.shape == (2, 17, 256)
        assert net.poses(output.relative).shape == (2, len(variant.roots), 17, 3)
