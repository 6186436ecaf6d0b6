"""Crops: where joints land, and how an interrupted build is resumed."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from photo_files import (
    HEIGHT,
    WIDTH,
    picture,
    places,
)
from PIL import Image

from pose_lib.data.photos import cache, cutting
from pose_lib.data.photos.cutting import cut
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.people import CONTEXT, MARGIN, People, boxes, table
from pose_lib.data.photos.pictures import open_picture
from pose_lib.data.poses import DataCard
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
        with pytest.raises(
            PhotoError, match=r"cut\.jpg: is a damaged or truncated picture .* download it again"
        ):
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


def test_an_interrupted_build_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    resumed = cache.build(people, squares, 24, CARD, tmp_path / "set")
    whole = cache.build(people, squares, 24, CARD, tmp_path / "other")
    np.testing.assert_array_equal(resumed.images, whole.images)
    # a build of another size starts from the beginning
    part = tmp_path / "again.building"
    part.mkdir()
    (part / "plan.json").write_text(json.dumps({"samples": 9, "size": 48, "shard": 2}))
    (part / "done-000000").touch()
    again = cache.build(people, squares, 24, CARD, tmp_path / "again")
    np.testing.assert_array_equal(again.images, whole.images)


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
