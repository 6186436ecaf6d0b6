"""Pictures of a user's own: turned upright, within bounds, and refused where they are something else."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pose_lib.data.photos.own import OwnPicture, PictureError, find_pictures, person_square

UPRIGHT = np.zeros((60, 40, 3), dtype=np.uint8)
UPRIGHT[:20, :20] = (250, 0, 0)
UPRIGHT[40:, 20:] = (0, 250, 0)


def save(file: Path, pixels: np.ndarray = UPRIGHT, **options: object) -> Path:
    Image.fromarray(pixels).save(file, **options)
    return file


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_every_orientation_is_seen_upright(tmp_path: Path, orientation: int, kind: str) -> None:
    turned = {
        1: UPRIGHT,
        2: UPRIGHT[:, ::-1],
        3: UPRIGHT[::-1, ::-1],
        4: UPRIGHT[::-1],
        5: UPRIGHT.transpose(1, 0, 2),
        6: np.rot90(UPRIGHT, 1),
        7: UPRIGHT[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(UPRIGHT, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = save(tmp_path / f"a.{kind}", np.ascontiguousarray(turned), exif=exif)
    picture = OwnPicture.read(file)
    assert (picture.width, picture.height) == (40, 60)
    assert np.abs(np.asarray(picture.shown).astype(int)[5:15, 5:15] - (250, 0, 0)).max() < 40
    assert np.abs(np.asarray(picture.shown).astype(int)[45:55, 25:35] - (0, 250, 0)).max() < 40
    assert not picture.shown.getexif(), "nothing of the file but its pixels goes on"


def test_what_is_no_picture_is_refused_by_its_contents(tmp_path: Path) -> None:
    file = tmp_path / "note.jpg"
    for content, words in (
        (b"hello, this is a text", "is no picture; expected a JPEG, PNG or WebP"),
        (b"", "is an empty file"),
        (b"<!doctype html><html>", "is a web page"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture"),
        (b"GIF89a" + bytes(20), "is no picture"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "is no picture"),
    ):
        file.write_bytes(content)
        with pytest.raises(PictureError, match=rf"note\.jpg.*{words}"):
            OwnPicture.read(file)
    with pytest.raises(PictureError, match="cannot be opened"):
        OwnPicture.read(tmp_path / "none.png")


def test_damaged_and_truncated_pictures_are_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    for name in ("a.jpg", "a.png", "a.webp"):
        file = save(tmp_path / name, noise)
        whole = file.read_bytes()
        for length in (len(whole) // 2, 40, 12):
            file.write_bytes(whole[:length])
            with pytest.raises(PictureError, match=name):
                OwnPicture.read(file)


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = tmp_path / "huge.png"
    for size in ((100_000, 100_000), (2**31 - 1, 2**31 - 1), (0, 5)):
        huge.write_bytes(png_header(*size))
        with pytest.raises(PictureError, match=r"huge\.png"):
            OwnPicture.read(huge)
    with pytest.raises(PictureError, match="15 x 40 pixels are too few"):
        OwnPicture.read(save(tmp_path / "thin.png", np.zeros((40, 15, 3), np.uint8)))
    monkeypatch.setattr("pose_lib.data.photos.own._LARGEST_FILE", 50)
    with pytest.raises(PictureError, match="MB are too much"):
        OwnPicture.read(save(tmp_path / "a.png"))


def test_a_large_picture_is_kept_small_and_cut_sharp(tmp_path: Path) -> None:
    fine = np.zeros((100, 4000, 3), dtype=np.uint8)
    fine[:, 2000:2064:2] = 255
    picture = OwnPicture.read(save(tmp_path / "wide.png", fine))
    assert (picture.width, picture.height) == (4000, 100)
    assert picture.shown.size == (1600, 40)
    crop = picture.crop(np.array([2000, 0, 2064, 64], dtype=np.float32), 64)
    assert np.array_equal(crop[:, ::2], np.full((64, 32, 3), 255))
    assert not crop[:, 1::2].any()


def test_boxes_become_squares_with_a_margin(tmp_path: Path) -> None:
    picture = OwnPicture.read(save(tmp_path / "a.png"))
    assert person_square(picture, None, 0.1).tolist() == [-10, 0, 50, 60]
    assert person_square(picture, (10, 10, 30, 50), 0.1).tolist() == [-4, 6, 44, 54]
    for box, words in (
        ((10, 10, 10, 50), "X0 < X1"),
        ((10, 50, 30, 10), "X0 < X1"),
        ((10, float("nan"), 30, 50), "X0 < X1"),
        ((10, 10, float("inf"), 50), "X0 < X1"),
        ((10, 10, 15, 15), "from 16 pixels"),
        ((-1e9, -1e9, 1e9, 1e9), "from 16 pixels"),
        ((50, 10, 90, 50), r"lies outside a\.png, which has 40 x 60"),
    ):
        with pytest.raises(PictureError, match=words):
            person_square(picture, box, 0.1)


def test_files_and_folders_are_found_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("b.JPG", "a.png", "notes.txt"):
        (folder / name).write_bytes(b"x")
    assert find_pictures([folder, folder / "a.png"]) == [folder / "a.png", folder / "b.JPG"]
    assert find_pictures([folder / "notes.txt"]) == [folder / "notes.txt"], "what is named is looked at"
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(PictureError, match="has no file that ends in"):
        find_pictures([empty])
    with pytest.raises(PictureError, match="no such picture or folder"):
        find_pictures([tmp_path / "none"])
    monkeypatch.setattr("pose_lib.data.photos.own._MOST_FILES", 1)
    with pytest.raises(PictureError, match="2 pictures at once are too many"):
        find_pictures([folder])
