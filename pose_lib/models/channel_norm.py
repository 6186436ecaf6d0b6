"""Local response normalisation across feature maps (Krizhevsky et al. 2012), with its own backward pass."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional

__all__ = ["ChannelNormalisation", "across_channels", "channel_sum"]

BETA = 0.75
_HALF = (torch.bfloat16, torch.float16)


class ChannelNormalisation(nn.Module):
    """The LRN layer of Toshev & Szegedy 2014, who give no constants; these are AlexNet's.

    Shapes stay: ``(B, C, H, W)``. :func:`across_channels` has the formula.
    """

    def __init__(self, window: int = 5, alpha: float = 1e-4, bias: float = 2.0) -> None:
        super().__init__()
        self.window, self.alpha, self.bias = window, alpha, bias

    def forward(self, u: Tensor) -> Tensor:
        """Maps to normalised maps."""
        return across_channels(u, self.window, self.alpha, self.bias)

    def extra_repr(self) -> str:
        """What ``print`` shows of the layer."""
        return f"window={self.window}, alpha={self.alpha}, bias={self.bias}"


def across_channels(u: Tensor, window: int = 5, alpha: float = 1e-4, bias: float = 2.0) -> Tensor:
    """``u / (bias + alpha sum u^2)^0.75``, the sum over ``window`` maps around each at the same place.

    AlexNet's text multiplies the sum by ``alpha``; some libraries its mean. Maps beyond the first and last
    count as zero.

    Args:
        u: ``(B, C, H, W)``; fastest where stored channels last.
        window: number of maps, odd.
        alpha: weight of the sum.
        bias: what keeps quiet places from being blown up.
    """
    return _Normalise.apply(u, window, alpha, bias)  # type: ignore[no-untyped-call,no-any-return]


class _Normalise(Function):
    """With ``s`` the bracket and ``g`` the gradient that comes in, what goes out is
    ``g s^-b - 2 alpha b u sum(g u s^(-b - 1))``.
    """

    @staticmethod
    def forward(ctx: Any, u: Tensor, window: int, alpha: float, bias: float) -> Tensor:
        s = _bracket(u * u, window, alpha, bias)
        root = s.rsqrt()
        factor = root.sqrt().mul_(root)  # s^-0.75 by two roots, for a fraction of a power's time
        ctx.save_for_backward(u, s, factor)
        ctx.settings = window, alpha
        return u * factor

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        u, s, factor = ctx.saved_tensors
        window, alpha = ctx.settings
        out = gradients[0] * factor
        around = channel_sum((out * u).div_(s), window)
        return out.addcmul_(u, around, value=-2 * alpha * BETA), None, None, None


def channel_sum(maps: Tensor, window: int) -> Tensor:
    """Sum over the ``window`` maps around each one, ``(B, C, H, W)``; those that do not exist are zero."""
    count, reach = maps.shape[1], window // 2
    if maps.dtype in _HALF:
        return functional.conv2d(maps, _band(maps, reach))
    total = maps.clone()
    for shift in range(1, min(reach, count - 1) + 1):
        total[:, shift:].add_(maps[:, :-shift])
        total[:, :-shift].add_(maps[:, shift:])
    return total


def _bracket(squares: Tensor, window: int, alpha: float, bias: float) -> Tensor:
    """``s = bias + alpha sum u^2``; in half precision, one pass over the maps instead of three."""
    if squares.dtype in _HALF:
        start = squares.new_full((squares.shape[1],), bias)
        return functional.conv2d(squares, alpha * _band(squares, window // 2), start)
    return channel_sum(squares, window).mul_(alpha).add_(bias)


def _band(maps: Tensor, reach: int) -> Tensor:
    """A sum over neighbours as a product with a band of ones: summed in float32, on units for this type."""
    place = torch.arange(maps.shape[1], device=maps.device)
    return ((place[:, None] - place).abs() <= reach).to(maps.dtype)[:, :, None, None]
