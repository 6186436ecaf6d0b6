"""What runs have shown: their rows, and every metric per sequence, from which differences are computed.

Claims are judged by paired differences of systems. A run does not need to know which ones: it keeps for each
system and metric the total and the weight of every sequence (a take of a person, all cameras together), and
since people and their whole takes are resampled, the difference of any two systems and its interval follow
from these.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.per_sequence import PerSequence
from pose_lib.bench.row_files import StoredError
from pose_lib.bench.rows import RUN, Groups, Key, Row, Values, constant_row, frame, pick, split_key
from pose_lib.metrics.intervals import bootstrap_interval

__all__ = ["RUN", "Evidence", "Sequences", "joined"]

_LARGEST = 1e30
"""Sums and quotients of totals and weights up to this are finite."""
_Measured = tuple[str, str, str]
"""System, setting and metric."""


@dataclass(frozen=True)
class Sequences:
    """Totals and weights of the sequences of one run, for ``K`` pairs of a system and a metric."""

    keys: dict[_Measured, int]
    """(system, setting, metric) to its line."""
    names: npt.NDArray[np.str_]
    """``(S, 2)`` person and take of each sequence."""
    total: npt.NDArray[np.float64]
    """``(K, S)`` sum of the weighted values."""
    weight: npt.NDArray[np.float64]
    """``(K, S)``; 0 for a sequence on which the metric was not measured."""

    @classmethod
    def of(cls, several: Iterable[Scores]) -> Sequences:
        """Totals of the scores of a run, which may be of different samples."""
        scores = list(several)
        rows = [_rows(s.groups) for s in scores]
        names, place = _distinct(np.concatenate([np.empty((0, 2), dtype=np.str_), *rows]))
        places = np.split(place, np.cumsum([len(r) for r in rows])[:-1]) if rows else []
        keys: dict[_Measured, int] = {}
        totals: list[Values] = []
        weights: list[Values] = []
        for part, place in zip(scores, places, strict=True):
            for key, metrics in part.values.items():
                for metric, values in metrics.items():
                    share = part.weights[metric]
                    counted = np.where(share > 0, values, 0.0) * share
                    keys[*split_key(key), metric] = len(totals)
                    totals.append(_sums(place, counted, len(names)))
                    weights.append(_sums(place, share, len(names)))
        empty = np.empty((0, len(names)))
        return cls(
            keys, names, np.stack(totals) if totals else empty, np.stack(weights) if weights else empty
        )

    def save(self, file: Path) -> None:
        """Write to ``.npz``, compressed."""
        keys = np.array(list(self.keys), dtype=np.str_).reshape(len(self.keys), 3)
        # A handle, because NumPy would add an ending to a name without one.
        with file.open("wb") as handle:
            np.savez_compressed(
                handle,
                keys=keys,
                names=self.names,
                total=self.total.astype(np.float32),
                weight=self.weight.astype(np.float32),
            )

    @classmethod
    def load(cls, file: Path) -> Sequences:
        """Read what :meth:`save` wrote, now or when the cameras of a take were sequences of their own.

        Raises:
            StoredError: the file is damaged, or its arrays do not fit together; names it.
        """
        try:
            with file.open("rb") as handle:
                with zipfile.ZipFile(handle) as archive:
                    broken = archive.testzip()  # NumPy does not compare the checksums
                if broken is not None:
                    raise ValueError(f"the checksum of {broken} is wrong")
                handle.seek(0)
                with np.load(handle, allow_pickle=False) as arrays:
                    keys, names, total, weight = (arrays[n] for n in ("keys", "names", "total", "weight"))
                if not all(isinstance(array, np.ndarray) for array in (keys, names, total, weight)):
                    raise TypeError("a member of the archive is no array")
        except Exception as error:
            raise StoredError(f"{file} is damaged ({error}); delete it and run again") from error
        wrong = _misfit(keys, names, total, weight)
        if wrong:
            raise StoredError(f"{file}: its arrays do not fit together: {wrong}; delete it and run again")
        found = {(str(s), str(t), str(m)): i for i, (s, t, m) in enumerate(keys)}
        if names.ndim == 1:
            names, place = _distinct(_without_camera(names))
            total, weight = (
                np.array([_sums(place, line, len(names)) for line in a]).reshape(len(keys), len(names))
                for a in (total, weight)
            )
        return cls(found, names, total.astype(np.float64), weight.astype(np.float64))

    def of_each(self, key: Key, metric: str) -> PerSequence | None:
        """The means of a system on each sequence; None if it was not measured."""
        line = self.keys.get((*split_key(key), metric))
        if line is None:
            return None
        counted = self.weight[line] > 0
        weight = self.weight[line][counted]
        return PerSequence(self.names[counted], self.total[line][counted] / weight, weight)

    def difference(self, first: Key, second: Key, metric: str) -> Row | None:
        """The paired difference of two systems on the sequences of both; None if one was not measured.

        The same mean and interval as from the single samples, with people and whole takes resampled.
        """
        a, b = self.of_each(first, metric), self.of_each(second, metric)
        gap = a.minus(b) if a is not None and b is not None else None
        if gap is None or len(gap.value) < 2:
            return None
        return constant_row(
            first,
            metric,
            "paired difference, people and their takes resampled",
            float(np.average(gap.value, weights=gap.weight)),
            samples=len(gap.value),
            interval=bootstrap_interval(gap.value, groups=gap.names, weights=gap.weight),
            against=second,
        )


def _misfit(
    keys: npt.NDArray[np.generic],
    names: npt.NDArray[np.generic],
    total: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
) -> str:
    """What is wrong with the arrays of a file of sequences, or nothing."""
    for name, array in (("keys", keys), ("names", names)):
        if array.dtype.kind != "U":
            return f"{name} holds {array.dtype}, expected text"
    for name, array in (("total", total), ("weight", weight)):
        if array.dtype.kind != "f":
            return f"{name} holds {array.dtype}, expected floats"
    if (names.ndim != 1 and names.shape[1:] != (2,)) or keys.ndim != 2 or keys.shape[1] != 3:
        return f"names have shape {names.shape} and keys {keys.shape}, expected (S, 2) and (K, 3)"
    if not total.shape == weight.shape == (len(keys), len(names)):
        return f"total has shape {total.shape} and weight {weight.shape}, expected {(len(keys), len(names))}"
    if len(np.unique(names, axis=0)) < len(names) or len({tuple(key) for key in keys.tolist()}) < len(keys):
        return "a name or key is there twice"
    known = (weight == 0) | ((weight >= 1 / _LARGEST) & (weight <= _LARGEST))
    if not ((np.abs(total) <= _LARGEST).all() and known.all()):
        return "a total is not finite, or a weight is not a finite number, 0 or more"
    return ""


def _rows(groups: Groups) -> Groups:
    """Person and take ``(M, 2)``; labels ``(M,)`` are takes of nobody in particular."""
    return groups if groups.ndim == 2 else np.stack([np.full(len(groups), ""), groups], axis=1)


def _without_camera(names: Groups) -> Groups:
    """Person and take ``(S, 2)`` of names ``person/take/camera``; other names are takes of nobody."""
    parts = [name.rsplit("/", 2) for name in names.tolist()]
    return np.array(
        [part[:2] if len(part) == 3 else ["", "/".join(part)] for part in parts], dtype=np.str_
    ).reshape(-1, 2)


def _distinct(rows: Groups) -> tuple[Groups, npt.NDArray[np.intp]]:
    """The distinct rows of ``(M, 2)``, and the number of each row among them, ``(M,)``."""
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    return distinct, place.reshape(-1)


def _sums(place: npt.NDArray[np.intp], values: Values, count: int) -> Values:
    """Sum of the values that lie at each of ``count`` places."""
    return np.bincount(place, values, count).astype(np.float64)


@dataclass(frozen=True)
class Evidence:
    """Rows of one or several runs, and the sequences of those that have them."""

    rows: pd.DataFrame
    """Tidy rows: the columns of a row and those of its run, such as :data:`RUN` and ``fingerprint``."""
    sequences: Mapping[str, Sequences] = field(default_factory=dict)
    """By the run's fingerprint."""

    def select(self, chosen: pd.Series) -> Evidence:
        """The evidence of some rows, given as a mask."""
        return Evidence(self.rows[chosen], self.sequences) if len(self.rows) else self

    def difference(self, first: Key, second: Key, metric: str) -> pd.DataFrame:
        """Paired differences ``first - second``, one row per run in which both systems were measured.

        They are computed from the sequences; where a run has none (it is older, or the metric is no mean over
        samples), its own stored difference is taken.
        """
        if not len(self.rows):
            return self.rows
        found = []
        stored = pick(self.rows, first, metric, against=second)
        for fingerprint, run in self.rows.groupby("fingerprint", sort=False):
            sequences = self.sequences.get(str(fingerprint))
            computed = sequences.difference(first, second, metric) if sequences is not None else None
            if computed is None:
                found.append(stored[stored["fingerprint"] == fingerprint])
            else:
                about = {c: run[c].iloc[0] for c in run.columns if c not in vars(computed)}
                found.append(frame([computed]).assign(**about))
        parts = [part for part in found if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else stored

    def reference(self, key: Key, metric: str) -> float:
        """The mean of a system's own values over the runs; NaN where it was not measured."""
        return float(pick(self.rows, key, metric)["value"].mean()) if len(self.rows) else float("nan")


def joined(several: Iterable[Evidence]) -> Evidence:
    """The evidence of several papers or runs as one."""
    parts = [part for part in several if len(part.rows)]
    if not parts:
        return Evidence(pd.DataFrame())
    sequences = {name: s for part in parts for name, s in part.sequences.items()}
    return Evidence(pd.concat([part.rows for part in parts], ignore_index=True), sequences)
