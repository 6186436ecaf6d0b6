"""The tables of the LinKDE chapter."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key
from pose_lib.book.result_tables import main_table
from pose_lib.papers.linkde import PAPER
from pose_lib.papers.linkde.published import PUBLISHED

__all__ = ["SYSTEMS", "printed_everywhere", "table_1"]

SYSTEMS: tuple[Key, ...] = (
    *PAPER.systems,
    *(idea.against for idea in PAPER.ideas if idea.against != "LinKRR"),
)
"""Rows of the chapter's table: the systems, and what each part of LinKDE is measured against."""


def table_1(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """MPJPE in mm of every system: this run, stored runs, and what Li & Chan 2014 print of their own run."""
    printed = published_table(PUBLISHED, "Table 1, Li & Chan 2014")
    return main_table(evidence, stored, SYSTEMS, printed)


def printed_everywhere() -> pd.DataFrame:
    """MPJPE (mm) of LinKDE as printed: one line per action, one column per table."""
    numbers = pd.DataFrame([vars(n) for n in PUBLISHED if n.metric == "mpjpe"])
    table = numbers.pivot(index="action", columns="table", values="value")
    means = [name for name in ("all six", "Average") if name in table.index]
    order = [*sorted(set(table.index) - set(means)), *means]
    columns = list(dict.fromkeys(numbers["table"]))
    return table.loc[order, columns]
