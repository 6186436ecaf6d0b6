"""What the systems of several papers cost, and what error they have for it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pose_lib.bench.cost import COSTS
from pose_lib.bench.paper import Paper
from pose_lib.bench.rows import Key, label, pick
from pose_lib.papers.compare.side_by_side import compared_at

__all__ = ["cost_frame", "stored_costs"]


def cost_frame(rows: pd.DataFrame, systems: Mapping[Key, Paper]) -> pd.DataFrame:
    """Error and costs of the systems whose costs are known, means over the seeds.

    Args:
        rows: plain rows of runs on one data set, action and device, which may differ in their budgets.
        systems: each with its paper.

    Returns:
        Columns ``system``, ``budget``, ``mpjpe`` and :data:`~pose_lib.bench.cost.COSTS`; NaN for a cost that
        was not measured.
    """
    wanted = ["mpjpe", *COSTS]
    lines = []
    for key, paper in systems.items():
        own = pick(rows[rows["paper"] == paper.name], key) if len(rows) else rows
        for budget, found in own.groupby("budget") if len(own) else ():
            means = found[found["metric"].isin(wanted)].groupby("metric")["value"].mean().reindex(wanted)
            if means.notna().all() or means[list(COSTS)].notna().any():
                lines.append({"system": label(key), "budget": float(str(budget)), **means})
    return pd.DataFrame(lines, columns=["system", "budget", *wanted])


def stored_costs(
    rows: pd.DataFrame, systems: Mapping[Key, Paper], dataset: str, action: str, preset: str
) -> tuple[str, pd.DataFrame]:
    """Error and costs at all budgets of one preset, on the device on which most systems and budgets have run.

    Times of two machines are not compared. Stale rows are shown as others are: costs change little with the
    code.

    Returns:
        The device, and the frame of :func:`cost_frame`; empty where no run is stored.
    """
    if not len(rows):
        return "", cost_frame(rows, systems)
    presets = {p.name: compared_at(p, preset) for p in systems.values() if preset in p.presets}
    here = rows[(rows["dataset"] == dataset) & (rows["action"] == action)]
    here = here[here["preset"] == here["paper"].map(presets)]
    found = {str(device): cost_frame(part, systems) for device, part in here.groupby("device")}
    return max(found.items(), key=lambda one: len(one[1]), default=("", cost_frame(here, systems)))
