"""Curves with intervals: accuracy over a threshold, and a number over the settings of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from pose_lib.bench.rows import Key, label
from pose_lib.book.intervals import hits_by_sequence, interval_by_column
from pose_lib.book.palette import PUBLISHED, Looks, looks_of
from pose_lib.book.style import describe

__all__ = ["accuracy_curves", "draw_accuracy", "draw_sweep", "sweep"]


def accuracy_curves(
    errors: Mapping[Key, ArrayLike],
    systems: Sequence[Key],
    limit: float = 250.0,
    looks: Looks | None = None,
    groups: ArrayLike | None = None,
) -> Figure:
    """Share of test samples whose MPJPE is at most a threshold, in per cent, with 95 % intervals as bands.

    Args:
        errors: system to the MPJPE of each sample, ``(M,)`` mm.
        systems: which of them, in this order; those without errors are left out.
        limit: largest threshold, mm.
        looks: colour and line of systems.
        groups: ``(M,)`` the sequence of each sample; whole sequences are resampled.

    Raises:
        ValueError: none of the systems has errors; lists those that have.
    """
    shown = [system for system in systems if system in errors]
    if not shown:
        raise ValueError(f"no errors of these systems; there are: {', '.join(map(label, errors)) or 'none'}")
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    draw_accuracy(axes, {s: errors[s] for s in shown}, np.linspace(0, limit, 126), looks, groups)
    axes.set(xlabel="threshold on the sample's MPJPE (mm)", ylabel="samples within it (%)")
    names = ", ".join(map(label, shown))
    return describe(figure, f"Rising curves of the share of samples within a threshold, for {names}")


def draw_accuracy(
    axes: Axes,
    errors: Mapping[Key, ArrayLike],
    thresholds: ArrayLike,
    looks: Looks | None = None,
    groups: ArrayLike | None = None,
    *,
    legend: bool = True,
) -> None:
    """Draw the share of errors within each threshold, in per cent, one curve per system.

    Args:
        axes: where to draw.
        errors: system to ``(M,)``, or to ``(M, J)`` for joints that are counted together; NaN is left out.
        thresholds: ``(K,)``, rising, in the unit of the errors.
        looks: colour and line of systems.
        groups: ``(M,)`` the sequence of each sample.
        legend: name the systems.
    """
    at = np.asarray(thresholds, dtype=np.float64)
    drawn = looks_of([label(system) for system in errors], looks)
    for (name, look), values in zip(drawn.items(), errors.values(), strict=True):
        share, low, high = (100 * part for part in interval_by_column(*hits_by_sequence(values, at, groups)))
        sns.lineplot(x=at, y=share, ax=axes, errorbar=None, label=name, legend=False, **look)
        axes.fill_between(at, low, high, color=look["color"], alpha=0.15, linewidth=0)
    axes.set(xlim=(at[0], at[-1]), ylim=(0, 100))
    if legend:
        axes.legend(fontsize=8)


def sweep(
    frame: pd.DataFrame,
    x: str,
    y: str = "value",
    *,
    by: str | None = None,
    looks: Looks | None = None,
    reference: Mapping[str, float] | None = None,
    log: bool = False,
    labels: tuple[str, str] | None = None,
    title: str = "",
    alt: str = "",
) -> Figure:
    """A number over the settings of a sweep, with its intervals.

    Args:
        frame: one row per setting (and line); the columns ``low`` and ``high`` give the ends of the intervals
            where there are any.
        x: column of the settings: numbers, or words in the order in which they are drawn.
        y: column of the number.
        by: column that names the line a row belongs to; one line if missing.
        looks: colour and style of the lines.
        reference: name to a value that is drawn as a level line, such as the system without what is varied.
        log: settings on a logarithmic axis.
        labels: of the two axes; the names of the columns if missing.
        title: a line above.
        alt: description for readers who cannot see the figure.
    """
    figure, axes = plt.subplots(figsize=(5.2, 3.0))
    draw_sweep(axes, frame, x, y, by=by, looks=looks, reference=reference, log=log)
    across, up = labels or (x, y)
    axes.set(xlabel=across, ylabel=up, title=title)
    return describe(figure, alt or f"{up} over {across}")


def draw_sweep(
    axes: Axes,
    frame: pd.DataFrame,
    x: str,
    y: str = "value",
    *,
    by: str | None = None,
    looks: Looks | None = None,
    reference: Mapping[str, float] | None = None,
    log: bool = False,
    legend: bool = True,
) -> None:
    """Draw one panel of a sweep; arguments as for :func:`sweep`.

    Args:
        axes: where to draw.
        frame: the rows.
        x: column of the settings.
        y: column of the number.
        by: column of the lines.
        looks: colour and style of the lines.
        reference: level lines.
        log: logarithmic settings.
        legend: name the lines where there are several.
    """
    lines = {y: frame} if by is None else {str(n): part for n, part in frame.groupby(by, sort=False)}
    for (name, part), look in zip(lines.items(), looks_of(list(lines), looks).values(), strict=True):
        sns.lineplot(
            part,
            x=x,
            y=y,
            ax=axes,
            errorbar=None,
            sort=False,
            marker="o",
            markersize=5,
            markeredgewidth=0,
            label=name,
            legend=False,
            **look,
        )
        if {"low", "high"} <= set(part.columns):
            axes.vlines(part[x], part["low"], part["high"], color=look["color"], linewidth=1.4)
    for name, level in (reference or {}).items():
        axes.axhline(level, color=PUBLISHED, linestyle="--", linewidth=1.2)
        axes.annotate(
            name,
            (1.0, level),
            (4, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=PUBLISHED,
        )
    if log:
        axes.set_xscale("log")
        axes.minorticks_off()
    if pd.api.types.is_numeric_dtype(frame[x]):
        places = sorted(frame[x].unique())
        axes.set_xticks(places, [f"{place:g}" for place in places])
    if by is not None and legend:
        axes.legend(fontsize=8)
