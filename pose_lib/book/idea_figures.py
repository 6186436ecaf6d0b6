"""Forest plots of what ideas gain.

To the right of zero the idea helps, whatever the metric: see :mod:`pose_lib.bench.ideas`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import blended_transform_factory

from pose_lib.book.idea_tables import place
from pose_lib.book.markup import figure_text
from pose_lib.book.palette import OURS, PUBLISHED, TEXT
from pose_lib.book.style import describe

__all__ = ["idea_forest", "ideas_at_a_glance", "nothing_stored"]

_LINE = 0.2
"""Height of a line of a forest in inches."""
_APART = 0.55
"""Lines between two marks of an idea at a glance: as much as their numbers are high."""
_WIDTH = 6.0
_LONGEST = 38
"""Letters in a line of a title."""
_SHOWN = 0.85
"""Share of the ends of intervals that the axis must reach; the others are cut, and end in an arrow."""
_BETTER = "to the right: better with the idea"
_COLUMNS = ("idea", "cited", "unit", "dataset", "action", "value", "low", "high", "seeds", "stale", "printed")


def idea_forest(gains: pd.DataFrame, *, alt: str = "") -> Figure:
    """Gains as a forest plot: a heading per idea, below it a line per data set and action, a panel per unit.

    Filled marks are runs of the present code, hollow ones stale runs, and diamonds printed numbers. What lies
    beyond the axis ends in an arrow. At the end of a line stand the gain and the number of seeds.

    Args:
        gains: rows of :func:`pose_lib.bench.ideas.idea_gains`, in the order in which they are drawn.
        alt: the text that stands in for the figure; by default all its numbers.

    Raises:
        ValueError: there is no row, or a column is missing; names it.
    """
    _check(gains)
    panels = [part for _, part in gains.groupby("unit", sort=False)]
    heights = [_LINE * _lines(part) + 0.75 for part in panels]
    figure, grid = plt.subplots(
        len(panels), 1, figsize=(_WIDTH, sum(heights)), height_ratios=heights, squeeze=False
    )
    for axes, part in zip(grid[:, 0], panels, strict=True):
        _panel(axes, part, several=gains["cited"].nunique() > 1)
    _legend(figure, gains)
    return describe(figure, alt or f"Forest plot, {_BETTER}. {_in_words(gains)}")


def ideas_at_a_glance(gains: pd.DataFrame, *, alt: str = "") -> Figure:
    """The same with one line per idea, in which each mark is a data set and action; arguments as above.

    Where a gain lies beyond the axis, its number stands at the arrow.
    """
    _check(gains)
    panels = [part for _, part in gains.groupby("unit", sort=False)]
    blocks = [list(part.groupby(["cited", "idea"], sort=False)) for part in panels]
    heights = [_LINE * sum(_tall(rows) for _, rows in block) + 0.75 for block in blocks]
    figure, grid = plt.subplots(
        len(panels), 1, figsize=(_WIDTH, sum(heights)), height_ratios=heights, squeeze=False
    )
    for axes, part, block in zip(grid[:, 0], panels, blocks, strict=True):
        limits = _limits(part)
        names: dict[float, str] = {}
        top = 0.0
        for (cited, idea), rows in block:
            middle = top + _tall(rows) / 2
            top += _tall(rows)
            places = middle + (np.arange(len(rows)) - (len(rows) - 1) / 2) * _APART
            for y, row in zip(places, rows.to_dict("records"), strict=True):
                _mark(axes, y, row, limits, size=4.5)
                _beyond(axes, y, float(row["value"]), limits)
            names[middle] = "\n".join([*_balanced(figure_text(idea)), figure_text(cited)])
        axes.axvline(0.0, color=TEXT, linewidth=1.2)
        axes.set_yticks(list(names), list(names.values()), fontsize=7.5)
        _frame(axes, part, limits, top + 0.2)
    _legend(figure, gains)
    return describe(figure, alt or f"Forest plot with one line per idea, {_BETTER}. {_in_words(gains)}")


def _tall(rows: pd.DataFrame) -> float:
    """Lines that an idea takes at a glance: those of its title or of its marks, whichever are more."""
    return max(2.3, _APART * len(rows) + 0.6)


def _balanced(title: str) -> list[str]:
    """The lines of a title, as few as can be and about equally long."""
    fewest = len(textwrap.wrap(title, _LONGEST))
    narrowest = next(n for n in range(1, _LONGEST + 1) if len(textwrap.wrap(title, n)) <= fewest)
    return textwrap.wrap(title, narrowest)


def nothing_stored(words: Sequence[str]) -> Figure:
    """In place of a figure without any run: why it is empty, and the commands that make the runs."""
    figure = plt.figure(figsize=(_WIDTH, 0.5 + 0.24 * len(words)), layout="none")
    figure.add_axes((0.0, 0.0, 1.0, 1.0)).set_axis_off()  # a notebook leaves out a figure without axes
    for number, line in enumerate(words):
        font = "sans-serif" if not number else "monospace"
        y = 1 - (number + 0.8) / (len(words) + 0.6)
        figure.text(0.02, y, figure_text(line), color=TEXT, fontsize=9, family=font)
    figure.add_artist(Line2D([0.0, 1.0], [0.01, 0.01], color=TEXT, alpha=0.4))
    return describe(figure, " ".join(words))


def _check(gains: pd.DataFrame) -> None:
    missing = [name for name in _COLUMNS if name not in gains.columns]
    if missing or not len(gains):
        what = f"it lacks {', '.join(missing)}" if missing else "it has no row"
        raise ValueError(f"a figure of ideas needs the columns of idea_gains: {what}")


def _lines(part: pd.DataFrame) -> int:
    """Headings and lines of a panel."""
    return len(part) + len(part[["cited", "idea"]].drop_duplicates())


def _panel(axes: Axes, part: pd.DataFrame, *, several: bool) -> None:
    limits = _limits(part)
    left = blended_transform_factory(axes.figure.transFigure, axes.transData)
    right = blended_transform_factory(axes.transAxes, axes.transData)
    ticks: dict[int, str] = {}
    top = 0
    for (cited, idea), rows in part.groupby(["cited", "idea"], sort=False):
        title = f"{idea} ({cited})" if several else str(idea)
        heading = axes.text(
            0.01, top, figure_text(title), transform=left, fontsize=8.5, weight="bold", va="center"
        )
        heading.set_in_layout(False)  # it may reach into the axes
        end = top + len(rows)
        axes.vlines(0.0, top + 0.5, end + 0.5, color=TEXT, linewidth=1.2)
        for y, row in enumerate(rows.to_dict("records"), start=top + 1):
            _mark(axes, y, row, limits)
            ticks[y] = figure_text(place(row["dataset"], row["action"]) if row["seeds"] else "no stored run")
            if row["seeds"]:
                told = f"{_signed(row['value'])}, {row['seeds']} seed{'s' * (row['seeds'] > 1)}"
                axes.text(1.02, y, told, transform=right, fontsize=8, va="center")
        top = end + 1
    axes.set_yticks(
        list(ticks), [textwrap.shorten(t, 30, placeholder="…") for t in ticks.values()], fontsize=8
    )
    _frame(axes, part, limits, top - 0.5)


def _limits(part: pd.DataFrame) -> tuple[float, float]:
    """Ends of an axis that shows most intervals whole: a few very long ones would hide all the others."""
    ends = part[["low", "high", "printed"]].to_numpy(dtype=float).ravel()
    ends = np.abs(ends[np.isfinite(ends)])
    reach = float(np.quantile(ends, _SHOWN)) if len(ends) else 1.0
    reach = 1.1 * (float(ends.max()) if len(ends) and ends.max() < 1.6 * reach else reach or 1.0)
    return -reach, reach


def _mark(
    axes: Axes, y: float, row: Mapping[Hashable, Any], limits: tuple[float, float], size: float = 6.0
) -> None:
    """The interval, the gain and the printed gain of one row; what lies beyond the axis ends in an arrow."""
    value, low, high, printed = (float(row[name]) for name in ("value", "low", "high", "printed"))
    if np.isfinite(value):
        ends = np.clip([low, high], *limits)
        axes.plot(ends, [y, y], color=OURS, linewidth=1.8, solid_capstyle="butt")
        for end, limit, arrow in ((low, limits[0], "<"), (high, limits[1], ">")):
            if (end - limit) * limit > 0:
                axes.plot(limit, y, arrow, color=OURS, markersize=size, clip_on=False)
        if limits[0] <= value <= limits[1]:
            shape, fill = _shape(str(row["dataset"])), "none" if row["stale"] else OURS
            axes.plot(value, y, shape, color=OURS, markerfacecolor=fill, markersize=size)
    if np.isfinite(printed):
        shape = "D" if limits[0] <= printed <= limits[1] else ">" if printed > 0 else "<"
        at = float(np.clip(printed, *limits))
        axes.plot(at, y, shape, color=PUBLISHED, markersize=0.75 * size, clip_on=False, zorder=1)


def _beyond(axes: Axes, y: float, value: float, limits: tuple[float, float]) -> None:
    """Write a gain that lies beyond an axis: right of its right end, or just inside its left end."""
    if np.isfinite(value) and not limits[0] <= value <= limits[1]:
        axes.annotate(
            _signed(value),
            (limits[0] if value < 0 else limits[1], y),
            xytext=(6, 2 if value < 0 else 0),
            textcoords="offset points",
            fontsize=7,
            va="bottom" if value < 0 else "center",
            annotation_clip=False,
        )


def _frame(axes: Axes, part: pd.DataFrame, limits: tuple[float, float], bottom: float) -> None:
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=9)
    axes.locator_params(axis="x", nbins=6)
    axes.set(xlim=limits, ylim=(bottom, -0.7), xlabel=f"{figure_text(part['unit'].iloc[0])}; {_BETTER}")
    axes.spines["left"].set_visible(False)


def _shape(dataset: str) -> str:
    return "o" if dataset == "synthetic" else "s"


def _legend(figure: Figure, gains: pd.DataFrame) -> None:
    """What the marks mean, of those that are drawn."""
    ran = gains[gains["seeds"] > 0]
    rendered, stale = ran["dataset"] == "synthetic", ran["stale"] != ""
    kinds = [
        ("rendered people", OURS, "o", OURS, (rendered & ~stale).any()),
        ("rendered people, stale", OURS, "o", "none", (rendered & stale).any()),
        ("other data", OURS, "s", OURS, (~rendered & ~stale).any()),
        ("other data, stale", OURS, "s", "none", (~rendered & stale).any()),
        ("printed", PUBLISHED, "D", PUBLISHED, gains["printed"].notna().any()),
    ]
    handles = [
        Line2D(
            [], [], linestyle="", color=colour, marker=shape, markerfacecolor=fill, markersize=5, label=name
        )
        for name, colour, shape, fill, drawn in kinds
        if drawn
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=3, fontsize=8)


def _signed(value: float) -> str:
    return f"{value:+.2g}" if abs(value) < 99.5 else f"{value:+.0f}"


def _in_words(gains: pd.DataFrame) -> str:
    lines = []
    for row in gains.to_dict("records"):
        ours = f"{_signed(row['value'])} {row['unit']}" if row["seeds"] else "no stored run"
        where = f", {place(row['dataset'], row['action'])}" if row["seeds"] else ""
        lines.append(f"{row['idea']}{where}: {ours}")
    return "; ".join(lines)
