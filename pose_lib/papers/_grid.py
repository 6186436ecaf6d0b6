"""A grid over all papers: its jobs as text, its plan, its data, what is measured for it, its rows merged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pose_lib.bench.archive import read_archive
from pose_lib.bench.complete import completed
from pose_lib.bench.evidence import joined
from pose_lib.bench.fingerprint import code_of_recipe, settings_hash
from pose_lib.bench.grid.configuration import Grid, GridError, read_grid
from pose_lib.bench.grid.plan import costs, plan_text
from pose_lib.bench.grid.rates import best, measured, read_rates
from pose_lib.bench.merge import merge
from pose_lib.bench.run import runs_root
from pose_lib.bench.setup import make_data
from pose_lib.bench.stored import run_evidence, stored
from pose_lib.data.request import sources_of
from pose_lib.papers import all_papers
from pose_lib.paths import checkout
from pose_lib.progress import say
from pose_lib.storage import digest

__all__ = ["data", "listed", "measure", "merged", "planned"]

_MEASURED_BUDGET = 0.01
"""Share of a preset's schedules that is run to measure its speed."""


def listed(file: Path) -> str:
    """A grid as JSON, for a workflow manager: how its jobs are run, what each needs, and hashes of the code.

    Raises:
        GridError: the file cannot be; names the place.
    """
    grid, papers = _read(file), {paper.name: paper for paper in all_papers()}
    codes = {name: code_of_recipe(papers[name].deciding_modules) for name in {job.paper for job in grid.jobs}}
    jobs = []
    for job in grid.jobs:
        about: dict[str, object] = {"name": job.name, "data": job.data(papers), "arguments": job.arguments()}
        sources = sources_of(job.dataset)
        made = digest([codes[job.paper], settings_hash(job.sizes(papers).settings()), sources])[:12]
        jobs.append({**about, "code": made, "data_code": sources})
    return json.dumps(
        {"name": grid.name, "device": grid.device, "threads": grid.threads, "jobs": jobs}, indent=1
    )


def planned(file: Path, rates: Path | None = None) -> str:
    """What a grid will cost, in words.

    Args:
        file: of the grid.
        rates: file of the rates of another device, if it is planned for, too.

    Raises:
        GridError: the file cannot be; names the place.
        RateError: the same of the rates.
    """
    grid, papers = _read(file), {paper.name: paper for paper in all_papers()}
    known = read_rates(rates) if rates else ()
    found = costs(grid, papers, measured(_rows(grid), all_papers(), grid.device), known)
    return plan_text(grid, papers, found, known)


def measure(file: Path) -> None:
    """Run a hundredth of one job of each paper and preset of a grid of which no run was measured here.

    A process of its own runs it, with the grid's number of threads, as it would the whole job.

    Raises:
        GridError: the file cannot be; names the place.
        RuntimeError: a run failed; names its job.
    """
    grid = _read(file)
    table = measured(_rows(grid), all_papers(), grid.device)
    done: set[tuple[str, str]] = set()
    # A run with controls also measures what one without them takes, at most.
    for job in sorted(grid.jobs, key=lambda job: not job.controls):
        found = best(table, job, grid.threads)
        known = (
            found is not None
            and found["same-threads"]
            and found["preset"] == job.preset
            and found["controls"] >= job.controls
        )
        if known or (job.paper, job.preset) in done:
            continue
        done.add((job.paper, job.preset))
        say(f"measuring {job.paper} at {job.preset}")
        part = replace(job, budget=_MEASURED_BUDGET)
        command = [sys.executable, "-m", "pose_lib", "run", *part.arguments()]
        environment = {**os.environ, "OMP_NUM_THREADS": str(grid.threads)}
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            raise RuntimeError(f"{part.name} could not be measured: its run failed; its error stands above")


def data(file: Path, name: str | None) -> Path:
    """Make the data set that jobs of a grid share, unless it is there, and return its folder.

    Args:
        file: of the grid.
        name: of the data set, as :func:`listed` has it.

    Raises:
        GridError: the file cannot be, or no job needs data of that name; lists those that are needed.
    """
    papers = {paper.name: paper for paper in all_papers()}
    jobs = {job.data(papers): job for job in _read(file).jobs}
    if name not in jobs:
        asked = "no data set is named with --name" if name is None else f"no job needs the data {name!r}"
        raise GridError(f"{file}: {asked}; its jobs need {', '.join(sorted(jobs))}")
    return make_data(papers[jobs[name].paper], jobs[name].parameters())


def merged(file: Path, runs: Path | None, *, other: bool = False) -> list[Path]:
    """Merge the runs of a grid's jobs, and return the files of rows that were written.

    Args:
        file: of the grid.
        runs: folder with the file of each job.
        other: take also runs of other code or data than those of now.

    Raises:
        GridError: the file cannot be, or no folder is given.
        StoredError: the file of a job is missing or damaged; names it.
        MergeError: a run was made by other code or from other data.
    """
    if runs is None:
        raise GridError("to merge a grid, name the folder of its runs' files with --runs")
    grid = _read(file)
    found = [read_archive(runs / f"{job.name}.zip") for job in grid.jobs]
    return merge(found, all_papers(), checkout() / grid.results, other=other)


def _read(file: Path) -> Grid:
    """The grid of a file; each of its papers has a notebook."""
    root = checkout()
    return read_grid(file, [paper for paper in all_papers() if (root / paper.notebook).is_file()])


def _rows(grid: Grid) -> pd.DataFrame:
    """Rows of all stored and local runs of its papers; of those that differ in their threads alone, all."""
    names = list(dict.fromkeys(job.paper for job in grid.jobs))
    local = (run_evidence(folder) for name in names for folder in completed(runs_root() / name))
    return joined([*map(stored, names), *local]).rows
