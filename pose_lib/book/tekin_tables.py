"""Tables 1 and 2 of the Tekin chapter: this run, stored runs, and the printed numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pose_lib.bench.published import published_table
from pose_lib.bench.tekin import SYSTEMS
from pose_lib.book.paper_tables import cell, columns, main_table

__all__ = ["table_1", "table_2"]

_PUBLISHED_NAME = {"KDE": "LinKDE", "Ours, fine-tuned": "Ours"}
_NOT_RUN = ("DconvMP-HML", "StructNet-Max", "StructNet-Avg")


def table_1(
    rows: pd.DataFrame, stored: pd.DataFrame, actions: Sequence[str] = ("Walking", "Discussion")
) -> pd.DataFrame:
    """MPJPE in mm of every system: this run, stored runs, and Table 1 as printed (on Human3.6M).

    Args:
        rows: of this run.
        stored: rows kept under ``results/``.
        actions: columns of the printed table to show.
    """
    printed = published_table("tekin_ae", "Table 1")
    return main_table(rows, stored, (*SYSTEMS, *_NOT_RUN), printed, names=_PUBLISHED_NAME, actions=actions)


def table_2(rows: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Sum of log limb-length-ratio errors of lower, upper and full body, beside Table 2 as printed."""
    printed = published_table("tekin_ae", "Table 2").set_index(["system", "metric"])["value"]
    table: dict[tuple[str, str], dict[str, str]] = {}
    for body in ("lower", "upper", "full"):
        metric = f"limb-ratio-{body}"
        for system in SYSTEMS:
            line = {title: cell(part, system, metric, 2) for title, part in columns(rows, stored)}
            value = printed.get((system, metric))
            table[body, system] = line | {"printed": "–" if value is None else f"{value:.2f}"}
    frame = pd.DataFrame(table).T
    return frame.rename_axis(["body", "system"])
