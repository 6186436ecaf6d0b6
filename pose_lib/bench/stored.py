"""Runs that are kept in the repository under ``results/``: rows with provenance and sequences, never data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from pose_lib.bench.evidence import RUN, Evidence, Sequences
from pose_lib.bench.locks import locked, written
from pose_lib.bench.rows import COLUMNS, with_text
from pose_lib.bench.run import runs_root
from pose_lib.paths import project_root

__all__ = ["StoredError", "collected", "keep", "results_root", "run_evidence", "stored", "stored_files"]

_ORDER = [*RUN, "system", "setting", "against", "metric"]


class StoredError(ValueError):
    """A file of results that cannot be read, or lacks what every such file has."""


def results_root() -> Path:
    """Folder of the stored rows."""
    return project_root() / "results"


def stored_files(paper: str, root: Path | None = None) -> list[Path]:
    """The files that hold a paper's stored runs."""
    folder = root or results_root()
    return [f for f in (folder / f"{paper}.csv", *sorted((folder / paper).glob("*.npz"))) if f.is_file()]


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
    rows = _read(file)
    found = {name: folder / paper / f"{name}.npz" for name in rows["fingerprint"].unique()}
    return Evidence(rows, {name: Sequences.load(f) for name, f in found.items() if f.is_file()})


def run_evidence(folder: Path) -> Evidence:
    """The rows and sequences of one complete run.

    Raises:
        FileNotFoundError: the folder holds no complete run.
    """
    if not (folder / "complete.json").is_file() or not (folder / "rows.csv").is_file():
        raise FileNotFoundError(f"{folder} holds no complete run; expected complete.json and rows.csv in it")
    rows = _read(folder / "rows.csv")
    sequences = folder / "sequences.npz"
    name = str(rows["fingerprint"].iloc[0])
    return Evidence(rows, {name: Sequences.load(sequences)} if sequences.is_file() else {})


def collected(paper: str, root: Path | None = None) -> Evidence:
    """Stored runs of a paper, and complete ones of the local run folder in place of equal ones.

    Args:
        paper: name of the notebook.
        root: folder of the stored rows, if not the project's.
    """
    evidence = stored(paper, root)
    folders = [f.parent for f in (runs_root() / paper).glob("*/complete.json")]
    for folder in sorted(folders, key=lambda f: (f / "complete.json").stat().st_mtime):
        evidence = _replaced(evidence, run_evidence(folder))
    return evidence


def _read(file: Path) -> pd.DataFrame:
    text = {"fingerprint": str, "commit": str, "setting": str, "against": str}
    try:
        rows = pd.read_csv(file, dtype=text)
    except (ValueError, OSError) as error:
        raise StoredError(f"{file} cannot be read as a table of results ({error})") from error
    missing = [name for name in (*RUN, "fingerprint", *COLUMNS) if name not in rows.columns]
    if missing or rows["value"].isna().any():
        what = f"it lacks the columns {', '.join(missing)}" if missing else "it has a row without a value"
        raise StoredError(f"{file} is no table of results: {what}")
    return with_text(rows)


def _replaced(old: Evidence, new: Evidence) -> Evidence:
    """Both, without those old runs that have the same parameters as the new one."""
    if not len(old.rows):
        return new
    same = pd.MultiIndex.from_frame(old.rows[RUN]).isin(pd.MultiIndex.from_frame(new.rows[RUN]))
    rows = pd.concat([old.rows[~same], new.rows], ignore_index=True)
    known = set(rows["fingerprint"])
    return Evidence(rows, {k: v for k, v in {**old.sequences, **new.sequences}.items() if k in known})


def keep(run_folder: Path, root: Path | None = None) -> Path:
    """Add a complete run to the stored ones, in place of an earlier run with the same parameters.

    Raises:
        FileNotFoundError: the folder holds no complete run.
    """
    new = run_evidence(run_folder)
    paper, fingerprint = (str(new.rows[name].iloc[0]) for name in ("paper", "fingerprint"))
    folder = root or results_root()
    with locked(runs_root() / "locks" / f"results-{paper}", f"keeping rows of {paper}"):
        both = _replaced(stored(paper, root), new)
        (folder / paper).mkdir(parents=True, exist_ok=True)
        for name in new.sequences:
            written(
                folder / paper / f"{name}.npz",
                lambda part: shutil.copyfile(run_folder / "sequences.npz", part),
            )
        rows = both.rows.sort_values(_ORDER, kind="stable")
        file = written(
            folder / f"{paper}.csv", lambda part: rows.to_csv(part, index=False, float_format="%.6g")
        )
        for other in (folder / paper).glob("*.npz"):
            if other.stem not in {fingerprint, *both.sequences}:
                other.unlink()
    return file
