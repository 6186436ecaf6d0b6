"""The presets of the Park chapter: the published schedule, a share of it, and its 250-pixel crops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from park_runs import experiment

from pose_lib.bench.presets import resized
from pose_lib.models.hog import hog
from pose_lib.models.park import ParkTrunk
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


def test_a_budget_runs_that_share_of_the_epochs_with_as_many_halvings() -> None:
    tenth = PAPER.scaled(0.1)
    schedule = tenth.schedule(12_800)
    assert (schedule.steps, schedule.halve_every) == (280, 40)
    assert schedule.rate(279) == PAPER.schedule(12_800).rate(2799)
    assert "0.1" in tenth.departures[-1]
    assert PAPER.scaled(1.0) == PAPER


def test_the_smallest_budgets_run_a_step() -> None:
    assert PAPER.scaled(1e-4).schedule(160).steps == 1
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


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> ParkExperiment:
    return experiment(tmp_path_factory.mktemp("published"), PAPER)


def test_poses_are_looked_up_in_small_crops_whatever_the_network_sees(published: ParkExperiment) -> None:
    assert published.test.size == 250
    assert published.crops is not None
    train, test = published.features
    assert (train.shape, test.shape) == ((24, 7 * 7 * 4 * 9), (10, 7 * 7 * 4 * 9))
    assert torch.equal(test, hog(torch.from_numpy(np.array(published.crops(64)[1].images))))
    published.baselines()
    assert set(published.predictions) == {"Mean pose", "Nearest pose", "Nearest pose (oracle)"}


def test_without_small_crops_the_features_are_refused(tmp_path: Path) -> None:
    found = experiment(tmp_path)
    found.crops = None
    with pytest.raises(
        ValueError, match="park needs crops of 64 pixels to look up poses, and has only crops of 68"
    ):
        found.baselines()


def test_the_equal_setting_keeps_the_published_maps_and_halvings() -> None:
    equal = PAPER.equal()
    assert (equal.size, equal.window, equal.first, equal.epochs) == (128, 112, 1, 0)
    assert ParkTrunk(first=1).features(112) == ParkTrunk().features(225)
    schedule = equal.schedule(12_800)
    assert (schedule.steps, schedule.halve_every) == (140_000, 20_000)
    quick = PRESETS["quick"].equal()
    assert quick.learning.halve_every is None
    assert ParkTrunk(first=1).features(56) == ParkTrunk().features(86)
    assert [d for d in quick.departures if d.startswith("Images are")] == [resized(64, 56, (250, 225))]


def test_the_published_networks_give_shapes_of_the_published_windows(published: ParkExperiment) -> None:
    assert published.images.window == 225
    assert len(published.grid) == 256
    for variant in (VARIANTS["Multi-reg + 2D-cls"], CONTROLS["2D-cls", "layer on probabilities"]):
        net = published.network(variant).eval()
        assert net.trunk.features(225) == 6912
        with torch.no_grad():
            output = net(next(published.test_images.centred(2)))
        assert output.logits.shape == (2, 17, 256)
        assert net.poses(output.relative).shape == (2, len(variant.roots), 17, 3)
