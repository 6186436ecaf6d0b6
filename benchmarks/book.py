"""The book's pages: how long `make book` takes when nothing changed, and to write all of them anew."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.timing import Timing
from pose_lib.book.build import BOOK_ROOT, build_pages

REPETITIONS = 3


def run() -> Iterator[dict[str, Any]]:
    # The first call runs what is missing, and so is not one in which nothing changed.
    make_book()
    again = [make_book() for _ in range(REPETITIONS)]
    yield line("rebuild without a change", again, limit=15.0)
    whole = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        build_pages(everything=True)
        whole.append(time.perf_counter() - start)
    pages = len(list((BOOK_ROOT / "_build/html").rglob("*.html")))
    yield line("all pages, notebooks already run", whole, pages=pages)


def make_book() -> float:
    """Seconds of `make book`, of which the output is kept back: ours is JSON."""
    start = time.perf_counter()
    subprocess.run(["make", "book"], cwd=BOOK_ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def line(what: str, seconds: list[float], **more: Any) -> dict[str, Any]:
    value = round(Timing(tuple(seconds)).median, 2)
    spread = [round(min(seconds), 2), round(max(seconds), 2)]
    head = {"name": "book", "what": what, "value": value, "unit": "s"}
    return head | {"repetitions": len(seconds), "spread": spread} | more
