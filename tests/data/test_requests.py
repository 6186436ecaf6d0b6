"""Requests: what is checked, what the key covers, and data sets loaded by them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mocap_files import bandai
from photo_files import picture, shrink, write_flic, write_lsp, write_lspet

from pose_lib.data import catalog
from pose_lib.data.mocap import describe
from pose_lib.data.photos.cards import PHOTO_SETS, SETS
from pose_lib.data.poses import PoseDataError
from pose_lib.data.request import MocapRequest, PhotoRequest, Request, SyntheticRequest
from pose_lib.data.synthetic.motion import ACTIONS

WALKING = SyntheticRequest(action="Walking", size=16, step=100, seconds=0.1)


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/dataset-1_walk_active_001.bvh").write_text(bandai(1.0))
    (folder / "dataset-2_walk_happy_001.bvh").write_text(bandai(1.0))
    (folder / "dataset-2_run_happy_001.bvh").write_text(bandai(1.0))
    return folder


@pytest.fixture
def photographs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "photographs"
    shrink(monkeypatch, "lsp", 6, training=3)
    shrink(monkeypatch, "flic", 6)
    write_lsp(folder)
    write_lspet(folder)
    write_flic(folder)
    return folder


def mocap(clips: Path, **changes: Any) -> MocapRequest:
    return MocapRequest(**{"action": "Walking", "data_root": clips, "size": 16, "step": 5} | changes)


def lsp(photographs: Path, **changes: Any) -> PhotoRequest:
    return PhotoRequest(**{"dataset": "lsp", "data_root": photographs, "size": 16} | changes)


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"action": "Dancing"}, KeyError, "synthetic has no action 'Dancing'; it has: Directions.*all"),
        ({"size": 0}, ValueError, "size must be at least 1, not 0"),
        ({"step": -1}, ValueError, "step must be at least 1, not -1"),
        ({"test_step": -1}, ValueError, "test_step must be at least 1, not -1"),
        ({"size": 16.0}, TypeError, "integer"),
        ({"seconds": 0}, ValueError, "seconds must be a number above 0"),
        ({"seconds": float("nan")}, ValueError, "seconds must be a number above 0"),
    ],
)
def test_a_request_for_people_that_cannot_be_rendered_is_refused(
    changes: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        replace(WALKING, **changes)


def test_a_request_for_clips_that_do_not_exist_is_refused(clips: Path) -> None:
    with pytest.raises(KeyError, match="mocap has no action 'Smoking'; it has: Walking, run"):
        mocap(clips, action="Smoking")
    for nothing in (None, "", clips / "none"):
        with pytest.raises(FileNotFoundError, match=r"(?s)\*\.bvh.*mocap\.cs\.cmu\.edu"):
            mocap(clips, data_root=nothing)
    with pytest.raises(ValueError, match="step must be at least 1"):
        mocap(clips, step=0)


def test_a_request_for_photographs_that_do_not_exist_is_refused(photographs: Path) -> None:
    with pytest.raises(KeyError, match="no data set of photographs 'coco'; there are: lsp, "):
        lsp(photographs, dataset="coco")
    with pytest.raises(KeyError, match="flic has no crop 'image'; it has: upper, person"):
        lsp(photographs, dataset="flic", crop="image")
    with pytest.raises(FileNotFoundError, match=r"(?s)needs data_root.*https://"):
        lsp(photographs, data_root=None)
    with pytest.raises(FileNotFoundError, match="does not hold the data set buffy"):
        lsp(photographs, dataset="buffy")
    with pytest.raises(ValueError, match="size must be at least 1"):
        lsp(photographs, size=0)


def test_equal_requests_are_equal_however_they_are_written(
    clips: Path, photographs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SyntheticRequest(action="Walking", size=np.int64(16), step=100, seconds=np.float32(0.5))
    assert other == replace(WALKING, seconds=0.5)
    assert other.key == replace(WALKING, seconds=0.5).key
    assert replace(WALKING, test_step=100) == replace(WALKING, test_step=0) == WALKING
    monkeypatch.chdir(clips.parent)
    monkeypatch.setenv("HOME", str(clips.parent))
    for root in ("clips", "~/clips", str(clips)):
        assert mocap(clips, data_root=root) == mocap(clips)
        assert mocap(clips, data_root=root).key == mocap(clips).key
    assert lsp(photographs, crop="image") == lsp(photographs)
    assert len({mocap(clips), mocap(clips), lsp(photographs), WALKING}) == 3


@pytest.mark.parametrize("kind", ["synthetic", "mocap", "lsp"])
def test_every_field_counts_in_the_key(kind: str, clips: Path, photographs: Path) -> None:
    changes: dict[str, tuple[Request, dict[str, Any]]] = {
        "synthetic": (
            WALKING,
            {"action": "Eating", "size": 17, "step": 99, "test_step": 7, "seconds": 0.2, "seed": 1},
        ),
        "mocap": (mocap(clips), {"action": "run", "size": 17, "step": 6, "seed": 1}),
        "lsp": (lsp(photographs), {"dataset": "lspet", "size": 17, "crop": "person"}),
    }
    request, fields = changes[kind]
    keys = [request.key, *(replace(request, **{name: value}).key for name, value in fields.items())]
    assert len(set(keys)) == len(fields) + 1
    assert all(len(key) == 12 and set(key) <= set("0123456789abcdef") for key in keys)


def test_the_contents_of_motion_files_count_and_their_place_does_not(clips: Path, tmp_path: Path) -> None:
    before = mocap(clips).key
    (clips / "notes.txt").write_text("nothing that is read")
    assert mocap(clips).key == before
    copy = Path(shutil.copytree(clips, tmp_path / "copy"))
    assert mocap(copy).key == before
    file = copy / "deep/dataset-1_walk_active_001.bvh"
    file.write_text(file.read_text().replace("OFFSET 0 95 0", "OFFSET 0 96 0"))
    assert file.stat().st_size == (clips / "deep" / file.name).stat().st_size
    changed = mocap(copy).key
    assert changed != before
    (copy / "actions.csv").write_text("clip,action,performer\ndataset-2_walk_happy_001,Walking,bond\n")
    assert mocap(copy).key not in (before, changed)


def test_labels_pictures_and_the_rule_of_the_split_count(
    photographs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [lsp(photographs).key]
    file = photographs / "lsp_dataset/joints.mat"
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)
    keys.append(lsp(photographs).key)
    picture(photographs / "lsp_dataset/images/im0001.jpg", seed=77)
    keys.append(lsp(photographs).key)
    monkeypatch.setitem(SETS, "lsp", replace(SETS["lsp"], training=4))
    keys.append(lsp(photographs).key)
    assert len(set(keys)) == 4


def test_rewording_a_card_changes_no_key_and_no_fingerprint(
    clips: Path, photographs: Path, monkeypatch: pytest.MonkeyPatch, cache_folder: Path
) -> None:
    makers: list[Callable[[], Request]] = [lambda: mocap(clips), lambda: lsp(photographs)]
    before = [catalog.load(make()).card for make in makers]
    monkeypatch.setitem(describe._TERMS, "dataset-", "other words")
    monkeypatch.setitem(SETS, "lsp", replace(SETS["lsp"], licence="other words"))
    shutil.rmtree(cache_folder)
    for make, old in zip(makers, before, strict=True):
        new = catalog.load(make()).card
        assert new.licence == "other words" != old.licence
        assert new.fingerprint() == old.fingerprint()
        assert old.sources == make().sources


def test_each_kind_of_data_set_has_code_of_its_own(clips: Path, photographs: Path) -> None:
    sources = [request.sources for request in (WALKING, mocap(clips), lsp(photographs))]
    assert len(set(sources)) == 3
    assert replace(WALKING, action="Eating", seed=3).sources == WALKING.sources


@pytest.mark.parametrize("kind", ["synthetic", "mocap", "lsp"])
def test_samples_are_made_once_and_then_mapped(
    kind: str, clips: Path, photographs: Path, cache_folder: Path
) -> None:
    request = {"synthetic": WALKING, "mocap": mocap(clips), "lsp": lsp(photographs)}[kind]
    first = catalog.load(request)
    assert {folder.name for folder in cache_folder.iterdir()} == {request.folder.name, ".locks"}
    assert request.folder.name.startswith(f"{kind}-")
    written = (request.folder / "images.npy").stat().st_mtime_ns
    again = catalog.load(request)
    assert (request.folder / "images.npy").stat().st_mtime_ns == written
    assert isinstance(again.images, np.memmap)
    np.testing.assert_array_equal(again.images, first.images)
    assert again.card == first.card
    assert again.size == 16


def test_the_words_of_a_notebook_become_the_request_of_their_data_set(clips: Path, photographs: Path) -> None:
    words: dict[str, Any] = {"size": 16, "step": 100, "seconds": 0.1}
    assert catalog.request("synthetic", "Walking", **words) == WALKING
    assert catalog.request("synthetic", "all", seed=2, test_step=200, **words).seed == 2
    assert catalog.request("synthetic", "all", test_step=200, **words).test_step == 200
    assert catalog.request("mocap", "Walking", data_root=clips, **words) == mocap(clips, step=100)
    assert catalog.request("lsp", "all", data_root=photographs, **words) == lsp(photographs)
    cropped = catalog.request("lsp", "all", data_root=photographs, crop="person", **words)
    assert cropped == lsp(photographs, crop="person")
    with pytest.raises(PoseDataError, match="synthetic: rendered people are cropped in one way"):
        catalog.request("synthetic", "Walking", crop="person", **words)
    with pytest.raises(KeyError, match="flic has no action 'Walking'; it has: all"):
        catalog.request("flic", "Walking", data_root=photographs, **words)
    with pytest.raises(
        KeyError, match=r"no data set 'coco'; there are: synthetic, mocap, human3\.6m, mpi-inf-3dhp, lsp, "
    ):
        catalog.request("coco", "all", **words)


def test_data_sets_and_actions_are_listed(clips: Path) -> None:
    assert set(catalog.DATASETS) == {"synthetic", "mocap", "human3.6m", "mpi-inf-3dhp", *PHOTO_SETS}
    assert catalog.SEQUENCE_SETS == ("synthetic", "mocap", "human3.6m", "mpi-inf-3dhp")
    assert catalog.actions("synthetic") == (*ACTIONS, "all")
    assert catalog.actions("mocap", clips) == ("Walking", "run")
    with pytest.raises(FileNotFoundError, match="needs data_root"):
        catalog.actions("lsp")
    with pytest.raises(KeyError, match="no data set 'coco'; there are: synthetic"):
        catalog.actions("coco")


def test_a_hostile_action_stays_in_the_cache(clips: Path, cache_folder: Path) -> None:
    for action in ("/../../X", "sit/stand", "<img src=x>", "x" * 90):
        listed = "clip,action,performer\ndataset-2_run_happy_001," + action + ",someone\n"
        (clips / "actions.csv").write_text(listed)
        request = mocap(clips, action=action)
        assert request.folder.parent == cache_folder
        assert len(request.folder.name) < 150
        assert catalog.load(request).table["action"].unique().tolist() == [action]
    outside = {f.name for f in cache_folder.parent.iterdir()}
    assert outside == {"clips", "cache"}
