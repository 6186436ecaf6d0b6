"""A web server on this machine with the faults that real ones have."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """Files by path, and what goes wrong with them.

    ``cuts`` is a list for each path: the connection ends after so many bytes of the body, once per entry.
    ``failures`` is the same with HTTP statuses. ``asked`` lists method, path and range of each request.
    """

    files: dict[str, bytes]
    kinds: dict[str, str] = field(default_factory=dict)
    cuts: dict[str, list[int]] = field(default_factory=dict)
    failures: dict[str, list[int]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    home: str = ""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[FileServer]:
    """The server, until the block ends; ``home`` is its address."""
    told = FileServer(files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            path, span = self.path, self.headers.get("Range", "")
            told.asked.append((self.command, path, span))
            if told.failures.get(path):
                self.send_error(told.failures[path].pop(0))
                return
            if path in told.moved:
                self.send_response(302)
                self.send_header("Location", told.moved[path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if path not in told.files:
                self.send_error(404)
                return
            content, tag = told.files[path], told.tags.get(path, '"1"')
            start = 0
            if told.ranges and span and self.headers.get("If-Range") == tag:
                start = int(span.removeprefix("bytes=").rstrip("-"))
                if start >= len(content):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(content)}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            else:
                self.send_response(200)
            self.send_header("Content-Type", told.kinds.get(path, "application/octet-stream"))
            if tag:
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if not body:
                return
            rest = content[start:]
            if told.cuts.get(path):
                self.wfile.write(rest[: told.cuts[path].pop(0)])
                self.close_connection = True
                return
            self.wfile.write(rest)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.home = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()
