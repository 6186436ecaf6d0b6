"""The figure of the page *Then and now*: five ideas over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pose_lib.book.palette import CENTRE, OURS, PUBLISHED, TEXT
from pose_lib.book.style import describe
from pose_lib.papers.compare.then_and_now import STRANDS, Step, Strand, When

__all__ = ["timeline"]

_YEARS = (1985, 2000, 2010, 2013, 2024)
_PLACES = (0.0, 0.7, 1.8, 2.8, 10.5)
"""Places of these years: between them time is even, and before the papers it is shortened."""
_TICKS = (1985, 2000, 2010, 2014, 2016, 2018, 2020, 2022)


def timeline(strands: Sequence[Strand] = STRANDS) -> Figure:
    """One lane per idea: what it replaced, the paper, and what the field did after it.

    A square is a paper of this book, a filled circle a work that has a chapter here, a ring any other.
    """
    figure, lanes = plt.subplots(len(strands), 1, figsize=(9.2, 1.1 * len(strands) + 0.6), sharex=True)
    for axes, strand in zip(np.atleast_1d(lanes), strands, strict=True):
        _draw(axes, strand)
    last = np.atleast_1d(lanes)[-1]
    last.tick_params(bottom=True, labelbottom=True)
    last.set_xticks([_place(year) for year in _TICKS], [str(year) for year in _TICKS])
    figure.legend(handles=_legend(), loc="outside upper right", ncols=3, fontsize=7)
    told = "; ".join(
        f"{strand.idea}: " + ", ".join(f"{step.words} ({step.year})" for _, step in strand.steps)
        for strand in strands
    )
    return describe(figure, f"A lane over the years for each of the ideas. {told}")


def _legend() -> list[Line2D]:
    """What the three marks stand for."""
    square = Line2D([], [], linestyle="none", marker="s", ms=7, color=PUBLISHED, label="paper of this book")
    circle = Line2D([], [], linestyle="none", marker="o", ms=6, color=OURS, label="runs here, in a chapter")
    ring = Line2D([], [], linestyle="none", marker="o", ms=6, mfc="none", color=TEXT, label="other work")
    return [square, circle, ring]


def _place(year: float) -> float:
    """Where a year is drawn."""
    return float(np.interp(year, _YEARS, _PLACES))


def _draw(axes: Axes, strand: Strand) -> None:
    axes.set(ylim=(-1.35, 1.35), xlim=(-0.8, _place(2023)), yticks=[])
    axes.set_title(strand.idea, loc="left", fontsize=9, fontweight="bold", pad=2)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(bottom=False, labelbottom=False)
    axes.grid(visible=False)
    start, turn = _place(strand.steps[0][1].year), _place(strand.paper.year)
    end = _place(strand.steps[-1][1].year)
    axes.plot([start, turn], [0, 0], color=TEXT, linewidth=1.2, linestyle=(0, (3, 2)))
    axes.plot([turn, end], [0, 0], color=TEXT, linewidth=1.6)
    for number, (when, step) in enumerate(strand.steps):
        _mark(axes, when, step, above=number % 2 == 0)


def _mark(axes: Axes, when: When, step: Step, *, above: bool) -> None:
    place = _place(step.year)
    look: dict[str, Any] = {"marker": "o", "ms": 7, "color": TEXT, "mfc": "none", "mew": 1.4}
    if when == "paper":
        look = {"marker": "s", "ms": 9, "color": PUBLISHED}
    elif step.room:
        look = {"marker": "o", "ms": 8, "color": OURS}
    elif when == "before":
        look["color"] = CENTRE
    axes.plot([place], [0], linestyle="none", zorder=3, **look)
    bold = "bold" if when == "paper" else "normal"
    words = f"{step.words}\n{step.year}" if when == "paper" else f"{step.words}\n{step.by} {step.year}"
    label = axes.annotate(
        words,
        (place, 0),
        (0, 7 if above else -7),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        fontsize=7,
        color=TEXT,
        fontweight=bold,
    )
    # The axes keep their width: the layout would make room for labels that fit beside them as it is.
    label.set_in_layout(False)
