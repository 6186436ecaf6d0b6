"""A pool of threads that each process whole batches.

Torch's own threads synchronise after every operation. The renderer's operations are short, so on a machine
with other work they mostly wait for each other; threads that each process a whole batch do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier
from typing import TypeVar

import torch

__all__ = ["share_out"]

Part = TypeVar("Part")
Made = TypeVar("Made")


def share_out(work: Callable[[Part], Made], parts: Iterable[Part], device: torch.device) -> list[Made]:
    """Do the work on all parts, on as many threads as torch uses; on an accelerator one part after the other.

    The parts must not depend on each other. The results come in the order of the parts.

    Raises:
        Exception: whatever the work raised first.
    """
    hands = torch.get_num_threads() if device.type == "cpu" else 1
    if hands == 1:
        return [work(part) for part in parts]
    return list(_crew(hands, os.getpid()).map(work, parts))


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
