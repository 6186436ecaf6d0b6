"""The tables of the chapter on heat maps: beside DeepPose on its crops, and beside HMLPE on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.rows import Key, apart, label, systems_of
from pose_lib.bench.setting import SETTING
from pose_lib.bench.staleness import STALE
from pose_lib.book.result_cells import SEEDS, cell, columns
from pose_lib.papers.heat_maps.recipe import MAPS, UPPER

__all__ = ["LIMBS", "PEOPLE", "beside_papers", "systems_table"]

LIMBS = {
    "pcp-upper-arm": "upper arms",
    "pcp-lower-arm": "lower arms",
    "pcp": "PCP, mean",
    "pdj-0.10": "PDJ at 0.1",
    "pdj-0.20": "PDJ at 0.2",
}
"""Columns of the tables, in per cent."""
PEOPLE: tuple[Key, ...] = (("Heat maps", "regression head"), ("Heat maps", "best cell"), MAPS)


def systems_table(evidence: Evidence, *, upper: bool = False) -> pd.DataFrame:
    """PCP and PDJ of all systems of a run on whole people, or on upper bodies, in per cent."""
    keys = [key for key in systems_of(evidence.rows, "pcp") if (key[1:] == UPPER[1:]) == upper]
    return pd.DataFrame({label(key): _line(evidence, key) for key in keys}).T


def beside_papers(
    evidence: Evidence,
    stored: Evidence,
    own: Sequence[Key],
    theirs: Mapping[str, tuple[Evidence, Sequence[Key]]],
) -> pd.DataFrame:
    """Rows of this method and of other rooms in the same setting: of this run, and of stored ones.

    Args:
        evidence: of this run.
        stored: runs of this room, of which those that decide claims are shown.
        own: systems of this room.
        theirs: name of a paper to runs of its room, and the systems to show.

    Returns:
        One line per setting, method and system; other rooms have none where they did not run in the setting.
    """
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for title, part in columns(evidence, stored, everywhere=True):
        for paper, (runs, keys) in theirs.items():
            same = _alike(runs, part)
            lines |= {(title, f"{paper}: {label(key)}"): _line(same, key) for key in keys if len(same.rows)}
        lines |= {(title, label(key)): _line(part, key) for key in own}
    table = pd.DataFrame(lines).T.rename_axis(["", "method"])
    table.attrs["note"] = SEEDS
    return table


def _line(evidence: Evidence, key: Key) -> dict[str, str]:
    return {title: cell(evidence, key, metric) for metric, title in LIMBS.items()}


def _alike(runs: Evidence, part: Evidence) -> Evidence:
    """Those of the runs that are of the action, setting and device of a part, none of them stale."""
    rows = runs.rows
    if not len(rows):
        return runs
    shared = [name for name in apart(rows, ["action", *SETTING]) if name != STALE and name in part.rows]
    same = (rows[shared] == part.rows.iloc[0][shared]).all(axis=1)
    if STALE in rows:
        same &= ~rows[STALE].fillna("").astype(bool)
    return runs.select(same)
