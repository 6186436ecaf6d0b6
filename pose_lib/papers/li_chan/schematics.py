"""Figures 2 and 5 of Li & Chan 2014: the network's layers, and the weights of two joints."""

from __future__ import annotations

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure

from pose_lib.book.palette import LEFT, RIGHT, TEXT
from pose_lib.book.schematics import Part, schematic
from pose_lib.book.style import describe
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.models.li_chan import LiChanNet
from pose_lib.models.weight_structure import joint_weights

__all__ = ["network_figure", "weights_figure"]


def network_figure(net: LiChanNet, side: int) -> Figure:
    """Figure 2, Li & Chan 2014: shared convolutions, the regression's layers and the detection's.

    ``side`` is that of the images in pixels.
    """
    net = net.eval()
    image = torch.zeros(1, 3, side, side, device=next(net.parameters()).device)
    detected = f"logistic:\n{net.detectors.joints} joints\nin {net.detectors.windows}\nwindows"
    joints = net.output.out_features // 3
    parts = (
        Part("shared", (net.trunk,)),
        Part("regression", (net.hidden, net.output), ("shared",), f"tanh:\n{joints} joints"),
        Part("detection", (net.detectors,), ("shared",), detected),
    )
    return schematic(lambda: net.both(image), parts, image.shape[1:], "The layers of the network")


def weights_figure(
    net: LiChanNet, skeleton: Skeleton, first: str, second: str, coordinate: int = 0, count: int = 24
) -> Figure:
    """Figure 5, Li & Chan 2014, with the network's own weights: ``F_i`` and ``F_j`` of one coordinate.

    Each dot is a feature of the last hidden layer. Its lines lead to the two outputs; they are as wide as
    the weights are large, and their colour is that of the sign. Shown are the ``count`` features whose
    weights of the two joints are largest together, ordered by the first joint's.
    """
    f = joint_weights(net.output.weight).detach().cpu()
    names = (first, second)
    pair = torch.stack([f[skeleton.index(name), coordinate] for name in names])
    chosen = pair.square().sum(0).topk(min(count, pair.shape[1])).indices
    weights = pair[:, chosen]
    weights = weights[:, weights[0].argsort()]
    largest = float(weights.abs().max())
    places = torch.linspace(0, 1, weights.shape[1]).tolist()
    figure, axes = plt.subplots(figsize=(6.4, 2.4))
    axes.set_axis_off()
    for name, x, line in zip(names, (0.3, 0.7), weights.tolist(), strict=True):
        for place, weight in zip(places, line, strict=True):
            colour = RIGHT if weight > 0 else LEFT
            axes.plot([place, x], [0, 1], color=colour, linewidth=2.2 * abs(weight) / largest, alpha=0.8)
        axes.plot(x, 1, "o", color=TEXT, markersize=9)
        label = f"{name.replace('_', ' ')}, {'xyz'[coordinate]}"
        axes.text(x, 1.08, label, ha="center", va="bottom", color=TEXT, fontsize=8)
    axes.plot(places, [0] * len(places), "o", color=TEXT, markersize=4)
    axes.text(0.5, -0.08, "features of the last hidden layer", ha="center", va="top", color=TEXT, fontsize=8)
    axes.set(ylim=(-0.2, 1.25))
    first, second = (name.replace("_", " ") for name in names)
    return describe(
        figure,
        f"Lines from {len(places)} features to the outputs of {first} and {second}, orange for positive and "
        "blue for negative weights",
    )
