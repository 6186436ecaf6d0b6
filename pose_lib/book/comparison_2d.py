"""Several 2D systems on the same pictures: accuracy by joint, differences of accuracy, poses over crops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from pose_lib.bench.measures import joint_groups, sequences_of
from pose_lib.bench.rows import Key, label
from pose_lib.book.curves import draw_accuracy, hits_by_sequence, interval_by_column
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import GHOST, TEXT, Looks, looks_of
from pose_lib.book.style import describe
from pose_lib.data.poses import PoseData
from pose_lib.data.references import torso_lengths
from pose_lib.metrics import relative_distance

__all__ = [
    "accuracy_by_joint",
    "accuracy_differences",
    "pdj_curves",
    "poses_over_crops",
    "torso_distances",
    "torso_unit",
]

_THRESHOLDS = np.linspace(0, 0.5, 26)


def torso_unit(test: PoseData) -> tuple[Tensor, str]:
    """The length of each person's torso, ``(M,)`` pixels, and in words what it is: the unit of PDJ.

    It is the distance of the skeleton's two joints of the torso. Where the skeleton has no hips, a length in
    the table of the samples takes its place; see :func:`~pose_lib.data.references.torso_lengths`.
    """
    skeleton = test.skeleton
    known = None if "left_hip" in skeleton.joints else torso_lengths(test.table)
    if known is not None:
        return torch.from_numpy(known[0]), known[1]
    a, b = (torch.from_numpy(np.array(test.joints_2d[:, joint])) for joint in skeleton.torso)
    first, second = (skeleton.joints[joint].replace("_", " ") for joint in skeleton.torso)
    return torch.linalg.vector_norm(a - b, dim=-1), f"the distance {first} to {second}"


def torso_distances(
    predictions: Mapping[Key, Tensor], test: PoseData
) -> tuple[dict[Key, NDArray[np.float64]], str]:
    """Distances ``(M, J)`` of each system's joints from the labels, and the unit that they are in.

    Predictions are ``(M, J, 2)``, in the pixels of the samples' crops; the unit is :func:`torso_unit`. The
    distance of a joint without a label is NaN.
    """
    length, unit = torso_unit(test)
    truth = torch.from_numpy(np.array(test.joints_2d))
    found = {key: relative_distance(poses, truth, length).double() for key, poses in predictions.items()}
    return {key: np.asarray(distance.numpy()) for key, distance in found.items()}, unit


def pdj_curves(
    predictions: Mapping[Key, Tensor],
    test: PoseData,
    kinds: Sequence[str] = ("elbow", "wrist", "knee", "ankle"),
    looks: Looks | None = None,
) -> Figure:
    """Share of joints within a fraction of the torso, by kind of joint; bands are 95 % intervals.

    Predictions are as for :func:`torso_distances`; kinds that the skeleton lacks are left out.
    """
    distances, unit = torso_distances(predictions, test)
    members = joint_groups(test.skeleton)
    shown = {f"{kind}s": members[kind] for kind in kinds if kind in members}
    return accuracy_by_joint(distances, shown, unit, looks, sequences_of(test))


def accuracy_by_joint(
    distances: Mapping[Key, ArrayLike],
    kinds: Mapping[str, Sequence[int]],
    unit: str,
    looks: Looks | None = None,
    groups: ArrayLike | None = None,
) -> Figure:
    """PDJ over its threshold, one panel per kind of joint, with 95 % intervals over sequences as bands.

    Args:
        distances: system to ``(M, J)`` as fractions of a length of the person, NaN where one is not labelled.
        kinds: name of a kind to its joints.
        unit: what the length is, in words.
        looks: of the systems.
        groups: of samples that are resampled together.
    """
    figure, grid = plt.subplots(1, len(kinds), figsize=(2.5 * len(kinds), 2.9), sharey=True, squeeze=False)
    for axes, (kind, members) in zip(grid[0], kinds.items(), strict=True):
        shown = {key: np.asarray(values)[:, list(members)] for key, values in distances.items()}
        draw_accuracy(axes, shown, _THRESHOLDS, looks, groups, legend=False)
        axes.set_title(kind, fontsize=9)
    grid[0, 0].set_ylabel("joints within it (%)")
    figure.supxlabel(f"distance, as a fraction of {unit}", fontsize=9, color=TEXT)
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=min(4, len(kinds)), fontsize=8)
    systems = ", ".join(map(label, distances))
    return describe(figure, f"Share of {', '.join(kinds)} found within a distance, for {systems}")


def accuracy_differences(
    distances: Mapping[Key, ArrayLike],
    pairs: Sequence[tuple[Key, Key]],
    unit: str,
    groups: ArrayLike | None = None,
) -> Figure:
    """Paired differences of PDJ over its threshold, all joints together, with 95 % intervals as bands.

    What makes a sample hard for both systems is not in their difference, so that curves of accuracy which
    nearly coincide can differ clearly. Arguments as for :func:`accuracy_by_joint`; ``pairs`` are first and
    second system.
    """
    drawn = looks_of([f"{label(first)} - {label(second)}" for first, second in pairs])
    figure, axes = plt.subplots(figsize=(6.6, 3.0))
    axes.axhline(0, color=TEXT, linewidth=1.0)
    for (first, second), (pair, look) in zip(pairs, drawn.items(), strict=True):
        means, sizes, names = hits_by_sequence(distances[first], _THRESHOLDS, groups)
        others = hits_by_sequence(distances[second], _THRESHOLDS, groups)[0]
        gain, low, high = (100 * part for part in interval_by_column(means - others, sizes, names))
        axes.plot(_THRESHOLDS, gain, label=pair, **look)
        axes.fill_between(_THRESHOLDS, low, high, color=look["color"], alpha=0.15, linewidth=0)
    axes.set(xlabel=f"distance, as a fraction of {unit}", ylabel="difference (points)", xlim=(0, 0.5))
    axes.legend(fontsize=8)
    words = "; ".join(f"{label(first)} minus {label(second)}" for first, second in pairs)
    return describe(figure, f"Differences of accuracy over the threshold, around a line at zero: {words}")


def poses_over_crops(
    test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor], samples: Sequence[int]
) -> Figure:
    """One column per sample: the labelled joints, and over them in grey each system's poses ``(M, J, 2)``.

    Poses are in pixels of the crops of ``test``.
    """
    rows: dict[str, Tensor] = {"labelled": truth, **{label(key): poses for key, poses in predictions.items()}}
    figure, grid = plt.subplots(
        len(rows), len(samples), figsize=(1.7 * len(samples) + 0.6, 1.8 * len(rows)), squeeze=False
    )
    for line, (name, poses) in zip(grid, rows.items(), strict=True):
        for axes, sample in zip(line, samples, strict=True):
            draw_crop(axes, test.images[sample])
            if name != "labelled":
                draw_pose_2d(axes, truth[sample], test.skeleton, colour=GHOST, linewidth=2.6)
            draw_pose_2d(axes, poses[sample], test.skeleton, linewidth=1.5)
        line[0].set_title(name, fontsize=9, loc="left")
    return describe(figure, f"{len(samples)} crops with the joints: {', '.join(rows)}")
