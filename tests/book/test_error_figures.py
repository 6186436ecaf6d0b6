"""Errors by joint, distributions and forest plots."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from pose_lib.book.error_figures import distributions, error_by_joint, forest
from pose_lib.book.palette import BASELINE, OURS, PUBLISHED
from pose_lib.book.style import description
from pose_lib.data.seeds import rng

JOINTS = ("hip", "left_wrist", "right_wrist")
GROUPS = np.repeat(["x", "y", "z"], [10, 40, 25])
LOOKS = {"CNN": {"color": PUBLISHED, "linestyle": "--"}}


def by_joint(name: str) -> np.ndarray:
    values = rng("errors by joint", name).gamma(4, 20, (75, 3)) + 40.0 * (GROUPS == "y")[:, None]
    values[5:15, 1] = np.nan
    return values


def points(axes: object, colour: str) -> np.ndarray:
    lines = [line for line in axes.lines if to_hex(line.get_color()) == colour]  # type: ignore[attr-defined]
    return np.asarray(max(lines, key=lambda line: len(line.get_ydata())).get_ydata())


def test_points_are_means_of_all_samples_and_bars_intervals_over_sequences() -> None:
    errors = {"Mean pose": by_joint("mean"), "CNN": by_joint("CNN")}
    figure = error_by_joint(errors, JOINTS, LOOKS, GROUPS)
    (axes,) = figure.axes
    np.testing.assert_allclose(points(axes, PUBLISHED), np.nanmean(errors["CNN"], axis=0))
    np.testing.assert_allclose(points(axes, BASELINE), np.nanmean(errors["Mean pose"], axis=0))
    assert [label.get_text() for label in axes.get_xticklabels()] == ["hip", "left wrist", "right wrist"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Mean pose", "CNN"]
    bars = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 2]
    assert len(bars) == 6
    # Frames of a sequence are alike here: resampling them singly would give much shorter bars.
    alone = error_by_joint(errors, JOINTS, LOOKS).axes[0]
    shorter = [np.ptp(line.get_ydata()) for line in alone.lines if len(line.get_ydata()) == 2]
    assert np.mean([np.ptp(bar) for bar in bars]) > 1.5 * np.mean(shorter)
    assert "Mean pose, CNN" in description(figure)


def test_a_single_sequence_has_points_without_bars() -> None:
    axes = error_by_joint({"CNN": by_joint("CNN")}, JOINTS, groups=["x"] * 75).axes[0]
    assert not [
        line for line in axes.lines if np.isfinite(line.get_ydata()).all() and len(line.get_ydata()) == 2
    ]
    np.testing.assert_allclose(points(axes, OURS), np.nanmean(by_joint("CNN"), axis=0))


def test_distributions_show_the_quartiles_of_each_system() -> None:
    errors = {
        "CNN": rng("violins").gamma(4, 20, 200),
        ("Stage 2", "sigma 2"): np.array([1.0, 2.0, np.nan, 9.0]),
    }
    figure = distributions(errors, ["CNN", "not run", ("Stage 2", "sigma 2")], LOOKS)
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["CNN", "Stage 2, sigma 2"]
    drawn = [line for line in axes.lines if to_hex(line.get_color()) == PUBLISHED]
    places = sorted(float(line.get_xdata()[0]) for line in drawn)
    np.testing.assert_allclose(places, np.quantile(errors["CNN"], [0.25, 0.5, 0.75]))
    assert len(axes.lines) == 6
    with pytest.raises(ValueError, match="there are: CNN, Stage 2, sigma 2"):
        distributions(errors, ["not run"])


def differences() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["first", "second", "third"],
            "value": [-5.0, 1.0, 0.3],
            "low": [-7.0, -1.0, 0.1],
            "high": [-3.0, 3.0, 0.6],
            "printed": [-8.0, np.nan, np.nan],
            "unit": ["mm", "mm", "ratio"],
        }
    )


def test_a_forest_has_a_panel_per_unit_and_a_line_per_difference() -> None:
    figure = forest(differences())
    first, second = figure.axes
    assert (first.get_xlabel(), second.get_xlabel()) == ("mm", "ratio")
    assert [label.get_text() for label in first.get_yticklabels()] == ["first", "second"]
    assert first.get_ylim()[0] > first.get_ylim()[1]
    intervals, ours, printed = first.collections
    assert [s[:, 0].tolist() for s in intervals.get_segments()] == [[-7.0, -3.0], [-1.0, 3.0]]
    np.testing.assert_array_equal(ours.get_offsets(), [[-5, 0], [1, 1]])
    np.testing.assert_array_equal(printed.get_offsets(), [[-8, 0]])
    assert [to_hex(c.get_facecolor()[0]) for c in (ours, printed)] == [OURS, PUBLISHED]
    assert [text.get_text() for text in first.get_legend().get_texts()] == ["this book", "printed"]
    assert second.get_legend() is None
    assert all((line.get_xdata() == np.zeros(2)).all() for axes in figure.axes for line in axes.lines)
    assert "second: +1" in description(figure)


def test_a_forest_needs_its_columns_and_a_row() -> None:
    with pytest.raises(ValueError, match="it lacks high"):
        forest(differences().drop(columns="high"))
    with pytest.raises(ValueError, match="it has no row"):
        forest(differences()[:0])
    (axes,) = forest(differences().drop(columns=["unit", "printed"])).axes
    assert len(axes.collections) == 2
