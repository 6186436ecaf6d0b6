"""Many runs through Snakemake: planned whole, run, killed midway and started again."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pandas as pd
import pytest
from workflow_runs import ROOT, SNAKEMAKE, ended, grid_in, started, workflow

from pose_lib.bench.cost import TIMED
from pose_lib.bench.grid.configuration import read_grid
from pose_lib.bench.stored import stored
from pose_lib.papers import all_papers

GRIDS = sorted(file for file in (ROOT / "workflow").glob("*.yaml") if file.name != "rates.yaml")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SNAKEMAKE, reason="Snakemake is not installed; `make grid` installs it"),
]


def rows(place: Path) -> pd.DataFrame:
    """What was merged, without what differs from one making to the next."""
    found = stored("direct", place / "results").rows
    return found[~found["metric"].isin(TIMED)].drop(columns="date").reset_index(drop=True)


@pytest.mark.parametrize("grid", GRIDS, ids=lambda file: file.stem)
def test_a_whole_grid_is_planned(tmp_path: Path, grid: Path) -> None:
    counted = ended(workflow(tmp_path / "dry", grid, "--dry-run", "book"))
    jobs = read_grid(grid, all_papers()).jobs
    data = {job.data({paper.name: paper for paper in all_papers()}) for job in jobs}
    (total,) = {line.split()[1] for line in counted.splitlines() if line.startswith("total ")}
    assert int(total) == len(jobs) + len(data) + 2, "and one rule each to merge them and to build the book"


def test_the_networks_of_the_release_are_exported_from_their_runs(tmp_path: Path) -> None:
    grid = ROOT / "workflow" / "release.yaml"
    said = ended(workflow(tmp_path / "dry", grid, "--dry-run", "--printshellcmds", "release"))
    commands = re.findall(r"pose-lib export \S+/runs/(\w+)/\S+\.zip --out checkpoints/(\w+)\.pt", said)
    assert sorted(set(commands)) == [(name, name) for name in ("hmlpe", "li_chan", "park")]


def test_a_grid_that_is_killed_and_started_again_ends_in_the_same_rows(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    ended(workflow(whole, grid_in(whole), "--cores", "1"))
    assert sorted(started(whole)) == ["0", "1", "2"]

    process = workflow(cut, grid_in(cut), "--cores", "1")
    while not (finished := list((cut / "grid").rglob("*.zip"))):
        assert process.poll() is None, process.communicate()[0][-5000:]
        time.sleep(0.1)
    time.sleep(3)  # into the next run
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    before = {file: file.stat().st_mtime_ns for file in finished}
    assert len(before) < 3
    assert not (cut / "results").exists()

    ended(workflow(cut, grid_in(cut), "--cores", "1"))
    again = started(cut)
    assert {file: file.stat().st_mtime_ns for file in before} == before
    for file in before:
        seed = file.stem[-1]
        assert again.count(seed) == 1, "a finished job is not started twice"
    assert len(list((cut / "runs" / "direct").glob("*/complete.json"))) == 3
    assert len(rows(cut)) > 30
    pd.testing.assert_frame_equal(rows(cut), rows(whole))

    said = ended(workflow(cut, grid_in(cut), "--cores", "1"))
    assert "Nothing to be done" in said
    assert started(cut) == again

    grid = grid_in(cut)
    first = "  - {papers: [tekin_ae], actions: [Walking], presets: [smoke], seeds: [0]}\n"
    grid.write_text(grid.read_text().replace("runs:\n", f"runs:\n{first}"), encoding="utf-8")
    said = ended(workflow(cut, grid, "--cores", "1", "--dry-run"))
    (total,) = {line.split()[1] for line in said.splitlines() if line.startswith("run ")}
    assert total == "1", "runs that a grid asks for in addition, even first, repeat no other"
