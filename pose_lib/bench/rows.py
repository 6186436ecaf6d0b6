"""The one row type of every table: a number of a system, or a difference of two, with its interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from pose_lib.metrics.intervals import Interval, bootstrap_interval

__all__ = [
    "APART",
    "COLUMNS",
    "NAMES",
    "RUN",
    "Groups",
    "Key",
    "Row",
    "Values",
    "apart",
    "compared_rows",
    "constant_row",
    "difference_row",
    "frame",
    "label",
    "labels_of",
    "pick",
    "row",
    "split_key",
    "systems_of",
    "with_text",
]

Key = str | tuple[str, str]
"""A system, or a system with one of its settings: ``"CNN"``, ``("Stage 2", "sigma 2")``."""
Values = npt.NDArray[np.float64]
Groups = npt.NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number with its protocol and 95 % interval."""

    system: str
    setting: str = ""
    """What was varied, such as ``sigma 2``; empty where nothing was."""
    against: str = ""
    """The other system of a paired difference, as :func:`label` writes it; empty for a plain value."""
    metric: str
    protocol: str
    value: float
    low: float
    high: float
    std: float = math.nan
    """Over the samples, not of the mean."""
    samples: int = 0


COLUMNS = tuple(field.name for field in fields(Row))
"""Columns of a table of rows, in this order."""

NAMES = ["system", "setting", "against", "metric"]
"""Columns that tell one row of a run from another."""
RUN = ["paper", "dataset", "action", "preset", "budget", "precision", "seed", "controls"]
"""Columns that tell one run from another; a new run on the same device replaces an older one that has the
same."""

APART = ("device", "stale")
"""Columns of which a table may have some: runs that differ in them are never pooled."""


def apart(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns by which runs are grouped, and those of :data:`APART` that the rows have."""
    return [*columns, *(name for name in APART if name in rows)]


def split_key(key: Key) -> tuple[str, str]:
    """System and setting."""
    return (key, "") if isinstance(key, str) else key


def label(key: Key) -> str:
    """A key in one string, for tables and for the column ``against``."""
    return key if isinstance(key, str) else ", ".join(part for part in key if part)


def row(
    key: Key,
    metric: str,
    protocol: str,
    values: Values,
    groups: Groups | None = None,
    weights: Values | None = None,
) -> Row:
    """The mean of some samples with its 95 % bootstrap interval.

    Args:
        key: the system.
        metric: name of the column of results.
        protocol: what was counted, in words.
        values: ``(M,)``, one per sample or repetition.
        groups: ``(M,)`` labels of samples that are resampled together, or ``(M, L)`` of nested groups, the
            outermost first: frames of one take are correlated, and so are takes of one person.
        weights: ``(M,)`` how much each sample counts, such as its number of labelled limbs. Samples of weight
            0 are left out. The standard deviation is that of the samples' own values.

    Raises:
        ValueError: a value that counts is not finite, or there are too few; names the system and the metric.
    """
    system, setting = split_key(key)
    try:
        interval = bootstrap_interval(values, groups=groups, weights=weights)
    except ValueError as error:
        raise ValueError(f"{label(key)}, {metric}: {error}") from error
    if weights is None:
        mean, counted = float(values.mean()), values
    else:
        counted = values[weights > 0]
        mean = float(np.average(counted, weights=weights[weights > 0]))
    return Row(
        system=system,
        setting=setting,
        metric=metric,
        protocol=protocol,
        value=mean,
        low=interval.low,
        high=interval.high,
        std=float(counted.std()),
        samples=len(counted),
    )


def difference_row(
    first: Key,
    second: Key,
    metric: str,
    protocol: str,
    a: Values,
    b: Values,
    groups: Groups | None = None,
    weights: Values | None = None,
) -> Row:
    """The paired difference ``first - second`` on the same samples; arguments as for :func:`row`."""
    found = row(first, metric, f"paired difference; {protocol}", a - b, groups, weights)
    return Row(**{**vars(found), "against": label(second)})


def compared_rows(
    first: Key, second: Key, metric: str, protocol: str, a: Values, b: Values, groups: Groups | None = None
) -> list[Row]:
    """Two systems' own rows and that of their paired difference; arguments as for :func:`row`."""
    return [
        row(first, metric, protocol, a, groups),
        row(second, metric, protocol, b, groups),
        difference_row(first, second, metric, protocol, a, b, groups),
    ]


def constant_row(
    key: Key,
    metric: str,
    protocol: str,
    value: float,
    samples: int = 0,
    interval: Interval | tuple[float, float] | None = None,
    against: Key = "",
) -> Row:
    """A number that is no mean of samples: a count, a size, or a statistic with an interval of its own."""
    system, setting = split_key(key)
    low, high = interval or (value, value)
    return Row(
        system=system,
        setting=setting,
        against=label(against),
        metric=metric,
        protocol=protocol,
        value=float(value),
        low=float(low),
        high=float(high),
        samples=samples,
    )


def frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as a table with the columns :data:`COLUMNS`."""
    return pd.DataFrame([vars(r) for r in rows], columns=list(COLUMNS))


def labels_of(rows: pd.DataFrame) -> list[str]:
    """What each row is of in one string: a key, or ``first - second`` for a difference."""
    parts = with_text(rows)[["system", "setting", "against"]].itertuples(index=False)
    return [
        " - ".join(filter(None, (label((system, setting)), against))) for system, setting, against in parts
    ]


def with_text(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with empty strings, not missing values, where there is no setting and no ``against``."""
    return rows.assign(**{name: rows[name].fillna("").astype(str) for name in ("setting", "against")})


def pick(
    rows: pd.DataFrame, key: Key | None = None, metric: str | None = None, against: Key | None = None
) -> pd.DataFrame:
    """The rows of a system and metric.

    Args:
        rows: tidy rows.
        key: the system; all if missing.
        metric: its name; all if missing.
        against: for paired differences, the other system; plain values if missing.
    """
    if not len(rows):
        return rows
    chosen = rows["against"] == ("" if against is None else label(against))
    if key is not None:
        system, setting = split_key(key)
        chosen &= (rows["system"] == system) & (rows["setting"] == setting)
    if metric is not None:
        chosen &= rows["metric"] == metric
    return rows[chosen]


def systems_of(rows: pd.DataFrame, metric: str | None = None) -> list[Key]:
    """Keys of all plain rows (of a metric) in the order in which they appear."""
    found = pick(rows, metric=metric)
    if not len(found):
        return []
    keys = found[["system", "setting"]].drop_duplicates().itertuples(index=False)
    return [system if not setting else (system, setting) for system, setting in keys]
