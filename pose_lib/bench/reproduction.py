"""What a paper prints, table by table and figure by figure, and what the stored runs have of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import DECISIVE
from pose_lib.bench.setting import counted
from pose_lib.bench.staleness import STALE

__all__ = ["PrintedItem", "state_of"]


@dataclass(frozen=True, kw_only=True)
class PrintedItem:
    """A printed table, figure or algorithm, and the cell of a notebook that makes it again."""

    name: str
    """As in the paper: ``Table 1``."""
    shows: str
    """What can be seen there, in our words."""
    cell: str = ""
    """Id of the cell, in the room's own notebook; empty if nothing makes it again."""
    metric: str = ""
    """Of the stored rows that have its numbers; empty for a schematic or examples."""
    printed_on: tuple[str, ...] = ()
    """The data sets of its numbers, by their names in this package; empty if it does not depend on any."""
    lacks: str = ""
    """What of it is not made again, and why."""

    def __post_init__(self) -> None:
        """Check that an item without a cell says why.

        Raises:
            ValueError: it does not; names the item.
        """
        if not self.cell and not self.lacks:
            raise ValueError(f"{self.name} has no cell: say in `lacks` why nothing makes it again")


def state_of(item: PrintedItem, stored: Evidence) -> tuple[str, str, str]:
    """How far an item is made again, from which stored runs, and what would be needed for the printed data.

    Args:
        item: of a paper.
        stored: its stored runs, marked as stale or not.

    Returns:
        Three texts; the last two are empty where there is nothing to say.
    """
    if not item.cell:
        return "not made again", "", ""
    runs = _runs(item, stored) if item.metric else []
    found = {dataset for dataset, _ in runs}
    missing = [name for name in item.printed_on if name not in found]
    if item.printed_on and not missing:
        state = "on the paper's data"
    elif found & set(item.printed_on):
        state = "in part on the paper's data"
    elif runs:
        state = "on other data"
    else:
        state = "by the run of the page"
    return state, "; ".join(text for _, text in runs), ", ".join(missing)


def _runs(item: PrintedItem, stored: Evidence) -> list[tuple[str, str]]:
    """Data sets of the stored runs that measured an item's metric, each with a line about its runs.

    A line is of the runs of one budget, and stale ones have a line of their own. Where actions have different
    numbers of seeds, it says the least and the most.
    """
    rows = stored.rows
    if not len(rows):
        return []
    rows = rows[(rows["metric"] == item.metric) & rows["preset"].isin(DECISIVE)]
    lines = []
    old = rows[STALE].astype(bool) if STALE in rows else False
    groups = rows.assign(old=old).groupby(["dataset", "preset", "old", "budget"])
    for (dataset, preset, stale, budget), part in groups:
        seeds = part.groupby("action")["seed"].nunique()
        words = [f"{dataset}, {preset}", _actions(list(seeds.index)), counted(seeds, "seed")]
        words += [f"budget {budget:g}"] if budget != 1 else []
        words += [STALE] if stale else []
        lines.append((str(dataset), ", ".join(words)))
    return lines


def _actions(names: Sequence[str]) -> str:
    if len(names) > 1:
        return f"{len(names)} actions"
    return "all actions" if names[0] == "all" else names[0]
