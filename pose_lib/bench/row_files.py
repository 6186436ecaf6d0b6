"""Tables of rows as files: read whole and right, or refused with the line that is wrong."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from pose_lib.bench.rows import COLUMNS, NAMES, RUN, with_text
from pose_lib.paths import path_name

__all__ = ["StoredError", "read_rows"]

_TEXT = ("paper", "dataset", "action", "preset", "precision", "fingerprint", "system", "metric", "protocol")
"""Columns that are never empty."""
_EMPTY_TEXT = ("setting", "against")
_MADE = ("commit", "code", "settings", "data", "data_code")
"""Columns of text that say how a row was made; older files lack some, and older rows of a file leave them
empty."""
_NUMBERS = ("budget", "value", "low", "high")
_WHOLE = ("seed", "samples", "threads", "cores")
_KEY = ("fingerprint", *NAMES)
"""A file has one row of each."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FLAGS = ("True", "False", "TRUE", "FALSE", "true", "false")  # a spreadsheet writes capitals
_ADVICE = "restore the file (from version control, if it is kept there), or delete it and run again"


class StoredError(ValueError):
    """A file of results that cannot be read, or lacks what every such file has."""


def read_rows(file: Path) -> pd.DataFrame:
    """The rows of a run or of several, with the columns of :class:`~pose_lib.bench.rows.Row` and their run's.

    Line ends of Windows and a byte order mark, which spreadsheets write, change nothing.

    Raises:
        StoredError: the file cannot be read, is cut, lacks a column or a row's value, holds something else
            than a number where one belongs, an interval that ends before it begins, or a row twice; names the
            file and the line, and says what to do.
    """
    text = _text(file)
    lines = _lines(file, text)
    _, header = next(lines, (1, []))
    missing = [name for name in (*RUN, "fingerprint", *COLUMNS) if name not in header]
    if missing:
        raise StoredError(
            f"{file} is no table of results: it lacks the columns {', '.join(missing)}; {_ADVICE}"
        )
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise StoredError(f"{file} is no table of results: columns twice: {', '.join(twice)}; {_ADVICE}")
    seen: dict[tuple[str, ...], int] = {}
    runs: dict[str, tuple[str, ...]] = {}
    for line, cells in lines:
        row = dict(zip(header, cells, strict=False))
        wrong = "" if len(cells) == len(header) else f"{len(cells)} cells instead of {len(header)}"
        wrong = wrong or _fault(row)
        if not wrong:
            first = seen.setdefault(tuple(row[name] for name in _KEY), line)
            run = tuple(row[name] for name in RUN)
            if first != line:
                wrong = f"the same run, system and metric as in line {first}"
            elif runs.setdefault(row["fingerprint"], run) != run:
                wrong = f"other parameters of run {row['fingerprint']} than in the lines before"
        if wrong:
            raise StoredError(f"{file}, line {line}: {wrong}; {_ADVICE}")
    if not seen:
        raise StoredError(f"{file} has no rows; {_ADVICE}")
    kinds = dict.fromkeys((*_TEXT, *_EMPTY_TEXT, *_MADE), str)
    try:
        rows = pd.read_csv(io.StringIO(text), dtype=kinds, keep_default_na=False, na_values={"std": [""]})
    except (ValueError, OverflowError) as error:
        raise StoredError(f"{file} cannot be read as a table of results ({error}); {_ADVICE}") from error
    return with_text(rows)


def _text(file: Path) -> str:
    """The text of a whole file, with line feeds alone."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise StoredError(f"{file} cannot be read ({error}); {_ADVICE}") from error
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise StoredError(f"{file}, line {line}: no text in UTF-8 ({error.reason}); {_ADVICE}") from error
    strange = re.search(r"[\r\0]", text)
    if strange:
        line = text[: strange.start()].count("\n") + 1
        raise StoredError(f"{file}, line {line}: a character {strange[0]!r} in a table; {_ADVICE}")
    if not text.endswith("\n"):
        line = text.count("\n") + 1
        raise StoredError(f"{file}, line {line}: empty, or cut before the end of the line; {_ADVICE}")
    return text


def _lines(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of every line, with its number."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise StoredError(f"{file}, line {reader.line_num}: {error}; {_ADVICE}") from error


def _fault(row: Mapping[str, str]) -> str:
    """What is wrong with a row, or nothing."""
    if not row["value"]:
        return "a row without a value"
    for name in _TEXT:
        if not row[name].strip():
            return f"{name} is empty"
    if not re.fullmatch(r"[0-9A-Za-z]{1,64}", row["fingerprint"]):
        return f"fingerprint is {row['fingerprint'][:80]!r}, expected letters and digits"
    if path_name(row["paper"]) != row["paper"]:
        return f"paper is {row['paper'][:80]!r}, which cannot name a file"
    for name in (*_NUMBERS, *(("std",) if row["std"] else ())):
        if not (_NUMBER.fullmatch(row[name]) and math.isfinite(float(row[name]))):
            return f"{name} is {row[name][:80]!r}, expected a finite number"
    for name in (name for name in _WHOLE if name in row):
        if not (re.fullmatch(r"[0-9]{1,19}", row[name]) and int(row[name]) < 2**63):
            return f"{name} is {row[name][:80]!r}, expected a whole number, 0 or more"
    if row["controls"] not in _FLAGS:
        return f"controls is {row['controls'][:80]!r}, expected True or False"
    if float(row["low"]) > float(row["high"]):
        return f"an interval from low {row['low']} to high {row['high']}: low is above high"
    if row["std"] and float(row["std"]) < 0:
        return f"std is {row['std']}, expected 0 or more"
    return ""
