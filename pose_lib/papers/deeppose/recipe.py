"""What the DeepPose chapter trains on what: stage 1, stages 2 and 3 on the errors before them; controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import Tensor

from pose_lib.batches import BoxBatches
from pose_lib.bench.cost import cost_rows, multiply_adds, parameters
from pose_lib.bench.experiment_2d import Experiment2D, labelled_mean
from pose_lib.bench.held_out import held_out
from pose_lib.bench.rows import Key
from pose_lib.bench.timing import timed
from pose_lib.data.mapping import to_skeleton
from pose_lib.data.photos.dataset import require
from pose_lib.data.photos.looking import PICTURE, Pictures
from pose_lib.data.poses import PoseData
from pose_lib.data.resample import whole_boxes
from pose_lib.data.seeds import seed_of
from pose_lib.geometry.skeletons import FLIC11
from pose_lib.models.cascade import Cascade, ErrorDistribution
from pose_lib.models.deeppose import DeepPoseNet, Diameter, normalise
from pose_lib.papers.deeppose.objectives import Simulation, first_loss, later_loss
from pose_lib.papers.deeppose.picture_batches import PictureBatches
from pose_lib.papers.deeppose.sizes import DeepPosePreset
from pose_lib.papers.deeppose.sweeps import CROPS, crops_key, sigma_key, sigmas_of
from pose_lib.training import Schedule

if TYPE_CHECKING:
    from pose_lib.bench.setup import Setup

__all__ = ["STAGES", "DeepPoseExperiment"]

STAGES = ("Stage 1", "Stage 2", "Stage 3")


@dataclass
class DeepPoseExperiment(Experiment2D):
    """Trains the stages one after the other; what takes long is kept in the run's folder.

    Args:
        run: where it is kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
        data_root: folder of the data set's photographs; without it boxes are read from stored crops.
    """

    preset: DeepPosePreset
    data_root: Path | None = None

    @classmethod
    def of(cls, setup: Setup) -> Self:
        """The experiment of a notebook."""
        return cls(setup.run, setup.train, setup.test, setup.preset, data_root=setup.data_root)

    def __post_init__(self) -> None:
        """Hold some takes out, measure the diameters, and take the published size of the joints' boxes."""
        self.train, held = held_out(self.train)
        super().__post_init__()
        self.held = to_skeleton(held, self.skeleton)
        """Training samples that no network sees, on which sizes of boxes are compared as in the paper."""
        self.held_predictions: dict[Key, Tensor] = {}
        """Poses of the networks that are compared, ``(H, K, 2)``."""
        self.diameter = Diameter.of(self.joints, self.skeleton.torso)
        self.diameters = self.diameter(self.joints)
        upper_body = self.skeleton == FLIC11
        self.sigma = 1.0 if upper_body else 2.0
        """As chosen in the paper: 1 for upper bodies in feature films, 2 for whole bodies in sports."""
        self.sigmas = sigmas_of(upper_body)
        self.boxes = whole_boxes(len(self.test), self.preset.size)
        """``b^0`` of the test samples: a crop is the box that its data set gave."""
        self.schedules = self.preset.stages_on(str(self.run.parameters["dataset"]))
        self.errors: dict[str, ErrorDistribution] = {}
        """By the name of a training: the errors of the stage before on training images."""

    @cached_property
    def images(self) -> BoxBatches:
        """The training images on the device."""
        return self.batches(self.train, self.data_root, noise=self.preset.noise)

    @cached_property
    def test_images(self) -> BoxBatches:
        """The test images on the device, normalised as the training images."""
        return self.batches(self.test, self.data_root, like=self.images)

    @cached_property
    def held_images(self) -> BoxBatches:
        """The images that are held out."""
        return self.batches(self.held, self.data_root, like=self.images)

    def batches(self, data: PoseData, data_root: Path | None, **more: Any) -> BoxBatches:
        """Boxes of a set, read from its photographs where the preset says so and they are there."""
        p = self.preset
        if not p.pictures or data_root is None or PICTURE not in data.table.columns:
            return BoxBatches(data.images, p.side, device=self.device, **more)
        pictures = Pictures.of(data, require(data.card.name, data_root))
        return PictureBatches(data, pictures, p.side, device=self.device, **more)

    def network(self, mean: Tensor, deviation: float, pool: int = 3) -> DeepPoseNet:
        """A fresh network that starts at the mean ``(K, 2)`` of its targets; their deviation is its unit."""
        p = self.preset
        torch.manual_seed(self.seed)
        net = DeepPoseNet(
            len(self.skeleton),
            side=p.side,
            first=p.first,
            maps=p.maps,
            widths=p.widths,
            dropout=p.dropout,
            gain=deviation,
            pool=pool,
            norm=p.norm,
        )
        return net.start_at(mean).to(self.device)

    # --- stage 1 ------------------------------------------------------------------------------------------

    def first_targets(self) -> tuple[Tensor, float]:
        """Mean ``(K, 2)`` and deviation of the poses in units of the whole image, mirrored ones included."""
        whole = normalise(self.joints, whole_boxes(len(self.joints), self.preset.size))
        mirrored = (whole * torch.tensor([-1.0, 1.0]))[:, list(self.skeleton.mirror)]
        mean = labelled_mean(torch.cat([whole, mirrored]))
        return mean, float((whole - mean).square().nanmean().sqrt())

    def first_stage(
        self, name: str = "stage-1", schedule: Schedule | None = None, pool: int = 3
    ) -> DeepPoseNet:
        """Stage 1: Eq. (4) on moved, resized and mirrored boxes of the whole image."""
        p, mirror = self.preset, self.skeleton.mirror
        net = self.network(*self.first_targets(), pool)
        loss = first_loss(net, self.images, self.joints, mirror, p.shift, p.zoom)
        self.fit(name, net, loss, schedule or self.schedules[0])
        return net

    # --- stages 2 and 3 -----------------------------------------------------------------------------------

    def observe(self, name: str, nets: Sequence[DeepPoseNet], sigma: float) -> ErrorDistribution:
        """``N_i^(s-1)``: the errors of the cascade so far on training images, joint by joint."""
        count = min(self.preset.observed or len(self.train), len(self.train))
        which = torch.linspace(0, len(self.train) - 1, count).long()

        def build() -> dict[str, Any]:
            cascade = Cascade(nets, sigma, self.diameter)
            poses = cascade(self.images.look, whole_boxes(count, self.preset.size), which)[-1]
            errors = ErrorDistribution.of(poses, self.joints[which], self.diameters[which])
            return vars(errors) | {"guarded": cascade.guarded}

        stored = self.run.cached(f"errors-{name}", build)
        self.errors[name] = ErrorDistribution(stored["mean"], stored["std"])
        return self.errors[name]

    def simulate(self, name: str, errors: ErrorDistribution, sigma: float, crops: int) -> Simulation:
        """``D_A^s``: for each labelled joint, ``crops`` predictions that are wrong as the stage before is."""
        generator = torch.Generator().manual_seed(seed_of(self.seed, name, "displacements"))
        displacements = errors.draw(len(self.train), crops, generator)
        labelled = self.joints.isfinite().all(-1).nonzero()
        return Simulation(self.joints, labelled, displacements, self.diameters, sigma)

    def next_stage(
        self,
        nets: Sequence[DeepPoseNet],
        name: str = "",
        schedule: Schedule | None = None,
        *,
        sigma: float | None = None,
        crops: int | None = None,
    ) -> DeepPoseNet:
        """The stage after ``nets``: Eq. (8) on simulated predictions, to refine what they predict."""
        name, sigma = name or f"stage-{len(nets) + 1}", sigma or self.sigma
        errors = self.observe(name, nets, sigma)
        simulation = self.simulate(name, errors, sigma, crops or self.preset.crops)
        net = self.network(-errors.mean / sigma, float(errors.std.square().mean().sqrt()) / sigma)
        if self.preset.warm:
            net.convolutions.load_state_dict(nets[-1].convolutions.state_dict())
            net.hidden.load_state_dict(nets[-1].hidden.state_dict())
        loss = later_loss(net, self.images, simulation, self.skeleton.mirror)
        schedule = schedule or self.schedules[len(nets)]
        self.fit(name, net, loss, schedule, samples=len(simulation.labelled))
        return net

    # --- rows of the tables -------------------------------------------------------------------------------

    def cascade(self, nets: Sequence[DeepPoseNet]) -> Cascade:
        """Rows *Stage 1* to *Stage 3*: Eq. (5) to Eq. (7) on the test images."""
        cascade = Cascade(nets, self.sigma, self.diameter)
        self.predictions.update(zip(STAGES, self.poses_of("cascade", cascade), strict=True))
        return cascade

    def poses_of(self, name: str, cascade: Cascade, held: bool = False) -> Tensor:
        """Poses ``(stages, M, K, 2)`` of the test samples, or of those held out, after each stage."""
        images, count = (self.held_images, len(self.held)) if held else (self.test_images, len(self.test))

        def build() -> dict[str, Any]:
            poses = cascade(images.look, whole_boxes(count, self.preset.size))
            return {"poses": torch.stack(poses), "guarded": cascade.guarded}

        poses: Tensor = self.run.cached(f"poses-{name}", build)["poses"]
        return poses

    def cost_of_stages(self, cascade: Cascade, repetitions: int = 5) -> None:
        """What each stage costs together with those before it; times are of a batch of up to 16 people."""
        image = next(self.test_images.centred(1))
        people = torch.arange(min(16, len(self.test)))
        weights, products, seconds = 0, 0, 0.0
        for number, (stage, net) in enumerate(zip(STAGES, cascade.nets, strict=True), start=1):
            weights += parameters(net)
            products += multiply_adds(net, image) * (1 if number == 1 else len(self.skeleton))
            seconds += self.histories[f"stage-{number}"].seconds
            part = Cascade(cascade.nets[:number], cascade.sigma, cascade.diameter)

            def build(part: Cascade = part) -> dict[str, Any]:
                jobs = {"": lambda: part(self.test_images.look, self.boxes[people], people)}
                times = timed(jobs, repetitions, device=self.device)[""]
                return {"times": 1000 * times / len(people)}

            times = self.run.cached(f"cost-{number}", build)["times"].tolist()
            self.results.costs += cost_rows(stage, weights, products, seconds, times)

    # --- controls that the paper lacks --------------------------------------------------------------------

    def controls(self, first: DeepPoseNet) -> None:
        """What makes the paper's claims testable; the sweeps take half of the steps of stage 2.

        * Stage 1, trained longer: as many steps as all three stages together.
        * Stage 1, no pooling: every second pixel of a map is kept instead.
        * Stage 2 with other sizes of the joints' boxes, and with fewer simulated predictions.
        """
        longer = replace(self.schedules[0], steps=sum(s.steps for s in self.schedules))
        self.single("trained longer", "stage-1-longer", longer)
        self.single("no pooling", "stage-1-no-pooling", pool=1)
        for sigma in self.sigmas:
            self.pair(sigma_key(sigma), first, sigma, CROPS[-1])
        for crops in CROPS:
            self.pair(crops_key(crops), first, self.sigma, crops)

    def single(self, setting: str, name: str, schedule: Schedule | None = None, pool: int = 3) -> None:
        """A row of stage 1 alone, trained in another way."""
        net = self.first_stage(name, schedule, pool)
        poses = self.poses_of(name, Cascade([net], self.sigma, self.diameter))
        self.predictions["Stage 1", setting] = poses[-1]

    def pair(self, key: Key, first: DeepPoseNet, sigma: float, crops: int) -> None:
        """A row of stage 2, trained briefly after ``first``."""
        name, schedule = f"stage-2-{sigma:g}-{crops}", self.schedules[1]
        half = replace(schedule, steps=max(1, schedule.steps // 2))
        second = self.next_stage([first], name, half, sigma=sigma, crops=crops)
        cascade = Cascade([first, second], sigma, self.diameter)
        self.predictions[key] = self.poses_of(name, cascade)[-1]
        if len(self.held):
            self.held_predictions[key] = self.poses_of(f"{name}-held", cascade, held=True)[-1]
