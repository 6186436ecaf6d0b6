"""Labels and folders that are damaged: refused with the place that is wrong, or read as documented."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from photo_files import (
    HEIGHT,
    WIDTH,
    flic_examples,
    full_coords,
    places,
    shrink,
    stick_lines,
    sticks,
    write_flic,
    write_lsp,
    write_parse,
    write_stickmen,
)
from PIL import Image
from scipy.io import savemat

from pose_lib.data import catalog
from pose_lib.data.files import contents_hash
from pose_lib.data.photos import dataset
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.flic import read_flic
from pose_lib.data.photos.leeds import read_lsp, read_parse
from pose_lib.data.photos.stickmen import read_stickmen
from pose_lib.data.request import PhotoRequest


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))


def coords(value: float) -> np.ndarray:
    out = full_coords(0)
    out[1, 3] = value
    return out


@pytest.mark.parametrize("name", ["..", "/etc/passwd", "../../x.jpg", "x/../../y.jpg", "C:\\x.jpg", "."])
def test_the_name_of_a_picture_does_not_lead_outside(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "flic", 3)
    rows = flic_examples(3)
    write_flic(tmp_path, examples=rows)
    rows[0, 1]["filepath"] = name
    savemat(tmp_path / "FLIC/examples.mat", {"examples": rows})
    with pytest.raises(PhotoError, match=r"examples\.mat, example 2: expected the name of a picture"):
        read_flic("flic", tmp_path)
    shrink(monkeypatch, "synchronic", 1, training=0)
    write_stickmen(tmp_path, "synchronic", [1])
    text = tmp_path / "SynchronicActivities_Stickmen_v1.0/data/SynchronicActivities.txt"
    text.write_text("\n".join([f"{name} 1 6", *stick_lines(sticks(1)[0])]))
    with pytest.raises(PhotoError, match=r"SynchronicActivities\.txt: expected the name of a picture"):
        read_stickmen("synchronic", tmp_path)


def test_a_picture_may_be_named_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "flic", 3)
    rows = flic_examples(3)
    write_flic(tmp_path, examples=rows)
    rows[0, 1]["filepath"] = f"images\\{rows[0, 1]['filepath']}"
    savemat(tmp_path / "FLIC/examples.mat", {"examples": rows})
    assert read_flic("flic", tmp_path).files[1].is_file()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("filepath", "a" * 5000, "example 2: filepath is 'a{80}', expected a name of up to 255 letters"),
        ("filepath", "a\nb", "example 2: filepath is"),
        ("filepath", "é" * 200, "example 2: expected the name of a picture"),
        ("moviename", "x" * 5000, "example 2: moviename is"),
        ("imgdims", np.array([np.nan, 120, 3]), "example 2: imgdims has a number that is not finite"),
        ("imgdims", np.array([-90.0, 120, 3]), "is 120 x 90 pixels, and example 2 of .* says 120 x -90"),
        ("imgdims", np.array([1e300, 120, 3]), r"and example 2 of examples.mat says 120 x 1e\+300"),
        ("imgdims", np.array([90.0]), "example 2: imgdims is"),
        ("coords", coords(np.inf), "inf in entry 2 is not a position in pixels"),
        ("coords", coords(1e300), r"1e\+300 in entry 2 is not a position"),
        ("coords", full_coords(0).T, r"example 2: coords is float64\(29, 2\)"),
        ("torsobox", np.array([40, 30, 40, 80.0]), "example 2: its torsobox has no size"),
        ("torsobox", np.array([40, 80, 70, 30.0]), "example 2: its torsobox has no size"),
        ("torsobox", np.array([40, np.nan, 70, 30.0]), "example 2: torsobox has a number that is not finite"),
        ("torsobox", np.array([0, 0, 1e30, 1e30]), r"1e\+30 in entry 2"),
        ("istrain", np.array([[2]]), "example 2: istrain is not true or false"),
        ("istrain", np.array([[np.nan]]), "example 2: istrain is not true or false"),
        ("istrain", np.array([[False]]), "example 2: is marked neither to train nor to test"),
        ("istest", np.array([[True]]), "example 2: is marked to train and to test"),
    ],
)
def test_what_is_wrong_in_flic_is_named(
    field: str, value: Any, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "flic", 4)
    rows = flic_examples(4)
    write_flic(tmp_path, examples=rows)
    rows[0, 1][field] = value
    savemat(tmp_path / "FLIC/examples.mat", {"examples": rows})
    with pytest.raises(PhotoError, match=said):
        read_flic("flic", tmp_path)


def test_numbers_of_flic_plus_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "flic-full", 3)
    write_flic(tmp_path, name="FLIC-full", examples=flic_examples(3))
    rows = np.empty((1, 3), dtype=[(n, "O") for n in (*flic_examples(1).dtype.names, "isbad", "isunchecked")])
    for i, row in enumerate(flic_examples(3)[0]):
        rows[0, i] = (*row.item(), np.array([[False]]), np.array([[False]]))
    savemat(tmp_path / "FLIC-full/examples.mat", {"examples": rows})
    for number in (1.5, np.nan, -1.0, 1e300):
        savemat(tmp_path / "FLIC-full/tr_plus_indices.mat", {"tr_plus_indices": np.array([[number]])})
        with pytest.raises(PhotoError, match="expected whole numbers from 1 to 3"):
            read_flic("flic-full", tmp_path)


def test_a_point_of_flic_that_is_nan_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "flic", 3)
    rows = flic_examples(3)
    rows[0, 0]["coords"] = coords(np.nan)
    rows[0, 1]["coords"] = np.full((2, 29), np.nan)
    write_flic(tmp_path, examples=rows)
    people = read_flic("flic", tmp_path)
    assert len(people) == 2
    assert people.visible.sum(1).tolist() == [10, 11]
    assert people.notes == ("1 people with fewer than two joints are left out.",)


def leeds(root: Path, xy: np.ndarray, hidden: np.ndarray) -> None:
    write_lsp(root, len(xy))
    joints = np.concatenate([xy.transpose(2, 1, 0), hidden.T[None]])
    savemat(root / "lsp_dataset/joints.mat", {"joints": joints})


@pytest.mark.parametrize(
    ("value", "flag", "said"),
    [
        (np.nan, 0.0, r"im0002\.jpg: the right_knee is marked as visible and has no position"),
        (np.inf, 0.0, r"joints\.mat: inf in entry 2 is not a position in pixels"),
        (-np.inf, 1.0, r"joints\.mat: -inf in entry 2 is not a position in pixels"),
        (1e300, 1.0, r"joints\.mat: 1e\+300 in entry 2 is not a position in pixels"),
        (5.0, np.nan, r"joints\.mat: the third number .* is nan for joint 2 of picture 2"),
        (5.0, -1.0, r"joints\.mat: the third number .* is -1 for joint 2 of picture 2"),
    ],
)
def test_what_is_wrong_in_leeds_is_named(
    value: float, flag: float, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "lsp", 3, training=2)
    xy, hidden = places(3, 14), np.zeros((3, 14))
    xy[1, 1, 0], hidden[1, 1] = value, flag
    leeds(tmp_path, xy, hidden)
    with pytest.raises(PhotoError, match=said):
        read_lsp(tmp_path)


def test_hidden_joints_far_outside_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "lsp", 3, training=2)
    xy, hidden = places(3, 14), np.zeros((3, 14))
    hidden[1, :3] = 1
    xy[1, :3] = [(-WIDTH + 3, 5), (2 * WIDTH + 3, 5), (np.nan, np.nan)]
    leeds(tmp_path, xy, hidden)
    people = read_lsp(tmp_path)
    assert np.argwhere(np.isnan(people.joints).any(-1)).tolist() == [[1, 1], [1, 2]]
    assert people.notes == ("1 hidden joints far outside their pictures are taken as missing.",)


def test_people_without_joints_are_left_out_and_a_set_of_them_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "lsp", 4, training=2)
    xy, hidden = places(4, 14), np.zeros((4, 14))
    xy[1], hidden[1] = np.nan, 1
    leeds(tmp_path, xy, hidden)
    people = read_lsp(tmp_path)
    assert [file.name for file in people.files] == ["im0001.jpg", "im0003.jpg", "im0004.jpg"]
    assert people.notes == ("1 people with fewer than two joints are left out.",)
    xy[2:], hidden[2:] = np.nan, 1
    leeds(tmp_path, xy, hidden)
    request = PhotoRequest(dataset="lsp", data_root=tmp_path, size=16)
    with pytest.raises(PhotoError, match=r"images: nobody of the test split of lsp can be cropped"):
        catalog.load(request)
    leeds(tmp_path, np.full((4, 14, 2), np.nan), np.ones((4, 14)))
    with pytest.raises(PhotoError, match=r"images: nobody in lsp has two joints with a position"):
        read_lsp(tmp_path)


def test_people_all_of_whose_joints_coincide_have_no_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "parse", 4, training=2)
    write_parse(tmp_path, 4)
    xy = places(4, 14)
    xy[0] = 30.0
    savemat(tmp_path / "PARSE/labels.mat", {"ptsAll": xy.transpose(1, 2, 0)})
    request = PhotoRequest(dataset="parse", data_root=tmp_path, size=16, crop="person")
    data = catalog.load(request)
    assert len(data) == 3
    assert any(note.startswith("1 people have too few joints, or too small") for note in data.card.notes)
    savemat(tmp_path / "PARSE/labels.mat", {"ptsAll": np.full((14, 2, 4), 30.0)})
    with pytest.raises(PhotoError, match=r"PARSE: nobody of the train split of parse can be cropped"):
        catalog.load(PhotoRequest(dataset="parse", data_root=tmp_path, size=16, crop="person"))


def test_what_a_mac_leaves_behind_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "lsp", 3, training=2)
    write_lsp(tmp_path, 3)
    before, hashed = read_lsp(tmp_path), contents_hash(tmp_path)
    junk = ("lsp_dataset/images/._im0001.jpg", "lsp_dataset/._joints.mat", "lsp_dataset/images/.DS_Store")
    for name in (*junk, "__MACOSX/lsp_dataset/._joints.mat", "__MACOSX/lsp_dataset/images/._im0002.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X        ")
    assert read_lsp(tmp_path).files == before.files
    assert contents_hash(tmp_path) == hashed


def test_a_turned_picture_is_labelled_as_it_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "parse", 3, training=2)
    xy = write_parse(tmp_path, 3)
    file = tmp_path / "PARSE/im0002.jpg"
    request = PhotoRequest(dataset="parse", data_root=tmp_path, size=16)
    upright = np.array(catalog.load(request).images[1], dtype=int)
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(file) as stored:
        stored.transpose(Image.Transpose.ROTATE_90).save(file, exif=exif)
    people = read_parse(tmp_path)
    assert people.sizes.tolist() == [[WIDTH, HEIGHT]] * 3
    np.testing.assert_allclose(people.joints[1], xy[1] - 0.5, atol=1e-4)
    data = catalog.load(PhotoRequest(dataset="parse", data_root=tmp_path, size=16))
    np.testing.assert_allclose(data.images[1].astype(int), upright, atol=16)


def test_an_edit_of_labels_of_equal_length_builds_the_set_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "lsp", 3, training=2)
    xy, hidden = write_lsp(tmp_path, 3)
    file = tmp_path / "lsp_dataset/joints.mat"
    status = file.stat()
    keys = []
    for shift in (0, 1, 2):
        joints = np.concatenate([(xy + shift).transpose(2, 1, 0), hidden.T[None]])
        savemat(file, {"joints": joints})
        assert file.stat().st_size == status.st_size
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        keys.append(PhotoRequest(dataset="lsp", data_root=tmp_path, size=16).key)
    assert len(set(keys)) == 3
    assert dataset.read("lsp", tmp_path).joints[0, 0, 0] == pytest.approx(xy[0, 0, 0] + 2 - 0.5, abs=1e-4)
