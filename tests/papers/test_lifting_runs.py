"""The chapter on lifting on a few random samples: which joints each network is given."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from li_chan_runs import data

from pose_lib.bench.rows import pick
from pose_lib.bench.run import Run
from pose_lib.papers.lifting import PAPER, pages, probes
from pose_lib.papers.lifting.presets import PRESETS
from pose_lib.papers.lifting.recipe import SYSTEM, TRUE, LiftingExperiment
from pose_lib.training import Schedule

TINY = replace(PRESETS["smoke"], detect=Schedule(2, 1e-3, 8), lift=Schedule(30, 1e-2, 8), dropout=0.0)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> LiftingExperiment:
    folder = tmp_path_factory.mktemp("lifting")
    run = Run("lifting", {"preset": "smoke", "device": "cpu", "seed": 0}, "card", root=folder)
    found = LiftingExperiment(run, data(24, "S1"), data(12, "S9"), TINY)
    found.baselines()
    found.learn()
    found.controls()
    return found


def test_every_system_that_the_room_names_has_poses(experiment: LiftingExperiment) -> None:
    named = {*PAPER.systems, *PAPER.compared}
    named |= {key for idea in PAPER.ideas for key in (idea.system, idea.against)}
    assert named <= set(experiment.predictions)
    for poses in experiment.predictions.values():
        assert poses.shape == experiment.truth.shape
        assert bool(poses.isfinite().all())


def test_found_joints_are_in_the_pixels_of_the_crop(experiment: LiftingExperiment) -> None:
    edge, size = (TINY.size - TINY.window) / 2, TINY.size
    for split, count in (("train", 24), ("test", 12)):
        found = experiment.found[split]
        assert found.shape == (count, 17, 2)
        assert edge <= float(found.min()) <= float(found.max()) <= size - edge
    x = experiment.test_images.centre(torch.arange(12))
    with torch.no_grad():
        inside = experiment.reader.net.joints(x)  # type: ignore[operator]
    assert torch.allclose(inside + edge, experiment.found["test"], atol=1e-3)


def test_the_row_with_true_joints_depends_on_them_and_the_other_does_not(
    experiment: LiftingExperiment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = Run(
        "lifting", {"preset": "smoke", "device": "cpu", "seed": 0}, "o", root=tmp_path_factory.mktemp("o")
    )
    test = replace(experiment.test, joints_2d=experiment.test.joints_2d[:, ::-1].copy())
    other = LiftingExperiment(run, experiment.train, test, TINY)
    other.learn()
    assert torch.equal(other.predictions[SYSTEM], experiment.predictions[SYSTEM])
    for key in (TRUE, (SYSTEM, "linear map, true joints")):
        assert not torch.allclose(other.predictions[key], experiment.predictions[key], atol=1.0), key


def test_the_whole_method_starts_from_images(experiment: LiftingExperiment) -> None:
    again = LiftingExperiment(experiment.run, experiment.train, experiment.test, TINY)
    whole = again.learn().eval()
    assert torch.equal(again.predictions[SYSTEM], experiment.predictions[SYSTEM])
    with torch.no_grad():
        vectors = whole(experiment.test_images.centre(torch.arange(12)))
    assert torch.allclose(experiment.scale.to_pose(vectors), experiment.predictions[SYSTEM], atol=0.1)
    cost = pick(experiment.finish().rows, SYSTEM).set_index("metric")["value"]
    lifting = sum(p.numel() for p in experiment.nets[SYSTEM].parameters())
    assert cost["parameters"] == lifting + sum(p.numel() for p in experiment.reader.parameters())
    assert cost["train-seconds"] == pytest.approx(
        sum(experiment.histories[name].seconds for name in ("heat-maps", "lifting"))
    )


def test_noise_in_the_image_costs_more_in_space_the_more_there_is(experiment: LiftingExperiment) -> None:
    sweep = probes.noise_sweep(experiment, (0, 100))
    assert sweep["trained on"].unique().tolist() == ["found joints", "true joints"]
    errors = sweep[sweep["trained on"] == "true joints"].set_index("noise")["error"]
    plain = (experiment.predictions[TRUE] - experiment.truth).norm(dim=-1).mean()
    assert errors[0] == pytest.approx(float(plain), rel=1e-3)
    assert errors[100] > errors[0]
    distances = probes.image_errors(experiment)
    assert list(distances.index) == ["training images", "test images"]
    assert (distances > 0).all(axis=None)


def test_figures_are_drawn(experiment: LiftingExperiment) -> None:
    assert len(pages.idea_figure(experiment, 3).axes) == 3
    titles = [axes.get_title() for axes in pages.found_joints(experiment, [0, 5]).axes]
    assert all(title.endswith(" pixels") for title in titles)
    assert len(pages.noise_figure(probes.noise_sweep(experiment, (0, 1))).axes[0].lines) >= 2
