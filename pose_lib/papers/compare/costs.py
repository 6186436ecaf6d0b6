"""What the systems of several papers cost, and what error they have for it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pose_lib.bench.cost import COSTS
from pose_lib.bench.paper import Paper
from pose_lib.bench.pooling import once_a_seed
from pose_lib.bench.rows import Key, apart, label, pick
from pose_lib.bench.staleness import STALE
from pose_lib.papers.compare.side_by_side import compared_at

__all__ = ["cost_frame", "stored_costs"]


def cost_frame(rows: pd.DataFrame, systems: Mapping[Key, Paper]) -> pd.DataFrame:
    """Error and costs of the systems whose costs are known, means over the seeds.

    Args:
        rows: plain rows of runs on one data set, action and device and of one precision, which may differ in
            their budgets.
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
            seeds = {metric: once_a_seed(pick(found, metric=metric)) for metric in wanted}
            means = pd.Series({metric: part["value"].mean() for metric, part in seeds.items()})
            if means.notna().all() or means[list(COSTS)].notna().any():
                lines.append({"system": label(key), "budget": float(str(budget)), **means})
    return pd.DataFrame(lines, columns=["system", "budget", *wanted])


def stored_costs(
    rows: pd.DataFrame, systems: Mapping[Key, Paper], dataset: str, action: str, preset: str
) -> list[tuple[str, pd.DataFrame]]:
    """Error and costs at all budgets of one preset.

    Runs on several devices, of several precisions, or stale ones, are not mixed, as in
    :func:`~pose_lib.papers.compare.all_actions.by_action`.

    Returns:
        Device, precision and whether the runs are stale, and the frame of :func:`cost_frame`, of each group
        with known costs: current runs first, then those with more systems and budgets.
    """
    if not len(rows):
        return []
    presets = {p.name: compared_at(p, preset) for p in systems.values() if preset in p.presets}
    here = rows[(rows["dataset"] == dataset) & (rows["action"] == action)]
    here = here[here["preset"] == here["paper"].map(presets)]
    groups = [
        (part.iloc[0], cost_frame(part, systems))
        for _, part in here.groupby(apart(here, ["precision"]), dropna=False)
    ]
    groups.sort(key=lambda group: (bool(group[0].get(STALE)), -len(group[1])))
    return [(_title(run), frame) for run, frame in groups if len(frame)]


def _title(run: pd.Series) -> str:
    """Device and precision of a run, and whether it is stale."""
    return ", ".join([run["device"], run["precision"], *([STALE] if run.get(STALE) else [])])
