"""Sliding-window part detection: which windows of an image contain enough of which body part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.parts.windows import WindowGrid

__all__ = ["PARTS", "PART_NAMES", "PartWindows", "share_inside"]

PARTS = STICKMEN8.limbs
"""The seven sticks of Li et al. 2014 as pairs of joints: neck to head and shoulders, upper and lower arms."""

PART_NAMES = (
    "head",
    "left shoulder",
    "right shoulder",
    "left upper arm",
    "right upper arm",
    "left lower arm",
    "right lower arm",
)
"""Names of :data:`PARTS`, in the same order."""


@dataclass(frozen=True)
class PartWindows(WindowGrid):
    """The windows in which Li et al. 2014 detect parts: the grid of the 3D network, with windows of its own.

    The paper says 64 windows of 30 pixels, spread evenly over 112. In the authors' code they are 12 pixels
    apart, so that the last row and column extend two pixels beyond the image.
    """

    @classmethod
    def published(cls, side: int) -> Self:
        """The 8 x 8 grid of 30-pixel windows of a 112-pixel image, scaled to another image side."""
        return cls.of(side, 30, 12)

    def shares(self, joints: Tensor, parts: Sequence[tuple[int, int]] = PARTS) -> Tensor:
        """The share of each part's length that lies in each window: ``(B, J, 2)`` pixels to ``(B, P, L)``.

        A part with a missing end (NaN) has NaN in all windows, one of length zero has 0.
        """
        a, b = (joints[:, list(ends)] for ends in zip(*parts, strict=True))
        return share_inside(a, b, self.starts().to(joints), self.window)

    def labels(self, joints: Tensor, parts: Sequence[tuple[int, int]] = PARTS, beta: float = 0.3) -> Tensor:
        """Eq. (2), Li et al. 2014: 1 where more than ``beta`` of a part's length lies in the window.

        Args:
            joints: ``(B, J, 2)`` in pixels of the image that the grid covers; NaN where a joint is missing.
            parts: the sticks, as pairs of joints.
            beta: the share of the stick that a window must contain.

        Returns:
            ``(B, P, L)`` of 1 and 0, ``L`` windows row by row; NaN where an end of the part is missing.
        """
        share = self.shares(joints, parts)
        return (share > beta).to(share.dtype).masked_fill(share.isnan(), torch.nan)


def share_inside(a: Tensor, b: Tensor, starts: Tensor, window: float) -> Tensor:
    """The exact share of the segments from ``a`` to ``b`` that lies in each window of a grid.

    Liang and Barsky's clipping: ``a + t (b - a)`` is inside while ``t`` is in [0, 1] and in the spans of both
    axes. The span in x depends on the grid's column alone, the span in y on its row.

    Args:
        a: ``(B, P, 2)`` first ends.
        b: ``(B, P, 2)`` second ends.
        starts: ``(n,)`` first pixel of the windows along either axis.
        window: their side.

    Returns:
        ``(B, P, n * n)`` in [0, 1], row by row; 0 for a segment of length zero, NaN for one with a NaN end.
    """
    step = b - a
    enter = (starts - a[..., None]) / step[..., None]
    leave = (starts + window - a[..., None]) / step[..., None]
    enter, leave = torch.minimum(enter, leave), torch.maximum(enter, leave)
    # A segment parallel to the other axis is inside for every t or for none.
    flat = (step == 0)[..., None]
    within = (a[..., None] >= starts) & (a[..., None] <= starts + window)
    enter = enter.masked_fill(flat, -torch.inf).masked_fill(flat & ~within, torch.inf)
    leave = leave.masked_fill(flat, torch.inf)
    first = torch.maximum(enter[:, :, 0, None, :], enter[:, :, 1, :, None]).clamp_min(0)
    last = torch.minimum(leave[:, :, 0, None, :], leave[:, :, 1, :, None]).clamp_max(1)
    share = (last - first).clamp_min(0).masked_fill((step == 0).all(-1)[..., None, None], 0)
    missing = step.isnan().any(-1)[..., None, None]
    return share.masked_fill(missing, torch.nan).flatten(2)
