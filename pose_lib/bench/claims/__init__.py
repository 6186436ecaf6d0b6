"""Claims of the papers as data, and the verdict of stored rows on each."""

from __future__ import annotations

from pose_lib.bench.claims.claim import Claim, Comparison
from pose_lib.bench.claims.judging import DECISIVE, Verdict, comparisons, judge, pooled, verdicts
from pose_lib.bench.claims.registry import CLAIMS

__all__ = [
    "CLAIMS",
    "DECISIVE",
    "Claim",
    "Comparison",
    "Verdict",
    "comparisons",
    "judge",
    "pooled",
    "verdicts",
]
