"""What ideas gain, as tables: ours with intervals, printed, and what the interval says."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pose_lib.bench.ideas import outcome
from pose_lib.bench.verdict import LEAST_SEEDS
from pose_lib.book.result_cells import with_bounds
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
    """One numbered line per row of :func:`pose_lib.bench.ideas.idea_gains`, for a table of words.

    What an idea is stands in the first of its lines alone. With ``several`` papers its paper does, too.
    """
    lines = []
    for row in gains.to_dict("records"):
        measured = bool(row["seeds"])
        idea = f"{row['idea']} ({row['cited']})" if several else row["idea"]
        says = outcome(row["seeds"], row["low"], row["high"])
        gain = f"{with_bounds(row['value'], row['low'], row['high'], '+.3g')} {row['unit']}"
        printed = "–" if np.isnan(row["printed"]) else f"{row['printed']:+.3g}"
        of = f" ({row['printed_of']})" if row["printed_of"] and printed != "–" else ""
        line = {
            "idea": f"{idea}: {row['comparison']}",
            "on": place(row["dataset"], row["action"]) if measured else "–",
            "gain": gain if measured else "–",
            "without it": f"{row['control']:.3g}" if np.isfinite(row["control"]) else "–",
            "printed": printed + of,
            "it says": f"{says} ({_runs(row)})" if measured else says,
        }
        lines.append(line)
    table = pd.DataFrame(lines, index=range(1, len(lines) + 1))
    again = table["idea"].eq(table["idea"].shift())
    return table.assign(idea=table["idea"].mask(again, ""))


def _runs(row: Mapping[Hashable, Any]) -> str:
    """Preset, budget, device and seeds, which an open outcome names itself, and why the runs are stale."""
    parts = [str(row["preset"]) + ("" if row["budget"] == 1 else f" x {row['budget']:g}")]
    parts += [f"{row['seeds']} seeds" if row["seeds"] >= LEAST_SEEDS else "", row["device"]]
    parts += [f"stale: {row['stale']}"] if row["stale"] else []
    return ", ".join(filter(None, parts))
