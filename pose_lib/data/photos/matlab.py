"""MATLAB files, read by SciPy in another process: a damaged file can end that process, and not this one.

Of the files of structs with one wrong bit, SciPy's reader ends its process at about one in a hundred.
"""

from __future__ import annotations

import atexit
import json
import math
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_lib.data.photos import matlab_worker
from pose_lib.data.photos.errors import PhotoError, sniff

__all__ = ["load_variable"]


def load_variable(file: Path, variable: str) -> npt.NDArray[Any]:
    """A variable of a MATLAB file (version 4 to 7): numbers, text, a cell or struct array of arrays.

    Raises:
        PhotoError: no such file, another kind of file, a damaged one, or no such variable in it.
    """
    if not file.is_file():
        raise PhotoError.of(file, "no such file")
    said = sniff(file)
    if said:
        raise PhotoError.of(file, f"is {said}, expected a MATLAB file with the variable {variable}")
    head, body = _WORKER.ask(file, variable)
    if "missing" in head:
        raise PhotoError.of(file, f"has no variable {variable}")
    if "error" in head:
        said = f"cannot be read as a MATLAB file ({head['error']}); it may be cut off: download it again"
        raise PhotoError.of(file, said)
    return _decode(head["tree"], body)


class _Worker:
    """The process that reads: started at the first request, started again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, file: Path, variable: str) -> tuple[dict[str, Any], bytes]:
        """Head and body of the reply.

        Raises:
            PhotoError: reading the file ended the process, or took longer than its limit.
        """
        with self._lock:
            started = time.monotonic()
            kept = self._process is not None and self._process.poll() is None
            try:
                reply = self._exchange([str(file.absolute()), variable])
                if reply is None and kept:
                    # An earlier damaged file may have left that process in disorder: a new one decides.
                    self.end()
                    started = time.monotonic()
                    reply = self._exchange([str(file.absolute()), variable])
            except BaseException:
                # Also of an interrupt: a reply on its way would be taken for that of the next request.
                self.end(patience=0)
                raise
            if reply is None:
                how = _how(self.end(), time.monotonic() - started)
                raise PhotoError.of(file, f"is damaged ({how}); download it again")
            return reply

    def end(self, patience: float = 10) -> int:
        """End the process, if there is one, and return its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _exchange(self, request: list[str]) -> tuple[dict[str, Any], bytes] | None:
        """A reply, or none if the process died or does not answer in order."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            return None
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        try:
            head: dict[str, Any] = json.loads(line)
        except ValueError:
            return None
        body = process.stdout.read(head["size"])
        return (head, body) if len(body) == head["size"] else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            command = [sys.executable, "-P", str(matlab_worker.__file__)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._process = process
            assert process.stdout is not None
            if process.stdout.readline() != b"ready\n":
                raise RuntimeError(f"{' '.join(command)} ended with code {self.end()} before it read a file")
        return self._process


def _decode(node: dict[str, Any], body: bytes) -> npt.NDArray[Any]:
    shape = tuple(node["shape"])
    if "fields" in node:
        struct = np.empty(shape, dtype=[(name, object) for name in node["fields"]])
        for name, cells in node["fields"].items():
            struct[name] = _cells(shape, cells, body)
        return struct
    if "cells" in node:
        return _cells(shape, node["cells"], body)
    if "text" in node:
        return np.array(node["text"], dtype=np.str_).reshape(shape)
    numbers: npt.NDArray[Any] = np.frombuffer(body, node["dtype"], math.prod(shape), node["start"])
    return numbers.reshape(shape)


def _cells(shape: tuple[int, ...], nodes: list[dict[str, Any]], body: bytes) -> npt.NDArray[np.object_]:
    flat = np.empty(len(nodes), dtype=object)
    for i, node in enumerate(nodes):
        flat[i] = _decode(node, body)
    return flat.reshape(shape)


def _how(code: int, seconds: float) -> str:
    """How reading a file ended the process that did it."""
    if seconds >= matlab_worker.LIMIT:
        return f"reading it took more than {matlab_worker.LIMIT} seconds"
    if code < 0:
        return f"reading it ended the process with {signal.Signals(-code).name}"
    return f"reading it ended the process with code {code}"


_WORKER = _Worker()
atexit.register(_WORKER.end)
