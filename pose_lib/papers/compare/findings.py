"""What the book found, in sentences that follow the stored runs: their sign, and whether they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pose_lib.bench.claim import Claim, Comparison, above, below
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import verdicts
from pose_lib.bench.ledger import OUTCOMES, Entry, score
from pose_lib.bench.staleness import STALE
from pose_lib.bench.verdict import LEAST_SEEDS
from pose_lib.book.result_cells import with_bounds
from pose_lib.data.photos.cards import SETS
from pose_lib.papers.compare.ideas_in_words import ideas_in_3d, listed

__all__ = ["QUESTIONS", "Question", "answer", "findings", "score_sentence"]

_UNDECIDED = ("No stored run measures yet", "Too few seeds are stored to say")
"""How an answer begins that decides nothing."""
_DATA = {"synthetic": "rendered people", "mocap": "captured motion"}
_SEVERAL = 3
"""Up to as many measurements are named one by one; of more, only how many came out how is said."""


@dataclass(frozen=True)
class Question:
    """A comparison of two systems, and the words that say how it came out."""

    paper: str
    subject: str
    """As it stands within a sentence."""
    test: Comparison
    better: str
    """What the subject does to the object where the interval lies on the side that the test claims."""
    worse: str
    same: str
    """The same where the interval lies within the margin."""
    object: str
    unit: str
    digits: int = 1


QUESTIONS: tuple[tuple[Question, ...], ...] = (
    (
        Question(
            "deeppose",
            "DeepPose's cascade of three stages",
            above("Stage 3", ("Stage 1", "trained longer"), "pcp"),
            "finds more limbs than",
            "finds fewer limbs than",
            "finds as many limbs as",
            "its first stage alone does when trained as long as all three",
            "points of PCP",
        ),
        Question(
            "deeppose",
            "at high precision, a tenth of the torso, it",
            above("Stage 3", ("Stage 1", "trained longer"), "pdj-0.10"),
            "finds more joints than",
            "finds fewer joints than",
            "finds as many joints as",
            "that longer first stage",
            "points of PDJ",
        ),
    ),
    (
        Question(
            "hmlpe",
            "learning to detect parts beside regression",
            above("HMLPE", "Regression alone", "pcp"),
            "finds more limbs than",
            "finds fewer limbs than",
            "finds as many limbs as",
            "regression alone",
            "points of PCP",
        ),
    ),
    (
        Question(
            "tekin_ae",
            "regression through the code of an auto-encoder",
            below("Ours, fine-tuned", "CNN", "limb-ratio-full", 0.1),
            "preserves the ratios of limb lengths better than",
            "preserves the ratios of limb lengths less well than",
            "preserves the ratios of limb lengths as well as",
            "direct regression",
            "in the sum of ratio errors",
            2,
        ),
    ),
)
"""The findings about single ideas; a finding may join two questions."""


def findings(evidence: Mapping[str, Evidence], entries: Sequence[Entry]) -> tuple[str, ...]:
    """Five sentences, from the stored runs of all papers by their names, and from the ledger of claims."""
    single = []
    for joined in QUESTIONS:
        said = [answer(question, evidence[question.paper]) for question in joined]
        # What was not measured of the second question needs no words where the first was not, either.
        whole = "; ".join(said[:1] if said[0].startswith(_UNDECIDED) else said)
        single.append(f"{whole[0].upper()}{whole[1:]}.")
    return (ideas_in_3d(evidence), *single, score_sentence(entries))


def answer(question: Question, evidence: Evidence) -> str:
    """How a comparison came out in stored runs, without a full stop: numbers, and where they were measured.

    Of each data set and action the current runs count; where these have too few seeds, those of other code.
    """
    lines = _measured(question.test, evidence)
    comparison = f"whether {question.subject} {question.better} {question.object}"
    enough = lines[lines["seeds"] >= LEAST_SEEDS]
    if not len(enough):
        return f"{_UNDECIDED[bool(len(lines))]} {comparison}"
    words = {
        "reproduced": question.better,
        "contradicted": question.worse,
        "no effect": question.same,
        "open": "is not distinguishable from",
    }
    parts = []
    for outcome, verb in words.items():
        having = enough[enough["outcome"] == outcome]
        if len(enough) > _SEVERAL:
            places = f"in {len(having)} of {len(enough)} measurements"
        else:
            places = " and ".join(_place(question, line) for _, line in having.iterrows())
        if len(having):
            parts.append(f"{verb} {question.object} {places}")
    return f"{question.subject} {listed(parts) if len(parts) > 2 else ', but '.join(parts)}"


def score_sentence(entries: Sequence[Entry]) -> str:
    """The score of the claims in a sentence."""
    table = score(entries)
    if not len(table) or not table.loc["all", "claims"]:
        return "No claim has been written down yet."
    counts = table.to_dict("index")["all"]
    parts = [f"{counts[name]} {_SCORED[name][counts[name] > 1]}" for name in OUTCOMES if counts.get(name)]
    return f"Of {counts['claims']} claims of the papers, {listed(parts)}."


_SCORED = {
    "reproduced": ("is reproduced", "are reproduced"),
    "contradicted": (
        "is contradicted at the setting of the runs",
        "are contradicted at the setting of the runs",
    ),
    "no effect": ("shows no effect", "show no effect"),
    "settings disagree": ("depends on the setting", "depend on the setting"),
    "open": ("is open for want of evidence", "are open for want of evidence"),
    "not testable": ("cannot be tested here", "cannot be tested here"),
}
"""An outcome as what is said of one claim, and of several."""


def _measured(test: Comparison, evidence: Evidence) -> pd.DataFrame:
    """The lines of a comparison, one per data set and action.

    Those of enough seeds come first, then those of current runs, then those of the largest budget.
    """
    claim = Claim("it", "", "", (test,))
    if not len(evidence.rows):
        return verdicts(evidence, [claim])[1]
    stale = (
        evidence.rows[STALE] != "" if STALE in evidence.rows else pd.Series(False, index=evidence.rows.index)
    )
    found = [verdicts(evidence.select(chosen), [claim])[1] for chosen in (~stale, stale)]
    lines = pd.concat(
        [part.assign(stale=old) for part, old in zip(found, (False, True), strict=True) if len(part)]
        or found[:1],
        ignore_index=True,
    )
    lines = lines[lines["seeds"] > 0]
    if not len(lines):
        return lines
    order = lines.assign(few=lines["seeds"] < LEAST_SEEDS, short=-lines["budget"])
    order = order.sort_values(["few", "stale", "short"], kind="stable")
    return lines.loc[order.index].drop_duplicates(["dataset", "action"])


def _place(question: Question, line: pd.Series) -> str:
    """Where a difference was measured, and its numbers."""
    dataset, action = line["dataset"], line["action"]
    name = _DATA.get(dataset) or (f"photographs of {SETS[dataset].title}" if dataset in SETS else dataset)
    numbers = with_bounds(line["value"], line["low"], line["high"], f"+.{question.digits}f")
    return f"on {name}{'' if action == 'all' else f', {action}'} ({numbers} {question.unit})"
