"""Data sets of photographs by name: each becomes the container, and some become one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from photo_files import (
    picture,
    shrink,
    write_buffy,
    write_flic,
    write_lsp,
    write_lspet,
    write_parse,
    write_stickmen,
)

from pose_lib.data import catalog
from pose_lib.data.mapping import to_skeleton
from pose_lib.data.photos import dataset
from pose_lib.data.photos.cards import PHOTO_SETS, SETS, UNIONS
from pose_lib.data.poses import PoseData
from pose_lib.data.references import STICKS, TORSO, TORSO_STICK, sticks_of, torso_lengths
from pose_lib.data.request import PhotoRequest
from pose_lib.data.upper_body import upper_bodies
from pose_lib.geometry.skeletons import FLIC11, STICKMEN8


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


WRITERS: dict[str, tuple[Callable[[Path], object], int, int]] = {
    "lsp": (write_lsp, 6, 3),
    "lspet": (write_lspet, 10, 9),
    "parse": (write_parse, 5, 2),
    "flic": (write_flic, 6, 0),
    "buffy": (write_buffy, 15, 0),
    "ethz": (lambda root: write_stickmen(root, "ethz", [1, 1, 1]), 3, 2),
    "synchronic": (lambda root: write_stickmen(root, "synchronic", [2, 1]), 2, 1),
    "family": (lambda root: write_stickmen(root, "family", [2, 1]), 2, 1),
}


def write(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, pictures, training = WRITERS[name]
    shrink(monkeypatch, name, pictures, training=training)
    writer(root)


def load(name: str, root: Path, crop: str | None = None) -> PoseData:
    return catalog.load(PhotoRequest(dataset=name, data_root=root, size=16, crop=crop))


@pytest.mark.parametrize("name", WRITERS)
def test_every_set_becomes_the_container(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(name, tmp_path, monkeypatch)
    assert catalog.actions(name, tmp_path) == ("all",)
    data = load(name, tmp_path)
    assert data.skeleton == SETS[name].skeleton
    assert data.size == 16
    assert {"train", "test"} == set(data.table["split"])
    known = np.isfinite(data.joints_2d).all(-1)
    assert (known | ~data.visible).all()
    assert data.visible.any(1).all()
    assert data.card.parameters["crop"] == SETS[name].crop
    assert SETS[name].sides in data.card.notes
    assert SETS[name].split in data.card.notes
    # loaded again it is mapped from disk, and another crop is another set
    assert load(name, tmp_path).card == data.card
    other = load(name, tmp_path, crop="person")
    assert other.card.fingerprint() != data.card.fingerprint()
    known = np.isfinite(other.joints_2d)
    assert known.any()
    assert ((other.joints_2d >= 0) & (other.joints_2d <= 16))[known].all()


def test_a_changed_picture_builds_the_set_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("parse", tmp_path, monkeypatch)
    before = load("parse", tmp_path)
    picture(tmp_path / "PARSE/im0001.jpg", seed=77)
    after = load("parse", tmp_path)
    assert after.card.fingerprint() != before.card.fingerprint()
    assert (after.images[0] != before.images[0]).any()


def test_both_leeds_sets_train_on_all_of_the_extension(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("lsp", tmp_path, monkeypatch)
    with pytest.raises(
        FileNotFoundError, match=r"holds lsp of the data sets of lsp\+lspet: it needs lsp and"
    ):
        load("lsp+lspet", tmp_path)
    write("lspet", tmp_path, monkeypatch)
    data = load("lsp+lspet", tmp_path)
    counts = data.table.groupby(["set", "split"]).size().to_dict()
    assert counts == {("lsp", "test"): 3, ("lsp", "train"): 3, ("lspet", "train"): 10}
    assert data.table["frame"].tolist() == list(range(16))
    with pytest.raises(FileNotFoundError, match="needs data_root"):
        catalog.actions("lsp+lspet", None)


def test_the_mixture_takes_what_is_there_and_trains_on_complete_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lsp", "lspet", "ethz", "synchronic"):
        write(name, tmp_path, monkeypatch)
    with pytest.raises(FileNotFoundError, match="it needs buffy or flic"):
        load("hmlpe-mixture", tmp_path)
    for name in ("buffy", "flic", "family"):
        write(name, tmp_path, monkeypatch)
    data = load("hmlpe-mixture", tmp_path)
    train, test = data.split("train"), data.split("test")
    assert set(test.table["set"]) == {"buffy", "flic"}
    assert (len(test), (test.table["set"] == "flic").sum()) == (11, 2)
    assert train.visible.all()
    assert data.skeleton == STICKMEN8
    counts = train.table["set"].value_counts().to_dict()
    assert (counts["buffy"], counts["ethz"], counts["synchronic"], counts["family"]) == (6, 3, 3, 3)
    assert counts["flic"] == 4
    whole = to_skeleton(load("lspet", tmp_path), STICKMEN8).visible.all(1).sum()
    assert counts["lspet"] == whole > 0
    missed = test.table[~test.table["detected"]]
    assert missed["set"].tolist() == ["buffy"]
    # each has a torso of its own kind, in the pixels of its crop
    of_flic = test.table["set"] == "flic"
    assert test.table[TORSO].notna().tolist() == of_flic.tolist()
    assert test.table[TORSO_STICK].isna().tolist() == of_flic.tolist()
    sticks = sticks_of(test.table)
    assert sticks is not None
    assert np.isfinite(sticks).all((1, 2, 3)).tolist() == (~of_flic).tolist()
    _, words = torso_lengths(test.table) or ((), "")
    assert "left hip to right shoulder or, without hips, the length of the torso's stick" in words
    for member in counts:
        assert any(note.startswith(f"{member}: ") for note in data.card.notes)


def test_flic_keeps_its_torso_without_hips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("flic", tmp_path, monkeypatch)
    data = load("flic", tmp_path)
    torso = to_skeleton(data, STICKMEN8).table[TORSO]
    a, b = (FLIC11.index(joint) for joint in ("left_hip", "right_shoulder"))
    expected = np.linalg.norm(data.joints_2d[:, a] - data.joints_2d[:, b], axis=-1)
    np.testing.assert_allclose(torso, expected, rtol=1e-6)


def test_sticks_stay_where_they_are_annotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "buffy", 15, training=0)
    people = write_buffy(tmp_path).round(1)
    data = load("buffy", tmp_path)
    order = {"left upper arm": 2, "left lower arm": 4, "right upper arm": 1, "right lower arm": 3}
    for made in (data, upper_bodies(data, 24, shift=0.1, zoom=0.2)):
        sticks = sticks_of(made.table)
        assert sticks is not None
        scale = (made.boxes[:, 2] - made.boxes[:, 0]) / made.size
        for at, stick in enumerate(STICKS):
            places = sticks[:, at] * scale[:, None, None] + made.boxes[:, None, :2]
            np.testing.assert_allclose(places, people[:, order[stick]] - 0.5, atol=1e-3)
        torso = np.linalg.norm(people[:, 0, 0] - people[:, 0, 1], axis=-1)
        np.testing.assert_allclose(made.table[TORSO_STICK] * scale, torso, rtol=1e-4)


def test_cards_say_whose_sides_the_joints_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, facts in SETS.items():
        assert (facts.centric == "observer") == ("as they appear" in facts.sides.lower()), name
    for name in ("lsp", "parse", "buffy"):
        write(name, tmp_path, monkeypatch)
        assert load(name, tmp_path).card.sides == SETS[name].centric
    assert load("hmlpe-mixture", tmp_path).card.sides == "observer"


def test_cards_are_complete() -> None:
    assert set(PHOTO_SETS) == set(SETS) | set(UNIONS)
    assert set(catalog.DATASETS) >= set(PHOTO_SETS)
    for facts in SETS.values():
        assert facts.people >= facts.pictures or facts.name == "family"
        assert facts.origin.startswith("https://")
        assert facts.crop == dataset.crops_of(facts.name)[0]
        assert facts.training < facts.pictures
    for union in UNIONS.values():
        assert set(union.members) <= set(SETS)


def test_crops_of_flic_keep_their_torso_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("flic", tmp_path, monkeypatch)
    data = load("flic", tmp_path)
    bodies = upper_bodies(data, 16)
    np.testing.assert_allclose(bodies.boxes, data.boxes, rtol=1e-5)
    np.testing.assert_allclose(bodies.table[TORSO], to_skeleton(data, STICKMEN8).table[TORSO], rtol=1e-5)
