"""Files that are there whole or not at all: one writer at a time, space reserved first, leftovers removed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pose_lib.progress import say

__all__ = [
    "StorageError",
    "checksum",
    "digest",
    "is_abandoned",
    "leftovers",
    "locked",
    "remove",
    "reserve",
    "unfinished",
    "writing",
    "written",
]

DAY = 86_400.0
BLOCK = 2**24


class StorageError(RuntimeError):
    """A file cannot be written; the message names it, says why, and what to do."""


@contextmanager
def writing(place: Path, needed: int = 0) -> Iterator[None]:
    """Turn what the system says when a file cannot be written into a message that names it and helps.

    Args:
        place: the file or folder that is written in the block.
        needed: its bytes, where they are known beforehand.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    try:
        yield
    except OSError as error:
        place = Path(error.filename) if isinstance(error.filename, str) else place
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            free = shutil.disk_usage(_existing(place)).free
            wanted = f"{_size(needed)} are needed" if needed else "it does not fit"
            what = f"({error.strerror}: {wanted}, {_size(free)} are free)"
            advice = "make room there, or choose another disk"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what, advice = f"({error.strerror})", "choose a folder that can be written"
        else:
            raise
        raise StorageError(
            f"cannot write {place} {what}; {advice}: the environment variable POSE_CACHE names the folder of "
            "the data that are made once, POSE_RUNS that of the runs"
        ) from error


@contextmanager
def locked(file: Path, doing: str) -> Iterator[None]:
    """Hold a lock while the block runs; one who has to wait says so once.

    Args:
        file: of the lock. It stays; that it exists means nothing.
        doing: what is done under it, for the message.

    Raises:
        StorageError: the lock cannot be written.
    """
    with writing(file):
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
    """Write a file beside its place, under a name of this call alone, and move it there when it is whole.

    What killed processes have left of the same file is removed.

    Args:
        file: where it is to be.
        write: writes the whole file to the path that it is given.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    part = unfinished(file)
    with writing(file):
        try:
            write(part)
            part.replace(file)
        finally:
            remove(part)
    for other in leftovers(file):
        remove(other)
    return file


def unfinished(place: Path) -> Path:
    """A name beside a place for what is to be moved there; no other call gets the same one."""
    return place.with_name(f".{place.name}.{_host()}.{os.getpid()}.{uuid.uuid4().hex[:8]}.part")


def leftovers(place: Path) -> list[Path]:
    """What is left beside a place from processes that ended before they could move it there."""
    if not place.parent.is_dir():
        return []
    mine = f".{place.name}."
    return [p for p in place.parent.iterdir() if p.name.startswith(mine) and is_abandoned(p)]


def is_abandoned(part: Path) -> bool:
    """Whether nobody writes an unfinished file or folder any more, as far as can be told from here."""
    *_, host, process, _, ending = ("", "", "", "", *part.name.split("."))
    if ending != "part" or not process.isdecimal():
        return False
    if host == _host() and os.name == "posix":
        return not _is_running(int(process))
    try:
        return time.time() - part.stat().st_mtime > DAY
    except FileNotFoundError:
        return False


def remove(place: Path) -> None:
    """Remove a file or a folder with all that is in it; nothing happens where there is none."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def reserve(file: Path, size: int, head: bytes = b"") -> None:
    """Make a file of ``size`` bytes whose space on the disk is its own; it begins with ``head``.

    A file that is only declared to be large has no space yet: a process that fills it through a memory map
    is ended by the system when the disk is full.

    Raises:
        StorageError: there is not enough space; says how much is needed and how much is free.
    """
    with writing(file, size), file.open("wb") as stream:
        if shutil.disk_usage(file.parent).free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        stream.write(head)
        if hasattr(os, "posix_fallocate"):
            stream.flush()
            os.posix_fallocate(stream.fileno(), 0, max(size, 1))
        else:
            for start in range(len(head), size, BLOCK):
                stream.write(bytes(min(BLOCK, size - start)))


def checksum(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest(content: Any) -> str:
    """The SHA-256 of anything that JSON can write; what it cannot write counts as its text."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _existing(place: Path) -> Path:
    """The place, or the nearest folder above it that exists."""
    return next(p for p in (place, *place.absolute().parents) if p.exists())


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


def _host() -> str:
    return socket.gethostname().replace(".", "-") or "host"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
