"""Means over sequences and their intervals, for many numbers at once: one per threshold or per joint.

Frames of one sequence are correlated, so whole sequences are resampled. A sequence counts by its number of
labelled samples, which makes the mean over sequences equal to the mean over all samples.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pose_lib.metrics import bootstrap_interval

__all__ = ["hits_by_sequence", "interval_by_column", "means_by_sequence"]

_Array = NDArray[np.float64]


def means_by_sequence(values: ArrayLike, groups: ArrayLike | None = None) -> tuple[_Array, _Array]:
    """Means ``(G, K)`` of each sequence and column, and the number of values behind each.

    Args:
        values: ``(M, K)``; NaN is left out.
        groups: ``(M,)`` labels of the sequences; if missing, each sample is a sequence of its own.

    Raises:
        ValueError: there is not one label per sample.
    """
    array = np.asarray(values, dtype=np.float64)
    number = _sequence_numbers(len(array), groups)
    known = np.isfinite(array)
    sizes, sums = (
        np.stack([np.bincount(number, column) for column in part.T], axis=1).astype(np.float64)
        for part in (known, np.where(known, array, 0.0))
    )
    return np.divide(sums, sizes, out=np.full_like(sums, np.nan), where=sizes > 0), sizes


def hits_by_sequence(
    errors: ArrayLike, thresholds: ArrayLike, groups: ArrayLike | None = None
) -> tuple[_Array, _Array]:
    """Share ``(G, K)`` of each sequence's errors that are at most a threshold, and the number of errors.

    Args:
        errors: ``(M,)``, or ``(M, J)`` for several joints that are counted together; NaN is left out.
        thresholds: ``(K,)``, rising.
        groups: ``(M,)`` labels of the sequences; if missing, each sample is a sequence of its own.

    Raises:
        ValueError: there is not one label per sample.
    """
    array, steps = np.asarray(errors, dtype=np.float64), np.asarray(thresholds, dtype=np.float64)
    number = _sequence_numbers(len(array), groups)
    count = int(number.max(initial=-1)) + 1
    number = np.broadcast_to(number.reshape(-1, *[1] * (array.ndim - 1)), array.shape)
    known = np.isfinite(array)
    first = np.searchsorted(steps, array[known])  # the first threshold that an error is within
    cells = np.bincount(number[known] * (len(steps) + 1) + first, minlength=count * (len(steps) + 1))
    counts = cells.reshape(count, len(steps) + 1).astype(np.float64)
    sizes = np.repeat(counts.sum(1, keepdims=True), len(steps), axis=1)
    hits = counts.cumsum(1)[:, :-1]
    return np.divide(hits, sizes, out=np.full_like(hits, np.nan), where=sizes > 0), sizes


def interval_by_column(means: _Array, sizes: _Array) -> tuple[_Array, _Array, _Array]:
    """Mean, low and high end ``(K,)`` of the 95 % interval over sequences, of each column.

    The ends are NaN where there are fewer than two sequences.

    Args:
        means: ``(G, K)`` of each sequence; NaN where its size is 0.
        sizes: ``(G, K)``.
    """
    found = np.full((3, means.shape[1]), np.nan)
    for k, (column, weight) in enumerate(zip(means.T, sizes.T, strict=True)):
        known = weight > 0
        if known.any():
            found[0, k] = np.average(column[known], weights=weight[known])
        if known.sum() > 1:
            found[1:, k] = bootstrap_interval(column, weights=weight)
    return found[0], found[1], found[2]


def _sequence_numbers(count: int, groups: ArrayLike | None) -> NDArray[np.intp]:
    """``(M,)`` the number of each sample's sequence, from 0; without groups each sample is its own."""
    if groups is None:
        return np.arange(count)
    labels = np.asarray(groups)
    if labels.shape != (count,):
        raise ValueError(f"groups have shape {labels.shape}, expected one label per sample, ({count},)")
    return np.unique(labels, return_inverse=True)[1]
