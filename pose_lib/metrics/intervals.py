"""Bootstrap intervals: how far a number could move with other samples.

Frames of one sequence are correlated, and so are the views of one frame. Where that matters, whole sequences
are resampled instead of frames (``groups``), which gives wider intervals.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pose_lib.data.seeds import rng
from pose_lib.geometry.arrays import Numbers, as_array
from pose_lib.metrics.samples import finite, known_labels

__all__ = ["Interval", "bootstrap_interval", "paired_interval"]

Statistic = Callable[[NDArray[np.float64]], float]

_DRAWS_AT_ONCE = 1 << 22


class Interval(NamedTuple):
    """A two-sided interval; unpacks as ``low, high``."""

    low: float
    high: float


def bootstrap_interval(
    values: Numbers,
    statistic: Statistic = np.mean,
    level: float = 0.95,
    groups: ArrayLike | None = None,
    seed: int = 0,
    resamples: int = 1000,
    weights: Numbers | None = None,
) -> Interval:
    """Percentile bootstrap of a statistic of the samples.

    Args:
        values: ``(N,)``, or ``(N, ...)`` for a statistic that takes rows.
        statistic: from a resampled array to a number.
        level: probability that the interval holds.
        groups: ``(N,)`` labels of what is resampled together, such as the sequence; samples if missing.
        seed: the same seed gives the same interval.
        resamples: number of bootstrap samples.
        weights: ``(N,)``, for the mean alone: how much each sample counts, such as its number of labelled
            limbs. Samples of weight 0 are left out, whatever their value.

    Raises:
        ValueError: a value that is not finite, fewer than two samples or groups, labels of another length or
            missing ones, a level outside (0, 1), fewer than one resample, weights with another statistic than
            the mean, weights that are negative or not finite, or a statistic that is not finite.
    """
    if isinstance(level, bool) or not isinstance(level, float | int) or not 0 < level < 1:
        raise ValueError(f"level {level} should lie between 0 and 1, for instance 0.95")
    if isinstance(resamples, bool) or not isinstance(resamples, int | np.integer) or resamples < 1:
        raise ValueError(f"resamples is {resamples!r}; it must be a whole number, 1 or more")
    data, share, group = _samples(values, statistic, groups, weights)
    count = int(group.max(initial=-1)) + 1
    if count < 2:
        raise ValueError(f"a bootstrap needs at least two samples or groups to resample, got {count}")
    generator = rng("bootstrap", seed)
    if statistic is np.mean and data.ndim == 1:
        found = _means(data, share, group, count, int(resamples), generator)
    else:
        members = np.split(np.argsort(group, kind="stable"), np.bincount(group).cumsum()[:-1])
        draws = (generator.integers(count, size=count) for _ in range(resamples))
        found = np.array([statistic(data[np.concatenate([members[g] for g in draw])]) for draw in draws])
    if not np.isfinite(found).all():
        lost = np.count_nonzero(~np.isfinite(found))
        raise ValueError(f"the statistic is not a finite number for {lost} of {resamples} resamples")
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def paired_interval(
    a: Numbers,
    b: Numbers,
    statistic: Statistic = np.mean,
    level: float = 0.95,
    groups: ArrayLike | None = None,
    seed: int = 0,
    resamples: int = 1000,
) -> Interval:
    """Interval of ``statistic(a) - statistic(b)`` when both methods ran on the same samples.

    Samples that are hard for both methods do not widen it, because the same samples are taken for both. The
    difference is decided where the interval does not contain zero. Arguments as for
    :func:`bootstrap_interval`.

    Raises:
        ValueError: the two have different shapes, and as in :func:`bootstrap_interval`.
    """
    first, second = as_array(a), as_array(b)
    if first.shape != second.shape:
        raise ValueError(f"paired samples need one shape, got {first.shape} and {second.shape}")
    for side in (first, second):
        finite("values", side)
    if statistic is np.mean:
        return bootstrap_interval(first - second, np.mean, level, groups, seed, resamples)

    def difference(rows: NDArray[np.float64]) -> float:
        return float(statistic(rows[:, 0])) - float(statistic(rows[:, 1]))

    return bootstrap_interval(np.stack([first, second], 1), difference, level, groups, seed, resamples)


def _samples(
    values: Numbers, statistic: Statistic, groups: ArrayLike | None, weights: Numbers | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """The samples that count, how much each counts, and the number of its group."""
    data = np.atleast_1d(as_array(values))
    share = np.ones(len(data)) if weights is None else as_array(weights)
    if weights is not None and (statistic is not np.mean or share.shape != data.shape):
        raise ValueError("weights go with the mean of values of the same shape (N,)")
    labels = np.arange(len(data)) if groups is None else known_labels("groups", groups)
    if labels.shape != data.shape[:1]:
        raise ValueError(f"groups have shape {labels.shape}, expected one label per sample, ({len(data)},)")
    if weights is not None:
        if share.size and finite("weights", share).min() < 0:
            raise ValueError("weights must be 0 or more; 0 leaves a sample out")
        kept = share > 0
        data, labels, share = data[kept], labels[kept], share[kept]
    if data.size:
        finite("values", data)
    try:
        return data, share, np.unique(labels, return_inverse=True)[1]
    except TypeError as error:
        raise ValueError(f"groups must be labels of one kind ({error})") from error


def _means(
    data: NDArray[np.float64],
    share: NDArray[np.float64],
    group: NDArray[np.intp],
    count: int,
    resamples: int,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Means of resampled groups, from the groups' sums and sizes alone."""
    sums, sizes = np.bincount(group, weights=share * data), np.bincount(group, weights=share)
    rows = max(1, _DRAWS_AT_ONCE // count)
    found = []
    for start in range(0, resamples, rows):
        draw = generator.integers(count, size=(min(rows, resamples - start), count))
        found.append(sums[draw].sum(1) / sizes[draw].sum(1))
    return np.concatenate(found)
