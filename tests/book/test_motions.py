"""Figures of motion: what they draw, and the turning of poses behind them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from pose_lib.book.motions import face_forward, gait_curves, render_frames, rig_from_above, spread_bars
from pose_lib.data.gait import gait_summary
from pose_lib.data.request import SyntheticRequest
from pose_lib.data.synthetic.dataset import load
from pose_lib.data.synthetic.motion import generate
from pose_lib.data.synthetic.rig import RIG
from pose_lib.geometry.skeletons import H36M17


@pytest.mark.parametrize("azimuth", [0.0, 2.0, -3.0])
def test_people_face_where_they_are_told(azimuth: float) -> None:
    points = generate("Walking", "S1", 1, seconds=2.0).points
    turned = face_forward(points, azimuth)
    across = turned[:, H36M17.index("left_hip")] - turned[:, H36M17.index("right_hip")]
    ahead = np.cross(across, [0.0, 0.0, 1.0])
    np.testing.assert_allclose(np.cos(np.arctan2(ahead[:, 1], ahead[:, 0]) - azimuth), 1, atol=1e-9)
    np.testing.assert_allclose(turned[:, 0, :2], 0, atol=1e-9)
    np.testing.assert_array_equal(turned[..., 2], points[..., 2])
    same = [np.linalg.norm(p[:, 3] - p[:, 16], axis=-1) for p in (points, turned)]
    np.testing.assert_allclose(*same)


def test_rendered_frames_are_those_of_the_data_set() -> None:
    request = SyntheticRequest(action="WalkingDog", size=24, step=25, seconds=1.0)
    data = load(request, subjects=["S9"], cameras=[RIG[1].name])
    motion = generate("WalkingDog", "S9", 1, seconds=1.0)
    shots = render_frames(motion, [0, 25], RIG[1], size=24, names=("WalkingDog", "S9", 1, RIG[1].name, 0, 0))
    np.testing.assert_array_equal(shots.images, data.images[:2])
    np.testing.assert_array_equal(shots.visible, data.visible[:2])


def test_the_figures_show_every_name() -> None:
    walk = gait_summary(generate("Walking", "S1", 1, seconds=5.0).points)
    figure = gait_curves({"one": walk, "two": walk})
    assert [text.get_text() for text in figure.axes[1].get_legend().get_texts()] == ["one", "two"]
    with pytest.raises(ValueError, match="at least one walk"):
        gait_curves({})
    bars = spread_bars({"a": {"x": 2.0, "y": 1.0}, "b": {"x": 3.0, "y": 0.5}}, "mm").axes[0]
    assert [label.get_text() for label in bars.get_yticklabels()] == ["y", "x"]
    assert sorted(bar.get_width() for bar in bars.patches) == [0.5, 1.0, 2.0, 3.0]
    _, axes = plt.subplots()
    rig_from_above(axes, RIG, {"walk": np.zeros((3, 3))})
    assert {camera.name for camera in RIG} == {text.get_text() for text in axes.texts}
