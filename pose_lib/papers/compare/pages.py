"""Tables and pictures that put the systems of several papers next to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.rows import Key, label, pick
from pose_lib.book.overlays import compare_poses
from pose_lib.book.palette import CYCLE
from pose_lib.book.result_tables import cell, stored_cells, with_bounds
from pose_lib.book.style import describe
from pose_lib.papers.compare.side_by_side import SideBySide

__all__ = ["costs_and_errors", "differences_table", "looks_of", "same_samples", "stored_table"]


def looks_of(papers: Sequence[Paper]) -> dict[str, Mapping[str, Any]]:
    """One colour per paper: its plain network dashed, its full method solid."""
    looks: dict[str, Mapping[str, Any]] = {}
    for paper, colour in zip(papers, CYCLE * len(papers), strict=False):
        for key in paper.compared:
            line = "-" if key == paper.compared[-1] else "--"
            looks[label(key)] = {"color": colour, "linestyle": line}
    return looks


def costs_and_errors(together: SideBySide) -> pd.DataFrame:
    """Error and cost of each system."""
    lines: dict[str, dict[str, str]] = {}
    for key, paper in together.papers.items():
        own = _of(together.evidence, paper)
        values = pick(own.rows, key).set_index("metric")["value"]
        lines[label(key)] = {
            "paper": "" if key in BASELINES else paper.cited_as or paper.title,
            "MPJPE (mm)": cell(own, key, "mpjpe"),
            "after Procrustes (mm)": cell(own, key, "pa-mpjpe"),
            "parameters (million)": _scaled(values, "parameters", 1e6),
            "multiply-adds (million)": _scaled(values, "multiply-adds", 1e6),
            "training (s)": _scaled(values, "train-seconds", 1),
            "ms per image": _scaled(values, "ms-per-image", 1, digits=2),
        }
    return pd.DataFrame(lines).T


def _of(evidence: Evidence, paper: Paper) -> Evidence:
    """The evidence of one paper."""
    return evidence.select(evidence.rows["paper"] == paper.name) if len(evidence.rows) else evidence


def _scaled(values: pd.Series, metric: str, unit: float, digits: int = 1) -> str:
    return f"{values[metric] / unit:.{digits}f}" if metric in values else "–"


def differences_table(together: SideBySide, pairs: Sequence[tuple[Key, Key]]) -> pd.DataFrame:
    """One line per pair of systems: the paired difference of MPJPE with its interval, and what it says."""

    def says(low: float, high: float) -> str:
        if high < 0:
            return "the first is better"
        return "the second is better" if low > 0 else "undecided"

    rows = together.scores.differences([(a, b, "mpjpe") for a, b in pairs])
    table = pd.DataFrame(
        {
            "first": [label((r.system, r.setting)) for r in rows],
            "second": [r.against for r in rows],
            "first - second (mm)": [with_bounds(r.value, r.low, r.high, "+.1f") for r in rows],
            "on these samples": [says(r.low, r.high) for r in rows],
        }
    )
    return table.set_index("first")


def stored_table(
    evidence: Evidence, together: SideBySide, actions: Sequence[str] = ("Walking", "Discussion")
) -> pd.DataFrame:
    """MPJPE of the stored runs that decide claims, pooled over seeds, one column per preset and action."""
    lines: dict[str, dict[str, str]] = {}
    for key, paper in together.papers.items():
        cells = stored_cells(_of(evidence, paper), everywhere=False)
        found = {title: cell(part, key, "mpjpe") for title, part in cells}
        lines[label(key)] = {title: text for title, text in found.items() if title.startswith(tuple(actions))}
    return pd.DataFrame(lines).T.fillna("–")


def same_samples(together: SideBySide, systems: Sequence[Key], samples: Sequence[int]) -> Figure:
    """Crop, and each system's pose over the true one from the front: one row per sample.

    Args:
        together: runs on the same samples.
        systems: the columns.
        samples: indices of test samples, the rows.
    """
    figure, grid = plt.subplots(
        len(samples), len(systems) + 1, figsize=(1.5 * (len(systems) + 1), 1.7 * len(samples)), squeeze=False
    )
    for line, sample in zip(grid, samples, strict=True):
        line[0].imshow(together.test.images[sample])
        line[0].axis("off")
        for axes, key in zip(line[1:], systems, strict=True):
            true, pred = together.truth[sample].numpy(), together.predictions[key][sample].numpy()
            compare_poses(axes, true, pred)
            axes.set_title(f"{together.scores.of(key, 'mpjpe')[sample]:.0f} mm", fontsize=8)
    for axes, key in zip(grid[0][1:], systems, strict=True):
        axes.set_title(f"{label(key)}\n{axes.get_title()}", fontsize=8)
    names = ", ".join(map(label, systems))
    return describe(
        figure, f"One row per sample: its crop, then the poses of {names}, each over the true one in grey"
    )
