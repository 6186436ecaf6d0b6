"""What a preset of the chapter on heat maps holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_lib.bench.presets import Preset
from pose_lib.data.catalog import SEQUENCE_SETS
from pose_lib.training import Schedule

__all__ = ["HeatMapPreset"]


@dataclass(frozen=True, kw_only=True)
class HeatMapPreset(Preset):
    """Sizes and schedules; ``window`` is ``size``, because a box of any size is shown at ``side`` pixels."""

    side: int
    """Side of what the network of whole people sees, in pixels."""
    upper_side: int
    """Side of the crops of upper bodies in pixels, that of the chapter on HMLPE."""
    upper_view: int
    """Side of what the network of upper bodies sees, in pixels."""
    widths: tuple[int, ...]
    """Maps of the encoder after each halving of the side."""
    up: int
    """Maps of each transposed convolution."""
    sigma: float
    """Deviation of a target map, in cells."""
    shift: float
    """Largest move of training boxes, in parts of their side: those of the chapters that this one joins."""
    zoom: float
    """Largest change of their size, as a factor minus one."""
    upper_shift: float
    """The same of boxes around upper bodies, at test time too."""
    upper_zoom: float
    people: Schedule
    """On whole people: as many images as the first stage of DeepPose sees."""
    upper: Schedule
    """On upper bodies: as many images as HMLPE sees."""
    photographs: float = 1.0
    """Factor of the steps on photographs, that of the first stage of DeepPose."""

    @property
    def input_side(self) -> int:
        """Side of what the network sees, in pixels."""
        return self.side

    @property
    def published_side(self) -> int:
        """The same in the sources."""
        return 256

    def people_on(self, dataset: str) -> Schedule:
        """The schedule for whole people of a data set."""
        factor = 1.0 if dataset in SEQUENCE_SETS else self.photographs
        return replace(self.people, steps=round(factor * self.people.steps))
