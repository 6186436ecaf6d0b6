"""The published networks of every paper run to the end of their chapter, on a few samples and steps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pose_lib.bench.paper import Paper
from pose_lib.bench.presets import TRIAL
from pose_lib.papers import all_papers
from pose_lib.training import Schedule

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 1e-6

each = pytest.mark.parametrize("paper", all_papers(), ids=lambda paper: paper.name)


def schedules(value: object) -> list[Schedule]:
    """The schedules in a field of a preset."""
    values = value if isinstance(value, tuple) else (value,)
    return [v for v in values if isinstance(v, Schedule)]


@each
def test_a_tiny_budget_cuts_samples_and_batches_but_no_size_of_a_network(paper: Paper) -> None:
    full, tiny = paper.presets["paper"], paper.presets["paper"].scaled(BUDGET)
    assert (tiny.size, tiny.window, tiny.dropout) == (full.size, full.window, full.dropout)
    found = [s for value in tiny.settings().values() for s in schedules(value)]
    # A method of kernels trains no network.
    assert {(s.steps, s.batch) for s in found} == (set() if paper.name == "linkde" else {(1, 8)})
    frames = range(0, int(50 * tiny.seconds), tiny.step)
    tested = [frame for frame in frames if frame % tiny.test_step == 0]
    assert (len(frames), len(tested)) == (2, 1)
    assert "trial of the code" in tiny.departures[-1]
    assert full.scaled(TRIAL).step == full.step
    assert full.scaled(TRIAL).departures[-1].startswith("The budget is 0.001")
    grown = {n for n, v in tiny.settings().items() if v != full.settings()[n] and not schedules(v)}
    features = {"kde_inputs", "kde_outputs", "inputs", "outputs"}
    assert grown <= {"seconds", "step", "test_step", "seen", "looks", "epochs", *features}


@pytest.mark.slow
@each
def test_the_published_setting_runs_to_its_end(paper: Paper, tmp_path: Path) -> None:
    environment = {**os.environ, "POSE_RUNS": str(tmp_path / "runs"), "POSE_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "papermill", str(ROOT / paper.notebook), str(tmp_path / "out.ipynb")]
    given = {"preset": "paper", "budget": str(BUDGET), "action": "Walking", "device": "cpu"}
    for name, value in given.items():
        command += ["-p", name, value]
    done = subprocess.run(
        [*command, "--no-progress-bar"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(list((tmp_path / "runs" / paper.name).glob("*/complete.json"))) == 1
