"""The ledger: each claim with its clauses on their own, its rule, and the score of all."""

from __future__ import annotations

from pathlib import Path

import ledger_rooms
import pytest

from pose_lib.bench.ledger import Entry, rule_of, score


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Entry]:
    return {entry.claim.key: entry for entry in ledger_rooms.made_up(tmp_path, monkeypatch)}


def test_each_claim_has_its_outcome(entries: dict[str, Entry]) -> None:
    assert {key: entry.outcome for key, entry in entries.items()} == {
        "A-1": "reproduced",
        "A-2": "contradicted",
        "A-3": "no effect",
        "A-4": "open",
        "A-5": "not testable",
        "A-6": "consistent",
        "A-7": "reproduced",
        "B-1": "reproduced",
    }


def test_clauses_stand_singly_with_their_own_lines(entries: dict[str, Entry]) -> None:
    good, bad = entries["A-2"].clauses
    assert (good.title, list(good.lines["outcome"])) == ("good - CNN", ["reproduced"])
    assert (bad.title, list(bad.lines["outcome"])) == ("bad - CNN", ["contradicted"])
    (never,) = entries["A-4"].clauses
    assert not len(never.lines)
    (recount,) = entries["A-7"].clauses
    assert list(recount.lines["outcome"]) == ["reproduced"]
    assert entries["A-6"].clauses[0].check


def test_data_sets_are_those_that_were_measured(entries: dict[str, Entry]) -> None:
    measured = {key: entry.datasets for key, entry in entries.items()}
    assert measured["A-1"] == ("synthetic",)
    assert measured["B-1"] == ("lsp",)
    assert measured["A-4"] == measured["A-5"] == measured["A-7"] == ()


def test_a_reason_is_given_only_where_a_claim_did_not_hold(entries: dict[str, Entry]) -> None:
    assert entries["A-2"].why == "The bad one was trained too briefly."
    assert {key for key, entry in entries.items() if entry.why} == {"A-2"}


def test_the_rule_is_the_code_of_the_tests(entries: dict[str, Entry]) -> None:
    rules = {key: rule_of(entry.paper, entry.claim) for key, entry in entries.items()}
    assert rules["A-1"] == '(below("good", "CNN", "mpjpe", 0.05),)'
    assert rules["A-5"] == ""
    assert entries["A-1"].module == "ledger_first"
    assert "lsp" in rules["B-1"]


def test_the_score_counts_claims_by_paper_and_checks_apart(entries: dict[str, Entry]) -> None:
    table = score(list(entries.values()))
    assert list(table.columns) == [
        *("claims", "reproduced", "contradicted", "no effect", "open", "not testable", "checks")
    ]
    assert table.loc["First & Co 2014"].tolist() == [6, 2, 1, 1, 1, 1, 1]
    assert table.loc["Second"].tolist() == [1, 1, 0, 0, 0, 0, 0]
    assert table.loc["all"].tolist() == [7, 3, 1, 1, 1, 1, 1]
    assert (table["claims"] == table.drop(columns=["claims", "checks"]).sum(axis=1)).all()
    assert not len(score([]))
    assert list(score([entries["B-1"]]).columns) == [
        *("claims", "reproduced", "contradicted", "no effect", "open")
    ]
