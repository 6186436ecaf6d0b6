"""Acclaim skeletons (ASF), as published by CMU and HDM05: any unit, order of axes and subset of dofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pose_lib.data.mocap.recording import LIMIT, MocapError, check_size
from pose_lib.data.mocap.text import read_text

__all__ = ["Acclaim", "Bone", "Line", "numbers", "read_asf", "text_lines"]

INCH = 25.4
_TURNS = ("rx", "ry", "rz")
_MOVES = ("tx", "ty", "tz")
_ORDERS = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Bone:
    """One bone; the root is a bone without length."""

    name: str
    parent: int
    """Position of the parent in :attr:`Acclaim.bones`; -1 for the root."""
    vector: Triple
    """From its start to its end in the rest pose, in units of length."""
    axis: Triple
    """The frame of its dofs: an angle for each letter of the order, in the file's unit."""
    order: str
    """The order of turns about fixed axes, in the frame and in the dofs."""
    dof: tuple[str, ...]
    """Meaning of its numbers in an AMC file: some of ``rx ry rz``, for the root also of ``tx ty tz``."""


@dataclass(frozen=True)
class Acclaim:
    """A skeleton; the root comes first and every parent before its children."""

    source: Path
    bones: tuple[Bone, ...]
    unit: float
    """Millimetres per unit of length: ``length 0.45`` means that an inch is 0.45 units."""
    degrees: bool
    position: Triple


class Line(NamedTuple):
    """The words of a line and its number, counted from 1."""

    number: int
    words: list[str]


def read_asf(path: Path) -> Acclaim:
    """Read a skeleton.

    Raises:
        MocapError: the file is truncated or malformed; names the file and the line.
    """
    sections: dict[str, list[Line]] = {}
    current: list[Line] = []
    last = 1
    for line in text_lines(path):
        last = line.number
        if line.words[0].startswith(":"):
            current = sections.setdefault(line.words[0], [])
        else:
            current.append(line)
    for name in (":units", ":root", ":bonedata", ":hierarchy"):
        if not sections.get(name):
            raise MocapError.at(path, last, f"the file ends without its section {name}, or it is empty")
    unit, degrees = _units(path, sections[":units"])
    root, position = _root(path, sections[":root"])
    loose = {"root": root, **_bones(path, sections[":bonedata"])}
    check_size(path, len(loose), 1, 50)
    return Acclaim(path, _tree(path, sections[":hierarchy"], loose), unit, degrees, position)


def text_lines(path: Path) -> list[Line]:
    """Lines with more than a comment; in latin-1 without a mark, because HDM05 has umlauts in its paths."""
    lines = read_text(path).split("\n")
    split = (Line(i, line.split("#")[0].split()) for i, line in enumerate(lines, start=1))
    return [line for line in split if line.words]


def numbers(path: Path, line: int, words: Sequence[str], count: int) -> list[float]:
    """``count`` numbers, none larger than a recording can have.

    Raises:
        MocapError: there are more or fewer words, or one is no such number.
    """
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) != count or not all(abs(v) <= LIMIT for v in values) or any("_" in w for w in words):
        raise MocapError.at(path, line, f"expected {count} numbers, found {' '.join(words)[:60]!r}")
    return values


def _triple(path: Path, line: int, words: Sequence[str]) -> Triple:
    x, y, z = numbers(path, line, words, 3)
    return x, y, z


def _units(path: Path, lines: list[Line]) -> tuple[float, bool]:
    given = {words[0]: (number, words[1:]) for number, words in lines}
    for name in ("length", "angle"):
        if name not in given:
            raise MocapError.at(path, lines[-1].number, f"the section :units does not give {name}")
    line, words = given["length"]
    (length,) = numbers(path, line, words, 1)
    if not 1e-3 <= length <= 1e3:
        raise MocapError.at(path, line, f"a unit of length of {length} per inch is not plausible")
    line, words = given["angle"]
    if words not in (["deg"], ["rad"]):
        raise MocapError.at(
            path, line, f"expected 'angle deg' or 'angle rad', found {' '.join(words)[:60]!r}"
        )
    return INCH / length, words == ["deg"]


def _order(path: Path, line: int, words: Sequence[str]) -> str:
    order = " ".join(words).upper()
    if order not in _ORDERS:
        raise MocapError.at(path, line, f"expected an order of axes such as XYZ, found {order[:60]!r}")
    return order


def _dof(path: Path, line: int, words: Sequence[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
    dof = tuple(word.lower() for word in words)
    if len(set(dof)) != len(dof) or not set(dof) <= set(allowed):
        raise MocapError.at(
            path, line, f"expected some of {' '.join(allowed)}, found {' '.join(words)[:60]!r}"
        )
    return dof


def _root(path: Path, lines: list[Line]) -> tuple[Bone, Triple]:
    order, position, axis = "XYZ", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    dof: tuple[str, ...] = (*_MOVES, *_TURNS)
    for number, (keyword, *words) in lines:
        if keyword == "order":
            dof = _dof(path, number, words, (*_MOVES, *_TURNS))
        elif keyword == "axis":
            order = _order(path, number, words)
        elif keyword == "position":
            position = _triple(path, number, words)
        elif keyword == "orientation":
            axis = _triple(path, number, words)
        else:
            raise MocapError.at(path, number, f"unknown word {keyword[:60]!r} in the section :root")
    return Bone("root", -1, (0.0, 0.0, 0.0), axis, order, dof), position


def _bones(path: Path, lines: list[Line]) -> dict[str, Bone]:
    bones: dict[str, Bone] = {}
    fields: dict[str, Line] | None = None
    for line in lines:
        keyword, *words = line.words
        if keyword == "begin" and fields is None:
            fields = {}
        elif keyword == "end" and fields is not None:
            bone = _bone(path, line.number, fields)
            if bone.name == "root" or bone.name in bones:
                raise MocapError.at(path, fields["name"].number, f"a second bone called {bone.name[:60]!r}")
            bones[bone.name] = bone
            fields = None
        elif fields is None or keyword in ("begin", "end"):
            raise MocapError.at(
                path, line.number, f"{keyword[:60]!r} is out of place: a bone is written from begin to end"
            )
        elif not keyword.startswith("("):  # further limits
            if keyword in fields:
                raise MocapError.at(path, line.number, f"a second {keyword[:60]!r} in one bone")
            fields[keyword] = Line(line.number, words)
    if fields is not None:
        raise MocapError.at(path, lines[-1].number, "the last bone has no end")
    return bones


def _bone(path: Path, line: int, fields: dict[str, Line]) -> Bone:
    for name in ("name", "direction", "length", "axis"):
        if name not in fields:
            raise MocapError.at(path, line, f"the bone that ends here has no {name}")
    if len(fields["name"].words) != 1:
        raise MocapError.at(path, fields["name"].number, "a bone's name is one word")
    direction = _triple(path, *fields["direction"])
    (length,) = numbers(path, *fields["length"], 1)
    norm = sum(x * x for x in direction) ** 0.5
    if length < 0 or (length > 0 and not 0.99 <= norm <= 1.01):
        raise MocapError.at(path, fields["direction"].number, "expected a unit vector and a length above 0")
    x, y, z = (length * d / (norm or 1.0) for d in direction)
    at, words = fields["axis"]
    dof = _dof(path, *fields["dof"], _TURNS) if "dof" in fields else ()
    return Bone(
        fields["name"].words[0], -1, (x, y, z), _triple(path, at, words[:3]), _order(path, at, words[3:]), dof
    )


def _tree(path: Path, lines: list[Line], loose: dict[str, Bone]) -> tuple[Bone, ...]:
    """All bones, each with the position of its parent; a line of the hierarchy is a parent and children."""
    if lines[0].words != ["begin"] or lines[-1].words != ["end"]:
        raise MocapError.at(
            path, lines[-1].number, "the section :hierarchy must be written from begin to end"
        )
    tree = [loose.pop("root")]
    for number, (parent, *children) in lines[1:-1]:
        place = next((i for i, bone in enumerate(tree) if bone.name == parent), None)
        if place is None:
            raise MocapError.at(
                path, number, f"{parent[:60]!r} is not connected to the root by an earlier line"
            )
        for child in children:
            if child not in loose:
                raise MocapError.at(
                    path, number, f"{child[:60]!r} is not a bone of :bonedata, or appears twice"
                )
            bone = loose.pop(child)
            tree.append(Bone(bone.name, place, bone.vector, bone.axis, bone.order, bone.dof))
    if loose:
        raise MocapError.at(
            path, lines[-1].number, f"the hierarchy does not connect {', '.join(loose)[:200]}"
        )
    return tuple(tree)
