"""Drawings of Toshev & Szegedy 2014: the idea, and the network that every stage has."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import TEXT
from pose_lib.book.schematics import Part, schematic
from pose_lib.book.style import describe
from pose_lib.models.deeppose import DeepPoseNet, joint_boxes
from pose_lib.papers.deeppose.recipe import DeepPoseExperiment

__all__ = ["idea_figure", "network_figure"]

_STEPS = ("all joints at once, coarsely", "a box around each joint", "enlarged: move the joint")


def network_figure(net: DeepPoseNet) -> Figure:
    """Figure 2, Toshev & Szegedy 2014: the layers of a stage, with the sizes of their outputs."""
    net = net.eval()
    image = torch.zeros(1, 3, net.side, net.side, device=next(net.parameters()).device)
    layers = (net.convolutions, net.hidden, net.output)
    parts = (Part("every stage", layers, output=f"x and y of\n{net.joints} joints"),)
    return schematic(lambda: net(image), parts, image.shape[1:], "The layers of a stage")


def idea_figure(experiment: DeepPoseExperiment, sample: int, joint: str = "left_wrist") -> Figure:
    """The idea in one picture: a coarse pose of a training crop, the box around one joint, and what it shows.

    No network is needed: the coarse pose is the true one, each joint moved by a tenth of the torso or so.
    """
    data = experiment.train
    image, truth = data.images[sample], torch.from_numpy(np.array(data.joints_2d[sample])).float()
    diameter = float(experiment.diameter(truth[None])[0])
    coarse = truth + 0.12 * diameter * torch.randn(truth.shape, generator=torch.Generator().manual_seed(1))
    index, side = data.skeleton.index(joint), experiment.sigma * diameter
    left, top, right, bottom = joint_boxes(coarse[None], torch.tensor([side]))[0, index].tolist()
    figure, panels = plt.subplots(1, 5, figsize=(8.6, 2.9), width_ratios=[1, 0.28, 1, 0.28, 1])
    for axes, title in zip(panels[::2], _STEPS, strict=True):
        draw_crop(axes, image, title)
    draw_pose_2d(panels[0], coarse, data.skeleton, linewidth=1.6)
    draw_pose_2d(panels[2], coarse, data.skeleton, linewidth=0.8)
    panels[2].add_patch(
        Rectangle((left - 0.5, top - 0.5), right - left, bottom - top, fill=False, edgecolor="white")
    )
    panels[4].annotate(
        "",
        (truth[index] - 0.5).tolist(),
        (coarse[index] - 0.5).tolist(),
        arrowprops={"arrowstyle": "->", "color": "white", "linewidth": 2.0},
    )
    panels[4].set(xlim=(left, right), ylim=(bottom, top))
    for axes in panels[1::2]:
        axes.set_axis_off()
        axes.annotate("", (1, 0.5), (0, 0.5), "axes fraction", arrowprops={"arrowstyle": "->", "color": TEXT})
    name = joint.replace("_", " ")
    return describe(
        figure,
        "The idea: a network predicts all joints from the whole crop, coarsely; a box is put around the "
        f"{name}; a second network sees the box enlarged, and predicts where the joint lies from its middle",
    )
