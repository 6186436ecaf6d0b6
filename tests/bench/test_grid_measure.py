"""What a grid runs to measure its speed, and which runs it knows already."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from grid_runs import job, row
from samples import make

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.grid.configuration import Grid
from pose_lib.bench.run import Run
from pose_lib.papers import _grid


def commands(monkeypatch: pytest.MonkeyPatch, status: int = 0) -> list[tuple[list[str], str]]:
    """The words after ``pose-lib run`` of every command that is begun from now on, and its threads."""
    begun: list[tuple[list[str], str]] = []

    def run(command: list[str], env: dict[str, str], **_: object) -> CompletedProcess[bytes]:
        assert command[:4] == [sys.executable, "-m", "pose_lib", "run"]
        begun.append((command[4:], env["OMP_NUM_THREADS"]))
        return CompletedProcess(command, status)

    monkeypatch.setattr(_grid, "subprocess", SimpleNamespace(run=run, DEVNULL=None))
    return begun


def written(folder: Path, text: str) -> Path:
    file = folder / "some.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_is_not_measured_is_run_once_for_each_paper_and_preset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = commands(monkeypatch)
    monkeypatch.setattr(_grid, "_rows", lambda grid: row())
    file = written(
        tmp_path,
        "runs: [{papers: [direct, park], actions: [Walking, Eating], presets: [long], seeds: [0, 1]}, "
        "{papers: [park], actions: [Walking], presets: [long], controls: true}]",
    )
    _grid.measure(file)
    ((words, threads),) = begun
    assert words == job("park", controls=True, budget=0.01).arguments()
    assert threads == "1"


def test_what_is_measured_runs_with_the_threads_of_the_grid_unless_it_did_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = commands(monkeypatch)
    monkeypatch.setattr(_grid, "_rows", lambda grid: row(threads="8"))
    text = "threads: {}\nruns: [{{papers: [direct], actions: [Walking], presets: [long]}}]"
    for threads in (8, 2):
        _grid.measure(written(tmp_path, text.format(threads)))
    assert begun == [(job(budget=0.01).arguments(), "2")]


def test_a_run_that_fails_measures_nothing_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands(monkeypatch, status=1)
    monkeypatch.setattr(_grid, "_rows", lambda grid: pd.DataFrame())
    file = written(tmp_path, "runs: [{papers: [direct], actions: [Walking]}]")
    with pytest.raises(RuntimeError, match=r"direct/synthetic-Walking-quick-budget0\.01-s0 could not be"):
        _grid.measure(file)


def test_runs_that_differ_in_their_threads_alone_are_both_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSE_RUNS", str(tmp_path))
    about = {"dataset": "synthetic", "action": "Sleeping", "preset": "long", "budget": 0.01}
    about |= {"precision": "auto", "seed": 0, "controls": False, "device": "cpu"}
    for threads in (1, 8):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        run = Run("direct", about, "card")
        scores = Scores.on(make(4), {"mpjpe": "mm"})
        scores.add("CNN", "mpjpe", np.full(4, 1.0))
        run.finish(scores.rows(), [scores], {"CNN": torch.ones(4, 17, 3)})
    rows = _grid._rows(Grid("g", (job(),)))
    assert set(rows.loc[rows["action"] == "Sleeping", "threads"]) == {1, 8}
