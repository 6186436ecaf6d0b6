"""Bootstrap intervals: coverage, pairing, clusters, repeatability."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pose_lib.data.seeds import rng
from pose_lib.metrics import bootstrap_interval, paired_interval


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    draw = rng("coverage")
    held = 0
    for trial in range(200):
        low, high = bootstrap_interval(draw.exponential(50, size=80), level=0.9, seed=trial, resamples=300)
        held += low <= 50 <= high
    assert 0.83 < held / 200 < 0.95


def test_agrees_with_the_normal_interval_of_a_mean() -> None:
    values = rng("normal").normal(80, 20, size=2000)
    low, high = bootstrap_interval(torch.from_numpy(values), resamples=4000)
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert high == pytest.approx(values.mean() + half, abs=0.1 * half)


def test_sequences_drawn_whole_give_the_wider_interval() -> None:
    draw = rng("sequences")
    groups = np.repeat(np.arange(20), 100)
    values = draw.normal(80, 15, size=20)[groups] + draw.normal(size=2000)
    single, whole = bootstrap_interval(values), bootstrap_interval(values, groups=groups.astype(str))
    assert whole.high - whole.low > 5 * (single.high - single.low)
    means = values.reshape(20, 100).mean(1)
    half = 1.96 * means.std() / np.sqrt(20)
    assert (whole.high - whole.low) / 2 == pytest.approx(half, rel=0.15)


def test_the_fast_mean_is_the_general_bootstrap_of_the_mean() -> None:
    values = rng("fast").normal(size=300)
    for groups in (None, np.arange(300) // 7):
        fast = bootstrap_interval(values, groups=groups, seed=3)
        slow = bootstrap_interval(values, statistic=lambda x: float(x.mean()), groups=groups, seed=3)
        np.testing.assert_allclose(fast, slow, atol=1e-12)


def test_other_statistics() -> None:
    values = rng("median").exponential(50, size=1000)
    low, high = bootstrap_interval(values, statistic=np.median)
    assert low < np.median(values) < high
    assert high - low < 10


def test_pairing_shows_a_small_steady_difference() -> None:
    draw = rng("paired")
    hard = draw.exponential(60, size=500)
    ours, theirs = hard + draw.normal(0, 1, size=500), hard + 1 + draw.normal(0, 1, size=500)
    low, high = paired_interval(ours, theirs)
    assert -1.3 < low < high < -0.7
    apart = bootstrap_interval(ours), bootstrap_interval(theirs)
    assert apart[0].high > apart[1].low, "unpaired, the two intervals overlap"
    slow = paired_interval(ours, theirs, statistic=lambda x: float(x.mean()))
    np.testing.assert_allclose(slow, (low, high), atol=1e-12)
    same = paired_interval(ours, ours)
    assert same == (0, 0)


def test_weights_are_repeated_samples_and_a_weight_of_zero_is_none() -> None:
    draw = rng("weights")
    values, counts = draw.normal(size=40), draw.integers(0, 4, size=40)
    values[counts == 0] = np.nan
    groups = np.arange(40) // 2
    repeated = np.repeat(np.arange(40), counts)
    expected = bootstrap_interval(values[repeated], groups=groups[repeated])
    np.testing.assert_allclose(bootstrap_interval(values, groups=groups, weights=counts), expected)
    with pytest.raises(ValueError, match="weights go with the mean"):
        bootstrap_interval(values, np.median, weights=counts)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = rng("seed").normal(size=50)
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


def test_what_cannot_be_resampled_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two samples or groups"):
        bootstrap_interval([3.0])
    with pytest.raises(ValueError, match="at least two samples or groups"):
        bootstrap_interval([3.0, 4.0], groups=["a", "a"])
    with pytest.raises(ValueError, match=r"groups have shape \(1,\)"):
        bootstrap_interval([3.0, 4.0], groups=["a"])
    with pytest.raises(ValueError, match="level 95 should lie"):
        bootstrap_interval([3.0, 4.0], level=95)
    with pytest.raises(ValueError, match="one shape"):
        paired_interval([3.0, 4.0], [3.0])
