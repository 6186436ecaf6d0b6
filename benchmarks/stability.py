"""How much the headline rows of every paper vary over seeds, precisions and numbers of threads.

Each run is the paper's own notebook, executed by a process of its own; what is finished is not repeated, so
that the command may be stopped and started again. ``POSE_STABILITY`` chooses another preset than ``quick``,
and papers: ``POSE_STABILITY="long tekin_ae park"``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pose_lib.bench.collapse import collapsed
from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.rows import label, pick
from pose_lib.bench.stored import run_evidence
from pose_lib.papers import all_papers
from pose_lib.progress import say

__all__ = ["BY_NAME_ONLY", "Case", "cases", "run", "spread_of"]

BY_NAME_ONLY = True
"""It takes hours: it runs only when it is asked for."""
METRICS = {"3d": "mpjpe", "2d": "pcp"}


@dataclass(frozen=True)
class Case:
    """One run: a seed, a precision, and a number of threads."""

    seed: int
    precision: str
    threads: int


def cases(preset: str) -> tuple[Case, ...]:
    """Eight seeds in bf16, four in float32, two with two threads; at ``long`` three in bf16."""
    if preset == "long":
        return tuple(Case(seed, "bf16", 1) for seed in range(3))
    return (
        *(Case(seed, "bf16", 1) for seed in range(3)),
        Case(0, "float32", 1),
        Case(0, "bf16", 2),
        *(Case(seed, "bf16", 1) for seed in range(3, 8)),
        *(Case(seed, "float32", 1) for seed in range(1, 4)),
        Case(1, "bf16", 2),
    )


def run() -> Iterator[dict[str, Any]]:
    """One result for each learned system of each paper: mean, deviation, and how many networks collapsed."""
    preset, *names = os.environ.get("POSE_STABILITY", "quick").split()
    papers = [paper for paper in all_papers() if not names or paper.name in names]
    # Case by case, so that a command that is stopped early has shown something of every paper.
    asked = [(paper, case) for case in cases(preset) for paper in papers]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(pool.map(lambda job: _rows(job[0], job[1], preset), asked))
    rows = {(paper.name, case): part for (paper, case), part in zip(asked, found, strict=True)}
    for paper in papers:
        of_paper = {case: rows[paper.name, case] for case in cases(preset)}
        for system in paper.systems:
            measured = all(len(pick(part, system, METRICS[paper.kind])) for part in of_paper.values())
            if measured and label(system) not in BASELINES:
                yield {"name": "stability", "preset": preset, **spread_of(paper, system, of_paper)}


def spread_of(paper: Paper, system: Any, rows: dict[Case, pd.DataFrame]) -> dict[str, Any]:
    """Mean and standard deviation of a system's number over the runs, and of each group of runs.

    The deviation of an error is also given in per cent of its mean; that of a percentage is in points.
    """
    metric = METRICS[paper.kind]
    values = {case: float(pick(part, system, metric)["value"].iloc[0]) for case, part in rows.items()}
    groups: dict[str, list[float]] = {}
    for case, value in values.items():
        groups.setdefault(f"{case.precision}, {case.threads} threads", []).append(value)
    every = list(values.values())
    deviation = statistics.stdev(every)
    return {
        "paper": paper.name,
        "system": label(system),
        "metric": metric,
        "runs": len(every),
        "mean": statistics.mean(every),
        "deviation": deviation,
        "per cent": 100 * deviation / statistics.mean(every) if paper.kind == "3d" else None,
        "lowest": min(every),
        "highest": max(every),
        "collapsed": sum(label(system) in collapsed(part) for part in rows.values()),
        "groups": {name: [round(v, 2) for v in group] for name, group in groups.items()},
    }


def _rows(paper: Paper, case: Case, preset: str) -> pd.DataFrame:
    """The rows of one run, made now if they are not there."""
    say(f"stability: {paper.name}, seed {case.seed}, {case.precision}, {case.threads} threads")
    command = [sys.executable, "-m", "pose_lib.cli", "run", paper.name, "--preset", preset]
    command += ["-p", "seed", str(case.seed), "-p", "precision", case.precision]
    environment = {**os.environ, "OMP_NUM_THREADS": str(case.threads)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    note = Path(done.stdout.splitlines()[0]).parent / "run-folder"
    return run_evidence(Path(note.read_text(encoding="utf-8"))).rows
