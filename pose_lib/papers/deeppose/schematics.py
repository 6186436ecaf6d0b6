"""Figure 2, left, of Toshev & Szegedy 2014: the network that every stage has."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure

from pose_lib.book.schematics import Part, schematic
from pose_lib.models.deeppose import DeepPoseNet

__all__ = ["network_figure"]


def network_figure(net: DeepPoseNet) -> Figure:
    """Figure 2, Toshev & Szegedy 2014: the layers of a stage, with the sizes of their outputs."""
    net = net.eval()
    image = torch.zeros(1, 3, net.side, net.side, device=next(net.parameters()).device)
    layers = (net.convolutions, net.hidden, net.output)
    parts = (Part("every stage", layers, output=f"x and y of\n{net.joints} joints"),)
    return schematic(lambda: net(image), parts, image.shape[1:], "The layers of a stage")
