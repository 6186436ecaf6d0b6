"""Direct regression: one convolutional network from the image to the pose, as a method in one file."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.bench.presets import DirectPreset
from pose_lib.losses import squared_error
from pose_lib.models.parts.layers import ConvTrunk, fully_connected, output_layer
from pose_lib.training import autocast

__all__ = ["PAPER", "Method"]

PAPER = Paper(
    name="direct",
    module=__name__,
    title="Direct regression",
    systems=(*BASELINES, "Direct"),
    compared=("Direct",),
    ideas=(Idea(name="a network instead of a look-up", system="Direct", against="Nearest pose"),),
)


@dataclass
class Method(Experiment3D):
    """Trains one network on root-relative poses; the samples, scores and rows come from the base class."""

    preset: DirectPreset

    def network(self) -> nn.Module:
        """Images ``(B, 3, W, W)`` to poses ``(B, 3 J)`` in units of their deviation."""
        torch.manual_seed(self.seed)
        trunk = ConvTrunk()
        hidden = fully_connected((trunk.features(self.preset.window), 1024, 512), self.preset.dropout)
        return nn.Sequential(trunk, hidden, output_layer(512, self.poses[0].numel())).to(self.device)

    def learn(self) -> nn.Module:
        """Train the network, and keep what it predicts for the test samples."""
        net, targets = self.network(), self.scale.to_vector(self.poses).to(self.device)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, _ = self.images.random(which, generator)
            with autocast(self.device):
                y = net(x)
            return squared_error(y, targets[which]).sum(1).mean()

        self.fit("direct", net, loss, self.preset.learn)
        self.predictions["Direct"] = self.scale.to_pose(self.predict(net))
        self.cost("Direct", net, ("direct",))
        return net
