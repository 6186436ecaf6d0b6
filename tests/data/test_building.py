"""Building a set once: resumed after a kill, by one process at a time, with nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
import torch
from samples import make

from pose_lib.data.building import Building, Shard, built, from_shards
from pose_lib.data.poses import PoseData, PoseDataError
from pose_lib.storage import StorageError


def shards(data: PoseData, made: list[int], stop_at: int = -1) -> list[Shard]:
    """Three shards of two samples each, which note when they are made."""

    def make_shard(i: int) -> PoseData:
        if i == stop_at:
            raise KeyboardInterrupt
        made.append(i)
        return data.select(np.arange(2 * i, 2 * i + 2))

    return [Shard(2, lambda i=i: make_shard(i)) for i in range(3)]  # type: ignore[misc]


def test_an_interrupted_build_repeats_no_shard(tmp_path: Path) -> None:
    data, made = make(), []
    folder = tmp_path / "set"

    def build(stop_at: int = -1) -> PoseData:
        return from_shards(shards(data, made, stop_at), data.size, data.card, folder, "making", masks=True)

    with pytest.raises(KeyboardInterrupt):
        built(folder, lambda: build(2))
    assert not folder.exists()
    back = built(folder, build)
    assert made == [0, 1, 2]
    for name in ("images", "joints_2d", "joints_3d", "visible", "boxes", "masks"):
        np.testing.assert_array_equal(getattr(back, name), getattr(data, name))
    assert isinstance(back.masks, np.memmap)
    assert back.card == data.card
    assert sorted(f.name for f in tmp_path.iterdir()) == [".locks", "set"]
    built(folder, lambda: pytest.fail("it is there already"))


def test_rendered_shards_are_made_side_by_side_and_saved_in_order(tmp_path: Path) -> None:
    """Both threads must be in a shard at the same time for the first two to end."""
    data, meet, made = make(), Barrier(2, timeout=30), list[int]()
    parts = shards(data, made)

    def together(i: int) -> PoseData:
        if i < 2:
            meet.wait()
        assert torch.get_num_threads() == 1, "what a shard shares out stays in its thread"
        return parts[i].make()

    several = [Shard(2, lambda i=i: together(i)) for i in range(3)]  # type: ignore[misc]
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        back = from_shards(
            several, data.size, data.card, tmp_path / "set", "making", masks=True, device="cpu"
        )
    finally:
        torch.set_num_threads(before)
    assert sorted(made) == [0, 1, 2]
    np.testing.assert_array_equal(back.images, data.images)
    np.testing.assert_array_equal(back.joints_3d, data.joints_3d)


def test_a_build_of_another_plan_starts_anew(tmp_path: Path) -> None:
    first = Building(tmp_path / "set", 4, 8, {"shards": [2, 2]})
    (first.folder / "shard-00000").mkdir()
    assert (Building(tmp_path / "set", 4, 8, {"shards": [2, 2]}).folder / "shard-00000").exists()
    other = Building(tmp_path / "set", 4, 8, {"shards": [1, 3]})
    assert not (other.folder / "shard-00000").exists()
    assert np.load(other.images, mmap_mode="r").shape == (4, 8, 8, 3)


def test_a_set_without_masks_is_built_without_and_is_another_plan(tmp_path: Path) -> None:
    data, made = replace(make(), masks=None), []
    back = from_shards(shards(data, made), data.size, data.card, tmp_path / "set", "making")
    assert back.masks is None
    np.testing.assert_array_equal(back.images, data.images)
    first = Building(tmp_path / "other", 4, 8, {})
    (first.folder / "shard-00000").mkdir()
    second = Building(tmp_path / "other", 4, 8, {}, masks=True)
    assert not (second.folder / "shard-00000").exists()
    assert np.load(second.files["masks"], mmap_mode="r").shape == (4, 8, 8)


def test_a_build_without_enough_space_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"images\.npy .* are needed, .* are free"):
        Building(tmp_path / "set", 10**9, 256, {})
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_shard_of_a_killed_build_is_named(tmp_path: Path) -> None:
    data, made = make(), []
    folder = tmp_path / "set"
    with pytest.raises(KeyboardInterrupt):
        from_shards(shards(data, made, 1), data.size, data.card, folder, "making", masks=True)
    (tmp_path / "set.building" / "shard-00000" / "boxes.npy").write_bytes(b"")
    with pytest.raises(PoseDataError, match=r"boxes\.npy has 0 bytes"):
        from_shards(shards(data, made), data.size, data.card, folder, "making", masks=True)


PROCESS = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from samples import make
from pose_lib.data import building
from pose_lib.data.building import Shard, built, from_shards
from pose_lib.data.poses import PoseData
import numpy as np

folder, die_at = Path(sys.argv[1]), int(sys.argv[2])
data, steps = make(), 0
def step(*_):
    global steps
    steps += 1
    if steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
replace = os.replace
os.replace = lambda *a, **k: (step(), replace(*a, **k), step())[1]
rename = os.rename
os.rename = lambda *a, **k: (step(), rename(*a, **k), step())[1]
save = np.save
np.save = lambda *a, **k: (step(), save(*a, **k))[1]
def shard(i):
    step()
    (folder.parent / f"made-{i}-{os.getpid()}").touch()
    return data.select(np.arange(2 * i, 2 * i + 2))
shards = [Shard(2, lambda i=i: shard(i)) for i in range(3)]
built(folder, lambda: from_shards(shards, data.size, data.card, folder, "making", masks=True))
print(steps)
"""


def run(folder: Path, die_at: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROCESS, str(folder), str(die_at), str(Path(__file__).parents[1])]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.slow
def test_a_build_killed_at_any_step_ends_in_the_same_bytes(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole" / "set")
    out, err = whole.communicate()
    assert whole.returncode == 0, err
    expected = content(tmp_path / "whole" / "set")
    for die_at in range(1, int(out) + 1, 1 if os.environ.get("POSE_EVERY_KILL") else int(out) // 5):
        place = tmp_path / f"cut-{die_at}"
        cut = run(place / "set", die_at)
        cut.communicate()
        assert cut.returncode == -signal.SIGKILL
        again = run(place / "set")
        _, err = again.communicate()
        assert again.returncode == 0, err
        assert content(place / "set") == expected
        left = [f.name for f in place.iterdir() if not f.name.startswith("made-")]
        assert sorted(left) == [".locks", "set"]


def test_of_two_processes_one_builds_and_both_have_the_set(tmp_path: Path) -> None:
    both = [run(tmp_path / "set"), run(tmp_path / "set")]
    for process in both:
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert len({f.name.rsplit("-", 1)[1] for f in tmp_path.glob("made-*")}) == 1
    assert len(PoseData.load(tmp_path / "set")) == 6
    assert replace(make()).size == PoseData.load(tmp_path / "set").size
