"""One number as a paper prints it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SIX", "Published"]

SIX = ("Discussion", "Eating", "Greeting", "TakingPhoto", "Walking", "WalkingDog")
"""The six actions that all three 3D papers report."""


@dataclass(frozen=True)
class Published:
    """One printed number."""

    paper: str
    """The notebook of the paper that prints it."""
    table: str
    system: str
    action: str
    metric: str
    value: float
    unit: str
    note: str = ""
