"""What a grid will cost: jobs, hours and disk, printed before anything is run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pose_lib.bench.grid.configuration import Grid
from pose_lib.bench.grid.job import Job
from pose_lib.bench.grid.rates import DeviceRate, best, scheduled
from pose_lib.bench.paper import Paper

__all__ = ["Cost", "costs", "plan_table", "plan_text"]

_MASKED = 4
"""Bytes of a pixel of a stored crop: three colours, and the mask of rendered people."""


@dataclass(frozen=True)
class Cost:
    """What one job will take; NaN where nothing like it was measured."""

    job: Job
    basis: str
    """The run whose rates were taken, in words."""
    other_threads: bool = False
    """Whether that run had another number of threads, and the job is on a CPU: its hours say little then."""
    images: float = float("nan")
    """That its networks are trained on."""
    network_hours: float = float("nan")
    """Of one process on this machine, to train its networks."""
    rest_hours: float = float("nan")
    """Of one process on this machine, for all else that a run keeps."""
    megabytes: float = float("nan")
    """Of the folder of the run."""
    data_megabytes: float = float("nan")
    """Of the data set, which jobs share."""
    device_hours: float = float("nan")
    """Of the other device, to train its networks while it is shared as its rate says."""
    device_basis: str = ""


def costs(
    grid: Grid, papers: Mapping[str, Paper], table: pd.DataFrame, rates: Sequence[DeviceRate] = ()
) -> list[Cost]:
    """The cost of every job.

    Times of training grow with the budget and with the samples of the preset's schedules; all other times
    are those of the run that was measured.

    Args:
        grid: the jobs.
        papers: by their names.
        table: of :func:`~pose_lib.bench.grid.rates.measured`.
        rates: of another device.
    """
    return [_cost(job, best(table, job, grid.threads), papers, rates) for job in grid.jobs]


def _cost(
    job: Job, found: pd.Series | None, papers: Mapping[str, Paper], rates: Sequence[DeviceRate]
) -> Cost:
    if found is None:
        return Cost(job, "not measured")
    presets, size = papers[job.paper].presets, job.sizes(papers).size
    factor = job.budget / found["budget"]
    basis = f"{found['dataset']} {found['action']}, {found['preset']}, budget {found['budget']:g}"
    if found["preset"] != job.preset:
        before = presets.get(found["preset"])
        if before is None or before.window != presets[job.preset].window:
            return Cost(job, "not measured at this size")
        factor *= scheduled(presets[job.preset]) / scheduled(before)
    if job.controls and not found["controls"]:
        basis += ", without controls"
    if not found["same-threads"]:
        basis += f", {found['threads']:g} thread(s)"
    images = found["network-images"] * factor
    rate, device_basis = _rate(job, presets[job.preset].window, rates) if images else (1.0, "no network")
    return Cost(
        job,
        basis,
        not found["same-threads"],
        images,
        found["network-seconds"] * factor / 3600,
        (found["training-seconds"] * factor + found["other-seconds"]) / 3600,
        found["run-megabytes"],
        (found["training"] + found["test"]) * size**2 * _MASKED / 1e6,
        images / rate / 3600 if rate else float("nan"),
        device_basis,
    )


def _rate(job: Job, window: int, rates: Sequence[DeviceRate]) -> tuple[float, str]:
    """Images per second of a device, and whose rate it is: the paper's, or the slowest at the same window."""
    own = [rate for rate in rates if rate.window == window and rate.paper == job.paper]
    alike = own or [rate for rate in rates if rate.window == window]
    if not alike:
        return 0.0, "not measured"
    slowest = min(alike, key=lambda rate: rate.images_per_second)
    return slowest.images_per_second, "measured" if own else f"assumed to be that of {slowest.paper}"


def plan_table(found: Iterable[Cost]) -> pd.DataFrame:
    """One line per paper and preset: jobs, hours of a process here, hours of the other device, and disk."""
    lines = pd.DataFrame(
        {
            "paper": cost.job.paper,
            "preset": cost.job.preset,
            "jobs": 1,
            "hours here": cost.network_hours + cost.rest_hours,
            "hours there": cost.device_hours,
            "GB": cost.megabytes / 1000,
            "rates here": cost.basis,
            "rates there": cost.device_basis,
        }
        for cost in found
    )
    columns = ["jobs", "hours here", "hours there", "GB"]
    sums = lines.groupby(["paper", "preset"], sort=False)[columns].sum(min_count=1)
    words = lines.groupby(["paper", "preset"], sort=False)[["rates here", "rates there"]].agg(_distinct)
    return sums.join(words)


def _distinct(texts: pd.Series) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))


def plan_text(
    grid: Grid, papers: Mapping[str, Paper], found: Sequence[Cost], rates: Sequence[DeviceRate] = ()
) -> str:
    """The plan in words: the table, the sums, what was not measured, and what is not counted."""
    cores = os.cpu_count() or 1
    together = max(1, cores // grid.threads)
    known = [cost for cost in found if cost.images == cost.images]
    here = sum(cost.network_hours + cost.rest_hours for cost in known)
    data = {cost.job.data(papers): cost.data_megabytes for cost in known}
    disk = (sum(cost.megabytes for cost in known) + sum(data.values())) / 1000
    names = {cost.job.data(papers) for cost in found}
    with pd.option_context("display.width", 250, "display.max_columns", None, "display.max_colwidth", 60):
        lines = [plan_table(found).to_string(float_format="%.2f", na_rep="not measured"), ""]
    lines += [f"{grid.name}: {len(found)} jobs on {len(names)} data sets, {grid.threads} thread(s) each"]
    unknown = sorted({f"{cost.job.paper} at {cost.job.preset}" for cost in found if cost not in known})
    if unknown:
        lines += [f"not in the sums, because nothing like them was measured: {', '.join(unknown)}"]
    other = sorted({f"{cost.job.paper} at {cost.job.preset}" for cost in known if cost.other_threads})
    if other:
        lines += [
            f"measured with other numbers of threads only: {', '.join(other)}; with {grid.threads} thread(s) "
            "it may be several times more or fewer hours, which `pose-lib grid measure` finds out"
        ]
    lines += [
        f"this machine: {here:.1f} hours of one process, {here / together:.1f} hours with {together} at once "
        f"on {cores} cores; {disk:.1f} GB of disk"
    ]
    there = [cost for cost in known if cost.device_hours == cost.device_hours]
    for device in dict.fromkeys(rate.device for rate in rates):
        used = [rate for rate in rates if rate.device == device]
        most = max(rate.processes for rate in used)
        hours, rest = sum(c.device_hours for c in there), sum(c.rest_hours for c in there) / most
        lines += [
            f"one {device}: {hours:.1f} hours of the device for {len(there)} of the jobs, and {rest:.1f} "
            f"hours of {most} cores of this kind beside it",
            *(f"  rates there: {source}" for source in dict.fromkeys(rate.source for rate in used)),
        ]
    lines += ["Not counted: the start of each notebook, its figures, and making the data sets, once each."]
    return "\n".join(lines)
