"""The claims of a paper with all that stored runs say on them, each clause on its own, and their score."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

import pandas as pd

from pose_lib.bench.claim import Claim, Recount
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import NOT_TESTABLE, standing, verdicts
from pose_lib.bench.paper import Paper

__all__ = [
    "EXPLAINED",
    "OUTCOMES",
    "Entry",
    "LedgerClause",
    "Remark",
    "entries_of",
    "open_lines",
    "remarks_of",
    "rule_of",
    "score",
]

OUTCOMES = ("reproduced", "contradicted", "no effect", "settings disagree", "open", NOT_TESTABLE)
"""What can come of a claim over all settings, in the order of the score's columns."""
EXPLAINED = ("contradicted", "no effect", "settings disagree", "inconsistent")
"""Outcomes that call for a reason."""
_RESULTS = "Results beside the paper"


@dataclass(frozen=True)
class Remark:
    """What a room says of one of its claims, beside the rule that decides it."""

    why: str = ""
    """Where it is contradicted or has no effect: why, probably, and what would test that."""
    shown: str = _RESULTS
    """Heading of the section of the chapter that shows the numbers."""


@dataclass(frozen=True)
class LedgerClause:
    """One test of a claim, and what the stored runs say on it."""

    title: str
    metric: str
    check: bool
    """Whether it is a consistency check, which decides nothing: without it, the claim is open."""
    lines: pd.DataFrame
    """Those of its lines in the second table of :func:`.judging.verdicts`, one per setting and action."""


@dataclass(frozen=True)
class Entry:
    """A claim in the ledger."""

    paper: Paper
    claim: Claim
    outcome: str
    """Over all settings: one of :data:`OUTCOMES`; for a consistency check, (in)consistent or open."""
    clauses: tuple[LedgerClause, ...]
    remark: Remark

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets on which stored runs have measured any of its clauses."""
        found = {name for clause in self.clauses for name in clause.lines["dataset"]}
        return tuple(sorted(found - {""}))

    @property
    def module(self) -> str:
        """Name of the module that has the claims of the paper, and their rules."""
        return _module_of_claims(self.paper).__name__

    @property
    def why(self) -> str:
        """The reason of its outcome, where that is one of :data:`EXPLAINED`; may be empty."""
        return self.remark.why if self.outcome in EXPLAINED else ""


def entries_of(paper: Paper, evidence: Evidence, others: Mapping[str, Evidence]) -> tuple[Entry, ...]:
    """The claims of a paper, judged by its stored runs and by those of the papers it is compared with."""
    table, details = verdicts(evidence, paper.claims, paper.presets, others)
    outcomes = dict(standing(table)) if len(table) else {}
    remarks = remarks_of(paper)
    return tuple(
        Entry(
            paper,
            claim,
            outcomes[claim.key],
            tuple(_clauses(claim, details[details["claim"] == claim.key])),
            remarks.get(claim.key, Remark()),
        )
        for claim in paper.claims
    )


def remarks_of(paper: Paper) -> Mapping[str, Remark]:
    """``REMARKS`` beside the claims of a room, by the key of the claim; empty where there are none."""
    found: Mapping[str, Remark] = getattr(_module_of_claims(paper), "REMARKS", {})
    return found


def rule_of(paper: Paper, claim: Claim) -> str:
    """The code of the tests that decide a claim, as it stands in the room; empty where nothing tests it."""
    source = inspect.getsource(_module_of_claims(paper))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == Claim.__name__:
            key, tests = node.args[0], node.args[3]
            if isinstance(key, ast.Constant) and key.value == claim.key and claim.testable:
                return inspect.cleandoc(ast.get_source_segment(source, tests, padded=True) or "")
    return ""


def score(entries: Sequence[Entry]) -> pd.DataFrame:
    """How many claims of each paper came out how: one line per paper, and their sum.

    Consistency checks are no claims, and are counted in a column of their own. What came of no claim at all
    has no column, unless it is one of the four verdicts.
    """
    checks = "checks"
    lines: dict[str, dict[str, int]] = {}
    for entry in entries:
        line = lines.setdefault(
            entry.paper.cited_as or entry.paper.title, dict.fromkeys(("claims", *OUTCOMES, checks), 0)
        )
        line[checks if entry.claim.check else entry.outcome] += 1
        line["claims"] += not entry.claim.check
    table = pd.DataFrame(lines).T
    if len(table):
        table.loc["all"] = table.sum()
        rare = [name for name in ("settings disagree", NOT_TESTABLE, checks) if not table.loc["all", name]]
        table = table.drop(columns=rare)
    return table


def open_lines(entry: Entry) -> Iterator[tuple[str, pd.DataFrame]]:
    """Settings of an open claim, each with the lines that are open there, and checks that failed."""
    asked = [c.lines for c in entry.clauses if len(c.lines)]
    if entry.outcome == "open" and asked:
        lines = pd.concat(asked)
        undecided = lines["outcome"].isin(["open", "inconsistent"])
        for setting, part in lines[undecided].groupby("setting", sort=False):
            yield str(setting), part


def _module_of_claims(paper: Paper) -> ModuleType:
    named = [name for name in paper.all_modules if name.endswith(".claims")] or [paper.module]
    return importlib.import_module(named[0])


def _clauses(claim: Claim, lines: pd.DataFrame) -> Iterator[LedgerClause]:
    for test in claim.tests:
        if isinstance(test, Recount):
            yield LedgerClause(test.words, "", False, lines[lines["comparison"] == test.words])
        else:
            same = (lines["comparison"] == test.title) & (lines["metric"] == test.metric)
            yield LedgerClause(test.title, test.metric, test.check, lines[same])
