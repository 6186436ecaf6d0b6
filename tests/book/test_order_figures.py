"""Maps of errors, orders of systems and costs show the numbers that they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pose_lib.book.order_figures import cost_panels, error_maps, order_lines
from pose_lib.book.palette import OURS
from pose_lib.book.style import description

ACTIONS = ["Walking", "Sitting"]


def test_maps_write_the_errors_and_leave_empty_lines_out() -> None:
    ours = pd.DataFrame([[62.4, np.nan], [np.nan, np.nan]], index=["A", "B"], columns=ACTIONS)
    printed = pd.DataFrame([[80.1, 120.0]], index=["A"], columns=ACTIONS)
    figure = error_maps({"here": ours, "printed, elsewhere": printed, "none": ours * np.nan})
    above, below = figure.axes
    assert [text.get_text() for text in above.texts] == ["62"]
    assert [text.get_text() for text in below.texts] == ["80", "120"]
    assert [text.get_text() for text in above.get_yticklabels()] == ["A"]
    assert "here: A" in description(figure)
    with pytest.raises(ValueError, match="none of the tables"):
        error_maps({"none": ours * np.nan})


def test_lines_lead_from_the_printed_rank_to_ours() -> None:
    frame = pd.DataFrame({"printed": [60.0, 70.0, 80.0], "ours": [90.0, 50.0, 95.0]}, index=list("ABC"))
    figure = order_lines(frame)
    lines = [line.get_ydata() for line in figure.axes[0].lines]
    assert [list(line) for line in lines] == [[1, 2], [2, 1], [3, 3]]
    assert description(figure).endswith("printed: A, B, C; here: B, A, C")
    with pytest.raises(ValueError, match="two systems"):
        order_lines(frame[:1])


def test_each_cost_has_a_panel_in_its_unit() -> None:
    frame = pd.DataFrame(
        {
            "system": ["A", "A", "B"],
            "budget": [1.0, 0.5, 1.0],
            "mpjpe": [60.0, 70.0, 65.0],
            "parameters": [3e6, 3e6, 1e6],
            "multiply-adds": [4e7, 4e7, np.nan],
            "train-seconds": [100.0, 50.0, 20.0],
            "ms-per-image": [0.5, 0.5, 0.2],
        }
    )
    looks = {"A": {"color": OURS, "linestyle": "-."}, "B": {"color": OURS, "linestyle": "--"}}
    figure = cost_panels(frame, looks, title="Stored runs")
    full, plain = figure.axes[0].lines
    assert (full.get_markerfacecolor(), plain.get_markerfacecolor()) == (OURS, "none")
    assert full.get_marker() != plain.get_marker()
    assert [axes.get_xlabel() for axes in figure.axes][:2] == [
        "parameters (million)",
        "multiply-adds (million)",
    ]
    first = figure.axes[2].lines[0]
    assert list(first.get_xdata()) == [50, 100], "budgets of one system are joined in their order"
    assert list(first.get_ydata()) == [70, 60]
    assert list(figure.axes[0].lines[1].get_xdata()) == [1.0]
    assert description(figure).startswith("Stored runs: error over parameters")
    with pytest.raises(ValueError, match="no system"):
        cost_panels(frame[:0])
