"""Curves: the line is the pooled share, the band its interval; sweeps draw what they are given."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from pose_lib.book.curves import accuracy_curves, draw_accuracy, draw_sweep, sweep
from pose_lib.book.palette import BASELINE, OURS, PUBLISHED
from pose_lib.book.style import description, use_style
from pose_lib.data.seeds import rng
from pose_lib.metrics import accuracy_over_threshold, bootstrap_interval

GROUPS = np.repeat(["x", "y", "z"], [10, 40, 25])
ERRORS = {
    "CNN": rng("curves", "CNN").gamma(4, 20, 75),
    "Mean pose": rng("curves", "mean").gamma(4, 40, 75),
    ("Stage 2", "sigma 2"): rng("curves", "stage").gamma(3, 20, 75),
}


def test_accuracy_curves_are_pooled_shares_with_bands_over_sequences() -> None:
    systems = ["Mean pose", "not run", "CNN", ("Stage 2", "sigma 2")]
    figure = accuracy_curves(ERRORS, systems, 200.0, {"CNN": {"color": PUBLISHED}}, GROUPS)
    axes, gains = figure.axes
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["Mean pose", "CNN", "Stage 2, sigma 2"]
    lines = dict(zip(names, axes.lines, strict=True))
    thresholds, share = lines["CNN"].get_data()
    np.testing.assert_allclose(share, 100 * accuracy_over_threshold(ERRORS["CNN"], thresholds))
    assert thresholds[-1] == 200
    assert [to_hex(lines[n].get_color()) for n in ("Mean pose", "CNN")] == [BASELINE, PUBLISHED]
    assert lines["Mean pose"].get_linestyle() == ":"
    band = axes.collections[names.index("CNN")].get_paths()[0].vertices
    within = 100.0 * (ERRORS["CNN"] <= thresholds[40])
    low, high = bootstrap_interval(within, groups=GROUPS)
    edges = band[np.isclose(band[:, 0], thresholds[40]), 1]
    np.testing.assert_allclose([edges.min(), edges.max()], [low, high])
    assert "Mean pose, CNN, Stage 2, sigma 2" in description(figure)
    at, gain = gains.lines[1].get_data()
    shares = [accuracy_over_threshold(ERRORS[s], at) for s in (("Stage 2", "sigma 2"), "CNN")]
    np.testing.assert_allclose(gain, 100 * (shares[0] - shares[1]), atol=1e-9)
    assert len(gains.lines) == 2  # the level of the first system, and the other one
    one = accuracy_curves({"CNN": ERRORS["CNN"]}, ["CNN"], 200.0, groups=GROUPS)
    assert len(one.axes) == 1


def test_joints_are_counted_together_and_missing_ones_left_out() -> None:
    errors = np.stack([ERRORS["CNN"], ERRORS["Mean pose"]], axis=1)
    errors[:20, 1] = np.nan
    _, axes = plt.subplots()
    draw_accuracy(axes, {"CNN": errors}, [10.0, 50.0, 100.0], groups=GROUPS, legend=False)
    expected = 100 * accuracy_over_threshold(errors.ravel(), [10.0, 50.0, 100.0])
    np.testing.assert_allclose(axes.lines[0].get_ydata(), expected)
    assert axes.get_legend() is None


def test_seaborn_leaves_the_style_of_the_book_alone() -> None:
    with mpl.rc_context():
        use_style()
        before = dict(mpl.rcParams)
        figure = sweep(settings(), "crops")
        assert dict(mpl.rcParams) == before
        assert figure.axes[0].get_facecolor() == (0, 0, 0, 0)


def settings() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "crops": [40, 1, 10],
            "value": [58.0, 50.0, 55.0],
            "low": [57.0, 48.0, 54.0],
            "high": [60.0, 51.0, 56.0],
        }
    )


def test_a_sweep_draws_values_intervals_and_the_reference() -> None:
    figure = sweep(settings(), "crops", reference={"stage 1": 49.0}, scale="log", labels=("crops", "PDJ (%)"))
    (axes,) = figure.axes
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), settings()[["crops", "value"]])
    bars = [segment[:, 1].tolist() for segment in axes.collections[0].get_segments()]
    assert bars == [[57.0, 60.0], [48.0, 51.0], [54.0, 56.0]]
    assert set(axes.lines[1].get_ydata()) == {49.0}
    assert [text.get_text() for text in axes.texts] == ["stage 1"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "10", "40"]
    assert axes.get_xscale() == "log"
    assert description(figure) == "PDJ (%) over crops"


def test_a_sweep_has_a_line_per_name_and_keeps_the_order_of_words() -> None:
    ratios = ["0", "10", "∞"]
    frame = pd.DataFrame({"ratio": ratios * 2, "error": [3.0, 1, 2, 4, 5, np.nan], "split": list("aaabbb")})
    _, axes = plt.subplots()
    draw_sweep(axes, frame, "ratio", "error", by="split", looks={"b": {"color": OURS, "linestyle": "--"}})
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
    assert [line.get_linestyle() for line in axes.lines[:2]] == ["-", "--"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ratios
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [3, 1, 2])
    assert not axes.collections


@pytest.mark.parametrize(
    ("scale", "labels"), [("linear", ["1", "", "30", "60"]), ("log", ["1", "2", "30", "60"])]
)
def test_labels_of_a_sweep_that_would_lie_on_one_another_are_left_out(scale: str, labels: list[str]) -> None:
    _, axes = plt.subplots()
    draw_sweep(axes, pd.DataFrame({"steps": [1, 2, 30, 60], "value": 1.0}), "steps", scale=scale)
    assert [label.get_text() for label in axes.get_xticklabels()] == labels
    assert axes.get_xticks().tolist() == [1, 2, 30, 60]


def test_an_unknown_column_of_a_sweep_is_an_error() -> None:
    with pytest.raises(ValueError, match="sigma"):
        sweep(settings(), "sigma")


def test_curves_of_no_system_are_an_error_that_lists_the_systems() -> None:
    with pytest.raises(ValueError, match="there are: CNN, Mean pose, Stage 2, sigma 2"):
        accuracy_curves(ERRORS, ["none"])
