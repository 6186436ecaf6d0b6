"""Pictures of how predictions fail: errors by condition, turned poses, and failures of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from torch import Tensor

from pose_lib.bench.rows import Key, label
from pose_lib.book.overlays import compare_poses, crops_and_poses, draw_crop
from pose_lib.book.palette import TEXT, Looks, looks_of, marker_of
from pose_lib.book.style import describe
from pose_lib.data.poses import PoseData
from pose_lib.metrics.facing import turned_pose

__all__ = ["error_by_condition", "failure_gallery", "turned_poses", "ways_figure"]

_BINS = np.arange(-0.3, 1.31, 0.1)
_MARKS = {0.0: "the truth", 0.5: "the mean of both", 1.0: "turned"}


def error_by_condition(frame: pd.DataFrame, looks: Looks | None = None) -> Figure:
    """One panel per condition, one mark per part and system with its interval.

    The frame is that of :func:`pose_lib.bench.anatomy.error_anatomy`.
    """
    panels = dict(list(frame.groupby("condition", sort=False)))
    figure, grid = plt.subplots(
        -(-len(panels) // 2), 2, figsize=(8.0, 2.9 * -(-len(panels) // 2)), squeeze=False
    )
    systems = list(dict.fromkeys(frame["system"]))
    drawn = looks_of(systems, looks)
    for axes, (name, panel) in zip(grid.flat, panels.items(), strict=False):
        parts = list(dict.fromkeys(panel["part"]))
        for number, (system, look) in enumerate(drawn.items()):
            line = panel[panel["system"] == system].set_index("part").reindex(parts)
            shift = 0.3 * ((number + 0.5) / len(drawn) - 0.5)
            at = np.arange(len(parts)) + shift
            mark, colour = marker_of(look), look["color"]
            axes.plot(at, line["value"], mark, markersize=4.5, label=system, color=colour)
            axes.vlines(at, line["low"], line["high"], color=colour, linewidth=1.2)
        axes.set_xticks(range(len(parts)), [part.replace(" the ", "\nthe ") for part in parts], fontsize=8)
        axes.set(title=name, ylim=(0, None), ylabel="mean error (mm)")
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_axis_off()
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, fontsize=8)
    what = "; ".join(f"{name!s}: {', '.join(dict.fromkeys(p['part']))}" for name, p in panels.items())
    first = f"Mean errors with intervals, by {', '.join(map(str, panels))}"
    return describe(figure, f"{first}. Of {', '.join(systems)}. By {what}")


def ways_figure(ways: Mapping[Key, ArrayLike], looks: Looks | None = None) -> Figure:
    """How predictions are spread between the true pose and the turned one, a curve per system.

    Ways are those of :func:`pose_lib.bench.anatomy.ways_to_turned`, ``(M,)``, with NaN left out; what lies
    beyond the ends is counted at the ends.
    """
    drawn = looks_of([label(key) for key in ways], looks)
    figure, axes = plt.subplots(figsize=(7.0, 3.0))
    middles = (_BINS[1:] + _BINS[:-1]) / 2
    for (name, look), values in zip(drawn.items(), ways.values(), strict=True):
        known = np.asarray(values, dtype=np.float64)
        known = known[np.isfinite(known)].clip(_BINS[0], _BINS[-1])
        share = 100 * np.histogram(known, _BINS)[0] / max(1, len(known))
        axes.plot(middles, share, label=name, **look)
    for place in _MARKS:
        axes.axvline(place, color=TEXT, linewidth=1.0, linestyle=":")
    axes.set_xticks(list(_MARKS), [f"{place:g}\n{words}" for place, words in _MARKS.items()])
    axes.set(xlabel="", ylabel="samples (%)", ylim=(0, None), xlim=(_BINS[0], _BINS[-1]))
    axes.legend(fontsize=8)
    alt = "Shares of samples between the true pose at 0 and the turned one at 1, for "
    return describe(figure, alt + ", ".join(drawn))


def turned_poses(test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor], sample: int) -> Figure:
    """A sample that can be mistaken: its pose, the turned pose, the mean of both, and what systems predict.

    The upper row is seen by the camera, the lower one from the side, with the camera to the left. The true
    pose is grey behind all others.
    """
    true = truth[sample]
    turned = turned_pose(truth[sample : sample + 1], test.skeleton)[0]
    shown = {"the truth": true, "turned": turned, "mean of both": (true + turned) / 2}
    shown |= {label(key): poses[sample] for key, poses in predictions.items()}
    figure, grid = plt.subplots(2, len(shown) + 1, figsize=(1.5 * (len(shown) + 1), 3.8), squeeze=False)
    draw_crop(grid[0, 0], test.images[sample])
    grid[1, 0].set_axis_off()
    for column, (name, pose) in enumerate(shown.items(), 1):
        compare_poses(grid[0, column], true, pose, test.skeleton)
        compare_poses(grid[1, column], true, pose, test.skeleton, view="side")
        grid[0, column].set_title(name, fontsize=8)
    alt = (
        "A crop, and from the front and from the side: the true pose, the turned one, the mean of both, and "
    )
    return describe(figure, alt + ", ".join(map(label, predictions)))


def failure_gallery(
    test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor], samples: Mapping[str, int]
) -> Figure:
    """One row per kind of failure, named over its crop: each system's pose over the true one, and MPJPE."""
    figure = crops_and_poses(test, truth, predictions, list(samples.values()))
    width = len(predictions) + 1
    for row, kind in enumerate(samples):
        figure.axes[row * width].set_title(fill(kind, 16), fontsize=8)
    names = ", ".join(map(label, predictions))
    return describe(figure, f"Failures, one per row: {', '.join(samples)}. Crops, and the poses of {names}")
