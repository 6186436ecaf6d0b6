"""Measurements of the Park chapter beside MPJPE: by distance from the root, between roots, and of losses."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.claims import comparisons
from pose_lib.bench.evaluate import Errors, compare, groups_of, row
from pose_lib.bench.park import ParkExperiment
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics import per_joint_error

__all__ = ["ADDED", "error_by_hops", "head_spread", "hops", "probe_rows"]

ADDED = "Multi-reg and 2D-cls, added up"
"""No system: the error that both ideas together would have if their gains simply added up (claim P-3)."""

_PROTOCOLS = {
    "mpjpe-near": "mm, mean over the joints one bone from the root, root-relative, no alignment",
    "mpjpe-far": "mm, mean over wrists and ankles, root-relative, no alignment",
    "head-spread": "mm, distance of a root's pose from the mean over roots, rms over roots and joints",
    "loss-3d-test": "Eq. (4) summed over joints, mean over roots, centre windows of the test samples",
    "loss-3d-train": "Eq. (4) summed over joints, mean over roots, centre windows of training samples",
    "place-error": "2D, % of the crop's side, mean over joints; expected place under the probabilities",
    "degenerate-torsos": "count of predicted torsos too short to give a size",
    "mpjpe": "mm, root-relative; the baseline's error less the two single gains",
}


def hops(skeleton: Skeleton) -> Tensor:
    """``(J,)`` number of bones between each joint and the root."""
    found = [0] * len(skeleton)
    for joint in skeleton.chain:
        if skeleton.parents[joint] != joint:
            found[joint] = found[skeleton.parents[joint]] + 1
    return torch.tensor(found)


def error_by_hops(experiment: ParkExperiment, systems: tuple[str, ...]) -> pd.DataFrame:
    """Mean error in mm of the joints so many bones from the root, one column a system."""
    far = hops(experiment.train.skeleton)
    table = {
        system: {
            h: float(per_joint_error(experiment.predictions[system], experiment.truth)[:, far == h].mean())
            for h in range(1, int(far.max()) + 1)
        }
        for system in systems
        if system in experiment.predictions
    }
    return pd.DataFrame(table).rename_axis("bones from the root")


def head_spread(heads: Tensor) -> Tensor:
    """``(M,)`` how far the roots' poses ``(M, R, J, 3)`` lie from their mean, rms over roots and joints."""
    away = heads - heads.mean(1, keepdim=True)
    return away.square().sum(-1).mean((1, 2)).sqrt()


def probe_rows(experiment: ParkExperiment, errors: Mapping[str, Errors]) -> pd.DataFrame:
    """Rows of what the claims ask for beside MPJPE, and their paired differences.

    Args:
        experiment: with its variants trained.
        errors: of the systems, as :meth:`~pose_lib.bench.experiment.Experiment3D.rows` gives them.
    """
    test, seen = experiment.test, experiment.train.select(experiment.seen.numpy())
    extra: dict[str, Errors] = {}
    losses: dict[str, Errors] = {}
    lines: list[dict[str, object]] = []
    near = hops(experiment.train.skeleton) == 1
    far = torch.tensor([j.endswith(("wrist", "ankle")) for j in experiment.train.skeleton.joints])
    places = torch.from_numpy(experiment.test.joints_2d.copy())
    for system, predicted in experiment.predictions.items():
        joints = per_joint_error(predicted, experiment.truth)
        extra[system] = {
            "mpjpe-near": joints[:, near].mean(1).double().numpy(),
            "mpjpe-far": joints[:, far].mean(1).double().numpy(),
        }
    for system, trained in experiment.trained.items():
        if trained.variant.places:
            away = torch.linalg.vector_norm(trained.places - places, dim=-1).nanmean(1)
            extra[system]["place-error"] = (100 * away / experiment.preset.size).double().numpy()
        if trained.heads.shape[1] > 1:
            extra[system]["head-spread"] = head_spread(trained.heads).double().numpy()
        extra[system]["loss-3d-test"] = trained.losses["test"].double().numpy()
        losses[system] = {"loss-3d-train": trained.losses["train"].double().numpy()}
        count = trained.degenerate
        lines.append(_count(system, count, len(test)))
    for data, group in ((test, extra), (seen, losses)):
        groups = groups_of(data)
        lines += [
            row(system, metric, _PROTOCOLS[metric], values, groups)
            for system, metrics in group.items()
            for metric, values in metrics.items()
        ]
    both = "Multi-reg + 2D-cls"
    if {"Baseline", "Multi-reg", "2D-cls", both} <= set(errors):
        e = {system: errors[system]["mpjpe"] for system in ("Baseline", "Multi-reg", "2D-cls", both)}
        extra[ADDED] = {"mpjpe": e["Multi-reg"] + e["2D-cls"] - e["Baseline"]}
        extra[both]["mpjpe"] = e[both]
    pairs = comparisons(experiment.run.paper)
    paired = (compare(group, pairs, data, _PROTOCOLS) for data, group in ((test, extra), (seen, losses)))
    return pd.concat([pd.DataFrame(lines), *paired], ignore_index=True)


def _count(system: str, count: int, samples: int) -> dict[str, object]:
    value = float(count)
    return {
        "system": system,
        "metric": "degenerate-torsos",
        "protocol": _PROTOCOLS["degenerate-torsos"],
        "value": value,
        "low": value,
        "high": value,
        "std": 0.0,
        "samples": samples,
    }
