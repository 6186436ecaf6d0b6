"""The clips in a folder: their actions, performers and motion."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.actions import recognise
from pose_lib.data.mocap.amc import read_amc
from pose_lib.data.mocap.asf import read_asf
from pose_lib.data.mocap.bvh import read_bvh
from pose_lib.data.mocap.mapping import body_points
from pose_lib.data.mocap.recording import MocapError, Recording

__all__ = ["Clip", "Entry", "clips_of", "find_clips", "read_clip", "read_recording", "require_root"]

LAYOUT = """expected a folder with motion capture, anywhere below it
  *.bvh                          Biovision, as the conversions of CMU's recordings
  02.asf 02_01.amc ...           CMU: a skeleton for each subject (https://mocap.cs.cmu.edu)
  HDM_bd.asf HDM_bd_*.amc ...    HDM05: a skeleton for each actor (https://resources.mpi-inf.mpg.de/HDM05)
  actions.csv                    optional, columns clip,action[,performer]: what is done in which clip"""


@dataclass(frozen=True)
class Entry:
    """A file of motion, and what its name or ``actions.csv`` says about it."""

    path: Path
    name: str
    """Path below the data root, without the ending."""
    action: str | None
    performer: str


@dataclass(frozen=True)
class Clip:
    """The motion of a file."""

    name: str
    points: npt.NDArray[np.float64]
    """``(T, 21, 3)`` world mm at 50 Hz, z up, floor at 0, in the order of ``BODY_POINTS``."""
    stature: float
    """mm"""
    source: Path
    action: str | None
    performer: str


def require_root(data_root: str | Path | None) -> Path:
    """The folder with the clips.

    Raises:
        FileNotFoundError: none is given, or it does not exist; says what it should hold and where to get it.
    """
    if data_root is None or not str(data_root):
        raise FileNotFoundError(f"the data set mocap needs data_root: {LAYOUT}")
    if not Path(data_root).is_dir():
        raise FileNotFoundError(f"no folder {Path(data_root)}: {LAYOUT}")
    return Path(data_root)


def find_clips(data_root: str | Path) -> tuple[Entry, ...]:
    """All clips of a folder, each once: of a clip in several formats the Acclaim file, which has all bones.

    Raises:
        FileNotFoundError: no such folder.
        MocapError: no clips in it, or a faulty ``actions.csv``.
    """
    root = require_root(data_root)
    files = [path for path in root.rglob("*") if path.suffix.lower() in (".amc", ".bvh") and path.is_file()]
    if not files:
        raise MocapError(f"no *.bvh and no *.amc below {root}: {LAYOUT}")
    entries: dict[str, Entry] = {}
    for path in sorted(files, key=lambda p: (p.suffix.lower() != ".amc", p.as_posix())):
        name = path.relative_to(root).with_suffix("").as_posix()
        known = recognise(path.stem)
        folder = path.parent.name if path.parent != root else "unknown"
        entries.setdefault(
            path.stem if known.performer else name,
            Entry(path, name, known.action, known.performer or folder),
        )
    return _listed(root, sorted(entries.values(), key=lambda entry: entry.name))


def _listed(root: Path, entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries as ``actions.csv`` changes them."""
    listing = root / "actions.csv"
    if not listing.is_file():
        return tuple(entries)
    try:
        text = listing.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise MocapError.at(listing, None, f"expected text in UTF-8 ({error})") from error
    with io.StringIO(text, newline="") as file:
        rows = csv.DictReader(file)
        columns = set(rows.fieldnames or ())
        if not {"clip", "action"} <= columns <= {"clip", "action", "performer"}:
            raise MocapError.at(listing, 1, f"expected the columns clip,action[,performer], found {columns}")
        for row in rows:
            places = [i for i, e in enumerate(entries) if row["clip"] in (e.name, e.path.stem, e.path.name)]
            if not places or not row["action"]:
                raise MocapError.at(
                    listing, rows.line_num, f"no clip {row['clip']!r} below {root}, or no action"
                )
            for i in places:
                performer = row.get("performer") or entries[i].performer
                entries[i] = replace(entries[i], action=row["action"], performer=performer)
    return tuple(entries)


def clips_of(action: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The clips in which an action is done.

    Raises:
        MocapError: there are none; the message lists the actions that there are.
    """
    found = tuple(entry for entry in entries if entry.action == action)
    if not found:
        counts = Counter(entry.action for entry in entries if entry.action)
        there = ", ".join(f"{name} ({count})" for name, count in sorted(counts.items())) or "none"
        recognised = f"{counts.total()} of {len(entries)} clips are recognised"
        advice = "actions.csv in the data root can name more"
        raise MocapError(f"no clip of action {action!r}; {recognised}, with the actions {there}; {advice}")
    return found


def read_clip(entry: Entry, data_root: str | Path) -> Clip:
    """Read a clip and convert it to the body points.

    Raises:
        MocapError: the file or its skeleton cannot be used; names the file and the line.
    """
    points, stature = body_points(read_recording(entry.path, Path(data_root)))
    return Clip(entry.name, points, stature, entry.path, entry.action, entry.performer)


def read_recording(path: Path, data_root: Path | None = None) -> Recording:
    """Read a BVH or AMC file; the skeleton of an AMC file lies beside it, or above it up to the data root.

    Raises:
        MocapError: the file is damaged, no skeleton fits, or it has another ending.
    """
    if path.suffix.lower() == ".bvh":
        return read_bvh(path)
    if path.suffix.lower() == ".amc":
        rate = path.stem.rpartition("_")[2]  # HDM05 ends its names with it
        is_rate = (
            path.stem.startswith("HDM_") and rate.isascii() and rate.isdecimal() and 10 <= int(rate) <= 1000
        )
        return read_amc(path, read_asf(_skeleton(path, data_root)), float(rate) if is_rate else 120.0)
    raise MocapError.at(path, None, "expected a file *.bvh or *.amc")


def _skeleton(path: Path, data_root: Path | None) -> Path:
    """The ASF file with the longest name with which the clip's name begins; else the only one beside it."""
    for folder in path.parents:
        skeletons = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".asf")
        fitting = [p for p in skeletons if path.stem == p.stem or path.stem.startswith(f"{p.stem}_")]
        if fitting:
            return max(fitting, key=lambda p: len(p.stem))
        if len(skeletons) == 1 and folder == path.parent:
            return skeletons[0]
        if data_root is None or folder == data_root:
            break
    subject = path.stem.partition("_")[0]
    raise MocapError.at(path, None, f"its skeleton is missing: expected {subject}.asf or the like beside it")
