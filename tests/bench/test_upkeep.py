"""What is damaged is named, and only what nothing will use again is removed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import make

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.fingerprint import code_of_recipe
from pose_lib.bench.run import Run
from pose_lib.bench.upkeep import damaged, outdated, remove_outdated
from pose_lib.cli import main
from pose_lib.data.request import sources_of
from pose_lib.papers import all_papers, find
from pose_lib.storage import DAY, locked


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))
    return tmp_path


def cached_set(folder: Path, sources: str) -> None:
    data = make()
    replace(data, card=replace(data.card, name="synthetic", sources=sources)).save(folder)


def finished_run(
    paper: str = "direct", code: str | None = None, preset: str = "smoke", **settings: object
) -> Run:
    room = find("direct")
    given = {"action": "Walking", "dataset": "synthetic", "preset": preset, "budget": 1.0, "seed": 0}
    run = Run(
        paper,
        {**given, "device": "cpu", "precision": "auto", "controls": False},
        "card",
        {**room.presets["smoke"].settings(), **settings},
        code_of_recipe(room.deciding_modules) if code is None else code,
    )
    run.cached("part", lambda: {"x": 1})
    scores = Scores.on(make(4), {"mpjpe": "mm"})
    scores.add("CNN", "mpjpe", np.full(4, 1.0))
    run.finish(scores.rows(), [scores])
    return run


def test_whole_folders_pass_and_damaged_ones_are_named(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cached_set(places / "cache" / "good", sources_of("synthetic"))
    cached_set(places / "cache" / "bad", sources_of("synthetic"))
    whole, broken, part = (finished_run(preset=name) for name in ("smoke", "quick", "long"))
    assert main(["data", "verify"]) == 0
    assert "5 folders, 0 damaged" in capsys.readouterr().out

    def flip(file: Path) -> None:
        content = bytearray(file.read_bytes())
        content[-3] ^= 1
        file.write_bytes(bytes(content))

    flip(places / "cache" / "bad" / "images.npy")  # of the same size: only the checksum tells
    flip(broken.folder / "rows.csv")
    (part.folder / "cached" / "part.pt").write_bytes(b"nothing")
    assert main(["data", "verify"]) == 1
    told = capsys.readouterr()
    assert "5 folders, 3 damaged" in told.out
    assert "images.npy is damaged (its checksum is wrong); delete" in told.err
    assert "rows.csv is damaged (its checksum is wrong); delete" in told.err
    assert "part.pt is damaged" in told.err
    wrong = {folder for folder, what in damaged() if what}
    assert wrong == {places / "cache" / "bad", broken.folder, part.folder}
    assert whole.folder in dict(damaged())


def test_only_what_nothing_uses_again_is_shown_and_removed(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cached_set(places / "cache" / "current", sources_of("synthetic"))
    cached_set(places / "cache" / "older", "other code")
    current = finished_run()
    older, gone = finished_run(code="other code"), finished_run("no_such_paper")
    changed, unknown = finished_run(window=999), finished_run(preset="huge")
    running = finished_run(code="another code")
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    host = os.uname().nodename.replace(".", "-")
    half = places / "cache" / f".set.{host}.{process.pid}.01234567.part"
    half.mkdir()
    building, resumable = places / "cache" / "a.building", places / "cache" / "b.building"
    for folder in (building, resumable):
        folder.mkdir()
    os.utime(building, (time.time() - 2 * DAY,) * 2)
    with locked(running.folder / "locks" / "part", "training"):
        items = outdated(all_papers())
        assert {item.place: item.why for item in items} == {
            places / "cache" / "older": "made by other code",
            older.folder: "made by other code",
            gone.folder: "there is no paper no_such_paper",
            changed.folder: "the preset smoke has changed",
            unknown.folder: "there is no preset huge",
            half: "left by a process that was killed",
            building: "left by a process that was killed",
        }
        assert all(item.size > 0 for item in items[:5])
        assert main(["clean"]) == 0
        assert "pose-lib clean --yes" in capsys.readouterr().out
        assert all(item.place.exists() for item in items)
        assert main(["clean", "--yes"]) == 0
    assert "removed" in capsys.readouterr().out
    assert not any(item.place.exists() for item in items)
    for kept in (places / "cache" / "current", current.folder, running.folder, resumable):
        assert kept.exists()


def test_nothing_to_remove_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert outdated(all_papers()) == []
    assert main(["clean"]) == 0
    assert "nothing to remove" in capsys.readouterr().out
    remove_outdated([])


def test_a_run_that_cannot_be_told_apart_is_outdated(places: Path) -> None:
    run = finished_run()
    about = json.loads((run.folder / "run.json").read_text())
    for wrong in ("", "[]", json.dumps({**about, "environment": {"torch": "1.0"}})):
        (run.folder / "run.json").write_text(wrong)
        (item,) = outdated(all_papers())
        assert item.place == run.folder
        assert item.why in ("damaged", "made with torch 1.0")
