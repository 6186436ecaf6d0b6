"""Data sets of photographs by name: read, boxed, cut and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from pose_lib.data.photos.cache import build
from pose_lib.data.photos.cards import SETS, UNIONS, Crop, Facts
from pose_lib.data.photos.flic import read_flic
from pose_lib.data.photos.leeds import read_lsp, read_lspet, read_parse
from pose_lib.data.photos.people import CONTEXT, MARGIN, People, boxes
from pose_lib.data.photos.reading import find_folder, listing
from pose_lib.data.photos.stickmen import read_buffy, read_stickmen
from pose_lib.data.photos.unions import found_in, read_union
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.paths import cache_root, sources_hash

__all__ = ["crops_of", "load", "read", "require"]

_READERS: dict[str, Callable[[Path], People]] = {
    "lsp": read_lsp,
    "lspet": read_lspet,
    "parse": read_parse,
    "buffy": read_buffy,
    **{name: partial(read_stickmen, name) for name in ("ethz", "synchronic", "family")},
    **{name: partial(read_flic, name) for name in ("flic", "flic-full")},
}
_SOURCES = ("data/photos", "data/mapping.py", "data/poses.py", "geometry/boxes.py", "geometry/skeletons.py")
_CROWDED = ("flic", "flic-full", "synchronic", "family", "hmlpe-mixture")


def require(name: str, data_root: str | Path | None) -> dict[str, Path]:
    """The folder of a data set, or the folders of the members of a union, by name.

    Raises:
        FileNotFoundError: it is not there; says what is expected and where to get it.
    """
    if name in SETS:
        return {name: find_folder(name, data_root)}
    root = Path(data_root) if data_root and Path(data_root).is_dir() else None
    if root is None:
        find_folder(UNIONS[name].members[0], data_root)  # says what is wrong
        raise FileNotFoundError(f"the data set {name} needs a folder that holds {UNIONS[name].members}")
    return {member: find_folder(member, root) for member in found_in(name, root)}


def read(name: str, data_root: str | Path | None) -> People:
    """The people of a data set, before anything is cut out.

    Raises:
        FileNotFoundError: the files are not there.
        PhotoError: they are not what they should be.
    """
    parts = [_READERS[member](folder) for member, folder in require(name, data_root).items()]
    return parts[0] if name in SETS else read_union(name, parts)


def crops_of(name: str) -> tuple[Crop, ...]:
    """What a crop of a data set can show, its default first."""
    default = (SETS.get(name) or UNIONS[name]).crop
    others: tuple[Crop, ...] = get_args(Crop)
    return (default, *(c for c in others if c != default and (c != "image" or name not in _CROWDED)))


def load(name: str, data_root: str | Path | None, *, size: int, crop: str | None = None) -> PoseData:
    """The crops of a data set, all splits, cut once and then mapped from disk.

    Args:
        name: one of :data:`~pose_lib.data.photos.cards.PHOTO_SETS`.
        data_root: the folder of the data set, or one that holds it.
        size: side of a crop in pixels.
        crop: what a crop shows, one of :func:`crops_of`; its first by default.

    Raises:
        FileNotFoundError: the files are not there; says what is expected and where to get it.
        KeyError: no such crop; lists those that there are.
        PhotoError: a file is missing, damaged, or does not fit the others.
    """
    valid = crops_of(name)
    shows = next((c for c in valid if c == (crop or valid[0])), None)
    if shows is None:
        raise KeyError(f"{name} has no crop {crop!r}; it has: {', '.join(valid)}")
    files = {member: listing(folder) for member, folder in require(name, data_root).items()}
    arguments = {
        "name": name,
        "size": size,
        "crop": shows,
        "files": files,
        "sources": sources_hash(only=_SOURCES),
    }
    key = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    folder = cache_root() / f"{name}-{shows}-{size}px-{key}"
    if (folder / "manifest.json").is_file():
        return PoseData.load(folder)
    people, squares = _framed(read(name, data_root), shows)
    hashes = " ".join(f"{member}:{digest}" for member, digest in files.items())
    card = _card(name, people, files, size=size, crop=shows, files=hashes)
    return build(people, squares, size, card, folder)


def _framed(people: People, crop: Crop) -> tuple[People, npt.NDArray[np.float32]]:
    """The people who can be boxed, and their boxes."""
    squares = boxes(people, crop)
    known = np.asarray(np.isfinite(squares).all(1))
    if known.all():
        return people, squares
    note = f"{(~known).sum()} people have too few joints for a box and are left out."
    return replace(people.select(known), notes=(*people.notes, note)), squares[known]


def _card(name: str, people: People, members: Collection[str], **parameters: str | int) -> DataCard:
    crop = parameters["crop"]
    shown = {
        "image": "A crop shows the whole picture, in the middle of a black square.",
        "person": f"A crop shows the labelled joints, {MARGIN:.0%} free on each side.",
        "upper": f"A crop shows the upper body: its labelled joints, {MARGIN:.0%} free on each side, or the "
        f"window of a detector enlarged by {CONTEXT:.3f}. Windows become squares of their longer side.",
    }[str(crop)]
    counts = people.table["split"].value_counts()
    found = f"{len(people)} people: " + ", ".join(f"{counts[s]} {s}" for s in sorted(counts.index)) + "."
    if name in SETS:
        facts = SETS[name]
        notes = (facts.split, facts.sides, facts.labels, *((facts.box,) if crop == "upper" else ()))
        origin, licence = f"{facts.title}, {facts.origin}", facts.licence
    else:
        union = UNIONS[name]
        present: list[Facts] = [SETS[m] for m in union.members if m in members]
        notes = (union.rule,)
        origin = f"{union.title}: " + "; ".join(f"{f.title}, {f.origin}" for f in present)
        licence = "; ".join(dict.fromkeys(f.licence for f in present))
    ones = "Places count from 1 in the files and are moved by half a pixel."
    return DataCard(name, origin, licence, (*notes, shown, ones, found, *people.notes), parameters)
