"""Reading files as they were downloaded: folders, matrices and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_lib.data.photos.cards import PAGE, SETS, Facts
from pose_lib.data.photos.errors import PhotoError, sniff
from pose_lib.data.photos.matlab import load_variable
from pose_lib.data.photos.pictures import picture_size

__all__ = [
    "FAR",
    "MATLAB",
    "find_folder",
    "has_folder",
    "image_sizes",
    "picture_name",
    "pixels",
    "read_matrix",
    "read_struct",
]

MATLAB = 0.5
"""The centre of the first pixel is 1 in MATLAB, 0.5 here. That these files follow MATLAB is an assumption."""
FAR = 1e5
"""A position with a larger coordinate is not one in a picture."""


def find_folder(name: str, data_root: str | Path | None) -> Path:
    """The folder of a data set: ``data_root`` itself or a folder with a usual name in it.

    Raises:
        FileNotFoundError: none is given, it does not exist, or it holds something else, such as an archive
            that is not unpacked or an error page saved as one. The message shows the expected layout.
    """
    facts = SETS[name]
    expected = f"expected, in it or in a folder of it,\n{facts.layout}\nfrom {facts.origin}; see {PAGE}"
    if data_root is None or not str(data_root):
        raise FileNotFoundError(f"the data set {name} needs data_root: {expected}")
    root = Path(data_root)
    if root.is_dir():
        for folder in (root, *(root / f for f in facts.folders)):
            if any((folder / marker).is_file() for marker in facts.marker) and _is_it(facts, folder, root):
                return folder
        for archive in (a for a in facts.archives if (root / a).is_file()):
            said = sniff(root / archive)
            state = f"is {said}; download it again" if said else "is not unpacked yet"
            raise FileNotFoundError(f"{root / archive} {state}; {expected}")
        raise FileNotFoundError(f"{root} does not hold the data set {name}: {expected}")
    if root.is_file():
        said = sniff(root)
        raise FileNotFoundError(f"{root} is {said or 'a file, not a folder; unpack it'}: {expected}")
    raise FileNotFoundError(f"no folder {root}: {expected}")


def has_folder(name: str, data_root: Path) -> bool:
    """Whether :func:`find_folder` finds the data set."""
    try:
        find_folder(name, data_root)
    except FileNotFoundError:
        return False
    return True


def read_matrix(file: Path, variable: str, shape: Sequence[int]) -> npt.NDArray[np.float64]:
    """A real matrix of a MATLAB file (version 5 to 7, which scipy reads).

    Args:
        file: the file.
        variable: name of the matrix in the file.
        shape: its expected shape; -1 stands for any length.

    Raises:
        PhotoError: no such file, or no matrix of numbers of that name and shape in it.
    """
    array = load_variable(file, variable)
    fits = array.ndim == len(shape) and all(w in (-1, n) for w, n in zip(shape, array.shape, strict=True))
    if array.dtype.kind not in "fiub" or not fits:
        wanted = " x ".join("any" if n < 0 else str(n) for n in shape)
        found = " x ".join(map(str, array.shape))
        raise PhotoError.of(
            file, f"{variable} is {found} of {array.dtype}, expected a real matrix of {wanted}"
        )
    return array.astype(np.float64)


def read_struct(file: Path, variable: str, fields: Sequence[str]) -> npt.NDArray[Any]:
    """A flat struct array of a MATLAB file with at least the given fields.

    Raises:
        PhotoError: no such file, no struct of that name, or a field is missing.
    """
    array = load_variable(file, variable)
    names = array.dtype.names or ()
    missing = [field for field in fields if field not in names]
    if missing:
        found = f"has the fields {', '.join(names)}" if names else f"is an array of {array.dtype}"
        raise PhotoError.of(file, f"{variable} {found}, expected a struct with {', '.join(fields)}")
    return array.reshape(-1)


def image_sizes(files: Sequence[Path]) -> npt.NDArray[np.int64]:
    """Widths and heights ``(N, 2)`` of pictures, turned as their EXIF data say, from their headers.

    Raises:
        PhotoError: a picture is missing, or is not a picture.
    """
    known: dict[Path, tuple[int, int]] = {}
    for file in files:
        if file not in known:
            if not file.exists():
                raise PhotoError.of(file, "the annotations name this picture, and it is missing")
            known[file] = picture_size(file)
    return np.array([known[file] for file in files], dtype=np.int64).reshape(-1, 2)


def picture_name(place: Path | str, given: str) -> str:
    """The file name of a picture that labels name, without the folders before it.

    Args:
        place: what names the picture, for the message.
        given: a name, or a path below the folder of the data set.

    Raises:
        PhotoError: it leads outside the folder, or cannot be the name of a file.
    """
    path = PurePosixPath(given.replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or ":" in given
    if outside or not path.name or len(path.name.encode(errors="replace")) > 255 or not given.isprintable():
        shown = given if len(given) <= 80 else f"{given[:80]}..."
        raise PhotoError.of(place, f"expected the name of a picture in the folder, got {shown!r}")
    return path.name


def pixels(place: Path | str, positions: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Positions ``(N, ...)`` of MATLAB in our pixels; NaN stays NaN.

    Raises:
        PhotoError: a coordinate is infinite, or too large for any picture; says of which entry.
    """
    wrong = np.abs(positions) > FAR
    if wrong.any():
        entry, value = int(np.argwhere(wrong)[0, 0]) + 1, float(positions[wrong][0])
        raise PhotoError.of(place, f"{value:g} in entry {entry} is not a position in pixels")
    return np.asarray(positions - MATLAB, dtype=np.float32)


def _is_it(facts: Facts, folder: Path, root: Path) -> bool:
    """Both Leeds sets have a ``joints.mat``, both FLICs an ``examples.mat``: the folder's name decides."""
    alike = [f for f in SETS.values() if f.name != facts.name and set(f.marker) & set(facts.marker)]
    return folder != root or root.name.lower() not in {name.lower() for f in alike for name in f.folders}
