"""What a preset of the Li & Chan chapter holds."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.bench.presets import KernelPreset
from pose_lib.training import Schedule

__all__ = ["LiChanPreset"]


@dataclass(frozen=True, kw_only=True)
class LiChanPreset(KernelPreset):
    """Sizes and schedules of the Li & Chan chapter."""

    networks = (("joint",), ("detector", "regressor"))

    joint: Schedule
    """Of both tasks at once, *DconvMP-HML*."""
    detector: Schedule
    """Of the first stage of *DconvMP*."""
    regressor: Schedule
    """Of its second stage, and of regression alone."""
    unit: float
    """mm that count as one in the regression loss: 1200 in the authors' code; the paper names no unit."""
    pixel: float
    """Grey levels that response normalisation takes one unit of the images for."""
    widths: tuple[int, int]
    """Of the hidden layers of each head."""
