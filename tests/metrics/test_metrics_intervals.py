"""Bootstrap intervals: coverage, pairing, clusters, repeatability."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

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


def people(draw: np.random.Generator, of_people: float, of_takes: float) -> tuple[np.ndarray, np.ndarray]:
    """Eight people, three takes each, ten samples of each take: values and the labels of both levels."""
    who, take, _ = np.meshgrid(np.arange(8), np.arange(3), np.arange(10), indexing="ij")
    values = draw.normal(0, of_people, 8)[who] + draw.normal(0, of_takes, (8, 3))[who, take]
    labels = np.array([[f"person {p}", f"take {k}"] for p, k in zip(who.ravel(), take.ravel(), strict=True)])
    return (values + draw.normal(0, 0.1, values.shape)).ravel(), labels


@pytest.mark.parametrize("spread", [(5.0, 0.5), (1.0, 5.0)])
def test_takes_drawn_within_people_give_the_variance_of_the_formula(spread: tuple[float, float]) -> None:
    values, labels = people(rng("nested"), *spread)
    takes = values.reshape(8, 3, 10).mean(2)
    variance = takes.mean(1).var() / 8 + takes.var(1).mean() / 24
    low, high = bootstrap_interval(values, groups=labels, resamples=8000)
    assert (high - low) / 2 == pytest.approx(1.96 * variance**0.5, rel=0.06)


def test_the_fast_mean_of_nested_groups_is_the_general_one() -> None:
    values, labels = people(rng("nested, fast"), 2.0, 2.0)
    kept = np.delete(np.arange(240), np.r_[5:18, 100:130, 210:240])  # people with one, two or three takes
    values, labels = values[kept], labels[kept]
    fast = bootstrap_interval(values, groups=labels, seed=2)
    slow = bootstrap_interval(values, statistic=lambda x: float(x.mean()), groups=labels, seed=2)
    np.testing.assert_allclose(fast, slow, atol=1e-12)
    counts = rng("counts").integers(0, 3, len(values))
    repeated = np.repeat(np.arange(len(values)), counts)
    expected = bootstrap_interval(values[repeated], groups=labels[repeated])
    np.testing.assert_allclose(bootstrap_interval(values, groups=labels, weights=counts), expected)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4), st.integers(2, 5))
def test_a_camera_that_is_copied_narrows_no_interval(
    seed: int, persons: int, takes: int, copies: int
) -> None:
    draw = rng("cameras", seed)
    sizes = draw.integers(1, 6, size=(persons, takes))
    labels = np.array([[p, k] for p in range(persons) for k in range(takes) for _ in range(sizes[p, k])])
    values = draw.normal(size=len(labels)) + 3 * labels[:, 0]
    if persons * takes < 2:
        with pytest.raises(ValueError, match="at least two samples or groups"):
            bootstrap_interval(values, groups=labels)
        return
    one = bootstrap_interval(values, groups=labels)
    four = bootstrap_interval(np.tile(values, copies), groups=np.tile(labels, (copies, 1)))
    np.testing.assert_allclose(four, one, atol=1e-9)


def test_with_one_person_takes_are_resampled_and_with_one_take_each_people() -> None:
    values = rng("one").normal(size=60)
    takes, nobody = np.repeat(np.arange(6), 10), np.full(60, "S1")
    expected = bootstrap_interval(values, groups=takes)
    assert bootstrap_interval(values, groups=list(zip(nobody, takes, strict=True))) == expected
    low, high = bootstrap_interval(values, groups=np.stack([takes, np.zeros(60)], axis=1), resamples=4000)
    flat = bootstrap_interval(values, groups=takes, resamples=4000)
    assert (low, high) == pytest.approx(flat, abs=0.1 * (high - low))


def test_people_who_differ_widen_the_interval_over_that_of_their_takes() -> None:
    values, labels = people(rng("wide"), 5.0, 0.5)
    nested = bootstrap_interval(values, groups=labels)
    flat = bootstrap_interval(values, groups=[" ".join(row) for row in labels])
    assert nested.high - nested.low > 1.4 * (flat.high - flat.low)


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
    with pytest.raises(ValueError, match=r"groups have shape \(2, 1, 1\)"):
        bootstrap_interval([3.0, 4.0], groups=[[["a"]], [["b"]]])
    with pytest.raises(ValueError, match="groups: 1 of 2 are missing"):
        bootstrap_interval([3.0, 4.0], groups=[["a", 1], ["b", None]])
    with pytest.raises(ValueError, match="level 95 should lie"):
        bootstrap_interval([3.0, 4.0], level=95)
    with pytest.raises(ValueError, match="one shape"):
        paired_interval([3.0, 4.0], [3.0])
