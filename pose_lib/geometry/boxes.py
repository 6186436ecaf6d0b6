"""Boxes ``(..., 4)`` as x0, y0, x1, y1 in pixels, and the crops that they cut out.

Pixels are continuous: pixel ``i`` covers ``[i, i + 1)``, so a box from 0 to ``W`` covers ``W`` of them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from pose_lib.geometry.arrays import Numbers, as_tensor

__all__ = ["from_crop", "iou", "square_around", "to_crop"]


def square_around(points: Numbers, margin: float = 0.1) -> Tensor:
    """Square boxes around 2D poses.

    Args:
        points: ``(..., J, 2)`` pixels; points that are not finite (unlabelled, or behind the camera) are
            ignored.
        margin: free space on each of the four sides, as a fraction of the longer side of the pose; above
            -0.5, at which nothing would be left.

    Returns:
        ``(..., 4)``, with the centre of the pose's bounding box; NaN for a pose without any point, and of no
        size for a pose whose points coincide: nothing can be cut out by such a box.

    Raises:
        ValueError: points of another shape or a margin that cannot be.
    """
    points = _checked("points", points, 2, 2)
    if not -0.5 < margin < math.inf:
        raise ValueError(f"margin is {margin!r}; it must be a finite number above -0.5, such as 0.1")
    missing = ~points.isfinite().all(-1, keepdim=True)
    low = points.masked_fill(missing, torch.inf).amin(-2)
    high = points.masked_fill(missing, -torch.inf).amax(-2)
    half = (high - low).amax(-1, keepdim=True) * (0.5 + margin)
    boxes = torch.cat([(low + high) / 2 - half, (low + high) / 2 + half], dim=-1)
    return boxes.masked_fill(missing.all(-2), torch.nan)


def to_crop(points: Numbers, boxes: Numbers, size: int) -> Tensor:
    """Points ``(..., J, 2)`` from image pixels to pixels of the crops of ``boxes (..., 4)``.

    A crop shows its box at ``size`` by ``size`` pixels, mirrored where ``x1`` lies left of ``x0``. NaN where
    the point or its box is NaN.

    Raises:
        ValueError: other shapes, a size below 1, or a box that is infinite or has no extent along a side.
    """
    corner, extent = _corner_and_extent(boxes)
    wrong = (extent == 0) | corner.isinf() | extent.isinf()
    if bool(wrong.any()):
        place = wrong.any(-1)[..., 0].nonzero()
        which = place[0].tolist() if place.numel() else ""
        raise ValueError(
            f"box {which} has no extent or is infinite: its x0 and x1 must differ, and y0 and y1"
        )
    return (_checked("points", points, 2, 2) - corner) * (_size(size) / extent)


def from_crop(points: Numbers, boxes: Numbers, size: int) -> Tensor:
    """The inverse of :func:`to_crop`: points ``(..., J, 2)`` from pixels of the crops to image pixels.

    A box of no size puts all its points into its corner.

    Raises:
        ValueError: other shapes, or a size below 1.
    """
    corner, extent = _corner_and_extent(boxes)
    return _checked("points", points, 2, 2) * (extent / _size(size)) + corner


def iou(a: Numbers, b: Numbers) -> Tensor:
    """Intersection over union of boxes, element by element; ``iou(a[:, None], b[None])`` compares all pairs.

    It is 0 for two empty boxes (``x1 <= x0`` or ``y1 <= y0``), and where either is NaN or infinite.

    Raises:
        ValueError: other shapes than ``(..., 4)``.
    """
    a, b = _checked("boxes", a, 1, 4), _checked("boxes", b, 1, 4)
    low = torch.maximum(a[..., :2], b[..., :2])
    high = torch.minimum(a[..., 2:], b[..., 2:])
    overlap = (high - low).clamp(min=0).prod(-1)
    union = _area(a) + _area(b) - overlap
    known = (union > 0) & union.isfinite()
    return torch.where(known, overlap / union.clamp(min=torch.finfo(union.dtype).tiny), 0.0)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def _corner_and_extent(boxes: Numbers) -> tuple[Tensor, Tensor]:
    boxes = _checked("boxes", boxes, 1, 4)
    corner = boxes[..., None, :2]
    return corner, boxes[..., None, 2:] - corner


def _size(size: float) -> float:
    if isinstance(size, bool) or not 1 <= size < math.inf:
        raise ValueError(f"size is {size!r}; the side of a crop must be at least 1 pixel")
    return size


def _checked(name: str, values: Numbers, dimensions: int, last: int) -> Tensor:
    """Points ``(..., J, 2)`` or boxes ``(..., 4)``, as floats."""
    tensor = as_tensor(values)
    shape = tuple(tensor.shape)
    if len(shape) < dimensions or shape[-1] != last or (dimensions == 2 and not shape[-2]):
        wanted = "(..., J, 2)" if dimensions == 2 else "(..., 4)"
        raise ValueError(f"{name} have shape {shape}, expected {wanted}")
    return tensor
