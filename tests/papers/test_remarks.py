"""What the rooms say of their claims: a reason for each that can fail, and where its chapter shows it."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.ledger import entries_of, remarks_of, rule_of
from pose_lib.bench.paper import Paper
from pose_lib.book.build import BOOK_ROOT
from pose_lib.papers import all_papers

EMPTY = Evidence(pd.DataFrame())

each_room = pytest.mark.parametrize("paper", [p for p in all_papers() if p.claims], ids=lambda p: p.name)


@each_room
def test_every_claim_that_can_fail_has_a_reason_ready_and_a_rule_to_show(paper: Paper) -> None:
    remarks = remarks_of(paper)
    assert set(remarks) <= {claim.key for claim in paper.claims}
    for claim in paper.claims:
        if claim.testable:
            assert rule_of(paper, claim), claim.key
        if claim.comparisons and not claim.check:
            assert len(remarks[claim.key].why) > 80, claim.key


@each_room
def test_every_claim_is_shown_in_a_section_of_its_chapter(paper: Paper) -> None:
    notebook = json.loads((BOOK_ROOT / paper.notebook).read_text(encoding="utf-8"))
    text = "\n\n".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    headings = set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    for entry in entries_of(paper, EMPTY, {}):
        assert entry.remark.shown in headings, entry.claim.key
