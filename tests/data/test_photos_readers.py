"""Leeds, Image Parse and FLIC: what their files say, and errors for files that are wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from photo_files import (
    HEIGHT,
    WIDTH,
    flic_examples,
    full_coords,
    picture,
    shrink,
    write_flic,
    write_lsp,
    write_lspet,
    write_parse,
)
from PIL import Image
from scipy.io import savemat

from pose_lib.data.mapping import observer_sides
from pose_lib.data.photos import dataset
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.flic import COLUMNS, read_flic
from pose_lib.data.photos.leeds import read_lsp, read_lspet, read_parse
from pose_lib.data.photos.reading import find_folder, read_matrix, read_struct
from pose_lib.data.request import PhotoRequest
from pose_lib.geometry.skeletons import FLIC11


def test_lsp_says_hidden_and_keeps_every_position(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "lsp", 6, training=4)
    xy, hidden = write_lsp(tmp_path)
    people = read_lsp(tmp_path)
    np.testing.assert_allclose(people.joints, xy - 0.5, atol=1e-4)
    np.testing.assert_array_equal(people.visible, hidden == 0)
    assert people.table["split"].tolist() == ["train"] * 4 + ["test"] * 2
    assert people.table["subject"][0] == "im0001"
    assert (people.sizes == (WIDTH, HEIGHT)).all()


def test_lspet_says_visible_and_its_hidden_joints_have_no_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "lspet", 10, training=9)
    xy, visible = write_lspet(tmp_path)
    people = read_lspet(tmp_path / "lspet_dataset")
    np.testing.assert_array_equal(people.visible, visible == 1)
    assert np.isnan(people.joints[visible == 0]).all()
    np.testing.assert_allclose(people.joints[visible == 1], xy[visible == 1] - 0.5, atol=1e-4)
    assert people.table["split"].tolist() == ["train"] * 9 + ["test"]


def test_parse_is_mapped_by_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "parse", 5, training=2)
    xy = write_parse(tmp_path)
    people = read_parse(tmp_path)
    # the file calls its first joint the left ankle: for a person who faces the camera it is the right one
    np.testing.assert_allclose(
        people.joints[:, people.skeleton.index("right_ankle")], xy[:, 0] - 0.5, atol=1e-4
    )
    np.testing.assert_allclose(people.joints[:, people.skeleton.index("head")], xy[:, 13] - 0.5, atol=1e-4)
    assert people.visible.all()


def test_flic_has_eleven_points_flags_and_test_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "flic", 6)
    rows = write_flic(tmp_path)
    people = read_flic("flic", tmp_path)
    for i in range(6):
        np.testing.assert_allclose(
            people.joints[i], rows[0, i]["coords"][:, list(COLUMNS)].T - 0.5, atol=1e-4
        )
    assert people.table["split"].tolist() == ["train"] * 4 + ["test"] * 2
    assert set(people.table["subject"]) == {"some-film", "another-film"}
    # torso box 40 30 70 80: 3.5 times 30 wide and 2.75 times 50 high, around 55, 55
    assert people.windows.shape == (6, 4)
    np.testing.assert_allclose(
        people.windows[4] + 0.5, [55 - 52.5, 55 - 68.75, 55 + 52.5, 55 + 68.75], atol=1e-4
    )


def test_flic_keeps_a_point_outside_the_frame_as_invisible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "flic", 2)
    coords = np.stack([full_coords(0), full_coords(1)])
    coords[1, :, 9] = (30, HEIGHT + 40)  # the right hip
    write_flic(tmp_path, examples=flic_examples(2, coords))
    people = read_flic("flic", tmp_path)
    hip = FLIC11.index("right_hip")
    np.testing.assert_allclose(people.joints[1, hip], [29.5, HEIGHT + 39.5], atol=1e-4)
    assert np.argwhere(~people.visible).tolist() == [[1, hip]]


def test_people_seen_from_behind_are_known_and_get_observer_centric_sides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "flic", 3)
    coords = np.stack([full_coords(i) for i in range(3)])
    back = coords[2].copy()
    coords[2, :, [0, 1, 2, 3, 4, 5]] = back[:, [3, 4, 5, 0, 1, 2]].T
    write_flic(tmp_path, examples=flic_examples(3, coords))
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    data = dataset.load(PhotoRequest(dataset="flic", data_root=tmp_path, size=16))
    assert data.table["backwards"].tolist() == [False, False, True]
    turned = observer_sides(data)
    assert (turned.joints_2d[:, FLIC11.index("left_wrist"), 0] >= turned.joints_2d[:, 5, 0]).all()
    np.testing.assert_array_equal(turned.joints_2d[:2], data.joints_2d[:2])
    np.testing.assert_array_equal(turned.joints_2d[2], data.joints_2d[2][list(FLIC11.mirror)])


def full(n: int, bad: int, unchecked: int) -> np.ndarray:
    """Examples of FLIC-full: one bad, one unchecked, the last one tests."""
    plain = flic_examples(n)
    kind = [*((name, "O") for name in plain.dtype.names), ("isbad", "O"), ("isunchecked", "O")]
    out = np.empty((1, n), dtype=kind)
    for i in range(n):
        out[0, i] = (*plain[0, i].item(), np.array([[i == bad]]), np.array([[i == unchecked]]))
        out[0, i]["istrain"] = np.empty((0, 0))  # never set: an empty matrix
        out[0, i]["istest"] = np.array([[i == n - 1]])
    return out


def test_all_of_flic_trains_on_what_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "flic-full", 5)
    write_flic(tmp_path, name="FLIC-full", examples=full(5, bad=1, unchecked=2))
    people = read_flic("flic-full", tmp_path)
    assert people.table["split"].tolist() == ["train", "unused", "unused", "train", "test"]
    assert people.table["bad"].tolist() == [False, True, False, False, False]
    savemat(tmp_path / "FLIC-full/tr_plus_indices.mat", {"tr_plus_indices": np.array([[1.0]])})
    people = read_flic("flic-full", tmp_path)
    assert people.table["split"].tolist() == ["train", "unused", "unused", "unused", "test"]
    savemat(tmp_path / "FLIC-full/tr_plus_indices.mat", {"tr_plus_indices": np.array([[0.0]])})
    with pytest.raises(PhotoError, match="expected whole numbers from 1 to 5"):
        read_flic("flic-full", tmp_path)


def test_flic_pictures_must_be_as_large_as_the_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "flic", 2)
    write_flic(tmp_path, 2)
    picture(tmp_path / "FLIC/images/some-film-00000001.jpg", size=(60, 45))
    with pytest.raises(PhotoError, match=r"some-film-00000001\.jpg: is 60 x 45 pixels, .* 120 x 90"):
        read_flic("flic", tmp_path)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("coords", np.zeros((2, 28)), r"coords is float64\(2, 28\), expected numbers, 2 x 29"),
        ("coords", np.array([["a"]]), "expected numbers"),
        ("moviename", np.zeros(3), "expected a text"),
        ("istrain", np.array([["yes"]]), "istrain is not true or false"),
        ("istest", np.array([[True]]), "is marked to train and to test"),
    ],
)
def test_a_field_of_flic_that_is_wrong_is_named(
    field: str, value: np.ndarray, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "flic", 3)
    rows = flic_examples(3)
    write_flic(tmp_path, examples=rows)
    rows[0, 0][field] = value
    savemat(tmp_path / "FLIC/examples.mat", {"examples": rows})
    with pytest.raises(PhotoError, match=f"examples.mat, example 1: .*{said}"):
        read_flic("flic", tmp_path)


@pytest.mark.parametrize("name", ["lsp", "lspet", "parse", "flic", "flic-full", "buffy", "ethz"])
def test_nothing_there_says_where_to_get_it_and_how_it_is_laid_out(name: str, tmp_path: Path) -> None:
    for nothing in (None, "", tmp_path / "none", tmp_path):
        with pytest.raises(FileNotFoundError, match=r"(?s)expected.*https://.*photographs\.ipynb") as error:
            find_folder(name, nothing)
        assert dataset.SETS[name].layout in str(error.value)


def test_an_archive_is_told_from_an_error_page(tmp_path: Path) -> None:
    archive = tmp_path / "lspet_dataset.zip"
    archive.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(FileNotFoundError, match=r"lspet_dataset\.zip is not unpacked yet"):
        find_folder("lspet", tmp_path)
    archive.write_text("\n <!DOCTYPE html><html>Not found</html>")
    with pytest.raises(FileNotFoundError, match=r"lspet_dataset\.zip is a web page .* download it again"):
        find_folder("lspet", tmp_path)
    with pytest.raises(FileNotFoundError, match="is a web page"):
        find_folder("lspet", archive)


def test_both_leeds_sets_side_by_side_are_told_apart(tmp_path: Path) -> None:
    write_lsp(tmp_path, 1)
    write_lspet(tmp_path, 1)
    assert find_folder("lsp", tmp_path).name == "lsp_dataset"
    assert find_folder("lspet", tmp_path).name == "lspet_dataset"
    with pytest.raises(FileNotFoundError, match="does not hold the data set lsp:"):
        find_folder("lsp", tmp_path / "lspet_dataset")


def test_a_matrix_that_is_wrong_is_named(tmp_path: Path) -> None:
    file = tmp_path / "joints.mat"
    cases = {
        r"is a web page saved under this name": b"<html>moved</html>",
        "is an empty file": b"",
        r"is a MATLAB 7\.3 file": b"MATLAB 7.3 MAT-file, Platform: GLNXA64",
        r"is a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1",
        r"cannot be read as a MATLAB file .* download it again": b"MATLAB 5.0 MAT-file" + bytes(300),
    }
    for said, content in cases.items():
        file.write_bytes(content)
        with pytest.raises(PhotoError, match=rf"joints\.mat: {said}.*photographs\.ipynb"):
            read_matrix(file, "joints", (3, 14, 2))
    savemat(file, {"other": np.zeros(3)})
    with pytest.raises(PhotoError, match="has no variable joints"):
        read_matrix(file, "joints", (3, 14, 2))
    savemat(file, {"joints": np.zeros((14, 3, 2))})
    with pytest.raises(
        PhotoError, match="joints is 14 x 3 x 2 of float64, expected a real matrix of 3 x 14 x 2"
    ):
        read_matrix(file, "joints", (3, 14, 2))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PhotoError, match="cannot be read as a MATLAB file"):
        read_matrix(file, "joints", (14, 3, 2))
    with pytest.raises(PhotoError, match="no such file"):
        read_matrix(tmp_path / "none.mat", "joints", (1,))


def test_arrays_of_objects_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "joints.mat"
    cell = np.empty((14, 3, 2), dtype=object)
    cell[:] = 1.0
    savemat(file, {"joints": cell})
    with pytest.raises(PhotoError, match="joints is 14 x 3 x 2 of object, expected a real matrix"):
        read_matrix(file, "joints", (14, 3, 2))
    with pytest.raises(PhotoError, match="joints is an array of object, expected a struct with coords"):
        read_struct(file, "joints", ["coords"])
    savemat(file, {"joints": [{"a": 1}]})
    with pytest.raises(PhotoError, match="expected a struct with coords"):
        read_struct(file, "joints", ["coords"])


def test_flags_are_zero_or_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "lsp", 2)
    write_lsp(tmp_path, 2)
    savemat(tmp_path / "lsp_dataset/joints.mat", {"joints": np.full((3, 14, 2), 2.0)})
    with pytest.raises(PhotoError, match="must be 0 or 1"):
        read_lsp(tmp_path)


def test_joints_of_another_resolution_do_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "lsp", 4)
    xy, hidden = write_lsp(tmp_path, 4)
    joints = np.concatenate([3 * xy.transpose(2, 1, 0), hidden.T[None]])
    savemat(tmp_path / "lsp_dataset/joints.mat", {"joints": joints})
    with pytest.raises(
        PhotoError, match=r"im000\d\.jpg: .* visible joints of lsp lie outside .* belong together"
    ):
        read_lsp(tmp_path)


def test_one_joint_far_outside_becomes_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "lsp", 4)
    xy, _ = write_lsp(tmp_path, 4)
    xy[1, 5] = (WIDTH + 60, 10)
    joints = np.concatenate([xy.transpose(2, 1, 0), np.zeros((1, 14, 4))])
    savemat(tmp_path / "lsp_dataset/joints.mat", {"joints": joints})
    people = read_lsp(tmp_path)
    assert np.argwhere(~people.visible).tolist() == [[1, 5]]
    assert np.isnan(people.joints[1, 5]).all()
    assert "1 visible joints outside" in people.notes[0]


def test_pictures_that_are_missing_or_none_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "lsp", 3)
    write_lsp(tmp_path, 3)
    lost = tmp_path / "lsp_dataset/images/im0002.jpg"
    lost.write_text("<html>no</html>")
    with pytest.raises(PhotoError, match=r"im0002\.jpg: is a web page"):
        read_lsp(tmp_path)
    lost.unlink()
    with pytest.raises(
        PhotoError, match=r"im0002\.jpg: the annotations name this picture, and it is missing"
    ):
        read_lsp(tmp_path)
    (tmp_path / "lsp_dataset/images/im0001.jpg").unlink()
    with pytest.raises(PhotoError, match=r"no picture images/im0001\.jpg; expected 3"):
        read_lsp(tmp_path)


def test_lspet_of_high_resolution_has_png_beside_the_joints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, "lspet", 3)
    xy, visible = write_lspet(tmp_path, 3)
    folder = (tmp_path / "lspet_dataset").rename(tmp_path / "hr-lspet")
    for file in sorted(folder.glob("images/*.jpg")):
        Image.open(file).save(folder / f"{file.stem}.png")
        file.unlink()
    people = read_lspet(tmp_path)
    assert people.files[0].name == "im00001.png"
    np.testing.assert_allclose(people.joints[visible == 1], xy[visible == 1] - 0.5, atol=1e-4)
