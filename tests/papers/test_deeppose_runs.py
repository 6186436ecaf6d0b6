"""The DeepPose chapter's experiment: stages on the errors before them, costs, controls, cached results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from deeppose_runs import PRESET, dots, experiment, stages

from pose_lib.bench.held_out import held_out
from pose_lib.bench.rows import COLUMNS, pick
from pose_lib.bench.run import load_predictions
from pose_lib.geometry.skeletons import FLIC11
from pose_lib.models.cascade import Cascade
from pose_lib.papers.deeppose import PAPER
from pose_lib.papers.deeppose.presets import PRESETS
from pose_lib.papers.deeppose.probes import held_scores
from pose_lib.papers.deeppose.recipe import STAGES, DeepPoseExperiment
from pose_lib.papers.deeppose.sweeps import CROPS, HELD, crops_key, sigma_key
from pose_lib.training import Schedule

Trained = tuple[DeepPoseExperiment, Cascade, Path]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    root = tmp_path_factory.mktemp("runs")
    found = experiment(root)
    found.baselines()
    cascade = stages(found)
    found.cost_of_stages(cascade, repetitions=1)
    return found, cascade, root


def test_photographs_get_more_steps_than_rendered_people() -> None:
    assert [s.steps for s in PRESET.stages_on("lspet")] == [9, 6, 3]
    assert PRESET.stages_on("synthetic") == PRESET.stages
    assert [s.steps for s in PRESETS["quick"].scaled(0.5).stages_on("lspet")] == [1500, 1200, 600]


def test_the_published_preset() -> None:
    paper = PRESETS["paper"]
    assert (paper.side, paper.first, paper.maps) == (220, (11, 4), (96, 256, 384, 384, 256))
    assert (paper.widths, paper.dropout, paper.norm, paper.crops) == ((4096, 4096), 0.6, "response", 40)
    assert all(s.adagrad and s.lr == 5e-4 and s.batch == 128 for s in paper.stages)
    assert paper.stages_on("lsp") == paper.stages
    assert (paper.pictures, paper.warm, paper.observed, paper.noise, paper.zoom) == (True, False, 0, 0.0, 0.0)
    for name in ("smoke", "quick", "long"):
        assert not PRESETS[name].pictures
        assert len(PRESETS[name].departures) > len(paper.departures)


def test_trained_stages_are_read_back_and_give_the_same_poses(trained: Trained) -> None:
    found, _, root = trained
    again = experiment(root)
    cached = sorted((again.run.folder / "cached").iterdir())
    before = [(f.name, f.stat().st_mtime_ns) for f in cached]
    stages(again)
    assert [(f.name, f.stat().st_mtime_ns) for f in sorted((again.run.folder / "cached").iterdir())] == before
    for stage in STAGES:
        assert torch.equal(again.predictions[stage], found.predictions[stage])


def test_later_stages_start_from_the_layers_of_the_stage_before(trained: Trained) -> None:
    found, cascade, _ = trained
    first = cascade.nets[0]
    untrained = Schedule(0, 1e-4, 32)
    warm = found.next_stage([first], "stage-warm", untrained)
    assert torch.equal(warm.convolutions[0].weight, first.convolutions[0].weight)
    assert not torch.equal(warm.output.weight, first.output.weight)
    found.preset = replace(PRESET, warm=False)
    cold = found.next_stage([first], "stage-cold", untrained)
    found.preset = PRESET
    assert not torch.equal(cold.convolutions[0].weight, first.convolutions[0].weight)


def test_the_first_step_of_a_later_stage_answers_with_the_mean_error(trained: Trained) -> None:
    found, cascade, _ = trained
    fresh = found.next_stage(
        cascade.nets[:1],
        "stage-untrained",
        Schedule(0, 1e-4, 32),
    )
    errors = found.errors["stage-untrained"]
    with torch.no_grad():
        out = fresh(torch.randn(4, 3, PRESET.side, PRESET.side))
    assert torch.allclose(out, (-errors.mean / found.sigma).expand_as(out), atol=0.05)


def test_simulated_predictions_follow_the_observed_errors_and_have_their_own_stream(trained: Trained) -> None:
    found, _, _ = trained
    errors = found.errors["stage-2"]
    simulation = found.simulate("stage-2", errors, found.sigma, 40)
    assert simulation.displacements.shape == (72, 14, 40, 2)  # 8 of 80 takes are held out
    assert len(simulation.labelled) == int(found.joints.isfinite().all(-1).sum())
    mean = simulation.displacements.float().mean((0, 2))
    assert torch.allclose(mean, errors.mean, atol=float(5 * errors.std.max() / (72 * 40) ** 0.5))
    again = found.simulate("stage-2", errors, found.sigma, 40)
    other = found.simulate("stage-3", errors, found.sigma, 40)
    assert torch.equal(simulation.displacements, again.displacements)
    assert not torch.equal(simulation.displacements, other.displacements)


def test_a_stage_costs_one_pass_per_joint_and_the_weights_of_all_before(trained: Trained) -> None:
    found, _, _ = trained
    costs = {(row.system, row.metric): row.value for row in found.results.costs}
    assert costs["Stage 3", "multiply-adds"] == 29 * costs["Stage 1", "multiply-adds"]
    assert costs["Stage 3", "parameters"] == 3 * costs["Stage 1", "parameters"]
    assert costs["Stage 3", "ms-per-image"] > 0


def test_a_finished_run_has_rows_of_every_system_and_of_every_control(trained: Trained) -> None:
    found, cascade, _ = trained
    found.controls(cascade.nets[0])
    evidence = found.finish()
    sigmas = [sigma_key(sigma) for sigma in found.sigmas]
    singles = [("Stage 1", "trained longer"), ("Stage 1", "no pooling")]
    keys = [*PAPER.systems, *singles, *sigmas, *map(crops_key, CROPS)]
    for key in keys:
        assert len(pick(evidence.rows, key, "pcp")) == 1, key
        assert len(evidence.difference(key, "Mean pose", "pdj-0.20")) == 1, key
    assert set(COLUMNS) <= set(evidence.rows.columns)
    assert evidence.rows.loc[evidence.rows["metric"] == "pcp", "value"].between(0, 100).all()
    assert set(load_predictions(found.run.folder)) >= set(keys)
    for idea in PAPER.ideas:
        assert len(evidence.difference(idea.system, idea.against, idea.metric)) == 1, idea.name


def test_upper_bodies_get_boxes_of_one_diameter(tmp_path: Path) -> None:
    found = experiment(tmp_path)
    assert (found.sigma, found.sigmas) == (2.0, (1.0, 1.5, 1.7, 2.0, 2.3))
    data = dots(8, 0)
    upper = replace(data, joints_2d=data.joints_2d[:, :11], visible=data.visible[:, :11], skeleton=FLIC11)
    films = DeepPoseExperiment(found.run, upper, upper, PRESET)
    assert films.sigma == 1.0
    assert films.sigma in films.sigmas


def test_takes_are_held_out_whole_and_evenly() -> None:
    data = dots(60, 0)
    data = replace(data, table=data.table.assign(subject=[f"p{i // 2:02d}" for i in range(60)]))
    train, held = held_out(data)  # thirty takes of two images
    assert (len(train), len(held)) == (54, 6)
    assert sorted(held.table["subject"].unique()) == ["p00", "p14", "p29"]
    assert not set(train.table["subject"]) & set(held.table["subject"])
    assert len(held_out(dots(600, 0))[1]) == 50
    few = dots(19, 0)
    assert [len(part) for part in held_out(few)] == [19, 0]


def test_sizes_of_boxes_are_compared_on_images_that_were_held_out(trained: Trained) -> None:
    found, _, _ = trained
    assert len(found.train) == len(found.joints) == 72
    assert len(found.held) == 8
    assert not set(found.train.table["subject"]) & set(found.held.table["subject"])
    found.controls(found.first_stage())
    (scores,) = held_scores(found)
    assert set(scores.values) == {*map(sigma_key, found.sigmas), *map(crops_key, CROPS)}
    assert len(scores.of(sigma_key(1.7), HELD)) == 8
