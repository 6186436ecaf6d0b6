"""Toshev & Szegedy, CVPR 2014: a pose is regressed from the image and refined on a crop per joint.

A pose is ``(B, K, 2)``, a box ``(B, 4)`` as x0 y0 x1 y1, both in pixels of the same image. A mirrored box has
``x0 > x1``: its width is then negative, and Eq. (1) mirrors the pose as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from pose_lib.losses import labelled, masked_squared_error
from pose_lib.models.parts.channel_norm import CrossChannelNorm
from pose_lib.models.parts.layers import fully_connected, initialise

__all__ = [
    "DeepPoseNet",
    "Diameter",
    "Norm",
    "denormalise",
    "displacement_loss",
    "first_pose",
    "joint_boxes",
    "normalise",
    "normalised_sample",
    "pose_loss",
    "refined",
]

Norm = Literal["response", "batch"]
"""Local response normalisation as published, or batch normalisation."""

_CACHED = 16
"""Number of images whose maps fit in a processor's cache from one layer to the next."""


def normalise(joints: Tensor, boxes: Tensor) -> Tensor:
    """Eq. (1), Toshev & Szegedy 2014: ``N(y_i; b) = diag(1/b_w, 1/b_h) (y_i - b_c)``.

    Joints ``(B, K, 2)`` in pixels to units of their boxes ``(B, 4)``: -1/2 and 1/2 at the edges. NaN is kept.
    """
    centre, extent = _centre_and_extent(boxes)
    return (joints - centre) / extent


def denormalise(joints: Tensor, boxes: Tensor) -> Tensor:
    """``N^-1`` of Eq. (2), Toshev & Szegedy 2014: from units of the boxes ``(B, 4)`` back to pixels."""
    centre, extent = _centre_and_extent(boxes)
    return joints * extent + centre


def normalised_sample(
    look: Callable[[Tensor, Tensor], Tensor], which: Tensor, boxes: Tensor, joints: Tensor
) -> tuple[Tensor, Tensor]:
    """Eq. (3), Toshev & Szegedy 2014: ``(N(x; b), N(y; b))``, image and pose normalised by the same box.

    Args:
        look: crops boxes out of images, from ``(B,)`` and ``(B, 4)`` to ``(B, 3, side, side)``.
        which: ``(B,)`` indices of the images.
        boxes: ``(B, 4)`` pixels.
        joints: ``(B, K, 2)`` pixels.

    Returns:
        The network's input, and joints ``(B, K, 2)`` in units of the boxes.
    """
    return look(which, boxes), normalise(joints, boxes)


def pose_loss(predicted: Tensor, target: Tensor) -> Tensor:
    """Eq. (4), Toshev & Szegedy 2014: ``sum_i ||y_i - psi_i(x)||^2``, mean over the batch.

    Args:
        predicted: ``psi``, ``(B, K, 2)``.
        target: ``(B, K, 2)``; a joint without a label (NaN) is left out of the sum.
    """
    return masked_squared_error(predicted, target, labelled(target)).sum() / len(predicted)


def first_pose(output: Tensor, boxes: Tensor) -> Tensor:
    """Eq. (5), Toshev & Szegedy 2014: stage 1, ``y^1 = N^-1(psi(N(x; b^0)); b^0)``.

    Args:
        output: ``psi``, ``(B, K, 2)``.
        boxes: ``b^0``, ``(B, 4)``: the whole image or the box of a person detector.
    """
    return denormalise(output, boxes)


def refined(previous: Tensor, displacement: Tensor, boxes: Tensor) -> Tensor:
    """Eq. (6), Toshev & Szegedy 2014: stage s, ``y_i^s = y_i^(s-1) + N^-1(psi_i(N(x; b)); b)``.

    The box is centred on ``y_i^(s-1)``, so the centre that ``N^-1`` adds is already the previous position of
    the joint. Only the displacement is converted to pixels here; taken literally, the formula would add that
    position twice.

    Args:
        previous: ``y^(s-1)``, ``(B, K, 2)``.
        displacement: each joint's own output on its own crop, ``(B, K, 2)`` in units of the boxes.
        boxes: ``b_i^(s-1)``, ``(B, K, 4)``.
    """
    return previous + displacement * (boxes[..., 2:] - boxes[..., :2])


def joint_boxes(joints: Tensor, sides: Tensor) -> Tensor:
    """Eq. (7), Toshev & Szegedy 2014: ``b_i = (y_i, sigma diam(y), sigma diam(y))``.

    Args:
        joints: ``(B, K, 2)``.
        sides: ``sigma diam(y)``, ``(B,)``; see :class:`Diameter`.

    Returns:
        ``(B, K, 4)``.
    """
    half = sides[:, None, None] / 2
    return torch.cat([joints - half, joints + half], -1)


def displacement_loss(output: Tensor, joint: Tensor, target: Tensor) -> Tensor:
    """Eq. (8), Toshev & Szegedy 2014: ``||y_i - psi_i(x)||^2`` of the one joint each crop was made for.

    Args:
        output: ``psi``, ``(B, K, 2)``: one network has outputs for all joints.
        joint: ``i``, ``(B,)``.
        target: ``N(y_i; b)``, ``(B, 2)``: from the centre of the crop to the joint. NaN where the joint has
            no label; such a crop adds nothing to the sum but counts in the batch size.
    """
    own = output[torch.arange(len(output), device=output.device), joint]
    return pose_loss(own[:, None], target[:, None])


@dataclass(frozen=True)
class Diameter:
    """``diam(y)``: the distance from a shoulder to the opposite hip, with a lower bound.

    In a person seen from the side, or in a bad prediction, the two joints may coincide, and a box would have
    no size. The diameter is therefore at least ``least * typical``; where one of the joints is missing, it is
    ``typical``.
    """

    torso: tuple[int, int]
    """Indices of the shoulder and the hip."""
    typical: float
    """Median diameter of the training poses, pixels."""
    least: float = 0.4
    """Lower bound, in units of ``typical``."""

    @classmethod
    def of(cls, joints: Tensor, torso: tuple[int, int]) -> Diameter:
        """From training poses ``(N, K, 2)``.

        Raises:
            ValueError: no pose has both joints.
        """
        typical = float(_distance(joints, torso).nanmedian())
        if not typical > 0:
            raise ValueError(f"no training pose has the joints {torso} that its diameter is measured between")
        return cls(torso, typical)

    def __call__(self, joints: Tensor) -> Tensor:
        """Diameters ``(B,)`` of poses ``(B, K, 2)``, with the bound applied."""
        distance = _distance(joints, self.torso).nan_to_num(nan=self.typical)
        return distance.clamp_min(self.least * self.typical)

    def guarded(self, joints: Tensor) -> int:
        """Number of the poses ``(B, K, 2)`` whose diameter is replaced by the bound or the typical one."""
        distance = _distance(joints, self.torso)
        return int((distance.isnan() | (distance < self.least * self.typical)).sum())


class DeepPoseNet(nn.Module):
    """C-LRN-P-C-LRN-P-C-C-C-P-F-F and a linear output of ``2 K`` numbers: the network of every stage.

    The defaults are the published sizes: 220 x 220 pixels give maps of side 55, 27 and 13. The paper's "about
    40M" parameters do not follow from them.

    Args:
        joints: ``K``.
        side: of the input in pixels.
        first: kernel and stride of the first convolution.
        maps: their numbers in the five convolutions.
        widths: of the two fully connected layers.
        dropout: rate after each of these two.
        gain: unit of the output, best the standard deviation of the targets. Without it, the optimiser's
            first steps are too large by that factor.
        pool: side of the three pools, whose stride is 2; with 1 they subsample and do not pool.
        norm: ``response`` as published, across maps after the first two convolutions; or ``batch``, over the
            batch before every ReLU, which learns faster from few samples.

    Raises:
        ValueError: the images are too small for the three pools.
    """

    def __init__(
        self,
        joints: int,
        *,
        side: int = 220,
        first: tuple[int, int] = (11, 4),
        maps: tuple[int, int, int, int, int] = (96, 256, 384, 384, 256),
        widths: tuple[int, int] = (4096, 4096),
        dropout: float = 0.6,
        gain: float = 1.0,
        pool: int = 3,
        norm: Norm = "response",
    ) -> None:
        super().__init__()
        kernel, stride = first
        left = (side + 2 * ((kernel - stride + 1) // 2) - kernel) // stride + 1
        for _ in range(3):
            left = (left - pool) // 2 + 1
        if left < 1:
            raise ValueError(
                f"images of {side} pixels are too small for a stride of {stride} and three pools"
            )
        batch = norm == "batch"
        layers: list[nn.Module] = []
        for i, (before, after) in enumerate(pairwise((3, *maps))):
            size, step = (kernel, stride) if i == 0 else (5, 1) if i == 1 else (3, 1)
            # Padded so that the stride divides the side: 220 becomes 55.
            layers.append(nn.Conv2d(before, after, size, step, padding=(size - step + 1) // 2))
            layers += [nn.BatchNorm2d(after), nn.ReLU()] if batch else [nn.ReLU()]
            if i < 2 and not batch:
                layers.append(CrossChannelNorm())
            if i in (0, 1, 4):
                layers.append(nn.MaxPool2d(pool, 2))
        self.convolutions = nn.Sequential(*layers)
        self.hidden = fully_connected((maps[-1] * left * left, *widths), dropout, batch_norm=batch)
        self.output = nn.Linear(widths[-1], 2 * joints)
        self.joints, self.side, self.gain = joints, side, gain
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        initialise(self.convolutions)
        nn.init.normal_(self.output.weight, std=0.01 * widths[-1] ** -0.5)
        nn.init.zeros_(self.output.bias)

    def start_at(self, mean: Tensor) -> DeepPoseNet:
        """Set the output's bias so that an untrained network predicts the mean target ``(K, 2)``."""
        with torch.no_grad():
            self.output.bias.copy_(mean.flatten() / self.gain)
        return self

    def forward(self, x: Tensor) -> Tensor:
        """``psi``: images ``(B, 3, side, side)`` to ``(B, K, 2)`` in units of their boxes."""
        # Only at test time: in training, batch normalisation needs the whole batch.
        split = x.device.type == "cpu" and not self.training
        parts = torch.split(x, _CACHED) if split else (x,)
        maps = torch.cat([self.convolutions(part).flatten(1) for part in parts])
        out: Tensor = self.output(self.hidden(maps))
        return out.view(-1, self.joints, 2) * self.gain


def _centre_and_extent(boxes: Tensor) -> tuple[Tensor, Tensor]:
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    return (low + high) / 2, high - low


def _distance(joints: Tensor, torso: tuple[int, int]) -> Tensor:
    distance: Tensor = torch.linalg.vector_norm(joints[:, torso[0]] - joints[:, torso[1]], dim=-1)
    return distance
