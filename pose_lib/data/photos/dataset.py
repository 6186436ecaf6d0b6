"""Data sets of photographs by name: read, boxed, cropped and cached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
import numpy.typing as npt

from pose_lib.data.building import built
from pose_lib.data.photos.cache import build
from pose_lib.data.photos.cards import SETS, UNIONS, Crop
from pose_lib.data.photos.describe import card
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.flic import read_flic
from pose_lib.data.photos.leeds import read_lsp, read_lspet, read_parse
from pose_lib.data.photos.looking import PICTURE, picture_name_of
from pose_lib.data.photos.people import People, boxes
from pose_lib.data.photos.reading import find_folder
from pose_lib.data.photos.stickmen import read_buffy, read_stickmen
from pose_lib.data.photos.unions import found_in, read_union
from pose_lib.data.poses import PoseData

if TYPE_CHECKING:
    from pose_lib.data.request import PhotoRequest

__all__ = ["crops_of", "load", "read", "require"]

_READERS: dict[str, Callable[[Path], People]] = {
    "lsp": read_lsp,
    "lspet": read_lspet,
    "parse": read_parse,
    "buffy": read_buffy,
    **{name: partial(read_stickmen, name) for name in ("ethz", "synchronic", "family")},
    **{name: partial(read_flic, name) for name in ("flic", "flic-full")},
}
_CROWDED = ("flic", "flic-full", "synchronic", "family", "hmlpe-mixture")
"""Data sets with several people in a picture: the crop ``image`` would not tell whom it shows."""


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
    """The people of a data set, before they are cropped.

    Raises:
        FileNotFoundError: the files are not there.
        PhotoError: a file is damaged, or does not fit the others.
    """
    return _read(name, require(name, data_root))


def crops_of(name: str) -> tuple[Crop, ...]:
    """What a crop of a data set can show, its default first."""
    default = (SETS.get(name) or UNIONS[name]).crop
    others: tuple[Crop, ...] = get_args(Crop)
    return (default, *(c for c in others if c != default and (c != "image" or name not in _CROWDED)))


def load(request: PhotoRequest) -> PoseData:
    """The crops of a data set, all splits, made once and then mapped from the folder of the cache.

    Raises:
        PhotoError: a file is missing, damaged, or does not fit the others.
        PoseDataError: the folder in the cache is damaged.
        StorageError: there is no space for the crops, or the cache cannot be written.
    """
    return built(request.folder, partial(_cut, request))


def _cut(request: PhotoRequest) -> PoseData:
    crop = next(c for c in crops_of(request.dataset) if c == request.crop)
    people, squares = _boxed(_read(request.dataset, request.folders), crop)
    names = [picture_name_of(file, request.folders) for file in people.files]
    people = replace(people, table=people.table.assign(**{PICTURE: names}))
    about = card(
        request.dataset,
        people,
        request.folders,
        request.sources,
        size=request.size,
        crop=crop,
        files=request.files,
    )
    return build(people, squares, request.size, about, request.folder)


def _read(name: str, folders: dict[str, Path]) -> People:
    parts = [_READERS[member](folder) for member, folder in folders.items()]
    return parts[0] if name in SETS else read_union(name, parts)


def _boxed(people: People, crop: Crop) -> tuple[People, npt.NDArray[np.float32]]:
    """The people who can be boxed, and their boxes."""
    place = people.files[0].parent if people.files else people.name
    squares = boxes(people, crop)
    known = np.asarray(np.isfinite(squares).all(1))
    if not known.all():
        lost = f"{(~known).sum()} people have too few joints, or too small a window, for a box"
        people = replace(people.select(known), notes=(*people.notes, f"{lost} and are left out."))
    for split in ("train", "test"):
        if not (people.table["split"] == split).any():
            raise PhotoError.of(place, f"nobody of the {split} split of {people.name} can be cropped")
    return people, squares[known]
