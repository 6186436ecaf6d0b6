"""The systems of the DeepPose chapter: three stages, and what each is trained on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from pose_lib.batches import BoxBatches
from pose_lib.bench.cost import cost_rows, multiply_adds, parameters
from pose_lib.bench.deeppose_learning import Simulation, displacement_loss_of, first_loss
from pose_lib.bench.experiment import BASELINES
from pose_lib.bench.experiment_2d import Experiment2D, filled, labelled_mean
from pose_lib.bench.presets.deeppose import DeepPosePreset
from pose_lib.data.resample import whole_boxes
from pose_lib.data.seeds import seed_of
from pose_lib.geometry.skeletons import FLIC11
from pose_lib.models.cascade import Cascade, ErrorDistribution
from pose_lib.models.deeppose import DeepPoseNet, Diameter, normalise
from pose_lib.training import Schedule

__all__ = ["STAGES", "SYSTEMS", "DeepPoseExperiment"]

STAGES = ("Stage 1", "Stage 2", "Stage 3")
SYSTEMS = (*BASELINES, *STAGES)
"""Rows of the main table."""


@dataclass
class DeepPoseExperiment(Experiment2D):
    """Trains the stages one after the other, each on the errors of those before.

    Args:
        run: where stages are kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
    """

    preset: DeepPosePreset

    def __post_init__(self) -> None:
        """Take diameters and the published size of the joints' boxes."""
        super().__post_init__()
        self.diameter = Diameter.of(self.joints, self.skeleton.torso)
        self.diameters = self.diameter(self.joints)
        self.sigma = 1.0 if self.skeleton == FLIC11 else 2.0
        """As chosen in the paper: 1 for upper bodies in films, 2 for whole ones in sports."""
        self.boxes = whole_boxes(len(self.test), self.preset.size)
        """``b^0`` of the test samples: a crop is the box that its data set gave."""
        self.schedules = self.preset.stages_on(str(self.run.parameters["dataset"]))
        self.errors: dict[str, ErrorDistribution] = {}
        """By stage, what the training images showed of the stage before."""

    @cached_property
    def images(self) -> BoxBatches:
        """The training images on the device."""
        p = self.preset
        return BoxBatches(self.train.images, p.side, device=self.device, noise=p.noise)

    @cached_property
    def test_images(self) -> BoxBatches:
        """The test images on the device, normalised as the training images."""
        return BoxBatches(self.test.images, self.preset.side, device=self.device, like=self.images)

    # --- what each stage learns ---------------------------------------------------------------------------

    def network(self, mean: Tensor, gain: float, pool: int = 3) -> DeepPoseNet:
        """A fresh network that starts at the mean ``(K, 2)`` of its targets."""
        p = self.preset
        torch.manual_seed(self.seed)
        net = DeepPoseNet(
            len(self.skeleton),
            side=p.side,
            first=p.first,
            maps=p.maps,
            widths=p.widths,
            dropout=p.dropout,
            gain=gain,
            pool=pool,
            norm=p.norm,
        )
        return net.start_at(mean).to(self.device)

    def first_stage(
        self, name: str = "stage-1", schedule: Schedule | None = None, pool: int = 3
    ) -> DeepPoseNet:
        """Eq. (4) on moved and mirrored boxes of the whole image."""
        p, size = self.preset, self.preset.size
        flipped = self.skeleton.mirror
        whole = normalise(self.joints, whole_boxes(len(self.joints), size))
        mean = labelled_mean(torch.cat([whole, (whole * torch.tensor([-1.0, 1.0]))[:, list(flipped)]]))
        net = self.network(mean, float((whole - mean).square().nanmean().sqrt()), pool)

        loss = first_loss(net, self.images, self.joints, flipped, p.shift, p.zoom)
        self.fit(name, net, loss, schedule or self.schedules[0])
        return net

    def observed(self, name: str, nets: Sequence[DeepPoseNet], sigma: float) -> ErrorDistribution:
        """The errors of the cascade so far on training images, joint by joint."""
        count = min(self.preset.observed or len(self.train), len(self.train))
        which = torch.linspace(0, len(self.train) - 1, count).long()

        def build() -> dict[str, Any]:
            cascade = Cascade(nets, sigma, self.diameter)
            poses = cascade(self.images.look, whole_boxes(count, self.preset.size), which)[-1]
            errors = ErrorDistribution.of(poses, self.joints[which], self.diameters[which])
            return vars(errors) | {"guarded": cascade.guarded}

        stored = self.run.stage(f"errors-{name}", build)
        self.errors[name] = ErrorDistribution(stored["mean"], stored["std"])
        return self.errors[name]

    def next_stage(
        self,
        nets: Sequence[DeepPoseNet],
        name: str,
        schedule: Schedule,
        *,
        sigma: float | None = None,
        crops: int | None = None,
    ) -> DeepPoseNet:
        """Eq. (8) on simulated predictions: a network that refines what ``nets`` predict."""
        sigma, crops = sigma or self.sigma, crops or self.preset.crops
        errors = self.observed(name, nets, sigma)
        draw = torch.Generator().manual_seed(seed_of(self.seed, name, "displacements"))
        bank = errors.draw(len(self.train), crops, draw)
        labelled = self.joints.isfinite().all(-1).nonzero()
        net = self.network(-errors.mean / sigma, float(errors.std.square().mean().sqrt()) / sigma)
        if self.preset.warm:
            gain, last = net.gain, {k: v.clone() for k, v in net.output.state_dict().items()}
            net.load_state_dict(nets[-1].state_dict())
            net.output.load_state_dict(last)
            net.gain = gain

        crops_of = Simulation(self.joints, labelled, bank, self.diameters, sigma)
        loss = displacement_loss_of(net, self.images, crops_of, self.skeleton.mirror)
        self.histories[name] = self.run.train(name, net, loss, len(labelled), schedule)
        return net

    # --- rows of the tables -------------------------------------------------------------------------------

    def cascade(self) -> Cascade:
        """Rows *Stage 1* to *Stage 3*."""
        nets = [self.first_stage()]
        for number, schedule in enumerate(self.schedules[1:], start=2):
            nets.append(self.next_stage(nets, f"stage-{number}", schedule))
        cascade = Cascade(nets, self.sigma, self.diameter)
        self.predictions |= self.predict_stages("cascade", cascade, STAGES)
        return cascade

    def predict_stages(self, name: str, cascade: Cascade, systems: Sequence[str]) -> dict[str, Tensor]:
        """Poses of each stage for the test samples, by the name of its row."""

        def build() -> dict[str, Any]:
            poses = cascade(self.test_images.look, self.boxes)
            return {"poses": torch.stack(poses), "guarded": cascade.guarded}

        poses = self.run.stage(f"poses-{name}", build)["poses"]
        return dict(zip(systems, poses, strict=True))

    def costs_of(self, cascade: Cascade, repetitions: int = 5) -> None:
        """What each stage costs together with those before it; milliseconds an image of a batch of people."""
        image = next(self.test_images.centred(1))
        count, weights = len(self.skeleton), 0
        products, seconds = 0, 0.0
        people = torch.arange(min(64, len(self.test)))
        for number, (system, net) in enumerate(zip(STAGES, cascade.nets, strict=True), start=1):
            weights += parameters(net)
            products += multiply_adds(net, image) * (1 if number == 1 else count)
            seconds += self.histories[f"stage-{number}"].seconds
            part = Cascade(cascade.nets[:number], cascade.sigma, cascade.diameter)

            def build(part: Cascade = part) -> dict[str, Any]:
                times = []
                for repetition in range(-1, repetitions):  # the first one warms up and is not counted
                    begun = time.perf_counter()
                    part(self.test_images.look, self.boxes[people], people)
                    if repetition >= 0:
                        times.append(1000 * (time.perf_counter() - begun) / len(people))
                return {"times": torch.tensor(times, dtype=torch.float64)}

            times = self.run.stage(f"cost-{number}", build)["times"].tolist()
            self.costs.append(cost_rows(system, weights, products, seconds, times))

    def whole_truth(self) -> Tensor:
        """True test poses ``(M, K, 2)``, with the mean's joints where one has no label: for drawing."""
        return filled(self.truth, labelled_mean(self.joints))
