"""Unusual samples are counted where they are put, and what cannot be measured is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import make

from pose_lib.bench.data_quality import complete_samples, count_rows, count_unusual
from pose_lib.bench.rows import constant_row
from pose_lib.bench.run import Run
from pose_lib.data.poses import PoseData


def plain(n: int = 6) -> PoseData:
    """Samples with all joints in the middle of their crops, and a torso of half a metre."""
    data = make(n)
    middle = np.full_like(data.joints_2d, data.size / 2)
    boxes = np.tile(np.array([100, 100, 300, 300], np.float32), (n, 1))
    joints = np.zeros((n, len(data.skeleton), 3), np.float32)
    joints[:, data.skeleton.torso[0], 1] = -500
    table = data.table.assign(width=1000, height=1002)
    return replace(data, joints_2d=middle, boxes=boxes, joints_3d=joints, table=table)


def test_nothing_is_counted_in_plain_samples() -> None:
    assert not any(count for count, _ in count_unusual(plain(), plain().size - 2).values())


def test_each_kind_is_counted() -> None:
    data = plain()
    window = data.size - 4
    data.joints_2d[0, 3] = 1.5  # in the stored crop, not in the window of the network
    data.joints_2d[1, 4] = np.nan
    data.boxes[2] = [-250, 100, 150, 500]  # the middle of the crop lies left of the image
    data.boxes[3] = [900, 100, 1300, 500]  # and here right of it
    joints_3d = data.joints_3d
    assert joints_3d is not None
    joints_3d[4, data.skeleton.torso[0]] = joints_3d[4, data.skeleton.torso[1]] + 1
    joints_3d[5, 2, 1] = np.nan
    found = count_unusual(data, window)
    joints = 6 * len(data.skeleton)
    assert found == {
        "joints missing": (2, joints),
        "joints outside the centre window": (1, joints),
        "people cut by the image": (2, 6),
        "poses left out": (1, 6),
        "degenerate torsos": (1, 6),
    }
    kept = complete_samples(data)
    assert len(kept) == 5
    assert np.isfinite(kept.root_relative()).all()


def test_flat_sets_have_no_torso_and_lose_no_sample() -> None:
    data = replace(plain(), joints_3d=None)
    assert "degenerate torsos" not in count_unusual(data, data.size)
    assert complete_samples(data) is data


def test_counts_are_rows_of_the_run(tmp_path: Path) -> None:
    data = plain()
    data.joints_2d[1, 4] = np.nan
    parameters = {"action": "Walking", "dataset": "synthetic", "preset": "smoke", "seed": 0, "device": "cpu"}
    run = Run("method", parameters, "card", root=tmp_path, counts={"test": count_unusual(data, data.size)})
    rows = run.finish([constant_row("a", "mpjpe", "p", 1.0)]).rows.set_index(["system", "metric"])
    assert rows.loc[("test data", "count: joints missing"), "value"] == 1
    assert rows.loc[("test data", "count: joints missing"), "samples"] == 6 * len(data.skeleton)
    assert (rows["paper"] == "method").all()
    assert count_rows({}) == []


def test_a_joint_behind_the_edge_of_the_image_needs_its_size() -> None:
    data = plain()
    data.boxes[3] = [900, 100, 1300, 500]
    bare = replace(data, table=data.table.drop(columns=["width", "height"]))
    assert count_unusual(data, data.size)["people cut by the image"][0] == 1
    assert count_unusual(bare, data.size)["people cut by the image"][0] == 0
    assert pytest.approx(1100) == data.boxes[3, [0, 2]].mean()
