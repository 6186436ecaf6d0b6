"""The figures of the chapter on integral regression."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import CENTRE, CONTROL, OURS, TEXT
from pose_lib.book.style import describe
from pose_lib.models.soft_argmax import IntegralNet, best_places, soft_argmax
from pose_lib.papers.integral.recipe import IntegralExperiment

__all__ = ["example_figure", "volume_figure"]


def example_figure(places: tuple[float, ...] = (0.31, 0.37, 0.45), cells: int = 14) -> Figure:
    """The idea along one axis: cells, their probabilities, the best cell, and the mean.

    A joint lies at each of the ``places`` in turn, shares of the side.
    """
    figure, grid = plt.subplots(1, len(places), figsize=(8.0, 2.3), sharey=True)
    centres = (np.arange(cells) + 0.5) / cells
    for axes, place in zip(grid, places, strict=True):
        logits = torch.tensor(-(((centres - place) * cells) ** 2) / 1.6, dtype=torch.float32)
        share = logits.softmax(0).numpy()
        axes.bar(centres, share, width=0.9 / cells, color=CENTRE, alpha=0.6)
        best, mean = centres[share.argmax()], float(soft_argmax(logits.view(1, 1, 1, 1, -1))[0, 0, 0])
        lines = ((place, TEXT, "truth", "-"), (best, CONTROL, "best cell", "--"), (mean, OURS, "mean", ":"))
        for value, colour, name, line in lines:
            axes.axvline(value, color=colour, linestyle=line, linewidth=2, label=name)
        axes.set(xlabel="share of the side", xlim=(0.1, 0.65))
    grid[0].set_ylabel("probability")
    grid[-1].legend(fontsize=7)
    return describe(
        figure,
        "Three times bars of probabilities over cells: as the joint moves within a cell, the best cell stays "
        "where it is, and the mean of all cells moves with the joint",
    )


@torch.no_grad()
def volume_figure(
    experiment: IntegralExperiment,
    net: IntegralNet,
    sample: int,
    joints: tuple[str, ...] = ("head", "left_wrist", "right_ankle"),
) -> Figure:
    """The volumes of some joints on a test image: summed over the depth, and summed over the image.

    In the image a ring marks the true joint and a cross the mean; along the depth, lines mark truth, best
    cell and mean, relative to the root.
    """
    net.eval()
    logits, _ = net.volumes(experiment.test_images.centre(torch.tensor([sample])))
    logits = logits.float().cpu()
    volume = logits.flatten(2).softmax(-1).view(logits.shape)[0]
    mean, best = (net.scaled(found) for found in (soft_argmax(logits), best_places(logits)))
    preset, skeleton = experiment.preset, experiment.test.skeleton
    edge, size = (preset.size - preset.window) // 2, preset.size
    extent = (edge - 0.5, size - edge - 0.5, size - edge - 0.5, edge - 0.5)
    figure, grid = plt.subplots(2, len(joints), figsize=(2.7 * len(joints), 4.6))
    # Along the depth only differences count, so the zero is where the network puts the root.
    middle = float(mean[1][0, skeleton.root])
    depths = (np.arange(net.depth) + 0.5) / net.depth * 2 * net.reach - net.reach - middle
    for column, name in zip(grid.T, joints, strict=True):
        joint = skeleton.index(name)
        draw_crop(column[0], experiment.test.images[sample], name.replace("_", " "))
        column[0].imshow(volume[joint].sum(0).numpy(), cmap="inferno", alpha=0.65, extent=extent)
        truth = experiment.test.joints_2d[sample, joint] - 0.5
        column[0].plot(*truth, "o", mfc="none", mec=OURS, ms=9, mew=1.6)
        found = mean[0][0, joint] + edge - 0.5
        column[0].plot(*found.tolist(), "x", color="white", ms=6, mew=1.6)
        share = volume[joint].sum((1, 2)).numpy()
        column[1].bar(depths, share, width=1.8 * net.reach / net.depth, color=CENTRE, alpha=0.6)
        marks = (
            (float(experiment.truth[sample, joint, 2]), TEXT, "truth", "-"),
            (float(best[1][0, joint]) - middle, CONTROL, "best cell", "--"),
            (float(mean[1][0, joint]) - middle, OURS, "mean", ":"),
        )
        for value, colour, title, line in marks:
            column[1].axvline(value, color=colour, linestyle=line, linewidth=2, label=title)
        column[1].set(xlabel="depth from the root (mm)", xlim=(-750, 750))
    grid[1, 0].set_ylabel("probability")
    grid[1, -1].legend(fontsize=7)
    names = ", ".join(name.replace("_", " ") for name in joints)
    return describe(
        figure,
        f"Above, a test crop under the probabilities of {names}; below, their probabilities along the depth, "
        "with lines at the truth, at the best cell and at the mean",
    )
