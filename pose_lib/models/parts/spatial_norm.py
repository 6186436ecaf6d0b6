"""Local response normalisation within one feature map, with its own backward pass."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional

from pose_lib.models.parts.layers import GREY_LEVELS

__all__ = [
    "SpatialNorm",
    "SpatialNormFunction",
    "box_sum",
    "inverse_window_sizes",
    "negative_power",
    "spatial_norm",
]

WINDOW = 5
"""Side of the neighbourhood in pixels. The paper does not give it; five is the kernel of the layer before."""


class SpatialNorm(nn.Module):
    """The normalisation layer of Li & Chan 2014: it reduces responses where their neighbours are large.

    The neighbours are those in the same map. (AlexNet's layer compares maps at the same place.)
    Input and output ``(B, C, H, W)``; :func:`spatial_norm` has the equation. The constants are the published
    ones, for responses to grey levels: ``alpha`` is multiplied by the square of ``pixel``, so that responses
    to an input in other units are reduced as much as those to grey levels would be.

    Args:
        window: side of the neighbourhood in pixels, odd.
        alpha: weight of the mean square.
        beta: the exponent.
        pixel: grey levels in one unit of the network's input.

    Raises:
        ValueError: the window is even, so that it has no middle pixel.
    """

    def __init__(
        self,
        window: int = WINDOW,
        alpha: float = 0.0025,
        beta: float = 0.75,
        pixel: float = GREY_LEVELS,
    ) -> None:
        super().__init__()
        if window < 1 or window % 2 == 0:
            raise ValueError(f"a window of {window} pixels has no middle pixel; give an odd number")
        self.window, self.alpha, self.beta, self.pixel = window, alpha, beta, pixel

    def forward(self, u: Tensor) -> Tensor:
        """Feature maps to normalised maps."""
        return spatial_norm(u, self.window, self.alpha * self.pixel**2, self.beta)

    def extra_repr(self) -> str:
        """The settings, as ``print`` shows them."""
        return f"window={self.window}, alpha={self.alpha}, beta={self.beta}, pixel={self.pixel:g}"


def spatial_norm(u: Tensor, window: int = WINDOW, alpha: float = 0.0025, beta: float = 0.75) -> Tensor:
    """Eq. (5), Li & Chan 2014: ``u / (1 + alpha / |W| sum_W u^2)^beta``, ``(B, C, H, W)``.

    ``W`` is the square of ``window`` pixels around each place, cut off at the border of the map, and ``|W|``
    the number of its pixels inside the map.
    """
    return SpatialNormFunction.apply(u, window, alpha, beta)  # type: ignore[no-untyped-call,no-any-return]


class SpatialNormFunction(Function):
    """Eq. (5) and its gradient, each with one sum over windows.

    With ``s`` the bracket of Eq. (5) and ``g`` the gradient of the output, the gradient of the input is
    ``g s^-beta - 2 alpha beta u sum_W (g u s^(-beta - 1) / |W|)``.
    """

    @staticmethod
    def forward(ctx: Any, u: Tensor, window: int, alpha: float, beta: float) -> Tensor:
        """``u s^-beta``."""
        inverse_size = inverse_window_sizes(u, window)
        s = box_sum(u * u, window).mul_(inverse_size * alpha).add_(1)
        factor = negative_power(s, beta)
        ctx.save_for_backward(u, s, factor, inverse_size)
        ctx.settings = window, alpha, beta
        return u * factor

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradient of the input; none of the settings."""
        u, s, factor, inverse_size = ctx.saved_tensors
        window, alpha, beta = ctx.settings
        out = gradients[0] * factor
        neighbours = box_sum((out * u).div_(s).mul_(inverse_size), window)
        return out.addcmul_(u, neighbours, value=-2 * alpha * beta), None, None, None


def box_sum(maps: Tensor, window: int) -> Tensor:
    """Sum over the square of ``window`` pixels around each place; places outside count as zero.

    Args:
        maps: ``(B, C, H, W)``.
        window: odd.

    Returns:
        The same shape.
    """
    # One kernel of ones per map: three times as fast as average pooling in channels-last memory format.
    ones = maps.new_ones(maps.shape[1], 1, window, window)
    return functional.conv2d(maps, ones, padding=window // 2, groups=maps.shape[1])


def inverse_window_sizes(maps: Tensor, window: int) -> Tensor:
    """``1 / |W|`` of every place of maps ``(B, C, H, W)``: ``(1, 1, H, W)``."""

    def counts(length: int) -> Tensor:
        place = torch.arange(length, device=maps.device)
        reach = window // 2
        return (place + reach).clamp_max(length - 1) - (place - reach).clamp_min(0) + 1

    height, width = maps.shape[2:]
    size = counts(height)[:, None] * counts(width)
    return size.to(maps.dtype).reciprocal()[None, None]


def negative_power(s: Tensor, beta: float) -> Tensor:
    """``s^-beta``; for the published 0.75 by two square roots, much faster than a power."""
    if beta == 0.75:
        root = s.rsqrt()
        return root * root.sqrt()
    return s.pow(-beta)
