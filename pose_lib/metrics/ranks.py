"""Do two measurements put the same systems in the same order?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pose_lib.geometry.arrays import Numbers
from pose_lib.metrics.samples import finite

__all__ = ["RankAgreement", "rank_agreement"]


@dataclass(frozen=True)
class RankAgreement:
    """How far two orders of the same systems agree: 1 for the same order, -1 for the opposite one."""

    systems: int
    same: int
    """Pairs of systems that stand in the same order in both; pairs of equal values do not."""
    pairs: int
    """All pairs."""
    kendall: float
    """Kendall's tau-b; NaN for fewer than two systems, or where one side has only equal values."""
    spearman: float
    """Spearman's rho; NaN as above."""
    p_value: float
    """How often systems in random order agree or disagree as much, by tau; NaN as above. Of ``n`` systems it
    cannot be below ``2 / n!``: three never show more than 0.33."""


def rank_agreement(first: Numbers, second: Numbers) -> RankAgreement:
    """Compare the order of systems in two measurements of them.

    Args:
        first: ``(K,)``, one number per system, such as its error here.
        second: ``(K,)``, such as its printed error.

    Raises:
        ValueError: the shapes differ or are not ``(K,)``, there are none, or a number is not finite.
    """
    a, b = finite("the first measurement", first), finite("the second measurement", second)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"expected two measurements (K,) of the same systems, got {a.shape} and {b.shape}")
    row, column = np.triu_indices(len(a), 1)
    signs = (np.sign(a[row] - a[column]), np.sign(b[row] - b[column]))
    same, pairs = int((signs[0] * signs[1] > 0).sum()), len(row)
    if not (signs[0].any() and signs[1].any()):
        return RankAgreement(len(a), same, pairs, math.nan, math.nan, math.nan)
    tau, rho = stats.kendalltau(a, b), stats.spearmanr(a, b)
    return RankAgreement(len(a), same, pairs, float(tau.statistic), float(rho.statistic), float(tau.pvalue))
