"""Histograms of oriented gradients (Dalal & Triggs 2005) as batched tensor operations."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["hog"]


def hog(images: Tensor, cell: int = 8, bins: int = 9, epsilon: float = 0.1, chunk: int = 256) -> Tensor:
    """Descriptor of square images: unsigned orientations, soft binning, blocks of 2 x 2 cells, L2-normalised.

    Args:
        images: uint8 ``(N, S, S, 3)``; ``S`` a multiple of ``cell``.
        cell: side of a cell in pixels.
        bins: number of orientations between 0 and 180 degrees.
        epsilon: added to the norm, so that flat blocks do not divide by zero; image intensities are 0 to 1.
        chunk: images processed at once.

    Returns:
        float32 ``(N, (S/cell - 1)^2 * 4 * bins)``.

    Raises:
        ValueError: the side is not a multiple of the cell.
    """
    if images.shape[1] % cell:
        raise ValueError(f"images of {images.shape[1]} pixels cannot be divided into cells of {cell}")
    return torch.cat([_hog(part, cell, bins, epsilon) for part in torch.split(images, chunk)])


def _hog(images: Tensor, cell: int, bins: int, epsilon: float) -> Tensor:
    grey = images.float().mean(-1) / 255
    padded = functional.pad(grey[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    dx = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    dy = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    magnitude = torch.hypot(dx, dy)
    place = torch.remainder(torch.atan2(dy, dx), math.pi) * (bins / math.pi)
    low = place.floor()
    share = place - low
    n, side = len(images), images.shape[1]
    votes = torch.zeros((n, bins, side, side), device=images.device)
    index = low.long().remainder(bins)[:, None]
    votes.scatter_(1, index, (magnitude * (1 - share))[:, None])
    votes.scatter_add_(1, (index + 1).remainder(bins), (magnitude * share)[:, None])
    cells = functional.avg_pool2d(votes, cell) * cell**2
    blocks = torch.stack(
        [cells[:, :, :-1, :-1], cells[:, :, :-1, 1:], cells[:, :, 1:, :-1], cells[:, :, 1:, 1:]], 1
    )
    norm = blocks.square().sum((1, 2), keepdim=True).add(epsilon**2).sqrt()
    return (blocks / norm).flatten(1)
