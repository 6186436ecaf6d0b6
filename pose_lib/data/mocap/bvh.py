"""Biovision Hierarchy files: any order of rotation, position channels on any joint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.recording import LIMIT, MocapError, Recording, turns

__all__ = ["read_bvh"]

_CHANNELS = tuple(f"{axis}{kind}" for kind in ("position", "rotation") for axis in "XYZ")


def read_bvh(path: Path) -> Recording:
    """Read a BVH file.

    Rotation channels apply in the order in which they are listed, each about the axes as turned by the ones
    before (intrinsic). A position channel replaces that coordinate of the joint's OFFSET.

    Raises:
        MocapError: the file is truncated or malformed; names the file and the line.
    """
    lines = path.read_bytes().decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    motion = next((i for i, line in enumerate(lines) if line.strip() == "MOTION"), None)
    if motion is None:
        raise MocapError.at(path, len(lines), "the file ends before the line MOTION")
    joints = _Hierarchy(path, lines[:motion]).read()
    frames, fps = _timing(path, lines, motion + 1)
    columns = sum(len(joint.channels) for joint in joints)
    values = _values(path, lines, motion + 3, frames, columns)

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
    offset: list[float] | None = None
    channels: list[str] = field(default_factory=list)


class _Hierarchy:
    """Parser of the part before MOTION, word by word."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self.path = path
        self.line = 1
        self.words = self._split(lines)

    def _split(self, lines: list[str]) -> Iterator[str]:
        for self.line, text in enumerate(lines, start=1):
            yield from text.split()

    def error(self, what: str) -> MocapError:
        return MocapError.at(self.path, self.line, what)

    def word(self, wanted: str) -> str:
        """The next word; ``wanted`` describes it in the error if there is none."""
        found = next(self.words, None)
        if found is None:
            raise self.error(f"the hierarchy ends where {wanted} should follow")
        return found

    def expect(self, *wanted: str) -> str:
        found = self.word(" or ".join(wanted))
        if found not in wanted:
            raise self.error(f"expected {' or '.join(wanted)}, found {found!r}")
        return found

    def number(self) -> float:
        word = self.word("a number")
        value = _number(word)
        if value is None:
            raise self.error(f"expected a number, found {word!r}")
        return value

    def read(self) -> list[_Joint]:
        self.expect("HIERARCHY")
        self.expect("ROOT")
        joints = [_Joint(self.word("the root's name"), parent=-1)]
        self.expect("{")
        open_joints = [0]
        while open_joints:
            here = open_joints[-1]
            keyword = self.expect("OFFSET", "CHANNELS", "JOINT", "End", "}")
            if keyword == "OFFSET":
                if joints[here].offset is not None:
                    raise self.error(f"a second OFFSET of {joints[here].name}")
                joints[here].offset = [self.number() for _ in range(3)]
            elif keyword == "CHANNELS":
                self.channels(joints[here])
            elif keyword == "}":
                if joints[here].offset is None:
                    raise self.error(f"{joints[here].name} has no OFFSET")
                open_joints.pop()
            else:
                open_joints.append(self.child(keyword, joints, here))
        if (extra := next(self.words, None)) is not None:
            raise self.error(f"expected MOTION after the root's closing brace, found {extra!r}")
        return joints

    def channels(self, joint: _Joint) -> None:
        if joint.channels or joint.name.endswith("_end"):
            raise self.error(f"{joint.name} may not have these CHANNELS")
        count = self.word("the number of channels")
        if count not in "0123456" or len(count) != 1:
            raise self.error(f"expected 0 to 6 channels, found {count!r}")
        joint.channels = [self.expect(*_CHANNELS) for _ in range(int(count))]
        if len(set(joint.channels)) != len(joint.channels):
            raise self.error(f"{joint.name} has a channel twice")

    def child(self, keyword: str, joints: list[_Joint], parent: int) -> int:
        name = self.word("a joint's name") if keyword == "JOINT" else f"{joints[parent].name}_end"
        if keyword == "End":
            self.expect("Site")
        if joints[parent].name.endswith("_end"):
            raise self.error("an End Site has no children")
        if any(joint.name == name for joint in joints):
            raise self.error(f"a second joint called {name!r}")
        self.expect("{")
        joints.append(_Joint(name, parent))
        return len(joints) - 1


def _number(word: str) -> float | None:
    """The number that a word spells, or None; underscores, infinities and NaN do not count as numbers."""
    try:
        value = float(word)
    except ValueError:
        return None
    return value if abs(value) <= LIMIT and "_" not in word else None


def _timing(path: Path, lines: list[str], at: int) -> tuple[int, float]:
    """Number of frames and frames/s, from the lines ``Frames: N`` and ``Frame Time: seconds``."""
    found = []
    for i, title in ((at, "Frames:"), (at + 1, "Frame Time:")):
        text = lines[i].strip() if i < len(lines) else ""
        value = _number(text.removeprefix(title)) if text.startswith(title) else None
        if value is None or value <= 0:
            raise MocapError.at(path, i + 1, f"expected '{title}' and a positive number, found {text[:60]!r}")
        found.append(value)
    frames, seconds = found
    if frames != int(frames):
        raise MocapError.at(path, at + 1, f"expected a whole number of frames, found {frames}")
    if not 1e-4 <= seconds <= 1:
        raise MocapError.at(path, at + 2, f"a frame takes 0.0001 to 1 second, not {seconds}")
    return int(frames), 1 / seconds


def _values(path: Path, lines: list[str], at: int, frames: int, columns: int) -> npt.NDArray[np.float64]:
    """The numbers of the frames, ``(frames, columns)``, one frame per line."""
    rows = [i for i in range(at, len(lines)) if lines[i].strip()]
    if len(rows) != frames:
        line = (rows[min(len(rows), frames) - 1] if rows else at) + 1
        raise MocapError.at(path, line, f"'Frames:' says {frames} frames, the file has {len(rows)}")
    if columns == 0:
        raise MocapError.at(path, at, "no joint has channels: there is no motion")
    try:
        values = np.loadtxt([lines[i] for i in rows], dtype=np.float64, comments=None, ndmin=2)
    except ValueError:
        values = np.empty((0, 0))
    if values.shape == (frames, columns) and bool((np.abs(values) <= LIMIT).all()):
        return values
    for i in rows:  # something is wrong somewhere: find the line
        words = lines[i].split()
        if len(words) != columns:
            raise MocapError.at(path, i + 1, f"expected {columns} numbers, found {len(words)}")
        for word in words:
            if _number(word) is None:
                raise MocapError.at(path, i + 1, f"expected a number within ±{LIMIT:.0e}, found {word!r}")
    raise MocapError.at(path, at + 1, "the frames cannot be read as numbers")
