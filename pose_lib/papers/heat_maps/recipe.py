"""What the chapter on heat maps trains: maps on the crops of DeepPose and of HMLPE, and one control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from pose_lib.batches import BoxBatches
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.experiment_2d import Experiment2D, labelled_mean
from pose_lib.bench.held_out import held_out
from pose_lib.bench.rows import Key, Row
from pose_lib.data.catalog import SEQUENCE_SETS
from pose_lib.data.upper_body import upper_bodies
from pose_lib.geometry.skeletons import STICKMEN8, Skeleton
from pose_lib.losses import labelled, masked_squared_error
from pose_lib.models.heat_maps import CoordinateNet, HeatMapNet, best_cells
from pose_lib.models.joint_maps import JointReader, box_sample, maps_loss, window_sample
from pose_lib.papers.heat_maps.sizes import HeatMapPreset
from pose_lib.training import autocast

__all__ = ["MAPS", "UPPER", "HeatMapExperiment", "UpperBodies"]

MAPS = "Heat maps"
UPPER: Key = (MAPS, "upper bodies")
"""The row on the crops of HMLPE, whose test samples are not those of the other rows."""


@dataclass
class UpperBodies(Experiment2D):
    """Heat maps of the eight joints of HMLPE, trained and tested on exactly its crops."""

    preset: HeatMapPreset

    swapped: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Cut out the upper bodies, as for HMLPE, and bring everything to the eight joints."""
        p = self.preset
        self.train, self.test = (
            upper_bodies(d, p.upper_side, p.upper_shift, p.upper_zoom) for d in (self.train, self.test)
        )
        self.preset = replace(p, window=p.upper_view)
        super().__post_init__()

    @staticmethod
    def skeleton_of(given: Skeleton) -> Skeleton:
        """The eight joints, whatever the data have."""
        return STICKMEN8

    def learn(self) -> HeatMapNet:
        """Train on random windows, half of them mirrored; predict the centre windows of the test crops."""
        p = self.preset
        torch.manual_seed(self.seed)
        net = HeatMapNet(len(self.skeleton), p.upper_view, p.widths, p.up).to(self.device)
        sample = window_sample(self.images, self.joints, mirror=True)
        self.fit("upper-bodies", net, maps_loss(net, sample, p.sigma), p.upper)
        reader = JointReader(net, net.joints, edge=(p.upper_side - p.upper_view) // 2)
        self.predictions["Mean pose", UPPER[1]] = labelled_mean(self.joints).expand(len(self.truth), -1, -1)
        self.predictions[UPPER] = self.predict(reader)
        self.cost(UPPER, reader, ("upper-bodies",))
        return net


@dataclass
class HeatMapExperiment(Experiment2D):
    """Trains and predicts; what takes long is kept in the run's folder.

    Whole people are those that DeepPose is trained and tested on: its crops, without the takes that it holds
    out.
    """

    preset: HeatMapPreset

    def __post_init__(self) -> None:
        """Leave out the takes that DeepPose holds out; cut out upper bodies where people are whole."""
        upper = (self.train, self.test)
        self.train, _ = held_out(self.train)
        super().__post_init__()
        self.upper: UpperBodies | None = None
        if str(self.run.parameters["dataset"]) in SEQUENCE_SETS:
            self.upper = UpperBodies(self.run, *upper, self.preset)

    @cached_property
    def images(self) -> BoxBatches:
        """The training images on the device."""
        p = self.preset
        return BoxBatches(self.train.images, p.side, device=self.device, noise=p.noise)

    @cached_property
    def test_images(self) -> BoxBatches:
        """The test images on the device, normalised as the training images."""
        return BoxBatches(self.test.images, self.preset.side, device=self.device, like=self.images)

    def network(self) -> HeatMapNet:
        """A fresh network, whose maps are nearly zero."""
        p = self.preset
        torch.manual_seed(self.seed)
        return HeatMapNet(len(self.skeleton), p.side, p.widths, p.up).to(self.device)

    def learn(self) -> HeatMapNet:
        """Row *Heat maps*, and what the same maps give if joints are the centres of their best cells."""
        p, net = self.preset, self.network()
        sample = box_sample(self.images, self.joints, self.skeleton.mirror, p.shift, p.zoom)
        schedule = p.people_on(str(self.run.parameters["dataset"]))
        self.fit("heat-maps", net, maps_loss(net, sample, p.sigma), schedule)
        reader = JointReader(net, net.joints, self.scale)
        self.predictions[MAPS] = self.predict(reader)
        best = JointReader(net, lambda x: best_cells(net(x).float()), self.scale)
        self.predictions[MAPS, "best cell"] = self.predict(best)
        self.cost(MAPS, reader, ("heat-maps",))
        return net

    @property
    def scale(self) -> float:
        """Pixels of a crop in one pixel of what the network sees."""
        return self.preset.size / self.preset.side

    def controls(self) -> None:
        """The same encoder, batches and steps, with the coordinates as targets."""
        p, key = self.preset, (MAPS, "regression head")
        mean = labelled_mean(self.joints)
        unit = float((self.joints - mean).square().nanmean().sqrt())
        torch.manual_seed(self.seed)
        net = CoordinateNet(self.joints[0].numel(), p.side, p.widths).to(self.device)
        sample = box_sample(self.images, self.joints, self.skeleton.mirror, p.shift, p.zoom)
        start = mean.to(self.device) / self.scale

        def joints(x: Tensor) -> Tensor:
            found: Tensor = net(x).float().view(len(x), -1, 2)
            return found * (unit / self.scale) + start

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, y = sample(which, generator)
            with autocast(x.device):
                found = joints(x)
            return masked_squared_error(found, y, labelled(y), unit / self.scale).sum() / len(x)

        schedule = p.people_on(str(self.run.parameters["dataset"]))
        self.fit("regression-head", net, loss, schedule, stream="heat-maps")
        reader = JointReader(net, joints, self.scale)
        self.predictions[key] = self.predict(reader)
        self.cost(key, reader, ("regression-head",))

    def finish(self, rows: Sequence[Row] = (), scores: Sequence[Scores] = ()) -> Evidence:
        """Write all rows, those of upper bodies too; arguments as for :meth:`.Experiment.finish`."""
        if self.upper is not None and self.upper.predictions:
            self.results.costs += self.upper.results.costs
            scores = [*scores, self.upper.scores()]
        return super().finish(rows, scores)
