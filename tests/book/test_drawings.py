"""The drawings of the prose pages."""

from __future__ import annotations

import numpy as np
import pytest

from pose_lib.book.drawings import draw_all, flip_forearm
from pose_lib.geometry.skeletons import H36M17


def test_the_two_poses_of_the_drawing_give_one_picture_and_have_one_length(pose) -> None:
    elbow, wrist = H36M17.index("right_elbow"), H36M17.index("right_wrist")
    other = flip_forearm(pose, elbow, wrist)
    np.testing.assert_allclose(other[:, :2] / other[:, 2:], pose[:, :2] / pose[:, 2:], atol=1e-12)
    bones = [np.linalg.norm(p[wrist] - p[elbow]) for p in (pose, other)]
    assert bones[0] == pytest.approx(bones[1])
    assert abs(other[wrist, 2] - pose[wrist, 2]) > 100


def test_drawings_are_the_same_each_time(tmp_path) -> None:
    for run in ("one", "two"):
        draw_all(tmp_path / run)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["ambiguity.svg", "card.png", "frames.svg", "icon.png"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
