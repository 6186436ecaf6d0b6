"""A run that is killed at any step of saving, alone or beside another process, ends in the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROCESS = """
import functools, os, pathlib, signal, sys, time
sys.path.insert(0, sys.argv[3])
time.monotonic = lambda: 0.0  # seconds are part of what is saved
import numpy as np, torch
from pathlib import Path
from samples import make
from torch import nn
import pose_lib.bench.run as module
from pose_lib import storage, training
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.run import Run
from pose_lib.training import Schedule

root, die_at = Path(sys.argv[1]), int(sys.argv[2])
steps = 0
def step():
    global steps
    steps += 1
    if steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
for name in ("replace", "rename", "unlink"):
    whole = getattr(Path, name)
    setattr(Path, name, lambda *a, whole=whole, **k: (step(), whole(*a, **k), step())[1])
module.fit = functools.partial(training.fit, save_every=-1.0)

run = Run("method", {"seed": 0, "device": "cpu"}, "card", root=root)
x = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
run.cached("features", lambda: {"x": x.square()})
for name in ("first", "second"):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 4))
    def loss(which, generator):
        return (net(x[which] + torch.randn(len(which), 4, generator=generator)) - x[which]).square().mean()
    run.train(name, net, loss, 64, Schedule(4, 1e-2, 16))
scores = Scores.on(make(4), {"mpjpe": "mm"})
scores.add("CNN", "mpjpe", np.full(4, float(net(x).detach().sum())))
run.finish(scores.rows(), [scores], {"CNN": net(x).detach().view(64, 1, 4)})
print(steps)
"""


EVERY = bool(os.environ.get("POSE_EVERY_KILL"))
"""Kill at every step; otherwise at a few, because each costs two processes."""


def start(root: Path, die_at: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROCESS, str(root), str(die_at), str(Path(__file__).parents[1])]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def content(root: Path) -> dict[str, bytes]:
    """Every file of the only run; the locks have no content."""
    return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], int]:
    root = tmp_path_factory.mktemp("whole")
    process = start(root)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return content(root), int(out)


def test_killed_alone(whole: tuple[dict[str, bytes], int], tmp_path: Path) -> None:
    expected, steps = whole
    assert steps > 30
    for die_at in range(1, steps + 1, 1 if EVERY else steps // 6):
        root = tmp_path / str(die_at)
        cut = start(root, die_at)
        cut.communicate()
        assert cut.returncode == -signal.SIGKILL
        again = start(root)
        _, err = again.communicate()
        assert again.returncode == 0, err
        assert content(root) == expected, die_at


def test_killed_beside_another_process(whole: tuple[dict[str, bytes], int], tmp_path: Path) -> None:
    expected, steps = whole
    for die_at in range(3, steps + 1, 1 if EVERY else steps // 2):
        root = tmp_path / str(die_at)
        both = [start(root, die_at), start(root)]
        errors = [process.communicate()[1] for process in both]
        assert both[1].returncode == 0, errors[1]
        assert both[0].returncode in (-signal.SIGKILL, 0), errors[0]
        found = content(root)
        assert {name: found.get(name) for name in expected} == expected, die_at
        # Only where the killed one wrote after the run was complete, nobody was there to remove its file.
        (complete,) = root.rglob("complete.json")
        for left in (root / name for name in found.keys() - expected.keys()):
            assert left.name.endswith(".part"), (die_at, left)
            assert f".{both[0].pid}." in left.name, (die_at, left)
            assert left.stat().st_mtime_ns >= complete.stat().st_mtime_ns, (die_at, left)
        _, err = start(root).communicate()
        assert content(root) == expected, (die_at, err)
