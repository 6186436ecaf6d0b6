"""The process that reads MATLAB files for :mod:`pose_lib.data.photos.matlab`.

It runs as a script and imports nothing of the package, so that it starts quickly. A request is a line of JSON
with the file and the name of a variable. A reply is a line of JSON and as many bytes as that says; nothing in
either can execute code.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

__all__ = ["DEEP", "LIMIT", "answer", "serve"]

LIMIT = 120
"""Seconds after which a reading process ends itself. The largest file, of FLIC-full, takes three."""
DEEP = 16
"""Structs within structs; the data sets have three."""


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until their stream ends, as it does when the process that asks ends or is killed."""
    replies.write(b"ready\n")
    replies.flush()
    with Path(os.devnull).open("w") as nowhere:
        for line in requests:
            faulthandler.dump_traceback_later(LIMIT, exit=True, file=nowhere)
            head, body = answer(*json.loads(line))
            faulthandler.cancel_dump_traceback_later()
            replies.write(json.dumps({**head, "size": len(body)}).encode() + b"\n")
            replies.write(body)
            replies.flush()


def answer(file: str, variable: str) -> tuple[dict[str, Any], bytearray]:
    """``{"tree": ...}`` of a variable and the bytes of its numbers, or ``{"error": ...}``."""
    from scipy.io import loadmat

    body = bytearray()
    try:
        # Cells and structs of MATLAB become arrays of objects that scipy makes itself; nothing is unpickled.
        content = loadmat(file, variable_names=[variable])
        if variable not in content:
            return {"missing": variable}, body
        return {"tree": _encode(content[variable], body, 0)}, body
    except Exception as error:  # whatever scipy raises is reported as the reason
        return {"error": f"{type(error).__name__}: {error}"[:500]}, bytearray()


def _encode(value: Any, body: bytearray, depth: int) -> dict[str, Any]:
    """A node of the tree; numbers go to the end of ``body``."""
    if not isinstance(value, np.ndarray):
        raise TypeError(value if isinstance(value, str) else f"it holds a {type(value).__name__}")
    if depth > DEEP:
        raise ValueError(f"it has more than {DEEP} structs within each other")
    shape = list(value.shape)
    if value.dtype.names is not None:
        fields = {n: [_encode(v, body, depth + 1) for v in value[n].flat] for n in value.dtype.names}
        return {"shape": shape, "fields": fields}
    if value.dtype.kind == "O":
        return {"shape": shape, "cells": [_encode(v, body, depth + 1) for v in value.flat]}
    if value.dtype.kind == "U":
        return {"shape": shape, "text": value.reshape(-1).tolist()}
    if value.dtype.kind not in "biufc":
        raise TypeError(f"it holds an array of {value.dtype}")
    numbers = np.asarray(value, dtype=value.dtype.newbyteorder("="))
    start = len(body)
    body += numbers.tobytes()
    return {"shape": shape, "dtype": numbers.dtype.str, "start": start}


if __name__ == "__main__":
    # An interrupt from the keyboard goes to the process that asks, which then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Scipy warns of a variable that it cannot read, which the reply says too, or of one not asked for.
    warnings.simplefilter("ignore")
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the replies
    try:
        serve(sys.stdin.buffer, out)
    except BrokenPipeError:
        os._exit(0)  # nobody is left to reply to
