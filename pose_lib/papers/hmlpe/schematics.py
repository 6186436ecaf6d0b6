"""Figures 1 and 3 of Li et al. 2014: the idea with real values, and the network's layers."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import TEXT
from pose_lib.book.schematics import Part, schematic
from pose_lib.book.style import describe
from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PART_NAMES
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment

__all__ = ["network_figure", "two_tasks"]


def network_figure(net: HMLPE) -> Figure:
    """Figure 3, Li et al. 2014: shared convolutions, and a head for each of the two tasks."""
    net = net.eval()
    side, windows = net.windows.side, len(net.windows)
    image = torch.zeros(1, 3, side, side, device=next(net.parameters()).device)
    detected = f"logistic:\n{net.parts} parts\nin {windows}\nwindows"
    parts = (
        Part("shared", (net.trunk,)),
        Part("regression", (net.regression,), ("shared",), f"tanh:\n{net.joints} joints"),
        Part("detection", (net.detection,), ("shared",), detected),
    )
    return schematic(lambda: net(image), parts, image.shape[1:], "The layers of the network for both tasks")


@torch.no_grad()
def two_tasks(experiment: HmlpeExperiment, net: HMLPE, sample: int) -> Figure:
    """Figure 1, Li et al. 2014, with real values: one picture, one set of features, and two answers.

    On the right are the joints that one head predicts for a test sample, and the probabilities of the other
    head that each window contains a part.
    """
    images = experiment.test_images
    x = images.centre(torch.tensor([sample])).to(next(net.parameters()).device)
    joints, logits = (out.float().cpu()[0] for out in net.eval()(x))
    maps = logits.sigmoid().view(len(PART_NAMES), experiment.windows.per_side, -1)
    side = images.window
    edge = (images.size - side) // 2
    picture = experiment.test.images[sample, edge : edge + side, edge : edge + side]
    figure = plt.figure(figsize=(8.6, 3.6))
    grid = figure.add_gridspec(2, 9, width_ratios=[2.4, 2.0, *[1] * 7], hspace=0.35)
    seen, middle = figure.add_subplot(grid[:, 0]), figure.add_subplot(grid[:, 1])
    answer = figure.add_subplot(grid[0, 3:7])
    draw_crop(seen, picture, "a person")
    middle.set_axis_off()
    words: dict[str, Any] = {"ha": "center", "va": "center", "color": TEXT, "fontsize": 9}
    middle.text(
        0.5, 0.5, "shared\nconvolutions", bbox={"boxstyle": "round", "fc": "none", "ec": TEXT}, **words
    )
    draw_crop(answer, picture, "regression: where are the joints?")
    draw_pose_2d(answer, joints.numpy() * side, STICKMEN8, linewidth=2.0)
    panels = [figure.add_subplot(grid[1, 2 + i]) for i in range(len(PART_NAMES))]
    for axes, part, values in zip(panels, PART_NAMES, maps, strict=True):
        axes.imshow(values.numpy(), cmap="viridis", vmin=0, vmax=1)
        axes.set(xticks=[], yticks=[])
        axes.set_title(part.replace(" ", "\n", 1), fontsize=7)
    panels[0].set_ylabel("detection:\nwhich windows\ncontain it?", fontsize=8)
    for a, from_x, b, to_x, to_y in (
        (seen, 1.02, middle, 0.1, 0.5),
        (middle, 0.9, answer, -0.05, 0.5),
        (middle, 0.9, panels[0], -0.9, 0.5),
    ):
        style: dict[str, Any] = {
            "coordsA": "axes fraction",
            "coordsB": "axes fraction",
            "arrowstyle": "->",
            "color": TEXT,
        }
        figure.add_artist(ConnectionPatch((from_x, 0.5), (to_x, to_y), axesA=a, axesB=b, **style))
    return describe(
        figure,
        "A picture of a person, an arrow to shared convolutions, and from there to the person's joints and "
        f"to maps of the windows that contain each of {len(PART_NAMES)} parts",
    )
