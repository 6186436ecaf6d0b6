"""What the DeepPose chapter measures beside its systems: an oracle's fit, left and right, other data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.experiment_2d import labelled_mean
from pose_lib.bench.measures import measures_2d, sequences_of
from pose_lib.bench.rows import Key, Row, constant_row, label, row
from pose_lib.data import catalog
from pose_lib.data.mapping import backwards, joint_sources, observer_sides, sides_changed
from pose_lib.data.poses import PoseData
from pose_lib.data.resample import whole_boxes
from pose_lib.geometry.skeletons import FLIC11, LSP14, Sides
from pose_lib.models.cascade import Cascade
from pose_lib.papers.deeppose.recipe import STAGES, DeepPoseExperiment
from pose_lib.papers.deeppose.sweeps import HELD

__all__ = [
    "ELSEWHERE",
    "FITTED",
    "Elsewhere",
    "elsewhere",
    "held_scores",
    "moved_and_scaled",
    "observer_scores",
    "on",
    "oracle_scores",
    "side_rows",
    "spread_rows",
]

ELSEWHERE = {LSP14: "parse", FLIC11: "buffy"}
"""Where the paper tests what it trained on another set: Table 2 and Figure 7."""
FITTED: Key = ("Stage 1", "moved and scaled")
"""The row of :func:`oracle_scores`."""


def moved_and_scaled(predicted: Tensor, truth: Tensor) -> Tensor:
    """Poses ``(M, K, 2)``, each moved and resized (never turned) to fit its labelled truth best.

    A least-squares fit with one size for x and y. A pose whose fit has no positive size is only moved.
    """
    known = truth.isfinite().all(-1, keepdim=True)
    count = known.sum(1, keepdim=True).clamp_min(1)

    def centred(points: Tensor) -> tuple[Tensor, Tensor]:
        mean = torch.where(known, points, 0.0).sum(1, keepdim=True) / count
        return torch.where(known, points - mean, 0.0), mean

    (a, mean_a), (b, mean_b) = centred(predicted), centred(truth)
    size = (a * b).sum((1, 2)) / a.square().sum((1, 2)).clamp_min(1e-6)
    size = torch.where(size > 0, size, torch.ones_like(size))
    return (predicted - mean_a) * size[:, None, None] + mean_b


def oracle_scores(experiment: DeepPoseExperiment) -> Scores:
    """Stage 1 with each pose at the place and size that fit the truth best, in the shape that it has."""
    truth, test = experiment.truth, experiment.test
    fitted = moved_and_scaled(experiment.predictions[STAGES[0]], truth)
    return evaluate({FITTED: fitted}, truth, test, measures_2d(test))


def held_scores(experiment: DeepPoseExperiment) -> list[Scores]:
    """PDJ at 0.2 of the sizes of boxes on training images that were held out; nothing without controls."""
    held = experiment.held
    if not experiment.held_predictions:
        return []
    measure = measures_2d(held)["pdj-0.20"]
    named = {HELD: replace(measure, name=HELD, protocol=f"held-out training images; {measure.protocol}")}
    truth = torch.from_numpy(np.array(held.joints_2d))
    return [evaluate(experiment.held_predictions, truth, held, named)]


def side_rows(experiment: DeepPoseExperiment) -> list[Row]:
    """How often a pose of stage 3 fits better with left and right exchanged, for back and for front views.

    The difference is between different people, so it is not paired, and both widths add to its interval.
    """
    truth, predicted = experiment.truth, experiment.predictions[STAGES[-1]]
    exchanged = predicted[:, list(experiment.skeleton.mirror)]
    distance, other = ((p - truth).square().sum(-1).sqrt().nanmean(1) for p in (predicted, exchanged))
    whole = distance.isfinite().numpy()
    back = backwards(np.asarray(experiment.test.joints_2d), experiment.skeleton)
    hits, groups = 100.0 * (other < distance).double().numpy(), sequences_of(experiment.test)
    words = "% of poses nearer to the truth with the names of left and right joints exchanged"
    found = [
        row((STAGES[-1], f"{name} views"), "sides-exchanged", words, hits[seen], groups[seen])
        for name, seen in (("back", back & whole), ("front", ~back & whole))
        if len(np.unique(groups[seen], axis=0)) > 1
    ]
    if len(found) < 2:
        return found
    a, b = found
    middle = a.value - b.value
    half = float(np.hypot(a.high - a.low, b.high - b.low)) / 2
    against = label((b.system, b.setting))
    return [*found, replace(a, against=against, value=middle, low=middle - half, high=middle + half)]


def spread_rows(experiment: DeepPoseExperiment, systems: Sequence[str]) -> list[Row]:
    """Standard deviation of the predictions over that of the truth, mean over joints and both directions.

    0 is a network that answers every image alike, 1 one whose answers vary as much as people do.
    """
    wanted = torch.where(experiment.truth.isfinite(), experiment.truth, torch.nan)
    deviation = (wanted - wanted.nanmean(0)).square().nanmean(0).sqrt()
    shares = {s: float((experiment.predictions[s].std(0) / deviation).nanmean()) for s in systems}
    words = "standard deviation of predicted over that of true joints, mean over joints, x and y"
    return [constant_row(s, "joint-spread", words, share, len(wanted)) for s, share in shares.items()]


def on(dataset: str) -> str:
    """Setting of the rows on another data set."""
    return f"on {dataset}"


@dataclass(frozen=True)
class Elsewhere:
    """What :func:`elsewhere` found."""

    scores: tuple[Scores, ...] = ()
    why: str = ""
    """Why there are no scores."""
    predictions: Mapping[Key, Tensor] = field(default_factory=dict)
    """System to its poses ``(M, K, 2)`` there."""
    test: PoseData | None = None
    """The samples."""


def elsewhere(experiment: DeepPoseExperiment, cascade: Cascade, data_root: Path | None) -> Elsewhere:
    """Table 2 and Figure 7: the trained cascade on another data set, whose training part it has not seen."""
    name = ELSEWHERE.get(experiment.skeleton)
    if name is None or data_root is None:
        return Elsewhere(why="not run: it needs the folder of the other photographs (data_root)")
    p = experiment.preset
    try:
        data = catalog.load(
            catalog.request(
                name, catalog.ALL, size=p.size, step=1, seconds=0, data_root=data_root, crop=p.crop
            )
        )
    except FileNotFoundError as error:
        return Elsewhere(why=f"not run: {error}")
    test = data if name == "buffy" else data.split("test")  # as the paper: all of Buffy
    images = experiment.batches(test, data_root, like=experiment.images)
    poses = cascade(images.look, whole_boxes(len(test), p.size))
    mean = labelled_mean(experiment.joints).expand(len(test), -1, -1)
    found = dict(zip(("Mean pose", *STAGES), (mean, *poses), strict=True))
    mapped: dict[Key, Tensor] = {
        (system, on(name)): _renamed(poses, experiment, test) for system, poses in found.items()
    }
    truth = torch.from_numpy(np.array(test.joints_2d))
    return Elsewhere((evaluate(mapped, truth, test, measures_2d(test)),), "", mapped, test)


def observer_scores(experiment: DeepPoseExperiment) -> list[Scores]:
    """PCP of the limbs with left and right as an observer names them, in the metrics ``observer-pcp...``.

    Truth and predictions are renamed alike. Nothing where the labels are an observer's already.
    """
    test, given = experiment.test, experiment.test.card.sides
    if given == "observer":
        return []
    seen = observer_sides(replace(test, joints_3d=None))
    measures = measures_2d(seen)
    kinds = {"pcp", *(f"pcp-{kind}-{limb}" for kind in ("upper", "lower") for limb in ("arm", "leg"))}
    named = {
        f"observer-{name}": replace(
            measures[name],
            name=f"observer-{name}",
            protocol=f"left and right as an observer sees them; {measures[name].protocol}",
        )
        for name in measures
        if name in kinds
    }
    predictions: dict[Key, Tensor] = {
        key: _observed(poses, experiment, "observer") for key, poses in experiment.predictions.items()
    }
    return [evaluate(predictions, torch.from_numpy(np.array(seen.joints_2d)), seen, named)]


def _observed(poses: Tensor, experiment: DeepPoseExperiment, wanted: Sides) -> Tensor:
    """Predicted poses with left and right as another set means them."""
    given = experiment.test.card.sides
    return torch.from_numpy(sides_changed(poses.numpy(), experiment.skeleton, given, wanted))


def _renamed(poses: Tensor, experiment: DeepPoseExperiment, test: PoseData) -> Tensor:
    """Poses in the sides and joints of another data set, each the mean of its sources."""
    poses = _observed(poses, experiment, test.card.sides)
    sources = joint_sources(experiment.skeleton, test.skeleton)
    return torch.stack([poses[:, list(s)].mean(1) for s in sources], 1)
