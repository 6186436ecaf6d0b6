"""Tables 1 and 2 of the Tekin chapter: this run, stored runs, and the printed numbers side by side."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key, label
from pose_lib.book.result_cells import cell, columns
from pose_lib.book.result_tables import main_table
from pose_lib.papers._beside import beside
from pose_lib.papers.tekin_ae import PAPER
from pose_lib.papers.tekin_ae.published import PUBLISHED
from pose_lib.papers.tekin_ae.recipe import DEEP

__all__ = ["SYSTEMS", "table_1", "table_2"]

SYSTEMS: tuple[Key, ...] = (
    *PAPER.systems,
    ("Ours, no fine-tuning", DEEP),
    ("Ours, fine-tuned", DEEP),
)
"""Rows of both tables. The paper has two auto-encoders; which of them its tables are of, it does not say. The
second one is trained with the controls."""

_OTHERS: dict[str, tuple[Key, ...]] = {
    "linkde": ("LinKDE",),
    "li_chan": ("DconvMP-HML",),
    "structnet": ("StructNet-Max", "StructNet-Avg"),
}
"""Room to its systems with which the paper compares."""
_PUBLISHED_NAME: dict[Key, str] = {"Ours, fine-tuned": "Ours"}


def table_1(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """MPJPE in mm of every system: this run, stored runs, and Table 1 as printed (on Human3.6M).

    Stored rows of the others, with which the paper compares, are those of their own chapters. The printed
    *StructNet-Avg* ends with a particle filter, ours without.
    """
    printed = published_table(PUBLISHED, "Table 1")
    for room, systems in _OTHERS.items():
        stored = beside(stored, room, systems)
    others = (system for systems in _OTHERS.values() for system in systems)
    return main_table(evidence, stored, (*SYSTEMS, *others), printed, names=_PUBLISHED_NAME)


def table_2(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """Sum of log limb-length-ratio errors of lower, upper and full body, beside Table 2 as printed."""
    printed = published_table(PUBLISHED, "Table 2").set_index(["system", "metric"])["value"]
    ours = columns(evidence, stored)
    table: dict[tuple[str, str], dict[str, str]] = {}
    for body in ("lower", "upper", "full"):
        metric = f"limb-ratio-{body}"
        for system in SYSTEMS:
            line = {title: cell(part, system, metric, 2) for title, part in ours}
            value = printed.get((label(system), metric))
            table[body, label(system)] = {"printed": "–" if value is None else f"{value:.2f}"} | line
    return pd.DataFrame(table).T.rename_axis(["body", "system"])
