"""At which optimiser, size and budget runs were made, in words: a verdict is on a method at that setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import pandas as pd

from pose_lib.bench.presets import Preset
from pose_lib.bench.rows import APART, apart
from pose_lib.bench.staleness import STALE
from pose_lib.training import Schedule

__all__ = ["AND", "SETTING", "Setting", "counted", "distinctions", "optimiser_of", "settings_of"]

SETTING = ("dataset", "preset", "budget", "precision")
"""Runs that agree in these, in action and in :data:`.rows.APART` differ in their seeds, and are pooled."""

AND = "; and "
"""Between settings in words, where a claim is decided at several."""


@dataclass(frozen=True)
class Setting:
    """Columns of rows and the values that they have in common."""

    values: tuple[tuple[str, object], ...]

    @property
    def dataset(self) -> str:
        """The data set of its runs."""
        return str(dict(self.values)["dataset"])

    @property
    def runs(self) -> dict[str, object]:
        """Data set, preset and budget of its runs."""
        about = dict(self.values)
        return {name: about[name] for name in ("dataset", "preset", "budget")}

    @property
    def budget(self) -> float:
        """The share of its preset's schedules that its runs had."""
        return float(str(dict(self.values)["budget"]))

    @property
    def at_any_budget(self) -> tuple[tuple[str, object], ...]:
        """What it has in common with settings that differ in their budget alone."""
        return tuple(pair for pair in self.values if pair[0] != "budget")

    def of(self, rows: pd.DataFrame) -> pd.Series:
        """Which rows are of this setting; one that lacks a column, such as of another paper, is of none."""
        chosen = pd.Series(True, index=rows.index)
        for name, value in self.values:
            chosen &= rows[name] == value if name in rows else False
        return chosen

    def words(self, presets: Mapping[str, Preset]) -> str:
        """Data set, preset and its optimiser, size and steps."""
        about = dict(self.values)
        parts = [f"{about['dataset']}, {about['preset']}"]
        if about["budget"] != 1:
            parts[0] += f" at budget {about['budget']:g}"
        preset = presets.get(str(about["preset"]))
        if preset is not None:
            parts += [_training(preset.scaled(self.budget)), _size(preset)]
        parts += [str(about[name]) for name in ("precision", *APART) if about.get(name)]
        return "; ".join(parts)


def settings_of(rows: pd.DataFrame) -> Iterator[Setting]:
    """The settings of a table of runs, in order."""
    columns = apart(rows, SETTING)
    for values in rows[columns].drop_duplicates().sort_values(columns).itertuples(index=False):
        yield Setting(tuple(zip(columns, values, strict=True)))


def distinctions(run: pd.Series, others: pd.DataFrame) -> list[str]:
    """What tells a run from ``others`` beside it: its budget, precision and device, and if it is stale."""
    words = [f"budget {run['budget']:g}"] if run["budget"] != 1 else []
    words += [run[name] for name in ("precision", "device") if name in others and others[name].nunique() > 1]
    return words + ([STALE] if run.get(STALE) else [])


def counted(counts: pd.Series, what: str) -> str:
    """The least and the most of some counts in words: ``3 to 6 seeds``."""
    low, high = int(counts.min()), int(counts.max())
    return f"{low} to {high} {what}s" if low < high else f"{low} {what}{'s' * (low > 1)}"


def _training(preset: Preset) -> str:
    """Optimisers and steps of the networks that are compared, or of all schedules where none is named."""
    networks = preset.networks or tuple((f.name,) for f in fields(preset))
    schedules = [[s for name in network for s in _schedules(getattr(preset, name))] for network in networks]
    schedules = [network for network in schedules if network]
    if not schedules:
        return "trains nothing"
    optimisers = sorted({optimiser_of(s) for network in schedules for s in network})
    steps = [sum(s.steps for s in network) for network in schedules]
    epochs = getattr(preset, "epochs", 0)
    length = f"{epochs:g} epochs" if epochs else f"{_range(min(steps), max(steps))} steps a network"
    return f"{' and '.join(optimisers)}, {length}"


def _schedules(value: object) -> list[Schedule]:
    if isinstance(value, tuple):
        return [s for s in value if isinstance(s, Schedule)]
    return [value] if isinstance(value, Schedule) else []


def optimiser_of(schedule: Schedule) -> str:
    """The optimiser of a schedule in words."""
    if schedule.momentum is not None:
        return f"gradient descent with momentum {schedule.momentum:g}"
    return "AdaGrad" if schedule.adagrad else "AdamW"


def _range(low: int, high: int) -> str:
    return f"{high:,}" if low == high else f"{low:,} to {high:,}"


def _size(preset: Preset) -> str:
    seen, published = preset.input_side, preset.published_side
    whole = "the published one" if seen == published else f"the paper's has {published}"
    return f"input of {seen} pixels, {whole}"
