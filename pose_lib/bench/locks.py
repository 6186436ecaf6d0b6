"""One process at a time: the second waits, and takes what the first has made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pose_lib.progress import say

__all__ = ["locked", "written"]


@contextmanager
def locked(file: Path, doing: str) -> Iterator[None]:
    """Hold a lock while the block runs; one who has to wait says so once.

    Args:
        file: of the lock. It stays; that it exists means nothing.
        doing: what is done under it, for the message.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0.2)
    except Timeout:
        say(f"waiting for another process: {doing}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def written(file: Path, write: Callable[[Path], object]) -> Path:
    """Write a file beside its place, under a name of this process alone, and move it there when it is whole.

    Args:
        file: where it is to be.
        write: writes the whole file to the path that it is given.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        write(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file
