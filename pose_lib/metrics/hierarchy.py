"""Intervals over seeds and sequences together: networks of a few seeds, tested on the same people and takes.

The seeds are crossed with the sequences: every network sees the same test set. A resample draws people with
replacement and takes within them, the same for all seeds, and takes the mean over seeds on these. To it is
added what other seeds would change. Three values have ten different resamples, which span too narrow a range
(their deviation is that of the population times ``sqrt(2/3)``, and none lies outside of the three), so that
level is not drawn from the seeds themselves but from Student's t with their own deviation ::

    mean*_b = mean over the drawn sequences of the seeds' mean + t_b s / sqrt(K)

where ``s`` is the standard deviation of the ``K`` seeds' means, and ``t_b`` has ``K - 1`` degrees of freedom.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from pose_lib.data.seeds import rng
from pose_lib.geometry.arrays import Numbers, as_array
from pose_lib.metrics.intervals import Interval, resampled

__all__ = ["hierarchical_interval", "hierarchical_means"]

_RESAMPLES = 2000


def hierarchical_means(
    values: Numbers, groups: ArrayLike, weights: Numbers | None = None, seed: int = 0
) -> NDArray[np.float64]:
    """Resampled means of values of several seeds on the same sequences, ``(2000,)``.

    Args:
        values: ``(K, S)`` of ``K`` seeds on ``S`` sequences; with one seed, the sequences alone count.
        groups: ``(S,)`` or ``(S, L)`` labels of what is resampled together, the outermost level first.
        weights: ``(S,)`` how much each sequence counts.
        seed: the same seed gives the same resamples.

    Raises:
        ValueError: values of another shape, and as in :func:`~pose_lib.metrics.bootstrap_interval`.
    """
    table = as_array(values)
    if table.ndim != 2 or not len(table):
        raise ValueError(f"expected values (K, S) of K seeds on S sequences, got the shape {table.shape}")
    share = np.ones(table.shape[1]) if weights is None else as_array(weights)
    found = resampled(table.mean(0), np.mean, groups, seed, _RESAMPLES, share)
    if len(table) == 1:
        return found
    counted = share > 0
    each = np.average(table[:, counted], axis=1, weights=share[counted])
    error = float(each.std(ddof=1)) / math.sqrt(len(table))
    # Evenly spaced quantiles in random order: the tails of so wide a distribution need many draws otherwise.
    levels = (np.arange(_RESAMPLES) + 0.5) / _RESAMPLES
    steps = stats.t.ppf(rng("seeds", seed).permutation(levels), len(table) - 1)
    return np.asarray(found + error * steps)


def hierarchical_interval(
    values: Numbers, groups: ArrayLike, weights: Numbers | None = None, level: float = 0.95, seed: int = 0
) -> Interval:
    """The interval of the mean over seeds and sequences; arguments as for :func:`hierarchical_means`."""
    found = hierarchical_means(values, groups, weights, seed)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
