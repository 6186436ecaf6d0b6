"""Presets: how much of an experiment is run, and what the presets of all papers have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self, TypeVar

from pose_lib.training import Schedule

__all__ = [
    "DEFAULT_PRESETS",
    "EQUAL",
    "LONG",
    "PAPER",
    "QUICK",
    "SMOKE",
    "TRIAL",
    "DirectPreset",
    "KernelPreset",
    "Preset",
    "by_name",
    "fast",
    "resized",
    "with_equal",
]

EQUAL = "-equal"
"""Ends the name of a preset in which methods are compared: see :meth:`Preset.equal`."""
TRIAL = 1e-3
"""Budgets below this are trials of the code: the samples of a step and of the data are few as well."""
_SECONDS, _STEP, _BATCH = 1.0, 25, 8
"""Length of a take of a trial; from one of its samples to the next in frames; the samples of a step."""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Sizes of data and images; each paper adds its schedules.

    ``smoke`` takes seconds, for tests; ``quick`` minutes on two cores, enough to see a method learn; ``long``
    is for verdicts; ``paper`` is the published network and schedule, for a GPU. Of each, :meth:`equal`
    derives the one in which methods are compared.
    """

    published: ClassVar[tuple[int, int]] = (128, 112)
    """Crop and window of the paper in pixels."""
    networks: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """For each network that is compared with other papers', the fields with the schedules that train it on
    images, one after the other. Each schedule is in one of them."""

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

    @property
    def input_side(self) -> int:
        """Side of what the network sees, in pixels."""
        return self.window

    @property
    def published_side(self) -> int:
        """The same in the paper."""
        return self.published[1]

    def scaled(self, budget: float) -> Self:
        """The same preset with a share of the steps of every schedule, and that among its departures.

        Below :data:`TRIAL` it is cut further, as :meth:`trial` says.

        Args:
            budget: the share; 1 changes nothing.
        """
        if budget == 1:
            return self
        note = f"The budget is {budget:g}: every schedule runs that share of its steps."
        made = self._with_schedules(lambda schedule: schedule.scaled(budget))
        made = replace(made, departures=(*self.departures, note))
        return made.trial() if budget < TRIAL else made

    def on(self, dataset: str) -> Self:
        """The same preset on a data set: at ``paper`` every recorded frame of Human3.6M, as in the papers.

        Of rendered people there are as many frames as one likes, and neighbouring ones are much alike.
        """
        if dataset == "human3.6m" and self.name == "paper":
            return replace(self, step=1, test_step=1)
        return self

    def trial(self) -> Self:
        """The same networks and losses on a few samples, in small batches: shows that a run comes to its end.

        Takes last a second, of which the first and the middle frame are for training, or the first for
        testing; a step has 8 samples at most. Photographs are not cut.
        """
        note = f"This is a trial of the code: takes last {_SECONDS:g} s, and steps have {_BATCH} samples."
        made = self._with_schedules(lambda schedule: replace(schedule, batch=min(schedule.batch, _BATCH)))
        words = (*self.departures, note)
        return replace(made, seconds=_SECONDS, step=_STEP, test_step=2 * _STEP, departures=words)

    def equal(self) -> Self:
        """The setting in which methods are compared: what a network sees is the same for all.

        Crops, windows, colour noise, takes, batches, and the number of images that a network is trained on in
        all its stages are those of direct regression at the preset of the same name. Networks, targets,
        losses, optimisers and rates remain the paper's own.

        Raises:
            KeyError: there is no such preset of direct regression.
            ValueError: no network is named.
        """
        if not self.networks:
            raise ValueError(f"the preset {self.name!r} names no network to be compared")
        common = DEFAULT_PRESETS[self.name]
        changed: dict[str, Any] = {
            name: getattr(common, name)
            for name in ("size", "window", "seconds", "step", "test_step", "noise")
        }
        for network in self.networks:
            changed |= self._divided(network, common.learn)
        words = tuple(d for d in self.departures if d != resized(self.size, self.window, self.published))
        if len(words) < len(self.departures) or (self.size, self.window) != (common.size, common.window):
            words = (resized(common.size, common.window, self.published), *words)
        note = (
            "Crops, windows, colour noise, batches and the number of images that each network is trained on "
            "are those of all methods compared."
        )
        return replace(self, name=self.name + EQUAL, departures=(*words, note), **changed)

    def _divided(self, network: tuple[str, ...], whole: Schedule) -> dict[str, Schedule]:
        """The samples of ``whole`` divided between the schedules of one network in their own ratio."""
        parts = [getattr(self, name) for name in network]
        own = [part.steps * part.batch for part in parts]
        ends = [round(whole.steps * sum(own[: i + 1]) / max(1, sum(own))) for i in range(len(own))]
        ends[-1] = whole.steps
        steps = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        return {
            name: replace(part, steps=count, batch=whole.batch)
            for name, part, count in zip(network, parts, steps, strict=True)
        }

    def settings(self) -> dict[str, object]:
        """The fields that decide numbers: all but the name and the words."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("name", "departures")}

    def _with_schedules(self, change: Callable[[Schedule], Schedule]) -> Self:
        """The same preset with every schedule changed."""
        changed: dict[str, Any] = {f.name: _changed(getattr(self, f.name), change) for f in fields(self)}
        return replace(self, **changed)


def _changed(value: object, change: Callable[[Schedule], Schedule]) -> object:
    """A field of a preset with its schedules changed."""
    if isinstance(value, Schedule):
        return change(value)
    if isinstance(value, tuple) and any(isinstance(v, Schedule) for v in value):
        return tuple(_changed(v, change) for v in value)
    return value


def resized(size: int, window: int, published: tuple[int, int] = Preset.published) -> str:
    """The departure of crops and windows in other sizes than the paper's."""
    return (
        f"Images are {size} pixels wide, and the network sees windows of {window}, instead of {published[0]} "
        f"and {published[1]}."
    )


@dataclass(frozen=True, kw_only=True)
class DirectPreset(Preset):
    """For a method that trains one network: its schedule."""

    networks = (("learn",),)
    learn: Schedule


@dataclass(frozen=True, kw_only=True)
class KernelPreset(Preset):
    """For a paper that compares itself with kernel dependency estimation: numbers of random features."""

    kde_inputs: int
    kde_outputs: int

    def trial(self) -> Self:
        """With few random features as well; see :meth:`Preset.trial`."""
        few = {name: min(getattr(self, name), 100) for name in ("kde_inputs", "kde_outputs")}
        return replace(super().trial(), **few)


_AnyPreset = TypeVar("_AnyPreset", bound=Preset)


def by_name(*presets: _AnyPreset) -> dict[str, _AnyPreset]:
    """Presets by their names."""
    return {preset.name: preset for preset in presets}


def with_equal(presets: Mapping[str, Preset]) -> dict[str, Preset]:
    """Presets by their names, and after them the equal setting of each that has one."""
    able = [preset for name, preset in presets.items() if preset.networks and name in DEFAULT_PRESETS]
    return {**presets, **by_name(*(preset.equal() for preset in able))}


def fast(steps: int, lr: float = 2e-3) -> Schedule:
    """Small batches at a high rate that rises over a fifth of the steps and then falls to zero.

    Of the schedules tried, it learns most from a few thousand steps. Gradients are clipped, because at this
    rate a network without that now and then stops learning and predicts the mean pose.
    """
    return Schedule(steps, lr, 64, warmup=0.2, clip=1.0)


SMOKE: Mapping[str, Any] = {"name": "smoke", "seconds": 4, "step": 20, "test_step": 80}
QUICK: Mapping[str, Any] = {
    "name": "quick",
    "size": 64,
    "window": 56,
    "seconds": 60,
    "step": 10,
    "test_step": 100,
}
LONG: Mapping[str, Any] = {"name": "long", "step": 5, "test_step": 50}
PAPER: Mapping[str, Any] = {
    "name": "paper",
    "size": 128,
    "window": 112,
    "seconds": 120,
    "step": 2,
    "test_step": 10,
}
"""Name and sizes of data that the presets of the 3D papers share; all derive from the quick one."""

_QUICK = DirectPreset(**QUICK, dropout=0.1, noise=0.4, learn=fast(480))
DEFAULT_PRESETS: Mapping[str, DirectPreset] = by_name(
    replace(_QUICK, **SMOKE, learn=Schedule(8, 1e-4, 32)),
    _QUICK,
    replace(_QUICK, **LONG, learn=fast(7200)),
    replace(_QUICK, **PAPER, dropout=0.5, noise=0.1, learn=Schedule(140_000, 1e-3, 128)),
)
"""For a method that brings none: the data of the 3D chapters, and one schedule ``learn``."""
