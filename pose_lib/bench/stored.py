"""Runs that are kept in the repository under ``results/``: rows with provenance and sequences, never data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pose_lib.bench.complete import completed, file_of
from pose_lib.bench.evidence import RUN, Evidence, Sequences
from pose_lib.bench.row_files import read_rows
from pose_lib.bench.run import runs_root
from pose_lib.paths import path_name, project_root

__all__ = ["collected", "replaced", "results_root", "run_evidence", "stored", "stored_files"]


def results_root() -> Path:
    """Folder of the stored rows."""
    return project_root() / "results"


def stored_files(paper: str, root: Path | None = None) -> list[Path]:
    """The files that hold a paper's stored runs, or what a benchmark of that name has printed."""
    folder = root or results_root()
    files = (folder / f"{paper}.csv", folder / f"{paper}.jsonl", *sorted((folder / paper).glob("*.npz")))
    return [file for file in files if file.is_file()]


def stored(paper: str, root: Path | None = None) -> Evidence:
    """All stored runs of a paper; empty where none are kept.

    Args:
        paper: name of the notebook.
        root: folder of the stored rows, if not the project's.

    Raises:
        StoredError: the file is damaged; names it.
    """
    folder = root or results_root()
    file = folder / f"{paper}.csv"
    if not file.is_file():
        return Evidence(pd.DataFrame())
    rows = read_rows(file)
    found = {name: folder / paper / f"{path_name(name)}.npz" for name in rows["fingerprint"].unique()}
    return Evidence(rows, {name: Sequences.load(f) for name, f in found.items() if f.is_file()})


def run_evidence(folder: Path) -> Evidence:
    """The rows and sequences of one complete run.

    Raises:
        FileNotFoundError: the folder holds no complete run.
        RunError: a file is missing or damaged; names it.
        StoredError: a file is whole, and holds no rows or sequences; names it.
    """
    rows = read_rows(file_of(folder, "rows.csv"))
    name = str(rows["fingerprint"].iloc[0])
    return Evidence(rows, {name: Sequences.load(file_of(folder, "sequences.npz"))})


def collected(paper: str, root: Path | None = None) -> Evidence:
    """Stored runs of a paper, and complete ones of the local run folder in place of equal ones.

    Args:
        paper: name of the notebook.
        root: folder of the stored rows, if not the project's.
    """
    evidence = stored(paper, root)
    for folder in completed(runs_root() / paper):
        evidence = replaced(evidence, run_evidence(folder))
    return evidence


def replaced(old: Evidence, new: Evidence) -> Evidence:
    """Both, without those old runs that have the parameters and the device of the new one."""
    if not len(old.rows):
        return new
    one = [name for name in (*RUN, "device") if name in old.rows and name in new.rows]
    same = pd.MultiIndex.from_frame(old.rows[one]).isin(pd.MultiIndex.from_frame(new.rows[one]))
    rows = pd.concat([old.rows[~same], new.rows], ignore_index=True)
    known = set(rows["fingerprint"])
    return Evidence(rows, {k: v for k, v in {**old.sequences, **new.sequences}.items() if k in known})
