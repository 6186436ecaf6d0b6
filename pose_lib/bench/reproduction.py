"""What a paper prints, table by table and figure by figure, and what the stored runs have of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import DECISIVE
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
    """Data sets of the stored runs that measured an item's metric, each with a line about its runs."""
    rows = stored.rows
    if not len(rows):
        return []
    rows = rows[(rows["metric"] == item.metric) & rows["preset"].isin(DECISIVE)]
    lines = []
    for (dataset, preset), part in rows.groupby(["dataset", "preset"]):
        words = [
            f"{dataset}, {preset}",
            _number(part["action"].unique(), "action"),
            _number(part["seed"].unique(), "seed"),
        ]
        words += [STALE] if STALE in part and (part[STALE] != "").all() else []
        lines.append((str(dataset), ", ".join(words)))
    return lines


def _number(found: Iterable[object], what: str) -> str:
    names = [str(name) for name in found]
    if what == "action" and len(names) == 1:
        return "all actions" if names[0] == "all" else names[0]
    return f"{len(names)} {what}{'s' * (len(names) > 1)}"
