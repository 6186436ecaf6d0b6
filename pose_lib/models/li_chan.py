"""Li & Chan, ACCV 2014: a 3D pose regressor that shares its convolutions with detectors of the joints in 2D.

One network, two ways to train it. Multi-task (*DconvMP-HML* in the paper): both heads at once, Eq. (6).
Pre-training (*DconvMP*): the detectors alone, then the regressor on their convolutions. The targets are
joints relative to their parents, Eq. (1); :class:`TanhTargets` converts poses in mm to targets and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.autograd import Function

from pose_lib.geometry.skeletons import Skeleton
from pose_lib.losses import masked_squared_error
from pose_lib.models.parts.layers import GREY_LEVELS, ConvTrunk, fully_connected, output_layer
from pose_lib.models.parts.spatial_norm import SpatialNorm
from pose_lib.models.parts.targets import from_parent_relative, root_relative, to_parent_relative
from pose_lib.models.parts.windows import DetectionHead, Windows, detection_loss

__all__ = [
    "AverageGradientsFunction",
    "LiChanNet",
    "TanhTargets",
    "average_gradients",
    "multi_task_loss",
    "regression_loss",
]

Relative = Literal["parent", "root"]
"""The joint that a position is measured from."""


@dataclass(frozen=True)
class TanhTargets:
    """Targets of the regressor, whose output is a tanh: flat poses divided by ``scale`` mm to lie within 1.

    The paper gives no scale. The authors' code divides by 1200 mm. :meth:`of` takes 1.1 times the largest
    coordinate of the training poses, since tanh never reaches 1.
    """

    skeleton: Skeleton
    scale: float
    """mm"""
    relative: Relative = "parent"
    """To the joint's parent as in Eq. (1), or to the root as in most earlier work."""

    @classmethod
    def of(cls, poses: Tensor, skeleton: Skeleton, relative: Relative = "parent") -> TanhTargets:
        """The scale for training poses ``(N, J, 3)`` mm; unknown joints (NaN) do not count."""
        unscaled = cls(skeleton, 1.0, relative)
        return cls(skeleton, 1.1 * float(unscaled.to_vector(poses).abs().nan_to_num().max()), relative)

    def to_vector(self, poses: Tensor) -> Tensor:
        """``(N, J, 3)`` mm to ``R / scale``, ``(N, 3 J)``, where ``R`` is that of Eq. (1)."""
        to = to_parent_relative if self.relative == "parent" else root_relative
        return to(poses, self.skeleton).flatten(1) / self.scale

    def to_pose(self, vectors: Tensor) -> Tensor:
        """``(N, 3 J)`` to root-relative ``(N, J, 3)`` mm: parent-relative ones are summed along the chain."""
        joints = (vectors * self.scale).view(len(vectors), -1, 3)
        back = from_parent_relative if self.relative == "parent" else root_relative
        return back(joints, self.skeleton)


class LiChanNet(nn.Module):
    """Nine trainable layers: three shared convolutions, three fully connected ones per head.

    Max-pools are 3 x 3 with stride 2; responses are normalised after ``conv2`` (Eq. 5); no ReLU follows
    ``conv3``. Dropout follows the first layer of each head. Layer sizes are those of the authors' code; the
    paper's text gives none.

    Args:
        side: of the images in pixels.
        joints: their number ``J``.
        windows: of the detectors.
        maps: their numbers in the three convolutions.
        widths: of ``fcr1``, ``fcr2`` and of ``fcd1``, ``fcd2``.
        dropout: share of units that are dropped.
        pixel: grey levels in one unit of the input, for the constants of Eq. (5).
    """

    def __init__(
        self,
        side: int,
        joints: int,
        windows: Windows,
        *,
        maps: tuple[int, int, int] = (32, 64, 64),
        widths: tuple[int, int] = (1024, 2048),
        dropout: float = 0.25,
        pixel: float = GREY_LEVELS,
    ) -> None:
        super().__init__()
        self.trunk = ConvTrunk(maps, overlap=True, norm=SpatialNorm(pixel=pixel), linear_last=True)
        features = self.trunk.features(side)
        self.hidden = fully_connected((features, *widths), dropout, drop_first_only=True)
        self.output = output_layer(widths[-1], 3 * joints)
        self.detectors = DetectionHead(features, joints, windows, widths, dropout, drop_first_only=True)

    def start_at(self, mean: Tensor) -> None:
        """Set the output's bias so that an untrained network predicts the mean target ``(3 J,)``."""
        with torch.no_grad():
            self.output.bias.copy_(mean.atanh())

    def start_as_published(self) -> None:
        """Initial weights of the authors' code: Gaussian, 5e-5 in ``conv1`` and 1e-3 elsewhere, zero biases.

        The authors' images are in grey levels. Those of ``conv1`` are multiplied by the grey levels in a unit
        of the input, so responses are the authors' own, and are normalised as they are.
        """
        first = next(m for m in self.modules() if isinstance(m, nn.Conv2d))
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.normal_(layer.weight, std=5e-5 * GREY_LEVELS if layer is first else 1e-3)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
            elif isinstance(layer, SpatialNorm):
                layer.pixel = 1.0

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to targets ``(B, 3 J)``, each within [-1, 1]."""
        targets: Tensor = self.regressor()(x)
        return targets

    def both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images to targets ``(B, 3 J)`` and logits ``(B, J, L)``; the heads' gradients are averaged."""
        pool3 = average_gradients(self.trunk(x), heads=2)
        return self.output(self.hidden(pool3)).tanh(), self.detectors(pool3)

    def regressor(self) -> nn.Sequential:
        """The part from images to targets, which is used at test time. Parameters are shared."""
        return nn.Sequential(self.trunk, self.hidden, self.output, nn.Tanh())

    def detector(self) -> nn.Sequential:
        """The part from images to logits, which pre-training trains. Parameters are shared."""
        return nn.Sequential(self.trunk, self.detectors)


def average_gradients(features: Tensor, heads: int) -> Tensor:
    """The features unchanged; in the backward pass, the gradients of the heads are averaged, not summed.

    This happens at ``pool3`` in the multi-task training of Li & Chan 2014. Their earlier 2D network sums.

    Args:
        features: any shape.
        heads: the number of networks that use the result.
    """
    return AverageGradientsFunction.apply(features, heads)  # type: ignore[no-untyped-call,no-any-return]


class AverageGradientsFunction(Function):
    """The identity, whose gradient is divided by the number of heads."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, heads: int) -> Tensor:
        """The features."""
        ctx.heads = heads
        return features.view_as(features)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """The sum of the heads' gradients, divided by their number."""
        return gradients[0] / ctx.heads, None


def regression_loss(predicted: Tensor, true: Tensor, unit: float = 1.0) -> Tensor:
    """Eq. (2), Li & Chan 2014: ``||R_i - R^_i||^2`` summed over the joints, mean over the batch.

    Args:
        predicted: ``(B, 3 J)``.
        true: ``(B, 3 J)``; unknown coordinates (NaN) are left out of the sum.
        unit: the length that counts as one, in the unit of the targets.
    """
    return masked_squared_error(predicted, true, unit=unit).sum(1).mean()


def multi_task_loss(
    predicted: Tensor,
    true: Tensor,
    logits: Tensor,
    labels: Tensor,
    known: Tensor | None = None,
    unit: float = 1.0,
) -> Tensor:
    """Eq. (6), Li & Chan 2014: half of Eq. (2) and half of Eq. (4), mean over the batch.

    What equal weights mean depends on the unit of length: in mm the first term is a thousand times the
    second, in units of 1200 mm, as in the authors' code, a hundredth of it.

    Args:
        predicted: ``(B, 3 J)``.
        true: ``(B, 3 J)``, NaN where a coordinate is unknown.
        logits: ``(B, J, L)``.
        labels: ``(B, J, L)``.
        known: bool ``(B, J)``, the joints whose position in the image is known; by default all.
        unit: of length in the first term, in the unit of the targets.
    """
    return 0.5 * regression_loss(predicted, true, unit) + 0.5 * detection_loss(logits, labels, known)
