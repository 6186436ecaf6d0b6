"""Li, Liu & Chan, CVPR workshop 2014 (HMLPE): joint regression and part detection on shared features.

Three convolutions with pooling are shared. One head regresses the joints; another detects which of 64 windows
contain which of seven parts. At test time only the first is used. Joints are in units of the box: one corner
of the image is (0, 0), the opposite one (1, 1).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.losses import binary_cross_entropy, labelled, masked_squared_error
from pose_lib.models.part_windows import PARTS, PartWindows
from pose_lib.models.parts.layers import GREY_LEVELS, ConvTrunk, initialise

__all__ = [
    "HMLPE",
    "Head",
    "Start",
    "detection_loss",
    "mirrored",
    "multi_task_loss",
    "regression_loss",
    "start_as_published",
    "task_weights",
]

Start = Literal["he", "published"]
"""Initial weights: He's, or the very small Gaussian ones of the authors' code."""


class Head(nn.Module):
    """Three fully connected layers with ReLU after the first two; ``(B, features)`` to ``(B, outputs)``.

    Dropout follows the first layer only, as in the paper.
    """

    def __init__(self, features: int, widths: tuple[int, int], outputs: int, dropout: float) -> None:
        super().__init__()
        sizes = (features, *widths, outputs)
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in pairwise(sizes)])
        self.dropout = nn.Dropout(dropout)
        initialise(self)
        nn.init.normal_(self.output.weight, std=0.01 * widths[-1] ** -0.5)

    @property
    def output(self) -> nn.Linear:
        """The third layer."""
        layer = self.layers[2]
        assert isinstance(layer, nn.Linear)
        return layer

    def forward(self, v: Tensor) -> Tensor:
        """Eq. (5), Li et al. 2014, ``v(i) = f_act(sum_j w_ij v(j))``: ``(B, F)`` to ``(B, outputs)``.

        The ``f_act`` of the last layer is applied by the caller: tanh for joints, logistic for windows.
        """
        first, second, third = self.layers
        v = self.dropout(first(v).relu())
        out: Tensor = third(second(v).relu())
        return out


class HMLPE(nn.Module):
    """The network: shared convolutions, a head for the joints, a head for the windows.

    The paper's figure with the layer sizes was not available. Kernels, map counts and widths here are those
    of the same authors' 3D network of that year (Li & Chan 2014), which has the same input.

    Args:
        windows: the detection windows; their ``side`` is that of the images.
        joints: number of joints ``J``.
        parts: number of parts ``P``.
        maps: their numbers in the three convolutions.
        widths: of the first two layers of each head.
        dropout: rate after the first layer of each head.
        gain: unit of the regression's output before its tanh. The network can represent the same functions
            without it. For AdamW, whose steps have a length of their own, the standard deviation of the
            joints is best; gradient descent would move that layer by the square of the unit less, so for it
            the unit is 1, as published.
        start: the initial weights.
    """

    def __init__(
        self,
        windows: PartWindows,
        *,
        joints: int = len(STICKMEN8),
        parts: int = len(PARTS),
        maps: tuple[int, int, int] = (32, 64, 64),
        widths: tuple[int, int] = (1024, 2048),
        dropout: float = 0.5,
        gain: float = 1.0,
        start: Start = "he",
    ) -> None:
        super().__init__()
        self.windows, self.joints, self.parts, self.gain = windows, joints, parts, gain
        self.trunk = ConvTrunk(maps)
        features = self.trunk.features(windows.side)
        self.regression = Head(features, widths, 2 * joints, dropout)
        self.detection = Head(features, widths, parts * len(windows), dropout)
        if start == "published":
            start_as_published(self)

    def start_at(self, mean: Tensor) -> None:
        """Set the output's bias so that an untrained network predicts ``(J, 2)``, the mean training pose."""
        with torch.no_grad():
            self.regression.output.bias.copy_(mean.flatten().clamp(-0.99, 0.99).atanh() / self.gain)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images ``(B, 3, H, H)`` to joints ``(B, J, 2)`` in units of the box, and logits ``(B, P, L)``.

        The shared convolutions get the sum of the two heads' gradients, as in the paper.
        """
        features = self.trunk(x)
        logits: Tensor = self.detection(features)
        return self.read(features), logits.view(-1, self.parts, len(self.windows))

    def pose(self, x: Tensor) -> Tensor:
        """Images to joints alone, ``(B, J, 2)``: what is used at test time."""
        return self.read(self.trunk(x))

    def read(self, features: Tensor) -> Tensor:
        """Features of the trunk ``(B, F)`` to joints ``(B, J, 2)``."""
        joints: Tensor = (self.regression(features) * self.gain).tanh()
        return joints.view(-1, self.joints, 2)


def regression_loss(predicted: Tensor, true: Tensor) -> Tensor:
    """Eq. (1), Li et al. 2014: ``||J_i - J^_i||^2`` of each joint.

    Args:
        predicted: ``(B, J, 2)``.
        true: ``(B, J, 2)``, NaN where a joint is missing.

    Returns:
        ``(B, J)``, 0 where the joint is missing.
    """
    return masked_squared_error(predicted, true, labelled(true)).sum(-1)


def detection_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Eq. (3), Li et al. 2014: the cross-entropy of each part and window.

    Args:
        logits: ``(B, P, L)``; the detection probability is their logistic function.
        labels: ``(B, P, L)`` of :meth:`~pose_lib.models.part_windows.PartWindows.labels`.

    Returns:
        ``(B, P, L)``, 0 where the label is NaN.
    """
    return binary_cross_entropy(logits, labels)


def multi_task_loss(
    predicted: Tensor, logits: Tensor, joints: Tensor, labels: Tensor, weights: tuple[float, float]
) -> Tensor:
    """Eq. (4), Li et al. 2014: ``lambda_r sum_i E_r + lambda_d sum_p sum_l E_d``, mean over the batch.

    Args:
        predicted: ``(B, J, 2)`` joints in units of the box.
        logits: ``(B, P, L)``.
        joints: ``(B, J, 2)`` true joints, NaN where missing.
        labels: ``(B, P, L)``, NaN where missing.
        weights: ``lambda_r`` and ``lambda_d``; a task of weight 0 is not computed.
    """
    loss = predicted.new_zeros((), dtype=torch.float32)
    if weights[0] > 0:
        loss = loss + weights[0] * regression_loss(predicted, joints).sum() / len(joints)
    if weights[1] > 0:
        loss = loss + weights[1] * detection_loss(logits, labels).sum() / len(labels)
    return loss


def task_weights(ratio: float) -> tuple[float, float]:
    """``lambda_r`` and ``lambda_d`` from their ratio, 0 (detection alone) to infinity (regression alone).

    The larger of the two is 1, so that the ratio does not act as a change of the learning rate.

    Raises:
        ValueError: the ratio is negative or not a number.
    """
    if not ratio >= 0:
        raise ValueError(f"the ratio lambda_r / lambda_d is {ratio}; it must be 0 or more")
    if ratio >= 1:
        return 1.0, 0.0 if math.isinf(ratio) else 1 / ratio
    return ratio, 1.0


def start_as_published(net: nn.Module) -> None:
    """Initial weights of the authors' code: Gaussian, 5e-5 in the first convolution, 1e-3 elsewhere.

    The authors' images are in grey levels. The weights of the first convolution are multiplied by the grey
    levels in a unit of the input, so that its responses are the authors' own.
    """
    first = True
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.normal_(layer.weight, std=5e-5 * GREY_LEVELS if first else 1e-3)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
            first = False


def mirrored(images: Tensor, joints: Tensor, flip: Tensor) -> tuple[Tensor, Tensor]:
    """Mirror images and joints of some samples; left and right joints are exchanged.

    Args:
        images: ``(B, 3, H, W)``.
        joints: ``(B, J, 2)`` in units of the box, of the skeleton :data:`STICKMEN8`.
        flip: ``(B,)`` bool, which samples to mirror.

    Returns:
        Images and joints of the same shapes.
    """
    other = joints[:, list(STICKMEN8.mirror)] * joints.new_tensor([-1, 1]) + joints.new_tensor([1, 0])
    chosen = flip.to(images.device)[:, None, None, None]
    return torch.where(chosen, images.flip(-1), images), torch.where(flip[:, None, None], other, joints)
