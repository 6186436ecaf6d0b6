"""Intervals over seeds and sequences contain the truth as often as they say, also with three seeds."""

from __future__ import annotations

import numpy as np
import pytest

from pose_lib.metrics.hierarchy import hierarchical_interval, hierarchical_means
from pose_lib.metrics.intervals import bootstrap_interval

PEOPLE, TAKES, SEEDS = 8, 4, 3
GROUPS = np.array([[f"p{i}", f"t{k}"] for i in range(PEOPLE) for k in range(TAKES)])


def trial(random: np.random.Generator, deviations: tuple[float, float, float, float]) -> np.ndarray:
    """Values ``(K, S)`` of true mean 0: of seeds, of people, of takes, and noise of each seed and take."""
    seeds, people, takes, noise = deviations
    person = np.repeat(random.normal(0, people, PEOPLE), TAKES)
    take = random.normal(0, takes, PEOPLE * TAKES)
    seed = random.normal(0, seeds, (SEEDS, 1))
    return seed + person + take + random.normal(0, noise, (SEEDS, PEOPLE * TAKES))


@pytest.mark.parametrize(
    "deviations", [(1.0, 0.1, 0.1, 0.1), (0.5, 1.0, 1.0, 0.5), (0.0, 1.0, 1.0, 0.5)], ids=str
)
def test_95_of_100_intervals_contain_the_true_mean(deviations: tuple[float, float, float, float]) -> None:
    random = np.random.default_rng(7)
    trials, hits = 300, 0
    for _ in range(trials):
        low, high = hierarchical_interval(trial(random, deviations), GROUPS)
        hits += low <= 0 <= high
    # Two standard deviations of 300 trials are 2.5 per cent; few people and seeds may only widen it.
    assert hits / trials >= 0.92


def test_sequences_alone_would_promise_too_much() -> None:
    random = np.random.default_rng(7)
    hits = 0
    for _ in range(200):
        low, high = bootstrap_interval(trial(random, (1.0, 0.1, 0.1, 0.1)).mean(0), groups=GROUPS)
        hits += low <= 0 <= high
    assert hits / 200 < 0.5


def test_seeds_widen_an_interval_by_students_t() -> None:
    flat = np.zeros((3, 4)) + np.array([[1.0], [2.0], [3.0]])
    low, high = hierarchical_interval(flat, np.arange(4))
    # t(0.975, 2) = 4.3027; the seeds' standard error is 1 / sqrt(3)
    assert (high - low) / 2 == pytest.approx(4.3027 / np.sqrt(3), rel=0.01)
    assert (high + low) / 2 == pytest.approx(2.0, abs=0.01)


def test_with_one_seed_sequences_alone_are_resampled() -> None:
    values = np.random.default_rng(0).normal(5, 1, (1, 32))
    found = hierarchical_means(values, GROUPS)
    assert found.std() == pytest.approx(
        bootstrap_deviation(values[0]), rel=0.05
    )  # the same resamples of people and takes, more of them


def bootstrap_deviation(values: np.ndarray) -> float:
    low, high = bootstrap_interval(values, groups=GROUPS, level=0.6826, resamples=4000)
    return (high - low) / 2


def test_weights_count_and_no_sequence_of_weight_zero_does() -> None:
    values = np.array([[1.0, 3.0, np.nan], [1.0, 3.0, np.nan]])
    found = hierarchical_means(values, np.arange(3), np.array([3.0, 1.0, 0.0]))
    assert set(np.round(found, 9)) <= {1.0, 1.5, 3.0}
    with pytest.raises(ValueError, match=r"expected values \(K, S\)"):
        hierarchical_means(np.zeros(3), np.arange(3))
