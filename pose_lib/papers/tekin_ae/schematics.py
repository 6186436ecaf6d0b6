"""The idea of Tekin et al. 2016 in one picture, without a trained network."""

from __future__ import annotations

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from pose_lib.book.overlays import draw_crop, draw_front
from pose_lib.book.palette import OURS, TEXT
from pose_lib.book.style import describe
from pose_lib.papers.tekin_ae.recipe import TekinExperiment

__all__ = ["idea_figure"]

_NOISE = 40.0  # mm, that of the paper's auto-encoder


def idea_figure(experiment: TekinExperiment, sample: int) -> Figure:
    """Figure 1, Tekin et al. 2016: poses are learned by an auto-encoder, images lead to its code.

    Above, a training pose with noise goes through encoder, code and decoder; below, the network takes the
    encoder's place, and the same decoder gives the pose.
    """
    data = experiment.train
    pose = torch.from_numpy(data.root_relative()[sample])
    noise = torch.randn(pose.shape, generator=torch.Generator().manual_seed(0))
    figure, grid = plt.subplots(2, 5, figsize=(7.6, 4.4), width_ratios=[1, 0.7, 0.8, 0.7, 1])
    draw_front(grid[0][0], pose + _NOISE * noise, pose, "a pose with noise")
    draw_crop(grid[1][0], data.images[sample], "an image")
    steps = (("encoder", "decoder"), ("network", "the same decoder"))
    for line, (to_code, to_pose) in zip(grid, steps, strict=True):
        _arrow(line[1], to_code)
        _code(line[2])
        _arrow(line[3], to_pose)
        draw_front(line[4], pose, title="the pose")
    return describe(
        figure,
        "The idea: above, an auto-encoder takes the noise from a pose through a code that is far wider than "
        "the pose; below, a network predicts the code from an image, and the same decoder turns it into "
        "a pose",
    )


def _code(axes: Axes) -> None:
    """A code as a field of units, of which few are on."""
    units = torch.rand(25, 16, generator=torch.Generator().manual_seed(2)) > 0.8
    axes.imshow(units.float().numpy(), cmap=ListedColormap(["none", OURS]), aspect="auto")
    axes.grid(visible=False)
    axes.set(xticks=[], yticks=[])
    axes.set_title("the code", fontsize=9)
    for spine in axes.spines.values():
        spine.set(visible=True, color=OURS)


def _arrow(axes: Axes, words: str) -> None:
    axes.set_axis_off()
    axes.annotate("", (1, 0.5), (0, 0.5), "axes fraction", arrowprops={"arrowstyle": "->", "color": TEXT})
    axes.text(0.5, 0.56, words.replace(" ", "\n", 1), ha="center", va="bottom", fontsize=8, color=TEXT)
