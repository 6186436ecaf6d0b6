"""Downloads that are resumed after a cut connection and checked before they get their name.

Nothing here runs unless a person asks for a file. Only HTTPS is used, redirections included; a server on this
machine may do without.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

from pose_lib.storage import checksum, remove, writing

__all__ = ["DownloadError", "download", "size_of"]

TIMEOUT = 60.0
"""Seconds that a server may be silent."""
BLOCK = 2**18
_Answer = TypeVar("_Answer")
_LOCAL = ("127.0.0.1", "localhost", "::1")
_PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")
_AGENT = "pose-lib"


class DownloadError(RuntimeError):
    """A file could not be downloaded; the message names it, says why, and what to do."""


@dataclass(frozen=True)
class _Kept:
    """What is there of an unfinished download: the part, and which version of the file it belongs to."""

    part: Path
    note: Path

    @classmethod
    def of(cls, file: Path) -> _Kept:
        return cls(file.with_name(f"{file.name}.part"), file.with_name(f"{file.name}.part.json"))

    def version(self, url: str) -> str:
        """The ETag or date of the version; empty where the part cannot be continued."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            return str(note["version"]) if note["url"] == url and self.part.is_file() else ""
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return ""

    def drop(self) -> None:
        remove(self.part)
        remove(self.note)


class _Redirections(urllib.request.HTTPRedirectHandler):
    """Follows redirections, and refuses those that leave HTTPS."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        try:
            _require_https(newurl)
        except DownloadError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def size_of(url: str, *, attempts: int = 5, pause: float = 1.0) -> int | None:
    """Bytes of a file as its server states them; None if there is no such file.

    Args:
        url: of the file.
        attempts: connections that are tried before giving up.
        pause: seconds before the second one, doubled before each further one.

    Raises:
        DownloadError: no answer, an answer without a size, or a web page instead of a file.
    """

    def ask() -> int | None:
        try:
            with _open(url, {}, "HEAD") as answer:
                length = answer.headers.get("Content-Length")
                _refuse_page(url, answer.headers.get_content_type(), b"")
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                error.close()
                return None
            raise
        if length is None or not length.isdecimal():
            raise DownloadError(f"{url}: the server does not say how large the file is")
        return int(length)

    return _insisting(url, ask, attempts, pause, "")


def download(
    url: str,
    file: Path,
    *,
    sha256: str | None = None,
    attempts: int = 5,
    pause: float = 1.0,
    progress: Callable[[int], None] | None = None,
) -> str:
    """Download a file; it appears under its name when it is whole and its hash is the expected one.

    What a cut connection or a killed process leaves (``NAME.part``) is continued, if the server still has the
    same version of the file.

    Args:
        url: of the file.
        file: where to write it; its folder is there.
        sha256: the expected hash, where it is known.
        attempts: connections that are tried before giving up; the count begins again when bytes arrive.
        pause: seconds before the second one, doubled before each further one.
        progress: called with the number of bytes that are there.

    Returns:
        The SHA-256 of the file.

    Raises:
        DownloadError: the server does not deliver, or delivers a web page or other bytes than expected.
        StorageError: the disk is full, or the folder cannot be written.
    """
    kept = _Kept.of(file)
    resumed = bool(kept.version(url))
    advice = "; what has arrived is kept, and the same command continues it"
    _insisting(url, lambda: _receive(url, kept, progress), attempts, pause, advice, kept)
    found = checksum(kept.part)
    if sha256 is not None and found != sha256 and resumed:
        # The parts of two versions: once more from the start.
        kept.drop()
        _insisting(url, lambda: _receive(url, kept, progress), attempts, pause, advice, kept)
        found = checksum(kept.part)
    if sha256 is not None and found != sha256:
        kept.drop()
        raise DownloadError(
            f"{url}: its SHA-256 is {found}, expected {sha256}: the file was damaged on its way or has been "
            "changed at its home; nothing of it is kept"
        )
    with writing(file):
        kept.part.replace(file)
    remove(kept.note)
    return found


def _receive(url: str, kept: _Kept, progress: Callable[[int], None] | None) -> None:
    """One connection: from where the part ends, or from the start if the server has another version."""
    version = kept.version(url)
    start = kept.part.stat().st_size if version else 0
    headers = {"Range": f"bytes={start}-", "If-Range": version} if start else {}
    try:
        answer = _open(url, headers)
    except urllib.error.HTTPError as error:
        if error.code != 416 or not start:
            raise
        error.close()
        total = error.headers.get("Content-Range", "").rpartition("/")[2]
        if total != str(start):  # 416 of a part that is whole: nothing was left to send
            kept.drop()
            raise ConnectionError("the server cannot continue the file") from error
        return
    with answer, writing(kept.part):
        if answer.status == 206:
            span = answer.headers.get("Content-Range", "")
            if not span.startswith(f"bytes {start}-"):
                kept.drop()
                raise ConnectionError(f"the server continues elsewhere than asked for ({span!r})")
        else:
            start = 0
        length = answer.headers.get("Content-Length")
        first = answer.read(BLOCK)
        if not start:
            _refuse_page(url, answer.headers.get_content_type(), first)
            known = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
            known = "" if known.startswith("W/") else known  # a weak tag does not stand for the same bytes
            kept.note.write_text(json.dumps({"url": url, "version": known}), encoding="utf-8")
        with kept.part.open("ab" if start else "wb") as stream:
            arrived = _copy(first, answer, stream, start, progress)
    if length is not None and arrived < int(length):
        raise ConnectionError(f"the connection ended after {arrived} of {length} bytes")


def _copy(
    first: bytes, answer: Any, stream: IO[bytes], start: int, progress: Callable[[int], None] | None
) -> int:
    """Write what arrives to the stream; returns the number of bytes of this connection."""
    arrived, block = 0, first
    while block:
        stream.write(block)
        arrived += len(block)
        if progress is not None:
            progress(start + arrived)
        block = answer.read(BLOCK)
    return arrived


def _insisting(
    url: str,
    ask: Callable[[], _Answer],
    attempts: int,
    pause: float,
    advice: str,
    kept: _Kept | None = None,
) -> _Answer:
    """What ``ask`` returns; asked again after failures that may pass."""
    failed, before = 0, -1
    while True:
        try:
            return ask()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500 and error.code not in (408, 429):
                raise DownloadError(f"{url}: the server answers {error.code} {error.reason}") from error
            reason: Exception = error
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                what = f"the certificate of the server is not valid ({error.reason.verify_message})"
                raise DownloadError(f"{url}: {what}; nothing was downloaded") from error
            reason = error
        except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
            reason = error
        there = kept.part.stat().st_size if kept is not None and kept.part.is_file() else 0
        failed = failed + 1 if there <= before else 1
        before = max(before, there)
        if failed >= attempts:
            raise DownloadError(f"{url}: gave up after {attempts} attempts ({reason}){advice}") from reason
        time.sleep(pause * 2 ** (failed - 1))


def _open(url: str, headers: dict[str, str], method: str = "GET") -> Any:
    _require_https(url)
    asked = {"User-Agent": _AGENT, "Accept-Encoding": "identity", **headers}
    request = urllib.request.Request(url, headers=asked, method=method)
    return urllib.request.build_opener(_Redirections).open(request, timeout=TIMEOUT)


def _require_https(url: str) -> None:
    place = urlsplit(url)
    if place.scheme != "https" and not (place.scheme == "http" and place.hostname in _LOCAL):
        raise DownloadError(f"{url}: not an address with https, so that nobody could vouch for the file")


def _refuse_page(url: str, kind: str, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:16].lower()
    if kind in ("text/html", "application/xhtml+xml") or start.startswith(_PAGES):
        raise DownloadError(
            f"{url}: the server sends a web page instead of the file; open the address in a browser to see it"
        )
