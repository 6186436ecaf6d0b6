"""What a preset of the Li & Chan chapter holds."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.bench.presets import Preset
from pose_lib.training import Schedule

__all__ = ["LiChanPreset"]


@dataclass(frozen=True, kw_only=True)
class LiChanPreset(Preset):
    """Sizes and schedules of the Li & Chan chapter."""

    joint: Schedule
    """Of both tasks at once, *DconvMP-HML*."""
    detector: Schedule
    """Of the first stage of *DconvMP*."""
    regressor: Schedule
    """Of its second stage, and of regression alone."""
    unit: float
    """mm that count as one in the regression loss: 1200 in the authors' code; the paper names no unit."""
    widths: tuple[int, int]
    """Of the hidden layers of each head."""
    kde_inputs: int
    kde_outputs: int
