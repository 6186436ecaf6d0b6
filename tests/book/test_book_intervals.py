"""Means over sequences: equal to means over samples, with intervals that resample sequences."""

from __future__ import annotations

import numpy as np
import pytest

from pose_lib.book.curves import hits_by_sequence, interval_by_column, means_by_sequence
from pose_lib.data.seeds import rng
from pose_lib.metrics import accuracy_over_threshold, bootstrap_interval


@pytest.fixture
def groups() -> np.ndarray:
    return np.repeat(["b", "a", "d", "c"], [5, 30, 11, 4])


def errors(groups: np.ndarray, joints: int) -> np.ndarray:
    values = rng("book intervals").gamma(4.0, 20.0, (len(groups), joints))
    values[3:9, 0] = np.nan
    values[groups == "c", -1] = np.nan
    return values


def test_the_mean_over_sequences_is_the_mean_over_samples(groups: np.ndarray) -> None:
    values = errors(groups, 3)
    means, sizes, names = means_by_sequence(values, groups)
    assert names.tolist() == [["a"], ["b"], ["c"], ["d"]]
    assert means.shape == sizes.shape == (4, 3)
    assert sizes.sum(0).tolist() == np.isfinite(values).sum(0).tolist()
    assert np.isnan(means).sum() == 1
    mean, low, high = interval_by_column(means, sizes, names)
    np.testing.assert_allclose(mean, np.nanmean(values, axis=0))
    for k in range(3):
        known = np.isfinite(values[:, k])
        expected = bootstrap_interval(values[known, k], groups=groups[known])
        np.testing.assert_allclose([low[k], high[k]], expected)


def test_takes_are_resampled_within_people(groups: np.ndarray) -> None:
    nested = np.stack([np.where(np.isin(groups, ["a", "b"]), "x", "y"), groups], axis=1)
    values = errors(groups, 2)
    mean, low, high = interval_by_column(*means_by_sequence(values, nested))
    np.testing.assert_allclose(mean, np.nanmean(values, axis=0))
    for k in range(2):
        known = np.isfinite(values[:, k])
        expected = bootstrap_interval(values[known, k], groups=nested[known])
        np.testing.assert_allclose([low[k], high[k]], expected)
    at = np.array([60.0])
    share, low, high = interval_by_column(*hits_by_sequence(values, at, nested))
    np.testing.assert_allclose(share, accuracy_over_threshold(values.ravel(), at))
    assert low < share < high


def test_shares_within_thresholds_are_those_of_all_samples(groups: np.ndarray) -> None:
    values, at = errors(groups, 2), np.linspace(0, 200, 21)
    at[4] = np.nanmin(values[:, 1])  # an error that equals the threshold is within it
    at.sort()
    share, low, high = interval_by_column(*hits_by_sequence(values[:, 1], at, groups))
    np.testing.assert_allclose(share, accuracy_over_threshold(values[:, 1], at))
    known = np.isfinite(values[:, 1])
    hits = (values[known, 1] <= at[9]).astype(float)
    np.testing.assert_allclose([low[9], high[9]], bootstrap_interval(hits, groups=groups[known]))
    both, _, _ = interval_by_column(*hits_by_sequence(values, at, groups))
    np.testing.assert_allclose(both, accuracy_over_threshold(values.ravel(), at))


def test_one_sequence_has_a_mean_and_no_interval() -> None:
    mean, low, high = interval_by_column(*means_by_sequence(np.array([[1.0], [3.0]]), ["a", "a"]))
    assert mean == [2.0]
    assert np.isnan([low, high]).all()
    with pytest.raises(ValueError, match=r"groups have shape \(3,\), expected one label per sample, \(2,\)"):
        means_by_sequence(np.ones((2, 1)), ["a", "a", "b"])
