"""All actions and all 3D systems: ours from stored and local runs, the printed ones, and their orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from pose_lib.bench.judging import DECISIVE
from pose_lib.bench.paper import Paper
from pose_lib.bench.pooling import once_a_seed
from pose_lib.bench.presets import EQUAL
from pose_lib.bench.rows import Key, apart, label, pick
from pose_lib.bench.setting import counted, distinctions
from pose_lib.bench.staleness import STALE
from pose_lib.metrics.ranks import rank_agreement
from pose_lib.papers.compare.side_by_side import compared_at

__all__ = ["ByAction", "by_action", "fullest", "in_common", "order_table"]


@dataclass(frozen=True)
class ByAction:
    """Errors of all systems on all actions in one setting."""

    errors: pd.DataFrame
    """MPJPE (mm), mean over the seeds: lines are systems, columns actions, NaN where no run is there."""
    title: str
    """Preset, device, seeds, budget, and whether the runs are stale."""
    stale: bool = False
    budget: float = 1.0

    @property
    def cells(self) -> int:
        """How many systems and actions have an error."""
        return int(self.errors.notna().sum().sum())

    @property
    def worth(self) -> tuple[int, bool, float]:
        """By which the fullest of several is chosen; of equally full ones a current one of a large budget."""
        return self.cells, not self.stale, self.budget


def by_action(
    rows: pd.DataFrame, systems: Mapping[Key, Paper], actions: Sequence[str], dataset: str, preset: str
) -> ByAction:
    """Errors at one preset, or in its equal setting, from stored and local runs of several papers.

    Runs on several devices, of several precisions or budgets, or stale ones, are not mixed: those that fill
    most cells are taken; of as many, current ones, and of these those of the largest budget. A paper whose
    own preset is equal already shows its runs in the equal setting too.

    Args:
        rows: plain rows of all papers, such as those of :func:`pose_lib.papers.collected`.
        systems: each with the paper whose runs it is taken from.
        actions: the columns.
        dataset: on which the runs were made.
        preset: of all papers; one that has no such preset has no errors.
    """
    empty = ByAction(
        pd.DataFrame(index=list(map(label, systems)), columns=list(actions), dtype=float), preset
    )
    if not len(rows):
        return empty
    chosen = rows[(rows["dataset"] == dataset) & (rows["metric"] == "mpjpe")]
    parts = []
    for key, paper in systems.items():
        if preset in paper.presets:
            found = pick(chosen[chosen["paper"] == paper.name], key)
            found = once_a_seed(found[found["preset"] == compared_at(paper, preset)])
            parts.append(found.assign(name=label(key)))
    found = pd.concat(parts) if parts else chosen[:0]
    groups = found.groupby(apart(found, ["budget", "precision"]), dropna=False)
    several = [_filled(part, empty.errors, preset, found) for _, part in groups]
    return max(several, key=lambda one: one.worth, default=empty)


def _filled(rows: pd.DataFrame, empty: pd.DataFrame, preset: str, among: pd.DataFrame) -> ByAction:
    """The errors of runs that differ in system, action and seed, and what tells them from those ``among``."""
    means = rows.groupby(["name", "action"])["value"].mean().unstack()
    seeds = rows.groupby(["name", "action"])["seed"].nunique()
    about = rows.iloc[0]
    words = [preset, str(about["device"]), counted(seeds, "seed"), *distinctions(about, among)]
    words = list(dict.fromkeys(words))  # the device stands there in any case
    means = means.reindex(index=empty.index, columns=empty.columns)
    return ByAction(means, ", ".join(words), bool(about.get(STALE)), float(about["budget"]))


def fullest(
    rows: pd.DataFrame,
    systems: Mapping[Key, Paper],
    actions: Sequence[str],
    dataset: str,
    presets: Iterable[str] = DECISIVE,
) -> ByAction:
    """Of some presets and their equal settings, the one that has most systems and actions; equal first."""
    names = [name + ending for ending, name in product((EQUAL, ""), presets)]
    found = [by_action(rows, systems, actions, dataset, name) for name in names]
    return max(found, key=lambda one: one.worth)


def order_table(ours: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """On each action, how far the order of the systems here agrees with the printed order.

    Args:
        ours: lines are systems, columns actions.
        printed: the same; systems with both numbers on an action are compared.

    Returns:
        One line per action with two systems or more, and a last one of their means over the actions that all
        systems of ``ours`` and ``printed`` with a number there have in common.
    """
    lines = {}
    for action in ours.columns.intersection(printed.columns):
        both = pd.DataFrame({"ours": ours[action], "printed": printed[action]}).dropna()
        if len(both) > 1:
            lines[action] = _agreement(both)
    common = in_common(ours, printed)
    if common is not None and len(common[0].columns) > 1:
        means = pd.DataFrame({"ours": common[0].mean(axis=1), "printed": common[1].mean(axis=1)})
        lines[f"mean of {len(common[0].columns)}"] = _agreement(means)
    names = ["systems", "pairs in the same order", "Kendall", "Spearman", "p"]
    return pd.DataFrame.from_dict(lines, orient="index", columns=names)


def in_common(ours: pd.DataFrame, printed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Both tables on the systems and actions that have all numbers, as many numbers as possible; or None."""
    known = ours.notna() & printed.reindex_like(ours).notna()
    best = None
    for action in known.columns[known.any()]:
        systems = known.index[known[action]]
        actions = known.columns[known.loc[systems].all()]
        if len(systems) > 1 and (best is None or len(systems) * len(actions) > best[0].size):
            best = (ours.loc[systems, actions], printed.loc[systems, actions])
    return best


def _agreement(both: pd.DataFrame) -> dict[str, object]:
    found = rank_agreement(both["ours"].to_numpy(), both["printed"].to_numpy())
    return {
        "systems": str(found.systems),
        "pairs in the same order": f"{found.same} of {found.pairs}",
        "Kendall": found.kendall,
        "Spearman": found.spearman,
        "p": found.p_value,
    }
