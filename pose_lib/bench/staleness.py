"""Which rows were made by other code, settings or data than those of now: shown as stale, not hidden."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.fingerprint import code_of_recipe, settings_hash
from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.paper import Paper
from pose_lib.data.catalog import DATASETS
from pose_lib.data.request import sources_of

__all__ = ["STALE", "marked", "why_stale"]

STALE = "stale"
"""Column that says why a row is stale; empty for a row that would be made in the same way now."""
_MADE = ["preset", "budget", "dataset", "code", "settings", "data_code"]


def marked(evidence: Evidence, paper: Paper) -> Evidence:
    """The same evidence of a paper's runs, whose rows say in the column :data:`STALE` whether they are."""
    if not len(evidence.rows):
        return evidence
    reasons = why_stale(evidence.rows, paper)
    return Evidence(
        evidence.rows.assign(**{STALE: evidence.rows["fingerprint"].map(reasons)}), evidence.sequences
    )


def why_stale(rows: pd.DataFrame, paper: Paper) -> dict[str, str]:
    """Fingerprint of each run of a paper to the reason why its rows are stale, or to nothing.

    Threads, torch and the device are columns of their own, and make no row stale.
    """
    if not len(rows):
        return {}
    code = code_of_recipe(paper.deciding_modules)
    runs = rows.drop_duplicates("fingerprint").set_index("fingerprint").reindex(columns=_MADE).astype(object)
    runs = runs.where(runs.notna(), "")
    return {str(name): _why(run, paper, code) for name, run in runs.iterrows()}


def _why(run: pd.Series, paper: Paper, code: str) -> str:
    if not run["code"]:
        return "unknown code"
    if run["code"] != code:
        return "other code"
    if run["preset"] not in paper.presets:
        return "no such preset now"
    now = preset_in_force(paper, run["preset"], run["dataset"], run["budget"])
    if run["settings"] != settings_hash(now.settings()):
        return "another preset"
    if run["dataset"] not in DATASETS or run["data_code"] != sources_of(run["dataset"]):
        return "other code of the data"
    return ""
