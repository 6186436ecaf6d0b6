"""The 2D papers in one frame: joints, sides and pixels agree, and only shared samples are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from samples import make

from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.rows import Key, constant_row
from pose_lib.bench.run import Run
from pose_lib.bench.setup import Setup
from pose_lib.book.comparison_2d import torso_distances
from pose_lib.data.mapping import observer_sides, to_skeleton
from pose_lib.data.poses import PoseData
from pose_lib.data.seeds import rng
from pose_lib.data.upper_body import upper_bodies as cut
from pose_lib.geometry.skeletons import H36M17, LSP14, STICKMEN8
from pose_lib.papers.compare import pages_2d, shown_by
from pose_lib.papers.compare import upper_bodies as module
from pose_lib.papers.compare.upper_bodies import bring_upper_bodies, in_frame

COUNT = 10
GIVEN = {
    "preset": "quick",
    "action": "all",
    "dataset": "synthetic",
    "budget": 1.0,
    "seed": 0,
    "controls": False,
}


def people(size: int = 40) -> PoseData:
    """Ten people, half of them seen from behind, in crops of their own places of the full image."""
    draw = rng("upper bodies")
    joints = draw.normal(0, 0.3, (COUNT, 17, 2))
    heights = {
        "thorax": 10,
        "nose": 7,
        "head": 4,
        "shoulder": 11,
        "elbow": 17,
        "wrist": 23,
        "knee": 30,
        "ankle": 36,
    }
    for i, name in enumerate(H36M17.joints):
        part = name.split("_")[-1]
        width = {"hip": 3, "shoulder": 5, "elbow": 6, "wrist": 7}.get(part, 2)
        side = width * (name.startswith("left") - float(name.startswith("right")))
        joints[:, i] += (20 + side, heights.get(part, 24))
    joints[COUNT // 2 :, :, 0] = size - joints[COUNT // 2 :, :, 0]
    corner = draw.uniform(0, 200, (COUNT, 2))
    boxes = np.concatenate([corner, corner + draw.uniform(80, 160, (COUNT, 1))], 1)
    data = make(COUNT, size)
    table = data.table.assign(sequence=np.arange(COUNT) % 3, frame=np.arange(COUNT), camera="54138969")
    return replace(
        data,
        joints_2d=joints.astype(np.float32),
        boxes=boxes.astype(np.float32),
        visible=np.ones((COUNT, 17), dtype=bool),
        table=table,
    )


def test_labels_of_whole_people_become_those_of_their_upper_bodies() -> None:
    data = people()
    crops, test = data, cut(data, 64, 0.05, 0.1)
    labels = torch.from_numpy(to_skeleton(crops, LSP14).joints_2d)
    found = in_frame(labels, LSP14, "person", crops, test)
    torch.testing.assert_close(found, torch.from_numpy(test.joints_2d), atol=2e-2, rtol=0)
    left, right = (STICKMEN8.index(f"{side}_shoulder") for side in ("left", "right"))
    assert bool((found[:, left, 0] > found[:, right, 0]).all()), "left is on the right of the picture"
    seen = torch.from_numpy(observer_sides(replace(crops, joints_3d=None)).joints_2d)
    torch.testing.assert_close(in_frame(seen, H36M17, "observer", crops, test), found, atol=2e-2, rtol=0)


class Made:
    """Finished runs of both papers, whose test samples and presets can be changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tests = {"hmlpe": people(), "deeppose": people()}
        self.turned = 0
        """Of how many people stage 3 exchanges left and right."""

    def finished(self, paper: Paper, given: Mapping[str, Any]) -> Setup:
        preset = SimpleNamespace(name="quick", side=64, shift=0.05, zoom=0.1)
        test, run = self.tests[paper.name], Run(paper.name, given, "card", root=self.root)
        if paper.name == "hmlpe":
            labels = torch.from_numpy(cut(test, 64, 0.05, 0.1).joints_2d)
            poses: dict[Key, torch.Tensor] = {"HMLPE": labels, "Regression alone": labels + 3}
            poses |= dict.fromkeys(BASELINES, labels + 20)
        else:
            labels = torch.from_numpy(to_skeleton(test, LSP14).joints_2d)
            stage_3 = labels.clone()
            stage_3[: self.turned] = labels[: self.turned][:, list(LSP14.mirror)]
            poses = {"Stage 1": labels + 12, "Stage 3": stage_3}
        run.finish([constant_row(key, "parameters", "p", 2e6, 1) for key in poses], [], poses)
        return Setup(paper, run, test, test, preset)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    made = Made(tmp_path)
    monkeypatch.setattr(module, "finished", made.finished)
    return made


def test_perfect_predictions_of_both_papers_are_perfect_here(made: Made) -> None:
    together = bring_upper_bodies(GIVEN)
    assert list(together.predictions) == [*BASELINES, "Regression alone", "HMLPE", "Stage 1", "Stage 3"]
    for key in ("HMLPE", "Stage 3"):
        assert together.scores.of(key, "pcp").tolist() == [100] * COUNT
    assert together.scores.of("Stage 1", "pdj-0.10").mean() < 100
    assert together.away.tolist() == [False] * 5 + [True] * 5
    assert {key: away.tolist() for key, away in together.away_by.items()} == dict.fromkeys(
        ("Stage 1", "Stage 3"), together.away.tolist()
    )
    table = pages_2d.rates_table(together)
    assert table.loc["HMLPE", "PCP, arms (%)"].startswith("100.0 [")
    gains = pages_2d.gains_2d(together, [("HMLPE", "Stage 3"), ("Stage 3", "Stage 1")])
    assert gains.loc["HMLPE - Stage 3", "PDJ at 0.1 (%)"].startswith("+0.0")
    views = pages_2d.views_2d(together)
    assert list(views.columns) == ["from the front or side (5)", "from behind (5)"]
    assert views.loc["Stage 3"].tolist() == [100, 100]
    distances, unit = torso_distances(together.predictions, together.test)
    assert unit == "the distance left hip to right shoulder"
    assert np.abs(distances["Stage 3"]).max() < 1e-2
    assert pages_2d.costs_2d(together).loc["HMLPE", "parameters (million)"] == 2
    assert set(pages_2d.looks_2d(together)) == {"Regression alone", "HMLPE", "Stage 1", "Stage 3"}


def test_a_wrong_view_is_that_of_the_predicted_pose(made: Made) -> None:
    made.turned = 2
    together = bring_upper_bodies(GIVEN)
    wrong = {key: (away != together.away).tolist() for key, away in together.away_by.items()}
    assert wrong == {"Stage 1": [False] * COUNT, "Stage 3": [True] * 2 + [False] * (COUNT - 2)}
    assert together.scores.of("Stage 3", "pcp").tolist() == [100] * COUNT, "renamed by the pose itself"


def test_samples_of_one_paper_alone_are_left_out(made: Made) -> None:
    data = made.tests["deeppose"]
    made.tests["deeppose"] = data.select(np.arange(COUNT)[::-1].copy())
    assert len(bring_upper_bodies(GIVEN).test) == COUNT, "in another order"
    made.tests["deeppose"] = data.select(np.arange(4))
    together = bring_upper_bodies(GIVEN | {"seed": 1})
    assert together.test.table["frame"].tolist() == [0, 1, 2, 3]
    assert together.scores.of("Stage 3", "pcp").tolist() == [100] * 4


def test_other_people_under_the_same_names_are_refused(made: Made) -> None:
    data = made.tests["deeppose"]
    moved = data.joints_2d + 5.0
    made.tests["deeppose"] = replace(data, joints_2d=moved.astype(np.float32))
    with pytest.raises(ValueError, match="hmlpe and deeppose are tested on different people"):
        bring_upper_bodies(GIVEN)


def test_parameters_are_checked(made: Made) -> None:
    with pytest.raises(ParameterError, match="sede"):
        bring_upper_bodies(GIVEN | {"In": ["# Parameters\nsede = 1"]})


def test_the_page_shows_the_2d_papers() -> None:
    assert [paper.name for paper in shown_by("systems_2d")] == ["deeppose", "hmlpe"]
