"""The figures of the chapter on heat maps."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import OURS
from pose_lib.book.style import describe
from pose_lib.models.heat_maps import HeatMapNet, gaussian_maps, refined_cells
from pose_lib.papers.heat_maps.recipe import HeatMapExperiment

__all__ = ["map_figure", "target_figure"]


def target_figure(experiment: HeatMapExperiment, sample: int, joint: str = "left_wrist") -> Figure:
    """The idea: a picture, the map that a joint has as target, and the map as numbers around its peak."""
    size, skeleton, cells = experiment.preset.size, experiment.skeleton, experiment.preset.side // 4
    place = experiment.joints[sample, skeleton.index(joint)]
    seen = place / experiment.scale
    target = gaussian_maps(seen[None, None], cells, experiment.preset.sigma)[0, 0].numpy()
    figure, grid = plt.subplots(1, 3, figsize=(8.0, 2.7))
    name = joint.replace("_", " ")
    draw_crop(grid[0], experiment.train.images[sample], "the picture")
    grid[0].plot(*(place - 0.5).tolist(), "o", color=OURS, markersize=6)
    extent = (-0.5, size - 0.5, size - 0.5, -0.5)
    draw_crop(grid[1], experiment.train.images[sample], f"{name}: the target")
    grid[1].imshow(target, cmap="inferno", alpha=0.65, extent=extent, vmin=0, vmax=1)
    column, row = (int((value / 4).clamp(2, cells - 3)) for value in seen)
    shown = target[row - 2 : row + 3, column - 2 : column + 3]
    grid[2].imshow(shown, cmap="inferno", vmin=0, vmax=1)
    for (y, x), value in np.ndenumerate(shown):
        colour = "black" if value > 0.6 else "white"
        grid[2].text(x, y, f"{value:.1f}", ha="center", va="center", color=colour, fontsize=7)
    grid[2].set(xticks=[], yticks=[], title="its cells around the joint")
    grid[2].grid(visible=False)
    return describe(
        figure,
        f"A crop with its {name} marked; the crop under a map that is bright at the {name} alone; and the "
        "values of the map, which fall from the cell of the joint outwards",
    )


@torch.no_grad()
def map_figure(
    experiment: HeatMapExperiment,
    net: HeatMapNet,
    sample: int,
    joints: Sequence[str] = ("head", "left_wrist", "right_wrist", "left_ankle", "right_ankle"),
) -> Figure:
    """What the maps of some joints look like on a test image: the truth is a ring, the read-out a cross."""
    net.eval()
    seen = experiment.test_images.centre(torch.tensor([sample]))
    maps = net(seen).float().cpu()
    found, size = refined_cells(maps)[0] * experiment.scale, experiment.preset.size
    names = [joint for joint in joints if joint in experiment.skeleton.joints]
    figure, grid = plt.subplots(1, len(names), figsize=(1.8 * len(names), 2.1), squeeze=False)
    extent = (-0.5, size - 0.5, size - 0.5, -0.5)
    for axes, name in zip(grid[0], names, strict=True):
        joint = experiment.skeleton.index(name)
        draw_crop(axes, experiment.test.images[sample], name.replace("_", " "))
        axes.imshow(maps[0, joint].numpy(), cmap="inferno", alpha=0.65, extent=extent)
        axes.plot(*(experiment.truth[sample, joint] - 0.5).tolist(), "o", mfc="none", mec=OURS, ms=9, mew=1.6)
        axes.plot(*(found[joint] - 0.5).tolist(), "x", color="white", ms=6, mew=1.6)
    return describe(
        figure,
        f"A test crop under the heat maps of {', '.join(n.replace('_', ' ') for n in names)}: a ring marks "
        "the true joint, a cross where the map puts it",
    )
