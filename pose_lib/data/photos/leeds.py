"""Leeds Sports Pose, its extension, and Image Parse: one person per picture, fourteen joints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.photos.cards import SETS
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.people import People, split_by_order, table
from pose_lib.data.photos.reading import find_folder, image_sizes, pixels, read_matrix

__all__ = ["read_lsp", "read_lspet", "read_parse"]


def read_lsp(data_root: str | Path | None) -> People:
    """Leeds Sports Pose (2,000 people): ``joints (3, 14, N)``, all joints labelled, 1 for hidden.

    Raises:
        FileNotFoundError: no such folder.
        PhotoError: a file in it is missing, damaged or of another shape.
    """
    folder = find_folder("lsp", data_root)
    file = folder / "joints.mat"
    joints = read_matrix(file, "joints", (3, 14, SETS["lsp"].pictures))
    places, hidden = joints[:2].transpose(2, 1, 0), _flags(file, joints[2].T)
    return _people("lsp", _numbered(folder, len(places), 4), pixels(file, places), ~hidden)


def read_lspet(data_root: str | Path | None) -> People:
    """Leeds Sports Pose Extended (10,000 people): ``joints (14, 3, N)``, 1 for visible, others unlabelled.

    Raises:
        FileNotFoundError: no such folder.
        PhotoError: a file in it is missing, damaged or of another shape.
    """
    folder = find_folder("lspet", data_root)
    file = folder / "joints.mat"
    joints = read_matrix(file, "joints", (14, 3, SETS["lspet"].pictures))
    visible = _flags(file, joints[:, 2].T)
    places = np.where(visible[..., None], joints[:, :2].transpose(2, 0, 1), np.nan)
    return _people("lspet", _numbered(folder, len(places), 5), pixels(file, places), visible)


def read_parse(data_root: str | Path | None) -> People:
    """Image Parse (305 people): ``ptsAll (14, 2, N)`` in the order of the Leeds joints, whatever their names.

    Raises:
        FileNotFoundError: no such folder.
        PhotoError: a file in it is missing, damaged or of another shape.
    """
    folder = find_folder("parse", data_root)
    file = folder / "labels.mat"
    places = read_matrix(file, "ptsAll", (14, 2, SETS["parse"].pictures)).transpose(2, 0, 1)
    everything = np.ones(places.shape[:2], dtype=bool)
    return _people("parse", _numbered(folder, len(places), 4), pixels(file, places), everything)


def _people(
    name: str, files: tuple[Path, ...], joints: npt.NDArray[np.float32], visible: npt.NDArray[np.bool_]
) -> People:
    facts, subjects = SETS[name], [file.stem for file in files]
    return People(
        name=name,
        files=files,
        sizes=image_sizes(files),
        joints=joints,
        visible=visible,
        windows=np.full((len(files), 4), np.nan, dtype=np.float32),
        table=table(subjects, split_by_order(len(files), facts.training)),
        skeleton=facts.skeleton,
    ).checked()


def _numbered(folder: Path, count: int, digits: int) -> tuple[Path, ...]:
    """Pictures numbered from 1, in ``images`` or beside the annotations, as JPEG or PNG (HR-LSPET)."""
    for place in (folder / "images", folder):
        for ending in (".jpg", ".png"):
            files = tuple(place / f"im{i + 1:0{digits}d}{ending}" for i in range(count))
            if files[0].is_file():
                return files
    raise PhotoError.of(
        folder, f"no picture images/im{1:0{digits}d}.jpg; expected {count} pictures from there on"
    )


def _flags(file: Path, numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    wrong = np.argwhere(~np.isin(numbers, (0, 1)))
    if len(wrong):
        picture, joint = wrong[0]
        said = f"the third number of a joint must be 0 or 1, and is {numbers[picture, joint]:g}"
        raise PhotoError.of(file, f"{said} for joint {joint + 1} of picture {picture + 1}")
    return numbers.astype(bool)
