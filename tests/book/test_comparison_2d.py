"""Figures of 2D systems show the shares and differences that they are given."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from samples import make

from pose_lib.book.comparison_2d import accuracy_by_joint, accuracy_differences, poses_over_crops
from pose_lib.book.style import description

GROUPS = np.repeat(["x", "y"], 2)
NEAR = np.array([[0.05, 0.3], [0.05, 0.3], [0.05, np.nan], [0.05, 0.3]])
DISTANCES = {"A": NEAR, "B": NEAR + 0.1}


def test_each_kind_of_joint_has_its_own_panel() -> None:
    figure = accuracy_by_joint(DISTANCES, {"head": (0,), "wrist": (1,)}, "the torso", groups=GROUPS)
    head, wrist = figure.axes
    assert [head.get_title(), wrist.get_title()] == ["head", "wrist"]
    share = dict(zip(head.lines[0].get_xdata(), head.lines[0].get_ydata(), strict=True))
    assert [share[0.04], share[0.06]] == [0, 100]
    assert wrist.lines[0].get_ydata()[-1] == 100
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["A", "B"]
    assert "head, wrist" in description(figure)


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


def test_poses_lie_over_their_crops() -> None:
    test = make(4)
    truth = torch.from_numpy(test.joints_2d)
    figure = poses_over_crops(test, truth, {"A": truth + 1}, [2, 0, 1])
    assert len(figure.axes) == 6
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["labelled", "", "", "A", "", ""]
    assert len(figure.axes[3].lines) == 2 * len(figure.axes[0].lines), "the labelled pose is behind"
    assert "labelled, A" in description(figure)
