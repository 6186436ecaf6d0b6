"""Claims of the papers as data: what is said, what decides it, and the verdict of stored rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy import stats

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

Sign = Literal["below", "above", "near"]
Outcome = Literal["holds", "fails", "undecided", "not run"]


@dataclass(frozen=True)
class Comparison:
    """``first - second`` of a metric must lie below zero, above zero, or near it.

    ``near`` means within ``margin`` times the second system's own value.
    """

    first: str
    second: str
    metric: str
    sign: Sign = "below"
    margin: float = 0.0

    @property
    def system(self) -> str:
        """The difference's name in the column ``system`` of stored rows."""
        return f"{self.first} - {self.second}"


@dataclass(frozen=True)
class Claim:
    """A claim holds if all of its tests do; it fails if one of them does."""

    key: str
    paper: str
    words: str
    published: str
    tests: tuple[Comparison, ...]
    limits: str = ""
    """What these tests cannot say."""


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

_NO, _FT = "Ours, no fine-tuning", "Ours, fine-tuned"
_FULL, _LOWER, _UPPER = "limb-ratio-full", "limb-ratio-lower", "limb-ratio-upper"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "T-1",
        "tekin_ae",
        "Regression through the auto-encoder's code beats direct regression and the older methods.",
        "On all six actions: 4 to 15 % below DconvMP-HML, 0.5 to 6 % below StructNet-Avg.",
        (Comparison(_FT, "CNN", "mpjpe"), Comparison(_FT, "KDE", "mpjpe")),
        "Direct regression and KDE are re-run here; StructNet is not.",
    ),
    Claim(
        "T-2",
        "tekin_ae",
        "Predicted limbs keep their ratios best with the auto-encoder, worst with KDE.",
        "Full body: KDE 16.43, CNN 14.97, with the auto-encoder 11.99 and 11.90.",
        (Comparison("CNN", "KDE", _FULL), Comparison(_NO, "CNN", _FULL), Comparison(_FT, "CNN", _FULL)),
        "The paper does not define its sum; this is the reading over pairs of limbs.",
    ),
    Claim(
        "T-3",
        "tekin_ae",
        "Fine-tuning leaves the full-body limb ratios as they are, and raises the error of both halves.",
        "Full 11.99 to 11.90, lower 0.62 to 0.77, upper 5.30 to 5.43.",
        (
            Comparison(_FT, _NO, _FULL, "near", 0.05),
            Comparison(_FT, _NO, _LOWER, "above"),
            Comparison(_FT, _NO, _UPPER, "above"),
        ),
        "Near means within 5 % of the value before fine-tuning.",
    ),
    Claim(
        "T-4",
        "tekin_ae",
        "In the legs the plain CNN keeps limb ratios better than both forms of the method.",
        "Lower body: CNN 0.57, with the auto-encoder 0.62 and 0.77.",
        (Comparison("CNN", _NO, _LOWER), Comparison("CNN", _FT, _LOWER)),
        "Not claimed in the paper's text: it is in its table.",
    ),
    Claim(
        "T-5",
        "tekin_ae",
        "There is no pre-image problem: a pose is read out of the code in one pass.",
        "Argued, not timed.",
        (Comparison(_FT, "KDE", "read-out-ms"),),
        "Times the decoder against the pre-image search of KDE, both batched; StructNet is not timed.",
    ),
    Claim(
        "T-6",
        "tekin_ae",
        "An over-complete code holds dependencies that an under-complete linear one cannot.",
        "Argued in the full paper against a PCA output layer.",
        (Comparison(_FT, "CNN, PCA output", "mpjpe"), Comparison(_FT, "CNN, PCA output", _FULL)),
    ),
    Claim(
        "T-7",
        "tekin_ae",
        "The contractive term makes the code robust to small changes of the pose.",
        "Argued; the weight is 0.1.",
        (
            Comparison("Auto-encoder", "Auto-encoder, no contraction", "code-change"),
            Comparison(_FT, f"{_FT}, no contraction", "mpjpe"),
        ),
        "Code change: how far the code moves, relative to its length, when every joint moves by a few mm.",
    ),
)


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
    """Whether an interval decides the test; ``reference`` is the second system's own value."""
    if test.sign == "near":
        margin = test.margin * abs(reference)
        if -margin <= low and high <= margin:
            return "holds"
        return "fails" if high < -margin or low > margin else "undecided"
    if test.sign == "above":
        low, high = -high, -low
    if high < 0:
        return "holds"
    return "fails" if low > 0 else "undecided"


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
