"""The chapter on heat maps on a few pictures of dots: its crops are those of the papers it stands beside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import deeppose_runs
import hmlpe_runs
import numpy as np
import pandas as pd
import pytest
import torch
from deeppose_runs import dots

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.rows import pick
from pose_lib.bench.run import Run
from pose_lib.book.comparison_2d import pdj_curves
from pose_lib.models.joint_maps import box_sample, window_sample
from pose_lib.papers import find
from pose_lib.papers.deeppose.recipe import DeepPoseExperiment
from pose_lib.papers.heat_maps import PAPER, pages, tables
from pose_lib.papers.heat_maps.presets import PRESETS
from pose_lib.papers.heat_maps.recipe import MAPS, UPPER, HeatMapExperiment
from pose_lib.papers.hmlpe.presets import PRESETS as HMLPE
from pose_lib.training import Schedule

TINY = replace(
    PRESETS["smoke"],
    size=48,
    window=48,
    side=32,
    people=Schedule(2, 1e-3, 8),
    upper=Schedule(2, 1e-3, 8),
    photographs=2.0,
)
PARAMETERS: dict[str, Any] = {
    "dataset": "synthetic", "action": "all", "preset": "smoke", "budget": 1.0, "seed": 0, "device": "cpu",
    "controls": True,
}  # fmt: skip


def opened(folder: Path, **other: Any) -> HeatMapExperiment:
    run = Run("heat_maps", {**PARAMETERS, **other}, "dots", TINY.settings(), root=folder)
    return HeatMapExperiment(run, dots(40, 0), dots(16, 1), TINY)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> HeatMapExperiment:
    found = opened(tmp_path_factory.mktemp("maps"))
    found.baselines()
    found.learn()
    assert found.upper is not None
    found.upper.learn()
    found.controls()
    return found


@pytest.fixture(scope="module")
def evidence(experiment: HeatMapExperiment) -> Evidence:
    return experiment.finish()


def test_every_system_that_the_room_names_has_poses(experiment: HeatMapExperiment) -> None:
    named = {*PAPER.systems, *PAPER.compared, *tables.PEOPLE}
    named |= {key for idea in PAPER.ideas for key in (idea.system, idea.against)}
    assert named <= set(experiment.predictions)
    for poses in experiment.predictions.values():
        assert poses.shape == experiment.truth.shape
    moved = experiment.predictions[MAPS] - experiment.predictions[MAPS, "best cell"]
    assert float(moved.abs().max()) <= experiment.scale + 1e-4, "a quarter of a cell is one pixel"


def test_people_are_those_of_deeppose(tmp_path: Path) -> None:
    mine, run = opened(tmp_path), Run("deeppose", PARAMETERS, "dots", root=tmp_path)
    preset = replace(deeppose_runs.PRESET, noise=TINY.noise)
    theirs = DeepPoseExperiment(run, dots(40, 0), dots(16, 1), preset)
    assert mine.train.table.equals(theirs.train.table)
    assert torch.equal(mine.joints.nan_to_num(), theirs.joints.nan_to_num())
    assert torch.equal(mine.truth.nan_to_num(), theirs.truth.nan_to_num())
    which = torch.arange(6)
    assert torch.equal(mine.test_images.centre(which), theirs.test_images.centre(which))
    for name in ("quick", "long", "paper"):
        preset = PRESETS[name]
        other: Any = find("deeppose").presets[name]
        same = ("size", "window", "seconds", "step", "test_step", "noise", "shift", "zoom", "crop")
        assert [getattr(preset, f) for f in same] == [getattr(other, f) for f in same], name
        for dataset in ("synthetic", "lspet"):
            first, ours = other.stages_on(dataset)[0], preset.people_on(dataset)
            assert (first.steps * first.batch, first.batch) == (ours.steps * ours.batch, ours.batch), name


def test_upper_bodies_are_those_of_hmlpe(tmp_path: Path) -> None:
    people = hmlpe_runs.people
    run, smoke = Run("m", PARAMETERS, "d", root=tmp_path), PRESETS["smoke"]
    mine = HeatMapExperiment(run, people(), people(12, seed=1), smoke).upper
    assert mine is not None
    theirs = hmlpe_runs.HmlpeExperiment(
        Run("h", PARAMETERS, "d", root=tmp_path), people(), people(12, seed=1), HMLPE["smoke"]
    )
    assert np.array_equal(mine.train.images, theirs.train.images)
    assert np.array_equal(mine.test.images, theirs.test.images)
    assert torch.equal(mine.truth, theirs.truth)
    for name in ("quick", "long", "paper"):
        preset, other = PRESETS[name], HMLPE[name]
        assert preset.size == other.size, name
        assert (preset.upper_side, preset.upper_view) == (other.side, other.view), name
        assert (preset.upper_shift, preset.upper_zoom) == (other.shift, other.zoom), name
        assert preset.upper.steps * preset.upper.batch == other.learn.steps * other.learn.batch, name


def test_photographs_have_no_upper_bodies_and_more_steps(tmp_path: Path) -> None:
    made = opened(tmp_path, dataset="lsp")
    assert made.upper is None
    made.learn()
    assert made.histories["heat-maps"].step[-1] == 4
    evidence = made.finish()
    assert not len(pick(evidence.rows, UPPER))


def test_joints_of_a_batch_lie_on_their_dots(tmp_path: Path) -> None:
    """Through moves, sizes and mirrored boxes: joint ``i`` of a batch is the dot of grey ``100 + 10 i``."""
    made = opened(tmp_path)
    images = made.images
    images.noise = 0.0
    sample = box_sample(images, made.joints, made.skeleton.mirror, 0.0, 0.0)
    x, y = sample(torch.arange(30), torch.Generator().manual_seed(1))
    plain = images.centre(torch.arange(30))
    same = (x - plain).abs().flatten(1).amax(1) < 1e-3
    assert 5 < int(same.sum()) < 25, "about half are mirrored"
    straight = made.joints[:30] * TINY.side / 48
    assert torch.allclose(y[same].nan_to_num(), straight[same].nan_to_num(), atol=1e-3)
    turned = straight[:, list(made.skeleton.mirror)] * torch.tensor([-1.0, 1.0])
    turned = turned + torch.tensor([TINY.side, 0.0])
    assert torch.allclose(y[~same].nan_to_num(), turned[~same].nan_to_num(), atol=1e-3)


def test_windows_take_their_joints_along(experiment: HeatMapExperiment) -> None:
    upper = experiment.upper
    assert upper is not None
    images = upper.images
    x, y = window_sample(images, upper.joints)(torch.arange(8), torch.Generator().manual_seed(0))
    _, offsets = images.random(torch.arange(8), torch.Generator().manual_seed(0))
    assert x.shape[-1] == TINY.upper_view
    assert torch.allclose((y + offsets[:, None]).nan_to_num(), upper.joints[:8].nan_to_num(), atol=1e-3)


def test_rows_have_both_kinds_of_crops_and_their_costs(
    evidence: Evidence, experiment: HeatMapExperiment
) -> None:
    for key in (MAPS, UPPER, (MAPS, "regression head")):
        found = pick(evidence.rows, key).set_index("metric")["value"]
        assert {"pcp", "pdj-0.20", "parameters", "multiply-adds", "train-seconds"} <= set(found.index), key
    assert experiment.upper is not None
    words = pick(evidence.rows, UPPER, "pcp")["protocol"].item()
    assert "ends may be exchanged" in words
    people, upper = tables.systems_table(evidence), tables.systems_table(evidence, upper=True)
    assert "Heat maps" in people.index
    assert not set(people.index) & set(upper.index)
    assert "–" not in set(upper.loc["Heat maps, upper bodies"])


def test_rows_of_other_rooms_stand_beside_those_of_the_same_setting(evidence: Evidence) -> None:
    nothing = Evidence(pd.DataFrame())
    other = Evidence(evidence.rows.assign(system="Stage 1", setting=""), {})
    far = Evidence(other.rows.assign(preset="long"), {})
    stale = Evidence(other.rows.assign(stale="other code"), {})
    table = tables.beside_papers(evidence, nothing, (MAPS,), {"DeepPose": (other, ("Stage 1",))})
    assert list(table.index) == [("this run", "DeepPose: Stage 1"), ("this run", "Heat maps")]
    for runs in (far, stale, nothing):
        table = tables.beside_papers(evidence, nothing, (MAPS,), {"DeepPose": (runs, ("Stage 1",))})
        assert list(table.index) == [("this run", "Heat maps")]
    kept = Evidence(evidence.rows.assign(preset="long"), {})
    both = tables.beside_papers(evidence, kept, (MAPS,), {"DeepPose": (far, ("Stage 1",))})
    assert list(both.index) == [
        ("this run", "Heat maps"),
        ("synthetic, long, 1 seed", "DeepPose: Stage 1"),
        ("synthetic, long, 1 seed", "Heat maps"),
    ]
    elsewhere = Evidence(far.rows.assign(device="NVIDIA H100"), {})
    assert ("synthetic, long, 1 seed", "DeepPose: Stage 1") not in tables.beside_papers(
        evidence, kept, (MAPS,), {"DeepPose": (elsewhere, ("Stage 1",))}
    ).index, "runs on two devices are not shown as one"


def test_stored_runs_that_differ_in_more_than_their_seeds_have_lines_of_their_own(evidence: Evidence) -> None:
    about: list[dict[str, object]] = [
        {},
        {"dataset": "lspet"},
        {"budget": 0.5},
        {"device": "NVIDIA H100"},
        {"stale": "other code"},
    ]
    plain = evidence.rows[evidence.rows["metric"] == "pcp"].assign(preset="long", device="cpu", stale="")
    parts = [
        plain.assign(value=10.0 * i, low=10.0 * i, high=10.0 * i, fingerprint=str(i), **changed)
        for i, changed in enumerate(about)
    ]
    kept = Evidence(pd.concat(parts, ignore_index=True), {})
    table = tables.beside_papers(evidence, kept, (MAPS,), {})
    found = {title: text.partition(" ")[0] for (title, _), text in table["PCP, mean"].items()}
    assert found.pop("this run")
    assert found == {
        "synthetic, long, 1 seed, cpu": "0.0",
        "lspet, long, 1 seed, cpu": "10.0",
        "synthetic, long, 1 seed, budget 0.5, cpu": "20.0",
        "synthetic, long, 1 seed, NVIDIA H100": "30.0",
        "synthetic, long, 1 seed, cpu, stale": "40.0",
    }


def test_figures_are_drawn(experiment: HeatMapExperiment) -> None:
    net = experiment.network()
    joint = next(i for i in range(40) if bool(experiment.joints[i].isfinite().all()))
    assert len(pages.target_figure(experiment, joint).axes) == 3
    assert [axes.get_title() for axes in pages.map_figure(experiment, net, 0).axes][1:3] == [
        "left wrist",
        "right wrist",
    ]
    shown = {key: experiment.predictions[key] for key in ("Mean pose", MAPS)}
    assert len(pdj_curves(shown, experiment.test, looks=PAPER.looks).axes) == 4
