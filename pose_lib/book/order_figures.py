"""Many systems at once: errors on all actions, their order here and as printed, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from pose_lib.bench.cost import COSTS
from pose_lib.book.markup import figure_text
from pose_lib.book.palette import FULL, OURS, PUBLISHED, TEXT, Looks, looks_of, marker_of
from pose_lib.book.style import describe

__all__ = ["cost_panels", "error_maps", "order_lines"]

_COLOURS = {"ours": OURS, "printed": PUBLISHED}
_TITLES = dict(
    zip(
        COSTS,
        ("parameters (million)", "multiply-adds (million)", "training (s)", "ms per image"),
        strict=True,
    )
)
_UNITS = dict(zip(COSTS, (1e6, 1e6, 1.0, 1.0), strict=True))


def error_maps(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Tables of errors as maps, one above the other: systems down, actions across, with the numbers in mm.

    A cell is the darker, the larger its error is beside the mean of its action in the same table, since some
    actions are harder than others. Cells without a number are empty; systems without any have no line.

    Args:
        tables: title to errors; a title that starts with ``printed`` has the colour of printed numbers.

    Raises:
        ValueError: no table has a number.
    """
    shown = {
        title: table.dropna(how="all") for title, table in tables.items() if table.notna().any(axis=None)
    }
    if not shown:
        raise ValueError("none of the tables of errors has a number")
    heights = [len(table) + 1.5 for table in shown.values()]
    figure, grid = plt.subplots(
        len(shown), 1, figsize=(8.6, 0.26 * sum(heights) + 1.2), height_ratios=heights, squeeze=False
    )
    for axes, (title, table) in zip(grid[:, 0], shown.items(), strict=True):
        colour = _COLOURS["printed" if title.startswith("printed") else "ours"]
        sns.heatmap(
            table / table.mean(),
            annot=table,
            fmt=".0f",
            cmap=sns.light_palette(colour, as_cmap=True),
            vmin=0.7,
            vmax=1.4,
            cbar=False,
            linewidths=0.5,
            annot_kws={"fontsize": 7},
            ax=axes,
        )
        axes.set_title(figure_text(title))
        axes.set(xlabel="", ylabel="")
        last = axes is grid[-1, 0]
        axes.tick_params(axis="both", labelsize=8, length=0, labelbottom=last)
        axes.grid(visible=False)
        axes.set_xticks(
            np.arange(len(table.columns)) + 0.5, [str(c) for c in table.columns], rotation=45, ha="right"
        )
    systems = {title: ", ".join(map(str, table.index)) for title, table in shown.items()}
    words = "; ".join(f"{title}: {names}" for title, names in systems.items())
    return describe(figure, f"Errors in mm of systems on {len(table.columns)} actions. {words}")


def order_lines(frame: pd.DataFrame, looks: Looks | None = None) -> Figure:
    """The order of systems as printed, on the left, and here, on the right, with a line for each system.

    Args:
        frame: lines are systems; columns ``printed`` and ``ours``, in mm. The lowest error is at the top.
        looks: of the systems.

    Raises:
        ValueError: there are fewer than two systems.
    """
    if len(frame) < 2:
        raise ValueError(f"an order needs two systems or more, got {len(frame)}")
    drawn = looks_of([str(name) for name in frame.index], looks)
    values = frame[["printed", "ours"]].to_numpy(np.float64)
    ranks = frame[["printed", "ours"]].rank(method="first").to_numpy(np.float64)
    figure, axes = plt.subplots(figsize=(6.4, 0.6 + 0.34 * len(frame)))
    for (name, look), (left, right), (before, after) in zip(drawn.items(), ranks, values, strict=True):
        axes.plot([0, 1], [left, right], marker="o", **look)
        axes.text(-0.03, left, figure_text(f"{name}  {before:.0f}"), ha="right", va="center", fontsize=8)
        axes.text(1.03, right, figure_text(f"{after:.0f}  {name}"), ha="left", va="center", fontsize=8)
    axes.set(xlim=(-0.75, 1.75), ylim=(len(frame) + 0.5, 0.4))
    axes.set_axis_off()
    for place, words, side in ((-0.03, "printed (mm)", "right"), (1.03, "here (mm)", "left")):
        axes.text(place, 0.4, words, ha=side, va="center", color=TEXT, fontsize=8)
    orders = {name: ", ".join(map(str, frame[name].sort_values().index)) for name in ("printed", "ours")}
    alt = f"From the lowest error up, printed: {orders['printed']}; here: {orders['ours']}"
    return describe(figure, alt)


def cost_panels(frame: pd.DataFrame, looks: Looks | None = None, *, title: str = "") -> Figure:
    """MPJPE over each cost on a logarithmic axis, one panel per cost, one mark per system and budget.

    Marks of one system at several budgets are joined.

    Args:
        frame: columns ``system``, ``budget``, ``mpjpe`` and the metrics of :data:`pose_lib.bench.cost.COSTS`;
            a cost that is not known is NaN.
        looks: of the systems.
        title: which runs these are.

    Raises:
        ValueError: there is no row.
    """
    if not len(frame):
        raise ValueError("there is no system with a cost")
    drawn = looks_of(list(dict.fromkeys(frame["system"])), looks)
    figure, grid = plt.subplots(2, 2, figsize=(8.0, 5.2), sharey=True)
    for axes, (cost, words) in zip(grid.flat, _TITLES.items(), strict=True):
        for name, look in drawn.items():
            line = frame[frame["system"] == name].sort_values("budget")
            filled = look["linestyle"] in FULL
            axes.plot(
                line[cost] / _UNITS[cost],
                line["mpjpe"],
                color=look["color"],
                linestyle=look["linestyle"],
                marker=marker_of(look),
                markerfacecolor=look["color"] if filled else "none",
                label=name,
            )
        axes.set(xscale="log", xlabel=words)
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
    for axes in grid[:, 0]:
        axes.set_ylabel("MPJPE (mm)")
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, fontsize=8)
    if title:
        figure.suptitle(figure_text(title), fontsize="medium", color=TEXT)
    about = f"{title}: error" if title else "Error"
    return describe(figure, f"{about} over {', '.join(_TITLES.values())}, for {', '.join(drawn)}")
