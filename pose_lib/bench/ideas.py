"""What each idea of a paper gains in stored runs: its difference to its own control, beside the printed one.

Better is above zero, whatever the metric: see :mod:`pose_lib.bench.printed_gains`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from pose_lib.bench.claim import below
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import DECISIVE
from pose_lib.bench.paper import Idea, Paper
from pose_lib.bench.pooling import effect_of
from pose_lib.bench.presets import Preset
from pose_lib.bench.printed_gains import gain_sign, gain_unit, printed_gain, printed_gains
from pose_lib.bench.rows import apart, label
from pose_lib.bench.setting import SETTING
from pose_lib.bench.verdict import LEAST_SEEDS
from pose_lib.training import Schedule

__all__ = [
    "decisive_gains",
    "idea_gains",
    "images_at",
    "images_per_network",
    "outcome",
    "run_command",
    "strongest",
]

_IDEA = ["paper", "idea", "metric"]


@dataclass(frozen=True, kw_only=True)
class _Gain:
    """One row of :func:`idea_gains`; an idea without any run has the values given here."""

    paper: str
    cited: str
    idea: str
    comparison: str
    metric: str
    unit: str
    dataset: str = ""
    action: str = ""
    preset: str = ""
    budget: float = math.nan
    precision: str = ""
    device: str = ""
    stale: str = ""
    seeds: int = 0
    date: str = ""
    images: float = math.nan
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    control: float = math.nan
    printed: float = math.nan
    printed_of: str = ""


_OF_RUN = ("dataset", "action", "preset", "budget", "precision", "device", "stale")


def idea_gains(paper: Paper, evidence: Evidence) -> pd.DataFrame:
    """One row per idea and group of runs that differ in their seeds alone, and one per idea without any.

    Returns:
        Columns: ``paper`` (its name), ``cited``, ``idea``, ``comparison``, ``metric``, ``unit``; of the runs
        ``dataset``, ``action``, ``preset``, ``budget``, ``precision``, ``device``, ``stale`` (the reason, or
        nothing), ``seeds`` (0 for an idea without any run), ``date`` (of the latest) and ``images`` (that a
        network is trained on); the gain ``value`` with its 95 % interval ``low`` to ``high`` over seeds,
        people and takes; the ``control``'s own value; the ``printed`` gain, and what that is ``printed_of``.
    """
    lines = [line for idea in paper.ideas for line in _of_idea(paper, idea, evidence)]
    return pd.DataFrame([vars(line) for line in lines], columns=[field.name for field in fields(_Gain)])


def _of_idea(paper: Paper, idea: Idea, evidence: Evidence) -> Iterator[_Gain]:
    printed, sign = printed_gains(paper, idea), gain_sign(idea.metric)
    beside, beside_of = printed_gain(printed, "")
    alone = _Gain(
        paper=paper.name,
        cited=paper.cited_as or paper.title,
        idea=idea.name,
        comparison=f"{label(idea.system)} against {label(idea.against)}",
        metric=idea.metric,
        unit=gain_unit(idea.metric),
        printed=beside,
        printed_of=beside_of,
    )
    measured = False
    for group in _groups(evidence):
        effect = effect_of(below(idea.system, idea.against, idea.metric), group)
        if effect is None:
            continue
        measured = True
        run = group.rows.iloc[0]
        about: dict[str, Any] = {c: run[c] for c in _OF_RUN if c in run and pd.notna(run[c])}
        low, high = sorted((sign * effect.low, sign * effect.high))
        beside, beside_of = printed_gain(printed, str(run["action"]))
        yield replace(
            alone,
            **about,
            seeds=effect.seeds,
            date=str(group.rows["date"].max()),
            images=images_at(paper, str(run["preset"]), float(run["budget"])),
            value=sign * effect.value,
            low=low,
            high=high,
            control=effect.reference,
            printed=beside,
            printed_of=beside_of,
        )
    if not measured:
        yield alone


def _groups(evidence: Evidence) -> Iterator[Evidence]:
    """Runs that differ in their seeds alone."""
    if len(evidence.rows):
        for _, part in evidence.rows.groupby(apart(evidence.rows, ["action", *SETTING]), dropna=False):
            yield Evidence(part, evidence.sequences)


def images_at(paper: Paper, preset: str, budget: float) -> float:
    """:func:`images_per_network` of a paper's preset by its name; NaN where it is not known any more."""
    known = paper.presets.get(preset)
    return math.nan if known is None else images_per_network(known.scaled(budget))


def images_per_network(preset: Preset) -> float:
    """Images that a network is trained on at a preset, repetitions counted; of several networks, the most.

    NaN where the preset says only how many epochs are run.
    """
    if getattr(preset, "epochs", 0):
        return math.nan
    networks = preset.networks or tuple((f.name,) for f in fields(preset))
    counts = []
    for network in networks:
        values = (getattr(preset, name) for name in network)
        schedules = [s for v in values for s in (v if isinstance(v, tuple) else (v,))]
        counts.append(sum(s.steps * s.batch for s in schedules if isinstance(s, Schedule)))
    return float(max(counts, default=0)) or math.nan


def decisive_gains(gains: pd.DataFrame) -> pd.DataFrame:
    """The rows of runs that decide claims; an idea without any has one row, as one that was never run."""
    decided = gains["preset"].isin(DECISIVE)
    having = pd.MultiIndex.from_frame(gains.loc[decided, _IDEA])
    without = ~pd.MultiIndex.from_frame(gains[_IDEA]).isin(having)
    missing = gains[without].drop_duplicates(_IDEA)
    never: dict[str, Any] = {f.name: f.default for f in fields(_Gain) if f.name in _OF_RUN}
    never |= {
        "seeds": 0,
        "date": "",
        **dict.fromkeys(("images", "value", "low", "high", "control"), math.nan),
    }
    blank = missing.assign(**never)
    return (pd.concat([gains[decided], blank]) if len(blank) else gains[decided]).sort_index()


def strongest(gains: pd.DataFrame) -> pd.DataFrame:
    """Of each idea, data set and action the row that says most.

    A row of the present code comes before a stale one, then one of enough seeds, one of the largest share of
    its preset's schedule, of most training images, of most seeds, and the latest. So a small share of a long
    schedule, which has not taught a large network much yet, does not hide a larger one of a shorter schedule.
    """
    order = gains.assign(
        current=gains["stale"] == "", enough=gains["seeds"] >= LEAST_SEEDS, trained=gains["images"].fillna(0)
    ).sort_values(["current", "enough", "budget", "trained", "seeds", "date"], ascending=False, kind="stable")
    kept = order.drop_duplicates([*_IDEA, "dataset", "action"]).index
    return gains[gains.index.isin(kept)]


def outcome(seeds: int, low: float, high: float) -> str:
    """A gain's interval in words; with fewer than three seeds it says nothing of other seeds, and is open."""
    if not seeds:
        return "not measured"
    if seeds < LEAST_SEEDS:
        return f"open, {seeds} seed{'s' * (seeds > 1)}"
    return "better with it" if low > 0 else "worse with it" if high < 0 else "undecided"


def run_command(paper: str, preset: str = "long") -> str:
    """The command that makes a run by which the ideas of a paper are measured, and keeps its rows."""
    return f"pose-lib run {paper} --preset {preset} -p controls true --keep"
