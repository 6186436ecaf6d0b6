"""What a preset of the HMLPE chapter holds."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.bench.presets import Preset
from pose_lib.training import Schedule

__all__ = ["HmlpePreset"]


@dataclass(frozen=True, kw_only=True)
class HmlpePreset(Preset):
    """Sizes and schedules; ``window`` is ``size``, because upper bodies are cut out of any part of a crop."""

    side: int
    """Side of the crops of upper bodies in pixels; the paper's 128."""
    view: int
    """Side of the network's input in pixels; the paper's 112."""
    shift: float
    """Largest random move of a box around the joints, in parts of its side."""
    zoom: float
    """Largest random change of its size, as a factor minus one."""
    widths: tuple[int, int]
    """Of the first two layers of each head."""
    learn: Schedule
    """On the union of data sets, or on the only data set."""
    tune: Schedule
    """On the target set, where there is a union."""
    sweep: Schedule
    """For each ratio of Table 3, from He's initial weights."""
    sweep_published: Schedule
    """The same from the published initial weights."""
    sweep_momentum: Schedule
    """The same from the published initial weights by gradient descent with momentum, as in the paper."""

    @property
    def input_side(self) -> int:
        """Side of what the network sees, in pixels."""
        return self.view

    @property
    def published_side(self) -> int:
        """The same in the paper."""
        return 112
