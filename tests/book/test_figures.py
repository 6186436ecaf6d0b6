"""Poses over images, one or many."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

from pose_lib.book.figures import contact_sheet, draw_pose_2d
from pose_lib.book.palette import LEFT
from pose_lib.book.style import description
from pose_lib.geometry.skeletons import LSP14


def test_a_pose_over_an_image_keeps_the_image_and_marks_hidden_limbs() -> None:
    axes = mpl.figure.Figure().add_subplot()
    axes.imshow(np.zeros((50, 50, 3), dtype=np.uint8))
    limits = axes.get_xlim(), axes.get_ylim()
    visible = np.ones(14, dtype=bool)
    visible[LSP14.index("left_wrist")] = False
    joints = np.random.default_rng(3).uniform(0, 200, (14, 2))
    draw_pose_2d(axes, joints, LSP14, visible)
    assert (axes.get_xlim(), axes.get_ylim()) == limits
    dotted = [line for line in axes.lines if line.get_linestyle() not in ("-", "None")]
    assert len(dotted) == 1
    ends = np.stack(dotted[0].get_data(), axis=-1) + 0.5
    np.testing.assert_allclose(ends, joints[[LSP14.index("left_elbow"), LSP14.index("left_wrist")]])
    assert to_hex(dotted[0].get_color()) == LEFT


def test_a_contact_sheet_has_one_panel_per_image() -> None:
    images = np.zeros((5, 16, 16, 3), dtype=np.uint8)
    sheet = contact_sheet(images, titles=list("abcde"), ncols=3)
    assert [axes.get_title() for axes in sheet.axes] == [*"abcde", ""]
    assert description(sheet) == "A sheet of 5 image crops: a, b, c, d, e"
    with pytest.raises(ValueError, match="expects images"):
        contact_sheet(np.zeros((5, 16, 16)))
