"""How fast runs were: measured by complete runs, and for another device read from a file with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pose_lib.bench.fingerprint import environment, settings_hash
from pose_lib.bench.grid.job import Job
from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.machine import provenance
from pose_lib.bench.paper import Paper
from pose_lib.bench.presets import Preset
from pose_lib.bench.rows import pick
from pose_lib.bench.work import RUN_SYSTEM, WORK
from pose_lib.training import Schedule

__all__ = ["DeviceRate", "RateError", "best", "measured", "read_rates", "scheduled"]

_FEWEST = 2000
"""Images that networks of a run saw, where it trained any, for its rate to count."""
_ABOUT = ["paper", "dataset", "action", "preset", "budget", "controls", "device", "threads", "date"]


class RateError(ValueError):
    """A file of rates that cannot be; names the file and what is expected."""


@dataclass(frozen=True)
class DeviceRate:
    """How many images a device trains a network on each second, as somebody measured it."""

    device: str
    paper: str
    window: int
    """Side of the network's input in pixels."""
    images_per_second: float
    """Of all processes together."""
    processes: int
    """That share the device."""
    source: str


def measured(rows: pd.DataFrame, papers: Sequence[Paper], device: str = "cpu") -> pd.DataFrame:
    """One line per run that was made on this machine: its parameters and the metrics of a run's work.

    Only runs on a processor of the same name, at a preset that is still the same, count. The number of
    samples of each split stands in the columns ``training`` and ``test``. Runs whose networks saw fewer than
    2,000 images say little of speed and are left out; those that train no network count.

    Args:
        rows: of any runs; older ones, which did not note their work, are left out.
        papers: all that there are.
        device: ``cpu`` or ``cuda``.
    """
    empty = pd.DataFrame(columns=[*_ABOUT, *WORK, "training", "test"])
    if not len(rows):
        return empty
    kind, processor = environment(device)["device"], provenance(device)["processor"]
    rows = rows[(rows["device"] == kind) & (rows["processor"] == processor)]
    work = pick(rows, RUN_SYSTEM)
    same = [_same_preset(run, papers) for run in work.itertuples()]
    work = work[np.array(same, dtype=bool)]
    if not len(work):
        return empty
    table = work.pivot_table(index="fingerprint", columns="metric", values="value")
    table = table[(table["network-images"] >= _FEWEST) | (table["network-images"] == 0)]
    about = work.drop_duplicates("fingerprint").set_index("fingerprint")[_ABOUT]
    found = about.join(table, how="inner")
    found["threads"] = pd.to_numeric(found["threads"])
    for split in ("training", "test"):
        counts = rows[rows["system"] == f"{split} data"].groupby("fingerprint")["samples"].min()
        found[split] = counts.reindex(found.index)
    return found


def _same_preset(run: Any, papers: Sequence[Paper]) -> bool:
    """Whether the preset of a run's row is now what it was then."""
    return any(
        settings_hash(preset_in_force(paper, run.preset, run.dataset, run.budget).settings()) == run.settings
        for paper in papers
        if paper.name == run.paper and run.preset in paper.presets
    )


def best(table: pd.DataFrame, job: Job, threads: int) -> pd.Series | None:
    """The run of the same paper that is most like a job, or None: :func:`measured` gives the table.

    On a CPU the number of threads counts first: the times of another number are not those of the job. On a
    GPU it hardly matters. Then the preset counts, whether it has trained controls, the data set, the action,
    and how long it was trained.

    Returns:
        The line of the table, with ``same-threads``: whether its threads are those of the job, or hardly
        matter.
    """
    own = table[table["paper"] == job.paper]
    if not len(own):
        return None
    alike = own.assign(
        **{
            f"same-{name}": own[name] == getattr(job, name)
            for name in ("preset", "controls", "dataset", "action")
        },
        **{"same-threads": (own["threads"] == threads) | (job.device != "cpu")},
    )
    order = ["same-threads", "same-preset", "same-controls", "same-dataset", "same-action", "budget", "date"]
    return alike.sort_values(order, kind="stable").iloc[-1]


def scheduled(preset: Preset) -> int:
    """Samples of all schedules of a preset: two presets' ratio is that of the lengths of their trainings."""
    values = preset.settings().values()
    several = [value if isinstance(value, tuple) else (value,) for value in values]
    return sum(s.steps * s.batch for found in several for s in found if isinstance(s, Schedule))


def read_rates(file: Path) -> tuple[DeviceRate, ...]:
    """The rates of a YAML file: a list of mappings with the fields of :class:`DeviceRate`.

    Raises:
        RateError: the file cannot be read, or an entry lacks a field or has a wrong one; names it.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RateError(f"{file} cannot be read as YAML: {error}") from error
    names = [f.name for f in fields(DeviceRate)]
    if not isinstance(content, list) or not content:
        raise RateError(f"{file} must be a list of mappings with the keys {', '.join(names)}")
    return tuple(_rate(entry, f"{file}, entry {i}", names) for i, entry in enumerate(content, 1))


def _rate(entry: object, place: str, names: Sequence[str]) -> DeviceRate:
    if not isinstance(entry, dict) or set(entry) != set(names):
        raise RateError(f"{place}: it must be a mapping with the keys {', '.join(names)}")
    for name in ("window", "images_per_second", "processes"):
        if isinstance(entry[name], bool) or not isinstance(entry[name], int | float) or entry[name] <= 0:
            raise RateError(f"{place}: {name} is {entry[name]!r}; it must be a number above 0")
    return DeviceRate(**entry)
