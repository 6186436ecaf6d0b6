"""The verdict of stored runs on the claims of a paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy import stats

from pose_lib.bench.claim import Claim, Comparison
from pose_lib.bench.evidence import Evidence

__all__ = ["CELL", "DECISIVE", "Outcome", "Verdict", "judge", "pooled", "verdicts"]

Outcome = Literal["holds", "fails", "undecided", "not run"]

DECISIVE = ("long", "paper")
"""Presets whose runs decide: shorter ones show that a method learns, not how well."""
CELL = ["action", "dataset", "preset", "budget", "precision"]
"""Runs that agree in these differ in their seeds, and are pooled."""


@dataclass(frozen=True)
class Verdict:
    """A test on the runs of one action: the pooled difference, its 95 % interval, and the outcome."""

    claim: str
    action: str
    comparison: str
    metric: str
    difference: float
    low: float
    high: float
    seeds: int
    outcome: Outcome


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


def verdicts(evidence: Evidence, claims: Sequence[Claim]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge the claims of a paper by its stored runs.

    Args:
        evidence: of one or several runs of the paper; only those at a :data:`DECISIVE` preset decide.
        claims: of the same paper.

    Returns:
        One row per claim (key, words, published, outcome), and one per test and action with its numbers.
    """
    ours = evidence
    if len(evidence.rows):
        ours = evidence.select(evidence.rows["preset"].isin(DECISIVE))
    details: list[Verdict] = []
    table: list[dict[str, str]] = []
    for claim in claims:
        found = [v for test in claim.tests for v in _on_each_action(claim, test, ours)]
        details += found
        table.append(
            {
                "claim": claim.key,
                "says": claim.words,
                "published": claim.published,
                "outcome": _joined([v.outcome for v in found]),
                "limits": claim.limits,
            }
        )
    return pd.DataFrame(table), pd.DataFrame([vars(v) for v in details])


def _on_each_action(claim: Claim, test: Comparison, evidence: Evidence) -> list[Verdict]:
    differences = evidence.difference(test.first, test.second, test.metric)
    if not len(differences):
        return []
    found = []
    for names, part in differences.groupby(CELL, dropna=False):
        action, dataset, preset, budget, _ = names
        same = (evidence.rows[CELL] == part[CELL].iloc[0]).all(axis=1)
        reference = evidence.select(same).reference(test.second, test.metric)
        mean, low, high = pooled(part)
        found.append(
            Verdict(
                claim.key,
                f"{action} ({dataset}, {preset}{'' if budget == 1 else f', budget {budget:g}'})",
                test.title,
                test.metric,
                mean,
                low,
                high,
                len(part),
                judge(test, low, high, reference),
            )
        )
    return found


def _joined(outcomes: list[Outcome]) -> Outcome:
    if not outcomes:
        return "not run"
    if "fails" in outcomes:
        return "fails"
    return "holds" if all(o == "holds" for o in outcomes) else "undecided"
