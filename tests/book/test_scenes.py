"""3D figures draw what they are given, upright, in the colours of the sides."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pose_lib.book.drawings import example_pose
from pose_lib.book.palette import GHOST, LEFT, RIGHT
from pose_lib.book.scenes import animation_3d, skeleton_3d
from pose_lib.geometry.skeletons import H36M17


def traces_of(figure, scene="scene"):
    return {trace.name: trace for trace in figure.data if trace.scene == scene}


def test_a_pose_in_the_camera_frame_stands_upright(pose) -> None:
    drawn = skeleton_3d({"pose": pose})
    top = max(np.nanmax(trace.z) for trace in drawn.data)
    low = min(np.nanmin(trace.z) for trace in drawn.data)
    height = example_pose()[:, 2]
    root = height[H36M17.root]
    assert top == pytest.approx(height.max() - root, abs=1e-3)
    assert low == pytest.approx(height.min() - root, abs=1e-3)


def test_left_limbs_are_drawn_in_the_colour_of_the_left(pose) -> None:
    drawn = traces_of(skeleton_3d({"pose": pose}))
    assert drawn["left"].line.color == LEFT
    assert drawn["right"].line.color == RIGHT
    wrist = pose[H36M17.index("left_wrist")] - pose[H36M17.root]
    along = np.asarray(drawn["left"].x)
    assert np.nanmin(np.abs(along - wrist[0])) < 1e-3
    assert np.nanmin(along) >= 0  # this person's left lies at positive x


def test_all_panels_share_view_ranges_and_proportions(pose) -> None:
    drawn = skeleton_3d({"one": pose, "two": 1.3 * pose}, title="two").layout
    one, two = drawn.scene.to_plotly_json(), drawn.scene2.to_plotly_json()
    for scene in (one, two):
        scene.pop("domain")
        scene.pop("annotations")
    assert json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    spans = [np.ptp(drawn.scene[axis].range) for axis in ("xaxis", "yaxis", "zaxis")]
    ratios = [drawn.scene.aspectratio[axis] for axis in "xyz"]
    assert np.ptp(np.divide(spans, ratios)) == pytest.approx(0.0, abs=1e-6)
    assert drawn.scene.aspectmode == "manual"


def test_a_reference_stands_behind_every_other_pose(pose) -> None:
    poses = {"true": pose, "ours": pose + 10.0}
    drawn = skeleton_3d(poses, reference="true")
    assert "true" not in traces_of(drawn)
    assert traces_of(drawn, "scene2")["true"].line.color == GHOST
    with pytest.raises(ValueError, match="not one of the poses: true, ours"):
        skeleton_3d(poses, reference="truth")


def test_frames_of_an_animation_move_all_traces(pose) -> None:
    moving = np.stack([pose, pose * 1.1, pose * 1.2])
    drawn = animation_3d({"a": moving, "b": moving}, reference="a")
    assert len(drawn.frames) == 3
    assert all(len(frame.data) == len(drawn.data) for frame in drawn.frames)
    assert not np.array_equal(drawn.frames[0].data[0].z, drawn.frames[2].data[0].z, equal_nan=True)
    assert len(drawn.layout.sliders[0].steps) == 3


def test_poses_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"pose 'a': expected joints \(17, 3\) of h36m17, got \(14, 3\)"):
        skeleton_3d({"a": np.zeros((14, 3))})
    with pytest.raises(ValueError, match="at least one name"):
        skeleton_3d({})
    with pytest.raises(ValueError, match="one length"):
        animation_3d({"a": np.zeros((3, 17, 3)), "b": np.zeros((4, 17, 3))})
