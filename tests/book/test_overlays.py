"""Predictions drawn over their truth."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from samples import make

from pose_lib.book.overlays import centre_window, compare_poses, crops_and_poses, draw_circles
from pose_lib.book.palette import OURS, RIGHT
from pose_lib.data.seeds import rng


@pytest.fixture
def axes() -> Axes:
    return Figure().subplots()


@pytest.mark.parametrize(("view", "columns"), [("front", [0, 1]), ("side", [2, 1])])
def test_both_poses_fit_with_y_down_and_equal_units(axes: Axes, view: str, columns: list[int]) -> None:
    true = rng("comparisons").normal(size=(17, 3)) * 300
    pred = true + np.array([500, 0, -900])
    compare_poses(axes, true, pred, view=view, title="moved")  # type: ignore[arg-type]
    points = np.concatenate([true, pred])[:, columns]
    assert axes.get_xlim()[0] < points[:, 0].min() < points[:, 0].max() < axes.get_xlim()[1]
    assert axes.get_ylim()[0] > points[:, 1].max() > points[:, 1].min() > axes.get_ylim()[1]
    assert axes.get_aspect() == 1
    lines = [np.asarray(line.get_xydata()) for line in axes.lines]
    drawn = np.stack([line for line in lines if line.shape == (2, 2)])
    for joint in range(17):
        assert np.isclose(drawn, points[[joint, joint + 17]]).all((1, 2)).any()


def test_circles_tell_hits_from_misses(axes: Axes) -> None:
    draw_circles(axes, np.zeros((3, 2)), [1.0, 2.0, 3.0], [1.0, 0.0, np.nan])
    found = [(patch.get_radius(), patch.get_edgecolor()) for patch in axes.patches]  # type: ignore[attr-defined]
    assert found == [(1.0, mpl.colors.to_rgba(OURS)), (2.0, mpl.colors.to_rgba(RIGHT))]


def test_the_centre_window_has_its_joints_in_its_own_pixels() -> None:
    data = make(2)
    side = data.size - 6
    image, joints = centre_window(data, 1, side)
    assert (image == data.images[1, 3:-3, 3:-3]).all()
    assert np.allclose(joints.numpy() + 3, data.joints_2d[1], atol=1e-6)


def test_each_sample_has_a_row_and_each_system_a_column_with_its_error() -> None:
    truth = torch.from_numpy(make(4).root_relative())
    moved = {"CNN": truth + 30.0, ("CNN", "exact"): truth}
    figure = crops_and_poses(make(4), truth, moved, [0, 3])
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["", "CNN\n52 mm", "CNN, exact\n0 mm", "", "52 mm", "0 mm"]
