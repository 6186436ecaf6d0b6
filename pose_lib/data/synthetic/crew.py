"""Threads that each work alone.

Torch's own threads meet after every operation. The renderer's operations are short, so on a machine that does
anything else they wait most of the time; threads that each take a whole batch do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier

import torch

__all__ = ["share_out"]


def share_out(work: Callable[[slice], None], parts: Iterable[slice], device: torch.device) -> None:
    """Do the work on all parts, on as many threads as torch has; an accelerator takes them one by one.

    The parts must not depend on each other.

    Raises:
        Exception: whatever the work raised first.
    """
    hands = torch.get_num_threads() if device.type == "cpu" else 1
    if hands == 1:
        for part in parts:
            work(part)
        return
    for _ in _crew(hands, os.getpid()).map(work, parts):
        pass


@cache
def _crew(hands: int, process: int) -> ThreadPoolExecutor:
    """Threads in which torch itself uses one; a forked process needs its own."""
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
