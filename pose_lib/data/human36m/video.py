"""Frames of a video, decoded one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_lib.data.human36m.errors import Human36mError

__all__ = ["count_frames", "read_frames"]


def count_frames(file: Path) -> int:
    """Number of frames, without decoding them.

    Raises:
        Human36mError: the file is missing, empty, truncated, or no video.
    """
    with _opened(file) as (container, stream):
        if stream.frames:
            return int(stream.frames)
        return sum(packet.size > 0 for packet in container.demux(stream))


def read_frames(file: Path, frames: Sequence[int]) -> Iterator[npt.NDArray[np.uint8]]:
    """Some frames, RGB uint8 ``(H, W, 3)``, as they are decoded.

    Args:
        file: the video.
        frames: their numbers from 0, rising.

    Raises:
        Human36mError: the video is damaged, or ends before the last of them.
    """
    wanted = iter(frames)
    frame = next(wanted, None)
    with _opened(file) as (container, stream):
        stream.thread_count = 1  # videos are decoded side by side
        at = -1
        for at, picture in enumerate(container.decode(stream)):
            if picture.is_corrupt:
                raise Human36mError.of(file, f"is damaged in frame {at}; unpack it again")
            if at == frame:
                yield picture.to_ndarray(format="rgb24")
                frame = next(wanted, None)
            if frame is None:
                return
    if frame is not None:
        raise Human36mError.of(file, f"ends after {at + 1} frames, expected frame {frame}; unpack it again")


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Any, Any]]:
    import av

    if not file.is_file() or not file.stat().st_size:
        raise Human36mError.of(file, "is empty" if file.is_file() else "no such file")
    try:
        with av.open(str(file)) as container:
            if not container.streams.video:
                raise Human36mError.of(file, "holds no video")
            yield container, container.streams.video[0]
    except (av.FFmpegError, OSError, EOFError) as error:
        raise Human36mError.of(file, f"is no video or damaged ({error}); unpack it again") from error
