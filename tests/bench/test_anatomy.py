"""Conditions, turned poses and failures, on samples whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from samples import make
from torch import Tensor

from pose_lib.bench.anatomy import (
    VIEWS,
    alignment_table,
    conditions,
    error_anatomy,
    failures,
    turned_table,
    ways_to_turned,
)
from pose_lib.data.poses import PoseData
from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import H36M17
from pose_lib.metrics.facing import exchanged_pose, turned_pose

COUNT = 12


def people() -> PoseData:
    """Twelve samples of three takes: all face the camera, at 3 to 8 m; every second left wrist is hidden."""
    data = make(COUNT)
    joints = rng("anatomy").normal(0, 30, (COUNT, 17, 3))
    heights = {"thorax": -500, "head": -700, "knee": 400, "ankle": 800, "shoulder": -480, "elbow": -200}
    for i, name in enumerate(H36M17.joints):
        side = 150 * (name.startswith("left") - float(name.startswith("right")))
        joints[:, i] += (side, heights.get(name.split("_")[-1], 0), 0)
    joints[..., 2] += np.linspace(3000, 8000, COUNT)[:, None]
    visible = np.ones((COUNT, 17), dtype=bool)
    visible[::2, H36M17.index("left_wrist")] = False
    table = data.table.assign(sequence=np.repeat([1, 2, 3], 4), frame=np.tile(range(4), 3), camera="54138969")
    return replace(data, joints_3d=joints.astype(np.float32), visible=visible, table=table)


@pytest.fixture
def test() -> PoseData:
    return people()


@pytest.fixture
def truth(test: PoseData) -> Tensor:
    return torch.from_numpy(test.root_relative())


def row(frame: pd.DataFrame, condition: str, part: str) -> pd.Series:
    (found,) = (
        line for _, line in frame.iterrows() if (line["condition"], line["part"]) == (condition, part)
    )
    return found


def test_conditions_divide_all_samples_by_the_truth(test: PoseData) -> None:
    joint, faces, distance = conditions(test)
    assert (faces.place == VIEWS.index("towards the camera")).all()
    assert np.bincount(distance.place).tolist() == [4, 4, 4]
    assert distance.parts[0].startswith("3.0 to ")
    assert len(set(distance.parts)) == 3
    assert (joint.place[:, H36M17.root] == -1).all(), "the root has no error"
    assert (joint.place == 1).sum() == COUNT / 2
    assert test.joints_3d is not None
    away = replace(test, joints_3d=turned_pose(test.joints_3d).numpy())
    assert (conditions(away)[1].place == VIEWS.index("away")).all()


def test_errors_stand_where_they_were_made(test: PoseData, truth: Tensor) -> None:
    moved = truth.clone()
    moved[:4, 1:, 2] += 17.0  # the nearest third, in depth
    frame = error_anatomy(test, truth, {"A": moved, "B": truth})
    third = frame[(frame["condition"] == "distance of the camera") & (frame["system"] == "A")]
    assert third["value"].tolist() == pytest.approx([16.0, 0.0, 0.0], abs=1e-4)
    depth = frame[(frame["condition"] == "axis") & (frame["system"] == "A")].set_index("part")["value"]
    assert depth.to_dict() == pytest.approx({"across": 0, "down": 0, "in depth": 16 / 3}, abs=1e-4)
    assert frame[frame["system"] == "B"]["value"].abs().max() < 1e-4
    known = frame.dropna()
    assert (known["low"] <= known["value"] + 1e-9).all()
    assert (known["value"] <= known["high"] + 1e-9).all()
    assert third["low"].isna().all(), "each third is one take"
    assert set(frame["part"]) >= {"seen", "hidden"}
    assert "away" not in set(frame["part"]), "nobody faces away"


def test_a_hard_joint_that_is_often_hidden_makes_hiding_no_harder(test: PoseData, truth: Tensor) -> None:
    wrist = H36M17.index("left_wrist")
    hard = truth.clone()
    hard[:, wrist, 0] += 160.0  # as wrong when it is seen
    frame = error_anatomy(test, truth, {"A": hard})
    assert row(frame, "joint", "hidden")["value"] == pytest.approx(10.0, abs=1e-3)
    assert row(frame, "joint", "seen")["value"] == pytest.approx(10.0, abs=1e-3)
    assert row(frame, "joint", "hidden")["count"] == COUNT / 2
    harder = hard.clone()
    harder[::2, wrist, 0] += 160.0
    frame = error_anatomy(test, truth, {"A": harder})
    gap = row(frame, "joint", "hidden")["value"] - row(frame, "joint", "seen")["value"]
    assert gap == pytest.approx(80 * (1 + 6 / (COUNT * 16 - 6)), rel=1e-3)


def test_turned_and_averaged_poses_are_counted(test: PoseData, truth: Tensor) -> None:
    turned = turned_pose(truth)
    mixed = torch.cat([truth[:6], turned[6:9], (truth + turned)[9:] / 2])
    table = turned_table(truth, {"mixed": mixed, "exchanged": exchanged_pose(truth)}, H36M17)
    line = table.loc["mixed"]
    assert line[["as in the truth", "between", "turned"]].tolist() == pytest.approx([50, 25, 25])
    assert line["shoulders, as in the truth"] == pytest.approx(100)
    assert line["shoulders, between"] < 30
    assert line["front and back turned"] == pytest.approx(25)
    assert table.loc["exchanged", "left and right exchanged"] == pytest.approx(100)
    ways = ways_to_turned(truth, {"mixed": mixed}, H36M17)["mixed"]
    assert ways == pytest.approx([0] * 6 + [1] * 3 + [0.5] * 3, abs=1e-4)


def test_alignment_takes_away_size_and_direction(test: PoseData, truth: Tensor) -> None:
    found = alignment_table(
        test, truth, {"small": 0.8 * truth, "turned": truth[..., [2, 1, 0]] * torch.tensor([1, 1, -1])}
    )
    assert found.loc["small", "size (%)"] == pytest.approx(80)
    assert found.loc["small", "at the right size"] == pytest.approx(0, abs=1e-3)
    assert found.loc["turned", "at the right size"] > 50
    assert found.loc["turned", "and direction"] == pytest.approx(0, abs=1e-2)
    small, turned = found["left and right limbs differ by (%)"]
    assert small == pytest.approx(turned), "neither changes a ratio of limbs"


def test_each_kind_of_failure_is_found_once(test: PoseData, truth: Tensor) -> None:
    views = test.table.assign(camera=[str(i) for i in range(COUNT)])
    test = replace(test, table=views)
    turned = turned_pose(truth)
    predicted = truth.clone()
    predicted[1] = truth[1] + 900 * (torch.arange(17) > 0)[:, None]
    predicted[2] = (truth[2] + turned[2]) / 2
    predicted[3] = turned[3]
    predicted[5, 1:, 2] += 300
    predicted[7] *= 0.4
    found = failures(test, truth, {"A": predicted})
    assert found["largest error"] == 1
    assert found["between two directions"] == 2
    assert found["turned round"] == 3
    assert found["in depth"] == 5
    assert found["too small"] == 7
    assert found["most joints hidden"] % 2 == 0
    assert len(set(found.values())) == len(found)


def test_takes_are_shown_again_only_if_there_are_no_others(test: PoseData, truth: Tensor) -> None:
    alone = replace(test, table=test.table.assign(sequence=1))
    assert len(failures(alone, truth, {"A": 0.9 * truth})) == 6
