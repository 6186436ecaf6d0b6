"""Clips performed at several angles: the same motion, seen from all sides."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from mocap_files import bandai

from pose_lib.data.mocap import dataset, turning
from pose_lib.data.mocap.turning import ENOUGH, MOST, Performance, performance_count
from pose_lib.data.poses import PoseData
from pose_lib.data.request import MocapRequest
from pose_lib.data.synthetic.bodies import BODY_PARENTS, BODY_POINTS

LEFT, RIGHT = BODY_POINTS.index("left_hip"), BODY_POINTS.index("right_hip")


def bones(points: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points - points[:, list(BODY_PARENTS)], axis=-1)


def facing(points: np.ndarray) -> np.ndarray:
    """Where people face, in degrees, from points ``(T, J, 3)`` with z up."""
    x, y = (points[:, LEFT] - points[:, RIGHT])[:, :2].T
    return np.degrees(np.arctan2(-x, y))


def test_performances_divide_the_circle() -> None:
    parts = [Performance(n, 8, ("a", 1)) for n in range(8)]
    angles = np.sort(np.degrees([p.angle for p in parts]))
    np.testing.assert_allclose(np.diff(angles), 45)
    assert [p.mirrored for p in parts] == [False, True] * 4
    assert [p.phase(10) for p in parts] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert [p.phase(1) for p in parts] == [0] * 8
    assert parts[0].angle == Performance(0, 8, ("a", 1)).angle
    assert parts[0].angle != Performance(0, 8, ("b", 1)).angle


def test_turning_and_mirroring_keep_the_body_and_its_sides() -> None:
    points = np.random.default_rng(0).normal(size=(5, 21, 3)) * 400
    turned = Performance(0, 1, ("x",))
    moved = turned.of(points)
    np.testing.assert_allclose(bones(moved), bones(points))
    np.testing.assert_allclose(moved[..., 2], points[..., 2])
    change = (facing(moved) - facing(points) - math.degrees(turned.angle) + 180) % 360 - 180
    np.testing.assert_allclose(change, 0, atol=1e-9)
    mirrored = Performance(1, 2, ("x",)).of(points)
    # a mirrored body has the lengths of the other side, and its left is still on its own left
    swapped = {"left": "right", "right": "left"}
    names = [name.partition("_") for name in BODY_POINTS]
    other = [BODY_POINTS.index(swapped.get(side, side) + gap + rest) for side, gap, rest in names]
    np.testing.assert_allclose(bones(mirrored), bones(points)[:, other])
    ahead = np.zeros((1, 21, 3))
    ahead[:, LEFT, 1], ahead[:, RIGHT, 1] = 100, -100  # faces x
    ahead[:, BODY_POINTS.index("nose"), 0] = 50
    seen = Performance(1, 2, ("y",)).of(ahead)
    x, y, _ = seen[0, BODY_POINTS.index("nose")]
    assert (np.degrees(np.arctan2(y, x)) - facing(seen)[0] + 180) % 360 == pytest.approx(180)


def test_little_motion_is_performed_often_and_much_once() -> None:
    assert performance_count(1) == performance_count(60) == MOST
    assert performance_count(ENOUGH / 3) == 3
    assert performance_count(ENOUGH) == performance_count(1e6) == 1


@pytest.fixture
def made(tmp_path: Path) -> PoseData:
    for name in ("dataset-1_walk_active_001", "dataset-2_walk_happy_001", "dataset-3_walk_tired_001"):
        (tmp_path / f"{name}.bvh").write_text(bandai(1.0, frames=40))
    return dataset.load(MocapRequest(action="Walking", data_root=tmp_path, size=16, step=20))


def test_training_clips_are_seen_from_all_sides_and_test_clips_once(made: PoseData) -> None:
    train, test = made.split("train").table, made.split("test").table
    assert set(test["performance"]) == {0}
    assert not test["mirrored"].any()
    assert not test.duplicated(["subject", "sequence", "camera", "frame"]).any()
    assert set(train["performance"]) == set(range(turning.MOST))
    assert made.card.parameters["performances"] == turning.MOST
    # performances show other frames, so no pose is shown twice
    assert len(set(train["frame"])) > len(set(train.loc[train["performance"] == 0, "frame"]))
    for _, person in train.groupby(["subject", "camera"]):
        degrees = np.sort(person["turned"].unique())
        gaps = np.diff([*degrees, degrees[0] + 360])
        assert gaps.max() < 360 / turning.MOST + 0.2


def test_cameras_see_people_from_all_sides(made: PoseData) -> None:
    """The facing direction in the camera's frame covers the circle for training people."""
    poses = made.split("train").root_relative()
    x, _, z = (poses[:, 4] - poses[:, 1]).T  # left hip minus right hip: x right, z forward
    directions = np.degrees(np.arctan2(z, x)) % 360
    assert len(np.unique(directions // 45)) == 8
