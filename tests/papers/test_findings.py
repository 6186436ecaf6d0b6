"""What the book found: sentences follow the sign of the rows, and whether these decide."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import ledger_rooms
import pandas as pd
import pytest
from ledger_rooms import evidence, rows

from pose_lib.bench.claim import Comparison, below
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.ledger import entries_of
from pose_lib.bench.paper import Idea, Paper
from pose_lib.book.build import BOOK_ROOT
from pose_lib.papers import all_papers
from pose_lib.papers.compare import ANY, COMPARED, shown_by
from pose_lib.papers.compare.findings import (
    QUESTIONS,
    Question,
    answer,
    findings,
    score_sentence,
)
from pose_lib.papers.compare.ideas_in_words import ideas_in_3d

SPACE = "\N{NO-BREAK SPACE}"
QUESTION = Question(
    "made",
    "the cascade",
    below("new", "CNN", "mpjpe", 0.05),
    "beats",
    "loses to",
    "equals",
    "the plain network",
    "mm",
)
EMPTY = Evidence(pd.DataFrame())
SETS = ("synthetic", "buffy", "lsp")
WINS, LOSES, SAME, WIDE = (-10.0, -10.2, -9.8), (9.0, 9.1, 8.9), (0.1, 0.0, -0.1), (-9.0, 9.0, 0.0)


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        (WINS, f"the cascade beats the plain network on rendered people (-10.0 [-11.1,{SPACE}-8.9] mm)"),
        (LOSES, "the cascade loses to the plain network on rendered people (+9.0 ["),
        (SAME, "the cascade equals the plain network on rendered people (+0.0 ["),
        (WIDE, "the cascade is not distinguishable from the plain network on rendered people (+0.0 ["),
        (WINS[:2], "Too few seeds are stored to say whether the cascade beats the plain network"),
    ],
)
def test_the_answer_follows_the_evidence(values: tuple[float, ...], begins: str) -> None:
    assert answer(QUESTION, evidence(rows("new", values))).startswith(begins)


def test_without_rows_it_says_that_nothing_is_stored() -> None:
    nothing = "No stored run measures yet whether the cascade beats the plain network"
    assert answer(QUESTION, EMPTY) == nothing
    assert answer(QUESTION, evidence(rows("another", WINS))) == nothing


def test_data_sets_that_disagree_are_told_apart() -> None:
    both = evidence(rows("new", WINS), rows("new", LOSES, "buffy"))
    said = answer(QUESTION, both)
    assert "beats the plain network on rendered people (" in said
    assert ", but loses to the plain network on photographs of Buffy Stickmen (" in said
    many = evidence(
        *(rows("new", WINS, d) for d in ("synthetic", "mocap", "lsp")), rows("new", LOSES, "buffy")
    )
    assert answer(QUESTION, many) == (
        "the cascade beats the plain network in 3 of 4 measurements, but loses to the plain network in 1 of "
        "4 measurements"
    )
    three = evidence(*(rows("new", v, d) for v, d in zip((WINS, LOSES, WIDE), SETS, strict=True)))
    assert "beats the plain network on rendered people (" in answer(QUESTION, three)
    assert " mm), loses to the plain network on " in answer(QUESTION, three)
    assert " mm) and is not distinguishable from the plain network on " in answer(QUESTION, three)


def test_current_rows_count_unless_they_have_too_few_seeds() -> None:
    old = rows("new", LOSES).assign(stale="other code", budget=0.5)
    assert "beats" in answer(QUESTION, evidence(old, rows("new", WINS).assign(stale="")))
    assert "loses to" in answer(QUESTION, evidence(old, rows("new", WINS[:2]).assign(stale="")))


def test_of_several_budgets_the_largest_counts() -> None:
    short = rows("new", LOSES).assign(stale="", budget=0.125)
    short["fingerprint"] += "-short"
    assert "beats" in answer(QUESTION, evidence(short, rows("new", WINS).assign(stale="")))


def room(*ideas: str, kind: str = "3d") -> Paper:
    made = tuple(Idea(f"the {name} idea", name, "CNN") for name in ideas)
    return Paper(name="made", module="pose_lib.papers.direct", title="Made up", kind=kind, ideas=made)  # type: ignore[arg-type]


def test_ideas_in_3d_are_counted_by_what_they_do() -> None:
    stored = {
        "made": evidence(
            rows("a", WINS), rows("b", LOSES), rows("c", WIDE), rows("d", WIDE), rows("e", SAME[:1])
        )
    }
    assert ideas_in_3d(stored, [room(*"abcde")]) == (
        "Of 4 ideas in 3D, each measured against its own control in stored runs of enough seeds, 1 lowers "
        "the error wherever it was measured (the a idea), 1 raises it wherever it was measured (the b idea) "
        "and 2 are undecided."
    )
    assert ideas_in_3d(stored, [room("b")]).endswith(
        "none lowers the error wherever it was measured and 1 raises it wherever it was measured (the b "
        "idea)."
    )
    walking, eating = (rows("a", values) for values in (WINS, LOSES))
    walking["action"], eating["action"] = "Walking", "Eating"
    eating["fingerprint"] += "-eating"
    assert ideas_in_3d({"made": evidence(walking, eating)}, [room("a")]).endswith(
        "and 1 lowers it on some actions and raises it on others (the a idea)."
    )
    again = evidence(walking, eating, walking.assign(system="b"), eating.assign(system="b"))
    assert ideas_in_3d({"made": again}, [room("a", "b")]).endswith(
        "and 2 lower it on some actions and raise it on others (the a idea; the b idea)."
    )
    unsure = rows("a", WIDE).assign(action="Eating")
    unsure["fingerprint"] += "-eating"
    assert ideas_in_3d({"made": evidence(walking, unsure)}, [room("a")]).endswith(
        "and 1 lowers it on some actions and is undecided on others (the a idea)."
    )
    old = rows("a", LOSES).assign(action="Walking", stale="other code", budget=2.0)
    old["fingerprint"] += "-old"
    assert "1 lowers the error wherever" in ideas_in_3d(
        {"made": evidence(walking.assign(stale=""), old)}, [room("a")]
    )
    many = {"made": evidence(*(rows(name, WINS) for name in "abcde"))}
    assert ideas_in_3d(many, [room(*"abcde")]).endswith("5 lower the error wherever they were measured.")
    assert ideas_in_3d(stored, [room("a", kind="2d")]).startswith("No stored run measures an idea in 3D")
    assert ideas_in_3d({"made": EMPTY}, [room("a")]).startswith("No stored run measures an idea in 3D")


def test_the_score_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert score_sentence(ledger_rooms.made_up(tmp_path, monkeypatch)) == (
        "Of 7 claims of the papers, 3 are reproduced, 1 is contradicted at the setting of the runs, 1 shows "
        "no effect, 1 is open for want of evidence and 1 cannot be tested here."
    )
    assert score_sentence(()) == "No claim has been written down yet."


def test_there_are_five_findings_with_and_without_rows() -> None:
    nothing = {paper.name: EMPTY for paper in all_papers()}
    entries = [e for paper in all_papers() for e in entries_of(paper, EMPTY, {})]
    empty = findings(nothing, entries)
    assert len(empty) == 5
    assert all(re.match(r"No stored run|Of \d+ claims", sentence) for sentence in empty)
    assert all(sentence.endswith(".") and ";" not in sentence for sentence in empty)
    first, second = (question.test for question in QUESTIONS[0])
    found = nothing | {"deeppose": evidence(of(first, WINS), of(second, LOSES))}
    cascade = findings(found, entries)[1]
    assert "finds fewer limbs than" in cascade
    assert "; at high precision, a tenth of the torso, it finds more joints than" in cascade


def test_the_pages_of_all_papers_are_made_again_when_any_of_their_rows_change() -> None:
    for notebook in (name for name, kind in COMPARED.items() if kind == ANY):
        assert (BOOK_ROOT / "notebooks" / f"{notebook}.ipynb").is_file()
        assert shown_by(notebook) == all_papers()


def of(test: Comparison, values: tuple[float, ...]) -> pd.DataFrame:
    """Rows in which a comparison has these differences."""
    assert isinstance(test.second, tuple)
    return rows(test.first, values, metric=test.metric, against=test.second)


def test_findings_compare_systems_of_their_papers() -> None:
    systems = {
        paper.name: {key for idea in paper.ideas for key in (idea.system, idea.against)}
        for paper in all_papers()
    }
    for question in (question for joined in QUESTIONS for question in joined):
        assert {question.test.first, question.test.second} <= systems[question.paper]
        assert replace(question, unit="").better != question.worse
