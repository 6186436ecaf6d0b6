"""The text of a file, whatever its encoding and line ends."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from pose_lib.data.mocap.recording import MocapError

__all__ = ["is_plain", "read_text"]

LARGEST = 2**29
"""Bytes of a file that is read; an hour of CMU's motion has a fifth of that."""
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_text(path: Path, encoding: str = "latin-1") -> str:
    r"""The text of a file with ``\n`` at the end of each line.

    A byte-order mark says whether it is UTF-8 or UTF-16. A Ctrl-Z after the last line is left out.

    Args:
        path: any file.
        encoding: of a file without a mark.

    Raises:
        MocapError: there is no such file, it is not readable or too large, or its bytes are not of the
            encoding.
    """
    try:
        if not path.is_file():
            what = "a folder or a device" if path.exists() else "a link to nothing"
            what = what if os.path.lexists(path) else "nothing"
            raise MocapError.at(path, None, f"expected a file with text, found {what}")
        if (size := path.stat().st_size) > LARGEST:
            raise MocapError.at(
                path, None, f"expected at most {LARGEST} bytes, found {size}; cut it in parts"
            )
        data = path.read_bytes()
    except OSError as error:
        raise MocapError.at(path, None, f"it cannot be read: {error.strerror or error}") from error
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.removesuffix("-sig").upper()
        what = f"expected text in {shown} ({error.reason} at byte {error.start}); save it as UTF-8"
        raise MocapError.at(path, None, what) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    content, _, after = text.partition("\x1a")
    return text if after.strip("\x1a\0 \t\n") else content


def is_plain(text: str) -> bool:
    """Whether a name can be printed in one line: without control characters, and valid Unicode."""
    return not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text) and (
        not {"\u2028", "\u2029"} & set(text)
    )
