"""The systems of the Park chapter: four variants under one budget, and the controls that the paper lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.experiment import BASELINES, Experiment3D
from pose_lib.bench.presets.park import ParkPreset
from pose_lib.models.park import (
    ROOTS,
    Fusion,
    ParkNet,
    ParkOutput,
    average_pose,
    overall_loss,
    regression_loss,
    relative_to,
)
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.models.targets import root_relative
from pose_lib.models.unit_shape import WIDE_TORSO, TorsoScale, centred, torso_length, unit_shape
from pose_lib.training import autocast

__all__ = ["CONTROLS", "SYSTEMS", "VARIANTS", "ParkExperiment", "Trained", "Variant"]


@dataclass(frozen=True)
class Variant:
    """What tells one network of the chapter from another; everything else is the same for all."""

    roots: tuple[int, ...] = (0,)
    fusion: Fusion = "none"
    separate: bool = True
    """Each root has its own *fc2 3D*."""
    parents: bool = False
    """Joints are measured from their parents, instead of from roots."""
    unit: bool = True
    """Targets have norm one; else they are in mm, up to one constant for all."""
    places: bool = True
    """The 2D branch is trained."""
    weight: float = 1.0
    """Of the 3D cost, times that of the preset."""


VARIANTS = {
    "Baseline": Variant(),
    "Multi-reg": Variant(ROOTS),
    "2D-cls": Variant(fusion="layer"),
    "Multi-reg + 2D-cls": Variant(ROOTS, "layer"),
}
"""Table 2 of the paper. All four learn the 2D task; *2D-cls* also reads its answer."""

CONTROLS = {
    "Baseline, no 2D loss": Variant(places=False),
    "Baseline, targets in mm": Variant(unit=False),
    "Baseline, parent-relative": Variant(parents=True),
    "Baseline, six times the 3D cost": Variant(weight=len(ROOTS)),
    "Multi-reg, shared layers": Variant(ROOTS, separate=False),
    "2D-cls, raw probabilities": Variant(fusion="raw"),
}
"""What makes the paper's claims testable, each under the budget of the four variants."""

SYSTEMS = (*BASELINES, *VARIANTS)
"""Rows of the main table, in the paper's order after the two baselines."""


@dataclass
class Trained:
    """A trained variant, and what it says of the test samples."""

    variant: Variant
    net: ParkNet
    places: Tensor
    """``(M, J, 2)`` 2D joints in pixels of the stored crops."""
    heads: Tensor
    """``(M, R, J, 3)`` mm: the pose of every root about its mean, each in the size of the final one."""
    degenerate: int
    """Predicted torsos too short to give a size."""
    losses: dict[str, Tensor]
    """3D loss of single samples, summed over joints, mean over roots: ``train`` and ``test``."""


@dataclass
class ParkExperiment(Experiment3D):
    """Trains and predicts; every stage is kept in the run's folder.

    Args:
        run: where stages are kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
    """

    preset: ParkPreset
    trained: dict[str, Trained] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take away place and size from the targets; keep what gives the size back."""
        super().__post_init__()
        self.grid = SoftGrid(self.preset.window)
        self.torso = TorsoScale.of(self.poses)
        self.joints = torch.from_numpy(self.train.joints_2d.copy()).to(self.device)
        count = min(self.preset.seen, len(self.train))
        self.seen = torch.linspace(0, len(self.train) - 1, count).long()

    @cached_property
    def seen_images(self) -> ImageBatches:
        """Some training images, at which the training loss is measured as the test loss is."""
        images = self.train.images[self.seen.numpy()]
        return ImageBatches(images, self.preset.window, device=self.device, like=self.images)

    @cached_property
    def some_test_images(self) -> ImageBatches:
        """As many test images at most, for the curves."""
        images = self.test.images[self._some_test().numpy()]
        return ImageBatches(images, self.preset.window, device=self.device, like=self.images)

    def _some_test(self) -> Tensor:
        count = min(self.preset.seen, len(self.test))
        return torch.linspace(0, len(self.test) - 1, count).long()

    # --- one variant --------------------------------------------------------------------------------------

    def targets(self, poses: Tensor, variant: Variant) -> Tensor:
        """Shapes ``(N, J, 3)`` of mean zero: of norm one, or in units of the mean training norm."""
        return unit_shape(poses)[0] if variant.unit else centred(poses) / self.torso.norm

    def network(self, variant: Variant) -> ParkNet:
        """A fresh network of the variant; its 3D outputs start at the mean of their targets."""
        p, skeleton = self.preset, self.train.skeleton
        references = tuple((root,) * len(skeleton) for root in variant.roots)
        if variant.parents:
            references = (skeleton.parents,)
        shapes = self.targets(self.poses, variant)
        adam = self.preset.learning.momentum is None
        # AdamW's steps have one length whatever the targets; those of gradient descent scale with them.
        gain = float((shapes - shapes.mean(0)).square().mean().sqrt()) if adam else 1.0
        torch.manual_seed(self.seed)
        net = ParkNet(
            p.window,
            references,
            cells=len(self.grid),
            fusion=variant.fusion,
            separate=variant.separate,
            width=p.width,
            dropout=p.dropout,
            first=p.first,
            gain=gain,
        )
        net.start_at(shapes)
        return net.to(self.device)

    def _loss(
        self, net: ParkNet, variant: Variant, weights: list[float]
    ) -> Callable[[Tensor, torch.Generator], Tensor]:
        """Eq. (5) or (6) on training batches; ``weights`` are lambda_2D, which may change, and lambda_3D."""
        wanted = relative_to(self.targets(self.poses, variant).to(self.device), net.differences)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, offsets = self.images.random(which, generator)
            here = which.to(self.device)
            labels = self.grid.labels(self.joints[here] - offsets[:, None].to(self.joints))
            with autocast(self.device):
                output = net(x)
            # bf16 is enough for products, not for sums over cells.
            exact = ParkOutput(output.logits.float(), output.relative.float())
            return overall_loss(exact, labels, wanted[here], weights[0], weights[1])

        return loss

    def learn(self, name: str, variant: Variant) -> Trained:
        """Train a variant, predict the test samples, and recover the size of each pose.

        All variants see the same batches, crops and colours in the same order.
        """
        p, net, schedule = self.preset, self.network(variant), self.preset.schedule(len(self.train))
        looks = {round(schedule.steps * (i + 1) / p.looks) for i in range(p.looks)}
        weights = [0.0, variant.weight * p.lambda_3d]
        test = self._some_test()

        def watch(step: int) -> dict[str, float] | None:
            weights[0] = p.weight_2d(step, schedule.steps) if variant.places else 0.0
            if step not in looks:
                return None
            return {
                "train": float(self.loss_3d(net, self.seen_images, self.poses[self.seen], variant).mean()),
                "test": float(self.loss_3d(net, self.some_test_images, self.truth[test], variant).mean()),
            }

        stage = name.lower().replace(", ", "-").replace(" + ", "-").replace(" ", "-")
        self.fit(stage, net, self._loss(net, variant, weights), schedule, watch, stream="park")
        self.histories[name] = self.histories.pop(stage)
        self.trained[name] = self._answer(name, variant, net)
        return self.trained[name]

    def _answer(self, name: str, variant: Variant, net: ParkNet) -> Trained:
        output = outputs(net, self.test_images)
        heads = net.poses(output.relative)
        shapes = average_pose(heads)
        if variant.unit:
            poses, degenerate = self.torso.recover(shapes)
            oracle, _ = self.torso.recover(shapes, torso_length(self.truth))
            self.predictions[f"{name}, oracle scale"] = root_relative(oracle, self.train.skeleton)
        else:
            poses, degenerate = shapes * self.torso.norm, torch.zeros(len(shapes), dtype=torch.bool)
        self.predictions[name] = root_relative(poses, self.train.skeleton)
        size = torch.linalg.vector_norm(poses, dim=(1, 2)) / torch.linalg.vector_norm(shapes, dim=(1, 2))
        edge = (self.preset.size - self.preset.window) // 2
        losses = {
            "train": self.loss_3d(net, self.seen_images, self.poses[self.seen], variant),
            "test": self.loss_3d(net, self.test_images, self.truth, variant, output),
        }
        places = self.grid.expected(output.logits.softmax(-1)) + edge
        return Trained(variant, net, places, heads * size[:, None, None, None], int(degenerate.sum()), losses)

    def loss_3d(
        self,
        net: ParkNet,
        images: ImageBatches,
        poses: Tensor,
        variant: Variant,
        output: ParkOutput | None = None,
    ) -> Tensor:
        """``(N,)`` Eq. (4) of centre windows, without dropout: summed over joints, mean over roots."""
        relative = (output or outputs(net, images)).relative
        wanted = relative_to(self.targets(poses, variant), net.differences.cpu())
        return regression_loss(relative, wanted).sum(-1).mean(1)

    # --- rows of the tables -------------------------------------------------------------------------------

    def variants(self) -> None:
        """Train the four networks of Table 2 under one budget, and note what they cost."""
        for name, variant in VARIANTS.items():
            self.learn(name, variant)
            self.cost(name, self.trained[name].net, (name,))

    def controls(self) -> None:
        """Train the networks that the paper argues against, or leaves out."""
        for name, variant in CONTROLS.items():
            self.learn(name, variant)
        wide = TorsoScale.of(self.poses, WIDE_TORSO)
        for name in VARIANTS:
            poses, _ = wide.recover(average_pose(self.trained[name].heads))
            self.predictions[f"{name}, size by all torso bones"] = root_relative(poses, self.train.skeleton)


@torch.no_grad()
def outputs(net: ParkNet, images: ImageBatches) -> ParkOutput:
    """Both branches' answers for all centre windows, on the CPU in float32."""
    net.eval()
    parts = [net(x) for x in images.centred()]
    return ParkOutput(
        torch.cat([part.logits.float().cpu() for part in parts]),
        torch.cat([part.relative.float().cpu() for part in parts]),
    )
