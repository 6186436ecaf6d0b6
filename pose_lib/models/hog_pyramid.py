"""A pyramid of histograms of oriented gradients (Bosch et al. 2007) within the silhouette of a person.

The descriptor of *LinKDE*, as the code that came with Human3.6M computes it: the box around the silhouette is
divided into 1, 4, 16 and 64 cells, each with a histogram of gradient directions, and gradients outside of the
silhouette do not count.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["LEVELS", "hog_pyramid", "silhouette_boxes", "widened"]

LEVELS = (1, 2, 4, 8)
"""Cells along a side of the box, from the coarsest level to the finest."""
_MARGIN = 64
"""Silhouettes are widened by one pixel in so many of the crop's side."""


def hog_pyramid(
    images: Tensor,
    masks: Tensor | None = None,
    levels: tuple[int, ...] = LEVELS,
    bins: int = 9,
    chunk: int = 64,
) -> Tensor:
    """Histograms of unsigned gradient directions in the cells of every level, divided by the sum of all.

    Each pixel gives its gradient's magnitude to the two directions next to its own. Each level has the same
    share of the sum, since it counts the same gradients. An image without any gradient has a descriptor of
    zeros.

    Args:
        images: uint8 ``(N, S, S, 3)``.
        masks: ``(N, S, S)``, not 0 on the person; without them the box is the image, and all of it counts.
        levels: cells along a side; each divides the last one, which is the finest.
        bins: number of directions between 0 and 180 degrees.
        chunk: images processed at once.

    Returns:
        float32 ``(N, bins * sum(level^2))``: level by level, row by row of cells, then directions.

    Raises:
        ValueError: the masks are not of these images, or a level does not divide the finest.
    """
    if masks is not None and masks.shape != images.shape[:3]:
        raise ValueError(f"masks are {tuple(masks.shape)}, and images {tuple(images.shape)}")
    if not levels or any(level < 1 or levels[-1] % level for level in levels):
        raise ValueError(f"each level must divide the last one, and levels are {levels}")
    several = [None] * len(images) if masks is None else torch.split(masks, chunk)
    parts = zip(torch.split(images, chunk), several, strict=False)
    return torch.cat([_pyramid(image, mask, levels, bins) for image, mask in parts])


def widened(masks: Tensor) -> Tensor:
    """Silhouettes ``(N, S, S)`` as booleans, with a margin, so that the outline's own gradients count."""
    margin = math.ceil(masks.shape[1] / _MARGIN)
    inside = (masks != 0).float()[:, None]
    return functional.max_pool2d(inside, 2 * margin + 1, stride=1, padding=margin)[:, 0] > 0


def silhouette_boxes(masks: Tensor) -> Tensor:
    """Boxes ``(N, 4)`` in pixels, x0 y0 x1 y1, of booleans ``(N, S, S)``; the whole image if none is true."""
    found = []
    for inside in (masks.any(1), masks.any(2)):
        some = inside.any(1)
        first = inside.int().argmax(1)
        last = inside.shape[1] - inside.flip(1).int().argmax(1)
        found += [torch.where(some, first, 0), torch.where(some, last, inside.shape[1])]
    x0, x1, y0, y1 = found
    return torch.stack([x0, y0, x1, y1], 1)


def _pyramid(images: Tensor, masks: Tensor | None, levels: tuple[int, ...], bins: int) -> Tensor:
    n, side, finest = len(images), images.shape[1], levels[-1]
    grey = images.float().mean(-1) / 255
    padded = functional.pad(grey[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    dx = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    dy = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    magnitude = torch.hypot(dx, dy)
    inside = torch.ones_like(magnitude, dtype=torch.bool) if masks is None else widened(masks)
    x0, y0, x1, y1 = silhouette_boxes(inside)[:, :, None].unbind(1)
    place = torch.arange(side, device=images.device)
    column, row = (
        ((place - low) * finest).div(high - low, rounding_mode="floor").clamp(0, finest - 1)
        for low, high in ((x0, x1), (y0, y1))
    )
    cell = row[:, :, None] * finest + column[:, None]
    image = torch.arange(n, device=images.device)[:, None, None]
    start = (image * finest**2 + cell) * bins
    direction = torch.remainder(torch.atan2(dy, dx), math.pi) * (bins / math.pi)
    low, weight = direction.floor(), magnitude * inside
    share = direction - low
    first = low.long().remainder(bins)
    index = torch.stack([start + first, start + (first + 1).remainder(bins)])
    votes = torch.stack([weight * (1 - share), weight * share])
    counts = torch.bincount(index.flatten(), votes.flatten(), n * finest**2 * bins)
    cells = counts.float().view(n, finest, finest, bins)
    pooled = [
        cells.view(n, level, finest // level, level, finest // level, bins).sum((2, 4)).flatten(1)
        for level in levels
    ]
    histogram = torch.cat(pooled, 1)
    return histogram / histogram.sum(1, keepdim=True).clamp_min(torch.finfo(torch.float32).tiny)
