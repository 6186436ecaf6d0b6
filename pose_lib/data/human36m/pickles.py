"""Pickles that hold arrays and nothing else: whatever else one asks for is refused and named.

Python's own unpickler calls any function that a file names. Here a file can make arrays of numbers and text,
and the lists, tuples and dictionaries that hold them.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from pose_lib.data.human36m.errors import Human36mError

__all__ = ["load_arrays", "load_pickle"]

_MODULES = (
    "numpy",
    "numpy.core.multiarray",
    "numpy._core.multiarray",
    "numpy.core.numeric",
    "numpy._core.numeric",
)
_NAMES = ("ndarray", "dtype", "_reconstruct", "scalar", "_frombuffer")


class _ArraysOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module in _MODULES and name in _NAMES:
            if name in ("ndarray", "dtype"):
                return getattr(np, name)
            place = "numeric" if name == "_frombuffer" else "multiarray"
            return super().find_class(f"numpy._core.{place}", name)
        if (module, name) == ("_codecs", "encode"):  # bytes, as Python 2 and protocol 2 write them
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, and only arrays are read")


def load_pickle(file: Path) -> Any:
    """What a pickle holds: arrays, numbers, text, and lists and dictionaries of these.

    Raises:
        Human36mError: the file is missing or damaged, or asks for anything that is no array; nothing of it is
            executed.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Human36mError.of(file, f"cannot be read ({error.strerror})") from error
    return _unpickled(content, file)


def load_arrays(file: Path) -> dict[str, Any]:
    """The arrays of an ``npz`` file by name; one that holds a single object gives the object.

    Raises:
        Human36mError: as for :func:`load_pickle`.
    """
    found: dict[str, Any] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.namelist():
                found[member.removesuffix(".npy")] = _array(archive.read(member), Path(f"{file}/{member}"))
    except (OSError, zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, Human36mError):
            raise
        raise Human36mError.of(file, f"is no whole npz file ({error}); download or make it again") from error
    return found


def _array(content: bytes, place: Path) -> Any:
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    if not dtype.hasobject:
        return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    value = _unpickled(stream.read(), place)
    if not isinstance(value, np.ndarray) or value.shape != shape:
        raise Human36mError.of(place, f"holds no array of shape {shape}")
    return value.item() if shape == () else value


def _unpickled(content: bytes, place: Path) -> Any:
    try:
        return _ArraysOnly(io.BytesIO(content), encoding="latin1").load()
    except Exception as error:  # damaged bytes raise many kinds
        raise Human36mError.of(place, f"is no pickle of arrays ({error}); it was not executed") from error
