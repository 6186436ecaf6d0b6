"""Grids of sliding windows, and joint detection: which windows of an image contain which joint."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from pose_lib.losses import binary_cross_entropy
from pose_lib.models.parts.layers import fully_connected

__all__ = ["DetectionHead", "WindowGrid", "Windows", "detection_loss"]


@dataclass(frozen=True)
class WindowGrid:
    """Square windows of ``window`` pixels, ``stride`` pixels apart, over a square image of ``side`` pixels.

    As in the code of Li & Chan 2014, which their 2D network shares: the first window begins at the first
    pixel, and there are as many as it takes to cover the image, so the last ones may extend beyond it.
    """

    side: int
    window: float
    stride: float

    @classmethod
    def of(cls, side: int, window: float, stride: float) -> Self:
        """The grid with these windows in an image of 112 pixels, scaled to an image of ``side`` pixels."""
        scale = side / 112
        return cls(side, window * scale, stride * scale)

    @property
    def per_side(self) -> int:
        """Number of windows along either axis."""
        # A hair less, so that rounding does not add a window where the last one ends with the image.
        return 1 + max(0, math.ceil((self.side - self.window) / self.stride - 1e-9))

    def __len__(self) -> int:
        return self.per_side**2

    def starts(self) -> Tensor:
        """``(per_side,)`` first pixel of the windows along one axis."""
        return self.stride * torch.arange(self.per_side, dtype=torch.float32)


@dataclass(frozen=True)
class Windows(WindowGrid):
    """The windows in which Li & Chan 2014 detect joints.

    Text and code disagree: the text says 10-pixel windows 10 pixels apart (:meth:`literal`), the authors'
    code has 30-pixel windows 10 pixels apart on a grid of 10 by 10 (:meth:`published`).
    """

    @classmethod
    def published(cls, side: int) -> Self:
        """The 10 x 10 grid of 30-pixel windows of a 112-pixel image, scaled to another image side."""
        return cls.of(side, 30, 10)

    @classmethod
    def literal(cls, side: int) -> Self:
        """The text's windows: tiles of 10 pixels in a 112-pixel image, twelve per side to cover all of it."""
        return cls.of(side, 10, 10)

    def labels(self, joints: Tensor) -> Tensor:
        """Eq. (3), Li & Chan 2014: 1 where the joint lies in the window, occluded or not.

        Args:
            joints: ``(B, J, 2)`` in pixels of the image that the grid covers.

        Returns:
            float32 ``(B, J, L)``, ``L`` windows row by row. A joint outside the image is in no window, nor is
            one of unknown position (NaN).
        """
        starts = self.starts().to(joints.device)
        place = joints[..., None]
        inside = (place >= starts) & (place < starts + self.window) & (place < self.side)
        x, y = inside[:, :, 0], inside[:, :, 1]
        return (y[..., :, None] & x[..., None, :]).flatten(2).float()


class DetectionHead(nn.Module):
    """Fully connected layers to one logit per joint and window: ``(B, features)`` to ``(B, J, L)``."""

    def __init__(
        self,
        features: int,
        joints: int,
        windows: Windows,
        widths: tuple[int, ...],
        dropout: float,
        *,
        drop_first_only: bool = False,
    ) -> None:
        super().__init__()
        self.joints, self.windows = joints, len(windows)
        self.hidden = fully_connected((features, *widths), dropout, drop_first_only=drop_first_only)
        self.output = nn.Linear(widths[-1], joints * self.windows)
        nn.init.normal_(self.output.weight, std=0.01)
        # Most windows are empty. Starting at the share of those that are not saves the steps that learn it.
        share = windows.window**2 / windows.side**2
        nn.init.constant_(self.output.bias, float(torch.logit(torch.tensor(share))))

    def forward(self, features: Tensor) -> Tensor:
        """Features to logits."""
        logits: Tensor = self.output(self.hidden(features))
        return logits.view(-1, self.joints, self.windows)


def detection_loss(logits: Tensor, labels: Tensor, known: Tensor | None = None) -> Tensor:
    """Eq. (4), Li & Chan 2014: cross-entropy summed over joints and windows, mean over the batch.

    Args:
        logits: ``(B, J, L)``.
        labels: ``(B, J, L)``.
        known: bool ``(B, J)``; a joint of unknown position is left out of the sum. By default all are known.
    """
    each = binary_cross_entropy(logits, labels, None if known is None else known[..., None])
    return each.sum() / len(logits)
