"""Rows that are kept in the repository under ``results/``: metrics with their provenance, never data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pose_lib.paths import project_root

__all__ = ["keep", "stored_rows"]

_KEY = ["paper", "dataset", "action", "preset", "seed", "controls", "system", "metric"]


def _file(paper: str, root: Path | None) -> Path:
    return (root or project_root() / "results") / f"{paper}.csv"


def stored_rows(paper: str, root: Path | None = None) -> pd.DataFrame:
    """All stored rows of a paper; an empty frame where none are kept."""
    file = _file(paper, root)
    return pd.read_csv(file, dtype={"fingerprint": str, "commit": str}) if file.is_file() else pd.DataFrame()


def keep(run_folder: Path, root: Path | None = None) -> Path:
    """Add a complete run's rows to the stored ones, in place of an earlier run with the same parameters.

    Raises:
        FileNotFoundError: the folder holds no complete run.
    """
    rows_file = run_folder / "rows.csv"
    if not (run_folder / "complete.json").is_file() or not rows_file.is_file():
        raise FileNotFoundError(
            f"{run_folder} holds no complete run; expected complete.json and rows.csv in it"
        )
    new = pd.read_csv(rows_file, dtype={"fingerprint": str, "commit": str})
    paper = str(new["paper"].iloc[0])
    old = stored_rows(paper, root)
    if len(old):
        run_key = _KEY[:6]
        again = pd.MultiIndex.from_frame(old[run_key]).isin(pd.MultiIndex.from_frame(new[run_key]))
        new = pd.concat([old[~again], new], ignore_index=True)
    file = _file(paper, root)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    new.sort_values(_KEY, kind="stable").to_csv(part, index=False, float_format="%.6g")
    part.replace(file)
    return file
