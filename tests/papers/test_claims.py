"""Every claim of every room can be judged, on the stored rows, and its margins keep to the rule."""

from __future__ import annotations

import importlib
import json
import math
from typing import Any

import pandas as pd
import pytest

from pose_lib import papers
from pose_lib.bench.claim import Comparison, Constant
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import BESIDE, DECISIVE, NOT_TESTABLE, SUPERSEDED, standing, verdicts
from pose_lib.bench.ledger import entries_of
from pose_lib.bench.paper import Paper
from pose_lib.bench.printed_gains import names_in_print
from pose_lib.bench.rows import label
from pose_lib.book import chapter
from pose_lib.book.metric_titles import metric_title
from pose_lib.book.result_tables import claims_table, details_table
from pose_lib.papers import all_papers, find, stored, stored_rivals
from pose_lib.paths import checkout

NOTEBOOKS = checkout() / "notebooks"
ROOMS = [paper for paper in all_papers() if paper.claims]
NAMES = [paper.name for paper in all_papers()]
OUTCOMES = {"reproduced", "contradicted", "no effect", "open", "consistent", "inconsistent", NOT_TESTABLE}
CHECKS = {"DP-1", "DP-9", "LC-3", "LC-10", "T-5", "P-5"}
ARGUED = {"DP-5", "H-11", "LC-14", "T-8"}
PRINTED_AS = {"KDE": "LinKDE", "Ours, fine-tuned": "Ours"}
"""Systems whose printed name is another one."""
IN_RIVALS = {
    "DconvMP-HML": "Li and Chan",
    "StructNet-Avg": "StructNet",
    "Ours, fine-tuned": "Tekin, auto-encoder",
}
"""Names that Park et al. print of other papers' systems."""


@pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)
def test_every_claim_is_judged_on_the_stored_rows(paper: Paper) -> None:
    kept = stored(paper.name)
    found, details = verdicts(kept, paper.claims, paper.presets, stored_rivals(paper))
    assert set(found["claim"]) == {claim.key for claim in paper.claims}
    assert set(found["outcome"]) <= OUTCOMES
    assert (found.loc[found["outcome"] == NOT_TESTABLE, "setting"] == "").all()
    for line in found.to_dict("records"):
        if line["outcome"] in ("contradicted", "no effect", "open"):
            assert line["because"], line["claim"]
    decided = details[~details["outcome"].isin(["open", SUPERSEDED, BESIDE]) & (details["metric"] != "")]
    assert (decided["seeds"] >= 3).all()
    same = ["claim", "comparison", "metric", "action", "dataset", "preset"]
    enough = details[~details["outcome"].isin([SUPERSEDED, BESIDE]) & (details["seeds"] >= 3)]
    longest = enough.groupby(same)["budget"].max()
    for line in details[details["outcome"] == SUPERSEDED].to_dict("records"):
        assert longest[tuple(line[name] for name in same)] > line["budget"]
    assert len(claims_table(found)) == len(found)
    assert len(details_table(details)) == max(1, len(details)), "a note where there is nothing"


@pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)
def test_a_chapter_judges_as_the_ledger_does(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the very call of its notebook."""
    cells = json.loads((NOTEBOOKS / f"{paper.name}.ipynb").read_text(encoding="utf-8"))["cells"]
    lines = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
    (call,) = (line for line in lines if line.startswith("chapter.verdicts("))
    judged: list[tuple[pd.DataFrame, pd.DataFrame]] = []

    def caught(*given: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        judged.append(verdicts(*given))
        return judged[0]

    monkeypatch.setattr(chapter, "judged", caught)
    monkeypatch.setattr(chapter, "display", lambda _: None)
    known = {"chapter": chapter, "papers": papers, "paper": paper, "PAPER": paper}
    exec(call, known | {"kept": stored(paper.name)})
    evidence = {name: stored(name) for name in (paper.name, *paper.rivals)}
    others = {name: evidence[name] for name in paper.rivals}
    expected = {entry.claim.key: entry.outcome for entry in entries_of(paper, evidence[paper.name], others)}
    assert standing(judged[0][0]).to_dict() == expected


@pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)
def test_with_two_seeds_every_claim_that_needs_runs_is_open(paper: Paper) -> None:
    kept = stored(paper.name)
    if not len(kept.rows):
        pytest.skip(f"no stored run of {paper.name}")
    two = kept.select(kept.rows["seed"].isin([0, 1]))
    found, _ = verdicts(two, paper.claims, paper.presets)
    runs = found[~found["setting"].isin(["", "printed numbers alone"])]
    assert len(runs)
    assert set(runs["outcome"]) == {"open"}
    none, _ = verdicts(two.select(~two.rows["preset"].isin(DECISIVE)), paper.claims)
    assert set(none["setting"]) <= {"", "printed numbers alone"}


@pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)
def test_what_a_claim_compares_has_a_name_in_words(paper: Paper) -> None:
    for metric in {test.metric for claim in paper.claims for test in claim.comparisons}:
        assert metric_title(metric) != metric


def test_consistency_checks_and_argued_claims_are_called_so() -> None:
    claims = [claim for paper in ROOMS for claim in paper.claims]
    ours = {name for name in NAMES if name in ("deeppose", "hmlpe", "li_chan", "park", "tekin_ae")}
    kept = [claim for name in ours for claim in find(name).claims]
    assert {claim.key for claim in kept if claim.check} == CHECKS
    assert {claim.key for claim in kept if not claim.testable} == ARGUED
    assert all(claim.limits for claim in claims if not claim.testable)
    keys = [claim.key for claim in claims]
    assert len(keys) == len(set(keys))
    (hips,) = (c for claim in kept if claim.key == "LC-8" for c in claim.comparisons if c.check)
    assert hips.first == "Left and right hip"


def smallest_printed(paper: Paper, test: Comparison, actions: tuple[str, ...]) -> float:
    """The smallest printed difference on the claimed side, as a share of the second system; inf if none."""
    assert not isinstance(test.second, Constant)
    first, second = (
        {PRINTED_AS.get(label(key)), IN_RIVALS.get(label(key)), label(key), *names_in_print(paper, key)}
        for key in (test.first, test.second)
    )
    found = [p for p in paper.published if p.metric == test.metric and (not actions or p.action in actions)]
    sign = 1 if test.sign == "above" else -1
    shares = [
        sign * (a.value - b.value) / abs(b.value)
        for a in found
        for b in found
        if (a.table, a.action) == (b.table, b.action) and a.system in first and b.system in second
    ]
    return min((share for share in shares if share > 0), default=math.inf)


def test_printed_differences_are_found_under_the_names_of_the_tables() -> None:
    """So that a margin is not held against nothing."""
    found = {
        claim.key: [
            smallest_printed(paper, test, claim.actions)
            for test in claim.comparisons
            if not isinstance(test.second, Constant) and not test.less
        ]
        for paper in ROOMS
        for claim in paper.claims
    }
    assert found["P-9"] == pytest.approx([0.0840, 0.0161, 0.0020], abs=1e-4)
    assert found["DP-2"][:1] == pytest.approx([7 / 54])
    assert found["SN-1"] == pytest.approx([0.0237, 0.1239, 0.1239], abs=1e-4)


@pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)
def test_a_margin_is_at_most_half_of_the_smallest_printed_effect(paper: Paper) -> None:
    for claim in paper.claims:
        for test in claim.comparisons:
            assert test.margin > 0
            simple = test.sign != "near" and not (test.less or test.actions or test.datasets)
            if simple and not isinstance(test.second, Constant):
                least = smallest_printed(paper, test, claim.actions)
                assert test.margin <= least / 2 + 1e-9, (claim.key, test.title, least)


@pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)
def test_rivals_are_rooms_that_have_the_system(paper: Paper) -> None:
    for claim in paper.claims:
        for test in claim.comparisons:
            if test.of in NAMES:
                assert test.second in find(test.of).systems, (claim.key, test.title)


def test_without_any_run_printed_numbers_still_decide() -> None:
    found = standing(verdicts(Evidence(stored("park").rows.iloc[:0]), find("park").claims)[0])
    assert found["P-8"] == "reproduced"
    assert found["P-9"] == "contradicted"


@pytest.mark.parametrize("name", ["li_chan", "tekin_ae"])
def test_all_printed_actions_and_rows_stand_in_the_main_table(name: str) -> None:
    module = importlib.import_module(f"pose_lib.papers.{name}.tables")
    kept = stored(name)
    mine = kept.select(kept.rows["fingerprint"] == kept.rows["fingerprint"].iloc[0])
    table = module.table_1(mine, Evidence(kept.rows.iloc[:0]))
    printed = [p for p in find(name).published if p.table == "Table 1" and p.metric == "mpjpe"]
    assert len(printed) > 12
    shown = {PRINTED_AS.get(system, system): system for system in table.index}
    for p in printed:
        assert table.loc[shown[p.system], f"{p.action}, printed"].startswith(f"{p.value:.2f}")
    assert len(table.attrs["published"]) == 6


def test_numbers_from_elsewhere_than_the_paper_say_so() -> None:
    modec = [p for p in find("hmlpe").published if p.system == "MODEC"]
    assert len(modec) == 20
    assert {p.source for p in modec} == {"counted in the errors that MODEC's authors distribute"}
    assert not any(p.source for p in find("park").published)
