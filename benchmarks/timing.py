"""Timings that a busy machine cannot bend: contestants take turns, and the median counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

__all__ = ["Timing", "interleaved", "result", "threads"]


@dataclass(frozen=True)
class Timing:
    """Seconds of the repetitions of one contestant."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds of the middle repetition."""
        return statistics.median(self.seconds)

    def rates(self, work: float) -> tuple[float, float, float]:
        """Median, lowest and highest of ``work`` a second."""
        return work / self.median, work / max(self.seconds), work / min(self.seconds)


def interleaved(
    contestants: Mapping[str, Callable[[], object]], repetitions: int = 7, warm_up: int = 1
) -> dict[str, Timing]:
    """Time each contestant in turn, again and again, so that a disturbance meets all of them.

    Args:
        contestants: what to call, by name; work on an accelerator is waited for.
        repetitions: timed rounds.
        warm_up: rounds before, not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(warm_up + repetitions):
        for name, call in contestants.items():
            start = time.perf_counter()
            call()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if turn >= warm_up:
                seconds[name].append(time.perf_counter() - start)
    return {name: Timing(tuple(values)) for name, values in seconds.items()}


def result(
    name: str,
    unit: str,
    work: float,
    ours: Timing,
    *,
    yardsticks: Mapping[str, Timing] | None = None,
    peak: float | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One line of a benchmark's output.

    Args:
        name: of the benchmark.
        unit: of ``work`` a second.
        work: done in one repetition, the same for the yardsticks.
        ours: the package's timing.
        yardsticks: other ways to the same result by name. ``baseline`` is the rate of the fastest, ``ratio``
            how many times as fast ours is.
        peak: the machine's measured limit in the same unit.
        more: anything that a reader needs to judge the number.
    """
    value, low, high = ours.rates(work)
    line: dict[str, Any] = {"name": name, "value": _short(value), "unit": unit}
    if yardsticks:
        rates = {label: timing.rates(work)[0] for label, timing in yardsticks.items()}
        best = max(rates, key=lambda label: rates[label])
        line |= {"baseline": _short(rates[best]), "ratio": _short(value / rates[best]), "yardstick": best}
        line["yardsticks"] = {label: _short(rate) for label, rate in rates.items()}
    if peak is not None:
        line |= {"of_peak": _short(value / peak), "peak": _short(peak)}
    line |= {"repetitions": len(ours.seconds), "spread": [_short(low), _short(high)]}
    return line | {"threads": torch.get_num_threads()} | more


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Torch on that many threads, for as long as the block lasts."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
