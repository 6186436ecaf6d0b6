"""Figures of failures show the numbers that they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from samples import make

from pose_lib.book.anatomy_figures import error_by_condition, failure_gallery, turned_poses, ways_figure
from pose_lib.book.style import description


def frame() -> pd.DataFrame:
    lines = [
        (condition, part, system, value + 5 * (system == "B"), value - 1, value + 9, 10)
        for condition, parts in {"axis": ("across", "down"), "faces": ("away",)}.items()
        for system in "AB"
        for part, value in zip(parts, (30.0, 20.0), strict=False)
    ]
    return pd.DataFrame(lines, columns=["condition", "part", "system", "value", "low", "high", "count"])


def test_each_condition_has_a_panel_with_a_mark_per_part_and_system() -> None:
    figure = error_by_condition(frame())
    axis, faces = figure.axes
    assert [axis.get_title(), faces.get_title()] == ["axis", "faces"]
    assert [line.get_ydata().tolist() for line in axis.lines] == [[30, 20], [35, 25]]
    assert [text.get_text() for text in axis.get_xticklabels()] == ["across", "down"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["A", "B"]
    assert "axis: across, down; faces: away" in description(figure)


def test_ways_are_shares_of_the_samples_that_have_one() -> None:
    figure = ways_figure({"A": np.array([0.02, 0.04, 0.55, np.nan]), "B": np.array([7.0, -3.0])})
    curves = [line for line in figure.axes[0].lines if len(line.get_xdata()) > 2]
    for curve in curves:
        assert curve.get_ydata().sum() == pytest.approx(100)
    near = np.abs(np.asarray(curves[0].get_xdata()) - 0.05) < 1e-6
    assert np.asarray(curves[0].get_ydata())[near] == pytest.approx(200 / 3)
    assert np.asarray(curves[1].get_ydata())[[0, -1]] == pytest.approx([50, 50])


def test_pictures_of_poses_name_what_they_show() -> None:
    test = make(4)
    truth = torch.from_numpy(test.root_relative())
    predictions = {"A": truth + 1, ("B", "wide"): truth}
    figure = turned_poses(test, truth, predictions, 1)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1:6] == ["the truth", "turned", "mean of both", "A", "B, wide"]
    assert "A, B, wide" in description(figure)
    gallery = failure_gallery(test, truth, predictions, {"largest error": 2, "between two directions": 0})
    assert gallery.axes[0].get_title() == "largest error"
    assert gallery.axes[3].get_title() == "between two\ndirections"
    assert "between two directions" in description(gallery)
