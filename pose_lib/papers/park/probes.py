"""Measurements of the Park chapter beside MPJPE: by distance from the root, between roots, and of losses."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.rows import Key, Row, constant_row, label
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics import mpjpe, per_joint_error
from pose_lib.papers.park.recipe import ParkExperiment

__all__ = ["ADDED", "degenerate_rows", "error_by_hops", "head_spread", "hops", "probe_scores"]

ADDED = "Multi-reg and 2D-cls, added up"
"""Not a system: the error that both ideas together would have if their gains simply added up (claim P-3)."""

_TEST = {
    "mpjpe-near": "mm, mean over the joints one bone from the root, root-relative, no alignment",
    "mpjpe-far": "mm, mean over wrists and ankles, root-relative, no alignment",
    "head-spread": "mm, distance of a root's pose from the mean over roots, rms over roots and joints",
    "loss-3d-test": "Eq. (4) summed over joints, mean over roots, centre windows of the test samples",
    "place-error": "2D, % of the crop's side, mean over joints; expected position under the probabilities",
    "mpjpe": "mm, root-relative; the baseline's error less the two single gains",
}
_TRAIN = {"loss-3d-train": "Eq. (4) summed over joints, mean over roots, centre windows of training samples"}
_COUNT = "count of predicted torsos too short to give a size"


def hops(skeleton: Skeleton) -> Tensor:
    """``(J,)`` number of bones between each joint and the root."""
    found = [0] * len(skeleton)
    for joint in skeleton.chain:
        if skeleton.parents[joint] != joint:
            found[joint] = found[skeleton.parents[joint]] + 1
    return torch.tensor(found)


def error_by_hops(experiment: ParkExperiment, systems: Sequence[Key]) -> pd.DataFrame:
    """Mean error in mm of the joints at each number of bones from the root.

    Returns:
        The columns ``system``, ``bones`` and ``value``; systems without predictions are left out.
    """
    far = hops(experiment.train.skeleton)
    lines: list[dict[str, object]] = []
    for key in systems:
        if key in experiment.predictions:
            error = per_joint_error(experiment.predictions[key], experiment.truth)
            lines += [
                {"system": label(key), "bones": bones, "value": float(error[:, far == bones].mean())}
                for bones in range(1, int(far.max()) + 1)
            ]
    return pd.DataFrame(lines)


def head_spread(heads: Tensor) -> Tensor:
    """``(M,)`` how far the roots' poses ``(M, R, J, 3)`` lie from their mean, rms over roots and joints."""
    away = heads - heads.mean(1, keepdim=True)
    return away.square().sum(-1).mean((1, 2)).sqrt()


def probe_scores(experiment: ParkExperiment) -> tuple[Scores, Scores]:
    """What the claims ask for beside MPJPE, on the test samples, and on some of the training samples."""
    test = Scores.on(experiment.test, _TEST)
    train = Scores.on(experiment.train.select(experiment.seen.numpy()), _TRAIN)
    skeleton = experiment.train.skeleton
    near = hops(skeleton) == 1
    far = torch.tensor([joint.endswith(("wrist", "ankle")) for joint in skeleton.joints])
    places = torch.from_numpy(experiment.test.joints_2d.copy())

    def add(scores: Scores, key: Key, metric: str, values: Tensor) -> None:
        scores.add(key, metric, values.double().numpy())

    for key, predicted in experiment.predictions.items():
        error = per_joint_error(predicted, experiment.truth)
        add(test, key, "mpjpe-near", error[:, near].mean(1))
        add(test, key, "mpjpe-far", error[:, far].mean(1))
    for key, trained in experiment.trained.items():
        if trained.variant.places:
            away = torch.linalg.vector_norm(trained.places - places, dim=-1).nanmean(1)
            add(test, key, "place-error", 100 * away / experiment.preset.size)
        if trained.heads.shape[1] > 1:
            add(test, key, "head-spread", head_spread(trained.heads))
        add(test, key, "loss-3d-test", trained.losses["test"])
        add(train, key, "loss-3d-train", trained.losses["train"])
    if {"Baseline", "Multi-reg", "2D-cls"} <= set(experiment.predictions):
        roots, classes, base = (
            mpjpe(experiment.predictions[key], experiment.truth).double()
            for key in ("Multi-reg", "2D-cls", "Baseline")
        )
        add(test, ADDED, "mpjpe", roots + classes - base)
    return test, train


def degenerate_rows(experiment: ParkExperiment) -> list[Row]:
    """How many predicted torsos of each network were too short to give a size."""
    return [
        constant_row(key, "degenerate-torsos", _COUNT, trained.degenerate, len(experiment.test))
        for key, trained in experiment.trained.items()
    ]
