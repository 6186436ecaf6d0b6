"""Presets: how much of an experiment is run, and what the presets of all papers have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeVar

from pose_lib.training import Schedule

__all__ = ["DEFAULT_PRESETS", "LONG", "PAPER", "QUICK", "SMOKE", "DirectPreset", "Preset", "by_name", "fast"]


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Sizes of data and images; each paper adds its schedules.

    ``smoke`` takes seconds, for tests; ``quick`` minutes on two cores, enough to see a method learn; ``long``
    is for verdicts; ``paper`` is the published network and schedule, for a GPU.
    """

    name: str
    size: int
    """Side of the stored crops in pixels."""
    window: int
    """Side of the network's input in pixels."""
    seconds: float
    """Length of each generated take."""
    step: int
    """Every how many frames (at 50 Hz) there is a training sample."""
    test_step: int
    """Every how many frames there is a test sample; a multiple of ``step``."""
    dropout: float
    noise: float
    """Standard deviation of the colour noise, in principal components of RGB."""
    crop: str | None = None
    """What a crop of a photograph shows, where it is not what its data set says."""
    departures: tuple[str, ...] = ()
    """What differs from the paper at this preset, in words for the page."""

    def scaled(self, budget: float) -> Self:
        """The same preset with a share of the steps of every schedule, and that among its departures.

        Args:
            budget: the share; 1 changes nothing.
        """
        if budget == 1:
            return self
        changed: dict[str, Any] = {f.name: _scaled(getattr(self, f.name), budget) for f in fields(self)}
        note = f"The budget is {budget:g}: every schedule runs that share of its steps."
        return replace(self, **{**changed, "departures": (*self.departures, note)})

    def settings(self) -> dict[str, object]:
        """The fields that decide numbers: all but the name and the words."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("name", "departures")}


def _scaled(value: object, budget: float) -> object:
    """A field of a preset with its schedules shortened."""
    if isinstance(value, Schedule):
        return value.scaled(budget)
    if isinstance(value, tuple) and any(isinstance(v, Schedule) for v in value):
        return tuple(_scaled(v, budget) for v in value)
    return value


@dataclass(frozen=True, kw_only=True)
class DirectPreset(Preset):
    """For a method that trains one network: its schedule."""

    learn: Schedule


_AnyPreset = TypeVar("_AnyPreset", bound=Preset)


def by_name(*presets: _AnyPreset) -> dict[str, _AnyPreset]:
    """Presets by their names."""
    return {preset.name: preset for preset in presets}


def fast(steps: int, lr: float = 2e-3) -> Schedule:
    """Small batches at a high rate that rises over a fifth of the steps and then falls to zero.

    Of the schedules tried, it learns most from a few thousand steps.
    """
    return Schedule(steps, lr, 64, warmup=0.2)


SMOKE: Mapping[str, Any] = {"name": "smoke", "seconds": 4, "step": 20, "test_step": 40}
QUICK: Mapping[str, Any] = {
    "name": "quick",
    "size": 64,
    "window": 56,
    "seconds": 60,
    "step": 10,
    "test_step": 50,
}
LONG: Mapping[str, Any] = {"name": "long", "step": 5, "test_step": 25}
PAPER: Mapping[str, Any] = {
    "name": "paper",
    "size": 128,
    "window": 112,
    "seconds": 120,
    "step": 2,
    "test_step": 10,
}
"""Name and sizes of data that the presets of the 3D papers share; all derive from the quick one."""

_QUICK = DirectPreset(**QUICK, dropout=0.1, noise=0.4, learn=fast(400))
DEFAULT_PRESETS: Mapping[str, Preset] = by_name(
    replace(_QUICK, **SMOKE, learn=Schedule(3, 1e-4, 32)),
    _QUICK,
    replace(_QUICK, **LONG, learn=fast(1000)),
    replace(_QUICK, **PAPER, dropout=0.5, noise=0.1, learn=Schedule(100_000, 1e-3, 128)),
)
"""For a method that brings none: the data of the 3D chapters, and one schedule ``learn``."""
