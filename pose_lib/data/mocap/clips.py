"""The clips in a folder: their actions, performers and motion."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.actions import recognise
from pose_lib.data.mocap.amc import read_amc
from pose_lib.data.mocap.asf import read_asf
from pose_lib.data.mocap.bvh import read_bvh
from pose_lib.data.mocap.listing import FASTEST, SLOWEST, read_listing
from pose_lib.data.mocap.mapping import body_points
from pose_lib.data.mocap.recording import MocapError, Recording
from pose_lib.data.mocap.text import is_plain

__all__ = ["Clip", "Entry", "clips_of", "find_clips", "read_clip", "read_recording", "require_root"]

LAYOUT = """expected a folder with motion capture, anywhere below it
  *.bvh                          Biovision, as the conversions of CMU's recordings, Mixamo, MotionBuilder
  02.asf 02_01.amc ...           CMU: a skeleton for each subject (https://mocap.cs.cmu.edu)
  HDM_bd.asf HDM_bd_*.amc ...    HDM05: a skeleton for each actor (https://resources.mpi-inf.mpg.de/HDM05)
  actions.csv                    optional, columns clip,action[,performer][,fps]: what each clip shows"""
DEEPEST = 100
"""Folders below the data root, one in the other."""
AMC_FPS = 120.0
"""Frames/s of an AMC file that does not say otherwise, as CMU and HDM05 recorded."""


@dataclass(frozen=True)
class Entry:
    """A file of motion, and what its name or ``actions.csv`` says about it."""

    path: Path
    name: str
    """Path below the data root, without the ending."""
    action: str | None
    performer: str
    fps: float | None = None
    """Frames/s, if ``actions.csv`` says so."""


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
    if not os.path.isdir(data_root):  # noqa: PTH112 - false also where Path.is_dir raises an error
        raise FileNotFoundError(f"no folder {Path(data_root)}: {LAYOUT}")
    return Path(data_root)


def find_clips(data_root: str | Path) -> tuple[Entry, ...]:
    """All clips of a folder, each once: of a clip in several formats the Acclaim file, which has all bones.

    Hidden files and folders are passed over (a leading dot, as in the companions ``._x.bvh`` that macOS
    writes, and ``__MACOSX``), and links are followed.

    Raises:
        FileNotFoundError: no such folder.
        MocapError: no clips in it, a clip that is not a file or has an unprintable name, a folder that cannot
            be searched, or a faulty ``actions.csv``.
    """
    root = require_root(data_root)
    files = list(_motion_files(root))
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


def _motion_files(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        what = f"the folder cannot be searched: {error.strerror}"
        raise MocapError.at(Path(error.filename), None, what) from error

    entered = set()
    for folder, below, names in os.walk(root, onerror=refuse, followlinks=True):
        place = Path(folder)
        if len(place.relative_to(root).parts) > DEEPEST:
            raise MocapError.at(place, None, f"expected folders at most {DEEPEST} deep")
        entered.add(place.resolve())
        below[:] = sorted(n for n in below if not _is_hidden(n) and (place / n).resolve() not in entered)
        for name in names:
            path = place / name
            if path.suffix.lower() not in (".amc", ".bvh") or _is_hidden(name):
                continue
            if not os.path.isfile(path):  # noqa: PTH113 - likewise
                raise MocapError.at(path, None, "expected a file, found a link to nothing or a device")
            if not is_plain(shown := path.relative_to(root).as_posix()):
                what = f"a name with control characters or invalid Unicode, {shown!a}: rename it"
                raise MocapError.at(root, None, what)
            yield path


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _listed(root: Path, entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries as ``actions.csv`` changes them."""
    listing = root / "actions.csv"
    if not os.path.lexists(listing):
        return tuple(entries)
    places: dict[str, list[int]] = {}
    for i, entry in enumerate(entries):
        for name in {entry.name, entry.path.stem, entry.path.name}:
            places.setdefault(name, []).append(i)
    for line in read_listing(listing):
        if line.clip not in places:
            raise MocapError.at(listing, line.line, f"no clip {line.clip[:60]!r} below {root}")
        for i in places[line.clip]:
            performer, fps = line.performer or entries[i].performer, line.fps or entries[i].fps
            entries[i] = replace(entries[i], action=line.action, performer=performer, fps=fps)
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
        where = os.path.commonpath([entry.path.parent for entry in entries]) if entries else "nothing"
        what = f"no clip of action {action!r}; {recognised}, with the actions {there}; {advice}"
        raise MocapError.at(Path(where), None, what)
    return found


def read_clip(entry: Entry, data_root: str | Path) -> Clip:
    """Read a clip and convert it to the body points.

    Raises:
        MocapError: the file or its skeleton cannot be used; names the file and the line.
    """
    points, stature = body_points(read_recording(entry.path, Path(data_root), entry.fps))
    return Clip(entry.name, points, stature, entry.path, entry.action, entry.performer)


def read_recording(path: Path, data_root: Path | None = None, fps: float | None = None) -> Recording:
    """Read a BVH or AMC file; the skeleton of an AMC file lies beside it, or above it up to the data root.

    Args:
        path: a file ``*.bvh`` or ``*.amc``.
        data_root: where the search for a skeleton ends.
        fps: frames/s of the recording. For AMC, which does not store it, it replaces the rate at the end of
            HDM05's names, and 120. For BVH it must be within 2 percent of the file's frame time, which is
            often written with few digits, and replaces that.

    Raises:
        MocapError: the file is damaged, no skeleton fits, it has another ending, or another frame rate.
    """
    if path.suffix.lower() == ".bvh":
        recording = read_bvh(path)
        if fps is None:
            return recording
        if abs(recording.fps / fps - 1) > 0.02:
            what = f"its frame time means {recording.fps:.4g} frames/s, and actions.csv says {fps:g}"
            raise MocapError.at(path, None, f"{what}: correct one, or leave the cell fps empty")
        return replace(recording, fps=fps)
    if path.suffix.lower() == ".amc":
        return read_amc(path, read_asf(_skeleton(path, data_root)), fps or _rate_of(path.stem))
    raise MocapError.at(path, None, "expected a file *.bvh or *.amc")


def _rate_of(stem: str) -> float:
    rate = stem.rpartition("_")[2]  # HDM05 ends its names with it
    known = stem.startswith("HDM_") and rate.isascii() and rate.isdecimal()
    return float(rate) if known and SLOWEST <= float(rate) <= FASTEST else AMC_FPS


def _skeleton(path: Path, data_root: Path | None) -> Path:
    """The ASF file with the longest name with which the clip's name begins; else the only one beside it."""
    for folder in path.parents:
        try:
            beside = sorted(folder.iterdir())
        except OSError as error:
            raise MocapError.at(folder, None, f"the folder cannot be searched: {error.strerror}") from error
        skeletons = [p for p in beside if p.suffix.lower() == ".asf" and not _is_hidden(p.name)]
        fitting = [p for p in skeletons if path.stem == p.stem or path.stem.startswith(f"{p.stem}_")]
        if fitting:
            return max(fitting, key=lambda p: len(p.stem))
        if len(skeletons) == 1 and folder == path.parent:
            return skeletons[0]
        if data_root is None or folder == data_root:
            break
    subject = path.stem.partition("_")[0]
    raise MocapError.at(path, None, f"its skeleton is missing: expected {subject}.asf or the like beside it")
