"""A hash of the files in a folder: by their contents, or for pictures and videos by size and time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

__all__ = ["LARGE", "PICTURES", "contents_hash"]

PICTURES = frozenset(
    {".jpg", ".jpeg", ".png", ".ppm", ".pgm", ".bmp", ".gif", ".tif", ".tiff", ".webp"}
    | {".avi", ".mp4", ".m4v", ".mov", ".mkv", ".mpg", ".mpeg", ".webm", ".wmv"}
)
"""Endings of pictures and videos: too many bytes to read each time."""
LARGE = 64 * 2**20
"""Bytes; a larger file is not read either."""


def contents_hash(folder: str | Path, endings: Collection[str] = ()) -> str:
    """Sixteen hexadecimal digits that change when a file in a folder, or in one below it, changes.

    Counted are the paths below the folder and, of each file, the contents; of a picture, a video or a file
    of more than :data:`LARGE` bytes the size and the time of its last change. Hidden files and folders (a
    leading dot, ``__MACOSX``) are left out. A process reads a file again when it has been written to or
    replaced, also by one of the same size and time.

    Args:
        folder: may be relative or begin with ``~``.
        endings: count only files with these endings, such as ``.bvh``; all by default.

    Raises:
        FileNotFoundError: there is no such folder.
        PermissionError: a file or folder may not be read; names it.
    """
    root = Path(folder).expanduser().resolve()
    if not root.is_dir():
        raise FileNotFoundError(f"no folder {folder} (looked for {root})")
    digest = hashlib.sha256()
    for name, file in sorted(_files(root)):
        if endings and file.suffix.lower() not in endings:
            continue
        stat = file.stat()
        if file.suffix.lower() in PICTURES or stat.st_size > LARGE:
            what = f"{stat.st_size} {stat.st_mtime_ns}"
        else:
            what = _content(file, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
        digest.update(f"{name}\0{what}\n".encode())
    return digest.hexdigest()[:16]


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file with its path below the root; links are followed, each folder once."""
    entered = set()
    for folder, below, names in os.walk(root, onerror=_raise, followlinks=True):
        place = Path(folder)
        entered.add(place.resolve())
        below[:] = sorted(n for n in below if not _is_hidden(n) and (place / n).resolve() not in entered)
        for name in names:
            file = place / name
            if not _is_hidden(name) and file.is_file():
                yield file.relative_to(root).as_posix(), file


def _raise(error: OSError) -> None:
    raise error


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


@lru_cache(maxsize=100_000)
def _content(file: Path, *_identity: int) -> str:
    """A hash of a file's bytes, read again when it is another file: a copy may keep size and time."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
