"""Agreement of two orders of systems, against pairs counted by hand and all permutations."""

from __future__ import annotations

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.metrics.ranks import rank_agreement

orders = st.permutations(range(6))


@settings(deadline=None)
@given(orders, orders)
def test_tau_counts_the_pairs_in_the_same_order(first: list[int], second: list[int]) -> None:
    found = rank_agreement(first, second)
    same = sum((first[i] - first[j]) * (second[i] - second[j]) > 0 for i, j in combinations(range(6), 2))
    assert (found.systems, found.same, found.pairs) == (6, same, 15)
    assert found.kendall == pytest.approx((2 * same - 15) / 15)
    distance = sum((a - b) ** 2 for a, b in zip(first, second, strict=True))
    assert found.spearman == pytest.approx(1 - 6 * distance / (6 * 35))


def test_only_the_order_counts_and_the_sides_can_be_exchanged() -> None:
    ours, printed = [62.0, 71.0, 70.0, 90.0], [64.27, 72.55, 62.64, 97.07]
    found = rank_agreement(ours, printed)
    assert found == rank_agreement(printed, ours) == rank_agreement(np.exp(ours), printed)
    assert found.same == 5
    assert rank_agreement(ours, [-x for x in ours]).kendall == pytest.approx(-1)


def test_the_p_value_is_the_share_of_all_orders() -> None:
    ours, printed = [1.0, 2.0, 3.0, 4.0], [10.0, 30.0, 20.0, 40.0]
    found = rank_agreement(ours, printed)
    others = [abs(rank_agreement(ours, order).kendall) for order in permutations(printed)]
    share = np.mean(np.asarray(others) >= abs(found.kendall) - 1e-9)
    assert found.p_value == pytest.approx(share)
    assert rank_agreement([1, 2, 3], [4, 5, 6]).p_value == pytest.approx(2 / math.factorial(3))


def test_equal_values_decide_no_pair() -> None:
    found = rank_agreement([1.0, 1.0, 2.0], [1.0, 2.0, 3.0])
    assert (found.same, found.pairs) == (2, 3)
    assert 0 < found.kendall < 1
    level = rank_agreement([5.0, 5.0], [1.0, 2.0])
    assert math.isnan(level.kendall)
    assert math.isnan(level.spearman)
    assert level.same == 0
    assert math.isnan(rank_agreement([5.0], [1.0]).kendall)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="same systems"):
        rank_agreement([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="the second measurement"):
        rank_agreement([1.0, 2.0], [1.0, math.nan])
