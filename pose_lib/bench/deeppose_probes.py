"""What the DeepPose chapter measures beside its tables: controls, sweeps, other data sets, left and right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from pose_lib.batches import BoxBatches
from pose_lib.bench.claims import comparisons
from pose_lib.bench.deeppose import STAGES, DeepPoseExperiment
from pose_lib.bench.evaluate import Errors, groups_of, row
from pose_lib.bench.evaluate_2d import compare_2d, evaluate_2d
from pose_lib.bench.experiment_2d import labelled_mean
from pose_lib.data import catalog
from pose_lib.data.mapping import backwards, joint_sources
from pose_lib.data.poses import PoseData
from pose_lib.data.resample import whole_boxes
from pose_lib.geometry.skeletons import FLIC11, LSP14
from pose_lib.models.cascade import Cascade
from pose_lib.models.deeppose import DeepPoseNet
from pose_lib.training import Schedule

__all__ = [
    "CROPS",
    "ELSEWHERE",
    "controls",
    "elsewhere",
    "fit_by_oracle",
    "moved_and_scaled",
    "side_rows",
    "sigmas",
    "spread_table",
    "sweep_table",
]

CROPS = (1, 10, 40)
"""Simulated predictions a joint; the paper's is the last."""
ELSEWHERE = {LSP14: "parse", FLIC11: "buffy"}
"""Where the paper tests what it trained on another set: Table 2 and Figure 7."""


def sigmas(experiment: DeepPoseExperiment) -> tuple[float, ...]:
    """Sizes of the joints' boxes to try, in diameters: around those that the paper tried."""
    return (0.8, 1.0, 1.2) if experiment.skeleton == FLIC11 else (1.0, 1.5, 2.0, 2.3)


def controls(experiment: DeepPoseExperiment, cascade: Cascade) -> None:
    """Rows that make the claims testable.

    * *Stage 1, trained longer*: as many steps as all three stages, so that a gain of the cascade is not one
      of more training.
    * *Stage 1, no pooling*: every second pixel is kept instead.
    * *Stage 2, sigma ...* and *Stage 2, ... crops*: other sizes of the boxes, fewer simulated predictions;
      each for half of the steps of stage 2.
    """
    first = experiment.schedules[0]
    longer = replace(first, steps=sum(s.steps for s in experiment.schedules))
    _alone(experiment, "stage-1-longer", "Stage 1, trained longer", longer, 3)
    _alone(experiment, "stage-1-no-pooling", "Stage 1, no pooling", first, 1)
    net = cascade.nets[0]
    assert isinstance(net, DeepPoseNet)
    for sigma in sigmas(experiment):
        _second(experiment, net, f"sigma {sigma:g}", sigma, CROPS[-1])
    for crops in CROPS:
        name = f"{crops} crop{'s' * (crops > 1)}"
        _second(experiment, net, name, experiment.sigma, crops)


def _alone(experiment: DeepPoseExperiment, name: str, system: str, schedule: Schedule, pool: int) -> None:
    net = experiment.first_stage(name, schedule, pool)
    single = Cascade([net], experiment.sigma, experiment.diameter)
    experiment.predictions |= experiment.predict_stages(name, single, [system])


def _second(experiment: DeepPoseExperiment, first: DeepPoseNet, name: str, sigma: float, crops: int) -> None:
    key = f"stage-2-{sigma:g}-{crops}"
    half = replace(experiment.schedules[1], steps=max(1, experiment.schedules[1].steps // 2))
    second = experiment.next_stage([first], key, half, sigma=sigma, crops=crops)
    pair = Cascade([first, second], sigma, experiment.diameter)
    found = experiment.predict_stages(key, pair, ["", f"Stage 2, {name}"])
    experiment.predictions[f"Stage 2, {name}"] = found[f"Stage 2, {name}"]


def sweep_table(rows: pd.DataFrame, metric: str = "pdj-0.20") -> pd.DataFrame:
    """The rows of the sweeps of a run: value and interval of one measure, by system."""
    found = rows[rows["system"].str.startswith("Stage 2, ") & ~rows["system"].str.contains(" - ")]
    return found[found["metric"] == metric].set_index("system")[["value", "low", "high"]]


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


def fit_by_oracle(experiment: DeepPoseExperiment, system: str = STAGES[0]) -> None:
    """Row *Stage 1, moved and scaled*: its poses at the best place and size, in the shape that they have."""
    fitted = moved_and_scaled(experiment.predictions[system], experiment.truth)
    experiment.predictions[f"{system}, moved and scaled"] = fitted


def side_rows(experiment: DeepPoseExperiment, system: str = STAGES[-1]) -> pd.DataFrame:
    """How often a pose fits better with left and right exchanged: for people seen from behind, and in front.

    The difference of the two is of different people: its interval is the wider for it.
    """
    truth, predicted = experiment.truth, experiment.predictions[system]
    exchanged = predicted[:, list(experiment.skeleton.mirror)]
    distance, other = ((p - truth).square().sum(-1).sqrt().nanmean(1) for p in (predicted, exchanged))
    whole = distance.isfinite().numpy()
    back = backwards(np.asarray(experiment.test.joints_2d), experiment.skeleton)
    hits, groups = 100.0 * (other < distance).double().numpy(), groups_of(experiment.test)
    words = "% of poses nearer to the truth with the names of left and right joints exchanged"
    rows = []
    for name, seen in (("back", back & whole), ("front", ~back & whole)):
        if len(np.unique(groups[seen])) > 1:
            rows.append(row(f"{system}, {name} views", "sides-exchanged", words, hits[seen], groups[seen]))
    if len(rows) == 2:
        a, b = ({k: float(str(r[k])) for k in ("value", "low", "high")} for r in rows)
        middle = a["value"] - b["value"]
        half = np.hypot(a["high"] - a["low"], b["high"] - b["low"]) / 2
        difference = {"system": f"{system}, back views - {system}, front views", "value": middle}
        rows.append(rows[0] | difference | {"low": middle - half, "high": middle + half})
    return pd.DataFrame(rows)


def spread_table(experiment: DeepPoseExperiment, systems: Sequence[str]) -> pd.DataFrame:
    """Standard deviation of the predictions over that of the truth, mean over joints and both directions.

    Zero is a network that answers every image alike, one that varies as much as people do.
    """
    wanted = torch.where(experiment.truth.isfinite(), experiment.truth, torch.nan)
    deviation = (wanted - wanted.nanmean(0)).square().nanmean(0).sqrt()
    shares = {s: float((experiment.predictions[s].std(0) / deviation).nanmean()) for s in systems}
    return pd.DataFrame({"spread": shares})


def elsewhere(
    experiment: DeepPoseExperiment, cascade: Cascade, data_root: str | Path | None
) -> tuple[pd.DataFrame, dict[str, Errors], str]:
    """Table 2 and Figure 7: the trained cascade on another data set, whose training part it has not seen.

    Returns:
        Rows (their systems end in *on parse* or *on buffy*), the rates of the samples, and in words why there
        are none, if so.
    """
    name = ELSEWHERE.get(experiment.skeleton)
    if name is None or not data_root:
        return pd.DataFrame(), {}, "not run: it needs the folder of the other photographs (data_root)"
    p = experiment.preset
    try:
        data = catalog.load(
            name,
            "all",
            size=p.size,
            step=1,
            seconds=0,
            seed=0,
            data_root=Path(data_root),
            crop=p.crop,
        )
    except FileNotFoundError as error:
        return pd.DataFrame(), {}, f"not run: {error}"
    test = data if name == "buffy" else data.split("test")  # as the paper: all of Buffy
    images = BoxBatches(test.images, p.side, device=experiment.device, like=experiment.images)
    poses = cascade(images.look, whole_boxes(len(test), p.size))
    mean = labelled_mean(experiment.joints).expand(len(test), -1, -1)
    found = dict(zip(("Mean pose", *STAGES), (mean, *poses), strict=True))
    mapped = {f"{s} on {name}": _renamed(poses, experiment, test) for s, poses in found.items()}
    rows, errors = evaluate_2d(mapped, test)
    paired = compare_2d(errors, comparisons(experiment.run.paper), test)
    return pd.concat([rows, paired], ignore_index=True), errors, ""


def _renamed(poses: Tensor, experiment: DeepPoseExperiment, test: PoseData) -> Tensor:
    """Poses in the joints of another data set, each the mean of its sources."""
    sources = joint_sources(experiment.skeleton, test.skeleton)
    return torch.stack([poses[:, list(s)].mean(1) for s in sources], 1)
