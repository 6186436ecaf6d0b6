"""What the Park chapter trains, in the paper's order: shapes, network, losses, average pose and its size."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.rows import Key, label
from pose_lib.models.park import ParkNet, ParkOutput, average_pose, overall_loss, regression_loss, relative_to
from pose_lib.models.parts.targets import root_relative
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.models.unit_shape import WIDE_TORSO, TorsoScale, centred, torso_length, unit_shape
from pose_lib.papers.park.sizes import ParkPreset
from pose_lib.papers.park.variants import (
    ALL_TORSO_BONES,
    CONTROLS,
    ORACLE,
    VARIANTS,
    Trained,
    Variant,
    with_setting,
)
from pose_lib.paths import slug
from pose_lib.training import Loss, autocast

__all__ = ["ParkExperiment", "Weights", "outputs"]


@dataclass
class Weights:
    """The weights in Eq. (5) and (6)."""

    lambda_2d: float
    """Of the classification; it falls during the training."""
    lambda_3d: float
    """Of the regression."""


@dataclass
class ParkExperiment(Experiment3D):
    """Trains and predicts; what takes long is kept in the run's folder."""

    preset: ParkPreset
    trained: dict[Key, Trained] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Measure the training torsos, and choose the samples at which losses are followed."""
        super().__post_init__()
        self.grid = SoftGrid(self.preset.window)
        self.torso = TorsoScale.of(self.poses)
        self.joints = torch.from_numpy(self.train.joints_2d.copy()).to(self.device)
        self.seen = _spread(len(self.train), self.preset.seen)
        self.watched = _spread(len(self.test), self.preset.seen)

    @cached_property
    def seen_images(self) -> ImageBatches:
        """Some training images, at which the training loss is measured as the test loss is."""
        images = self.train.images[self.seen.numpy()]
        return ImageBatches(images, self.preset.window, device=self.device, like=self.images)

    @cached_property
    def watched_images(self) -> ImageBatches:
        """Test images, at most as many, at which the test loss is followed."""
        images = self.test.images[self.watched.numpy()]
        return ImageBatches(images, self.preset.window, device=self.device, like=self.images)

    # --- targets and network ------------------------------------------------------------------------------

    def targets(self, poses: Tensor, variant: Variant) -> Tensor:
        """Shapes ``(N, J, 3)`` of mean zero: of norm one, or in units of the mean training norm."""
        return unit_shape(poses)[0] if variant.unit else centred(poses) / self.torso.norm

    def network(self, variant: Variant) -> ParkNet:
        """A fresh network of the variant; its 3D outputs start at the mean of their targets."""
        p, skeleton = self.preset, self.train.skeleton
        roots = tuple((root,) * len(skeleton) for root in variant.roots)
        shapes = self.targets(self.poses, variant)
        # The step length of AdamW does not depend on the targets; that of gradient descent scales with them.
        adam = p.learning.momentum is None
        gain = float((shapes - shapes.mean(0)).square().mean().sqrt()) if adam else 1.0
        torch.manual_seed(self.seed)
        net = ParkNet(
            p.window,
            (skeleton.parents,) if variant.parents else roots,
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

    # --- training -----------------------------------------------------------------------------------------

    def batch_loss(self, net: ParkNet, variant: Variant, weights: Weights) -> Loss:
        """Eq. (5), or with several roots Eq. (6), of a batch of random windows."""
        wanted = relative_to(self.targets(self.poses, variant).to(self.device), net.differences)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, offsets = self.images.random(which, generator)
            here = which.to(self.device)
            labels = self.grid.labels(self.joints[here] - offsets[:, None].to(self.joints))
            with autocast(self.device):
                output = net(x)
            # bf16 is enough for products, not for sums over cells.
            exact = ParkOutput(output.logits.float(), output.relative.float())
            return overall_loss(exact, labels, wanted[here], weights.lambda_2d, weights.lambda_3d)

        return loss

    def learn(self, key: Key, variant: Variant) -> Trained:
        """Train a variant on the same batches, crops and colours as all others; predict the test samples."""
        net, schedule = self.network(variant), self.preset.schedule(len(self.train))
        weights = Weights(0.0, variant.weight * self.preset.lambda_3d)

        looks = self.preset.looks
        watched = {round(schedule.steps * (i + 1) / looks) for i in range(looks)}

        def watch(step: int) -> dict[str, float] | None:
            if variant.places:
                weights.lambda_2d = self.preset.weight_2d(step, schedule.steps)
            return self.losses(net, variant) if step in watched else None

        name = slug(label(key))
        self.fit(name, net, self.batch_loss(net, variant, weights), schedule, watch=watch)
        self.histories[label(key)] = self.histories.pop(name)
        self.trained[key] = self.answer(key, variant, net)
        return self.trained[key]

    def losses(self, net: ParkNet, variant: Variant) -> dict[str, float]:
        """The mean 3D losses of some training and test samples."""
        seen, watched = outputs(net, self.seen_images), outputs(net, self.watched_images)
        return {
            "train": float(self.loss_3d(net, seen, self.poses[self.seen], variant).mean()),
            "test": float(self.loss_3d(net, watched, self.truth[self.watched], variant).mean()),
        }

    def loss_3d(self, net: ParkNet, output: ParkOutput, poses: Tensor, variant: Variant) -> Tensor:
        """``(N,)`` Eq. (4) of outputs for centre windows: summed over joints, mean over roots."""
        wanted = relative_to(self.targets(poses, variant), net.differences.cpu())
        return regression_loss(output.relative, wanted).sum(-1).mean(1)

    # --- from outputs to poses ----------------------------------------------------------------------------

    def answer(self, key: Key, variant: Variant, net: ParkNet) -> Trained:
        """Predict the test samples: the pose of every root, their average, Eq. (7), and its size."""
        output, seen = outputs(net, self.test_images), outputs(net, self.seen_images)
        heads = net.poses(output.relative)
        shapes = average_pose(heads)
        poses, degenerate = self.sized(shapes, variant)
        self.predictions[key] = root_relative(poses, self.train.skeleton)
        if variant.unit:
            oracle, _ = self.torso.recover(shapes, torso_length(self.truth))
            self.predictions[with_setting(key, ORACLE)] = root_relative(oracle, self.train.skeleton)
        scale = torch.linalg.vector_norm(poses, dim=(1, 2)) / torch.linalg.vector_norm(shapes, dim=(1, 2))
        edge = (self.preset.size - self.preset.window) // 2
        return Trained(
            variant,
            net,
            places=self.grid.expected(output.logits.softmax(-1)) + edge,
            heads=heads * scale[:, None, None, None],
            degenerate=int(degenerate.sum()),
            losses={
                "train": self.loss_3d(net, seen, self.poses[self.seen], variant),
                "test": self.loss_3d(net, output, self.truth, variant),
            },
        )

    def sized(self, shapes: Tensor, variant: Variant) -> tuple[Tensor, Tensor]:
        """Poses ``(M, J, 3)`` in mm, and which of them ``(M,)`` had no torso to give them a size."""
        if variant.unit:
            return self.torso.recover(shapes)
        return shapes * self.torso.norm, torch.zeros(len(shapes), dtype=torch.bool)

    # --- rows of the tables -------------------------------------------------------------------------------

    def variants(self) -> None:
        """Train the four networks of Table 2 for the same steps, and note what they cost."""
        for key, variant in VARIANTS.items():
            self.cost(key, self.learn(key, variant).net, (label(key),))

    def controls(self) -> None:
        """Train the networks that the paper argues against, or leaves out."""
        for key, variant in CONTROLS.items():
            self.learn(key, variant)
        wide = TorsoScale.of(self.poses, WIDE_TORSO)
        for key in VARIANTS:
            poses, _ = wide.recover(average_pose(self.trained[key].heads))
            self.predictions[with_setting(key, ALL_TORSO_BONES)] = root_relative(poses, self.train.skeleton)


def _spread(samples: int, most: int) -> Tensor:
    """At most so many numbers of samples, evenly spread."""
    return torch.linspace(0, samples - 1, min(most, samples)).long()


@torch.no_grad()
def outputs(net: ParkNet, images: ImageBatches) -> ParkOutput:
    """Outputs of both branches for all centre windows, on the CPU in float32."""
    net.eval()
    parts = [net(x) for x in images.centred()]
    return ParkOutput(
        torch.cat([part.logits.float().cpu() for part in parts]),
        torch.cat([part.relative.float().cpu() for part in parts]),
    )
