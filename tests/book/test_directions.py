"""The tables about where people of motion capture face."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
import torch
from samples import make

from pose_lib import papers
from pose_lib.bench.stored import stored_files
from pose_lib.book.directions import directions_table, effect_table, facing
from pose_lib.data.mocap.clips import clips_of, find_clips, read_clip
from pose_lib.data.mocap.dataset import split
from pose_lib.data.mocap.turning import MOST, Performance
from pose_lib.data.synthetic.motion import generate

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "results" / "mocap_directions.jsonl").read_text(encoding="utf-8").splitlines()


def test_facing_is_the_direction_of_the_nose() -> None:
    walk = generate("Walking", "S1", 1, seconds=2.0, seed=0).points
    nose = walk[:, 9, :2] - walk[:, 8, :2]
    difference = facing(walk) - np.degrees(np.arctan2(nose[:, 1], nose[:, 0]))
    assert np.median(np.abs((difference + 180) % 360 - 180)) < 25


def test_seconds_of_each_direction() -> None:
    walk = np.zeros((50, 21, 3))
    walk[:, 4, 1], walk[:, 1, 1] = 100, -100  # left hip at y, right hip at -y: faces x
    turned = Performance(0, 1, ("a",)).of(walk)
    table = directions_table({"ahead": walk, "again": walk, "turned": turned})
    assert table.to_numpy().sum() == pytest.approx(3)
    assert table.iloc[0, 0] >= 2
    assert f"performed {MOST} of at most {MOST} times" in table.attrs["note"]


def test_the_stored_lines_are_such_as_the_benchmark_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import mocap_directions

    monkeypatch.setenv("POSE_MOCAP", str(tmp_path))
    monkeypatch.setattr(mocap_directions, "MocapRequest", dict)
    monkeypatch.setattr(mocap_directions, "_load", lambda request, arm: make())
    monkeypatch.setattr(mocap_directions, "_learned", lambda train, test, seed: torch.zeros(2, 17, 3))
    printed, stored = list(mocap_directions.run()), [json.loads(line) for line in LINES]
    assert [json.dumps(line) for line in stored] == LINES
    for new, old in zip(printed, stored, strict=True):
        assert {name: type(value) for name, value in new.items()} == {n: type(v) for n, v in old.items()}
        assert list(new) == list(old)
        assert [new[name] for name in ("name", "arm", "seed")] == [old[n] for n in ("name", "arm", "seed")]


def test_the_effect_is_the_mean_of_the_stored_lines() -> None:
    stored, table = [json.loads(line) for line in LINES], effect_table()
    assert list(table.index) == list(dict.fromkeys(line["arm"] for line in stored))
    columns = {"training_crops": "training crops", "mpjpe_mm": "network, MPJPE"}
    columns |= {"pa_mpjpe_mm": "network, PA-MPJPE", "mean_pose_mm": "mean pose, MPJPE"}
    assert list(table.columns) == list(columns.values())
    for arm, means in table.iterrows():
        for key, column in columns.items():
            assert means[column] == pytest.approx(fmean(line[key] for line in stored if line["arm"] == arm))
    # what the page says: without turning little better than the mean pose, with it clearly
    network, mean = table["network, MPJPE"], table["mean pose, MPJPE"]
    assert network.iloc[0] > 0.85 * mean.iloc[0]
    assert network.iloc[2] < 0.75 * mean.iloc[2]


def test_the_chapter_is_executed_anew_when_the_lines_change(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(
        "pose_lib.bench.execute.execute", lambda page, given, names, modules: shown.extend(names)
    )
    papers.execute(ROOT / "notebooks" / "data.ipynb", {})
    assert [file.name for name in shown for file in stored_files(name)] == ["mocap_directions.jsonl"]


def test_training_people_of_the_measured_clips_face_two_opposite_directions(shared_data: Path) -> None:
    root = shared_data / "mocap" / "cmu"
    if not root.is_dir():
        pytest.skip(f"no motion capture at {root}")
    clips = [read_clip(entry, root) for entry in clips_of("Walking", find_clips(root))]
    testing, _ = split(clips)
    trained = [c.points for c, test in zip(clips, testing, strict=True) if not test.any()]
    assert len(clips) == 9
    assert len(trained) == 6
    directions = np.concatenate([facing(points) for points in trained])
    assert np.abs(np.abs(directions) - 90).max() < 15
    tested = np.concatenate([facing(c.points) for c, t in zip(clips, testing, strict=True) if t.any()])
    assert (np.abs(np.abs((tested + 180) % 360 - 180) - 90) > 45).mean() > 0.4
