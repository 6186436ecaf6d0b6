"""Notebooks are executed several at a time, in processes of their own that share the cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from pose_lib.cores import usable_cores

__all__ = ["Execute", "executed", "usual_jobs"]

Execute = Callable[[Path, Mapping[str, str | int | float | bool]], Path]
"""From a notebook and its parameters to its executed copy."""

_THREADS = "OMP_NUM_THREADS"
_MOST_JOBS = 4  # each takes up to 2 GB of memory


def usual_jobs() -> int:
    """One notebook per core, at most four: much of each runs on one core, whatever the others do."""
    return min(usable_cores(), _MOST_JOBS)


def executed(execute: Execute, notebooks: Sequence[Path], preset: str, jobs: int = 1) -> list[Path]:
    """The executed copies of notebooks, in their order.

    A notebook that needs the run of another one waits for it, or makes it itself: a run is made once.

    Args:
        execute: runs a notebook, or finds the copy of an earlier run; with several jobs it has to be a
            function of a module.
        notebooks: their clean files.
        preset: for all.
        jobs: how many are executed at a time. Each gets its share of the cores, and whatever
            ``OMP_NUM_THREADS`` says at most.

    Raises:
        ValueError: ``jobs`` is below one.
        Exception: what ``execute`` raised for the first of the notebooks that failed. Those that are being
            executed are finished, and no other is begun.
    """
    if jobs < 1:
        raise ValueError(f"jobs: expected a number of at least 1, got {jobs}")
    parameters = {"preset": preset}
    if jobs == 1 or len(notebooks) < 2:
        return [execute(notebook, parameters) for notebook in notebooks]
    with _threads(max(1, usable_cores() // jobs)), ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        begun: list[Future[Path]] = []
        running: set[Future[Path]] = set()
        # One by one, since a pool does not take back all that it was given.
        for notebook in notebooks:
            if len(running) == jobs:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                if any(future.exception() for future in done):
                    break
            begun.append(pool.submit(execute, notebook, parameters))
            running.add(begun[-1])
        return [future.result() for future in begun]


@contextmanager
def _threads(share: int) -> Iterator[None]:
    """Tell the processes to come how many threads they have."""
    before = os.environ.get(_THREADS)
    given = int(before) if before and before.isdigit() else share
    os.environ[_THREADS] = str(min(share, max(given, 1)))
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before
