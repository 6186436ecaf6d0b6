"""What a preset of the DeepPose chapter holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_lib.bench.presets import Preset
from pose_lib.data.catalog import SEQUENCE_SETS
from pose_lib.models.deeppose import Norm
from pose_lib.training import Schedule

__all__ = ["DeepPosePreset"]


@dataclass(frozen=True, kw_only=True)
class DeepPosePreset(Preset):
    """Sizes and schedules; ``window`` is ``size``, because a box of any size is shown at ``side`` pixels."""

    side: int
    """Side of the network's input in pixels; the paper's 220."""
    first: tuple[int, int]
    """Kernel and stride of the first convolution."""
    maps: tuple[int, int, int, int, int]
    widths: tuple[int, int]
    norm: Norm
    shift: float
    """Largest move of stage 1's training boxes, in parts of their side."""
    zoom: float
    """Largest change of their size, as a factor minus one."""
    crops: int
    """Simulated predictions for each joint of each training image."""
    observed: int
    """Training images on which the errors of the stage before are observed; 0 for all."""
    warm: bool
    """Whether a later stage's network starts from the weights of the stage before."""
    stages: tuple[Schedule, Schedule, Schedule]
    pictures: bool = False
    """Whether boxes with fewer pixels than ``side`` are read from the photographs, not from stored crops."""
    photographs: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """Factors of the steps of stages 1, 2 and 3 on photographs."""

    @property
    def input_side(self) -> int:
        """Side of what the network sees, in pixels."""
        return self.side

    @property
    def published_side(self) -> int:
        """The same in the paper."""
        return 220

    def stages_on(self, dataset: str) -> tuple[Schedule, ...]:
        """The schedules of stages 1, 2 and 3 on a data set."""
        factors = (1.0, 1.0, 1.0) if dataset in SEQUENCE_SETS else self.photographs
        return tuple(replace(s, steps=round(f * s.steps)) for s, f in zip(self.stages, factors, strict=True))
