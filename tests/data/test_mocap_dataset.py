"""A folder of clips as a data set: what is found, how it is split, what is rendered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mocap_files import bandai

from pose_lib.data import catalog
from pose_lib.data.mocap import dataset
from pose_lib.data.mocap.actions import CMU, recognise
from pose_lib.data.mocap.clips import Clip, clips_of, find_clips, read_clip
from pose_lib.data.mocap.dataset import REACH, actions, clip_body, load, split, windows
from pose_lib.data.mocap.recording import MocapError
from pose_lib.data.request import MocapRequest
from pose_lib.data.synthetic.motion import ACTIONS
from pose_lib.data.synthetic.rig import RIG


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep/er/dataset-1_walk_active_001.bvh").write_text(bandai(1.0))
    (tmp_path / "deep/dataset-1_walk_tired_002.bvh").write_text(bandai(1.0, frames=40))
    (tmp_path / "dataset-2_walk_happy_001.BVH").write_text(bandai(1.0, frames=20))
    (tmp_path / "dataset-2_run_happy_001.bvh").write_text(bandai(1.0))
    (tmp_path / "deep/007.bvh").write_text(bandai(1.0))
    return tmp_path


@pytest.mark.parametrize(
    ("stem", "action", "performer"),
    [
        ("02_01", "Walking", "cmu02"),
        ("113_25", "Walking", "cmu113"),
        ("05_06", "dance", "cmu05"),
        ("79_36", "Phoning", "cmu79"),
        ("99_99", None, "cmu99"),
        ("HDM_bd_sneak2StepsLStart_001_120", "sneak", "hdm_bd"),
        ("HDM_mm_walk4StepsRstart_010_120", "Walking", "hdm_mm"),
        ("HDM_tr_sitDownChair_001_120", "Sitting", "hdm_tr"),
        ("HDM_tr_sitDownFloor_001_120", "SittingDown", "hdm_tr"),
        ("HDM_bk_jogOnPlaceStartAir2StepsLStart_001_120", "jog", "hdm_bk"),
        ("HDM_bk_01-02_03_120", None, "hdm_bk"),
        ("HDM_bk_walkOnPlace4StepsLStart_001_120", "walk", "hdm_bk"),
        ("dataset-2_bye_happy_003", "Greeting", "dataset-2"),
        ("dataset-1_walk-back_active_003", "walk", "dataset-1"),
        ("my_walk", "Walking", None),
        ("007", None, None),
    ],
)
def test_names_say_action_and_performer(stem: str, action: str | None, performer: str | None) -> None:
    assert recognise(stem) == (action, performer)


def test_actions_are_human36ms_or_lower_case() -> None:
    assert all(action in ACTIONS or action.islower() for action in CMU)
    clips = [clip for entries in CMU.values() for clip in entries.split()]
    assert len(set(clips)) == len(clips)


def test_clips_are_found_at_any_depth(folder: Path) -> None:
    entries = find_clips(folder)
    assert [entry.name for entry in clips_of("Walking", entries)] == [
        "dataset-2_walk_happy_001",
        "deep/dataset-1_walk_tired_002",
        "deep/er/dataset-1_walk_active_001",
    ]
    assert actions(folder) == ("Walking", "run") == catalog.actions("mocap", folder)
    with pytest.raises(MocapError, match=r"'Smoking'; 4 of 5 .* Walking \(3\), run \(1\)"):
        clips_of("Smoking", entries)


def test_actions_csv_takes_precedence_over_names(folder: Path) -> None:
    listing = folder / "actions.csv"
    assert {e.name: e.performer for e in find_clips(folder)}["deep/007"] == "deep"
    listing.write_text("clip,action,performer\n007,Greeting,bond\ndeep/dataset-1_walk_tired_002,Waiting,\n")
    found = {entry.path.stem: (entry.action, entry.performer) for entry in find_clips(folder)}
    assert found["007"] == ("Greeting", "bond")
    assert found["dataset-1_walk_tired_002"] == ("Waiting", "dataset-1")
    listing.write_text("clip,action\n007,Greeting\n008,Greeting\n")
    with pytest.raises(MocapError, match=r"actions\.csv, line 3: no clip '008'"):
        find_clips(folder)
    listing.write_bytes(b"clip,action\n\xff,Greeting\n")
    with pytest.raises(MocapError, match=r"actions\.csv: expected text in UTF-8"):
        find_clips(folder)
    listing.write_text("file,action\n007,Greeting\n")
    with pytest.raises(MocapError, match=r"actions\.csv, line 1: expected the columns"):
        find_clips(folder)


def test_a_missing_folder_says_what_is_expected(tmp_path: Path) -> None:
    for nothing in ("", None, tmp_path / "none"):
        with pytest.raises(FileNotFoundError, match=r"(?s)\*\.bvh.*mocap\.cs\.cmu\.edu.*HDM05"):
            dataset.require_root(nothing)
    with pytest.raises(MocapError, match=r"no \*\.bvh and no \*\.amc"):
        find_clips(tmp_path)
    (tmp_path / "02_01.amc").write_text("")
    with pytest.raises(MocapError, match=r"02_01\.amc: its skeleton is missing: expected 02\.asf"):
        read_clip(find_clips(tmp_path)[0], tmp_path)


def clip(name: str, performer: str, frames: int = 70) -> Clip:
    return Clip(name, np.zeros((frames, 21, 3)), 1700.0, Path(name), "Walking", performer)


def test_performers_are_held_out_then_clips_then_the_end() -> None:
    many = [clip(f"c{i}", f"p{i % 7}") for i in range(21)]
    testing, rule = split(many)
    held = {c.performer for c, test in zip(many, testing, strict=True) if test.any()}
    assert len(held) == 2
    assert all(test.all() == (c.performer in held) for c, test in zip(many, testing, strict=True))
    assert all(performer in rule for performer in held)
    # who is held out does not change with the order of the files
    again, _ = split(many[::-1])
    assert [t.all() for t in again] == [t.all() for t in testing[::-1]]

    testing, rule = split([clip("a", "p"), clip("b", "p"), clip("c", "p")])
    assert sorted(test.mean() for test in testing) == [0, 0, 1]
    assert "one performer" in rule
    testing, rule = split([clip("a", "p")])
    assert testing[0].sum() == 20
    assert testing[0][-20:].all()
    assert "one clip" in rule


def test_windows_cover_a_clip_and_stay_near_their_centre() -> None:
    far = clip("a", "p", frames=600)
    far.points[:, :, 0] = np.linspace(0, 9000, 600)[:, None]
    parts = list(windows(far))
    assert [p.start for p in parts] == [0, *(p.stop for p in parts[:-1])]
    assert parts[-1].stop == 600
    assert len(parts) == 3  # 3 m of walking each
    for part in parts:
        away = far.points[part.start : part.stop, 0, :2] - part.centre
        assert np.linalg.norm(away, axis=-1).max() <= REACH + 1e-6


def test_a_folder_becomes_a_data_set(folder: Path) -> None:
    done = []
    request = MocapRequest(action="Walking", data_root=folder, size=32, step=5)
    data = load(request, progress=lambda *counts: done.append(counts))
    again = load(request)
    np.testing.assert_array_equal(data.images, again.images)
    assert done[-1] == (len(data), len(data))
    assert set(data.table["split"]) == {"train", "test"}
    assert data.table.groupby("subject")["split"].nunique().max() == 1
    assert set(data.table["camera"]) == {c.name for c in RIG}
    inside = (data.joints_2d > 0) & (data.joints_2d < 32)
    assert inside.all()
    assert data.visible.mean() > 0.6
    assert "performers held out" in " ".join(data.card.notes)
    assert "CC BY-NC" in data.card.licence
    # cameras see the joints of the clip
    entry = clips_of("Walking", find_clips(folder))[0]
    points = read_clip(entry, folder).points
    rows = ((data.table["subject"] == "dataset-2") & (data.table["camera"] == RIG[0].name)).to_numpy()
    bones = np.linalg.norm(np.diff(data.joints_3d[rows][0], axis=0), axis=-1)
    np.testing.assert_allclose(bones, np.linalg.norm(np.diff(points[0, :17], axis=0), axis=-1), atol=0.01)


def test_performers_keep_their_bone_lengths(folder: Path) -> None:
    read = read_clip(clips_of("Walking", find_clips(folder))[0], folder)
    person = clip_body(read)
    assert person.lengths["thigh"] == pytest.approx(400)
    assert person.lengths["forearm"] == pytest.approx(250)
    assert person.stature == pytest.approx(read.stature)
    assert clip_body(read).girths == person.girths


def test_real_clips_make_a_data_set(shared_data: Path) -> None:
    root = shared_data / "mocap"
    if not root.is_dir():
        pytest.skip(f"no motion capture at {root}")
    assert {"Walking", "climb", "dance", "jog", "lie", "sneak", "squat"} <= set(actions(root))
    data = load(MocapRequest(action="sneak", data_root=root, size=24, step=25), cameras=[RIG[0].name])
    assert set(data.table["subject"]) == {"hdm_bd", "hdm_mm"}
    assert data.table.groupby("split")["subject"].nunique().to_dict() == {"test": 1, "train": 1}
    assert "CC BY-SA" in data.card.licence
