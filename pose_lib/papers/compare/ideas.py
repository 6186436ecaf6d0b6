"""What each idea of all papers buys: gathered from stored runs, for its page and for a figure at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pose_lib.bench.ideas import decisive_gains, idea_gains, outcome, run_command, strongest
from pose_lib.bench.paper import Paper
from pose_lib.bench.parameters import check_names, injected_names, resolve_preset
from pose_lib.bench.presets import DEFAULT_PRESETS
from pose_lib.bench.staleness import marked
from pose_lib.bench.stored import stored
from pose_lib.book.budget_figures import budget_curves
from pose_lib.book.idea_figures import ideas_at_a_glance, nothing_stored
from pose_lib.papers import all_papers

__all__ = [
    "all_gains",
    "begin",
    "budget_figure",
    "by_budget",
    "headline_forest",
    "headline_gains",
    "score",
    "unmeasured",
]

_ONE = ["paper", "idea", "metric"]
_OF_POSES = ("mpjpe", "pcp", "pdj-0.20")


def all_gains(papers: Sequence[Paper] | None = None, root: Path | None = None) -> pd.DataFrame:
    """Rows of :func:`pose_lib.bench.ideas.idea_gains` of all papers, 2D first, in the papers' order.

    Args:
        papers: those to gather; all that have ideas by default.
        root: folder of the stored rows, if not the project's.
    """
    rooms = sorted(all_papers() if papers is None else papers, key=lambda paper: paper.kind)
    parts = [idea_gains(room, marked(stored(room.name, root), room)) for room in rooms if room.ideas]
    return pd.concat(parts, ignore_index=True)


def begin(given: Mapping[str, Any]) -> pd.DataFrame:
    """The first call of the page: checks its one parameter, and gathers the stored gains of all papers.

    Args:
        given: the notebook's ``globals()`` with ``preset``, which changes nothing here: rows are stored ones.

    Raises:
        ParameterError: another parameter, or no such preset; the valid ones are listed.
    """
    check_names(injected_names(given.get("In", ())), ("preset",), "this notebook")
    resolve_preset(given["preset"], DEFAULT_PRESETS)
    return all_gains()


def headline_gains(gains: pd.DataFrame) -> pd.DataFrame:
    """Of each measured idea the strongest rows, by the metrics that measure poses themselves."""
    found = strongest(decisive_gains(gains))
    return found[(found["seeds"] > 0) & found["metric"].isin(_OF_POSES)]


def headline_forest(gains: pd.DataFrame | None = None, *, alt: str = "") -> Figure:
    """The forest of all ideas with one line per idea; where nothing is stored, the commands that make runs.

    Args:
        gains: of :func:`all_gains`; gathered from the stored runs by default.
        alt: the text that stands in for the figure; by default all its numbers.
    """
    every = all_gains() if gains is None else gains
    shown = headline_gains(every)
    if len(shown):
        return ideas_at_a_glance(shown, alt=alt)
    return nothing_stored(
        ("No stored run measures any idea yet. These commands make the runs:", *unmeasured(every)["command"])
    )


def unmeasured(gains: pd.DataFrame) -> pd.DataFrame:
    """The ideas that no decisive run measures: one row per paper, with the command that makes such a run."""
    found = decisive_gains(gains)
    missing = found[found["seeds"] == 0]
    lines = [
        {"paper": str(cited), "ideas": "; ".join(part["idea"]), "command": run_command(str(name))}
        for (name, cited), part in missing.groupby(["paper", "cited"], sort=False)
    ]
    return pd.DataFrame(lines, columns=["paper", "ideas", "command"])


def by_budget(gains: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that show how a gain changes with training, and the ideas of which there are too few.

    Rows count where the number of training images is known; an idea is shown with those places where it was
    measured at two numbers of images or more. The second table has one row per idea: at how many it was.
    """
    known = gains[(gains["seeds"] > 0) & gains["images"].notna()]
    numbers = known.groupby([*_ONE, "dataset", "action"])["images"].transform("nunique")
    shown = known[numbers >= 2]
    having = pd.MultiIndex.from_frame(shown[_ONE])
    others = gains[~pd.MultiIndex.from_frame(gains[_ONE]).isin(having)]
    few = others.groupby([*_ONE, "cited"], sort=False)["images"].nunique().rename("budgets").reset_index()
    return shown, few[["idea", "cited", "budgets"]]


def budget_figure(shown: pd.DataFrame) -> Figure:
    """The curves of the first table of :func:`by_budget`; where it is empty, the commands that make runs."""
    if len(shown):
        return budget_curves(shown)
    more = "pose-lib run tekin_ae --preset long -p controls true -p budget 0.25 --keep"
    return nothing_stored(
        ("No idea was measured at two budgets yet. Such runs are made by", run_command("tekin_ae"), more)
    )


def score(gains: pd.DataFrame) -> pd.DataFrame:
    """How often the ideas of each paper helped: one line per paper, and in a cell a number of gains.

    A gain is of one idea, metric, data set and action, in the strongest runs. ``against print`` counts the
    decided ones whose printed gain has the other sign.
    """
    found = strongest(decisive_gains(gains))
    said = [
        outcome(n, low, high).partition(",")[0]
        for n, low, high in zip(found["seeds"], found["low"], found["high"], strict=True)
    ]
    decided = pd.Series(said, index=found.index).isin(["better with it", "worse with it"])
    other = decided & (found["value"] * found["printed"] < 0)
    names = ["better with it", "worse with it", "undecided", "open", "not measured"]
    table = pd.crosstab(found["cited"], pd.Series(said, index=found.index)).reindex(
        columns=names, fill_value=0
    )
    table["against print"] = other.groupby(found["cited"]).sum()
    table["stale"] = ((found["stale"] != "") & (found["seeds"] > 0)).groupby(found["cited"]).sum()
    return table.loc[list(dict.fromkeys(found["cited"]))].rename_axis(index=None, columns=None)
