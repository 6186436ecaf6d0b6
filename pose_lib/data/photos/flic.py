"""Frames Labeled In Cinema: people in frames of thirty films, eleven points each; and the full set."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_lib.data.mapping import backwards
from pose_lib.data.photos.cards import SETS
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.people import People, table
from pose_lib.data.photos.reading import (
    find_folder,
    image_sizes,
    picture_name,
    pixels,
    read_matrix,
    read_struct,
)
from pose_lib.geometry.skeletons import FLIC11

__all__ = ["COLUMNS", "read_flic"]

COLUMNS = (0, 1, 2, 3, 4, 5, 6, 9, 12, 13, 16)
"""The columns of ``coords`` (of 29) with the joints of FLIC11; the others are never labelled."""
WIDER, HIGHER = 3.5, 2.75
"""Width and height of a window relative to the torso box, with the same centre."""
INDICES = "tr_plus_indices.mat"

_FIELDS = ("moviename", "coords", "filepath", "imgdims", "currframe", "torsobox", "istrain", "istest")


def read_flic(name: str, data_root: str | Path | None) -> People:
    """FLIC (``flic``, 5,003 people) or the full set (``flic-full``, 20,928 people).

    ``subject`` is the film. Extra columns: ``backwards`` (the left arm is left of the right arm in the
    picture), and for ``flic-full`` ``bad`` and ``unchecked``. A point of NaN is missing.

    Raises:
        FileNotFoundError: no such folder.
        PhotoError: a file in it is missing, damaged, or does not fit the others.
    """
    folder = find_folder(name, data_root)
    file, facts = folder / "examples.mat", SETS[name]
    full = name == "flic-full"
    examples = read_struct(file, "examples", (*_FIELDS, "isbad", "isunchecked") if full else _FIELDS)
    if len(examples) != facts.people:
        raise PhotoError.of(file, f"{len(examples)} examples, expected {facts.people}")
    coords = _numbers(file, examples, "coords", (2, 29))
    joints = pixels(file, coords[:, :, list(COLUMNS)].transpose(0, 2, 1))
    names = [picture_name(*named) for named in _texts(file, examples, "filepath")]
    files = tuple(folder / "images" / name for name in names)
    stated = _numbers(file, examples, "imgdims", (3,))[:, 1::-1]
    torso = pixels(file, _numbers(file, examples, "torsobox", (4,)))
    empty = ~(torso[:, 2:] > torso[:, :2]).all(1)
    if empty.any():
        raise PhotoError.of(_place(file, int(empty.argmax())), "its torsobox has no size")
    split = _split(folder, file, examples, full)
    films = [film for _, film in _texts(file, examples, "moviename")]
    sizes = image_sizes(files)
    if (sizes != stated).any():
        at = int(np.argmax((sizes != stated).any(1)))
        found, wanted = (" x ".join(f"{n:g}" for n in size[at]) for size in (sizes, stated))
        raise PhotoError.of(
            files[at], f"is {found} pixels, and example {at + 1} of {file.name} says {wanted}"
        )
    columns = {"backwards": backwards(joints, FLIC11)}
    if full:
        columns |= {"bad": _flag(file, examples, "isbad"), "unchecked": _flag(file, examples, "isunchecked")}
    inside = (joints >= 0) & (joints <= sizes[:, None])
    return People(
        name=name,
        files=files,
        sizes=sizes,
        joints=joints,
        visible=np.asarray(inside.all(-1)),
        windows=_wider(torso).astype(np.float32),
        table=table(films, split).assign(**columns),
        skeleton=facts.skeleton,
    ).checked()


def _split(folder: Path, file: Path, examples: npt.NDArray[Any], full: bool) -> npt.NDArray[np.str_]:
    train, test = _flag(file, examples, "istrain"), _flag(file, examples, "istest")
    if (train & test).any():
        raise PhotoError.of(_place(file, int(np.argmax(train & test))), "is marked to train and to test")
    if not full and not (train | test).all():
        raise PhotoError.of(
            _place(file, int(np.argmin(train | test))), "is marked neither to train nor to test"
        )
    if full and (folder / INDICES).is_file():
        listed = read_matrix(folder / INDICES, "tr_plus_indices", (-1, -1)).reshape(-1)
        if not np.isin(listed, np.arange(1, len(examples) + 1)).all():
            raise PhotoError.of(folder / INDICES, f"expected whole numbers from 1 to {len(examples)}")
        train = np.zeros(len(examples), dtype=bool)
        train[listed.astype(int) - 1] = True
    elif full:
        train = ~_flag(file, examples, "isbad") & ~_flag(file, examples, "isunchecked")
    return np.where(test, "test", np.where(train, "train", "unused"))


def _wider(torso: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The test windows of Li et al. 2014: "scaled by 3.5 and 4.5", as their code implements it."""
    middle, half = (torso[:, :2] + torso[:, 2:]) / 2, (torso[:, 2:] - torso[:, :2]) / 2 * (WIDER, HIGHER)
    return np.concatenate([middle - half, middle + half], axis=1)


def _place(file: Path, index: int) -> str:
    return f"{file}, example {index + 1}"


def _numbers(
    file: Path, examples: npt.NDArray[Any], field: str, shape: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """A field of all examples ``(N, *shape)``; only ``coords`` may have NaN."""
    out = np.empty((len(examples), *shape))
    for i, row in enumerate(examples):
        value = np.asarray(row[field])
        fits = value.size == math.prod(shape) if len(shape) == 1 else value.shape == shape
        if value.dtype.kind not in "fiu" or not fits:
            wanted = " x ".join(map(str, shape))
            what = f"{field} is {value.dtype}{value.shape}, expected numbers, {wanted}"
            raise PhotoError.of(_place(file, i), what)
        if field != "coords" and not np.isfinite(value).all():
            raise PhotoError.of(_place(file, i), f"{field} has a number that is not finite")
        out[i] = value.reshape(shape)
    return out


def _texts(file: Path, examples: npt.NDArray[Any], field: str) -> list[tuple[str, str]]:
    """Each example's place, for messages, and a field of it."""
    out = []
    for i, row in enumerate(examples):
        value, place = np.asarray(row[field]), _place(file, i)
        if value.dtype.kind != "U" or value.size != 1:
            raise PhotoError.of(place, f"{field} is {value.dtype}{value.shape}, expected a text")
        text = str(value.reshape(-1)[0])
        if not text.isprintable() or not 0 < len(text) <= 255:
            raise PhotoError.of(place, f"{field} is {text[:80]!r}, expected a name of up to 255 letters")
        out.append((place, text))
    return out


def _flag(file: Path, examples: npt.NDArray[Any], field: str) -> npt.NDArray[np.bool_]:
    if field not in (examples.dtype.names or ()):
        return np.zeros(len(examples), dtype=bool)
    values = [np.asarray(row[field]) for row in examples]
    for i, value in enumerate(values):
        if value.dtype.kind not in "biuf" or value.size > 1 or not np.isin(value, (0, 1)).all():
            raise PhotoError.of(_place(file, i), f"{field} is not true or false")
    # A flag that was never set is an empty matrix.
    return np.array([bool(value.any()) for value in values])
