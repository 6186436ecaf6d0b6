"""Pictures that a user names: found, read within bounds, and cut to the square that a network takes.

Files come from anywhere, so each is refused by its first bytes before a decoder sees it, and by its size
before it is decoded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from pose_lib.data.photos.cutting import cut
from pose_lib.data.photos.errors import sniff
from pose_lib.data.photos.pictures import open_picture, picture_size

__all__ = ["ENDINGS", "Box", "OwnPicture", "PictureError", "find_pictures", "person_square"]

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
"""Of the files of a folder that are taken for pictures."""
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the picture as it is seen."""
_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_LARGEST_FILE = 100_000_000
_MOST_FILES = 10_000
_SMALLEST = 16
"""Pixels of the shorter side of a picture, and of the longer side of a box."""
_SHOWN = 1600
"""Pixels of the longer side at which a picture is kept to be drawn on."""


class PictureError(ValueError):
    """A file or box that cannot be used; names it, and says what is expected."""


@dataclass(frozen=True)
class OwnPicture:
    """A picture turned as its EXIF data say; :attr:`shown` may be smaller than it, positions never are."""

    file: Path
    width: int
    height: int
    shown: Image.Image
    """At most 1,600 pixels wide and high, in RGB, without any of the file's other data."""

    @classmethod
    def read(cls, file: Path) -> OwnPicture:
        """Read a JPEG, PNG or WebP file.

        Raises:
            PictureError: no such file, another kind of file, a damaged one, or one that is too large or too
                small: up to 100 MB and 89 million pixels, and at least 16 pixels wide and high.
        """
        _check_kind(file)
        try:
            width, height = picture_size(file)
            picture = open_picture(file, max(1.0, max(width, height) / _SHOWN))
        except ValueError as error:
            raise PictureError(str(error).partition("; ")[0]) from error
        if min(width, height) < _SMALLEST:
            raise PictureError(
                f"{file}: {width} x {height} pixels are too few; at least {_SMALLEST} each way"
            )
        picture.thumbnail((_SHOWN, _SHOWN), Image.Resampling.BILINEAR)
        return cls(file, width, height, Image.fromarray(np.asarray(picture)))

    def crop(self, square: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.uint8]:
        """The square box ``(4,)`` as uint8 ``(size, size, 3)``; black outside the picture."""
        shrink = max(1.0, float(square[2] - square[0]) / size)
        # A small person in a large picture: the copy to be drawn on has too few pixels of it.
        sharp = self.shown if self.shown.width * shrink >= self.width else open_picture(self.file, shrink)
        sharp.info.setdefault("full_size", (self.width, self.height))
        return cut(sharp, square, size)


def find_pictures(places: Sequence[Path]) -> list[Path]:
    """The files that are named, and those of named folders that end like pictures, in order, each once.

    Raises:
        PictureError: a place does not exist, a folder has no picture, or there are more than 10,000.
    """
    found: dict[Path, None] = {}
    for place in places:
        if place.is_dir():
            inside = sorted(p for p in place.iterdir() if p.suffix.lower() in ENDINGS and p.is_file())
            if not inside:
                raise PictureError(f"{place} has no file that ends in {', '.join(ENDINGS)}")
            found |= dict.fromkeys(inside)
        elif place.is_file():
            found[place] = None
        else:
            raise PictureError(f"{place}: no such picture or folder")
    if len(found) > _MOST_FILES:
        raise PictureError(f"{len(found)} pictures at once are too many; name folders of up to {_MOST_FILES}")
    return list(found)


def person_square(picture: OwnPicture, box: Box | None, margin: float) -> npt.NDArray[np.float32]:
    """The square ``(4,)`` that is cut out: around a person's box with a margin, or around the whole picture.

    Args:
        picture: whose pixels the box is in.
        box: close around the person; None for the whole picture, to which no margin is added.
        margin: free space on each side, as a fraction of the box's longer side.

    Raises:
        PictureError: a box without extent, outside the picture, or of fewer than 16 pixels.
    """
    x0, y0, x1, y1 = box or (0.0, 0.0, float(picture.width), float(picture.height))
    if not all(map(math.isfinite, (x0, y0, x1, y1))) or x0 >= x1 or y0 >= y1:
        raise PictureError(f"box {(x0, y0, x1, y1)}: expected X0 Y0 X1 Y1 in pixels with X0 < X1 and Y0 < Y1")
    longer = max(x1 - x0, y1 - y0)
    if longer < _SMALLEST or longer > 4 * max(picture.width, picture.height):
        raise PictureError(
            f"box {(x0, y0, x1, y1)}: its longer side must be from {_SMALLEST} pixels to 4 pictures"
        )
    if x1 <= 0 or y1 <= 0 or x0 >= picture.width or y0 >= picture.height:
        raise PictureError(
            f"box {(x0, y0, x1, y1)} lies outside {picture.file.name}, which has {picture.width} x "
            f"{picture.height} pixels once it is turned as its EXIF data say"
        )
    half = longer * (0.5 + (margin if box else 0.0))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return np.array([x - half, y - half, x + half, y + half], dtype=np.float32)


def _check_kind(file: Path) -> None:
    """Refuse by its first bytes what is no JPEG, PNG or WebP: Pillow runs other programs for some formats."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(12)
    except OSError as error:
        raise PictureError(f"{file}: cannot be opened ({error.strerror})") from error
    if not head.startswith(_HEADS) and not (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        what = sniff(file)
        raise PictureError(f"{file} is {what or 'no picture'}; expected a JPEG, PNG or WebP file")
    if size > _LARGEST_FILE:
        raise PictureError(
            f"{file}: {size / 1e6:.0f} MB are too much; up to {_LARGEST_FILE / 1e6:.0f} MB are read"
        )
