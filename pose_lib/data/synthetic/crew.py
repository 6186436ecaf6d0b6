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
from typing import TypeVar

import torch

__all__ = ["share_out"]

Part = TypeVar("Part")
Made = TypeVar("Made")


def share_out(work: Callable[[Part], Made], parts: Iterable[Part], device: torch.device) -> list[Made]:
    """Do the work on all parts, on as many threads as torch has; an accelerator takes them one by one.

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
