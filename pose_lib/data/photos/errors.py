"""Error messages for files that cannot be used."""

from __future__ import annotations

from pathlib import Path

from pose_lib.data.photos.cards import PAGE

__all__ = ["PhotoError", "sniff"]


class PhotoError(ValueError):
    """A file cannot be used; the message names it, what was expected, and where to read more."""

    @classmethod
    def of(cls, place: Path | str, what: str) -> PhotoError:
        """The error for a file or folder."""
        return cls(f"{place}: {what}; see {PAGE}")


def sniff(file: Path) -> str:
    """What a file is instead of the expected data; empty where nothing is obviously wrong."""
    try:
        with file.open("rb") as stream:
            head = stream.read(512)
    except (OSError, ValueError) as error:
        return f"not to be opened: {getattr(error, 'strerror', None) or error}"
    if not head:
        return "an empty file"
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        return "a web page saved under this name (the download did not work)"
    if start.startswith(b"version https://git-lfs"):
        return "a pointer of Git LFS, not the file"
    if head.startswith(b"\x89HDF") or b"MATLAB 7.3" in head:
        return "a MATLAB 7.3 file; save it again as version 7"
    return ""
