"""The parts that every chapter on 3D poses repeats, one call each."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from torch import Tensor

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.measures import sequences_of
from pose_lib.bench.rows import Key, label
from pose_lib.book.curves import accuracy_curves
from pose_lib.book.error_figures import error_by_joint
from pose_lib.book.palette import Looks
from pose_lib.book.scenes import animation_3d, skeleton_3d
from pose_lib.metrics import per_joint_error

__all__ = ["accuracy", "joint_errors", "one_sequence", "poses_3d"]


def poses_3d(
    experiment: Experiment3D, systems: Sequence[Key], sample: int, *, title: str = "A sample of median error"
) -> go.Figure:
    """A true pose and the predicted ones in 3D, side by side, the truth in grey behind each prediction.

    Args:
        experiment: that has predictions of the systems.
        systems: in the order of the panels.
        sample: index of a test sample.
        title: a line above.
    """
    poses = {name: pose[sample] for name, pose in _poses(experiment, systems).items()}
    return skeleton_3d(
        poses,
        experiment.test.skeleton,
        title,
        reference="truth",
        alt=f"{title}: the true 3D skeleton and those of {', '.join(map(label, systems))}",
    )


def one_sequence(
    experiment: Experiment3D,
    systems: Sequence[Key],
    sample: int,
    *,
    frames: int = 40,
    title: str = "One sequence of the test set",
) -> go.Figure:
    """The test sequence that a sample belongs to as an animation: the truth, and predictions.

    Args:
        experiment: that has predictions of the systems.
        systems: in the order of the panels.
        sample: index of a test sample.
        frames: at most so many of its test samples.
        title: a line above.
    """
    sequences = sequences_of(experiment.test)
    chosen = (sequences == sequences[sample]).nonzero()[0][:frames]
    moving = {name: poses[chosen] for name, poses in _poses(experiment, systems).items()}
    return animation_3d(moving, experiment.test.skeleton, title, reference="truth", fps=6)


def accuracy(
    scores: Scores, systems: Sequence[Key], looks: Looks | None = None, *, limit: float = 250.0
) -> Figure:
    """Share of test samples whose MPJPE is at most a threshold, with 95 % intervals over sequences.

    Args:
        scores: of the test samples, with the metric ``mpjpe``.
        systems: in the order of the legend; those without scores are left out.
        looks: colour and line of systems.
        limit: largest threshold, mm.
    """
    return accuracy_curves(scores.metric("mpjpe"), systems, limit, looks, scores.groups)


def joint_errors(experiment: Experiment3D, systems: Sequence[Key], looks: Looks | None = None) -> Figure:
    """Mean error of every joint with its 95 % interval over sequences.

    Args:
        experiment: that has predictions of the systems.
        systems: in the order of the legend.
        looks: colour and line of systems.
    """
    errors: dict[Key, ArrayLike] = {
        s: per_joint_error(experiment.predictions[s], experiment.truth).numpy() for s in systems
    }
    return error_by_joint(errors, experiment.test.skeleton.joints, looks, sequences_of(experiment.test))


def _poses(experiment: Experiment3D, systems: Sequence[Key]) -> dict[str, Tensor]:
    """The truth and the predictions, ``(M, J, 3)``, by the names of their panels."""
    return {"truth": experiment.truth} | {label(s): experiment.predictions[s] for s in systems}
