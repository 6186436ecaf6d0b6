"""The curves that every chapter shows: losses, accuracy over a threshold, errors by joint, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from torch import nn

from pose_lib.book.style import BASELINE, OURS, describe
from pose_lib.metrics import accuracy_over_threshold
from pose_lib.training import History

__all__ = ["Look", "accuracy_curves", "error_by_joint", "filters", "learning_curves"]

Look = Mapping[str, Mapping[str, Any]]
"""System to the colour and line it is drawn with."""

_BASELINES: Look = {
    "Mean pose": {"color": BASELINE, "linestyle": ":"},
    "Nearest pose": {"color": BASELINE, "linestyle": "--"},
    "KDE": {"color": BASELINE},
}
"""The baselines look the same in every chapter."""


def _look(system: str, look: Look | None) -> Mapping[str, Any]:
    return {**_BASELINES, **(look or {})}.get(system, {})


def learning_curves(histories: Mapping[str, History], names: Mapping[str, str]) -> Figure:
    """Training losses side by side, each on its own axes: they are different costs.

    Args:
        histories: by stage.
        names: stage to the title of its panel.
    """
    shown = [key for key in names if key in histories]
    figure, grid = plt.subplots(1, len(shown), figsize=(2.1 * len(shown), 2.2), squeeze=False)
    for axes, key in zip(grid[0], shown, strict=True):
        axes.plot(histories[key].step, histories[key].loss, color=OURS)
        axes.set_title(names[key], fontsize=9)
        axes.set(xlabel="step", yscale="log")
        axes.tick_params(labelsize=7, which="both")
    grid[0][0].set_ylabel("training loss")
    return describe(figure, f"Training loss over the steps, falling, of {', '.join(names[k] for k in shown)}")


def accuracy_curves(
    errors: Mapping[str, ArrayLike], systems: Sequence[str], limit: float = 250.0, look: Look | None = None
) -> Figure:
    """Share of test samples whose MPJPE is at most a threshold, in per cent.

    Args:
        errors: system to one MPJPE a sample, mm.
        systems: which of them, in this order.
        limit: largest threshold, mm.
        look: colour and line of systems.
    """
    thresholds = np.linspace(0, limit, 126)
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    for system in systems:
        if system in errors:
            share = 100 * accuracy_over_threshold(errors[system], thresholds)
            axes.plot(thresholds, share, label=system, **_look(system, look))
    axes.set(xlabel="threshold on the sample's MPJPE (mm)", ylabel="samples within it (%)", xlim=(0, limit))
    axes.legend(fontsize=8)
    return describe(
        figure, f"Rising curves of the share of samples within a threshold for {', '.join(systems)}"
    )


def error_by_joint(
    errors: Mapping[str, ArrayLike], joints: Sequence[str], look: Look | None = None
) -> Figure:
    """Mean error of every joint, one series a system.

    Args:
        errors: system to ``(N, J)`` mm.
        joints: names.
        look: colour and line of systems.
    """
    figure, axes = plt.subplots(figsize=(8.0, 3.0))
    for system, values in errors.items():
        names = [joint.replace("_", " ") for joint in joints]
        axes.plot(names, np.asarray(values).mean(0), marker="o", ms=4, label=system, **_look(system, look))
    axes.tick_params(axis="x", rotation=60, labelsize=8)
    axes.set(ylabel="mean error (mm)", ylim=(0, None))
    axes.legend(fontsize=8)
    return describe(figure, f"Mean error of each joint for {', '.join(errors)}")


def filters(net: nn.Module, columns: int = 16) -> Figure:
    """The 9 x 9 filters of the first convolution as colour patches, each stretched to its own range."""
    first = next(m for m in net.modules() if isinstance(m, nn.Conv2d))
    weight = first.weight.detach().float().cpu().permute(0, 2, 3, 1).numpy()
    low, high = weight.min((1, 2, 3), keepdims=True), weight.max((1, 2, 3), keepdims=True)
    patches = (weight - low) / (high - low)
    rows = -(-len(patches) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(columns * 0.5, rows * 0.5), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, patch in zip(grid.flat, patches, strict=False):
        axes.imshow(patch)
    return describe(figure, f"{len(patches)} small colour patches: the filters of the first convolution")
