"""How what an idea gains changes with the number of images that the networks are trained on."""

from __future__ import annotations

import textwrap

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pose_lib.book.idea_tables import place
from pose_lib.book.markup import figure_text
from pose_lib.book.palette import CYCLE, PUBLISHED, TEXT
from pose_lib.book.style import describe

__all__ = ["budget_curves"]

_SHAPES = {"long": "o", "quick": "s", "long-equal": "^", "quick-equal": "v", "paper": "D"}
"""Preset to the shape of its marks; any other one is a cross."""
_OTHER = "X"
_APART = 1.05
"""Factor between the places of two series that were trained on the same number of images."""


def budget_curves(gains: pd.DataFrame, *, ncols: int = 2, alt: str = "") -> Figure:
    """Gains over training images, a panel per idea; above zero is better with the idea.

    A colour is a place, and a shape a preset. A line joins runs that differ in their budget alone, and
    stale runs, whose marks are hollow, with each other.

    Args:
        gains: rows of :func:`pose_lib.bench.ideas.idea_gains` that have ``images``.
        ncols: panels side by side.
        alt: the text that stands in for the figure; by default what it draws.

    Raises:
        ValueError: there is no row, or one without its number of images.
    """
    if not len(gains) or gains["images"].isna().any():
        raise ValueError("curves over the budget need rows of idea_gains, each with its number of images")
    gains = gains.assign(place=[place(*pair) for pair in zip(gains["dataset"], gains["action"], strict=True)])
    free = [colour for colour in CYCLE if colour != PUBLISHED]
    colours = {name: free[i % len(free)] for i, name in enumerate(gains["place"].unique())}
    panels = list(gains.groupby(["cited", "idea"], sort=False))
    ncols = min(ncols, len(panels))
    nrows = -(-len(panels) // ncols)
    figure, grid = plt.subplots(nrows, ncols, figsize=(3.4 * ncols, 2.4 * nrows), sharex=True, squeeze=False)
    for axes, ((cited, idea), part) in zip(grid.flat, panels, strict=False):
        for name, rows in part.groupby("place", sort=False):
            _draw(axes, rows, colours[str(name)])
        axes.axhline(0.0, color=TEXT, linewidth=1.2)
        title = textwrap.fill(figure_text(idea), 40)
        axes.set_title(f"{title}\n{figure_text(cited)}", fontsize=8)
        axes.set(xscale="log", ylim=_limits(part))
        axes.set_ylabel(figure_text(part["unit"].iloc[0]), fontsize=8)
        axes.tick_params(labelsize=8, labelbottom=True)
    for axes in list(grid.flat)[len(panels) :]:
        axes.axis("off")
    figure.supxlabel("images a network is trained on", fontsize=9)
    _legend(figure, colours, set(gains["preset"]))
    named = "; ".join(f"{idea}: {_in_words(part)}" for (_, idea), part in panels)
    return describe(figure, alt or f"Gain over training images, above zero is better with the idea. {named}")


def _draw(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    """The series of one place: one per preset, device and precision, and for stale runs one of their own."""
    rows = rows.assign(old=rows["stale"].astype(bool))
    series = rows.groupby(["preset", "device", "precision", "old"], sort=False, dropna=False)
    for number, ((preset, *_), line) in enumerate(series):
        line = line.sort_values("images").assign(images=line["images"] * _APART**number)
        axes.plot(line["images"], line["value"], color=colour, linewidth=1.2)
        axes.vlines(line["images"], line["low"], line["high"], color=colour, linewidth=1.5)
        for x, y, stale in zip(line["images"], line["value"], line["stale"], strict=True):
            fill = "none" if stale else colour
            shape = _SHAPES.get(str(preset), _OTHER)
            axes.plot(x, y, shape, color=colour, markerfacecolor=fill, markersize=4.5)


def _limits(part: pd.DataFrame) -> tuple[float, float]:
    """Twice the range of the gains on either side: a very long interval is cut there."""
    low, high = min(0.0, part["value"].min()), max(0.0, part["value"].max())
    room = 2 * (high - low) or 1.0
    ends = min(low, part["low"].min()), max(high, part["high"].max())
    around = 0.08 * (ends[1] - ends[0])
    return max(low - room, ends[0] - around), min(high + room, ends[1] + around)


def _legend(figure: Figure, colours: dict[str, str], presets: set[str]) -> None:
    places = [Line2D([], [], color=colour, label=figure_text(name)) for name, colour in colours.items()]
    known = [name for name in _SHAPES if name in presets] + sorted(presets - set(_SHAPES))
    shapes = [
        Line2D([], [], linestyle="", color=TEXT, marker=_SHAPES.get(name, _OTHER), label=figure_text(name))
        for name in known
    ]
    figure.legend(handles=[*places, *shapes], loc="outside upper left", ncols=4, fontsize=8)


def _in_words(part: pd.DataFrame) -> str:
    """The gains of an idea from the least to the most trained networks."""
    rows = part.sort_values("images")
    return ", ".join(f"{v:+.2g} at {n:,.0f}" for n, v in zip(rows["images"], rows["value"], strict=True))
