"""Stickmen: text files of six sticks per person, and the joints where sticks meet."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.photos.errors import PhotoError, sniff
from pose_lib.data.photos.reading import FAR
from pose_lib.data.references import STICKS
from pose_lib.geometry.skeletons import STICKMEN8

__all__ = [
    "PARTS",
    "Stickmen",
    "arm_sticks",
    "read_sticks",
    "reference_windows",
    "sticks_to_joints",
    "torso_stick",
]

PARTS = ("torso", "left upper arm", "right upper arm", "left lower arm", "right lower arm", "head")
"""Order of the sticks; left and right as they appear in the picture."""
_TORSO, _HEAD = 0, 5
_ARMS = {"right": (1, 3), "left": (2, 4)}
"""(upper, lower) stick of an arm: the picture's left is the right of a person who faces the camera."""
_COUNT = re.compile(r"\d{1,4}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(nan|(\d+\.?\d*|\.\d+)(e[-+]?\d+)?)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Stickmen:
    """The people of one picture."""

    picture: str
    """A file name, or a frame number."""
    sticks: npt.NDArray[np.float64]
    """``(P, 6, 2, 2)``: person, stick, end, x and y as in the file; NaN for a missing stick."""


def read_sticks(file: Path) -> list[Stickmen]:
    """A text file of the stickmen family.

    A header is ``picture [people [sticks]]``, one person of six sticks by default; after it comes a line
    ``x1 y1 x2 y2`` for each stick of each person. A stick with a NaN, or of zeros only, is missing. The text
    is ASCII or UTF-8; blank lines, and what follows a Ctrl-Z as DOS ends a text, are left out.

    Raises:
        PhotoError: no such file, or a line that does not fit; names the line.
    """
    if not file.is_file():
        raise PhotoError.of(file, "no such file")
    try:
        lines = file.read_text(encoding="utf-8-sig").partition("\x1a")[0].split("\n")
    except (UnicodeDecodeError, OSError) as error:
        what = sniff(file) or "not a text in UTF-8"
        raise PhotoError.of(file, f"is {what}, expected a text file of sticks ({error})") from error
    rows = [(number, line.split()) for number, line in enumerate(lines, 1) if line.strip()]
    found: list[Stickmen] = []
    at = 0
    while at < len(rows):
        number, words = rows[at]
        counts = [*words[1:], *("1", "6")[len(words) - 1 :]]
        if len(counts) != 2 or not all(map(_COUNT.fullmatch, counts)) or int(counts[1]) != len(PARTS):
            raise PhotoError.of(f"{file}, line {number}", "expected a header: picture [people [6]]")
        people, parts = map(int, counts)
        block = rows[at + 1 : at + 1 + people * parts]
        values = [_numbers(file, *row) for row in block]
        if len(values) < people * parts:
            raise PhotoError.of(
                f"{file}, line {number}", f"{people * parts} sticks announced, {len(values)} left"
            )
        sticks = np.array(values, dtype=np.float64).reshape(people, parts, 2, 2)
        gone = np.isnan(sticks).any((2, 3)) | (sticks == 0).all((2, 3))
        sticks[gone] = np.nan
        found.append(Stickmen(words[0], sticks))
        at += 1 + people * parts
    if not found:
        raise PhotoError.of(file, "no stickmen in it")
    return found


def sticks_to_joints(sticks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Joints ``(N, 8, 2)`` of :data:`~pose_lib.geometry.skeletons.STICKMEN8` from sticks ``(N, 6, 2, 2)``.

    The ends of a stick have no order, so joints are where neighbours meet: the neck in the middle of the
    nearest ends of torso and head, the elbow in the middle of those of upper and lower arm. The ends of an
    arm's two sticks are ordered so that the gap at the elbow and the distance from neck to shoulder have the
    smallest sum: in a folded arm the wrist may be nearer to the shoulder than the two ends at the elbow are
    to each other. The head is the middle of its stick (Li et al. 2014). A joint of a missing stick is NaN.
    """
    joints = np.full((len(sticks), len(STICKMEN8), 2), np.nan)
    index = STICKMEN8.index
    head, torso = sticks[:, _HEAD], sticks[:, _TORSO]
    joints[:, index("head")] = head.mean(1)
    neck = _meeting(torso, head)
    joints[:, index("neck")] = neck
    # Without a neck, the middle of the head, or else of the torso, takes its place.
    towards = np.where(np.isnan(neck), np.where(np.isnan(head), torso, head).mean(1), neck)
    for side, (upper, lower) in _ARMS.items():
        shoulder, elbow, wrist = _arm(sticks[:, upper], sticks[:, lower], towards)
        joints[:, index(f"{side}_shoulder")] = shoulder
        joints[:, index(f"{side}_elbow")] = elbow
        joints[:, index(f"{side}_wrist")] = wrist
    return joints


def arm_sticks(sticks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sticks of the arms ``(N, 4, 2, 2)`` of :data:`~pose_lib.data.references.STICKS`, as annotated.

    They are what the evaluation of Buffy compares with; :func:`sticks_to_joints` moves the ends at an elbow
    to their middle.
    """
    order = {
        f"{side} {part} arm": at
        for side, arm in _ARMS.items()
        for part, at in zip(("upper", "lower"), arm, strict=True)
    }
    return sticks[:, [order[stick] for stick in STICKS]]


def torso_stick(sticks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Lengths ``(N,)`` of the torso's sticks; NaN where it is missing."""
    lengths: npt.NDArray[np.float64] = np.linalg.norm(sticks[:, _TORSO, 0] - sticks[:, _TORSO, 1], axis=-1)
    return lengths


def reference_windows(sticks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The windows ``(N, 4)`` implied by sticks ``(N, 6, 2, 2)``, with which detections are compared.

    A window reaches from the top of the head to the middle of the torso. Its width is 1 / 0.9 of its height,
    and its centre in x lies between those of head and torso (Ferrari et al. 2008).
    """
    torso, head = sticks[:, _TORSO].mean(1), sticks[:, _HEAD].mean(1)
    heights = np.concatenate([sticks[:, _HEAD, :, 1], torso[:, 1:]], axis=1)
    top, bottom = heights.min(1), heights.max(1)
    middle, half = (torso[:, 0] + head[:, 0]) / 2, (bottom - top) / 0.9 / 2
    return np.stack([middle - half, top, middle + half, bottom], axis=1)


def _numbers(file: Path, number: int, words: list[str]) -> list[float]:
    values = [float(word) if _NUMBER.fullmatch(word) else math.inf for word in words]
    if len(values) != 4 or any(abs(value) > FAR for value in values):
        given = " ".join(words)
        shown = given if len(given) <= 80 else f"{given[:80]}..."
        raise PhotoError.of(f"{file}, line {number}", f"expected a stick, x1 y1 x2 y2, got {shown!r}")
    return values


def _meeting(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The middle of the nearest two ends of sticks ``(N, 2, 2)``."""
    gaps = np.linalg.norm(a[:, :, None] - b[:, None], axis=-1).reshape(-1, 4)
    nearest = np.where(np.isnan(gaps).any(1), 0, np.argmin(np.nan_to_num(gaps), axis=1))
    rows = np.arange(len(a))
    out: npt.NDArray[np.float64] = (a[rows, nearest // 2] + b[rows, nearest % 2]) / 2
    return out


def _arm(
    upper: npt.NDArray[np.float64], lower: npt.NDArray[np.float64], neck: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Shoulder, elbow and wrist, each ``(N, 2)``, by the best of the four orders of two sticks' ends."""
    ways = [(u, v) for u in (0, 1) for v in (0, 1)]
    to_neck = np.nan_to_num(np.linalg.norm(upper - neck[:, None], axis=-1))
    gap = np.nan_to_num(np.linalg.norm(upper[:, :, None] - lower[:, None], axis=-1))
    cost = np.stack([to_neck[:, u] + gap[:, 1 - u, v] for u, v in ways], axis=1)
    best = np.array(ways)[cost.argmin(1)]
    rows = np.arange(len(upper))
    shoulder, far = upper[rows, best[:, 0]], upper[rows, 1 - best[:, 0]]
    near, wrist = lower[rows, best[:, 1]], lower[rows, 1 - best[:, 1]]
    # An upper arm alone still has an elbow; of a lower arm alone it is unknown which end is which.
    elbow = np.where(np.isnan(near), far, (far + near) / 2)
    lone = np.isnan(upper).reshape(-1, 4).any(1, keepdims=True)
    return shoulder, np.where(lone, np.nan, elbow), np.where(lone, np.nan, wrist)
