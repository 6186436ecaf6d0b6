"""A claim of a paper: what is said, what was printed, and the comparisons that decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pose_lib.bench.rows import Key, label

__all__ = ["Claim", "Comparison", "Sign", "above", "below", "near"]

Sign = Literal["below", "above", "near"]


@dataclass(frozen=True)
class Comparison:
    """``first - second`` of a metric must lie below zero, above zero, or near it.

    ``near`` means within ``margin`` times the second system's own value.
    """

    first: Key
    second: Key
    metric: str
    sign: Sign = "below"
    margin: float = 0.0

    @property
    def title(self) -> str:
        """The difference in one line of a table."""
        return f"{label(self.first)} - {label(self.second)}"


def below(first: Key, second: Key, metric: str) -> Comparison:
    """``first`` is below ``second``."""
    return Comparison(first, second, metric)


def above(first: Key, second: Key, metric: str) -> Comparison:
    """``first`` is above ``second``."""
    return Comparison(first, second, metric, "above")


def near(first: Key, second: Key, metric: str, margin: float) -> Comparison:
    """``first`` is within ``margin`` times ``second`` of it."""
    return Comparison(first, second, metric, "near", margin)


@dataclass(frozen=True)
class Claim:
    """A claim holds if all of its tests do; it fails if one of them does."""

    key: str
    words: str
    published: str
    tests: tuple[Comparison, ...]
    limits: str = ""
    """What these tests cannot say."""
