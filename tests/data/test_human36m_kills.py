"""Preparing that is killed, at any step of saving or at any moment, ends in the same bytes.

``POSE_EVERY_KILL=1`` kills at every step; otherwise it is every few steps, because each costs two processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from human36m_files import write_metadata, write_recording

for module in ("av", "cdflib", "h5py"):
    pytest.importorskip(module, reason="pip install 'pose-lib[human36m]'")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed"),
]

HARNESS = """
import os, random, shutil, signal, sys, time
from dataclasses import replace
from pathlib import Path
import numpy as np
from pose_lib.data.human36m.layouts import recognise
from pose_lib.data.human36m.plans import plans
from pose_lib.data.human36m.prepare import prepare

root, caches, mode = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
(plan,) = plans(recognise(root), 128, 4, "code")
plan = replace(plan, views=plan.views[:2])
steps = die_at = 0

def step():
    global steps
    steps += 1
    if steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)

def stepping(owner, name):
    whole = getattr(owner, name)
    setattr(owner, name, lambda *a, **k: (step(), whole(*a, **k), step())[1])

for owner, name in [(Path, "replace"), (Path, "rename"), (Path, "unlink"), (np, "save"), (shutil, "rmtree")]:
    stepping(owner, name)

def begin(cache, at=0):
    global die_at, steps
    child = os.fork()
    if not child:
        die_at, steps, code = at, 0, 1
        os.environ["POSE_CACHE"] = str(cache)
        try:
            sys.stderr = open(os.devnull, "w")
            prepare([plan])
            (cache / "steps").write_text(str(steps)) if not at else None
            code = 0
        finally:
            os._exit(code)
    return child

def end(child):
    return os.waitpid(child, 0)[1]

def content(cache):
    kept = [f for f in cache.rglob("*") if f.is_file() and ".locks" not in f.parts and f.name != "steps"]
    return {str(f.relative_to(cache)): f.read_bytes() for f in kept}

def finished(cache, expected):
    assert end(begin(cache)) == 0, cache
    found = content(cache)
    assert found.keys() == expected.keys(), (cache, found.keys() ^ expected.keys())
    assert found == expected, cache

started = time.monotonic()
assert end(begin(caches / "whole")) == 0
seconds = time.monotonic() - started
expected = content(caches / "whole")
count = int((caches / "whole/steps").read_text())
assert {name.split("/")[1] for name in expected} >= {"images.npy", "masks.npy", "manifest.json", "table.csv"}
if mode == "steps":
    for at in range(1, count + 1, 1 if os.environ.get("POSE_EVERY_KILL") else count // 12):
        assert end(begin(caches / str(at), at)) == signal.SIGKILL, at
        finished(caches / str(at), expected)
        shutil.rmtree(caches / str(at))
    print(count)
else:
    moments = random.Random(0)
    killed = 0
    for i in range(20):
        child = begin(caches / str(i))
        time.sleep(moments.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        killed += end(child) == signal.SIGKILL
        finished(caches / str(i), expected)
    print(killed)
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("human36m")
    write_metadata(folder / "metadata.xml")
    write_recording(folder / "S1", "S1", "TakingPhoto", 1, new_names=True)
    return folder


def killed(root: Path, caches: Path, mode: str) -> int:
    command = [sys.executable, "-c", HARNESS, str(root), str(caches), mode]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_killed_at_steps_of_saving(root: Path, tmp_path: Path) -> None:
    assert killed(root, tmp_path, "steps") > 30


def test_killed_at_twenty_moments(root: Path, tmp_path: Path) -> None:
    # A process that was quicker than usual may be done before it is killed.
    assert killed(root, tmp_path, "moments") > 10


def test_several_processes_make_the_same_bytes_as_one(root: Path, tmp_path: Path) -> None:
    found = []
    for workers in ("1", "2"):
        cache = tmp_path / workers
        command = [sys.executable, "-m", "pose_lib", "data", "prepare", "human3.6m", "--root", str(root)]
        env = {**os.environ, "OMP_NUM_THREADS": "1", "POSE_CACHE": str(cache)}
        arguments = ["--step", "4", "--workers", workers]
        subprocess.run([*command, *arguments], check=True, capture_output=True, env=env)
        files = [f for f in cache.rglob("*") if f.is_file() and ".locks" not in f.parts]
        found.append({str(f.relative_to(cache)): f.read_bytes() for f in files})
    assert found[0] == found[1]
    assert len({name.split("/")[0] for name in found[0]}) == 1
