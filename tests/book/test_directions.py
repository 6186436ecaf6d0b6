"""The tables about where people of motion capture face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pose_lib.book.directions import EFFECT, directions_table, effect_table, facing
from pose_lib.data.mocap.clips import clips_of, find_clips, read_clip
from pose_lib.data.mocap.dataset import split
from pose_lib.data.mocap.turning import MOST, Performance
from pose_lib.data.synthetic.motion import generate


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


def test_the_stored_effect_is_that_of_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    from benchmarks import mocap_directions

    assert {effect.arm for effect in EFFECT} == set(mocap_directions.ARMS)
    assert {effect.seed for effect in EFFECT} == set(mocap_directions.SEEDS)
    table = effect_table()
    assert tuple(table.index) == mocap_directions.ARMS
    # what the page says: without turning little better than the mean pose, with it clearly
    network, mean = table["network, MPJPE"], table["mean pose, MPJPE"]
    assert network.iloc[0] > 0.85 * mean.iloc[0]
    assert network.iloc[2] < 0.75 * mean.iloc[2]


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
