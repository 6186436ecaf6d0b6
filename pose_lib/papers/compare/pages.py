"""Tables and pictures that put the systems of several papers next to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.presets import EQUAL
from pose_lib.bench.rows import Key, apart, label, pick
from pose_lib.bench.setting import distinctions
from pose_lib.book.palette import BASELINE, CYCLE, FULL, PLAIN
from pose_lib.book.result_cells import SEEDS, cell, stored_cells
from pose_lib.book.result_tables import difference_lines
from pose_lib.papers.compare.side_by_side import SideBySide, compared_at

__all__ = ["costs_and_errors", "equal_table", "full_systems", "looks_of", "pairs_table", "stored_table"]

_COLOURS = tuple(colour for colour in CYCLE if colour != BASELINE)


def looks_of(papers: Sequence[Paper]) -> dict[str, Mapping[str, Any]]:
    """One colour per paper: its plain network dashed, its full method solid; then again with other lines."""
    looks: dict[str, Mapping[str, Any]] = {}
    for number, paper in enumerate(papers):
        turn, place = divmod(number, len(_COLOURS))
        for key in paper.compared:
            lines = FULL if key == paper.compared[-1] else PLAIN
            looks[label(key)] = {"color": _COLOURS[place], "linestyle": lines[turn % len(lines)]}
    return looks


def full_systems(together: SideBySide) -> list[Key]:
    """The full method of each paper, in their order."""
    return [room.compared[-1] for room in together.rooms]


def costs_and_errors(together: SideBySide) -> pd.DataFrame:
    """Error and cost of each system."""

    def scaled(values: pd.Series, metric: str, unit: float, digits: int = 1) -> str:
        return f"{values[metric] / unit:.{digits}f}" if metric in values else "–"

    lines: dict[str, dict[str, str]] = {}
    for key, paper in together.papers.items():
        own = _of(together.evidence, paper)
        values = pick(own.rows, key).set_index("metric")["value"]
        lines[label(key)] = {
            "paper": "" if key in BASELINES else paper.cited_as or paper.title,
            "MPJPE (mm)": cell(own, key, "mpjpe"),
            "after Procrustes (mm)": cell(own, key, "pa-mpjpe"),
            "parameters (million)": scaled(values, "parameters", 1e6),
            "multiply-adds (million)": scaled(values, "multiply-adds", 1e6),
            "training (s)": scaled(values, "train-seconds", 1),
            "ms per image": scaled(values, "ms-per-image", 1, digits=2),
        }
    return pd.DataFrame(lines).T


def _of(evidence: Evidence, paper: Paper) -> Evidence:
    """The evidence of one paper."""
    return evidence.select(evidence.rows["paper"] == paper.name) if len(evidence.rows) else evidence


def pairs_table(together: SideBySide, pairs: Sequence[tuple[Key, Key]]) -> pd.DataFrame:
    """One line per pair of systems: the paired difference of MPJPE on these samples, and what it says."""
    return difference_lines(together.scores.differences([(a, b, "mpjpe") for a, b in pairs]))


def equal_table(evidence: Evidence, together: SideBySide) -> pd.DataFrame:
    """MPJPE of the stored runs in the equal setting, over their seeds: one column per action and setting.

    In brackets behind a value are the seeds, where there are several. A paper whose own preset is equal
    already shows the runs of that. Stale runs, and runs of several budgets, devices or precisions, have
    columns of their own.
    """
    lines: dict[str, dict[str, str]] = {}
    for key, paper in together.papers.items():
        line, rows = lines.setdefault(label(key), {}), _of(evidence, paper).rows
        if not len(rows):
            continue
        rows = rows[rows["dataset"] == together.test.card.name]
        for setting in (name for name in paper.presets if name.endswith(EQUAL)):
            runs = rows[rows["preset"] == compared_at(paper, setting)]
            for _, found in runs.groupby(apart(runs, ["action", "budget", "precision"]), dropna=False):
                about, seeds = found.iloc[0], found["seed"].nunique()
                title = ", ".join([about["action"], setting, *distinctions(about, evidence.rows)])
                text = cell(Evidence(found, evidence.sequences), key, "mpjpe")
                line[title] = text + (f" ({seeds} seeds)" if seeds > 1 and text != "–" else "")
    table = pd.DataFrame(lines).T.fillna("–")
    table.attrs["note"] = SEEDS
    return table


def stored_table(
    evidence: Evidence, together: SideBySide, actions: Sequence[str] = ("Walking", "Discussion")
) -> pd.DataFrame:
    """MPJPE of the stored runs that decide claims, pooled over seeds, one column per preset and action."""
    lines: dict[str, dict[str, str]] = {}
    for key, paper in together.papers.items():
        cells = stored_cells(_of(evidence, paper), everywhere=False)
        found = {title: cell(part, key, "mpjpe") for title, part in cells}
        lines[label(key)] = {title: text for title, text in found.items() if title.startswith(tuple(actions))}
    table = pd.DataFrame(lines).T.fillna("–")
    table.attrs["note"] = SEEDS
    return table
