"""Li, Liu & Chan, CVPR workshop 2014 (HMLPE): joint regression and part detection on shared features.

Three convolutions with pooling are shared; behind them one head says where the joints are, another which of
64 windows hold which of seven parts. At test time only the first is used. Joints are in units of the box: an
image's corner is (0, 0), the opposite one (1, 1).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.layers import ConvTrunk, initialise
from pose_lib.models.part_windows import PARTS, PartWindows

__all__ = [
    "HMLPE",
    "Head",
    "Start",
    "detection_cost",
    "mirrored",
    "multi_task_cost",
    "regression_cost",
    "start_as_published",
    "task_weights",
]

Start = Literal["he", "published"]
"""First weights: He's, or the tiny Gaussian ones of the authors' code."""


class Head(nn.Module):
    """Three fully connected layers: ReLU after the first two, ``last`` after the third.

    Dropout, where there is any, is on the first alone, as in the paper.
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

        The last layer's own ``f_act`` is left to the caller: tanh for joints, logistic for windows.
        """
        first, second, third = self.layers
        v = self.dropout(first(v).relu())
        out: Tensor = third(second(v).relu())
        return out


class HMLPE(nn.Module):
    """The network: shared convolutions, a head for the joints, a head for the windows.

    The paper's figure with the sizes is lost to us. Kernels, map counts and widths here are those of the same
    authors' 3D network of that year (Li & Chan 2014), which has the same input.

    Args:
        windows: the detection windows; their ``side`` is that of the images.
        joints: number of joints ``J``.
        parts: number of parts ``P``.
        maps: of the three convolutions.
        widths: of the first two layers of each head.
        dropout: rate on the first layer of each head.
        gain: unit of the regression's output before its tanh, best the deviation of the joints. It changes no
            function that the network can be; without it, the optimiser's first steps are too long.
        start: the first weights.
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
        """Let the first pose be the mean of the training poses ``(J, 2)``, in units of the box."""
        with torch.no_grad():
            self.regression.output.bias.copy_(mean.flatten().clamp(-0.99, 0.99).atanh() / self.gain)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images ``(B, 3, H, H)`` to joints ``(B, J, 2)`` in units of the box, and logits ``(B, P, L)``.

        The gradients of the two heads add up where they meet, as in the paper.
        """
        features = self.trunk(x)
        logits: Tensor = self.detection(features)
        return self.read(features), logits.view(-1, self.parts, len(self.windows))

    def pose(self, x: Tensor) -> Tensor:
        """The joints alone, ``(B, J, 2)``: all that a test image is asked for."""
        return self.read(self.trunk(x))

    def read(self, features: Tensor) -> Tensor:
        """The joints ``(B, J, 2)`` that the regression reads from the trunk's features ``(B, F)``."""
        joints: Tensor = (self.regression(features) * self.gain).tanh()
        return joints.view(-1, self.joints, 2)


def regression_cost(predicted: Tensor, true: Tensor) -> Tensor:
    """Eq. (1), Li et al. 2014: ``||J_i - J^_i||^2`` of each joint.

    Args:
        predicted: ``(B, J, 2)``.
        true: ``(B, J, 2)``, NaN where a joint is missing.

    Returns:
        ``(B, J)``, 0 where it is missing.
    """
    squares = (predicted.float() - true.nan_to_num()).square().sum(-1)
    return squares.masked_fill(true.isnan().any(-1), 0)


def detection_cost(logits: Tensor, labels: Tensor) -> Tensor:
    """Eq. (3), Li et al. 2014: the cross-entropy of each part and window, from logits.

    Args:
        logits: ``(B, P, L)``; the detection probability is their logistic function.
        labels: ``(B, P, L)`` of :meth:`~pose_lib.models.part_windows.PartWindows.labels`.

    Returns:
        ``(B, P, L)``, 0 where the label is NaN.
    """
    entropy = functional.binary_cross_entropy_with_logits(
        logits.float(), labels.nan_to_num(), reduction="none"
    )
    return entropy.masked_fill(labels.isnan(), 0)


def multi_task_cost(
    predicted: Tensor, logits: Tensor, joints: Tensor, labels: Tensor, weights: tuple[float, float]
) -> Tensor:
    """Eq. (4), Li et al. 2014: ``lambda_r sum_i E_r + lambda_d sum_p sum_l E_d``, as a mean over images.

    Args:
        predicted: ``(B, J, 2)`` joints in units of the box.
        logits: ``(B, P, L)``.
        joints: ``(B, J, 2)`` true joints, NaN where missing.
        labels: ``(B, P, L)``, NaN where missing.
        weights: ``lambda_r`` and ``lambda_d``; a task of weight 0 is not computed.
    """
    cost = predicted.new_zeros((), dtype=torch.float32)
    if weights[0] > 0:
        cost = cost + weights[0] * regression_cost(predicted, joints).sum() / len(joints)
    if weights[1] > 0:
        cost = cost + weights[1] * detection_cost(logits, labels).sum() / len(labels)
    return cost


def task_weights(ratio: float) -> tuple[float, float]:
    """``lambda_r`` and ``lambda_d`` for a ratio of the two, from 0 (detection alone) to infinity.

    The larger of the two is 1, so that a ratio changes no learning rate.

    Raises:
        ValueError: the ratio is negative or not a number.
    """
    if not ratio >= 0:
        raise ValueError(f"the ratio lambda_r / lambda_d is {ratio}; it must be 0 or more")
    if ratio >= 1:
        return 1.0, 0.0 if math.isinf(ratio) else 1 / ratio
    return ratio, 1.0


def start_as_published(net: nn.Module) -> None:
    """The first weights of the authors' code: Gaussian, 5e-5 in the first convolution, 1e-3 elsewhere."""
    first = True
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.normal_(layer.weight, std=5e-5 if first else 1e-3)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
            first = False


def mirrored(images: Tensor, joints: Tensor, flip: Tensor) -> tuple[Tensor, Tensor]:
    """Mirror images and joints of some samples: left and right change places.

    Args:
        images: ``(B, 3, H, W)``.
        joints: ``(B, J, 2)`` in units of the box, of the skeleton :data:`STICKMEN8`.
        flip: ``(B,)`` bool, which samples to mirror.
    """
    other = joints[:, list(STICKMEN8.mirror)] * joints.new_tensor([-1, 1]) + joints.new_tensor([1, 0])
    chosen = flip.to(images.device)[:, None, None, None]
    return torch.where(chosen, images.flip(-1), images), torch.where(flip[:, None, None], other, joints)
