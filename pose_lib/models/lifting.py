"""Lifting: a network of fully connected residual blocks takes joints in the image and gives them in space.

After Martinez et al. 2017. It never sees the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pose_lib.models.parts.layers import fully_connected, output_layer

__all__ = ["LiftingBlock", "LiftingNet", "Standardised", "linear_map"]


@dataclass(frozen=True)
class Standardised:
    """Joints in the image as vectors of which each coordinate has mean 0 and deviation 1 in training."""

    mean: Tensor
    """``(2 J,)`` pixels."""
    deviation: Tensor
    """``(2 J,)`` pixels, at least one thousandth."""

    @classmethod
    def of(cls, joints: Tensor) -> Standardised:
        """From training joints ``(N, J, 2)`` in pixels."""
        flat = joints.flatten(1)
        # A joint that never moves would be divided by zero.
        return cls(flat.mean(0), flat.std(0).clamp_min(1e-3))

    def __call__(self, joints: Tensor) -> Tensor:
        """Joints ``(N, J, 2)`` in pixels to vectors ``(N, 2 J)``."""
        return (joints.flatten(1) - self.mean.to(joints)) / self.deviation.to(joints)


class LiftingBlock(nn.Module):
    """Two layers, each with batch normalisation, ReLU and dropout, whose output is added to the input.

    Args:
        width: of input and output.
        dropout: rate after each ReLU.
        residual: whether the input is added.
    """

    def __init__(self, width: int = 1024, dropout: float = 0.5, *, residual: bool = True) -> None:
        super().__init__()
        self.layers = fully_connected((width, width, width), dropout, batch_norm=True)
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        """``(B, width)`` to the same shape."""
        out: Tensor = self.layers(x)
        return x + out if self.residual else out


class LiftingNet(nn.Module):
    """A layer, two residual blocks, and a linear output. The defaults are the published sizes.

    Args:
        joints: ``J``.
        width: of all layers.
        blocks: their number.
        dropout: rate after each ReLU.
        residual: whether blocks add their input to their output.
    """

    def __init__(
        self,
        joints: int,
        *,
        width: int = 1024,
        blocks: int = 2,
        dropout: float = 0.5,
        residual: bool = True,
    ) -> None:
        super().__init__()
        self.first = fully_connected((2 * joints, width), dropout, batch_norm=True)
        parts = (LiftingBlock(width, dropout, residual=residual) for _ in range(blocks))
        self.blocks = nn.Sequential(*parts)
        self.output = output_layer(width, 3 * joints)

    def forward(self, x: Tensor) -> Tensor:
        """Vectors ``(B, 2 J)`` of standardised joints to ``(B, 3 J)`` in units of the targets' deviation."""
        out: Tensor = self.output(self.blocks(self.first(x)))
        return out


def linear_map(x: Tensor, y: Tensor, ridge: float = 1e-3) -> Tensor:
    """The control: weights ``(P + 1, Q)`` of the best linear map, whose last row is the constant.

    Args:
        x: ``(N, P)`` inputs of deviation 1.
        y: ``(N, Q)`` targets.
        ridge: weight of the squared weights, relative to the number of samples.
    """
    inputs = torch.cat([x, torch.ones_like(x[:, :1])], 1).double()
    square = inputs.T @ inputs + ridge * len(x) * torch.eye(inputs.shape[1], dtype=torch.float64)
    weights: Tensor = torch.linalg.solve(square, inputs.T @ y.double())
    return weights.float()
