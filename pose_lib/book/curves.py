"""Curves with intervals: accuracy over a threshold, and a number over the settings of a sweep.

Frames of one sequence are correlated, so intervals resample whole sequences: the takes of a person, and the
people before them. A sequence counts by its number
of labelled samples, which makes the mean over sequences equal to the mean over all samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from pose_lib.bench.rows import Key, label
from pose_lib.book.markup import figure_text
from pose_lib.book.palette import BASELINE_LOOKS, CONTROL, Looks, looks_of
from pose_lib.book.style import describe
from pose_lib.metrics import bootstrap_interval

__all__ = [
    "accuracy_curves",
    "draw_accuracy",
    "draw_gains",
    "draw_sweep",
    "hits_by_sequence",
    "interval_by_column",
    "means_by_sequence",
    "sweep",
]

_Array = NDArray[np.float64]
_Labels = NDArray[Any]


def accuracy_curves(
    errors: Mapping[Key, ArrayLike],
    systems: Sequence[Key],
    limit: float = 250.0,
    looks: Looks | None = None,
    groups: ArrayLike | None = None,
) -> Figure:
    """Share of test samples whose MPJPE is at most a threshold, in per cent, with 95 % intervals as bands.

    Errors are ``(M,)`` mm, and thresholds reach ``limit`` mm. Of the systems, those without errors are left
    out. ``groups`` ``(M,)`` names the sequence of each sample; whole sequences are resampled.

    Raises:
        ValueError: none of the systems has errors; lists those that have.
    """
    shown = {system: errors[system] for system in systems if system in errors}
    if not shown:
        raise ValueError(f"no errors of these systems; there are: {', '.join(map(label, errors)) or 'none'}")
    looks = looks_of([label(system) for system in shown], looks)
    learned = {s: values for s, values in shown.items() if label(s) not in BASELINE_LOOKS}
    at, several = np.linspace(0, limit, 126), len(learned) > 1
    figure, panels = plt.subplots(1, 1 + several, figsize=(9.2 if several else 6.4, 3.2), squeeze=False)
    draw_accuracy(panels[0, 0], shown, at, looks, groups)
    panels[0, 0].set(xlabel="threshold on the sample's MPJPE (mm)", ylabel="samples within it (%)")
    names = ", ".join(map(label, shown))
    about = f"Share of samples within a threshold, for {names}"
    if several:
        first = label(next(iter(learned)))
        draw_gains(panels[0, 1], learned, at, looks, groups)
        panels[0, 1].set(xlabel="threshold (mm)", ylabel="difference (percentage points)")
        panels[0, 1].set_title(f"the same, minus that of {figure_text(first)}", fontsize=9)
        about += f"; on the right, how much more or less than with {first}"
    return describe(figure, about)


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

    Errors are ``(M,)``, or ``(M, J)`` for joints that are counted together, with NaN left out; thresholds are
    ``(K,)``, rising, in the same unit. ``groups`` ``(M,)`` names the sequence of each sample.
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


def draw_gains(
    axes: Axes,
    errors: Mapping[Key, ArrayLike],
    thresholds: ArrayLike,
    looks: Looks,
    groups: ArrayLike | None = None,
) -> None:
    """Draw how much more of the errors lie within each threshold than of the first system, in points.

    Arguments are as for :func:`draw_accuracy`; differences are taken on the same samples, so that curves
    which coincide can be told apart.
    """
    at = np.asarray(thresholds, dtype=np.float64)
    first, *others = errors
    base, sizes, labels = hits_by_sequence(errors[first], at, groups)
    axes.axhline(0.0, color=looks[label(first)]["color"], linewidth=1.2)
    for system in others:
        look = looks[label(system)]
        gain = hits_by_sequence(errors[system], at, groups)[0] - base
        middle, low, high = (100 * part for part in interval_by_column(gain, sizes, labels))
        sns.lineplot(x=at, y=middle, ax=axes, errorbar=None, legend=False, **look)
        axes.fill_between(at, low, high, color=look["color"], alpha=0.15, linewidth=0)
    axes.set(xlim=(at[0], at[-1]))


def sweep(
    frame: pd.DataFrame,
    x: str,
    y: str = "value",
    *,
    labels: tuple[str, str] | None = None,
    alt: str = "",
    **options: Any,
) -> Figure:
    """A number over the settings of a sweep, with its intervals.

    ``labels`` name the two axes, in place of the columns' names; ``alt`` describes the figure to readers who
    cannot see it. All else is as for :func:`draw_sweep`.
    """
    figure, axes = plt.subplots(figsize=(5.2, 3.0))
    draw_sweep(axes, frame, x, y, **options)
    across, up = labels or (x, y)
    axes.set(xlabel=across, ylabel=up)
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
    scale: str = "linear",
    legend: bool = True,
) -> None:
    """Draw a number over the settings of a sweep, one line per name in the column ``by``.

    The column ``x`` holds the settings: numbers, on an axis of that scale, or words in the order in which
    they are drawn. The columns ``low`` and ``high``, where there are any, give the ends of intervals.
    Each value in ``reference`` is a level line, such as that of the system without what is varied.
    """
    lines = {y: frame} if by is None else {str(n): part for n, part in frame.groupby(by, sort=False)}
    marks = {"marker": "o", "markersize": 5, "markeredgewidth": 0}
    for (name, part), look in zip(lines.items(), looks_of(list(lines), looks).values(), strict=True):
        options = {"errorbar": None, "sort": False, "legend": False, **marks, **look}
        sns.lineplot(part, x=x, y=y, ax=axes, label=name, **options)
        if {"low", "high"} <= set(part.columns):
            axes.vlines(part[x], part["low"], part["high"], color=look["color"], linewidth=1.4)
    beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    for name, level in (reference or {}).items():
        axes.axhline(level, color=CONTROL, linestyle="--", linewidth=1.2)
        axes.annotate(name, (1.0, level), (4, 0), va="center", fontsize=8, color=CONTROL, **beside)
    if pd.api.types.is_numeric_dtype(frame[x]):
        axes.set_xscale(scale)
        axes.minorticks_off()
        places = np.sort(frame[x].unique())
        axes.set_xticks(places, _labels(places, axes.xaxis.get_transform().transform(places)))
    if by is not None and legend:
        axes.legend(fontsize=8)


def _labels(values: _Array, places: _Array) -> list[str]:
    """Labels of ticks in ascending order; empty where one would lie on the label before it."""
    labels, last = [], -np.inf
    for value, place in zip(values, places, strict=True):
        apart = place - last >= 0.04 * np.ptp(places)
        labels.append(f"{value:g}" if apart else "")
        last = place if apart else last
    return labels


def means_by_sequence(values: ArrayLike, groups: ArrayLike | None = None) -> tuple[_Array, _Array, _Labels]:
    """Means ``(G, K)`` of each sequence and column of ``(M, K)``, numbers of values behind them, and labels.

    NaN is left out. Groups are ``(M,)`` labels of the sequences, or ``(M, L)`` of nested ones, the outermost
    first; without them each sample is one of its own. The labels returned are ``(G, L)``.

    Raises:
        ValueError: there is not one label per sample.
    """
    array = np.asarray(values, dtype=np.float64)
    labels = np.arange(len(array)) if groups is None else np.asarray(groups)
    if labels.shape[:1] != array.shape[:1] or labels.ndim > 2:
        raise ValueError(f"groups have shape {labels.shape}, expected one label per sample, ({len(array)},)")
    columns = list(labels.reshape(len(labels), -1).T)
    by_sequence = pd.DataFrame(np.where(np.isfinite(array), array, np.nan)).groupby(columns)
    names = by_sequence.size().index.to_frame().to_numpy()
    return by_sequence.mean().to_numpy(), by_sequence.count().to_numpy(np.float64), names


def hits_by_sequence(
    errors: ArrayLike, thresholds: ArrayLike, groups: ArrayLike | None = None
) -> tuple[_Array, _Array, _Labels]:
    """Share ``(G, K)`` of each sequence's errors that are at most a threshold, numbers of errors, and labels.

    Errors are ``(M,)``, or ``(M, J)`` for several joints that are counted together; thresholds are ``(K,)``.
    All else is as for :func:`means_by_sequence`.
    """
    array = np.asarray(errors, dtype=np.float64)[..., None]
    hits = np.where(np.isfinite(array), array <= np.asarray(thresholds), np.nan)
    labels = np.arange(len(hits)) if groups is None else np.asarray(groups)
    return means_by_sequence(
        hits.reshape(-1, hits.shape[-1]), labels.repeat(np.prod(array.shape[1:], dtype=int), axis=0)
    )


def interval_by_column(means: _Array, sizes: _Array, labels: _Labels) -> tuple[_Array, _Array, _Array]:
    """Mean, low and high end ``(K,)`` of the 95 % interval over sequences, of each column.

    The ends are NaN where there are fewer than two sequences. Arguments are what :func:`means_by_sequence`
    returns.
    """
    found = np.full((3, means.shape[1]), np.nan)
    for k, (column, weight) in enumerate(zip(means.T, sizes.T, strict=True)):
        known = weight > 0
        if known.any():
            found[0, k] = np.average(column[known], weights=weight[known])
        if known.sum() > 1:
            found[1:, k] = bootstrap_interval(column, groups=labels, weights=weight)
    return found[0], found[1], found[2]
