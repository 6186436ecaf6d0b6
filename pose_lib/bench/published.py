"""A paper's own numbers, as data with their source: facts to compare with, never results of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = ["SIX", "Published", "published_table"]

SIX = ("Discussion", "Eating", "Greeting", "TakingPhoto", "Walking", "WalkingDog")
"""The six actions of Human3.6M that the 3D papers have in common."""


@dataclass(frozen=True)
class Published:
    """One printed number."""

    table: str
    """The printed table or figure."""
    system: str
    action: str
    metric: str
    value: float
    unit: str
    note: str = ""
    source: str = ""
    """Where it is from, if not from the paper itself."""


def published_table(numbers: Sequence[Published], table: str) -> pd.DataFrame:
    """One printed table in long form: system, action, metric, value, unit, note, source.

    Raises:
        KeyError: there is no such table among the numbers; lists those there are.
    """
    rows = [vars(p) for p in numbers if p.table == table]
    if not rows:
        known = sorted({p.table for p in numbers})
        raise KeyError(f"no {table}; there are: {', '.join(known)}")
    return pd.DataFrame(rows).drop(columns=["table"])
