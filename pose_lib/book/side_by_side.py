"""Tables and pictures that put the systems of several papers next to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from pose_lib.bench.side_by_side import SideBySide
from pose_lib.book.comparisons import compare_poses
from pose_lib.book.curves import Look
from pose_lib.book.paper_tables import cell, with_bounds
from pose_lib.book.style import CYCLE, OURS, PUBLISHED, describe

__all__ = ["LOOK", "costs_and_errors", "differences_table", "same_samples"]

LOOK: Look = {
    "CNN": {"color": OURS, "linestyle": "--"},
    "Ours, fine-tuned": {"color": OURS},
    "DconvMP": {"color": PUBLISHED, "linestyle": "--"},
    "DconvMP-HML": {"color": PUBLISHED},
    "Baseline": {"color": CYCLE[3], "linestyle": "--"},
    "Multi-reg + 2D-cls": {"color": CYCLE[3]},
}
"""One colour a paper; the plainer network of each is dashed."""


def costs_and_errors(rows: pd.DataFrame, systems: Mapping[str, str]) -> pd.DataFrame:
    """Error and price of each system.

    Args:
        rows: tidy rows of all runs.
        systems: system to the paper whose run it is taken from.
    """
    lines: dict[str, dict[str, str]] = {}
    for system, paper in systems.items():
        own = rows[rows["paper"] == paper]
        value = own[own["system"] == system].set_index("metric")["value"]
        lines[system] = {
            "MPJPE (mm)": cell(own, system, "mpjpe"),
            "after Procrustes (mm)": cell(own, system, "pa-mpjpe"),
            "parameters (million)": _scaled(value, "parameters", 1e6),
            "multiply-adds (million)": _scaled(value, "multiply-adds", 1e6),
            "training (s)": _scaled(value, "train-seconds", 1),
            "ms an image": _scaled(value, "ms-an-image", 1, digits=2),
        }
    return pd.DataFrame(lines).T


def _scaled(values: pd.Series, metric: str, unit: float, digits: int = 1) -> str:
    return f"{values[metric] / unit:.{digits}f}" if metric in values else "–"


def differences_table(lines: pd.DataFrame) -> pd.DataFrame:
    """One line a pair of systems: the paired difference of MPJPE with its interval, and what it says."""

    def says(low: float, high: float) -> str:
        if high < 0:
            return "the first is better"
        return "the second is better" if low > 0 else "undecided"

    table = pd.DataFrame(
        {
            "first": lines["first"],
            "second": lines["second"],
            "first - second (mm)": [
                with_bounds(d, a, b, "+.1f")
                for d, a, b in zip(lines["difference"], lines["low"], lines["high"], strict=True)
            ],
            "on these samples": [says(a, b) for a, b in zip(lines["low"], lines["high"], strict=True)],
        }
    )
    return table.set_index("first")


def same_samples(together: SideBySide, systems: Sequence[str], samples: Sequence[int]) -> Figure:
    """Crop, and each system's pose over the true one from the front: one row a sample.

    Args:
        together: runs on the same samples.
        systems: the columns.
        samples: indices of test samples, the rows.
    """
    errors = together.errors()
    figure, grid = plt.subplots(
        len(samples), len(systems) + 1, figsize=(1.5 * (len(systems) + 1), 1.7 * len(samples)), squeeze=False
    )
    for row, sample in zip(grid, samples, strict=True):
        row[0].imshow(together.test.images[sample])
        row[0].axis("off")
        for axes, system in zip(row[1:], systems, strict=True):
            true, pred = together.truth[sample].numpy(), together.predictions[system][sample].numpy()
            compare_poses(axes, true, pred)
            axes.set_title(f"{errors[system][sample]:.0f} mm", fontsize=8)
    for axes, system in zip(grid[0][1:], systems, strict=True):
        axes.set_title(f"{system}\n{axes.get_title()}", fontsize=8)
    return describe(
        figure,
        f"A row a sample: its crop, then the poses of {', '.join(systems)}, each over the true one in grey",
    )
