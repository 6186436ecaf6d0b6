"""What a page shows of a network: its loss over the steps, and the filters of its first layer."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import nn

from pose_lib.book.palette import OURS
from pose_lib.book.style import describe
from pose_lib.training_state import History

__all__ = ["filters", "learning_curves"]

_NOISE = 0.7
"""Roughness from which filters are called noise; that of random weights is 1 and a bit."""


def learning_curves(histories: Mapping[str, History], names: Mapping[str, str]) -> Figure:
    """Training losses, each on axes of its own, because different losses do not compare.

    ``names`` gives a training the title of its panel; a training without a history has no panel.

    Raises:
        ValueError: none of the named trainings has a history; lists those that exist.
    """
    shown = [key for key in names if key in histories]
    if not shown:
        raise ValueError(f"no history of {', '.join(names)}; there are: {', '.join(histories) or 'none'}")
    figure, grid = plt.subplots(1, len(shown), figsize=(2.1 * len(shown), 2.2), squeeze=False)
    for axes, key in zip(grid[0], shown, strict=True):
        axes.plot(histories[key].step, histories[key].loss, color=OURS)
        axes.set_title(names[key], fontsize=9)
        axes.set(xlabel="step", yscale="log")
        axes.tick_params(labelsize=7, which="both")
    grid[0][0].set_ylabel("training loss")
    return describe(figure, f"Training loss over the steps, of {', '.join(names[k] for k in shown)}")


def filters(net: nn.Module, columns: int = 16) -> Figure:
    """The filters of the first convolution, which sees RGB, as patches, each stretched to its own range."""
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
    state = "they look like noise, as at the start" if _roughness(weight) > _NOISE else "neighbours agree"
    about = f"The {len(patches)} filters of the first convolution, as colour patches; {state}"
    return describe(figure, f"{about} (their neighbouring weights correlate by {1 - _roughness(weight):.2f})")


def _roughness(weight: NDArray[np.float32]) -> float:
    """One minus the correlation of neighbouring weights of filters ``(F, H, W, C)``: near 1 for noise."""
    values = weight - weight.mean((1, 2), keepdims=True)
    across, down = values[:, :, 1:] * values[:, :, :-1], values[:, 1:] * values[:, :-1]
    return float(1 - (across.mean() + down.mean()) / 2 / np.square(values).mean())
