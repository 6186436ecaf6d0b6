"""What the chapter on integral regression trains: a volume per joint, and the same encoder with a vector."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.rows import Key
from pose_lib.losses import at_least_float32
from pose_lib.models.heat_maps import CoordinateNet
from pose_lib.models.soft_argmax import (
    IntegralNet,
    absolute_error,
    axis_loss,
    best_places,
    from_image,
    mean_scale,
)
from pose_lib.papers.integral.sizes import IntegralPreset
from pose_lib.training import autocast

__all__ = ["ALONE", "BEST", "HEAD", "SYSTEM", "BestCell", "IntegralExperiment"]

SYSTEM = "Integral"
BEST: Key = (SYSTEM, "best cell")
"""The same volumes; a joint is the centre of its best cell."""
ALONE: Key = (SYSTEM, "mean alone")
"""The control whose volumes are trained on the errors of their means alone."""
HEAD: Key = (SYSTEM, "regression head")
"""The control: the same encoder and batches, and 3 J numbers instead of volumes."""


class BestCell(nn.Module):
    """A trained network of which each joint is the centre of its most probable cell."""

    def __init__(self, net: IntegralNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, side, side)`` to poses ``(B, J, 3)`` in mm, relative to the root."""
        logits, perspective = self.net.volumes(x)
        places, depths = self.net.scaled(best_places(logits))
        return from_image(places, depths, at_least_float32(perspective), self.net.root)


@dataclass
class IntegralExperiment(Experiment3D):
    """Trains and predicts; what takes long is kept in the run's folder."""

    preset: IntegralPreset

    def __post_init__(self) -> None:
        """Take the joints in the image as targets, too, in pixels of the crops."""
        super().__post_init__()
        self.joints = torch.from_numpy(self.train.joints_2d.copy())
        self.pixel = float((self.joints - self.joints.mean(0)).square().mean().sqrt())
        """Deviation of the joints in the image, in pixels: the unit of their loss."""

    def network(self) -> IntegralNet:
        """A fresh network that puts all joints into the centre of its volume."""
        p, skeleton = self.preset, self.train.skeleton
        torch.manual_seed(self.seed)
        net = IntegralNet(
            len(skeleton), p.window, skeleton.root, depth=p.depth, reach=p.reach, widths=p.widths, up=p.up
        )
        return net.start_at(mean_scale(self.joints, self.poses, skeleton.root)).to(self.device)

    def train_volumes(self, name: str, classes: float) -> IntegralNet:
        """Train on errors of poses and of places in the window, and on classes along each axis.

        Args:
            name: of the training.
            classes: weight of the classes; 0 for the mean alone.
        """
        net, poses, joints = self.network(), self.poses.to(self.device), self.joints.to(self.device)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, offsets = self.images.random(which, generator)
            with autocast(self.device):
                logits, perspective = net.volumes(x)
            # Expectations over thousands of cells are taken in float32.
            found = net.read(logits, perspective)
            places = joints[which] - offsets[:, None].to(joints)
            error = absolute_error(found.poses, poses[which], self.scale.scale)
            error = error + absolute_error(found.places, places, self.pixel)
            shares = net.shares(places, poses[which][..., 2])
            return error + classes * axis_loss(found.along, shares)

        self.fit(name, net, loss, self.preset.learn)
        return net

    def learn(self) -> IntegralNet:
        """Rows *Integral* and *best cell*: one network, and two ways to read its volumes."""
        net = self.train_volumes("integral", self.preset.classes)
        self.predictions[SYSTEM] = self.predict(net)
        self.predictions[BEST] = self.predict(BestCell(net))
        self.cost(SYSTEM, net, ("integral",))
        return net

    def controls(self) -> None:
        """Row *mean alone*, and row *regression head*, with the same encoder, batches and steps."""
        self.predictions[ALONE] = self.predict(self.train_volumes("mean-alone", 0.0))
        self.regression_head()

    def regression_head(self) -> None:
        """The same encoder, batches and steps, and absolute errors; the pose is a vector."""
        p, targets = self.preset, self.scale.to_vector(self.poses).to(self.device)
        torch.manual_seed(self.seed)
        net = CoordinateNet(targets.shape[1], p.window, p.widths).to(self.device)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, _ = self.images.random(which, generator)
            with autocast(self.device):
                found = net(x)
            return absolute_error(found, targets[which], 1.0)

        self.fit("regression-head", net, loss, p.learn)
        self.predictions[HEAD] = self.scale.to_pose(self.predict(net))
        self.cost(HEAD, net, ("regression-head",))
