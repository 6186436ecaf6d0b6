"""The cascade of Toshev & Szegedy 2014: training crops of the later stages, and prediction by all stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pose_lib.models.deeppose import Diameter, first_pose, joint_boxes, normalise, refined
from pose_lib.training import autocast

__all__ = ["Cascade", "ErrorDistribution", "Look", "simulated"]

Look = Callable[[Tensor, Tensor], Tensor]
"""Crops boxes: from samples ``(B,)`` and boxes ``(B, 4)`` to the network's input ``(B, 3, side, side)``."""


@dataclass(frozen=True)
class ErrorDistribution:
    """``N_i^(s-1)``: a normal distribution of the displacements ``y_i^(s-1) - y_i`` of each joint.

    In units of the pose's diameter, since people differ in size. x and y are independent.
    """

    mean: Tensor
    """``(K, 2)``"""
    std: Tensor
    """``(K, 2)``"""

    @classmethod
    def of(cls, predicted: Tensor, truth: Tensor, diameters: Tensor) -> ErrorDistribution:
        """Estimated from predicted and true training poses ``(N, K, 2)`` with diameters ``(N,)``.

        Missing joints (NaN) do not count.

        Raises:
            ValueError: a joint has fewer than two labels, so that its errors have no variance.
        """
        errors = (predicted - truth) / diameters[:, None, None]
        known = errors.isfinite()
        count = known.sum(0)
        if bool((count < 2).any()):
            few = (count < 2).any(-1).nonzero().flatten().tolist()
            raise ValueError(f"joints {few} have fewer than two labels; their errors have no variance")
        mean = torch.where(known, errors, 0.0).sum(0) / count
        variance = torch.where(known, (errors - mean).square(), 0.0).sum(0) / (count - 1)
        return cls(mean, variance.sqrt())

    def draw(self, samples: int, crops: int, generator: torch.Generator | None = None) -> Tensor:
        """Random displacements ``(samples, K, crops, 2)`` in diameters, float16; the paper takes 40 crops."""
        noise = torch.randn((samples, len(self.mean), crops, 2), generator=generator, dtype=torch.float32)
        return noise.mul_(self.std[:, None]).add_(self.mean[:, None]).half()


def simulated(joints: Tensor, delta: Tensor, diameters: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """The set ``D_A^s``: boxes and targets as if the previous stage had been wrong by ``delta``.

    The box is that of Eq. (7) around ``y_i + delta``, with the diameter of the true pose; the target is
    ``N(y_i; b)``.

    Args:
        joints: true positions of one joint per sample, ``(B, 2)`` pixels.
        delta: ``(B, 2)`` in diameters.
        diameters: ``(B,)`` pixels.
        sigma: side of the box in diameters.

    Returns:
        Boxes ``(B, 4)`` and targets ``(B, 2)``.
    """
    centres = joints + delta * diameters[:, None]
    boxes = joint_boxes(centres[:, None], sigma * diameters)[:, 0]
    return boxes, normalise(joints[:, None], boxes)[:, 0]


class Cascade:
    """All stages at test time: one pass over the whole box, then one crop per joint and stage.

    Args:
        nets: of the stages 1 to ``S``; the first gives poses, the others displacements.
        sigma: side of the joints' boxes in diameters.
        diameter: of a pose.
        batch: images per forward pass; ``batch / K`` people are refined together. On a CPU, 28 is fastest at
            the published size.
    """

    def __init__(self, nets: Sequence[nn.Module], sigma: float, diameter: Diameter, batch: int = 128) -> None:
        self.nets, self.sigma, self.diameter, self.batch = nets, sigma, diameter, batch
        self.guarded = 0
        """Number of diameters replaced by :class:`~pose_lib.models.deeppose.Diameter`'s bound so far."""

    @torch.no_grad()
    def __call__(self, look: Look, boxes: Tensor, which: Tensor | None = None) -> list[Tensor]:
        """Poses of every stage.

        Args:
            look: crops boxes out of the images.
            boxes: ``b^0`` of the samples, ``(N, 4)``.
            which: ``(N,)`` indices of the samples; by default the first ``N``.

        Returns:
            One ``(N, K, 2)`` per stage, float32 on the CPU, in pixels of the images.
        """
        which = torch.arange(len(boxes)) if which is None else which
        for net in self.nets:
            net.eval()
        whole = torch.split(torch.arange(len(boxes)), self.batch)
        # One context for all: it keeps the weights that it has converted to bf16 until it ends.
        with autocast(next(self.nets[0].parameters()).device):
            poses = [
                torch.cat([first_pose(self.output(0, look, which[p], boxes[p]), boxes[p]) for p in whole])
            ]
            for stage in range(1, len(self.nets)):
                step = max(1, self.batch // poses[0].shape[1])
                parts = torch.split(torch.arange(len(boxes)), step)
                poses.append(torch.cat([self.refine(stage, look, which[p], poses[-1][p]) for p in parts]))
        return poses

    def refine(self, stage: int, look: Look, which: Tensor, poses: Tensor) -> Tensor:
        """One stage for ``B`` people: ``B K`` crops in one batch; each joint uses its own output."""
        count = poses.shape[1]
        self.guarded += self.diameter.guarded(poses)
        boxes = joint_boxes(poses, self.sigma * self.diameter(poses))
        output = self.output(stage, look, which.repeat_interleave(count), boxes.flatten(0, 1))
        every = torch.arange(count)
        own = output.view(-1, count, count, 2)[:, every, every]
        return refined(poses, own, boxes)

    def output(self, stage: int, look: Look, which: Tensor, boxes: Tensor) -> Tensor:
        """``psi(N(x; b))`` of a stage's network, ``(B, K, 2)`` float32 on the CPU."""
        output: Tensor = self.nets[stage](look(which, boxes))
        return output.float().cpu()
