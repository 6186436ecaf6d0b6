"""A claim of a paper: what is said, what was printed, and the comparisons that decide it.

Margins are stated here, before a run is judged: an effect whose interval lies within its margin is called no
effect. A margin is at most half of the smallest effect that the paper prints for the comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

from pose_lib.bench.rows import Key, label

__all__ = [
    "MARGIN",
    "Claim",
    "Comparison",
    "Constant",
    "Gain",
    "Options",
    "Recount",
    "Sign",
    "above",
    "below",
    "near",
]

Sign = Literal["below", "above", "near"]
Gain = tuple[Key, Key, str]
"""``first - second`` of a metric."""
MARGIN = 0.01
"""Where a paper prints no effect: a change of one per cent is taken for none."""


@dataclass(frozen=True)
class Constant:
    """A fixed number to compare with, such as one that a paper prints of a method that is not run here."""

    value: float
    name: str
    """What it is, for tables."""
    unit: float = 0.0
    """What a margin is a share of, if not the number itself; needed where that is zero."""


@dataclass(frozen=True)
class Comparison:
    """``first - second`` of a metric must lie below zero, above zero, or near it.

    ``near`` means within ``margin`` times the second system's own value; else the margin is what counts as no
    effect.
    """

    first: Key
    second: Key | Constant
    metric: str
    sign: Sign = "below"
    margin: float = MARGIN
    less: Gain | None = None
    """A difference that is subtracted from this one: does the first gain more than the second?"""
    of: str = ""
    """Name of the paper whose runs have the second system, where that is another one."""
    actions: tuple[str, str] | None = None
    """Actions of the first and of the second system, where these differ. Such differences are not paired."""
    datasets: tuple[str, ...] = ()
    """Where alone this is asked; on every data set if empty."""
    check: bool = False
    """Consistency check: it follows from definitions, or asks so little that it can hardly fail."""

    @property
    def title(self) -> str:
        """The difference in one line of a table."""
        second = self.second.name if isinstance(self.second, Constant) else label(self.second)
        names = [label(self.first), second]
        if self.actions:
            names = [f"{name} on {action}" for name, action in zip(names, self.actions, strict=True)]
        whole = " - ".join(names)
        if self.less is None:
            return whole
        first, second, metric = label(self.less[0]), label(self.less[1]), self.less[2]
        return f"({whole}) - ({first} - {second}{'' if metric == self.metric else f', {metric}'})"


class Options(TypedDict, total=False):
    """Fields of a :class:`Comparison` that few of them need."""

    less: Gain
    of: str
    actions: tuple[str, str]
    datasets: tuple[str, ...]
    check: bool


def below(
    first: Key, second: Key | Constant, metric: str, margin: float = MARGIN, **options: Unpack[Options]
) -> Comparison:
    """``first`` is below ``second``; a difference within ``margin`` times ``second`` is no effect."""
    return Comparison(first, second, metric, "below", margin, **options)


def above(
    first: Key, second: Key | Constant, metric: str, margin: float = MARGIN, **options: Unpack[Options]
) -> Comparison:
    """``first`` is above ``second``; a difference within ``margin`` times ``second`` is no effect."""
    return Comparison(first, second, metric, "above", margin, **options)


def near(
    first: Key, second: Key | Constant, metric: str, margin: float, **options: Unpack[Options]
) -> Comparison:
    """``first`` is within ``margin`` times ``second`` of it."""
    return Comparison(first, second, metric, "near", margin, **options)


@dataclass(frozen=True)
class Recount:
    """A clause on printed numbers alone, which needs no run."""

    words: str
    holds: Callable[[], bool]
    """Counts again in the printed table."""


@dataclass(frozen=True)
class Claim:
    """A claim is reproduced if all of its tests are; if one is contradicted, so is the claim."""

    key: str
    words: str
    published: str
    tests: tuple[Comparison | Recount, ...]
    limits: str = ""
    """What these tests cannot say."""
    actions: tuple[str, ...] = ()
    """Actions that it speaks of: it is open as long as one of them was not run. If empty, those that were."""
    most: bool = False
    """It speaks of most of these actions, not of all."""

    @property
    def testable(self) -> bool:
        """Whether any run or printed number can decide it."""
        return bool(self.tests)

    @property
    def check(self) -> bool:
        """Whether all of its tests are consistency checks."""
        return self.testable and all(isinstance(t, Comparison) and t.check for t in self.tests)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The tests that need runs."""
        return tuple(t for t in self.tests if isinstance(t, Comparison))
