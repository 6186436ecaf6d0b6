"""The files of MPI-INF-3DHP: videos, pictures, and two versions of MATLAB's format."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from pose_lib.data.photos.cards import PAGE
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.matlab import load_variable

__all__ = ["MpiError", "decoded", "opened", "read_picture", "read_stored", "read_variable"]


class MpiError(ValueError):
    """A file of MPI-INF-3DHP cannot be used; the message names it, and says what was expected."""


def opened(video: Path) -> Any:
    """A video, opened by PyAV; a context manager.

    Raises:
        MpiError: it is no video.
    """
    av = import_module("av")
    try:
        container = av.open(str(video))
    except (av.FFmpegError, OSError) as error:
        raise MpiError(f"{video} is no video, or damaged ({error}); download it again") from error
    if not container.streams.video:
        container.close()
        raise MpiError(f"{video} holds no video; download it again")
    return container


def decoded(container: Any, video: Path, frames: npt.NDArray[np.int64]) -> Iterator[Image.Image]:
    """Some frames of an opened video.

    Args:
        container: from :func:`opened`.
        video: its file, for messages.
        frames: their numbers from 0, rising.

    Raises:
        MpiError: the video is damaged, or ends before the last of them.
    """
    wanted, at = iter(frames.tolist()), -1
    frame = next(wanted, None)
    container.streams.video[0].thread_type = "AUTO"
    try:
        for at, picture in enumerate(container.decode(video=0)):
            if at == frame:
                yield picture.to_image()
                frame = next(wanted, None)
            if frame is None:
                return
    except import_module("av").FFmpegError as error:
        raise MpiError(f"{video} is damaged after frame {at} ({error}); download it again") from error
    raise MpiError(f"{video} ends after {at + 1} frames, expected frame {frame}; download it again")


def read_picture(file: Path) -> Image.Image:
    """A picture in RGB.

    Raises:
        MpiError: it is missing or damaged.
    """
    try:
        with Image.open(file) as picture:
            return picture.convert("RGB")
    except (OSError, SyntaxError) as error:
        raise MpiError(f"{file} is missing or damaged ({error}); download it again") from error


def read_variable(file: Path, name: str) -> npt.NDArray[Any]:
    """A variable of an ``annot.mat`` (MATLAB version 5); those read last are kept.

    Raises:
        MpiError: the file is missing or damaged, or has no such variable.
    """
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return _variable(file, name, stamp)


@lru_cache(maxsize=4)
def _variable(file: Path, name: str, _stamp: int) -> npt.NDArray[Any]:
    try:
        return load_variable(file, name)
    except PhotoError as error:
        raise MpiError(str(error).removesuffix(f"; see {PAGE}")) from error


def read_stored(file: Path, name: str) -> npt.NDArray[Any]:
    """A variable of an ``annot_data.mat`` (MATLAB version 7.3, which is HDF5).

    Raises:
        MpiError: the file is damaged, or has no such variable.
    """
    try:
        with import_module("h5py").File(file, "r") as content:
            return np.asarray(content[name])
    except (OSError, KeyError, RuntimeError) as error:
        raise MpiError(f"{file}: {name} cannot be read ({error}); download the test set again") from error
