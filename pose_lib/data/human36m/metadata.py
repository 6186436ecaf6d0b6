"""``metadata.xml`` of the official download: the cameras as every subject has them, and the files' names."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_CAMERAS, RECORDED_SUBJECTS
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.rotations import euler

__all__ = ["Metadata", "camera_from", "read_metadata"]

Array = npt.NDArray[np.float64]

_FILE_SUBJECTS = tuple(f"S{number}" for number in range(1, 12))
_INTRINSICS = 6 * len(_FILE_SUBJECTS) * len(RECORDED_CAMERAS)
_NUMBERS = _INTRINSICS + 9 * len(RECORDED_CAMERAS)
_ROWS = 2 * (len(RECORDED_ACTIONS) + 1)


@dataclass(frozen=True)
class Metadata:
    """What the file says of the subjects whose poses are public."""

    takes: Mapping[tuple[str, str], tuple[str, int]]
    """Subject and name of a recording to its action and take."""
    cameras: Mapping[tuple[str, str], Camera]
    """Subject and name of a camera to the camera: each subject has a calibration of its own. The height of
    the image depends on the subject too."""


def read_metadata(file: Path) -> Metadata:
    """Read the file.

    Raises:
        Human36mError: it is missing, damaged, or of another structure.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Human36mError.of(
            file, f"cannot be read ({error}); take it from the official download"
        ) from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Human36mError.of(
            file, "declares a document type, which metadata.xml does not; it is another file"
        )
    try:
        root = ElementTree.fromstring(text)
        rows = [[(cell.text or "").strip() for cell in row] for row in root.iterfind("mapping/tr")]
        numbers = _numbers(root.findtext("w0") or "")
        takes = _takes(rows)
        sizes = {s: _numbers(rows[-1][2 + i]).reshape(4, 2) for i, s in enumerate(_FILE_SUBJECTS)}
        if numbers.shape != (_NUMBERS,):
            raise ValueError(f"w0 has {len(numbers)} numbers, expected {_NUMBERS}")
        cameras = {
            (subject, name): _camera(numbers, subject, index, sizes[subject])
            for subject in RECORDED_SUBJECTS
            for index, name in enumerate(RECORDED_CAMERAS)
        }
    except (ElementTree.ParseError, ValueError, IndexError) as error:
        raise Human36mError.of(file, f"is damaged or another file ({error})") from error
    return Metadata(takes, cameras)


def camera_from(name: str, orientation: Array, centre: Array, lens: Array, width: int, height: int) -> Camera:
    """A camera from numbers as data sets list them.

    Args:
        name: of the camera.
        orientation: ``(3, 3)`` from the world to the camera.
        centre: ``(3,)`` where it stands in the world, mm.
        lens: ``(9,)``: f (2), c (2), k (3), p (2), as ``metadata.xml`` orders them.
        width: of its image in pixels.
        height: of its image in pixels.

    Raises:
        ValueError: the numbers are no camera's.
    """

    def tensor(values: Array) -> torch.Tensor:
        return torch.from_numpy(np.array(values, dtype=np.float64))

    f, c, k, p = map(tensor, (lens[:2], lens[2:4], lens[4:7], lens[7:9]))
    return Camera(name, tensor(orientation), tensor(centre), f, c, k, p, width, height)


def _camera(numbers: Array, subject: str, index: int, sizes: Array) -> Camera:
    start = 6 * (index * len(_FILE_SUBJECTS) + _FILE_SUBJECTS.index(subject))
    angles, centre = numbers[start : start + 3], numbers[start + 3 : start + 6]
    orientation = euler("XYZ", torch.from_numpy(np.array(angles))).numpy()
    lens = numbers[_INTRINSICS + 9 * index :][:9]
    height, width = sizes[index]
    return camera_from(RECORDED_CAMERAS[index], orientation, centre, lens, int(width), int(height))


def _takes(rows: list[list[str]]) -> dict[tuple[str, str], tuple[str, int]]:
    # A row of titles, 32 of names, one with the subjects' first names, one with the sizes of the images.
    if len(rows) != _ROWS + 3 or {len(row) for row in rows} != {2 + len(_FILE_SUBJECTS)}:
        raise ValueError(f"its table `mapping` has {len(rows)} rows, expected {_ROWS + 3} of 13 cells")
    found = {}
    for number, take, *names in rows[3 : _ROWS + 1]:
        for subject, name in zip(_FILE_SUBJECTS, names, strict=True):
            if subject in RECORDED_SUBJECTS:
                found[subject, name] = (RECORDED_ACTIONS[int(number) - 2], int(take))
    return found


def _numbers(text: str) -> Array:
    """Numbers as MATLAB prints a matrix: ``[1 2;3 4]``; in one row."""
    return np.array(text.strip("[] \n").replace(";", " ").split(), dtype=np.float64)
