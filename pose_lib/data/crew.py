"""A pool of threads that each process whole batches.

Torch's own threads synchronise after every operation. The renderer's operations are short, so on a machine
with other work they mostly wait for each other; threads that each process a whole batch do not.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from threading import Barrier
from typing import TypeVar

import torch

__all__ = ["ahead", "share_out"]

Part = TypeVar("Part")
Made = TypeVar("Made")


def share_out(work: Callable[[Part], Made], parts: Iterable[Part], device: torch.device) -> list[Made]:
    """Do the work on all parts, on as many threads as torch uses; on an accelerator one part after the other.

    The parts must not depend on each other. The results come in the order of the parts.

    Raises:
        Exception: whatever the work raised first.
    """
    hands = _hands(device)
    if hands == 1:
        return [work(part) for part in parts]
    return list(_crew(hands, os.getpid()).map(work, parts))


def ahead(work: Callable[[Part], Made], parts: Iterable[Part], device: torch.device) -> Iterator[Made]:
    """Like :func:`share_out`, one result after the other, while at most as many as threads are being made.

    What the work itself shares out is done by the thread that has the part.

    Raises:
        Exception: whatever the work raised, when its result is taken.
    """
    hands = _hands(device)
    if hands == 1:
        yield from map(work, parts)
        return
    crew, waiting = _crew(hands, os.getpid()), deque[Future[Made]]()
    try:
        for part in parts:
            waiting.append(crew.submit(work, part))
            if len(waiting) > hands:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _hands(device: torch.device) -> int:
    return torch.get_num_threads() if device.type == "cpu" else 1


@cache
def _crew(hands: int, process: int) -> ThreadPoolExecutor:
    """Threads in which torch itself uses one thread; a forked process needs its own pool."""
    ready = Barrier(hands + 1)

    def prepare() -> None:
        torch.set_num_threads(1)
        torch.get_num_threads()  # makes the setting this thread's own
        ready.wait()

    before = torch.get_num_threads()
    crew = ThreadPoolExecutor(hands, f"draw-{process}", initializer=prepare)
    for _ in range(hands):
        crew.submit(int)
    ready.wait()
    torch.set_num_threads(before)
    return crew
