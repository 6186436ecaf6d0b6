"""Figures of 2D systems show the shares and differences that they are given."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from samples import make

from pose_lib.book.comparison_2d import (
    accuracy_by_joint,
    accuracy_differences,
    pdj_curves,
    poses_over_crops,
    torso_distances,
    torso_unit,
)
from pose_lib.book.style import description, use_style
from pose_lib.data.poses import PoseData
from pose_lib.data.references import TORSO, TORSO_STICK
from pose_lib.geometry.skeletons import STICKMEN8

GROUPS = np.repeat(["x", "y"], 2)
NEAR = np.array([[0.05, 0.3], [0.05, 0.3], [0.05, np.nan], [0.05, 0.3]])
DISTANCES = {"A": NEAR, "B": NEAR + 0.1}


def eight_joints(**lengths: float) -> PoseData:
    """Four people without hips, and lengths that their table gives."""
    whole = make(4)
    return replace(
        whole,
        joints_2d=whole.joints_2d[:, :8].copy(),
        joints_3d=None,
        visible=whole.visible[:, :8],
        skeleton=STICKMEN8,
        table=whole.table.assign(**lengths),
    )


def test_each_kind_of_joint_has_its_own_panel() -> None:
    figure = accuracy_by_joint(DISTANCES, {"head": (0,), "wrist": (1,)}, "the torso", groups=GROUPS)
    head, wrist = figure.axes
    assert [head.get_title(), wrist.get_title()] == ["head", "wrist"]
    share = dict(zip(head.lines[0].get_xdata(), head.lines[0].get_ydata(), strict=True))
    assert [share[0.04], share[0.06]] == [0, 100]
    assert wrist.lines[0].get_ydata()[-1] == 100
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["A", "B"]
    assert "head, wrist" in description(figure)


def test_the_legend_fits_above_few_panels() -> None:
    distances = {f"Stage {n}, on another data set": NEAR for n in range(4)}
    with plt.rc_context():
        use_style()
        figure = accuracy_by_joint(distances, {"head": (0,), "wrist": (1,)}, "the torso", groups=GROUPS)
        figure.canvas.draw()
    place = figure.legends[0].get_window_extent()
    assert place.x0 >= 0
    assert place.x1 <= figure.bbox.x1


def test_differences_are_those_of_shares_at_the_same_threshold() -> None:
    figure = accuracy_differences(DISTANCES, [("A", "B"), ("A", "A")], "the torso", GROUPS)
    _, gain, none = figure.axes[0].lines
    found = dict(zip(np.round(gain.get_xdata(), 2), gain.get_ydata(), strict=True))
    assert found[0.02] == 0
    assert found[0.10] == pytest.approx(100 * 4 / 7), "four of seven labelled joints"
    assert found[0.20] == 0
    assert found[0.34] == pytest.approx(100 * 3 / 7)
    assert np.abs(none.get_ydata()).max() == 0
    assert gain.get_color() != none.get_color()


def test_the_unit_is_the_torso_of_the_skeleton_or_without_hips_a_length_in_the_table() -> None:
    whole = make(4)
    whole = replace(whole, table=whole.table.assign(**{TORSO: 5.0}))
    length, words = torso_unit(whole)
    shoulder, hip = (whole.joints_2d[:, joint] for joint in whole.skeleton.torso)
    assert np.allclose(length, np.linalg.norm(shoulder - hip, axis=1))
    assert words == "the distance left shoulder to right hip"
    length, words = torso_unit(eight_joints(**{TORSO: 5.0}))
    assert (length.tolist(), words) == ([5.0] * 4, "the distance left hip to right shoulder")
    length, words = torso_unit(eight_joints(**{TORSO_STICK: 3.0}))
    assert (length.tolist(), words) == ([3.0] * 4, "the length of the torso's stick")
    _, words = torso_unit(eight_joints())
    assert words == "the distance left shoulder to right shoulder"


def test_curves_are_of_distances_in_torsos_and_of_the_joints_that_the_skeleton_has() -> None:
    upper = eight_joints(**{TORSO: 10.0})
    upper.joints_2d[0, STICKMEN8.index("left_wrist")] = np.nan
    near = torch.from_numpy(np.nan_to_num(upper.joints_2d)) + torch.tensor([2.0, 0.0])
    distances, _ = torso_distances({"A": near}, upper)
    assert np.isnan(distances["A"]).sum() == 1
    assert np.nanmax(np.abs(distances["A"] - 0.2)) < 1e-6
    figure = pdj_curves({"A": near}, upper, ("wrist", "knee"))
    (wrists,) = figure.axes
    assert wrists.get_title() == "wrists"
    found = dict(zip(np.round(wrists.lines[0].get_xdata(), 2), wrists.lines[0].get_ydata(), strict=True))
    assert [found[0.18], found[0.22]] == [0, 100]


def test_poses_lie_over_their_crops() -> None:
    test = make(4)
    truth = torch.from_numpy(test.joints_2d)
    figure = poses_over_crops(test, truth, {"A": truth + 1}, [2, 0, 1])
    assert len(figure.axes) == 6
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["labelled", "", "", "A", "", ""]
    assert len(figure.axes[3].lines) == 2 * len(figure.axes[0].lines), "the labelled pose is behind"
    assert "labelled, A" in description(figure)
