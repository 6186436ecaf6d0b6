"""What errors consist of: hidden joints, view, distance and axis; turned poses; failures of each kind.

Conditions are taken from the truth, never from a prediction, so that all systems are compared on the same
samples. Poses are root-relative ``(M, J, 3)`` mm in the frame of the camera.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from pose_lib.bench.measures import sequences_of
from pose_lib.bench.rows import Groups, Key, Values, label
from pose_lib.data.poses import PoseData
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics import bootstrap_interval, mpjpe, pa_mpjpe, per_joint_error
from pose_lib.metrics.axes import AXES, axis_error, limb_asymmetry, n_mpjpe, size_ratio
from pose_lib.metrics.facing import (
    READINGS_OF_A_POSE,
    angle_between,
    facing_angle,
    nearest_reading,
    shoulder_width,
    way_to_turned,
)

__all__ = [
    "BETWEEN",
    "VIEWS",
    "Condition",
    "alignment_table",
    "conditions",
    "error_anatomy",
    "failures",
    "turned_table",
    "ways_to_turned",
]

VIEWS = ("towards the camera", "to the right", "away", "to the left")
"""Quarters of :func:`~pose_lib.metrics.facing.facing_angle`, the first from -45 to 45 degrees."""
BETWEEN = (0.25, 0.75)
"""A prediction this far on :func:`~pose_lib.metrics.facing.way_to_turned` is between the truth and the turned
pose; beyond, it is nearer to the turned one."""


@dataclass(frozen=True)
class Condition:
    """A way to divide samples, or the joints of samples, into parts."""

    name: str
    parts: tuple[str, ...]
    """In the order in which they are shown."""
    place: NDArray[np.int64]
    """``(M,)`` or ``(M, J)``: the number of the part; -1 for what is in none."""


def conditions(test: PoseData) -> list[Condition]:
    """Joints seen or hidden, the view, and the distance of the camera, of test samples with 3D joints.

    Distances are divided into thirds of the samples. The root, whose error is always zero, is left out where
    joints are divided.
    """
    assert test.joints_3d is not None
    hidden = (~np.asarray(test.visible)).astype(np.int64)
    hidden[:, test.skeleton.root] = -1
    angle = facing_angle(np.asarray(test.joints_3d), test.skeleton).numpy()
    view = ((angle + 45) // 90).astype(np.int64) % 4
    metres = np.asarray(test.joints_3d[:, test.skeleton.root, 2], dtype=np.float64) / 1000
    edges = np.quantile(metres, [0, 1 / 3, 2 / 3, 1])
    words = tuple(f"{a:.1f} to {b:.1f} m" for a, b in pairwise(edges))
    third = np.searchsorted(edges[1:3], metres, side="right")
    return [
        Condition("joint", ("seen", "hidden"), hidden),
        Condition("faces", VIEWS, view),
        Condition("distance of the camera", words, third),
    ]


def error_anatomy(test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor]) -> pd.DataFrame:
    """Errors in mm of each system in each part of each condition, with 95 % intervals over people and takes.

    Of seen and hidden joints: some joints are harder than others, and are hidden more often. Before errors
    are averaged, each joint's mean error over all samples is therefore subtracted, and the mean of all joints
    added.

    Returns:
        Columns ``condition``, ``part``, ``system``, ``value``, ``low``, ``high``, ``count`` (of samples or
        joints). First come the three axes, as :func:`~pose_lib.metrics.axes.axis_error` gives them. Ends are
        NaN where only one take has samples; a part without samples has no row.
    """
    groups = sequences_of(test)
    lines: list[tuple[str, str, str, float, float, float, int]] = []
    every = conditions(test)
    for key, poses in predictions.items():
        by_axis = axis_error(poses, truth, test.skeleton.root).double().numpy()
        for name, values in zip(AXES, by_axis.T, strict=True):
            lines.append(("axis", name, label(key), *_mean(values, np.ones(len(values)), groups)))
        by_joint = per_joint_error(poses, truth, test.skeleton.root).double().numpy()
        for condition in every:
            for number, part in enumerate(condition.parts):
                values, weights = _of_part(by_joint, condition.place == number, test.skeleton)
                if weights.any():
                    lines.append((condition.name, part, label(key), *_mean(values, weights, groups)))
    return pd.DataFrame(lines, columns=["condition", "part", "system", "value", "low", "high", "count"])


def _of_part(by_joint: Values, chosen: NDArray[np.bool_], skeleton: Skeleton) -> tuple[Values, Values]:
    """Errors ``(M,)`` in a part and their weights: of whole samples, or of the joints that are chosen."""
    if chosen.ndim == 1:
        return by_joint.mean(1), chosen.astype(np.float64)
    moving = [joint for joint in range(len(skeleton)) if joint != skeleton.root]
    means = by_joint.mean(0)
    adjusted = by_joint - means + means[moving].mean()
    count = chosen.sum(1).astype(np.float64)
    return np.where(chosen, adjusted, 0).sum(1) / np.maximum(count, 1), count


def _mean(values: Values, weights: Values, groups: Groups) -> tuple[float, float, float, int]:
    counted = weights > 0
    mean = float(np.average(values[counted], weights=weights[counted]))
    low = high = np.nan
    if len(np.unique(groups[counted], axis=0)) > 1:
        low, high = bootstrap_interval(values, groups=groups, weights=weights)
    return mean, low, high, int(weights.sum())


def alignment_table(test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor]) -> pd.DataFrame:
    """What is left of the error of each system once its size, and then its direction too, is set right.

    Columns: MPJPE, after the best scale, after the best scale and rotation (PA-MPJPE), all in mm; the size of
    predictions as a share of the true one; how unequal left and right limbs are, in per cent.
    """
    root = test.skeleton.root
    lines = {
        label(key): {
            "MPJPE (mm)": float(mpjpe(poses, truth, root).mean()),
            "at the right size": float(n_mpjpe(poses, truth, root).mean()),
            "and direction": float(pa_mpjpe(poses, truth)[0].mean()),
            "size (%)": 100 * float(size_ratio(poses, truth, root).mean()),
            "left and right limbs differ by (%)": 100
            * float(limb_asymmetry(poses, test.skeleton).expm1().mean()),
        }
        for key, poses in predictions.items()
    }
    return pd.DataFrame(lines).T


def ways_to_turned(truth: Tensor, predictions: Mapping[Key, Tensor], skeleton: Skeleton) -> dict[Key, Values]:
    """:func:`~pose_lib.metrics.facing.way_to_turned` of each system's predictions, ``(M,)``."""
    return {
        key: np.asarray(way_to_turned(poses, truth, skeleton).double().numpy())
        for key, poses in predictions.items()
    }


def turned_table(truth: Tensor, predictions: Mapping[Key, Tensor], skeleton: Skeleton) -> pd.DataFrame:
    """How often predictions face the wrong way, or average two ways, in per cent of the samples.

    Columns: as in the truth, between, turned (by :data:`BETWEEN`); the width of the shoulders as a share of
    the true one, of predictions as in the truth and of those between; the median error of the facing angle in
    degrees; and how often another reading of the pose is nearer to the truth
    (:func:`~pose_lib.metrics.facing.nearest_reading`). NaN where no sample is counted.
    """
    angle, width = facing_angle(truth, skeleton), shoulder_width(truth, skeleton)
    lines = {}
    for key, poses in predictions.items():
        way = way_to_turned(poses, truth, skeleton)
        known = ~way.isnan()
        parts = {
            "as in the truth": way < BETWEEN[0],
            "between": (way >= BETWEEN[0]) & (way <= BETWEEN[1]),
            "turned": way > BETWEEN[1],
        }
        share = shoulder_width(poses, skeleton) / width
        readings = nearest_reading(poses, truth, skeleton)
        lines[label(key)] = {
            **{name: 100 * float(part[known].float().mean()) for name, part in parts.items()},
            **{
                f"shoulders, {name}": 100 * float(share[parts[name]].mean())
                for name in ("as in the truth", "between")
            },
            "facing error (°)": float(angle_between(facing_angle(poses, skeleton), angle).median()),
            **{
                name: 100 * float((readings == i).float().mean())
                for i, name in enumerate(READINGS_OF_A_POSE)
                if i
            },
        }
    return pd.DataFrame(lines).T


def failures(test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor]) -> dict[str, int]:
    """One test sample for each kind of failure: that on which the systems fail most in this way.

    No two are of the same take and camera, as long as there are others.
    """
    systems, root = list(predictions.values()), test.skeleton.root
    errors = torch.stack([mpjpe(poses, truth, root) for poses in systems]).mean(0)
    by_axis = torch.stack([axis_error(poses, truth, root) for poses in systems]).mean(0)
    ways = torch.stack([way_to_turned(poses, truth, test.skeleton) for poses in systems]).mean(0)
    sizes = torch.stack([size_ratio(poses, truth, root) for poses in systems]).mean(0)
    width = shoulder_width(truth, test.skeleton)
    narrow = 1 - torch.stack([shoulder_width(poses, test.skeleton) for poses in systems]).mean(0) / width
    hidden = torch.from_numpy(~np.asarray(test.visible)).sum(1)
    kinds = {
        "largest error": errors,
        "between two directions": torch.where((ways > BETWEEN[0]) & (ways < BETWEEN[1]), narrow, -1),
        "turned round": ways.nan_to_num(nan=-1),
        "in depth": by_axis[:, 2] - by_axis[:, :2].mean(1),
        "too small": 1 - sizes,
        "most joints hidden": hidden + errors / errors.max(),
    }
    views = (
        test.table[["subject", "action", "sequence", "camera"]].astype(str).agg("/".join, axis=1).to_numpy()
    )
    found: dict[str, int] = {}
    for kind, score in kinds.items():
        found[kind] = _first_new(score, views, list(found.values()))
    return found


def _first_new(score: Tensor, views: NDArray[np.object_], taken: Sequence[int]) -> int:
    """The sample of the highest score whose view is not among those taken; the highest if all are."""
    order: list[int] = score.argsort(descending=True, stable=True).tolist()
    used = set(views[list(taken)])
    return next((i for i in order if views[i] not in used), order[0])
