"""Crops: where joints land, what a killed build leaves, and data sets by name."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from photo_files import (
    HEIGHT,
    WIDTH,
    picture,
    places,
    shrink,
    write_buffy,
    write_flic,
    write_lsp,
    write_lspet,
    write_parse,
    write_stickmen,
)
from PIL import Image

from pose_lib.data import catalog
from pose_lib.data.mapping import TORSO, to_skeleton
from pose_lib.data.photos import cache, cutting, dataset
from pose_lib.data.photos.cards import PHOTO_SETS, SETS, UNIONS
from pose_lib.data.photos.cutting import cut, open_picture
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.people import CONTEXT, MARGIN, People, boxes, table
from pose_lib.data.poses import DataCard, PoseData, PoseDataError
from pose_lib.data.synthetic import dataset as synthetic
from pose_lib.data.upper_body import upper_bodies
from pose_lib.geometry.skeletons import LSP14, STICKMEN8

CARD = DataCard("made up", "here", "none")


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def crowd(folder: Path, n: int = 7, size: tuple[int, int] = (WIDTH, HEIGHT)) -> People:
    files = tuple(folder / f"{i // 2:03d}.jpg" for i in range(n))
    for i, file in enumerate(files):
        picture(file, i // 2, size)
    joints = places(n, 14).astype(np.float32)
    return People(
        name="crowd",
        files=files,
        sizes=np.tile(size, (n, 1)),
        joints=joints,
        visible=np.ones((n, 14), dtype=bool),
        windows=np.full((n, 4), np.nan, dtype=np.float32),
        table=table([f.stem for f in files], np.where(np.arange(n) < n - 2, "train", "test")),
        skeleton=LSP14,
    )


@pytest.mark.parametrize(
    ("box", "size", "full"),
    [
        ((0, 0, 100, 100), 100, (100, 80)),
        ((-17.3, -30.1, 122.9, 110.1), 64, (100, 80)),
        ((-200, -210, 500, 490), 96, (400, 300)),  # decoded at a quarter of its size
        ((30.5, 22.25, 62.5, 54.25), 128, (100, 80)),
        ((-64, -128, 960, 896), 64, (801, 603)),
    ],
)
def test_a_mark_in_the_picture_lands_where_its_joint_does(
    box: tuple[float, ...], size: int, full: tuple[int, int], tmp_path: Path
) -> None:
    pitch = (box[2] - box[0]) / size
    at = np.array([max(box[0], 0) + 0.37 * pitch * 30 + 3, max(box[1], 0) + 0.41 * pitch * 30 + 2])
    y, x = np.mgrid[: full[1], : full[0]] + 0.5
    blob = 255 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * (1.5 * max(pitch, 1)) ** 2))
    Image.fromarray(blob.astype(np.uint8)).save(tmp_path / "blob.jpg", quality=95)
    square = np.array(box, dtype=np.float32)
    crop = cut(open_picture(tmp_path / "blob.jpg", max(pitch, 1.0)), square, size)[..., 1].astype(float)
    crop[crop < 12] = 0
    rows, columns = np.mgrid[:size, :size] + 0.5
    centre = np.array([(columns * crop).sum(), (rows * crop).sum()]) / crop.sum()
    np.testing.assert_allclose(centre, (at - square[:2]) / pitch, atol=0.3 if pitch >= 1 else 0.3 / pitch)


def test_outside_the_picture_is_black(tmp_path: Path) -> None:
    Image.new("RGB", (40, 20), (200, 200, 200)).save(tmp_path / "white.png")
    crop = cut(open_picture(tmp_path / "white.png"), np.float32([0, -10, 40, 30]), 40)
    assert (crop[10:30] == 200).all()
    assert (crop[:10] == 0).all()
    assert (crop[30:] == 0).all()
    assert not cut(open_picture(tmp_path / "white.png"), np.float32([100, 100, 140, 140]), 8).any()


def test_grey_pictures_become_rgb_and_bad_ones_are_named(tmp_path: Path) -> None:
    Image.new("L", (40, 20), 90).save(tmp_path / "grey.jpg")
    assert open_picture(tmp_path / "grey.jpg", 2.0).mode == "RGB"
    picture(tmp_path / "whole.jpg")
    bytes_ = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(bytes_[: len(bytes_) // 2])
    for shrunk in (1.0, 4.0):
        with pytest.raises(PhotoError, match=r"cut\.jpg: is a damaged or truncated picture .* get it again"):
            open_picture(tmp_path / "cut.jpg", shrunk)
    (tmp_path / "page.jpg").write_text("<!doctype html>")
    with pytest.raises(PhotoError, match=r"page\.jpg: is a web page"):
        open_picture(tmp_path / "page.jpg")
    with pytest.raises(PhotoError, match=r"none\.jpg: no such picture"):
        open_picture(tmp_path / "none.jpg")


def test_boxes_show_what_they_promise(tmp_path: Path) -> None:
    people = crowd(tmp_path)
    image = boxes(people, "image")
    np.testing.assert_allclose(image[0], [0, (HEIGHT - WIDTH) / 2, WIDTH, (HEIGHT + WIDTH) / 2])
    person = boxes(people, "person")
    side = np.ptp(people.joints, axis=1).max(1) * (1 + 2 * MARGIN)
    np.testing.assert_allclose(person[:, 2] - person[:, 0], side, rtol=1e-5)
    np.testing.assert_allclose(person[:, 3] - person[:, 1], side, rtol=1e-5)
    people.windows[2] = (10, 20, 40, 80)
    upper = boxes(people, "upper")
    half = 60 / 2 * CONTEXT
    np.testing.assert_allclose(upper[2], [25 - half, 50 - half, 25 + half, 50 + half], rtol=1e-5)
    arms = people.to_skeleton(STICKMEN8).joints[3]
    assert (upper[3, :2] < arms.min(0)).all()
    assert (upper[3, 2:] > arms.max(0)).all()
    # one joint makes no box
    people.joints[4, 1:] = np.nan
    assert np.isnan(boxes(people, "person")[4]).all()


def test_crops_are_cut_by_processes_as_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = crowd(tmp_path / "p", 9)
    squares = boxes(people, "person")
    monkeypatch.setattr(cache, "SHARD", 2)
    alone = cache.build(people, squares, 24, CARD, tmp_path / "alone", workers=1)
    monkeypatch.setattr(cache, "ALONE", 0)
    together = cache.build(people, squares, 24, CARD, tmp_path / "together", workers=2)
    np.testing.assert_array_equal(alone.images, together.images)
    assert isinstance(together.images, np.memmap)
    for i in range(9):
        pitch = (squares[i, 2] - squares[i, 0]) / 24
        expected = cut(open_picture(people.files[i], 2.0 ** np.floor(np.log2(pitch))), squares[i], 24)
        np.testing.assert_array_equal(alone.images[i], expected)
    scale = 24 / (squares[:, 2] - squares[:, 0])
    expected_joints = (people.joints - squares[:, None, :2]) * scale[:, None, None]
    np.testing.assert_allclose(together.joints_2d, expected_joints, rtol=1e-4, atol=1e-3)
    assert together.table["camera"].tolist() == [""] * 9
    assert together.table["width"].tolist() == [WIDTH] * 9
    assert sorted(f.name for f in tmp_path.iterdir()) == ["alone", "p", "together"]


def test_a_build_that_was_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = crowd(tmp_path / "p", 9)
    squares = boxes(people, "person")
    monkeypatch.setattr(cache, "SHARD", 2)
    cut_shard, starts = cache.cut_shard, []

    def until_killed(images: Path, start: int, *rest: object) -> int:
        if start == 6 and len(starts) < 4:
            raise KeyboardInterrupt
        starts.append(start)
        return cut_shard(images, start, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "cut_shard", until_killed)
    with pytest.raises(KeyboardInterrupt):
        cache.build(people, squares, 24, CARD, tmp_path / "set")
    assert not (tmp_path / "set").exists()
    with pytest.raises(KeyboardInterrupt):
        cache.build(people, squares, 24, CARD, tmp_path / "set")
    assert starts == [0, 2, 4]
    monkeypatch.setattr(cache, "cut_shard", cut_shard)
    went_on = cache.build(people, squares, 24, CARD, tmp_path / "set")
    whole = cache.build(people, squares, 24, CARD, tmp_path / "other")
    np.testing.assert_array_equal(went_on.images, whole.images)
    # a plan of another size is begun anew
    part = tmp_path / "again.building"
    part.mkdir()
    (part / "plan.json").write_text(json.dumps({"people": 9, "size": 48, "shard": 2}))
    (part / "done-000000").touch()
    again = cache.build(people, squares, 24, CARD, tmp_path / "again")
    np.testing.assert_array_equal(again.images, whole.images)


def test_who_comes_second_takes_what_the_first_has_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = crowd(tmp_path / "p", 4)
    squares = boxes(people, "person")
    cut_shard = cache.cut_shard

    def meanwhile(images: Path, *rest: object) -> int:
        done = cut_shard(images, *rest)  # type: ignore[arg-type]
        monkeypatch.setattr(cache, "cut_shard", cut_shard)
        cache.build(people, squares, 24, CARD, tmp_path / "set")
        return done

    monkeypatch.setattr(cache, "cut_shard", meanwhile)
    data = cache.build(people, squares, 24, CARD, tmp_path / "set")
    assert len(data) == 4
    assert sorted(f.name for f in tmp_path.iterdir()) == ["p", "set"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_damaged_picture_stops_a_build_with_its_name(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = crowd(tmp_path / "p", 4)
    bytes_ = people.files[2].read_bytes()
    people.files[2].write_bytes(bytes_[: len(bytes_) // 2])
    monkeypatch.setattr(cache, "SHARD", 2)
    monkeypatch.setattr(cache, "ALONE", 0)
    with pytest.raises(PhotoError, match=r"001\.jpg: is a damaged or truncated picture"):
        cache.build(people, boxes(people, "person"), 24, CARD, tmp_path / "set", workers=workers)
    assert not (tmp_path / "set").exists()


def test_a_worker_ends_with_the_process_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, ended = threading.Event(), threading.Event()
    parent = SimpleNamespace(join=gone.wait)
    monkeypatch.setattr(cutting.multiprocessing, "parent_process", lambda: parent)
    monkeypatch.setattr(cutting.os, "_exit", lambda _: ended.set())
    cutting.end_with_parent()
    assert not ended.is_set()
    gone.set()
    assert ended.wait(10)


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


def load(name: str, root: Path, **more: str) -> PoseData:
    return catalog.load(name, "all", size=16, step=1, seconds=1.0, seed=0, data_root=root, **more)


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
    if not np.isnan(other.boxes).any() and name != "buffy":
        inside = (other.joints_2d >= 0) & (other.joints_2d <= 16)
        assert inside[np.isfinite(other.joints_2d)].all()


def test_a_changed_file_builds_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("parse", tmp_path, monkeypatch)
    before = load("parse", tmp_path)
    picture(tmp_path / "PARSE/im0001.jpg", seed=77)
    after = load("parse", tmp_path)
    assert after.card.fingerprint() != before.card.fingerprint()
    assert (after.images[0] != before.images[0]).any()


def test_unknown_crops_list_the_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("flic", tmp_path, monkeypatch)
    with pytest.raises(KeyError, match="flic has no crop 'image'; it has: upper, person"):
        load("flic", tmp_path, crop="image")
    with pytest.raises(KeyError, match="no action 'Walking'; it has: all"):
        catalog.load("flic", "Walking", size=16, step=1, seconds=1, seed=0, data_root=tmp_path)
    with pytest.raises(PoseDataError, match="rendered people have one crop"):
        catalog.load("synthetic", "Walking", size=16, step=1, seconds=1, seed=0, crop="person")
    with pytest.raises(FileNotFoundError, match="needs data_root"):
        catalog.actions("lsp")


def test_leeds_together_trains_on_all_of_the_extension(
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


def test_the_mixture_takes_what_is_there_and_learns_from_whole_people(
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
    for member in counts:
        assert any(note.startswith(f"{member}: ") for note in data.card.notes)


def test_flic_keeps_its_torso_without_hips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("flic", tmp_path, monkeypatch)
    data = load("flic", tmp_path)
    torso = to_skeleton(data, STICKMEN8).table[TORSO]
    expected = np.linalg.norm(data.joints_2d[:, 0] - data.joints_2d[:, 7], axis=-1)
    np.testing.assert_allclose(torso, expected, rtol=1e-6)


def test_all_actions_of_the_generated_people_are_one_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert catalog.actions("synthetic")[-1] == "all"
    names = ("Walking", "Eating", "all")
    monkeypatch.setattr(catalog, "actions", lambda *_: names)
    two = partial(synthetic.load, subjects=("S1", "S9"), cameras=synthetic.CAMERAS[:1])
    monkeypatch.setattr(synthetic, "load", two)
    data = catalog.load("synthetic", "all", size=16, step=100, seconds=2.0, seed=0)
    assert tuple(dict.fromkeys(data.table["action"])) == names[:-1]
    one = catalog.load("synthetic", "Walking", size=16, step=100, seconds=2.0, seed=0)
    rows = (data.table["action"] == "Walking").to_numpy()
    np.testing.assert_array_equal(data.images[rows], one.images)
    assert data.card.parameters["action"] == "all"


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


def test_flics_crops_stay_as_their_torso_boxes_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("flic", tmp_path, monkeypatch)
    data = load("flic", tmp_path)
    bodies = upper_bodies(data, 16)
    np.testing.assert_allclose(bodies.boxes, data.boxes, rtol=1e-5)
    np.testing.assert_allclose(bodies.table[TORSO], to_skeleton(data, STICKMEN8).table[TORSO], rtol=1e-5)
