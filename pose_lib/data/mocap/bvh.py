"""Biovision Hierarchy files: any order of rotation, position channels on any joint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.recording import LIMIT, MocapError, Recording, check_size, turns
from pose_lib.data.mocap.text import read_text

__all__ = ["read_bvh"]

_CHANNELS = tuple(f"{axis}{kind}" for kind in ("position", "rotation") for axis in "XYZ")

_Line = tuple[int, str]
"""A line that is not blank, with its number, counted from 1."""


def read_bvh(path: Path) -> Recording:
    """Read a BVH file.

    Rotation channels apply in the order in which they are listed, each about the axes as turned by the ones
    before (intrinsic). A position channel replaces that coordinate of the joint's OFFSET. Keywords may be in
    capitals or not, names of joints may contain spaces, and blank lines have no meaning.

    Raises:
        MocapError: the file is truncated or malformed; names the file and the line.
    """
    text = read_text(path).split("\n")
    lines = [(i, line) for i, line in enumerate(text, start=1) if line.strip()]
    motion = next((i for i, (_, line) in enumerate(lines) if line.strip().upper() == "MOTION"), None)
    if motion is None:
        raise MocapError.at(path, len(text), "the file ends before the line MOTION")
    joints = _Hierarchy(path, lines[:motion]).read()
    frames, fps = _timing(path, lines[motion : motion + 3])
    check_size(path, len(joints), frames, fps)
    values = _values(path, lines[motion + 2 :], frames, sum(len(joint.channels) for joint in joints))

    names = tuple(joint.name for joint in joints)
    parents = tuple(joint.parent for joint in joints)
    offsets = np.array([joint.offset for joint in joints])
    translations = np.tile(offsets, (frames, 1, 1))
    angles = np.zeros((frames, len(joints), 3))
    orders = []
    column = 0
    for j, joint in enumerate(joints):
        order = ""
        for channel in joint.channels:
            if channel.endswith("position"):
                translations[:, j, "XYZ".index(channel[0])] = values[:, column]
            else:
                angles[:, j, len(order)] = values[:, column]
                order += channel[0]
            column += 1
        orders.append(order)
    orientations = turns(orders, np.deg2rad(angles))
    for j, parent in enumerate(parents):
        if parent >= 0:
            orientations[:, j] = orientations[:, parent] @ orientations[:, j]
    return Recording(path, fps, names, parents, offsets, translations, orientations, unit=None)


@dataclass
class _Joint:
    name: str
    parent: int
    is_end: bool = False
    offset: list[float] | None = None
    channels: list[str] = field(default_factory=list)


class _Hierarchy:
    """Parser of the part before MOTION, word by word."""

    def __init__(self, path: Path, lines: list[_Line]) -> None:
        self.path = path
        self.line = lines[0][0] if lines else 1
        spaced = ((i, line.replace("{", " { ").replace("}", " } ")) for i, line in lines)
        self.words = [(i, word) for i, line in spaced for word in line.split()]
        self.read_words = 0

    def error(self, what: str) -> MocapError:
        return MocapError.at(self.path, self.line, what)

    def word(self, wanted: str) -> str:
        """The next word; ``wanted`` describes it in the error if there is none."""
        if self.read_words == len(self.words):
            raise self.error(f"the hierarchy ends where {wanted} should follow")
        self.line, found = self.words[self.read_words]
        self.read_words += 1
        return found

    def expect(self, *wanted: str) -> str:
        """One of some words, in capitals or not, as it is written in ``wanted``."""
        found = self.word(" or ".join(wanted))
        for keyword in wanted:
            if found.upper() == keyword.upper():
                return keyword
        raise self.error(f"expected {' or '.join(wanted)}, found {found[:60]!r}")

    def number(self) -> float:
        word = self.word("a number")
        value = _number(word)
        if value is None:
            raise self.error(f"expected a number within ±{LIMIT:.0e}, found {word[:60]!r}")
        return value

    def name(self, wanted: str) -> str:
        """All words up to the end of the line, or to an opening brace."""
        words = [self.word(wanted)]
        while self.read_words < len(self.words):
            line, word = self.words[self.read_words]
            if line != self.line or word == "{":
                break
            words.append(self.word(wanted))
        if words[0] in "{}":
            raise self.error(f"expected {wanted}, found {words[0]!r}")
        return " ".join(words)

    def read(self) -> list[_Joint]:
        self.expect("HIERARCHY")
        self.expect("ROOT")
        joints = [_Joint(self.name("the root's name"), parent=-1)]
        names = {joints[0].name}
        self.expect("{")
        open_joints = [0]
        while open_joints:
            here = joints[open_joints[-1]]
            keyword = self.expect("OFFSET", "CHANNELS", "JOINT", "End", "}")
            if keyword == "OFFSET":
                if here.offset is not None:
                    raise self.error(f"a second OFFSET of {here.name[:60]}")
                here.offset = [self.number() for _ in range(3)]
            elif keyword == "CHANNELS":
                self.channels(here)
            elif keyword == "}":
                if here.offset is None:
                    raise self.error(f"{here.name[:60]} has no OFFSET")
                open_joints.pop()
            else:
                joint = self.child(keyword, here, open_joints[-1])
                if joint.name in names:
                    raise self.error(f"a second joint called {joint.name[:60]!r}")
                names.add(joint.name)
                open_joints.append(len(joints))
                joints.append(joint)
                self.expect("{")
        if self.read_words < len(self.words):
            extra = self.word("MOTION")
            raise self.error(f"expected MOTION after the root's closing brace, found {extra[:60]!r}")
        return joints

    def channels(self, joint: _Joint) -> None:
        if joint.channels or joint.is_end:
            raise self.error(f"{joint.name[:60]} may not have these CHANNELS")
        count = self.word("the number of channels")
        if count not in "0123456" or len(count) != 1:
            raise self.error(f"expected 0 to 6 channels, found {count[:60]!r}")
        joint.channels = [self.expect(*_CHANNELS) for _ in range(int(count))]
        if len(set(joint.channels)) != len(joint.channels):
            raise self.error(f"{joint.name[:60]} has a channel twice")

    def child(self, keyword: str, parent: _Joint, place: int) -> _Joint:
        if parent.is_end:
            raise self.error("an End Site has no children")
        if keyword == "JOINT":
            return _Joint(self.name("a joint's name"), place)
        self.expect("Site")
        return _Joint(f"{parent.name}_end", place, is_end=True)


def _number(word: str) -> float | None:
    """The number that a word spells, or None; underscores, infinities and NaN do not count as numbers."""
    try:
        value = float(word)
    except ValueError:
        return None
    return value if abs(value) <= LIMIT and "_" not in word else None


def _timing(path: Path, lines: list[_Line]) -> tuple[int, float]:
    """Number of frames and frames/s, from MOTION and the lines ``Frames: N`` and ``Frame Time: seconds``."""
    found = []
    for i, title in ((1, "Frames:"), (2, "Frame Time:")):
        number, text = lines[i] if i < len(lines) else (lines[-1][0] + 1, "")
        given = re.fullmatch(title.replace(" ", r"\s+").replace(":", r"\s*:(.*)"), text.strip(), re.I)
        value = _number(given[1]) if given else None
        if value is None or value <= 0:
            what = f"expected '{title}' and a positive number up to {LIMIT:.0e}, found {text.strip()[:60]!r}"
            raise MocapError.at(path, number, what)
        found.append(value)
    frames, seconds = found
    if frames != int(frames):
        raise MocapError.at(path, lines[1][0], f"expected a whole number of frames, found {frames}")
    if not 1e-4 <= seconds <= 1:
        raise MocapError.at(path, lines[2][0], f"a frame takes 0.0001 to 1 second, not {seconds}")
    return int(frames), 1 / seconds


def _values(path: Path, lines: list[_Line], frames: int, columns: int) -> npt.NDArray[np.float64]:
    """The numbers of the frames, ``(frames, columns)``, from ``Frame Time:`` and one line per frame."""
    (start, _), *rows = lines
    if len(rows) != frames:
        line = rows[min(len(rows), frames) - 1][0] if rows else start + 1
        raise MocapError.at(path, line, f"'Frames:' says {frames} frames, the file has {len(rows)}")
    if columns == 0:
        raise MocapError.at(path, start, "no joint has channels: there is no motion")
    try:
        values = np.loadtxt([text for _, text in rows], dtype=np.float64, comments=None, ndmin=2)
    except ValueError:
        values = np.empty((0, 0))
    if values.shape == (frames, columns) and bool((np.abs(values) <= LIMIT).all()):
        return values
    for number, text in rows:  # something is wrong somewhere: find the line
        words = text.split()
        if len(words) != columns:
            raise MocapError.at(path, number, f"expected {columns} numbers, found {len(words)}")
        for word in words:
            if _number(word) is None:
                raise MocapError.at(
                    path, number, f"expected a number within ±{LIMIT:.0e}, found {word[:60]!r}"
                )
    raise MocapError.at(path, start, "the frames cannot be read as numbers")
