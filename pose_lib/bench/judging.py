"""The verdicts of stored runs on the claims of a paper.

The verdict on a clause is the worst over its actions, and that on a claim the worst of its clauses; see
:mod:`pose_lib.bench.verdict` for what decides one clause on one action. It is on the method at one setting,
with its optimiser, size and budget, never on the paper. Settings that differ in their budget alone are one:
of each clause the longest training counts that enough seeds have measured, see :mod:`pose_lib.bench.lengths`.

A clause that is a consistency check decides no claim, but a run has to pass it: at a setting where it fails,
the claim is open, whatever its other clauses say. A claim that has no other clauses is called a consistency
check itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from pose_lib.bench.claim import Claim, Comparison, Recount
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.lengths import Judged, by_length, longest
from pose_lib.bench.pooling import Effect, effect_of
from pose_lib.bench.presets import Preset
from pose_lib.bench.setting import AND, Setting, settings_of
from pose_lib.bench.verdict import Clause, Outcome, Role, Verdict, judge, worst

__all__ = ["BESIDE", "DECISIVE", "NOT_TESTABLE", "SUPERSEDED", "standing", "verdicts"]

_DETAILS = (
    *("claim", "setting", "dataset", "preset", "budget", "action", "comparison", "metric", "kind"),
    *("value", "low", "high", "fixed", "margin", "seeds", "reference", "outcome", "needs", "wanted"),
)
_PRINTED = "printed numbers alone"
_NO_RUN: dict[str, object] = {"dataset": "", "preset": "", "budget": math.nan}
DECISIVE = ("long", "paper")
"""Presets whose runs decide: shorter ones show that a method learns, not how well."""
NOT_TESTABLE = "not testable"
"""Stands for the verdict on a claim that no run of this package and no printed number can decide."""
SUPERSEDED = "superseded"
"""Stands for the outcome of a clause at a share of a schedule, where a larger share counts in its place."""
BESIDE = "does not count"
"""The same where a shorter training counts: of more seeds, or because it passes the claim's checks."""
_BY_ROLE: Mapping[Role, str] = {"superseded": SUPERSEDED, "beside": BESIDE}


def verdicts(
    evidence: Evidence,
    claims: Sequence[Claim],
    presets: Mapping[str, Preset] | None = None,
    others: Mapping[str, Evidence] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge the claims of a paper by its stored runs.

    Args:
        evidence: of one or several runs of the paper; only those at a :data:`DECISIVE` preset decide.
        claims: of the same paper.
        presets: of the paper by name, for the words on optimiser, size and steps.
        others: by name, the runs of papers that a comparison takes its second system from.

    Returns:
        One row per claim and setting (key, words, published, kind, setting, outcome, because, limits), where
        settings that differ in their budget alone are one; and one per clause, setting and action with its
        data set, preset, budget and numbers.
    """
    ours = _decisive(evidence)
    theirs = {name: _decisive(found) for name, found in (others or {}).items()}
    settings = list(settings_of(ours.rows)) if len(ours.rows) else []
    named = {setting: setting.words(presets or {}) for setting in settings}
    table: list[dict[str, str]] = []
    details: list[dict[str, object]] = []
    for claim in claims:
        recounts = [_recounted(test) for test in claim.tests if isinstance(test, Recount)]
        found = [Judged(s, tuple(_clauses(claim, s, ours, theirs))) for s in settings]
        for group in by_length([one for one in found if one.clauses]) or [[]]:
            marked, clauses = longest(claim, group) if group else ([], [])
            counted = [one for one in marked if one.counts]
            words = AND.join(named[one.setting] for one in counted) or (_PRINTED if recounts else "")
            outcome, because = _joined(claim, [*recounts, *clauses])
            table.append(
                {
                    "claim": claim.key,
                    "says": claim.words,
                    "published": claim.published,
                    "kind": "consistency check" if claim.check else "claim",
                    "setting": words,
                    "outcome": outcome,
                    "because": because,
                    "limits": claim.limits,
                }
            )
            about = counted[-1].setting.runs if counted else _NO_RUN
            details += [{**_line(claim, words, clause.words, clause.outcome), **about} for clause in recounts]
            for one in marked:
                lines = [line for c in one.clauses for line in _lines(claim, named[one.setting], c)]
                details += [{**line, **one.setting.runs} for line in lines]
    # Without any run the table of details is empty, and has its columns all the same.
    return pd.DataFrame(table), pd.DataFrame(details, columns=None if details else _DETAILS)


def standing(claims: pd.DataFrame) -> pd.Series:
    """Each claim's verdict over all settings, by its key, from the first table of :func:`verdicts`.

    It is what the settings that decide it agree on, and ``settings disagree`` where they do not; open where
    none decides it.
    """

    def one(outcomes: pd.Series) -> str:
        decided = set(outcomes) - {"open"}
        return "settings disagree" if len(decided) > 1 else next(iter(decided), "open")

    return claims.groupby("claim", sort=False)["outcome"].agg(one)


def _decisive(evidence: Evidence) -> Evidence:
    return evidence.select(evidence.rows["preset"].isin(DECISIVE)) if len(evidence.rows) else evidence


def _clauses(claim: Claim, setting: Setting, ours: Evidence, theirs: Mapping[str, Evidence]) -> list[Clause]:
    """The tests of a claim that are asked at a setting; none if no run there has measured any."""
    own = ours.select(setting.of(ours.rows))
    clauses = []
    for test in claim.comparisons:
        if not test.datasets or setting.dataset in test.datasets:
            there = theirs.get(test.of, Evidence(pd.DataFrame())) if test.of else own
            other = there.select(setting.of(there.rows)) if len(there.rows) else there
            found = _on_actions(claim, test, own, other)
            clauses.append(Clause(test, tuple(found), worst([v.outcome for v in found], claim.most)))
    measured = any(v.effect is not None for clause in clauses for v in clause.verdicts)
    return clauses if measured else []


def _on_actions(claim: Claim, test: Comparison, own: Evidence, other: Evidence) -> list[Verdict]:
    """A test on each action that the claim names; if it names none, on those that were run."""
    if test.actions:
        first, second = (_on(own, action) for action in test.actions)
        return [_verdict(test, " and ".join(test.actions), effect_of(test, first, second))]
    ran = sorted(own.rows["action"].unique())
    named = claim.actions if set(claim.actions) & set(ran) or ran != ["all"] else ()
    found = []
    for action in named or ran:
        effect = effect_of(test, _on(own, action), _on(other, action) if test.of else None)
        found.append(_verdict(test, action, effect))
    return found


def _on(evidence: Evidence, action: str) -> Evidence:
    rows = evidence.rows
    return evidence.select(rows["action"] == action) if len(rows) else evidence


def _verdict(test: Comparison, action: str, effect: Effect | None) -> Verdict:
    margin = math.nan if effect is None else test.margin * abs(effect.reference)
    return Verdict(action, effect, margin, judge(test, effect), test.sign)


def _recounted(test: Recount) -> Clause:
    return Clause(test, (), "reproduced" if test.holds() else "contradicted")


def _joined(claim: Claim, clauses: Sequence[Clause]) -> tuple[str, str]:
    """The verdict on a claim at a setting, and which of its clauses it rests on."""
    if not claim.testable:
        return NOT_TESTABLE, ""
    if not clauses:
        where = ", ".join(sorted({d for test in claim.comparisons for d in test.datasets}))
        return "open", f"no stored run{' on ' * bool(where)}{where} has measured it"
    checks = [c for c in clauses if isinstance(c.test, Comparison) and c.test.check and not claim.check]
    failed = [check.words for check in checks if not check.passed]
    if failed:
        return "open", f"asked only of runs that pass a check: {'; '.join(failed)}"
    deciding = [clause for clause in clauses if clause not in checks]
    outcome = worst([clause.outcome for clause in deciding])
    because = "; ".join(clause.words for clause in deciding if clause.outcome == outcome)
    return _named(outcome, claim.check), because if outcome != "reproduced" else ""


def _named(outcome: Outcome, check: bool) -> str:
    """An outcome in words; a consistency check is no claim, and is neither reproduced nor contradicted."""
    if not check or outcome == "open":
        return outcome
    return "consistent" if outcome == "reproduced" else "inconsistent"


def _lines(claim: Claim, setting: str, clause: Clause) -> list[dict[str, object]]:
    """Rows of the table of details."""
    test = clause.test
    assert isinstance(test, Comparison)
    kind = "consistency check" if test.check else ""

    def outcome(v: Verdict) -> str:
        return _BY_ROLE.get(v.role) or _named(v.outcome, test.check)

    return [
        _line(claim, setting, test.title, outcome(v), v.action, test.metric, kind)
        | {"margin": v.margin}
        | _lacks(claim, test, v)
        | (vars(v.effect) if v.effect is not None else {})
        for v in clause.verdicts
    ]


def _lacks(claim: Claim, test: Comparison, found: Verdict) -> dict[str, object]:
    """What it takes to decide a line that is open, or whose failed check keeps the claim open."""
    if found.role in _BY_ROLE:
        return {}
    if found.outcome == "open":
        return {"needs": found.needs, "wanted": found.wanted}
    fails = test.check and not claim.check and found.outcome != "reproduced"
    return {"needs": "a training that passes this check", "wanted": math.inf} if fails else {}


def _line(
    claim: Claim, setting: str, words: str, outcome: str, action: str = "", metric: str = "", kind: str = ""
) -> dict[str, object]:
    nan = math.nan
    return {
        "claim": claim.key,
        "setting": setting,
        "action": action,
        "comparison": words,
        "metric": metric,
        "kind": kind,
        "value": nan,
        "low": nan,
        "high": nan,
        "fixed": nan,
        "margin": nan,
        "seeds": 0,
        "reference": nan,
        "outcome": outcome,
        "needs": "",
        "wanted": nan,
    }
