"""What ideas gain, as tables: ours with intervals, printed, and what the interval says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pose_lib.bench.ideas import outcome
from pose_lib.book.result_tables import with_bounds
from pose_lib.data.catalog import ALL
from pose_lib.data.photos.cards import SETS

__all__ = ["gains_table", "place"]

_SEQUENCES = {
    "synthetic": "rendered people",
    "mocap": "motion capture",
    "human3.6m": "Human3.6M",
    "mpi-inf-3dhp": "MPI-INF-3DHP",
}


def place(dataset: str, action: str) -> str:
    """Where a gain was measured: the action of rendered people, or the data set with its action."""
    if dataset == "synthetic" and action != ALL:
        return action
    title = _SEQUENCES.get(dataset) or (SETS[dataset].title if dataset in SETS else dataset)
    return title if action == ALL else f"{title}, {action}"


def gains_table(gains: pd.DataFrame, *, several: bool = False) -> pd.DataFrame:
    """One line per row of :func:`pose_lib.bench.ideas.idea_gains`, for a table of words.

    With ``several`` papers, the paper has a column.
    """
    lines = []
    for row in gains.to_dict("records"):
        measured = bool(row["seeds"])
        line = ({"paper": row["cited"]} if several else {}) | {"idea": row["idea"]}
        budget = "" if row["budget"] == 1 else f" x {row['budget']:g}"
        runs = [f"{row['preset']}{budget}", f"{row['seeds']} seed{'s' * (row['seeds'] > 1)}", row["device"]]
        runs += [f"stale: {row['stale']}"] if row["stale"] else []
        printed = "–" if np.isnan(row["printed"]) else f"{row['printed']:+.3g}"
        of = f" ({row['printed_of']})" if row["printed_of"] and printed != "–" else ""
        line |= {
            "on": place(row["dataset"], row["action"]) if measured else "–",
            "runs": ", ".join(filter(None, runs)) if measured else "none stored",
            "with it against without": row["comparison"],
            "gain": with_bounds(row["value"], row["low"], row["high"], "+.3g") if measured else "–",
            "in": row["unit"],
            "control": f"{row['control']:.3g}" if np.isfinite(row["control"]) else "–",
            "it says": outcome(row["seeds"], row["low"], row["high"]),
            "printed": printed + of,
        }
        lines.append(line)
    index = [*(["paper"] if several else []), "idea", "on", "runs"]
    # In an index of several levels, what repeats is written once.
    return pd.DataFrame(lines).set_index(index)
