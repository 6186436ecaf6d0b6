"""Runs: one folder per fingerprint, parts that are computed once, and interrupted runs that resume."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from samples import make
from torch import nn

from pose_lib.bench.complete import RunError
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.rows import constant_row, pick
from pose_lib.bench.run import Run, load_predictions
from pose_lib.checkpoints import CheckpointError
from pose_lib.training import Schedule

PARAMETERS = {
    "action": "Walking",
    "dataset": "synthetic",
    "preset": "smoke",
    "budget": 1.0,
    "precision": "auto",
    "seed": 0,
    "device": "cpu",
    "controls": False,
}


def make_run(root: Path, data: str = "card", steps: int = 3, code: str = "code", **changes: object) -> Run:
    return Run("method", {**PARAMETERS, **changes}, data, {"steps": steps}, code, root)  # type: ignore[dict-item]


def test_the_same_inputs_share_a_folder_and_others_do_not(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert make_run(tmp_path).folder == run.folder
    assert make_run(tmp_path, data_root="/anywhere").folder == run.folder
    others = [
        make_run(tmp_path, seed=1),
        make_run(tmp_path, budget=0.5),
        make_run(tmp_path, data="other card"),
        make_run(tmp_path, steps=4),
        make_run(tmp_path, code="other code"),
    ]
    assert len({run.folder, *(other.folder for other in others)}) == 6
    about = json.loads((run.folder / "run.json").read_text())
    assert about["parameters"]["action"] == "Walking"
    assert about["torch"] == str(torch.__version__)


def test_a_part_is_computed_once_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    run, calls = make_run(tmp_path), []

    def build() -> dict[str, object]:
        calls.append(1)
        return {"x": torch.arange(3)}

    first, second = run.cached("numbers", build), run.cached("numbers", build)
    assert len(calls) == 1
    assert torch.equal(first["x"], second["x"])
    assert first["seconds"] == second["seconds"]
    file = run.folder / "cached" / "numbers.pt"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(CheckpointError, match=r"numbers\.pt is damaged.*delete it"):
        run.cached("numbers", build)


def test_a_training_comes_back_with_its_weights_and_history(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    x = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))

    def train() -> tuple[nn.Linear, list[float]]:
        torch.manual_seed(0)
        net = nn.Linear(3, 3)
        history = run.train(
            "net", net, lambda w, g: (net(x[w]) - x[w]).square().mean(), 32, Schedule(8, 0.1, 16)
        )
        return net, history.loss

    (first, loss), (second, again) = train(), train()
    assert torch.equal(first.weight, second.weight)
    assert loss == again
    assert not list((run.folder / "cached").glob("*.checkpoint"))
    assert not [f for f in run.folder.rglob("*") if f.name.endswith(".part")]


KILLED = """
import os, signal, sys, torch
from pathlib import Path
from torch import nn
from pose_lib import training
from pose_lib.bench.run import Run
from pose_lib.training import Schedule
import functools

root, die_at = Path(sys.argv[1]), int(sys.argv[2])
import pose_lib.bench.run as module
module.fit = functools.partial(training.fit, save_every=0)
run = Run("method", {"seed": 0, "device": "cpu"}, "card", {}, root=root)
x = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
steps = 0
sums = []
for name in ("first", "second"):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 4))
    def loss(which, generator):
        global steps
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return (net(x[which] + torch.randn(len(which), 4, generator=generator)) - x[which]).square().mean()
    run.train(name, net, loss, 64, Schedule(40, 1e-2, 16))
    sums.append(float(sum(p.double().sum() for p in net.parameters())))
print(sums, steps)
"""


def test_a_run_killed_in_its_second_training_resumes_and_ends_in_the_same_numbers(tmp_path: Path) -> None:
    def start(root: str, die_at: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, str(tmp_path / root), str(die_at)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )

    whole, cut, resumed = start("whole", 0), start("cut", 63), start("cut", 0)
    assert cut.returncode == -signal.SIGKILL
    assert whole.returncode == resumed.returncode == 0, whole.stderr + resumed.stderr
    numbers, steps = whole.stdout.rsplit(" ", 1)
    again, left = resumed.stdout.rsplit(" ", 1)
    assert numbers == again
    assert int(steps) == 80
    assert 0 < int(left) < 40


TWO = """
import os, sys, time, torch
from pathlib import Path
from pose_lib.bench.run import Run

root, mine = Path(sys.argv[1]), sys.argv[2]
run = Run("method", {"seed": 0, "device": "cpu"}, "card", {}, root=root)
def build():
    (root / f"built-{mine}").touch()
    while not (root / "ready").exists():
        time.sleep(0.01)
    return {"who": mine}
print("started", flush=True)
print(run.cached("part", build)["who"])
"""


def test_of_two_processes_one_computes_and_the_other_takes_its_result(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TWO, str(tmp_path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([*command, name], **pipes) for name in ("a", "b")]  # type: ignore[call-overload]
    for process in both:
        assert process.stdout.readline() == "started\n"
    # The one that waits says so; only then may the other one finish.
    lines = {process: process for process in both}
    while not list(tmp_path.glob("built-*")):
        assert all(process.poll() is None for process in lines)
    (builder,) = (f.name.removeprefix("built-") for f in tmp_path.glob("built-*"))
    waiting = both["ab".index(builder) ^ 1]
    assert waiting.stderr.readline() == "waiting for another process: method, part\n"
    (tmp_path / "ready").touch()
    assert [process.communicate(timeout=60)[0] for process in both] == [f"{builder}\n"] * 2
    assert len(list(tmp_path.glob("built-*"))) == 1


def finished(run: Run, value: float = 1.0) -> Scores:
    scores = Scores.on(make(4), {"mpjpe": "mm"})
    scores.add("CNN", "mpjpe", np.full(4, value))
    return scores


def test_two_rows_of_one_name_are_refused_before_they_are_written(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    rows = [constant_row("CNN", "mpjpe", protocol, 1.0, 3) for protocol in ("one", "another")]
    with pytest.raises(ValueError, match="two rows each for mpjpe of CNN"):
        run.finish(rows)
    assert not run.complete


def test_finished_rows_carry_their_provenance(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert not run.complete
    poses = {"CNN": torch.rand(4, 17, 3), ("CNN", "wide"): torch.rand(4, 17, 3)}
    scores = finished(run)
    evidence = run.finish([*scores.rows(), constant_row("CNN", "parameters", "count", 5)], [scores], poses)
    assert run.complete
    columns = {"commit", "processor", "torch", "seed", "fingerprint", "date", "budget", "precision"}
    assert columns <= set(evidence.rows.columns)
    assert evidence.rows["precision"].iloc[0] in ("bf16", "float32")
    assert pick(evidence.rows, "CNN", "mpjpe")["value"].item() == 1
    assert list(evidence.sequences) == [run.fingerprint]
    again = load_predictions(run.folder)
    assert list(again) == list(poses)
    assert all(torch.equal(again[key], poses[key]) for key in poses)
    (run.folder / "predictions.npz").write_bytes(b"nothing")
    with pytest.raises(RunError, match=r"predictions\.npz is damaged"):
        load_predictions(run.folder)


def test_a_hostile_name_stays_in_the_folder_of_the_runs(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    run = make_run(root, action="/../../X")
    assert run.folder.parent == root / "method"
    run.cached("../../sit/stand", lambda: {"x": 1})
    run.finish([constant_row("CNN", "parameters", "count", 5)])
    assert list(tmp_path.iterdir()) == [root]
    assert [f.parent for f in root.rglob("*.pt")] == [run.folder / "cached"]
