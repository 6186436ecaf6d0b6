"""The parts that every chapter repeats, one call each.

A call that makes one table or one figure returns it; a call that makes several shows them. The calls of
chapters on 3D poses are in :mod:`pose_lib.book.chapter_3d`, and can be used from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import torch
from IPython.display import display
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from pandas.io.formats.style import Styler
from torch import Tensor

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.experiment import Experiment
from pose_lib.bench.judging import pooled
from pose_lib.bench.judging import verdicts as judged
from pose_lib.bench.paper import Paper
from pose_lib.bench.presets import Preset
from pose_lib.bench.rows import label
from pose_lib.book.chapter_3d import accuracy, joint_errors, one_sequence, poses_3d
from pose_lib.book.error_figures import forest
from pose_lib.book.figures import contact_sheet
from pose_lib.book.networks import learning_curves
from pose_lib.book.result_tables import metric_title, stored_cells, with_bounds
from pose_lib.book.style import use_style
from pose_lib.book.tables import results_table
from pose_lib.book.verdict_tables import claims_table, details_table, stored_summary
from pose_lib.data.poses import PoseData

if TYPE_CHECKING:
    from pose_lib.bench.setup import Setup

__all__ = [
    "Picked",
    "accuracy",
    "at_quantiles",
    "departures",
    "idea_differences",
    "ideas",
    "joint_errors",
    "learning",
    "one_sequence",
    "pick",
    "poses_3d",
    "samples",
    "setup",
    "stored_runs",
    "verdicts",
]


class Picked(NamedTuple):
    """Indices of three samples, by their error: the 2nd, 50th and 98th of a hundred."""

    best: int
    median: int
    worst: int


def setup(made: Setup) -> Styler:
    """Apply the book's style, and show the parameters and samples that the page was made with."""
    use_style()
    return results_table(made.table(), caption="What this page was made with")


def samples(
    data: PoseData, n: int = 12, *, joints: Tensor | None = None, size: float = 1.25, alt: str = ""
) -> Figure:
    """A sheet of evenly spaced samples with their joints.

    Args:
        data: the samples.
        n: how many of them.
        joints: ``(N, J, 2)`` predicted joints in crop pixels, drawn in place of the labelled ones.
        size: width of one image in inches.
        alt: description for readers who cannot see the sheet.
    """
    chosen = torch.linspace(0, len(data) - 1, min(n, len(data))).long().numpy()
    return contact_sheet(
        data.images[chosen],
        data.joints_2d[chosen] if joints is None else joints[chosen],
        skeleton=data.skeleton,
        visible=data.visible[chosen] if joints is None else None,
        size=size,
        alt=alt or f"{len(chosen)} crops with {'labelled' if joints is None else 'predicted'} joints",
    )


def learning(experiment: Experiment, names: Mapping[str, str]) -> Figure:
    """Training losses of an experiment, one panel each.

    Args:
        experiment: that has trained.
        names: name of a training to the title of its panel.
    """
    return learning_curves(experiment.histories, names)


def departures(preset: Preset) -> Styler:
    """What differs from the paper at a preset, beyond the choices that the chapter's text names."""
    table = pd.DataFrame({"departure": preset.departures or ("none beyond the choices above",)})
    return results_table(table, words=True, caption=f"Preset {preset.name}")


def at_quantiles(errors: ArrayLike | Tensor, quantiles: Sequence[float]) -> list[int]:
    """Indices of the samples whose errors lie at the given quantiles.

    Args:
        errors: ``(M,)``; a sample without a label has NaN and is never picked.
        quantiles: each from 0 (the smallest error) to 1.

    Raises:
        ValueError: no error is a number.
    """
    values = np.asarray(errors, dtype=np.float64)
    order = values.argsort()[: int(np.isfinite(values).sum())]
    if not len(order):
        raise ValueError("no sample has an error that is a number")
    return [int(order[int(q * (len(order) - 1))]) for q in quantiles]


def pick(errors: ArrayLike | Tensor) -> Picked:
    """A sample of small, of median and of large error.

    Args:
        errors: ``(M,)``.
    """
    return Picked(*at_quantiles(errors, (0.02, 0.5, 0.98)))


def verdicts(paper: Paper, evidence: Evidence) -> None:
    """Show the verdict on each claim of a paper, and the comparisons that decide it.

    Args:
        paper: whose claims are judged.
        evidence: the paper's stored runs.
    """
    claims, details = judged(evidence, paper.claims)
    _show(results_table(claims_table(claims), words=True, caption="Verdicts from the stored runs"))
    _show(results_table(details_table(details), words=True, caption="The comparisons that decide them"))


def stored_runs(evidence: Evidence) -> Styler:
    """Which runs are stored, and what they were made on."""
    return results_table(stored_summary(evidence), caption="The stored runs")


def ideas(paper: Paper, evidence: Evidence) -> None:
    """Show what each idea of a paper changes in the stored runs: the system with it minus the one without it.

    Args:
        paper: whose ideas are measured.
        evidence: the paper's stored runs.
    """
    found = idea_differences(paper, evidence)
    if not len(found):
        note = pd.DataFrame({"note": ["no stored run measures any of the ideas"]})
        _show(results_table(note, words=True, caption="What each idea changes"))
        return
    ends = zip(found["value"], found["low"], found["high"], strict=True)
    table = pd.DataFrame(
        {
            "idea": found["idea"],
            "with it - without it": found["comparison"],
            "metric": found["unit"],
            "runs": found["runs"],
            "difference": [with_bounds(value, low, high, "+.3g") for value, low, high in ends],
            "printed": ["–" if np.isnan(p) else f"{p:+.3g}" for p in found["printed"]],
        }
    ).set_index(["idea", "runs"])
    caption = "What each idea changes, from the stored runs; printed numbers are of other data"
    _show(results_table(table, words=True, published=("printed",), caption=caption))
    forest(
        found.assign(label=found["idea"] + "\n" + found["runs"]),
        alt="Differences that each idea makes, with intervals, around a line at zero",
    )


def idea_differences(paper: Paper, evidence: Evidence) -> pd.DataFrame:
    """One row per idea and group of stored runs: the pooled difference with its interval."""
    lines = []
    for idea in paper.ideas:
        for _, part in stored_cells(evidence):
            rows = part.difference(idea.system, idea.against, idea.metric)
            if len(rows):
                # Not every run has trained both systems: the title counts those that have.
                having = part.rows["fingerprint"].isin(rows["fingerprint"])
                ((runs, _),) = stored_cells(part.select(having))
                value, low, high = pooled(rows)
                lines.append(
                    {
                        "idea": idea.name,
                        "comparison": f"{label(idea.system)} - {label(idea.against)}",
                        "runs": runs,
                        "unit": metric_title(idea.metric),
                        "value": value,
                        "low": low,
                        "high": high,
                        "printed": np.nan if idea.printed is None else idea.printed,
                    }
                )
    return pd.DataFrame(lines)


def _show(table: Styler) -> None:
    display(table)  # type: ignore[no-untyped-call]
