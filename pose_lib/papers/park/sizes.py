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
_STRIDE = "The first convolution has a stride of 1 instead of 2: smaller windows then give maps of like size."


@dataclass(frozen=True, kw_only=True)
class ParkPreset(Preset):
    """Sizes and schedules of the Park chapter: one schedule, the same for every variant."""

    published = (250, 225)
    networks = (("learning",),)

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

    def trial(self) -> Self:
        """With losses measured once, at a few samples; see :meth:`.Preset.trial`."""
        return replace(super().trial(), looks=1, seen=min(self.seen, 16))

    def equal(self) -> Self:
        """With steps instead of epochs, and a first stride of 1; see :meth:`.Preset.equal`.

        A rate that halves does so as often as published.
        """
        made = super().equal()
        halve_every = round(made.learning.steps * _HALVED / _EPOCHS) if self.epochs else None
        words = (*made.departures[:-1], _STRIDE, made.departures[-1])
        return replace(
            made,
            learning=replace(made.learning, halve_every=halve_every),
            epochs=0.0,
            first=1,
            departures=words,
        )

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
