"""Figures 1 and 2 of Park et al. 2016: the baseline, and the fully connected layers of the full method."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure
from torch import Tensor

from pose_lib.book.schematics import Part, schematic
from pose_lib.models.park import ParkNet

__all__ = ["baseline_figure", "branches_figure"]


def baseline_figure(net: ParkNet, side: int) -> Figure:
    """Figure 1, Park et al. 2016: shared convolutions, a 2D branch and a 3D branch, each with its loss.

    ``side`` is that of the images in pixels.
    """
    image = _image(net, side)
    parts = (
        Part("shared", (net.trunk,)),
        Part("2D branch", (net.hidden_2d, net.output_2d), ("shared",), _softmax(net)),
        Part("3D branch", (net.fc1_3d, net.fc2_3d), ("shared",), _poses(net)),
    )
    return schematic(lambda: net.eval()(image), parts, image.shape[1:], "The layers of the baseline")


def branches_figure(net: ParkNet, side: int) -> Figure:
    """Figure 2, Park et al. 2016: from the last pool to the losses, with the probabilities fed back.

    The layers of the roots, which all see the same features, are drawn side by side as the one wide layer
    that they are here.

    Raises:
        ValueError: the network does not feed its probabilities back.
    """
    if net.fusion == "none":
        raise ValueError("this network feeds no probabilities back; take that of '2D-cls' or of both ideas")
    image = _image(net, side)
    with torch.no_grad():
        features = net.eval().trunk(image).shape[1]
    layers = (net.fc_probs,) if net.fusion == "layer" else ()
    parts = (
        Part("2D branch", (net.hidden_2d, net.output_2d), (), _softmax(net)),
        Part("3D branch", (net.fc1_3d, net.fc2_3d)),
        Part("both", (*layers, net.output_probs), ("2D branch", "3D branch"), _poses(net)),
    )
    about = "The fully connected layers of the network with 2D probabilities"
    return schematic(lambda: net(image), parts, (features,), about, start="last pool")


def _image(net: ParkNet, side: int) -> Tensor:
    return torch.zeros(1, 3, side, side, device=next(net.parameters()).device)


def _softmax(net: ParkNet) -> str:
    return f"softmax:\n{net.joints} joints\nin {net.cells}\ncells"


def _poses(net: ParkNet) -> str:
    return f"{net.joints - 1} joints\nfrom {net.heads} root{'s' * (net.heads > 1)}"
