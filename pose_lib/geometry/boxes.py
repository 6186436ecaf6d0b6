"""Boxes ``(..., 4)`` as x0, y0, x1, y1 in pixels, and the crops that they cut out.

Pixels are continuous: pixel ``i`` covers ``[i, i + 1)``, so a box from 0 to ``W`` covers ``W`` of them.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["from_crop", "iou", "square_around", "to_crop"]


def square_around(points: Tensor, margin: float = 0.1) -> Tensor:
    """Square boxes around 2D poses.

    Args:
        points: ``(..., J, 2)`` pixels; points that are NaN (unlabelled, or behind the camera) are ignored.
        margin: free space on each of the four sides, as a fraction of the longer side of the pose.

    Returns:
        ``(..., 4)``, with the centre of the pose's bounding box; NaN for a pose without any point.
    """
    missing = torch.isnan(points).any(-1, keepdim=True)
    low = points.masked_fill(missing, torch.inf).amin(-2)
    high = points.masked_fill(missing, -torch.inf).amax(-2)
    half = (high - low).amax(-1, keepdim=True) * (0.5 + margin)
    boxes = torch.cat([(low + high) / 2 - half, (low + high) / 2 + half], dim=-1)
    return boxes.masked_fill(missing.all(-2), torch.nan)


def to_crop(points: Tensor, boxes: Tensor, size: int) -> Tensor:
    """Points ``(..., J, 2)`` from image pixels to pixels of the crops of ``boxes (..., 4)``.

    A crop shows its box at ``size`` by ``size`` pixels.
    """
    corner, extent = _corner_and_extent(boxes)
    return (points - corner) * (size / extent)


def from_crop(points: Tensor, boxes: Tensor, size: int) -> Tensor:
    """The inverse of :func:`to_crop`: points ``(..., J, 2)`` from pixels of the crops to image pixels."""
    corner, extent = _corner_and_extent(boxes)
    return points * (extent / size) + corner


def iou(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of boxes, element by element; ``iou(a[:, None], b[None])`` compares all pairs.

    Two empty boxes have an IoU of 0.
    """
    low = torch.maximum(a[..., :2], b[..., :2])
    high = torch.minimum(a[..., 2:], b[..., 2:])
    overlap = (high - low).clamp(min=0).prod(-1)
    union = _area(a) + _area(b) - overlap
    return torch.where(union > 0, overlap / union.clamp(min=torch.finfo(union.dtype).tiny), 0.0)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def _corner_and_extent(boxes: Tensor) -> tuple[Tensor, Tensor]:
    corner = boxes[..., None, :2]
    return corner, boxes[..., None, 2:] - corner
