"""The hash of a folder's files, on which keys of caches and of executed notebooks depend."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pose_lib.data import files
from pose_lib.data.files import contents_hash


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "clips"
    write(root / "a.bvh", "one")
    write(root / "deep/labels.MAT", "two")
    write(root / "deep/picture.jpg", "three")
    return root


def write(file: Path, text: str, seconds: int = 1000) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (seconds, seconds))


@pytest.mark.parametrize("name", ["a.bvh", "deep/labels.MAT"])
def test_an_edit_of_equal_length_counts_and_a_touch_does_not(folder: Path, name: str) -> None:
    before = contents_hash(folder)
    os.utime(folder / name, (2000, 2000))
    assert contents_hash(folder) == before
    write(folder / name, "six", 3000)
    assert contents_hash(folder) != before


def test_another_file_of_equal_size_and_time_counts(folder: Path) -> None:
    before = contents_hash(folder)
    write(folder / "a.bvh", "six")  # written in place, and its time set back
    edited = contents_hash(folder)
    assert edited != before
    write(folder / "copy", "ten")
    (folder / "copy").replace(folder / "a.bvh")
    assert contents_hash(folder) not in (before, edited)


def test_a_picture_counts_by_size_and_time(folder: Path) -> None:
    before = contents_hash(folder)
    write(folder / "deep/picture.jpg", "eerht")  # unseen, the price of not reading pictures
    assert contents_hash(folder) == before
    os.utime(folder / "deep/picture.jpg", (2000, 2000))
    touched = contents_hash(folder)
    assert touched != before
    write(folder / "deep/picture.jpg", "longer", 2000)
    assert contents_hash(folder) not in (before, touched)


def test_a_large_file_counts_as_a_picture_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGE", 2)
    before = contents_hash(folder)
    os.utime(folder / "a.bvh", (2000, 2000))
    assert contents_hash(folder) != before


def test_names_and_places_count(folder: Path) -> None:
    before = contents_hash(folder)
    (folder / "a.bvh").rename(folder / "b.bvh")
    renamed = contents_hash(folder)
    (folder / "b.bvh").rename(folder / "deep/b.bvh")
    moved = contents_hash(folder)
    (folder / "deep/b.bvh").unlink()
    assert len({before, renamed, moved, contents_hash(folder)}) == 4


def test_the_order_of_creation_and_the_place_of_the_folder_do_not_count(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other / "deep/picture.jpg", "three")
    write(other / "deep/labels.MAT", "two")
    write(other / "a.bvh", "one")
    assert contents_hash(other) == contents_hash(folder)


def test_hidden_files_do_not_count(folder: Path) -> None:
    before = contents_hash(folder)
    for name in (".DS_Store", "deep/.hidden.bvh", "__MACOSX/a.bvh", ".git/index"):
        write(folder / name, "four")
    assert contents_hash(folder) == before


def test_chosen_endings_count_alone(folder: Path) -> None:
    before = contents_hash(folder, {".bvh", ".mat"})
    write(folder / "notes.txt", "four")
    write(folder / "deep/picture.jpg", "five", 2000)
    assert contents_hash(folder, {".bvh", ".mat"}) == before
    write(folder / "deep/labels.MAT", "own", 2000)
    assert contents_hash(folder, {".bvh", ".mat"}) != before


def test_links_are_followed_and_may_form_a_circle(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere/c.bvh", "four")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "circle").symlink_to(folder)
    (folder / "broken.bvh").symlink_to(tmp_path / "nothing")
    before = contents_hash(folder)
    write(tmp_path / "elsewhere/c.bvh", "five", 2000)
    assert contents_hash(folder) != before


def test_relative_paths_and_the_home_folder_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "deep")
    monkeypatch.setenv("HOME", str(folder.parent))
    assert contents_hash("..") == contents_hash("~/clips") == contents_hash(folder)


@pytest.mark.parametrize("place", ["none", "clips/a.bvh"])
@pytest.mark.usefixtures("folder")
def test_a_missing_folder_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(FileNotFoundError, match=f"no folder .*{place}"):
        contents_hash(tmp_path / place)
