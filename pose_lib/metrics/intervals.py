"""Bootstrap intervals: how far a number could move with other samples.

Frames of one take are correlated, as are the cameras' views of a frame and the takes of a person. Where that
matters, whole groups are resampled instead of samples (``groups``), which gives wider intervals.

Groups can be nested, as takes are in people. Each resample then draws ``P`` of the ``P`` people with
replacement, and for every person ``p`` that it draws, each time anew, ``T_p`` of that person's ``T_p`` takes.
With ``s`` the sum of the values of a take and ``n`` their number (or weight), the mean of the resample is ::

    sum_j sum_k s[p_j, t_jk] / sum_j sum_k n[p_j, t_jk]        j = 1..P,  k = 1..T_(p_j)

For takes of one size, ``T`` of each person, its variance is ``B / P + W / (P T)``, where ``B`` is the
variance of the people's means and ``W`` the mean variance of a person's takes. ``B`` holds a share ``W / T``
already, so that the interval is a little too wide where people have few takes (Davison & Hinkley, *Bootstrap
Methods and their Application*, 1997, section 3.8). With one person, takes alone are resampled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pose_lib.data.seeds import rng
from pose_lib.geometry.arrays import Numbers, as_array
from pose_lib.metrics.samples import finite, known_labels

__all__ = ["Interval", "bootstrap_interval", "paired_interval", "resampled"]

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
        groups: ``(N,)`` labels of what is resampled together, such as the take; or ``(N, L)`` labels of
            nested groups, the outermost first, such as person and take. Samples if missing.
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
    found = resampled(values, statistic, groups, seed, resamples, weights)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def resampled(
    values: Numbers,
    statistic: Statistic = np.mean,
    groups: ArrayLike | None = None,
    seed: int = 0,
    resamples: int = 1000,
    weights: Numbers | None = None,
) -> NDArray[np.float64]:
    """The statistic of each resample, ``(resamples,)``: what :func:`bootstrap_interval` takes quantiles of.

    Arguments and errors are those of :func:`bootstrap_interval`.
    """
    if isinstance(resamples, bool) or not isinstance(resamples, int | np.integer) or resamples < 1:
        raise ValueError(f"resamples is {resamples!r}; it must be a whole number, 1 or more")
    data, share, group, levels = _samples(values, statistic, groups, weights)
    count = int(levels[-1].sum())
    if count < 2:
        raise ValueError(f"a bootstrap needs at least two samples or groups to resample, got {count}")
    draws = _draws(levels, int(resamples), rng("bootstrap", seed))
    if statistic is np.mean and data.ndim == 1:
        found = _means(data, share, group, count, draws)
    else:
        members = np.split(np.argsort(group, kind="stable"), np.bincount(group).cumsum())
        samples = (np.concatenate([members[g] for g in row]) for rows in draws for row in rows)
        found = np.array([statistic(data[chosen]) for chosen in samples])
    if not np.isfinite(found).all():
        lost = np.count_nonzero(~np.isfinite(found))
        raise ValueError(f"the statistic is not a finite number for {lost} of {resamples} resamples")
    return found


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
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], list[NDArray[np.intp]]]:
    """The samples that count, how much each counts, the number of its innermost group, and the nesting."""
    data = np.atleast_1d(as_array(values))
    share = np.ones(len(data)) if weights is None else as_array(weights)
    if weights is not None and (statistic is not np.mean or share.shape != data.shape):
        raise ValueError("weights go with the mean of values of the same shape (N,)")
    columns = [np.arange(len(data))] if groups is None else _columns(groups, len(data))
    if weights is not None:
        if share.size and finite("weights", share).min() < 0:
            raise ValueError("weights must be 0 or more; 0 leaves a sample out")
        kept = share > 0
        data, columns, share = data[kept], [column[kept] for column in columns], share[kept]
    if data.size:
        finite("values", data)
    try:
        return data, share, *_nested(columns)
    except TypeError as error:
        raise ValueError(f"groups must be labels of one kind ({error})") from error


def _columns(groups: ArrayLike, count: int) -> list[NDArray[Any]]:
    """The labels ``(count,)`` of each level, the outermost first."""
    # Of a table of texts and numbers, NumPy would make texts.
    table = groups if isinstance(groups, np.ndarray) else np.asarray(groups, dtype=object)
    if table.shape[:1] != (count,) or table.ndim > 2 or 0 in table.shape[1:]:
        raise ValueError(
            f"groups have shape {table.shape}, expected one label per sample, ({count},), or one per level"
        )
    if table.ndim == 1:
        return [known_labels("groups", groups)]
    return [known_labels("groups", column.tolist()) for column in table.T]


def _nested(columns: Sequence[NDArray[Any]]) -> tuple[NDArray[np.intp], list[NDArray[np.intp]]]:
    """The number of each sample's innermost group, and for each level the groups in each of the level above.

    Groups are numbered so that those within one group of the level above follow each other.
    """
    group = np.zeros(len(columns[0]), dtype=np.intp)
    levels = []
    for column in columns:
        label = np.unique(column, return_inverse=True)[1]
        code = group * (label.max(initial=0) + 1) + label
        _, first, number = np.unique(code, return_index=True, return_inverse=True)
        levels.append(np.bincount(group[first], minlength=1))
        group = number
    return group, levels


def _draws(
    levels: Sequence[NDArray[np.intp]], resamples: int, generator: np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    """Numbers of the innermost groups that are drawn, ``(R, D)`` for some of the resamples at a time.

    Where a group has fewer members than another, the number after the last group fills its places.
    """
    width = int(np.prod([count.max() for count in levels]))
    rows = max(1, _DRAWS_AT_ONCE // width)
    for start in range(0, resamples, rows):
        drawn = np.zeros((min(rows, resamples - start), 1), dtype=np.intp)
        for count in levels:
            most = int(count.max())
            if len(count) == 1:
                drawn = generator.integers(most, size=(len(drawn), most))
                continue
            members = np.append(count, 0)[drawn][..., None]
            before = np.append(0, count.cumsum())[drawn][..., None]
            chosen = before + generator.integers(np.maximum(members, 1), size=(*drawn.shape, most))
            drawn = np.where(np.arange(most) < members, chosen, count.sum()).reshape(len(drawn), -1)
        yield drawn


def _means(
    data: NDArray[np.float64],
    share: NDArray[np.float64],
    group: NDArray[np.intp],
    count: int,
    draws: Iterable[NDArray[np.intp]],
) -> NDArray[np.float64]:
    """Means of resampled groups, from the groups' sums and sizes alone."""
    sums = np.bincount(group, weights=share * data, minlength=count + 1)
    sizes = np.bincount(group, weights=share, minlength=count + 1)
    return np.concatenate([sums[drawn].sum(1) / sizes[drawn].sum(1) for drawn in draws])
