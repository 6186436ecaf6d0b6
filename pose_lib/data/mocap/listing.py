"""The table ``actions.csv``: what is done in a clip, by whom, and at how many frames/s it was recorded."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from pose_lib.data.mocap.recording import MocapError
from pose_lib.data.mocap.text import is_plain, read_text

__all__ = ["Listed", "read_listing"]

LONGEST = 100
"""Letters of an action or a performer."""
SLOWEST, FASTEST = 10.0, 1000.0
"""Frames/s of a recording."""
_NEEDED, _KNOWN = {"clip", "action"}, {"clip", "action", "performer", "fps"}


class Listed(NamedTuple):
    """A line of the table."""

    line: int
    """Counted from 1."""
    clip: str
    action: str
    performer: str | None
    fps: float | None
    """Frames/s"""


def read_listing(path: Path) -> list[Listed]:
    """Read the table: the columns ``clip,action`` and, optionally, ``performer`` and ``fps``, in any order.

    Spaces around a cell do not count. An action may be any text of one line, as may a performer; an empty
    cell of the optional columns says nothing.

    Raises:
        MocapError: a column is missing or unknown, or a cell is malformed; names the file and the line.
    """
    rows = csv.reader(io.StringIO(read_text(path, "utf-8")), strict=True)
    columns: list[str] | None = None
    found: dict[str, Listed] = {}
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if columns is None:
                columns = _columns(path, rows.line_num, cells)
            elif cells:
                listed = _listed(path, rows.line_num, columns, cells)
                if listed.clip in found:
                    before = found[listed.clip].line
                    what = f"the clip {listed.clip[:60]!r} is listed in line {before} already"
                    raise MocapError.at(path, listed.line, what)
                found[listed.clip] = listed
    except csv.Error as error:
        raise MocapError.at(path, rows.line_num, f"expected cells separated by commas ({error})") from error
    if columns is None:
        _columns(path, 1, [])
    return list(found.values())


def _columns(path: Path, line: int, cells: list[str]) -> list[str]:
    if len(set(cells)) == len(cells) and set(cells) >= _NEEDED and set(cells) <= _KNOWN:
        return cells
    shown = ",".join(cells)[:60]
    raise MocapError.at(
        path, line, f"expected the columns clip,action[,performer][,fps], each once, found {shown!r}"
    )


def _listed(path: Path, line: int, columns: list[str], cells: list[str]) -> Listed:
    if len(cells) > len(columns):
        what = f"expected {len(columns)} cells, as in the first line, found {len(cells)}"
        raise MocapError.at(path, line, f"{what}; a cell with a comma stands in quotation marks")
    given = dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True))
    for name in ("clip", "action"):
        if not given[name]:
            raise MocapError.at(path, line, f"the column {name} is empty")
    for name in ("action", "performer"):
        text = given.get(name, "")
        if len(text) > LONGEST or not is_plain(text):
            what = f"expected an {name}" if name == "action" else f"expected a {name}"
            limits = f"of at most {LONGEST} letters without control characters"
            raise MocapError.at(path, line, f"{what} {limits}, found {text[:60]!r} ({len(text)} letters)")
    fps = _fps(path, line, given["fps"]) if given.get("fps") else None
    return Listed(line, given["clip"], given["action"], given.get("performer") or None, fps)


def _fps(path: Path, line: int, text: str) -> float:
    try:
        fps = float(text)
    except ValueError:
        fps = 0.0
    if not SLOWEST <= fps <= FASTEST or "_" in text:
        what = f"expected fps from {SLOWEST:g} to {FASTEST:g} frames/s, found {text[:60]!r}"
        raise MocapError.at(path, line, what)
    return fps
