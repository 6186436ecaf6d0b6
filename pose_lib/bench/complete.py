"""The mark of a complete run, and the checksums of its files, which are compared whenever one is opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pose_lib.storage import checksum, written

__all__ = ["RunError", "completed", "damage", "file_of", "is_complete", "mark_complete"]

_MARK = "complete.json"


class RunError(RuntimeError):
    """A run's folder is not what it should be; the message names the file and says what to do."""


def mark_complete(folder: Path, files: Sequence[Path], date: str) -> None:
    """Write down that a run is complete, with the checksums of its files."""
    about = {"date": date, "sha256": {file.name: checksum(file) for file in files}}
    written(folder / _MARK, lambda part: part.write_text(json.dumps(about, indent=1), encoding="utf-8"))


def is_complete(folder: Path) -> bool:
    """Whether a run has ended and its rows are written."""
    return (folder / _MARK).is_file()


def completed(runs: Path) -> list[Path]:
    """The folders of the complete runs below a folder, in the order in which they were completed."""
    marks = sorted(runs.glob(f"*/{_MARK}"), key=lambda mark: (mark.stat().st_mtime, mark))
    return [mark.parent for mark in marks]


def file_of(folder: Path, name: str) -> Path:
    """A file of a complete run, once it fits its checksum.

    Raises:
        FileNotFoundError: the folder holds no complete run.
        RunError: the file, or the mark of the run, is missing or damaged.
    """
    if not is_complete(folder):
        raise FileNotFoundError(f"{folder} holds no complete run: it has no {_MARK}; run it to its end")
    sums, file = _checksums(folder), folder / name
    if name not in sums or not file.is_file():
        raise RunError(f"{file} is missing; delete {folder} and run again")
    if checksum(file) != sums[name]:
        raise RunError(f"{file} is damaged (its checksum is wrong); delete {folder} and run again")
    return file


def damage(folder: Path) -> str:
    """What is wrong with a complete run, or nothing."""
    try:
        for name in _checksums(folder):
            file_of(folder, name)
    except RunError as error:
        return str(error)
    return ""


def _checksums(folder: Path) -> dict[str, str]:
    mark = folder / _MARK
    try:
        sums = json.loads(mark.read_text(encoding="utf-8"))["sha256"]
        return {str(name): str(value) for name, value in sums.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(
            f"{mark} is damaged, or of an earlier version ({error!r}); delete {folder} and run again"
        ) from error
