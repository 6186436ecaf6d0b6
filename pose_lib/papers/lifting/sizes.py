"""What a preset of the chapter on lifting holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pose_lib.bench.presets import Preset
from pose_lib.training import Schedule

__all__ = ["LiftingPreset"]


@dataclass(frozen=True, kw_only=True)
class LiftingPreset(Preset):
    """Sizes and schedules: images are seen by the network that finds the joints alone."""

    networks = (("detect",),)
    published: ClassVar[tuple[int, int]] = (256, 256)

    widths: tuple[int, ...]
    """Maps of the encoder of the heat maps after each halving of the side."""
    up: int
    """Maps of each transposed convolution."""
    sigma: float
    """Deviation of a target map, in cells."""
    width: int
    """Of the layers of the lifting network; 1024 in its source."""
    detect: Schedule
    """Of the heat maps."""
    lift: Schedule
    """Of the lifting network, which sees joints and no images."""
