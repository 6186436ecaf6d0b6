"""One way to time things: in turns, after a round that warms up, with the device's queue emptied."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

__all__ = ["timed"]


def timed(
    jobs: Mapping[str, Callable[[], object]],
    repetitions: int = 5,
    *,
    device: torch.device | str = "cpu",
) -> dict[str, Tensor]:
    """Seconds that each job takes, float64 ``(repetitions,)``.

    The jobs take turns, so that a busy machine disturbs all of them alike. A first round is not counted.

    Args:
        jobs: name to what is timed.
        repetitions: counted rounds.
        device: waited for at the end of each job where it works on its own.
    """
    device = torch.device(device)
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(-1, repetitions):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            if turn >= 0:
                times[name].append(time.perf_counter() - start)
    return {name: torch.tensor(t, dtype=torch.float64) for name, t in times.items()}
