"""Local response normalisation within one feature map, with a backward pass of its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional

__all__ = ["SpatialNormalisation", "box_sum", "normalise"]

WINDOW = 5
"""Side of the neighbourhood in pixels: the paper does not give it. Five is the kernel of the layer before."""


class SpatialNormalisation(nn.Module):
    """The normalisation layer of Li & Chan 2014: pixels in busy places are made smaller.

    Unlike the normalisation of AlexNet it compares places of one map, not maps at one place.
    Shapes stay: ``(B, C, H, W)``. :func:`normalise` has the equation.

    Raises:
        ValueError: the window is even, so that it has no middle pixel.
    """

    def __init__(self, window: int = WINDOW, alpha: float = 0.0025, beta: float = 0.75) -> None:
        super().__init__()
        if window < 1 or window % 2 == 0:
            raise ValueError(f"a neighbourhood of {window} pixels has no middle; give an odd number")
        self.window, self.alpha, self.beta = window, alpha, beta

    def forward(self, u: Tensor) -> Tensor:
        """Maps to normalised maps."""
        return normalise(u, self.window, self.alpha, self.beta)

    def extra_repr(self) -> str:
        """What ``print`` shows of the layer."""
        return f"window={self.window}, alpha={self.alpha}, beta={self.beta}"


def normalise(u: Tensor, window: int = WINDOW, alpha: float = 0.0025, beta: float = 0.75) -> Tensor:
    """Eq. (5), Li & Chan 2014: ``u / (1 + alpha / |W| sum_W u^2)^beta``, ``(B, C, H, W)``.

    ``W`` is the square of ``window`` pixels around each place, cut off at the border of the map, and ``|W|``
    the number of pixels that are left of it.
    """
    return _Normalise.apply(u, window, alpha, beta)  # type: ignore[no-untyped-call,no-any-return]


class _Normalise(Function):
    """Eq. (5) and its gradient, each with one sum over windows.

    With ``s`` the bracket of Eq. (5) and ``g`` the gradient that comes in, what goes out is
    ``g s^-beta - 2 alpha beta u sum_W (g u s^(-beta - 1) / |W|)``.
    """

    @staticmethod
    def forward(ctx: Any, u: Tensor, window: int, alpha: float, beta: float) -> Tensor:
        share = _shares(u, window)
        s = box_sum(u * u, window).mul_(share * alpha).add_(1)
        factor = _power(s, beta)
        ctx.save_for_backward(u, s, factor, share)
        ctx.settings = window, alpha, beta
        return u * factor

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        u, s, factor, share = ctx.saved_tensors
        window, alpha, beta = ctx.settings
        out = gradients[0] * factor
        around = (out * u).div_(s).mul_(share)
        return out.addcmul_(u, box_sum(around, window), value=-2 * alpha * beta), None, None, None


def box_sum(maps: Tensor, window: int) -> Tensor:
    """Sum over the square of ``window`` pixels around each place; places outside count as zero.

    Args:
        maps: ``(B, C, H, W)``.
        window: odd.
    """
    # One kernel of ones a map: where maps are stored channels last, three times as fast as average pooling.
    ones = maps.new_ones(maps.shape[1], 1, window, window)
    return functional.conv2d(maps, ones, padding=window // 2, groups=maps.shape[1])


def _shares(maps: Tensor, window: int) -> Tensor:
    """``1 / |W|`` of every place, ``(1, 1, H, W)``."""

    def counts(length: int) -> Tensor:
        place = torch.arange(length, device=maps.device)
        reach = window // 2
        return (place + reach).clamp_max(length - 1) - (place - reach).clamp_min(0) + 1

    height, width = maps.shape[2:]
    size = counts(height)[:, None] * counts(width)
    return size.to(maps.dtype).reciprocal()[None, None]


def _power(s: Tensor, beta: float) -> Tensor:
    """``s^-beta``; the published exponent by two roots, for a fraction of a power's time."""
    if beta == 0.75:
        root = s.rsqrt()
        return root * root.sqrt()
    return s.pow(-beta)
