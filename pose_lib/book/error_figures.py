"""How large errors are: by joint, over the samples, and as differences between systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from pose_lib.bench.rows import Key, label
from pose_lib.book.curves import interval_by_column, means_by_sequence
from pose_lib.book.markup import figure_text
from pose_lib.book.palette import OURS, PUBLISHED, TEXT, Looks, looks_of, marker_of
from pose_lib.book.style import describe

__all__ = ["distributions", "error_by_joint", "forest"]


def error_by_joint(
    errors: Mapping[Key, ArrayLike],
    joints: Sequence[str],
    looks: Looks | None = None,
    groups: ArrayLike | None = None,
) -> Figure:
    """Mean error of every joint with its 95 % interval, one series per system.

    Errors are ``(N, J)`` mm, with NaN left out, and joints ``J`` names. ``groups`` ``(N,)`` gives the
    sequence of each sample, or ``(N, L)`` labels of nested groups; whole groups are resampled.
    """
    names = [figure_text(joint.replace("_", " ")) for joint in joints]
    parts = {}
    for system, values in errors.items():
        found = np.stack(interval_by_column(*means_by_sequence(values, groups)))
        parts[label(system)] = pd.DataFrame({"joint": np.tile(names, 3), "error": found.ravel()})
    drawn = looks_of(list(parts), looks)
    figure, axes = plt.subplots(figsize=(8.0, 3.2))
    sns.pointplot(
        pd.concat(parts, names=["system"]).reset_index("system").dropna(),
        x="joint",
        y="error",
        order=names,
        hue="system",
        hue_order=list(drawn),
        estimator="median",  # of the mean and the two ends of its interval: the mean
        errorbar=("pi", 100),
        palette={name: look["color"] for name, look in drawn.items()},
        linestyles=[look["linestyle"] for look in drawn.values()],
        markers=[marker_of(look) for look in drawn.values()],
        dodge=0.3 if len(drawn) > 1 else False,
        markersize=3.5,
        linewidth=1.5,
        err_kws={"linewidth": 1.2},
        ax=axes,
    )
    axes.tick_params(axis="x", rotation=60, labelsize=8)
    axes.set(xlabel="", ylabel="mean error (mm)", ylim=(0, None))
    axes.legend(fontsize=8)
    return describe(figure, f"Mean error of each joint for {', '.join(drawn)}")


def distributions(
    errors: Mapping[Key, ArrayLike], systems: Sequence[Key], looks: Looks | None = None
) -> Figure:
    """How the MPJPE ``(M,)`` of samples is distributed: one shape per system, with lines at its quartiles.

    Systems stand from top to bottom; those without errors are left out, and so is NaN.

    Raises:
        ValueError: none of the systems has errors; lists those that have.
    """
    shown = {label(system): pd.Series(np.asarray(errors[system])) for system in systems if system in errors}
    if not shown:
        raise ValueError(f"no errors of these systems; there are: {', '.join(map(label, errors)) or 'none'}")
    drawn = looks_of(list(shown), looks)
    long = pd.concat(shown, names=["system"]).dropna().rename("error").reset_index("system")
    figure, axes = plt.subplots(figsize=(6.4, 0.7 + 0.5 * len(shown)))
    sns.violinplot(
        long,
        x="error",
        y="system",
        order=list(drawn),
        hue="system",
        palette={name: look["color"] for name, look in drawn.items()},
        fill=False,
        inner="quart",
        cut=0,
        density_norm="width",
        linewidth=1.4,
        legend=False,
        ax=axes,
    )
    across = "MPJPE of the sample (mm)"
    axes.set(xlabel=across, ylabel="", xlim=(0, None))
    axes.grid(visible=False, axis="y")
    return describe(figure, f"Distributions of {across} for {', '.join(drawn)}, with their quartiles")


def forest(frame: pd.DataFrame, *, alt: str = "") -> Figure:
    """Paired differences as a forest plot: one line each, with its interval, and a line at zero.

    The frame has one row per difference, from top to bottom: its ``label``, and its ``value`` with the ends
    ``low`` and ``high`` of its interval. A column ``printed`` gives the same difference in the paper's
    numbers (NaN for none); a column ``unit`` says what is on the axis, and each unit has a panel of its own.

    Raises:
        ValueError: there is no row, or one of the needed columns is missing; names it.
    """
    missing = [name for name in ("label", "value", "low", "high") if name not in frame.columns]
    if missing or not len(frame):
        what = f"it lacks {', '.join(missing)}" if missing else "it has no row"
        raise ValueError(f"a forest plot needs label, value, low and high: {what}")
    lines = "; ".join(f"{row.label}: {row.value:+.3g}" for row in frame.itertuples())
    frame = frame.assign(label=frame["label"].map(figure_text))
    panels = dict(list(frame.groupby("unit", sort=False))) if "unit" in frame.columns else {"": frame}
    tall = 0.16 + 0.16 * (1 + frame["label"].str.count("\n").max())  # inches per difference
    heights = [0.7 + tall * part["label"].nunique() for part in panels.values()]
    figure, grid = plt.subplots(
        len(panels), 1, figsize=(7.0, sum(heights)), height_ratios=heights, squeeze=False
    )
    for axes, (unit, part) in zip(grid[:, 0], panels.items(), strict=True):
        axes.axvline(0.0, color=TEXT, linewidth=1.2)
        axes.hlines(part["label"], part["low"], part["high"], color=OURS, linewidth=2.2)
        kinds = {"this book": (part["value"], OURS, "o", 55)}
        if "printed" in part.columns and part["printed"].notna().any():
            kinds["printed"] = (part["printed"], PUBLISHED, "D", 38)
        for name, (values, colour, marker, size) in kinds.items():
            known = values.notna()
            at = values[known], part["label"][known]
            axes.scatter(*at, s=size, color=colour, marker=marker, edgecolor="none", zorder=3, label=name)
        axes.set(xlabel=unit, ylabel="", ylim=(part["label"].nunique() - 0.5, -0.5))
        axes.tick_params(axis="y", labelsize=9)
        if len(kinds) > 1:
            axes.legend(fontsize=8, ncols=2, loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1)
    return describe(figure, alt or f"Differences with their intervals around a line at zero: {lines}")
