"""The only writer of ``results/``: runs join the stored ones, and those of other code or data are refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from pose_lib.bench.evidence import RUN, Evidence, joined
from pose_lib.bench.paper import Paper
from pose_lib.bench.run import runs_root
from pose_lib.bench.staleness import STALE, marked
from pose_lib.bench.stored import replaced, results_root, stored
from pose_lib.paths import path_name
from pose_lib.storage import locked, written

__all__ = ["MergeError", "merge"]

_ORDER = [*RUN, "device", "system", "setting", "against", "metric"]
_SAME_DATA = ["paper", "dataset", "action", "preset", "budget"]
"""Runs that agree in these have been made from the same data."""


class MergeError(ValueError):
    """Runs that do not belong to the stored ones; the message names each and says what to do."""


def merge(
    runs: Iterable[Evidence], papers: Sequence[Paper], root: Path | None = None, *, other: bool = False
) -> list[Path]:
    """Add complete runs to the stored ones, each in place of an earlier run with the same parameters.

    Runs on different devices stay beside each other. All runs are checked before anything is written.

    Args:
        runs: one each, as :func:`~pose_lib.bench.archive.read_archive` gives it.
        papers: all that there are.
        root: folder of the stored rows, if not the project's.
        other: take also runs of other code or data than those of now.

    Returns:
        The files of rows that were written, one a paper.

    Raises:
        MergeError: a run was made by other code or from other data, or there is no such paper.
        StoredError: a stored file is damaged; names it.
    """
    folder = root or results_root()
    new: dict[str, list[Evidence]] = {}
    for run in runs:
        new.setdefault(str(run.rows["paper"].iloc[0]), []).append(run)
    if not other:
        known = {paper.name: paper for paper in papers}
        wrong = [line for name, found in new.items() for line in _faults(name, found, known, folder)]
        if wrong:
            raise MergeError(
                "\n  ".join(["these runs do not belong to the current code and data:", *wrong])
                + "\nrun them again, or take them all the same with --other"
            )
    return [_added(name, found, folder) for name, found in sorted(new.items())]


def _faults(name: str, runs: Sequence[Evidence], known: dict[str, Paper], folder: Path) -> list[str]:
    """What is wrong with the runs of one paper."""
    if name not in known:
        return [f"{name}: there is no such paper; there are: {', '.join(known)}"]
    checked = marked(joined(runs), known[name]).rows
    found = [f"{_title(run)}: {run[STALE]}" for _, run in _one_each(checked).iterrows() if run[STALE]]
    if found:
        return found
    before = marked(stored(name, folder), known[name]).rows
    if len(before):
        before = before[before[STALE] == ""]
    both = _one_each(pd.concat([before, checked], ignore_index=True))
    for _, same in both.groupby(_SAME_DATA):
        if same["data"].nunique() > 1:
            shown = ", ".join(f"{run['data']} ({_title(run)})" for _, run in same.iterrows())
            found.append(f"other data under the same name: {shown}")
    return found


def _one_each(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates("fingerprint")


def _title(run: pd.Series) -> str:
    """A run in words."""
    words = [str(run[name]) for name in ("paper", "dataset", "action", "preset")]
    words += [f"seed {run['seed']}", str(run["device"]), str(run["fingerprint"])]
    return " ".join(words)


def _added(name: str, runs: Sequence[Evidence], folder: Path) -> Path:
    """Write the stored runs of one paper with the new ones."""
    with locked(runs_root() / "locks" / f"results-{name}", f"keeping rows of {name}"):
        both = stored(name, folder)
        for run in runs:
            both = replaced(both, run)
        (folder / name).mkdir(parents=True, exist_ok=True)
        for run in runs:
            for fingerprint, sequences in run.sequences.items():
                written(folder / name / f"{path_name(fingerprint)}.npz", sequences.save)
        rows = both.rows.sort_values(_ORDER, kind="stable")
        file = written(
            folder / f"{name}.csv", lambda part: rows.to_csv(part, index=False, float_format="%.6g")
        )
        for left in (folder / name).glob("*.npz"):
            if left.stem not in both.sequences:
                left.unlink()
    return file
