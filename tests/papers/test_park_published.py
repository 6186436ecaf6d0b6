"""The printed tables of Park et al. 2016, and what is counted again from them."""

from __future__ import annotations

import pytest

from pose_lib.bench.published import published_table
from pose_lib.papers.park import PAPER
from pose_lib.papers.park.published import FIFTEEN, PUBLISHED
from pose_lib.papers.park.tables import printed_ranks


def test_the_printed_table_counted_again() -> None:
    table = published_table(PUBLISHED, "Table 1")
    ranks = printed_ranks()
    assert ranks.loc["Multi-reg + 2D-cls", ["best", "second best"]].tolist() == [3, 9]
    assert set(table["action"]) == {*FIFTEEN, "Average"}
    ours = table[(table["system"] == "Multi-reg + 2D-cls") & (table["action"] != "Average")]
    assert ours["value"].mean() == pytest.approx(117.47, abs=0.005)
    assert ranks.loc["Multi-reg + 2D-cls", "printed average (mm)"] == 117.34


def test_the_printed_gains_of_the_ideas_are_those_of_table_2() -> None:
    walking = published_table(PUBLISHED, "Table 2").query("action == 'Walking'").set_index("system")["value"]
    printed = {idea.name: idea for idea in PAPER.ideas if idea.printed is not None}
    assert list(printed) == ["several roots", "2D probabilities", "several roots and 2D probabilities"]
    for idea in printed.values():
        assert idea.printed == pytest.approx(walking[idea.system] - walking[idea.against])
