"""What long work shows: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

__all__ = ["Progress", "say"]


def _in_kernel() -> bool:
    """Whether stderr is a Jupyter kernel's stream rather than a file or terminal."""
    return type(sys.stderr).__module__.startswith("ipykernel")


def say(line: str) -> None:
    """Write a line to stderr and, from inside a Jupyter kernel, to the terminal that started the kernel.

    papermill shows nothing of a cell's output until the cell ends, unless it is asked to; the person who
    waits at the terminal sees these lines all the same.
    """
    print(line, file=sys.stderr, flush=True)
    if _in_kernel():
        try:
            # The kernel's stream keeps the descriptor that it replaced, and gives it as its own.
            terminal = sys.stderr.fileno()
        except io.UnsupportedOperation:
            return  # this kernel has none: the cell's output is all there is
        os.write(terminal, f"{line}\n".encode())


class Progress:
    """Counts the work of one task and tells how it goes.

    Args:
        total: number of steps, images or whatever ``unit`` names.
        title: what is being done.
        every: seconds between two lines where there is no terminal.
        clock: seconds, for tests.

    Use as a context manager, and call with the number of units done so far.
    """

    def __init__(
        self,
        total: int,
        title: str,
        *,
        unit: str = "it",
        every: float = 4.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total, self.title, self.unit, self.every, self.clock = total, title, unit, every, clock
        self.start = self.last = clock()
        self.first: int | None = None
        self.bar: tqdm[Any] | None = None
        if sys.stderr.isatty() and not _in_kernel():
            self.bar = tqdm(total=total, desc=title, unit=unit)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()
        elif kind is None:
            say(f"{self.title}: done in {self.clock() - self.start:.0f} s")

    def __call__(self, done: int, note: str = "") -> None:
        """Report that ``done`` units are finished, with a few words on how well."""
        if self.first is None:
            self.first = done  # resumed work does not count towards the rate
        if self.bar is not None:
            self.bar.set_postfix_str(note, refresh=False)
            self.bar.update(done - self.bar.n)
            return
        now = self.clock()
        if now - self.last < self.every:
            return
        self.last = now
        rate = (done - self.first) / max(now - self.start, 1e-9)
        left = (self.total - done) / rate if rate > 0 else float("inf")
        text = f"{self.title}: {done}/{self.total} {self.unit}, {rate:.3g} {self.unit}/s, {left:.0f} s left"
        say(f"{text}, {note}" if note else text)
