"""Forest plots and tables of ideas: what is drawn where, what is marked, and what an empty one says."""

from __future__ import annotations

import itertools
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.core.pylabtools import print_figure
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pose_lib.book.budget_figures import budget_curves
from pose_lib.book.idea_figures import idea_forest, ideas_at_a_glance, nothing_stored
from pose_lib.book.idea_tables import gains_table, place
from pose_lib.book.palette import OURS, PUBLISHED
from pose_lib.book.style import description
from pose_lib.book.tables import results_table


def gains(**changed: object) -> dict[str, object]:
    row: dict[str, object] = {
        "paper": "made", "cited": "A. 2016", "idea": "the code", "comparison": "Ours against CNN",
        "metric": "mpjpe", "unit": "mm of MPJPE", "dataset": "synthetic", "action": "Walking",
        "preset": "long", "budget": 1.0, "precision": "bf16", "device": "cpu", "stale": "", "seeds": 3,
        "images": 1000.0, "value": 2.0, "low": 1.0, "high": 3.0, "control": 80.0, "printed": 1.5,
        "printed_of": "Walking",
    }  # fmt: skip
    return row | changed


NAN = dict.fromkeys(("value", "low", "high", "control", "images", "budget"), math.nan)
TABLE = pd.DataFrame(
    [
        gains(),
        gains(action="Eating", value=-1.0, low=-2.0, high=0.5, stale="other code", printed=math.nan, seeds=1),
        gains(idea="the crop", dataset="buffy", action="all", unit="points of PCP", device="cuda"),
        gains(
            idea="never run", dataset="", action="", preset="", seeds=0, printed=math.nan, device="", **NAN
        ),
    ]
)


def marks(axes: Axes, colour: str) -> list[Line2D]:
    """The marks of a colour, intervals left out."""
    return [line for line in axes.lines if line.get_color() == colour and line.get_marker() != "None"]


def test_a_forest_has_a_panel_per_unit_and_better_to_the_right() -> None:
    figure = idea_forest(TABLE)
    mm, points = figure.axes
    assert mm.get_xlabel() == "mm of MPJPE; to the right: better with the idea"
    assert points.get_xlabel() == "points of PCP; to the right: better with the idea"
    assert [tick.get_text() for tick in mm.get_yticklabels()] == ["Walking", "Eating", "no stored run"]
    assert [tick.get_text() for tick in points.get_yticklabels()] == ["Buffy Stickmen"]
    ours = marks(mm, OURS)
    assert [float(np.ravel(line.get_xdata())[0]) for line in ours] == [2.0, -1.0]
    assert [line.get_markerfacecolor() for line in ours] == [OURS, "none"], "a stale run is hollow"
    assert [float(np.ravel(line.get_xdata())[0]) for line in marks(mm, PUBLISHED)] == [1.5]
    texts = [text.get_text() for text in mm.texts]
    assert texts == ["the code", "+2, 3 seeds", "-1, 1 seed", "never run"]
    left, right = mm.get_xlim()
    assert left < right
    (legend,) = figure.legends
    named = [text.get_text() for text in legend.get_texts()]
    assert named == ["rendered people", "rendered people, stale", "other data", "printed"]
    told = description(figure)
    assert "the code, Walking: +2 mm of MPJPE" in told
    assert "never run: no stored run" in told


def test_several_papers_are_named_in_the_headings() -> None:
    both = pd.concat([TABLE[:1], TABLE[:1].assign(cited="B. 2014")])
    titles = [text.get_text() for text in idea_forest(both).axes[0].texts]
    assert titles[::2] == ["the code (A. 2016)", "the code (B. 2014)"]


@pytest.mark.parametrize("side", [1, -1])
def test_what_is_beyond_the_axis_ends_in_an_arrow(side: int) -> None:
    rows = [gains(idea=f"idea {i}", printed=math.nan) for i in range(9)]
    ends = sorted((side * 90.0, side * 110.0))
    far = gains(idea="far", value=side * 100.0, low=ends[0], high=ends[1], printed=side * 95.0)
    (axes,) = idea_forest(pd.DataFrame([*rows, far])).axes
    limit = axes.get_xlim()[1 if side > 0 else 0]
    arrow = ">" if side > 0 else "<"
    assert abs(limit) < 10
    for colour in (OURS, PUBLISHED):
        (at,) = [line for line in marks(axes, colour) if line.get_marker() == arrow]
        assert np.ravel(at.get_xdata())[0] == limit
    assert axes.texts[-1].get_text() == f"{side * 100:+d}, 3 seeds"
    (axes,) = ideas_at_a_glance(pd.DataFrame([*rows, far])).axes
    assert [text.get_text() for text in axes.texts] == [f"{side * 100:+d}"]


def test_at_a_glance_each_idea_has_one_line() -> None:
    figure = ideas_at_a_glance(TABLE[:3])
    mm, points = figure.axes
    assert [tick.get_text() for tick in mm.get_yticklabels()] == ["the code\nA. 2016"]
    assert [tick.get_text() for tick in points.get_yticklabels()] == ["the crop\nA. 2016"]
    heights = [float(np.ravel(line.get_ydata())[0]) for line in marks(mm, OURS)]
    assert len(set(heights)) == 2
    middle = mm.get_yticks()[0]
    assert all(abs(height - middle) < 0.5 for height in heights)
    assert np.mean(heights) == pytest.approx(middle)
    assert [line.get_marker() for line in marks(points, OURS)] == ["s"]
    assert "one line per idea" in description(figure)


def test_numbers_beyond_the_axis_do_not_overlap_however_many_marks_an_idea_has() -> None:
    near = [gains(idea=f"near {n}", value=1.0, low=0.5, high=1.5, printed=np.nan) for n in range(60)]
    far = [
        gains(idea="far", action=f"action {n}", value=90.0 + n, low=80.0, high=110.0, printed=np.nan)
        for n in range(9)
    ]
    figure = ideas_at_a_glance(pd.DataFrame([*near, *far]))
    (axes,) = figure.axes
    figure.canvas.draw()
    boxes = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: box.y0)
    assert len(boxes) == 9
    # A box has the room of letters that reach below the line, which numbers do not.
    assert all(above.y0 - below.y0 > 0.75 * below.height for below, above in itertools.pairwise(boxes))


@pytest.mark.parametrize("draw", [idea_forest, ideas_at_a_glance])
def test_a_forest_without_rows_or_columns_is_refused(draw) -> None:
    with pytest.raises(ValueError, match="it has no row"):
        draw(TABLE[:0])
    with pytest.raises(ValueError, match="it lacks seeds"):
        draw(TABLE.drop(columns="seeds"))


def test_without_any_run_the_figure_says_which_command_makes_one() -> None:
    figure = nothing_stored(("No run yet:", "pose-lib run made"))
    assert [text.get_text() for text in figure.texts] == ["No run yet:", "pose-lib run made"]
    assert description(figure) == "No run yet: pose-lib run made"
    assert print_figure(figure), "a notebook shows it"


def test_curves_join_runs_that_differ_in_their_budget_alone() -> None:
    rows = [gains(images=n, budget=n / 1000, value=v) for n, v in ((1000.0, 1.0), (250.0, 3.0))]
    quick = gains(preset="quick", images=100.0, value=4.0, stale="other code")
    figure = budget_curves(pd.DataFrame([*rows, quick]))
    (axes,) = figure.axes
    lines = [
        line for line in axes.lines if len(np.ravel(line.get_xdata())) == 2 and line.get_marker() == "None"
    ]
    joined = [line for line in lines if list(np.ravel(line.get_ydata())) == [3.0, 1.0]]
    assert len(joined) == 1
    assert list(np.ravel(joined[0].get_xdata())) == [250.0, 1000.0]
    shapes = {
        line.get_marker(): line.get_markerfacecolor() for line in axes.lines if line.get_marker() in "os"
    }
    assert shapes["s"] == "none"
    assert shapes["o"] == OURS
    assert axes.get_xscale() == "log"
    assert "the code: +4 at 100, +3 at 250, +1 at 1,000" in description(figure)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Walking", "long", "quick"]


def test_a_very_long_interval_does_not_flatten_the_curve() -> None:
    rows = [gains(images=n, value=v) for n, v in ((250.0, 3.0), (500.0, 1.0))]
    (axes,) = budget_curves(
        pd.DataFrame([*rows, gains(images=1000.0, value=2.0, low=-300.0, high=304.0)])
    ).axes
    assert axes.get_ylim() == (-6.0, 9.0)


def test_curves_need_rows_with_their_number_of_images() -> None:
    for rows in (TABLE[:0], TABLE):
        with pytest.raises(ValueError, match="each with its number of images"):
            budget_curves(rows)


def test_places_are_named_in_words() -> None:
    assert place("synthetic", "Walking") == "Walking"
    assert place("synthetic", "all") == "rendered people"
    assert place("mocap", "Walking") == "motion capture, Walking"
    assert place("buffy", "all") == "Buffy Stickmen"
    assert place("of-a-package", "all") == "of-a-package"


def test_a_table_has_ours_and_printed_and_says_what_is_stale() -> None:
    table = gains_table(TABLE)
    assert table.index.tolist() == [1, 2, 3, 4]
    assert table["idea"].tolist() == [
        "the code: Ours against CNN", "", "the crop: Ours against CNN", "never run: Ours against CNN"
    ]  # fmt: skip
    assert table["on"].tolist() == ["Walking", "Eating", "Buffy Stickmen", "–"]
    first = table.iloc[0]
    assert first["gain"] == "+2 [+1,\N{NO-BREAK SPACE}+3] mm of MPJPE"
    assert (first["without it"], first["printed"]) == ("80", "+1.5 (Walking)")
    assert table["it says"].tolist() == [
        "better with it (long, 3 seeds, cpu)",
        "open, 1 seed (long, cpu, stale: other code)",
        "better with it (long, 3 seeds, cuda)",
        "not measured",
    ]
    assert (table["gain"].iloc[3], table["printed"].iloc[1]) == ("–", "–")
    assert gains_table(TABLE, several=True)["idea"].iloc[0] == "the code (A. 2016): Ours against CNN"
    assert "font-style: italic" in results_table(table, published=("printed",)).to_html()


def test_a_share_of_the_budget_is_told() -> None:
    table = gains_table(pd.DataFrame([gains(budget=0.25)]))
    assert table["it says"].item() == "better with it (long x 0.25, 3 seeds, cpu)"


@pytest.fixture(autouse=True)
def _close() -> None:
    plt.close("all")
