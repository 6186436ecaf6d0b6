"""Runs that differ in nothing but the share of their schedule: by which of them a claim is judged.

A difference can grow, vanish or turn as networks are trained for longer. So a clause counts, on each action,
at the largest share that enough seeds have measured, and shorter trainings are superseded there, whatever
they say. Where trainings of some share pass the claim's consistency checks, those of the others do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pose_lib.bench.claim import Claim, Comparison
from pose_lib.bench.setting import Setting
from pose_lib.bench.verdict import Clause, Role, Verdict, worst

__all__ = ["Judged", "by_length", "longest"]


@dataclass(frozen=True)
class Judged:
    """The clauses of a claim at one setting."""

    setting: Setting
    clauses: tuple[Clause, ...]
    """Of every setting that differs in its budget alone, the same tests in the same order."""

    @property
    def counts(self) -> bool:
        """Whether any of its verdicts counts."""
        return any(found.role == "counts" for clause in self.clauses for found in clause.verdicts)


def by_length(found: Sequence[Judged]) -> list[list[Judged]]:
    """Those that differ in their budget alone together, the shortest first."""
    groups: dict[object, list[Judged]] = {}
    for one in sorted(found, key=lambda one: one.setting.budget):
        groups.setdefault(one.setting.at_any_budget, []).append(one)
    return list(groups.values())


def longest(claim: Claim, group: Sequence[Judged]) -> tuple[list[Judged], list[Clause]]:
    """The trainings by which a claim is judged, of a group of :func:`by_length`.

    Returns:
        All of the group, each verdict with its role; and the clauses with those verdicts that count.
    """
    passing = {one.setting.budget for one in group if all(_passes(claim, c) for c in one.clauses)}
    budgets = [one.setting.budget for one in group]
    with_roles, counting = [], []
    for clauses in zip(*(one.clauses for one in group), strict=True):
        at = dict(zip(budgets, clauses, strict=True))
        best = _best({budget: at[budget] for budget in budgets if budget in passing or not passing})
        if not claim.actions and any(found.enough for _, found in best.values()):
            # Of actions that the claim does not name, those with too few seeds do not stand in the way.
            best = {action: pair for action, pair in best.items() if pair[1].enough}
        with_roles.append([_with_roles(clause, budget, best) for budget, clause in at.items()])
        counted = tuple(found for _, found in best.values())
        outcome = worst([found.outcome for found in counted], claim.most)
        counting.append(Clause(clauses[0].test, counted, outcome))
    marked = [
        Judged(one.setting, found) for one, found in zip(group, zip(*with_roles, strict=True), strict=True)
    ]
    return marked, counting


def _passes(claim: Claim, clause: Clause) -> bool:
    """Whether a clause is no check that has to be passed, or is passed."""
    asked = isinstance(clause.test, Comparison) and clause.test.check and not claim.check
    return not asked or clause.passed


def _best(clauses: Mapping[float, Clause]) -> dict[str, tuple[float, Verdict]]:
    """By action, the verdict that counts and its budget.

    It is that of the longest training with enough seeds, else of the longest that has measured it at all,
    else of the shortest, where it would be measured at the least cost.
    """
    best: dict[str, tuple[float, Verdict]] = {}

    def worth(budget: float, found: Verdict) -> tuple[bool, bool, float]:
        measured = found.effect is not None
        return found.enough, measured, budget if measured else -budget

    for budget, clause in clauses.items():
        for found in clause.verdicts:
            if found.action not in best or worth(budget, found) > worth(*best[found.action]):
                best[found.action] = (budget, found)
    return best


def _with_roles(clause: Clause, budget: float, best: Mapping[str, tuple[float, Verdict]]) -> Clause:
    """The clause at one budget, each verdict with the role that it has beside the best of its action.

    Of an action without a best one, verdicts of too few seeds are left out.
    """

    def role(found: Verdict) -> Role:
        counts, other = best.get(found.action, (-1.0, found))
        if counts == budget:
            return "counts"
        return "superseded" if other.enough and budget < counts else "beside"

    shown = [found for found in clause.verdicts if found.action in best or found.enough]
    return replace(clause, verdicts=tuple(replace(found, role=role(found)) for found in shown))
