"""The figures of the StructNet chapter."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from torch import Tensor

from pose_lib.bench.rows import Key
from pose_lib.book.curves import sweep
from pose_lib.book.overlays import compare_poses, draw_crop, draw_front
from pose_lib.book.palette import BASELINE, OURS, TEXT
from pose_lib.book.style import describe
from pose_lib.models.structnet import StructNet, pose_distances
from pose_lib.papers.structnet.recipe import AVERAGE, BONES, StructNetExperiment

__all__ = ["average_and_bones", "best_poses", "margins", "score_by_distance", "share_figure"]


def margins(experiment: StructNetExperiment, sample: int, shown: int = 5) -> Figure:
    """A training crop, its pose, and how far below it others have to score: their distance from it."""
    truth = experiment.poses[sample]
    away, order = pose_distances(truth[None], experiment.poses)[0].sort()
    places = np.linspace(0, len(order) - 1, shown).round().astype(int)
    figure, grid = plt.subplots(1, shown + 1, figsize=(1.5 * (shown + 1), 2.2))
    draw_crop(grid[0], experiment.train.images[sample], "the image")
    for axes, index, distance in zip(grid[1:], order[places].tolist(), away[places].tolist(), strict=True):
        draw_front(axes, experiment.poses[index], truth)
        axes.set_title("the true pose" if distance == 0 else f"lower by {distance:.0f} mm", fontsize=9)
    return describe(
        figure,
        "A training crop with its pose, and other training poses, each further from the true one, with the "
        "distance by which they have to score lower",
    )


def best_poses(experiment: StructNetExperiment, net: StructNet, sample: int, shown: int = 5) -> Figure:
    """A test crop, the crops of the training images whose poses score best for it, and these poses.

    The poses are evenly spaced among the best 0.5 %, the best one first.
    """
    ranked = experiment.ranked(net, experiment.count(0.005))[sample]
    ranked = ranked[np.linspace(0, len(ranked) - 1, min(shown, len(ranked))).round().astype(int)]
    truth = experiment.truth[sample]
    away = pose_distances(truth[None], experiment.poses[ranked])[0]
    figure, grid = plt.subplots(2, len(ranked) + 1, figsize=(1.5 * (len(ranked) + 1), 3.4))
    draw_crop(grid[0, 0], experiment.test.images[sample], "the image")
    draw_front(grid[1, 0], truth, title="its true pose")
    for (above, below), index, error in zip(grid[:, 1:].T, ranked.tolist(), away.tolist(), strict=True):
        draw_crop(above, experiment.train.images[index])
        compare_poses(below, truth, experiment.poses[index], experiment.train.skeleton)
        below.set_title(f"{error:.0f} mm", fontsize=9)
    return describe(
        figure,
        "A test crop and its true pose, and beside them training crops whose poses score best for it, with "
        "these poses over the true one in grey",
    )


def score_by_distance(scores: Tensor, distances: Tensor) -> Figure:
    """The score of every training pose for one image over its distance from the true pose, ``(N,)`` both.

    Scores are drawn relative to the highest one. The line falls by a millimetre per millimetre, as the margin
    does.
    """
    figure, axes = plt.subplots(figsize=(5.2, 3.2))
    relative = scores - scores.max()
    axes.scatter(distances, relative, s=4, color=OURS, alpha=0.3, linewidths=0, rasterized=True)
    reach = float(distances.max())
    axes.plot([0, reach], [0, -reach], color=TEXT, linestyle="--")
    best = int(scores.argmax())
    axes.scatter(distances[best], relative[best], s=40, color=BASELINE, marker="x")
    axes.set(xlabel="distance from the true pose (mm)", ylabel="score less the highest (mm)", xlim=(0, None))
    pairs = pd.DataFrame({"score": scores.numpy(), "distance": distances.numpy()})
    order = pairs["score"].corr(pairs["distance"], method="spearman")
    about = "Scores of the training poses for one image over their distance from its true pose"
    return describe(figure, f"{about}; their ranks correlate by {order:.2f}")


def share_figure(errors: pd.DataFrame) -> Figure:
    """The error of the average over the share of the training poses that is averaged."""
    labels = ("share of the training poses that is averaged (%)", "MPJPE (mm)")
    table = errors.rename(columns={"share (%)": "share"}).round({"share": 3})
    best = table["share"].iloc[table["value"].argmin()]
    words = f"The error of the average over the share of the training poses; it is lowest at {best:g} %"
    return sweep(table, "share", labels=labels, alt=words, scale="log")


def average_and_bones(experiment: StructNetExperiment, sample: int) -> Figure:
    """The average of the best poses, and its projection onto bones of constant length, from two sides."""
    figure, grid = plt.subplots(1, 4, figsize=(7.0, 2.4))
    truth, skeleton = experiment.truth[sample], experiment.train.skeleton
    shown: dict[str, Key] = {"average": AVERAGE, BONES: (AVERAGE, BONES)}
    for pair, (title, key) in zip(grid.reshape(2, 2), shown.items(), strict=True):
        pose = experiment.predictions[key][sample]
        compare_poses(pair[0], truth, pose, skeleton, title=title)
        compare_poses(pair[1], truth, pose, skeleton, view="side", title="from the side")
    return describe(
        figure, "An average of poses and its projection, each over the true pose in grey, from two sides"
    )
