"""The figures of the LinKDE chapter."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from pose_lib.book.curves import draw_sweep
from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import OURS, PUBLISHED, TEXT
from pose_lib.book.style import describe
from pose_lib.data.poses import PoseData
from pose_lib.models.hog_pyramid import LEVELS, silhouette_boxes, widened
from pose_lib.papers.linkde.recipe import described

__all__ = ["kernel_figure", "pyramid", "search_figure"]

_BINS = 9


def pyramid(data: PoseData, sample: int) -> Figure:
    """A crop, its silhouette with the box around it, and the histograms of the three finer levels.

    Each line in a cell stands for a direction of *edges*, at right angles to the gradients counted; it is the
    darker the more of them there are.
    """
    one = data.select(np.array([sample]))
    image = one.images[0]
    box = torch.tensor([[0, 0, data.size, data.size]])
    figure, grid = plt.subplots(1, 5, figsize=(9.0, 2.1))
    draw_crop(grid[0], image, "crop")
    if one.masks is None:
        draw_crop(grid[1], image, "no silhouette")
    else:
        inside = widened(torch.from_numpy(np.array(one.masks)))
        box = silhouette_boxes(inside)
        draw_crop(grid[1], np.where(inside[0, :, :, None].numpy(), image, 235), "silhouette")
    x0, y0, x1, y1 = box[0].tolist()
    grid[1].add_patch(Rectangle((x0 - 0.5, y0 - 0.5), x1 - x0, y1 - y0, fill=False, color=TEXT))
    cells = torch.split(described(one)[0], [_BINS * level**2 for level in LEVELS])
    for axes, level, part in list(zip(grid[1:], LEVELS, cells, strict=True))[1:]:
        _draw_cells(axes, part.view(level, level, _BINS), (x1 - x0) / (y1 - y0))
        axes.set_title(f"{level} x {level} cells", fontsize=9)
    return describe(
        figure,
        "A crop of a person, the person's silhouette in its box, and the directions of edges in the cells "
        "of the box, which is divided into 2 by 2, 4 by 4 and 8 by 8 cells",
    )


def _draw_cells(axes: Axes, cells: Tensor, ratio: float) -> None:
    """Directions in ``(L, L, bins)`` cells; ``ratio`` is the width of the box in its heights."""
    level = len(cells)
    shares = (cells / cells.max().clamp_min(1e-9)).flatten().numpy()
    row, column, k = (part.flatten() for part in np.indices(cells.shape))
    angle = np.pi * (k / _BINS + 0.5)  # of the edge: the gradient is at right angles to it
    middle = np.stack([ratio * (column + 0.5), row + 0.5], axis=1)
    reach = 0.45 * np.stack([ratio * np.cos(angle), np.sin(angle)], axis=1)
    lines = np.stack([middle - reach, middle + reach], axis=1)
    axes.add_collection(LineCollection(list(lines), colors=TEXT, alpha=shares, linewidths=1.2))
    axes.set(xlim=(0, ratio * level), ylim=(level, 0), aspect="equal", xticks=[], yticks=[])


def kernel_figure(errors: pd.DataFrame) -> Figure:
    """Error of the approximated kernel over the number of random features, and what the map alone leaves."""
    figure, axes = plt.subplots(figsize=(4.6, 2.8))
    endless = np.isinf(errors["features"])
    reference = {"the map alone": float(errors.loc[endless, "error"].item())}
    looks = {"error": {"color": OURS}}
    draw_sweep(axes, errors[~endless], "features", "error", looks=looks, reference=reference, scale="log")
    axes.set(xlabel="random features", ylabel="error of the kernel", ylim=(0, None))
    return describe(
        figure,
        "The error of the approximated kernel over the number of random features, and a line at what the "
        "approximation of the chi-square kernel leaves",
    )


def search_figure(trace: pd.DataFrame) -> Figure:
    """The pre-image search from its two starts: the distance that it lowers, and the error of the pose."""
    figure, grid = plt.subplots(1, 2, figsize=(8.0, 2.8))
    looks = {"ridge regression": {"color": OURS}, "nearest poses": {"color": PUBLISHED}}
    for axes, column, words in zip(
        grid, ("distance", "error"), ("squared distance of the lifts", "MPJPE (mm)"), strict=True
    ):
        draw_sweep(axes, trace, "steps", column, by="start", looks=looks, legend=axes is grid[0])
        axes.set(xlabel="steps", ylabel=words)
    return describe(
        figure,
        "Two curves over the steps of the search, from ridge regression and from the nearest training poses: "
        "on the left the distance of the lifts, on the right the error of the pose",
    )
