"""Pictures as people see them: turned as their EXIF data say, in RGB of eight bits.

Labels are taken as positions in the picture so turned, as a viewer or a tool for annotation shows it. In the
data sets read here no picture has an orientation, so that it is the picture as it is stored.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from pose_lib.data.photos.errors import PhotoError, sniff

__all__ = ["open_picture", "picture_size"]

_DAMAGED = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError),
    *(EOFError, OverflowError, ZeroDivisionError, MemoryError, NotImplementedError, RuntimeError),
    *(struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises for a file that is not a picture, is damaged, or claims to be of immense size."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF orientation: how the stored picture is turned to be seen upright; 1 stands for upright."""


def picture_size(file: Path) -> tuple[int, int]:
    """Width and height of a picture as :func:`open_picture` gives it, from its header.

    Raises:
        PhotoError: no such file, no picture, or one that claims more pixels than Pillow's limit (89 million).
    """
    with _opened(file) as picture:
        return _turned_size(picture)


def open_picture(file: Path, shrink: float = 1.0) -> Image.Image:
    """A picture in RGB; ``info["full_size"]`` is its size on disk, turned as the picture is.

    All eight EXIF orientations are followed; one that cannot be read, or that a PNG gives after its pixels,
    counts as none. Grey values of 16 bits become 8 bits by their range. What is transparent lies on black.

    Args:
        file: JPEG or PNG.
        shrink: a JPEG is decoded at 1/2, 1/4 or 1/8 of its size, if that is at least ``1 / shrink``.

    Raises:
        PhotoError: no such file, no picture, a damaged or truncated one, one that claims more pixels than
            Pillow's limit (89 million), or one whose pixels are of more than 16 bits.
    """
    with _opened(file) as picture:
        full, turn = _turned_size(picture), _TURNS.get(_orientation(picture))
        if shrink >= 2:
            width, height = picture.size
            picture.draft("RGB", (max(int(width / shrink), 1), max(int(height / shrink), 1)))
        out = _rgb(picture, file)
    if turn is not None:
        out = out.transpose(turn)
    out.info["full_size"] = full
    return out


@contextmanager
def _opened(file: Path) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            # A damaged preview or block of EXIF data beside sound pixels; unsound pixels are an error.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as picture:
                if min(picture.size) < 1:
                    raise ValueError(f"of {picture.width} x {picture.height} pixels")
                yield picture
    except PhotoError:
        raise
    except FileNotFoundError:
        raise PhotoError.of(file, "no such picture") from None
    except _DAMAGED as error:
        what = sniff(file) or "a damaged or truncated picture"
        raise PhotoError.of(file, f"is {what} ({error}); download it again") from error


def _turned_size(picture: Image.Image) -> tuple[int, int]:
    width, height = picture.size
    return (height, width) if _orientation(picture) >= 5 else (width, height)


def _orientation(picture: Image.Image) -> int:
    if picture.format == "TIFF":
        return 1  # Pillow turns it itself
    try:
        # Not the method of a PNG, which decodes the whole picture to see what comes after it.
        value = Image.Image.getexif(picture).get(ExifTags.Base.Orientation, 1)
    except _DAMAGED:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _rgb(picture: Image.Image, file: Path) -> Image.Image:
    if picture.mode == "I" or picture.mode.startswith("I;16"):
        values = np.asarray(picture)
        if values.min() >= 0 and values.max() <= 0xFFFF:
            return Image.fromarray(((values.astype(np.uint32) + 128) // 257).astype(np.uint8)).convert("RGB")
    if picture.mode in ("I", "F"):
        raise PhotoError.of(file, "its pixels have more than 16 bits; save it with 8 bits")
    if picture.has_transparency_data:
        black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        return Image.alpha_composite(black, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB")
