"""What the chapter on lifting trains: a network that finds joints in images, and networks that lift them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from pose_lib.batches import ImageBatches, predict
from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.rows import Key, label
from pose_lib.losses import squared_error
from pose_lib.models.heat_maps import HeatMapNet
from pose_lib.models.joint_maps import JointReader, maps_loss, window_sample
from pose_lib.models.lifting import LiftingNet, Standardised, linear_map
from pose_lib.papers.lifting.sizes import LiftingPreset
from pose_lib.paths import slug
from pose_lib.training import autocast

__all__ = ["SYSTEM", "TRUE", "Lifted", "LiftingExperiment"]

SYSTEM = "Lifting"
"""Trained on predicted joints and tested on them: from image to pose."""
TRUE: Key = (SYSTEM, "true joints")
"""Trained and tested on the true joints in the image, which no method that sees the image alone has."""


class Lifted(nn.Module):
    """The whole method as it is used at test time, from images to poses.

    Args:
        reader: from images to joints ``(B, J, 2)`` in pixels of the crop.
        units: of the joints.
        net: the lifting network.
    """

    def __init__(self, reader: JointReader, units: Standardised, net: LiftingNet) -> None:
        super().__init__()
        self.reader, self.units, self.net = reader, units, net

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, W, W)`` to ``(B, 3 J)`` in units of the poses' deviation."""
        lifted: Tensor = self.net(self.units(self.reader(x)))
        return lifted


@dataclass
class LiftingExperiment(Experiment3D):
    """Trains and predicts; what takes long is kept in the run's folder."""

    preset: LiftingPreset
    nets: dict[Key, LiftingNet] = field(default_factory=dict)
    """The lifting networks that were trained."""

    def __post_init__(self) -> None:
        """Take the joints in the image, in pixels of the crops."""
        super().__post_init__()
        self.true = {
            "train": torch.from_numpy(self.train.joints_2d.copy()),
            "test": torch.from_numpy(self.test.joints_2d.copy()),
        }
        """The true joints ``(N, J, 2)`` of each split."""

    # --- joints in the image ------------------------------------------------------------------------------

    @cached_property
    def reader(self) -> JointReader:
        """Heat maps, trained on random windows of the training images."""
        p = self.preset
        torch.manual_seed(self.seed)
        net = HeatMapNet(len(self.train.skeleton), p.window, p.widths, p.up).to(self.device)
        sample = window_sample(self.images, self.true["train"])
        self.fit("heat-maps", net, maps_loss(net, sample, p.sigma), p.detect)
        return JointReader(net, net.joints, edge=(p.size - p.window) // 2)

    @cached_property
    def found(self) -> dict[str, Tensor]:
        """The joints ``(N, J, 2)`` of each split that this network finds in the centre windows."""
        reader = self.reader

        def build() -> dict[str, Any]:
            plain = ImageBatches(self.train.images, self.preset.window, device=self.device, like=self.images)
            return {"train": predict(reader, plain), "test": self.predict(reader)}

        stored = self.run.cached("joints", build)
        return {split: stored[split] for split in ("train", "test")}

    # --- joints in space ----------------------------------------------------------------------------------

    def network(self, *, residual: bool = True) -> LiftingNet:
        """A fresh lifting network, which predicts nearly the mean pose."""
        p = self.preset
        torch.manual_seed(self.seed)
        net = LiftingNet(len(self.train.skeleton), width=p.width, dropout=p.dropout, residual=residual)
        return net.to(self.device)

    def lift(self, key: Key, train: Tensor, test: Tensor, *, residual: bool = True) -> LiftingNet:
        """Train a lifting network on joints ``(N, J, 2)``, and predict from those of the test samples."""
        p, targets, units = (
            self.preset,
            self.scale.to_vector(self.poses).to(self.device),
            Standardised.of(train),
        )
        inputs = units(train).to(self.device)
        net = self.network(residual=residual)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            with autocast(self.device):
                found = net(inputs[which])
            return squared_error(found, targets[which]).mean()

        self.fit(slug(label(key)), net, loss, p.lift, samples=len(train))
        with torch.no_grad():
            vectors = net(units(test).to(self.device)).float().cpu()
        self.predictions[key], self.nets[key] = self.scale.to_pose(vectors), net
        return net

    def linear(self, key: Key, train: Tensor, test: Tensor) -> None:
        """The best linear map from joints in the image to joints in space, in closed form."""
        units = Standardised.of(train)
        weights = linear_map(units(train), self.scale.to_vector(self.poses))
        x = units(test)
        vectors = torch.cat([x, torch.ones_like(x[:, :1])], 1) @ weights
        self.predictions[key] = self.scale.to_pose(vectors)

    # --- rows of the tables -------------------------------------------------------------------------------

    def learn(self) -> Lifted:
        """Rows *Lifting*, *true joints* and *linear map*."""
        train, test = self.found["train"], self.found["test"]
        whole = Lifted(self.reader, Standardised.of(train), self.lift(SYSTEM, train, test))
        self.cost(SYSTEM, whole, ("heat-maps", slug(SYSTEM)))
        self.lift(TRUE, self.true["train"], self.true["test"])
        self.linear((SYSTEM, "linear map"), train, test)
        self.linear((SYSTEM, "linear map, true joints"), self.true["train"], self.true["test"])
        return whole

    def controls(self) -> None:
        """Blocks that do not add their input; and a network that has seen no error of the heat maps."""
        self.lift((SYSTEM, "no residual"), self.found["train"], self.found["test"], residual=False)
        self.lift((SYSTEM, "trained on true joints"), self.true["train"], self.found["test"])
