"""What a preset of the chapter on integral regression holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pose_lib.bench.presets import DirectPreset

__all__ = ["IntegralPreset"]


@dataclass(frozen=True, kw_only=True)
class IntegralPreset(DirectPreset):
    """Sizes of the network; data, windows and schedule are those of direct regression."""

    published: ClassVar[tuple[int, int]] = (256, 256)

    widths: tuple[int, ...]
    """Maps of the encoder after each halving of the side."""
    up: int
    """Maps of each transposed convolution."""
    depth: int
    """Cells of the volume along the depth."""
    reach: float
    """Largest depth of the volume before and behind the root, mm."""
    classes: float
    """Weight of the cross-entropy of the probabilities along each axis."""
