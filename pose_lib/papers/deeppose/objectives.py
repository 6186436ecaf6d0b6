"""The losses of DeepPose's stages on batches of images: what a training loop calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pose_lib.batches import BoxBatches
from pose_lib.data.resample import jittered, mirrored, whole_boxes
from pose_lib.models.cascade import simulated
from pose_lib.models.deeppose import displacement_loss, normalised_sample, pose_loss
from pose_lib.training import Loss, autocast

__all__ = ["Simulation", "first_loss", "later_loss"]


def first_loss(
    net: nn.Module, images: BoxBatches, joints: Tensor, mirror: Sequence[int], shift: float, zoom: float
) -> Loss:
    """Eq. (4), Toshev & Szegedy 2014, on moved, resized and mirrored boxes of whole images.

    ``joints (N, K, 2)`` are in pixels, NaN where one is missing; ``mirror`` names the joint that takes the
    place of each in a mirrored image. Boxes move by at most ``shift`` of their side, and change their size by
    at most the factor ``1 + zoom``.
    """
    flipped = list(mirror)

    def loss(which: Tensor, generator: torch.Generator) -> Tensor:
        boxes = jittered(whole_boxes(len(which), images.size), shift, zoom, generator)
        flip = torch.rand(len(which), generator=generator) < 0.5

        def look(samples: Tensor, shown: Tensor) -> Tensor:
            return images.look(samples, shown, generator)

        x, y = normalised_sample(look, which, mirrored(boxes, flip), joints[which])
        y = torch.where(flip[:, None, None], y[:, flipped], y)
        with autocast(x.device):
            out = net(x)
        return pose_loss(out, y.to(x.device))

    return loss


@dataclass(frozen=True)
class Simulation:
    """The set ``D_A^s`` of Toshev & Szegedy 2014: labelled joints, each with its simulated predictions."""

    joints: Tensor
    """``(N, K, 2)`` pixels."""
    labelled: Tensor
    """``(P, 2)`` sample and joint of every label."""
    displacements: Tensor
    """``(N, K, crops, 2)`` in diameters."""
    diameters: Tensor
    """``(N,)`` pixels."""
    sigma: float
    """Side of the boxes in diameters."""

    def choose(self, which: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """One simulated prediction, at random, of each label ``(B,)``: sample, joint, box and target."""
        sample, joint = self.labelled[which].T
        copy = torch.randint(self.displacements.shape[2], (len(which),), generator=generator)
        delta = self.displacements[sample, joint, copy].float()
        boxes, target = simulated(self.joints[sample, joint], delta, self.diameters[sample], self.sigma)
        return sample, joint, boxes, target


def later_loss(net: nn.Module, images: BoxBatches, simulation: Simulation, mirror: Sequence[int]) -> Loss:
    """Eq. (8), Toshev & Szegedy 2014, on boxes around simulated predictions, half of them mirrored.

    The indices of a batch are those of the simulation's labels.
    """
    flipped = torch.tensor(mirror)

    def loss(which: Tensor, generator: torch.Generator) -> Tensor:
        sample, joint, boxes, target = simulation.choose(which, generator)
        flip = torch.rand(len(which), generator=generator) < 0.5
        x = images.look(sample, mirrored(boxes, flip), generator)
        y = torch.where(flip[:, None], target * torch.tensor([-1.0, 1.0]), target)
        own = torch.where(flip, flipped[joint], joint)
        with autocast(x.device):
            out = net(x)
        return displacement_loss(out, own.to(x.device), y.to(x.device))

    return loss
