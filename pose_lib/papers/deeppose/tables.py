"""The tables of the DeepPose chapter: limbs and joints that are found, beside the printed numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key, label, labels_of, pick, systems_of
from pose_lib.book.result_cells import cell, columns
from pose_lib.papers.deeppose.probes import ELSEWHERE, on
from pose_lib.papers.deeppose.published import PUBLISHED
from pose_lib.papers.deeppose.recipe import STAGES

__all__ = [
    "LIMBS",
    "elsewhere_table",
    "gain_table",
    "limb_table",
    "sides_table",
    "systems_table",
    "values_table",
]

LIMBS = {
    "pcp-upper-arm": "upper arms",
    "pcp-lower-arm": "lower arms",
    "pcp-upper-leg": "upper legs",
    "pcp-lower-leg": "lower legs",
    "pcp": "mean",
}
"""Columns of the paper's Tables 1 and 2."""
_RATES = {"pcp": "PCP", "pdj-0.10": "PDJ at 0.1", "pdj-0.20": "PDJ at 0.2", "pdj-0.50": "PDJ at 0.5"}
_FRACTIONS = ("0.05", "0.10", "0.15", "0.20", "0.30", "0.50")


def limb_table(
    evidence: Evidence,
    systems: Sequence[Key],
    table: str = "Table 1",
    stored: Evidence | None = None,
    loose: bool = False,
    observer: bool = False,
) -> pd.DataFrame:
    """PCP at 0.5 by limb, in per cent: this run, stored runs, and (unless loose) a table as printed.

    With ``observer``, left and right are those that an observer sees.
    """
    prefix = "observer-pcp" if observer else "pcp-loose" if loose else "pcp"
    metrics = {name.replace("pcp", prefix): title for name, title in LIMBS.items()}
    lines = _lines(evidence, systems, metrics, stored)
    if not loose:
        printed = published_table(PUBLISHED, table)
        for name in printed["system"].unique():
            values = printed[printed["system"] == name].set_index("metric")["value"]
            lines["printed", str(name)] = {word: f"{values[limb]:g}" for limb, word in LIMBS.items()}
    return pd.DataFrame(lines).T.rename_axis(["", "method"])


def systems_table(evidence: Evidence, stored: Evidence | None = None) -> pd.DataFrame:
    """PCP and PDJ of all systems, controls included: of this run, and of stored ones on any data set."""
    return pd.DataFrame(_lines(evidence, None, _RATES, stored)).T.rename_axis(["", "method"])


def _lines(
    evidence: Evidence, systems: Sequence[Key] | None, metrics: Mapping[str, str], stored: Evidence | None
) -> dict[tuple[str, str], dict[str, str]]:
    """(run, system) to the title of each metric to its value; without ``systems``, of all that there are."""
    return {
        (title, label(key)): {word: cell(part, key, name) for name, word in metrics.items()}
        for title, part in columns(evidence, stored, everywhere=True)
        for key in (systems_of(part.rows, next(iter(metrics))) if systems is None else systems)
    }


def elsewhere_table(evidence: Evidence, why: str) -> pd.DataFrame:
    """Table 2 beside the PDJ of Figure 7, for the rows on another data set; the printed lines alone if none.

    ``why`` there are none is then the table's note.
    """
    there = evidence.select(evidence.rows["setting"].isin([on(name) for name in ELSEWHERE.values()]))
    keys = systems_of(there.rows, "pcp")
    if not keys:
        printed = limb_table(there, (), "Table 2")
        printed.attrs["note"] = f"Our networks: {why}."
        return printed
    rates = systems_table(there).drop(columns="PCP")
    return limb_table(there, keys, "Table 2").join(rates).fillna("–")


def gain_table(evidence: Evidence) -> pd.DataFrame:
    """How many more joints each stage finds than the one before, by threshold; with intervals."""
    pairs = {"stage 2 after 1": STAGES[1::-1], "stage 3 after 2": STAGES[:0:-1]}
    return pd.DataFrame(
        {
            f"within {float(fraction):g} of the torso": {
                title: cell(evidence, later, f"pdj-{fraction}", 2, against=before)
                for title, (later, before) in pairs.items()
            }
            for fraction in _FRACTIONS
        }
    ).T


def values_table(rows: pd.DataFrame, systems: Sequence[Key], metrics: Sequence[str]) -> pd.DataFrame:
    """Values without intervals, one line per system and one column per metric; NaN where there is none."""
    values = {name: [pick(rows, key, name)["value"].mean() for key in systems] for name in metrics}
    return pd.DataFrame(values, index=[label(key) for key in systems])


def sides_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Poses that fit better with left and right exchanged, by view, and the difference of the views."""
    found = rows[rows["metric"] == "sides-exchanged"]
    return found[["value", "low", "high", "samples"]].set_axis(labels_of(found))
