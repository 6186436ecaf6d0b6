"""Bootstrap intervals: how far a number could move with other samples.

Frames of one sequence are correlated, and so are the views of one frame. Where that matters, whole sequences
are resampled instead of frames (``groups``), which gives wider intervals.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from pose_lib.data.seeds import rng

__all__ = ["Interval", "bootstrap_interval", "paired_interval"]

Values = ArrayLike | Tensor
Statistic = Callable[[NDArray[np.float64]], float]

_DRAWS_AT_ONCE = 1 << 22


class Interval(NamedTuple):
    """A two-sided interval; unpacks as ``low, high``."""

    low: float
    high: float


def bootstrap_interval(
    values: Values,
    statistic: Statistic = np.mean,
    level: float = 0.95,
    groups: ArrayLike | None = None,
    seed: int = 0,
    resamples: int = 1000,
    weights: Values | None = None,
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
        ValueError: fewer than two samples or groups, labels of another length, a level outside (0, 1), or
            weights with another statistic than the mean.
    """
    data = _array(values)
    share = np.ones(len(data)) if weights is None else _array(weights)
    if weights is not None and (statistic is not np.mean or share.shape != data.shape):
        raise ValueError("weights go with the mean of values of the same shape (N,)")
    if not 0 < level < 1:
        raise ValueError(f"level {level} should lie between 0 and 1, for instance 0.95")
    labels = np.arange(len(data)) if groups is None else np.asarray(groups)
    if labels.shape != data.shape[:1]:
        raise ValueError(f"groups have shape {labels.shape}, expected one label per sample, ({len(data)},)")
    if weights is not None:
        kept = share > 0
        data, labels, share = data[kept], labels[kept], share[kept]
    _, group = np.unique(labels, return_inverse=True)
    count = int(group.max(initial=-1)) + 1
    if count < 2:
        raise ValueError(f"a bootstrap needs at least two samples or groups to resample, got {count}")
    generator = rng("bootstrap", seed)
    if statistic is np.mean and data.ndim == 1:
        found = _means(data, share, group, count, resamples, generator)
    else:
        members = np.split(np.argsort(group, kind="stable"), np.bincount(group).cumsum()[:-1])
        draws = (generator.integers(count, size=count) for _ in range(resamples))
        found = np.array([statistic(data[np.concatenate([members[g] for g in draw])]) for draw in draws])
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def paired_interval(
    a: Values,
    b: Values,
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
    first, second = _array(a), _array(b)
    if first.shape != second.shape:
        raise ValueError(f"paired samples need one shape, got {first.shape} and {second.shape}")
    if statistic is np.mean:
        return bootstrap_interval(first - second, np.mean, level, groups, seed, resamples)

    def difference(rows: NDArray[np.float64]) -> float:
        return float(statistic(rows[:, 0])) - float(statistic(rows[:, 1]))

    return bootstrap_interval(np.stack([first, second], 1), difference, level, groups, seed, resamples)


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


def _array(values: Values) -> NDArray[np.float64]:
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    return np.asarray(values, dtype=np.float64)
