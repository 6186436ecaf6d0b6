"""The parts that every chapter repeats, one call each.

A call that makes one table or one figure returns it; a call that makes several shows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import torch
from IPython.display import HTML, display
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from pandas.io.formats.style import Styler
from torch import Tensor

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.experiment import Experiment
from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.ideas import decisive_gains, idea_gains, run_command, strongest
from pose_lib.bench.judging import verdicts as judged
from pose_lib.bench.measures import sequences_of
from pose_lib.bench.paper import Paper
from pose_lib.bench.presets import Preset
from pose_lib.bench.rows import Key, label
from pose_lib.book.curves import accuracy_curves
from pose_lib.book.error_figures import error_by_joint
from pose_lib.book.figures import contact_sheet
from pose_lib.book.idea_figures import idea_forest, nothing_stored
from pose_lib.book.idea_tables import gains_table
from pose_lib.book.networks import learning_curves
from pose_lib.book.palette import Looks
from pose_lib.book.result_tables import (
    briefly,
    claims_table,
    details_table,
    stored_summary,
)
from pose_lib.book.scenes import animation_3d, skeleton_3d
from pose_lib.book.style import use_style
from pose_lib.book.tables import folded, results_table
from pose_lib.data.poses import PoseData
from pose_lib.metrics import per_joint_error

if TYPE_CHECKING:
    from pose_lib.bench.setup import Setup

__all__ = [
    "Picked",
    "accuracy",
    "at_quantiles",
    "departures",
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
    """A sheet of ``n`` evenly spaced samples with their joints, each ``size`` inches wide.

    Predicted ``joints`` ``(N, J, 2)`` in crop pixels are drawn in place of the labelled ones. ``alt``
    describes the sheet to readers who cannot see it.
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
    """Training losses of an experiment, one panel each; ``names`` gives a training the title of its panel."""
    return learning_curves(experiment.histories, names)


def departures(preset: Preset) -> Styler:
    """What differs from the paper at a preset, beyond the choices that the chapter's text names."""
    table = pd.DataFrame({"departure": preset.departures or ("none beyond the choices above",)})
    return results_table(table, words=True, caption=f"Preset {preset.name}")


def at_quantiles(errors: ArrayLike | Tensor, quantiles: Sequence[float]) -> list[int]:
    """Indices of the samples whose errors ``(M,)`` lie at quantiles, from 0 (the smallest error) to 1.

    A sample without a label has the error NaN, and is never picked.

    Raises:
        ValueError: no error is a number.
    """
    values = np.asarray(errors, dtype=np.float64)
    order = values.argsort()[: int(np.isfinite(values).sum())]
    if not len(order):
        raise ValueError("no sample has an error that is a number")
    return [int(order[int(q * (len(order) - 1))]) for q in quantiles]


def pick(errors: ArrayLike | Tensor) -> Picked:
    """A sample of small, of median and of large error, of errors ``(M,)``."""
    return Picked(*at_quantiles(errors, (0.02, 0.5, 0.98)))


def poses_3d(
    experiment: Experiment3D, systems: Sequence[Key], sample: int, *, title: str = "A sample of median error"
) -> go.Figure:
    """The true pose of a test sample and the predicted ones in 3D, with the truth in grey behind these."""
    return skeleton_3d(
        {name: poses[sample] for name, poses in _poses(experiment, systems).items()},
        experiment.test.skeleton,
        title,
        reference="truth",
        alt=f"{title}: the true 3D skeleton and those of {', '.join(map(label, systems))}",
    )


def one_sequence(
    experiment: Experiment3D, systems: Sequence[Key], sample: int, *, frames: int = 40
) -> go.Figure:
    """The take of a test sample as its camera sees it, up to ``frames`` of it: the truth, and predictions."""
    views = experiment.test.table[["subject", "action", "sequence", "camera"]]
    chosen = (views == views.iloc[sample]).all(axis=1).to_numpy().nonzero()[0][:frames]
    moving = {name: poses[chosen] for name, poses in _poses(experiment, systems).items()}
    title = "One sequence of the test set"
    return animation_3d(moving, experiment.test.skeleton, title, reference="truth", fps=6)


def accuracy(
    scores: Scores, systems: Sequence[Key], looks: Looks | None = None, *, limit: float = 250.0
) -> Figure:
    """Share of test samples whose MPJPE is at most a threshold, with 95 % intervals over sequences.

    Beside the curves, which often coincide, stand their differences to that of the first learned system.
    Thresholds reach ``limit`` mm; systems without scores are left out.
    """
    return accuracy_curves(scores.metric("mpjpe"), systems, limit, looks, scores.groups)


def joint_errors(experiment: Experiment3D, systems: Sequence[Key], looks: Looks | None = None) -> Figure:
    """Mean error of every joint with its 95 % interval over sequences."""
    errors: dict[Key, ArrayLike] = {
        s: per_joint_error(experiment.predictions[s], experiment.truth).numpy() for s in systems
    }
    return error_by_joint(errors, experiment.test.skeleton.joints, looks, sequences_of(experiment.test))


def verdicts(paper: Paper, evidence: Evidence, others: Mapping[str, Evidence] | None = None) -> None:
    """Show the verdict of stored runs on each claim of a paper, and the comparisons that decide it.

    Args:
        paper: whose claims they are.
        evidence: its stored runs.
        others: stored runs of its :attr:`~.Paper.rivals`, by name.

    Raises:
        ValueError: the runs of a rival are missing.
    """
    missing = sorted(set(paper.rivals) - set(others or ()))
    if missing:
        raise ValueError(f"claims of {paper.name} compare with {', '.join(missing)}: give their stored runs")
    claims, details = judged(evidence, paper.claims, paper.presets, others)
    told = claims_table(claims)
    because = [name for name in ("at", "because of", "limits") if name in told]
    short = told.drop(columns=because[1:])
    if because:
        short = short.assign(at=briefly(told["at"]))
    _show(results_table(short, words=True, caption="Verdicts from the stored runs"))
    if because:
        reasons = results_table(told[["verdict", *because]], words=True, caption="What each verdict rests on")
        display(folded(reasons, "What each verdict rests on, and its limits"))  # type: ignore[no-untyped-call]
    compared = results_table(details_table(details), words=True, caption="The comparisons that decide them")
    display(folded(compared, "The comparisons that decide them, one by one"))  # type: ignore[no-untyped-call]


def stored_runs(evidence: Evidence) -> HTML:
    """Which runs are stored, and what they were made on, behind a line that opens them."""
    runs = stored_summary(evidence)
    count = "no stored run" if "note" in runs else f"{len(runs)} stored run{'s' * (len(runs) > 1)}"
    return folded(results_table(runs, caption="The stored runs"), f"{count}: data, seeds, machine and commit")


def ideas(paper: Paper, evidence: Evidence) -> None:
    """Draw what each idea of a paper gains in its stored runs, and show it in a table.

    Of each data set and action the runs are shown that :func:`~pose_lib.bench.ideas.strongest` takes.
    Without any run the figure says which command makes one.
    """
    found = strongest(decisive_gains(idea_gains(paper, evidence)))
    if not found["seeds"].any():
        nothing_stored(
            ("No stored run measures any of the ideas. This command makes one:", run_command(paper.name))
        )
        return
    idea_forest(found)
    caption = "What each idea gains in the stored runs: above zero is better with it"
    _show(results_table(gains_table(found), words=True, published=("printed",), caption=caption))


def _poses(experiment: Experiment3D, systems: Sequence[Key]) -> dict[str, Tensor]:
    """The truth and the predictions, ``(M, J, 3)``, by the names of their panels."""
    return {"truth": experiment.truth} | {label(s): experiment.predictions[s] for s in systems}


def _show(table: Styler) -> None:
    display(table)  # type: ignore[no-untyped-call]
