"""The effect that runs of several seeds show together: one difference, and its interval."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from pose_lib.bench.claim import Comparison, Constant
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.per_sequence import PerSequence, aligned
from pose_lib.bench.rows import RUN, Key, apart, pick
from pose_lib.metrics.hierarchy import hierarchical_interval, hierarchical_means

__all__ = ["Effect", "effect_of", "once_a_seed", "pooled"]


@dataclass(frozen=True)
class Effect:
    """A difference pooled over seeds, with its 95 % interval over seeds, people and takes."""

    value: float
    low: float
    high: float
    seeds: int
    reference: float
    """The second system's own value, which margins are a share of; NaN where it has none."""
    fixed: float = 0.0
    """Half of the interval over people and takes alone, which more seeds do not narrow.

    It is 0 where it is not asked for: the sequences of the runs are kept, and the interval lies beside zero.
    """


@dataclass(frozen=True)
class _Run:
    """A run among others. Its rows are looked up where its sequences do not answer."""

    among: Evidence
    fingerprint: str

    @property
    def alone(self) -> Evidence:
        return self.among.select(self.among.rows["fingerprint"] == self.fingerprint)


@dataclass(frozen=True)
class _Seed:
    """The runs of one seed: that of the paper, and that of the other paper or action."""

    own: _Run
    other: _Run


def once_a_seed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a metric with each seed once: of two runs of a seed, that with controls.

    A run with controls trains the method again. To count both would make an interval too narrow.
    """
    same = [name for name in apart(rows, RUN) if name in rows and name != "controls"]
    if "seed" not in same or "controls" not in rows:
        return rows
    return rows.sort_values("controls", kind="stable").drop_duplicates(same, keep="last").sort_index()


def pooled(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Mean over the runs of one number, and its interval over samples and seeds.

    For rows alone, where no sequences are kept: the half-width joins the samples' (their bootstrap intervals)
    and the seeds' (Student's t over the runs). With a single run it is the samples' alone, which says nothing
    of other seeds.
    """
    mean, half = float(rows["value"].mean()), _over_samples(rows)
    if len(rows) > 1:
        seeds = float(rows["value"].std(ddof=1)) / math.sqrt(len(rows))
        half = math.hypot(half, float(stats.t.ppf(0.975, len(rows) - 1)) * seeds)
    return mean, mean - half, mean + half


def _over_samples(rows: pd.DataFrame) -> float:
    """Half of the samples' interval: the root of the mean square over the runs."""
    return float(((rows["high"] - rows["low"]) / 2).pow(2).mean() ** 0.5)


def effect_of(test: Comparison, own: Evidence, other: Evidence | None = None) -> Effect | None:
    """The effect that a comparison asks for, or None where a system was not measured.

    Args:
        test: the comparison.
        own: runs of one setting and action, which differ in their seeds.
        other: runs of the second system, where that is another paper's, or of its action, where that is
            another one; of the same setting.
    """
    seeds = list(_by_seed(own, own if other is None else other))
    reference = _reference(test, own if other is None else other)
    found = _over_actions(test, seeds, reference) if test.actions else _on_one(test, seeds, reference)
    return found or _over_rows(test, seeds, reference)


def _on_one(test: Comparison, seeds: Sequence[_Seed], reference: float) -> Effect | None:
    """From the sequences of all runs that measure a comparison; None where one of them keeps none."""
    lines = [_line(test, seed) for seed in seeds]
    if _by_rows_alone(test, seeds, lines):
        return None
    return _over_sequences(test, [line for line in lines if line is not None], reference)


def _by_seed(own: Evidence, other: Evidence) -> Iterator[_Seed]:
    """The runs of each seed that both have."""
    if not len(own.rows) or not len(other.rows):
        return
    ours = _fullest(own)
    theirs = ours if other is own else _fullest(other)
    for seed in sorted(ours.keys() & theirs.keys()):
        yield _Seed(ours[seed], theirs[seed])


def _fullest(evidence: Evidence) -> dict[int, _Run]:
    """The run of each seed. Of two runs of a seed, that with controls has all systems."""
    runs = once_a_seed(evidence.rows.drop_duplicates("fingerprint"))
    return {s: _Run(evidence, str(f)) for s, f in zip(runs["seed"], runs["fingerprint"], strict=True)}


def _each(run: _Run, key: Key, metric: str) -> PerSequence | None:
    """A system on each sequence of a run."""
    sequences = run.among.sequences.get(run.fingerprint)
    return None if sequences is None else sequences.of_each(key, metric)


def _line(test: Comparison, seed: _Seed) -> PerSequence | None:
    """The comparison on each sequence of one seed's runs; None without sequences of all its systems."""
    first = _each(seed.own, test.first, test.metric)
    if first is None:
        return None
    if isinstance(test.second, Constant):
        return PerSequence(first.names, first.value - test.second.value, first.weight)
    second = _each(seed.other, test.second, test.metric)
    if second is None:
        return None
    gap = first.minus(second)
    if test.less is None:
        return gap
    third, fourth = (_each(seed.own, key, test.less[2]) for key in test.less[:2])
    return None if third is None or fourth is None else gap.minus(third.minus(fourth))


def _by_rows_alone(test: Comparison, seeds: Sequence[_Seed], found: Sequence[object]) -> bool:
    """Whether a seed of which no sequences were found is measured by its rows, so that all have to be."""
    return any(_row(test, seed) is not None for seed, one in zip(seeds, found, strict=True) if one is None)


def _over_sequences(test: Comparison, lines: Sequence[PerSequence], reference: float) -> Effect | None:
    """Mean and interval over people, takes and seeds, from what is known of each sequence."""
    if not lines:
        return None
    names, weight, values = aligned(lines)
    if len(names) < 2:
        return None
    low, high = hierarchical_interval(values, names, weight)
    found = Effect(float(np.average(values.mean(0), weights=weight)), low, high, len(values), reference)
    if test.sign != "near" and (low > 0 or high < 0):
        return found
    fixed = hierarchical_interval(values.mean(0)[None], names, weight)
    return replace(found, fixed=(fixed.high - fixed.low) / 2)


def _over_actions(test: Comparison, seeds: Sequence[_Seed], reference: float) -> Effect | None:
    """The difference of a metric between two actions, whose takes are resampled apart."""
    assert not isinstance(test.second, Constant)
    pairs = [(_each(s.own, test.first, test.metric), _each(s.other, test.second, test.metric)) for s in seeds]
    found = [None if a is None or b is None else (a, b) for a, b in pairs]
    if _by_rows_alone(test, seeds, found):
        return None
    known = [pair for pair in found if pair is not None]
    sides = [aligned(side) for side in zip(*known, strict=True)]
    if not sides or any(len(names) < 2 for names, _, _ in sides):
        return None
    draws, fixed, means = [], [], []
    for number, (names, weight, values) in enumerate(sides):
        draws.append(hierarchical_means(values, names, weight, seed=number))
        fixed.append(hierarchical_means(values.mean(0)[None], names, weight, seed=number))
        means.append(float(np.average(values.mean(0), weights=weight)))
    low, high = np.quantile(draws[0] - draws[1], [0.025, 0.975])
    ends = np.quantile(fixed[0] - fixed[1], [0.025, 0.975])
    half = float(ends[1] - ends[0]) / 2
    return Effect(means[0] - means[1], float(low), float(high), len(known), reference, half)


def _over_rows(test: Comparison, seeds: Sequence[_Seed], reference: float) -> Effect | None:
    """Where no sequences are kept: from the rows of each run, stored differences and values."""
    rows = [row for row in (_row(test, seed) for seed in seeds) if row is not None]
    if not rows:
        return None
    found = pd.DataFrame(rows, columns=["value", "low", "high"])
    return Effect(*pooled(found), len(rows), reference, _over_samples(found))


def _row(test: Comparison, seed: _Seed) -> tuple[float, float, float] | None:
    """Value and interval of the comparison in one seed's runs."""
    if isinstance(test.second, Constant):
        found = _ends(pick(seed.own.alone.rows, test.first, test.metric))
        return found and tuple(end - test.second.value for end in found)  # type: ignore[return-value]
    if test.actions:
        return _apart(
            _ends(pick(seed.own.alone.rows, test.first, test.metric)),
            _ends(pick(seed.other.alone.rows, test.second, test.metric)),
        )
    if test.of:
        return None  # two papers' runs are only compared where they keep the sequences that pair them
    alone = seed.own.alone
    gain = _ends(alone.difference(test.first, test.second, test.metric))
    return gain if test.less is None else _apart(gain, _ends(alone.difference(*test.less)))


def _ends(rows: pd.DataFrame) -> tuple[float, float, float] | None:
    if not len(rows):
        return None
    value, low, high = rows.iloc[0][["value", "low", "high"]]
    return float(value), float(low), float(high)


def _apart(
    a: tuple[float, float, float] | None, b: tuple[float, float, float] | None
) -> tuple[float, float, float] | None:
    """The difference of two numbers as if they were of different samples: both widths count."""
    if a is None or b is None:
        return None
    middle, half = a[0] - b[0], math.hypot(a[2] - a[1], b[2] - b[1]) / 2
    return middle, middle - half, middle + half


def _reference(test: Comparison, other: Evidence) -> float:
    if isinstance(test.second, Constant):
        return test.second.unit or abs(test.second.value)
    return other.reference(test.second, test.metric)
