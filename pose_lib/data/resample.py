"""Boxes cut out of stored crops and resized: batched, bilinear, on the device of the images.

A box may have any size and place, may reach beyond the image, and is not bound to whole pixels. Its joints
are transformed by :func:`to_box`, and back by :func:`from_box`.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from pose_lib.geometry.boxes import from_crop as from_box
from pose_lib.geometry.boxes import to_crop as to_box

__all__ = ["crop_boxes", "from_box", "jittered", "mirrored", "to_box", "whole_boxes"]


def crop_boxes(images: Tensor, which: Tensor, boxes: Tensor, side: int) -> Tensor:
    """One box of each chosen image at ``side`` by ``side`` pixels.

    Bilinear between the centres of pixels, without smoothing: of a box of more than twice ``side`` pixels,
    some pixels are not used. Beyond the image, its border is repeated. A box with ``x0 > x1`` is mirrored.

    Args:
        images: uint8 ``(N, S, S, 3)``.
        which: ``(B,)`` indices into ``images``.
        boxes: ``(B, 4)`` x0 y0 x1 y1 in pixels of the images, where pixel ``i`` covers ``[i, i + 1)``.
        side: of the result in pixels.

    Returns:
        float32 ``(B, side, side, 3)``, 0 to 255.

    Raises:
        ValueError: there is not one box per sample.
    """
    if boxes.shape != (len(which), 4):
        raise ValueError(f"{len(which)} samples need boxes ({len(which)}, 4), not {tuple(boxes.shape)}")
    boxes = boxes.to(images.device, torch.float32)
    steps = (torch.arange(side, device=images.device) + 0.5) / side
    columns, rows = (boxes[:, a, None] + (boxes[:, a + 2] - boxes[:, a])[:, None] * steps for a in (0, 1))
    # The sampler counts from -1 to 1 over the whole image.
    scale = torch.tensor([2.0 / images.shape[2], 2.0 / images.shape[1]], device=images.device)
    grid = torch.stack([columns[:, None, :].expand(-1, side, -1), rows[:, :, None].expand(-1, -1, side)], -1)
    pixels = images[which.to(images.device)].permute(0, 3, 1, 2).float()
    shown = functional.grid_sample(pixels, grid * scale - 1, padding_mode="border", align_corners=False)
    return shown.permute(0, 2, 3, 1)


def whole_boxes(n: int, size: int) -> Tensor:
    """``(n, 4)`` boxes of whole images of ``size`` pixels."""
    return torch.tensor([0.0, 0.0, size, size]).expand(n, 4)


def jittered(boxes: Tensor, shift: float, zoom: float, generator: torch.Generator | None = None) -> Tensor:
    """Boxes ``(B, 4)`` moved and resized by uniform random amounts.

    Args:
        boxes: x0 y0 x1 y1.
        shift: largest move in x and in y, as a fraction of the box's side.
        zoom: largest change of size; ``0.1`` means a factor between 1/1.1 and 1.1, uniform in its logarithm.
        generator: on the CPU.
    """
    draw = (2 * torch.rand((len(boxes), 3), generator=generator) - 1).to(boxes)
    extent = boxes[:, 2:] - boxes[:, :2]
    centre = (boxes[:, 2:] + boxes[:, :2]) / 2 + shift * draw[:, :2] * extent
    half = extent / 2 * (1 + zoom) ** draw[:, 2:]
    return torch.cat([centre - half, centre + half], 1)


def mirrored(boxes: Tensor, flags: Tensor) -> Tensor:
    """Boxes ``(B, 4)`` with left and right edge exchanged where ``flags (B,)`` is true.

    Left and right joints of a mirrored box must be exchanged as well: ``joints[:, skeleton.mirror]``.
    """
    return torch.where(flags[:, None].to(boxes.device), boxes[:, [2, 1, 0, 3]], boxes)
