"""The printed errors of the 3D systems, each under the name that this book gives the system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.printed_gains import names_in_print
from pose_lib.bench.rows import Key, label
from pose_lib.data.human36m.names import RECORDED_ACTIONS

__all__ = ["printed_errors", "systems_3d"]

_TABLE_1: Mapping[tuple[str, Key], str] = {("tekin_ae", "Ours, fine-tuned"): "Ours"}
"""Room and system to its name in *Table 1*, where other tables of the paper call it as its row does."""
_FIRST = {"linkde": ("Table 1, Park et al. 2016",), "park": ("Table 2", "Table 1")}
"""Tables to read, *Table 1* where nothing is said; the first that has a number counts. Of those who quote
LinKDE, one has all actions."""


def systems_3d(papers: Sequence[Paper]) -> dict[Key, Paper]:
    """What is compared on all actions, and whose it is: baselines, compared systems, and whatever is printed.

    A system that stands in the tables of several papers belongs to the first one that compares it.
    """
    owners: dict[Key, Paper] = dict.fromkeys(BASELINES, papers[0]) if papers else {}
    for paper in papers:
        owners |= {key: paper for key in paper.compared if key not in owners}
    for paper in papers:
        printed = {n.system for n in paper.published if n.metric == "mpjpe"}
        for key in paper.systems:
            if key not in owners and _name(paper, key) in printed and key != "KDE":
                owners[key] = paper
    order = [*BASELINES, *(key for paper in papers for key in (*paper.systems, *paper.compared))]
    return {key: owners[key] for key in dict.fromkeys(order) if key in owners}


def printed_errors(systems: Mapping[Key, Paper]) -> pd.DataFrame:
    """MPJPE (mm) as printed by each system's own paper, on Human3.6M: lines are systems, columns the actions.

    NaN where nothing is printed. Numbers of the data set's hidden test people are left out.
    """
    lines = {}
    for key, paper in systems.items():
        line: dict[str, float] = {}
        for table in reversed(_FIRST.get(paper.name, ("Table 1",))):
            line |= {
                n.action: n.value
                for n in paper.published
                if (n.table, n.system, n.metric) == (table, _name(paper, key), "mpjpe")
            }
        lines[label(key)] = pd.Series(line, dtype=float).reindex(list(RECORDED_ACTIONS))
    return pd.DataFrame(lines).T


def _name(paper: Paper, key: Key) -> str:
    return _TABLE_1.get((paper.name, key), names_in_print(paper, key)[0])
