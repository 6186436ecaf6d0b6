"""Pictures as they are seen: turned, in eight bits, without transparency; and those that are not pictures."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from pose_lib.data.photos.cutting import cut
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.pictures import open_picture, picture_size

CORNERS = ("red", "lime", "blue", "white")


def corners(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture with another colour in each quarter."""
    width, height = size
    out = Image.new("RGB", size)
    for i, colour in enumerate(CORNERS):
        out.paste(
            Image.new("RGB", (width // 2, height // 2), colour), (i % 2 * width // 2, i // 2 * height // 2)
        )
    return out


def oriented(number: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(10))
def test_every_orientation_is_shown_upright(orientation: int, ending: str, tmp_path: Path) -> None:
    back = {2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, 1)
    stored = corners()
    stored.getexif()[0x0112] = back
    stored = ImageOps.exif_transpose(stored)
    file = tmp_path / f"a.{ending}"
    stored.save(file, exif=oriented(orientation), quality=95)
    for shrink in (1.0, 4.0):
        shown = open_picture(file, shrink)
        assert shown.info["full_size"] == picture_size(file) == (96, 64)
        crop = cut(shown, np.array([0, -16, 96, 80], dtype=np.float32), 24)
        for i, colour in enumerate(CORNERS):
            expected = np.array(Image.new("RGB", (1, 1), colour))[0, 0].astype(int)
            found = crop[8 + i // 2 * 8, 6 + i % 2 * 12].astype(int)
            assert np.abs(found - expected).max() < 40, (orientation, shrink, colour)


def test_an_orientation_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    corners().save(file, exif=b"Exif\0\0II*\0\xff\xff\xff\xff and nonsense")
    assert picture_size(file) == open_picture(file).size == (96, 64)
    corners().save(file, exif=oriented(7000))
    assert open_picture(file).size == (96, 64)


def test_the_size_of_a_png_needs_only_its_header(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    corners().save(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"IDAT") + 8])
    assert picture_size(file) == (96, 64)
    with pytest.raises(PhotoError, match=r"a\.png: is a damaged or truncated picture"):
        open_picture(file)


@pytest.mark.parametrize("ending", ["png", "tif", "pgm"])
def test_grey_of_sixteen_bits_keeps_its_shades(ending: str, tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 600).astype(np.uint16).reshape(20, 30)
    for numbers in (values, values // 300):  # a dark picture stays dark
        Image.fromarray(numbers).save(tmp_path / f"deep.{ending}")
        shown = np.asarray(open_picture(tmp_path / f"deep.{ending}"))
        np.testing.assert_allclose(shown, np.repeat(np.round(numbers / 257)[..., None], 3, 2), atol=0.5)


def test_grey_of_sixteen_bits_most_significant_first(tmp_path: Path) -> None:
    big = Image.frombytes("I;16B", (2, 1), np.array([0x8000, 0xFFFF], dtype=">u2").tobytes())
    big.save(tmp_path / "big.tif")
    assert np.asarray(open_picture(tmp_path / "big.tif"))[0, :, 0].tolist() == [128, 255]


def test_colours_of_sixteen_bits_keep_their_shades(tmp_path: Path) -> None:
    values = np.array([[[0, 0x7FFF, 0xFFFF], [0x1000, 0x2000, 0x3000]]], dtype=">u2")

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (2).to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes([16, 2, 0, 0, 0])
    content = zlib.compress(b"\0" + values.tobytes())
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(data)
    np.testing.assert_array_equal(np.asarray(open_picture(tmp_path / "a.png")), values >> 8)


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_pixels_of_more_than_sixteen_bits_are_refused(kind: type, tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 4), 1_000_000, dtype=kind)).save(tmp_path / "a.tif")
    with pytest.raises(PhotoError, match=r"a\.tif: its pixels have more than 16 bits; save it with 8 bits"):
        open_picture(tmp_path / "a.tif")


def test_what_is_transparent_lies_on_black(tmp_path: Path) -> None:
    half = Image.new("RGBA", (4, 2), (200, 100, 50, 255))
    half.paste((200, 100, 50, 0), (0, 0, 2, 2))
    half.putpixel((3, 0), (200, 100, 50, 128))
    half.save(tmp_path / "rgba.png")
    shown = np.asarray(open_picture(tmp_path / "rgba.png"))
    assert shown[0].tolist() == [[0, 0, 0], [0, 0, 0], [200, 100, 50], [100, 50, 25]]
    Image.merge("LA", (half.getchannel("R"), half.getchannel("A"))).save(tmp_path / "la.png")
    assert np.asarray(open_picture(tmp_path / "la.png"))[0, :, 1].tolist() == [0, 0, 200, 100]
    palette = Image.new("P", (2, 1), 1)
    palette.putpalette([9, 9, 9, 200, 100, 50])
    palette.putpixel((0, 0), 0)
    for transparency in (0, b"\0\xff"):
        for ending in ("gif", "png") if transparency == 0 else ("png",):
            palette.save(tmp_path / f"p.{ending}", transparency=transparency)
            shown = np.asarray(open_picture(tmp_path / f"p.{ending}"))
            assert shown[0].tolist() == [[0, 0, 0], [200, 100, 50]]


def test_print_colours_and_black_and_white_become_rgb(tmp_path: Path) -> None:
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "cmyk.jpg", quality=95)
    for shrink in (1.0, 2.0):
        red = np.asarray(open_picture(tmp_path / "cmyk.jpg", shrink))[0, 0].astype(int)
        assert (np.abs(red - [255, 0, 0]) < 6).all()
    bits = Image.new("1", (2, 1))
    bits.putpixel((1, 0), 1)
    bits.save(tmp_path / "bits.png")
    assert np.asarray(open_picture(tmp_path / "bits.png"))[0].tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("side", [0, 10_000, 60_000, 2**31 - 1])
def test_a_header_that_claims_another_size_is_refused(side: int, tmp_path: Path) -> None:
    stream = io.BytesIO()
    corners().save(stream, "PNG")
    data = stream.getvalue()
    header = b"IHDR" + side.to_bytes(4, "big") * 2 + data[24:29]
    (tmp_path / "a.png").write_bytes(data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:])
    for read in (picture_size, open_picture):
        with pytest.raises(
            PhotoError, match=r"a\.png: is a damaged or truncated picture .* download it again"
        ):
            read(tmp_path / "a.png")


def test_a_folder_in_place_of_a_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    with pytest.raises(PhotoError, match=r"a\.jpg: is not to be opened: Is a directory"):
        open_picture(tmp_path / "a.jpg")
