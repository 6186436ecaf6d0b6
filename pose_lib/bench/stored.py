"""Rows that are kept in the repository under ``results/``: metrics with their provenance, never data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pose_lib.bench.runs import runs_root
from pose_lib.paths import project_root

__all__ = ["collected_rows", "keep", "stored_rows"]

_KEY = ["paper", "dataset", "action", "preset", "seed", "controls", "system", "metric"]


def _file(paper: str, root: Path | None) -> Path:
    return (root or project_root() / "results") / f"{paper}.csv"


def stored_rows(paper: str, root: Path | None = None) -> pd.DataFrame:
    """All stored rows of a paper; an empty frame where none are kept."""
    file = _file(paper, root)
    return _read(file) if file.is_file() else pd.DataFrame()


def collected_rows(paper: str, root: Path | None = None) -> pd.DataFrame:
    """Stored rows of a paper, and those of complete runs in the local run folder in place of equal ones.

    Args:
        paper: name of the notebook.
        root: folder of the stored rows, if not the project's.
    """
    rows = stored_rows(paper, root)
    for file in sorted(
        (f for f in (runs_root() / paper).glob("*/rows.csv") if (f.parent / "complete.json").is_file()),
        key=lambda f: f.stat().st_mtime,
    ):
        rows = _replaced(rows, _read(file))
    return rows


def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype={"fingerprint": str, "commit": str})


def _replaced(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Rows of both, without those old ones whose run has the same parameters as the new one."""
    if not len(old):
        return new
    again = pd.MultiIndex.from_frame(old[_KEY[:6]]).isin(pd.MultiIndex.from_frame(new[_KEY[:6]]))
    return pd.concat([old[~again], new], ignore_index=True)


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
    rows = _read(rows_file)
    paper = str(rows["paper"].iloc[0])
    new = _replaced(stored_rows(paper, root), rows)
    file = _file(paper, root)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    new.sort_values(_KEY, kind="stable").to_csv(part, index=False, float_format="%.6g")
    part.replace(file)
    return file
