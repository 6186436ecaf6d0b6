"""What a preset of the Park chapter holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from pose_lib.bench.presets import Preset
from pose_lib.training import Schedule

__all__ = ["ParkPreset"]

_EPOCHS, _UNTIL, _HALVED = 28, 16, 4
"""The published training: epochs in all, those before lambda_2D falls, and those between two halvings of the
learning rate."""


@dataclass(frozen=True, kw_only=True)
class ParkPreset(Preset):
    """Sizes and schedules of the Park chapter: one schedule, the same for every variant."""

    learning: Schedule
    """Of every variant; with ``epochs``, its number of steps follows from these instead."""
    epochs: float = 0.0
    """Passes over the training samples, as published; 0 to take the schedule as it is."""
    width: int = 2048
    """Of the hidden fully connected layers."""
    first: int = 2
    """Stride of the first convolution."""
    lambda_2d: tuple[float, float] = (0.1, 0.01)
    """Weight of the classification before and after 16 of 28 parts of the training."""
    lambda_3d: float = 0.5
    looks: int = 7
    """How often the 3D losses are measured while a network learns."""
    seen: int = 512
    """At how many training samples, and at most how many test samples."""

    def scaled(self, budget: float) -> Self:
        """The same preset with a share of its steps or epochs; see :meth:`.Preset.scaled`."""
        return replace(super().scaled(budget), epochs=self.epochs * budget)

    def schedule(self, samples: int) -> Schedule:
        """For so many training samples; with epochs, its rate halves seven times, as published."""
        if not self.epochs:
            return self.learning
        steps = self.epochs * max(1, samples // self.learning.batch)
        return replace(
            self.learning, steps=max(1, round(steps)), halve_every=max(1, round(steps * _HALVED / _EPOCHS))
        )

    def weight_2d(self, step: int, steps: int) -> float:
        """lambda_2D at a step: it falls after 16 of 28 epochs."""
        return self.lambda_2d[0] if _EPOCHS * step < _UNTIL * steps else self.lambda_2d[1]
