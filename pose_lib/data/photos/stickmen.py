"""The stickmen: Buffy with its detection windows, ETHZ PASCAL, Synchronic Activities, We Are Family."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.data.photos.cards import SETS
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.people import People, split_by_order, table
from pose_lib.data.photos.reading import (
    MATLAB,
    find_folder,
    image_sizes,
    picture_name,
    pixels,
    read_struct,
)
from pose_lib.data.photos.sticks import (
    Stickmen,
    arm_sticks,
    read_sticks,
    reference_windows,
    sticks_to_joints,
    torso_stick,
)
from pose_lib.data.references import TORSO_STICK, stick_columns
from pose_lib.geometry.boxes import iou

__all__ = ["DETECTED", "OVERLAP", "read_buffy", "read_detections", "read_stickmen"]

DETECTED, OVERLAP = "detected", "overlap"
"""Additional columns of Buffy's table: whether a test person is detected, and the best IoU of a window."""
DETECTIONS = "techrep2010_buffy_results.mat"
WIDER, LOWER = 1.7, 2.1
"""Width and height of a test window relative to the detection window, with the same centre in x and top."""

_FRAME = re.compile(r"\d{1,6}", re.ASCII)
_EPISODES = {2: "test", 3: "train", 4: "train", 5: "test", 6: "test"}


def read_buffy(data_root: str | Path | None) -> People:
    """Buffy Stickmen (748 frames of five episodes, one person each).

    In the table, ``subject`` is the episode, the columns of :mod:`pose_lib.data.references` have the sticks
    of the arms as they are annotated and the length of the torso's, and test people have :data:`DETECTED` and
    :data:`OVERLAP`. A person counts as detected if a window covers more than a third of the window that the
    annotation implies: overlap > (area - overlap) / 2. That gives the 267 of 276 people of Li et al. 2014;
    the data set's own rule, an IoU above one half, gives 263.

    Raises:
        FileNotFoundError: no such folder.
        PhotoError: a file in it is missing, damaged, or does not fit the others.
    """
    folder = find_folder("buffy", data_root)
    shown: list[tuple[int, Stickmen]] = []
    for episode in _EPISODES:
        shown += [(episode, one) for one in read_sticks(folder / f"data/buffy_s5e{episode}_sticks.txt")]
    for episode, one in shown:
        if not _FRAME.fullmatch(one.picture) or len(one.sticks) != 1:
            place = folder / f"data/buffy_s5e{episode}_sticks.txt"
            raise PhotoError.of(place, f"expected one person in a numbered frame, got {one.picture[:80]}")
    _count("buffy", folder, len(shown))
    episodes = np.array([episode for episode, _ in shown])
    frames = [int(one.picture) for _, one in shown]
    files = tuple(
        folder / f"images/buffy_s5e{episode}_original/{frame:06d}.jpg"
        for episode, frame in zip(episodes, frames, strict=True)
    )
    sticks = np.concatenate([one.sticks for _, one in shown])
    reference = reference_windows(sticks)
    found, overlap, windows = _match(folder, list(zip(episodes.tolist(), frames, strict=True)), reference)
    testing = np.array([_EPISODES[episode] for episode in episodes.tolist()]) == "test"
    missing = f"No {DETECTIONS}: no test person counts as detected."
    return _people(
        "buffy",
        files,
        sticks,
        np.where(testing, "test", "train"),
        subjects=[f"s5e{episode}" for episode in episodes],
        sequences=episodes.tolist(),
        windows=np.where(testing[:, None], _wider(windows), _holding(_wider(windows), sticks - MATLAB)),
        notes=() if found.any() else (missing,),
        **{DETECTED: found & testing, OVERLAP: np.where(testing, overlap, np.nan)},
    )


def read_stickmen(name: str, data_root: str | Path | None) -> People:
    """ETHZ PASCAL (``ethz``), Synchronic Activities (``synchronic``) or We Are Family (``family``) Stickmen.

    In the table, ``subject`` is the picture, or the video that it is a frame of; ``person`` counts the people
    in a picture.

    Raises:
        FileNotFoundError: no such folder.
        PhotoError: a file in it is missing, damaged, or does not fit the others.
    """
    facts, folder = SETS[name], find_folder(name, data_root)
    marker = next(folder / m for m in facts.marker if (folder / m).is_file())
    shown = read_sticks(marker)
    _count(name, marker, len(shown))
    people = [(i, one.picture, p) for i, one in enumerate(shown) for p in range(len(one.sticks))]
    if not people:
        raise PhotoError.of(marker, "no person in it")
    pictures = np.array([i for i, _, _ in people])
    files = tuple(folder / "images" / picture_name(marker, picture) for _, picture, _ in people)
    stems = [file.stem for file in files]
    return _people(
        name,
        files,
        np.concatenate([one.sticks for one in shown]),
        split_by_order(len(shown), facts.training)[pictures],
        subjects=[_video(stem) for stem in stems] if name == "synchronic" else stems,
        person=[p for _, _, p in people],
    )


def read_detections(file: Path) -> dict[tuple[int, int], npt.NDArray[np.float64]]:
    """Detection windows ``(D, 4)`` x0 y0 x1 y1 of each (episode, frame) of Buffy's test episodes.

    Raises:
        PhotoError: the file has no struct array with such windows.
    """
    found: dict[tuple[int, int], npt.NDArray[np.float64]] = {}
    rows = read_struct(file, file.stem.removesuffix("_results"), ("stickmen", "episode", "frame"))
    for i, row in enumerate(rows):
        place = f"{file}, entry {i + 1}"
        people = row["stickmen"].reshape(-1)
        # An empty list of people is stored as an empty matrix without fields.
        if people.size and "det" not in (people.dtype.names or ()):
            raise PhotoError.of(place, f"stickmen is an array of {people.dtype}, expected a struct with det")
        given = [_plain(place, person["det"], 4) for person in people]
        windows = pixels(place, np.array(given, dtype=np.float64).reshape(-1, 4)).astype(np.float64)
        if not (windows[:, 2:] > windows[:, :2]).all():
            raise PhotoError.of(place, "a window, x0 y0 x1 y1, has no size")
        key = int(_plain(place, row["episode"], 1)[0]), int(_plain(place, row["frame"], 1)[0])
        found[key] = windows
    return found


def _people(
    name: str,
    files: tuple[Path, ...],
    sticks: npt.NDArray[np.float64],
    split: npt.NDArray[np.str_],
    *,
    subjects: Sequence[str],
    sequences: Sequence[int] | int = 1,
    windows: npt.NDArray[np.float64] | None = None,
    notes: tuple[str, ...] = (),
    **columns: npt.ArrayLike,
) -> People:
    joints, arms = pixels(name, sticks_to_joints(sticks)), pixels(name, arm_sticks(sticks))
    known = {TORSO_STICK: torso_stick(sticks), **stick_columns(arms)}
    none = np.full((len(files), 4), np.nan)
    return People(
        name=name,
        files=files,
        sizes=image_sizes(files),
        joints=joints,
        visible=np.asarray(~np.isnan(joints).any(-1)),
        windows=(none if windows is None else windows).astype(np.float32),
        table=table(subjects, split, sequences, **columns, **known),
        skeleton=SETS[name].skeleton,
        notes=notes,
    ).checked()


def _match(
    folder: Path, keys: list[tuple[int, int]], reference: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """For each frame: whether its person is detected, the best IoU, and the window to use."""
    windows = reference.copy() - MATLAB
    found, best = np.zeros(len(keys), dtype=bool), np.zeros(len(keys))
    if not (folder / DETECTIONS).is_file():
        return found, best, windows
    detections = read_detections(folder / DETECTIONS)
    for i, key in enumerate(keys):
        given = detections.get(key, np.empty((0, 4)))
        if not len(given):
            continue
        wanted = torch.from_numpy(windows[i])
        each = iou(torch.from_numpy(given), wanted[None]).numpy()
        at = int(each.argmax())
        low, high = np.maximum(given[at, :2], windows[i, :2]), np.minimum(given[at, 2:], windows[i, 2:])
        common = float(np.clip(high - low, 0, None).prod())
        area = float((windows[i, 2:] - windows[i, :2]).prod())
        best[i], found[i] = each[at], common > 0.5 * (area - common)
        if found[i]:
            windows[i] = given[at]
    return found, best, windows


def _wider(windows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The test windows of Li et al. 2014: "scaled by 1.7 and 4.2", as their code implements it."""
    x0, y0, x1, y1 = windows.T
    middle, half = (x0 + x1) / 2, (x1 - x0) / 2 * WIDER
    return np.stack([middle - half, y0, middle + half, y0 + (y1 - y0) * LOWER], axis=1)


def _holding(windows: npt.NDArray[np.float64], sticks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Windows enlarged to contain the arms and head of sticks ``(N, 6, 2, 2)``, for training people."""
    ends = sticks[:, 1:].reshape(len(sticks), -1, 2)  # without the torso
    low, high = np.minimum(windows[:, :2], ends.min(1)), np.maximum(windows[:, 2:], ends.max(1))
    return np.concatenate([low, high], axis=1)


def _count(name: str, place: Path, found: int) -> None:
    expected = SETS[name].pictures
    if found != expected:
        raise PhotoError.of(place, f"{found} annotated pictures, expected {expected}")


def _plain(place: str, value: Any, length: int) -> npt.NDArray[np.float64]:
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "fiu" or numbers.size != length:
        raise PhotoError.of(place, f"expected {length} numbers, got {numbers.dtype}{numbers.shape}")
    if not np.isfinite(numbers).all():
        raise PhotoError.of(place, "a number in it is not finite")
    return numbers.reshape(-1).astype(np.float64)


def _video(stem: str) -> str:
    """``Dirty_Dancing_00000051`` is a frame of ``Dirty_Dancing``."""
    return stem.rstrip("0123456789").rstrip("_-") or stem
