"""The verdict of stored rows on the claims of a paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy import stats

from pose_lib.bench.claims.claim import Claim, Comparison
from pose_lib.bench.claims.registry import CLAIMS

__all__ = ["DECISIVE", "Outcome", "Verdict", "comparisons", "judge", "pooled", "verdicts"]

Outcome = Literal["holds", "fails", "undecided", "not run"]


@dataclass(frozen=True)
class Verdict:
    """A test on the rows of one action: the pooled difference, its 95 % interval, and the outcome."""

    claim: str
    action: str
    comparison: str
    metric: str
    difference: float
    low: float
    high: float
    seeds: int
    outcome: Outcome


DECISIVE = ("long", "paper")
"""Presets whose runs decide: shorter ones show that a method learns, not how well."""


def comparisons(paper: str) -> list[tuple[str, str, str]]:
    """All (first, second, metric) that the claims of a paper ask for, without repetition."""
    found = [(t.first, t.second, t.metric) for c in CLAIMS if c.paper == paper for t in c.tests]
    return list(dict.fromkeys(found))


def pooled(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Mean over the runs of one difference, and its interval over samples and seeds.

    The half-width joins the samples' (their bootstrap intervals) and the seeds' (Student's t over the runs).
    With a single run it is the samples' alone, which says nothing of other seeds.
    """
    mean = float(rows["value"].mean())
    half = ((rows["high"] - rows["low"]) / 2).pow(2).mean() ** 0.5
    if len(rows) > 1:
        seeds = float(rows["value"].std(ddof=1)) / math.sqrt(len(rows))
        half = math.hypot(half, float(stats.t.ppf(0.975, len(rows) - 1)) * seeds)
    return mean, mean - half, mean + half


def judge(test: Comparison, low: float, high: float, reference: float) -> Outcome:
    """Whether an interval decides the test; ``reference`` is the second system's own value.

    An interval of no width at zero says that both gave the same on every sample: there is no difference.
    """
    if test.sign == "near":
        margin = test.margin * abs(reference)
        if -margin <= low and high <= margin:
            return "holds"
        return "fails" if high < -margin or low > margin else "undecided"
    if test.sign == "above":
        low, high = -high, -low
    if high < 0:
        return "holds"
    return "fails" if low > 0 or low == high == 0 else "undecided"


def verdicts(results: pd.DataFrame, paper: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge every claim of a paper by stored rows.

    Args:
        results: tidy rows of one or several runs; those of one action, data set and preset differ in their
            seeds, and are pooled.

    Returns:
        One row a claim (key, words, published, outcome), and one a test and action with its numbers.
    """
    details: list[Verdict] = []
    claims: list[dict[str, str]] = []
    ours = results
    if len(results):
        ours = results[(results["paper"] == paper) & results["preset"].isin(DECISIVE)]
    for claim in (c for c in CLAIMS if c.paper == paper):
        found = [
            _verdict(claim, test, action, part) for test in claim.tests for action, part in _cells(ours, test)
        ]
        details += found
        claims.append(
            {
                "claim": claim.key,
                "says": claim.words,
                "published": claim.published,
                "outcome": _joined([v.outcome for v in found]),
                "limits": claim.limits,
            }
        )
    return pd.DataFrame(claims), pd.DataFrame([vars(v) for v in details])


def _cells(results: pd.DataFrame, test: Comparison) -> list[tuple[str, pd.DataFrame]]:
    if not len(results):
        return []
    metric = results[results["metric"] == test.metric]
    cells = metric.groupby(["action", "dataset", "preset"])
    return [
        (f"{action} ({dataset}, {preset})", part)
        for (action, dataset, preset), part in cells
        if (part["system"] == test.system).any()
    ]


def _verdict(claim: Claim, test: Comparison, action: str, rows: pd.DataFrame) -> Verdict:
    difference = rows[rows["system"] == test.system]
    mean, low, high = pooled(difference)
    reference = float(rows[rows["system"] == test.second]["value"].mean())
    outcome = judge(test, low, high, reference)
    return Verdict(claim.key, action, test.system, test.metric, mean, low, high, len(difference), outcome)


def _joined(outcomes: list[Outcome]) -> Outcome:
    if not outcomes:
        return "not run"
    if "fails" in outcomes:
        return "fails"
    return "holds" if all(o == "holds" for o in outcomes) else "undecided"
