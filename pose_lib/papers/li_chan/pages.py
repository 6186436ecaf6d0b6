"""The figures of the Li & Chan chapter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from torch import Tensor

from pose_lib.bench.rows import Key, label
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import compare_poses, draw_front
from pose_lib.book.style import TEXT, describe
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.models.li_chan import LiChanNet
from pose_lib.models.parts.windows import Windows
from pose_lib.models.weight_structure import Similarity, co_sparsity, joint_weights, largest_magnitude
from pose_lib.papers.li_chan.recipe import LiChanExperiment

__all__ = ["correlations", "examples", "sparsity", "two_tasks", "window_labels"]

_COORDINATES = ("x", "y", "z")


def window_labels(experiment: LiChanExperiment, sample: int, joint: str = "right_wrist") -> Figure:
    """Eq. (3), Li & Chan 2014, on one training sample: which windows contain a joint, in both readings.

    Args:
        experiment: whose training sample is shown.
        sample: its index.
        joint: whose windows are shown.
    """
    train, side = experiment.train, experiment.preset.window
    edge, index = (train.size - side) // 2, train.skeleton.index(joint)
    places = torch.from_numpy(train.joints_2d[sample : sample + 1]) - edge
    figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.7))
    axes[0].imshow(train.images[sample, edge : edge + side, edge : edge + side])
    draw_pose_2d(axes[0], places[0], train.skeleton, train.visible[sample], linewidth=1.2)
    axes[0].set_title("the network's input", fontsize=9)
    readings = {"windows of 30, 10 apart": Windows.published(side), "windows of 10": Windows.literal(side)}
    for panel, (title, windows) in zip(axes[1:], readings.items(), strict=True):
        labels = windows.labels(places)[0, index]
        _window_map(panel, labels, windows, places[0, index])
        panel.set_title(f"{title}: {int(labels.sum())} positive", fontsize=9)
    for panel in axes:
        panel.set_axis_off()
    name = joint.replace("_", " ")
    return describe(
        figure, f"A training crop, and two grids of windows, bright where a window contains the {name}"
    )


@torch.no_grad()
def two_tasks(
    experiment: LiChanExperiment,
    net: LiChanNet,
    sample: int,
    joints: Sequence[str] = ("head", "left_wrist", "right_ankle"),
) -> Figure:
    """Figure 1, Li & Chan 2014, with real values: where the joints are found, and the pose predicted.

    Args:
        experiment: whose test sample is shown.
        net: trained on both tasks.
        sample: index of a test sample.
        joints: whose detectors are shown.
    """
    test, windows = experiment.test, experiment.windows
    x = next(islice(experiment.test_images.centred(1), sample, None))
    predicted, logits = net.eval().both(x)
    found = logits[0].float().sigmoid().cpu()
    edge = (test.size - windows.side) // 2
    image = test.images[sample, edge : edge + windows.side, edge : edge + windows.side]
    places = test.joints_2d[sample] - edge
    figure, axes = plt.subplots(1, len(joints) + 2, figsize=(1.8 * (len(joints) + 2), 2.1))
    axes[0].imshow(image)
    draw_pose_2d(axes[0], places, test.skeleton, test.visible[sample], linewidth=1.2)
    axes[0].set_title("image and true joints", fontsize=9)
    for panel, name in zip(axes[1:-1], joints, strict=True):
        joint = test.skeleton.index(name)
        _window_map(panel, found[joint], windows, torch.from_numpy(places[joint]))
        panel.set_title(name.replace("_", " "), fontsize=9)
    pose = experiment.targets.to_pose(predicted.float().cpu())
    draw_front(axes[-1], pose[0], experiment.truth[sample], "predicted pose")
    for panel in axes[:-1]:
        panel.set_axis_off()
    return describe(
        figure,
        "A person with true joints; for some joints a map of the predicted probability that a window "
        "contains the joint, with a white cross at its true place; the predicted 3D pose over the true one "
        "in grey",
    )


def _window_map(axes: Axes, values: Tensor, windows: Windows, place: Tensor) -> None:
    """One value per window, drawn around the window's middle, and a cross at a joint's true place."""
    middles = windows.starts() + windows.window / 2
    low, high = float(middles[0]) - windows.stride / 2, float(middles[-1]) + windows.stride / 2
    grid = values.view(windows.per_side, windows.per_side)
    axes.imshow(grid, extent=(low, high, high, low), cmap="viridis", vmin=0, vmax=1)
    axes.plot(*place, marker="+", color="white", markersize=9)
    axes.set(xlim=(0, windows.side), ylim=(windows.side, 0))


def examples(experiment: LiChanExperiment, system: Key, samples: Sequence[int]) -> Figure:
    """Figure 4, Li & Chan 2014: crops, and their predicted poses from the front and from the side.

    Args:
        experiment: that has predictions of the system.
        system: whose poses are shown, the true ones behind them.
        samples: indices of test samples, one per column.
    """
    predicted = experiment.predictions[system]
    figure, grid = plt.subplots(3, len(samples), figsize=(1.5 * len(samples), 5.0), squeeze=False)
    for column, sample in zip(grid.T, samples, strict=True):
        error = float((predicted[sample] - experiment.truth[sample]).norm(dim=1).mean())
        column[0].imshow(experiment.test.images[sample])
        column[0].set_axis_off()
        column[0].set_title(f"{error:.0f} mm", fontsize=9)
        pair = experiment.truth[sample], predicted[sample], experiment.test.skeleton
        compare_poses(column[1], *pair, view="front")
        compare_poses(column[2], *pair, view="side")
    return describe(
        figure,
        f"Test crops in rising order of error, and below each the pose of {label(system)} over the true one "
        "in grey, from the front and from the side",
    )


def correlations(weights: Tensor, truth: Tensor, similarity: Similarity, skeleton: Skeleton) -> Figure:
    """Figure 6, Li & Chan 2014: correlations of the joints' weights (top) and of the joints (bottom).

    Args:
        weights: ``(3, J, J)`` correlations of the last layer's weights.
        truth: ``(3, J, J)`` correlations of true joints relative to their parents.
        similarity: of the two.
        skeleton: of the joints. Its root is left out: its position relative to itself is constant.
    """
    figure, grid = plt.subplots(2, 4, figsize=(9.6, 5.4))
    for line, matrices, of in ((grid[0], weights, "weights"), (grid[1], truth, "joints")):
        panels = [*matrices, largest_magnitude(matrices)]
        for axes, matrix, name in zip(line, panels, (*_COORDINATES, "largest"), strict=True):
            shown = _matrix(axes, matrix, skeleton, "RdBu_r", (-1, 1), f"{of}, {name}")
    for axes in grid[0]:
        axes.set_xticks([])
    figure.colorbar(shown, ax=list(grid.flat), shrink=0.6, label="correlation")
    return describe(
        figure,
        "Correlation matrices between joints for x, y, z and the largest of them, of the weights above and "
        f"of the true joints below; the correlation between the two sets is {similarity.score:.2f}",
    )


def sparsity(net: LiChanNet, skeleton: Skeleton, p: float = 0.2) -> Figure:
    """Figure 7, Li & Chan 2014: co-sparsity of the last layer's weights, per feature, for x, y and z.

    Args:
        net: whose weights are shown.
        skeleton: of the joints; its root is left out.
        p: of the norm.
    """
    f = joint_weights(net.output.weight)
    matrices = co_sparsity(f, p) / f.shape[2]
    kept = [i for i in range(len(skeleton)) if i != skeleton.root]
    off = matrices[:, kept][:, :, kept][:, ~torch.eye(len(kept), dtype=torch.bool)]
    ends = float(off.min()), float(off.max())
    figure, grid = plt.subplots(1, 3, figsize=(9.6, 3.6))
    for axes, matrix, name in zip(grid, matrices, _COORDINATES, strict=True):
        # A joint shares all features with itself: the diagonal would take up the range of colours.
        clean = matrix.masked_fill(torch.eye(len(skeleton), dtype=torch.bool), torch.nan)
        shown = _matrix(axes, clean, skeleton, "viridis", ends, name)
    figure.colorbar(shown, ax=list(grid), shrink=0.7, label="co-sparsity per feature")
    return describe(
        figure, "Matrices of co-sparsity between joints for x, y and z; brighter pairs share fewer features"
    )


def _matrix(
    axes: Axes,
    matrix: Tensor,
    skeleton: Skeleton,
    colours: str,
    ends: tuple[float, float],
    title: str,
) -> AxesImage:
    """Draw one matrix over all joints but the root; names on the left stand beside the first column only."""
    kept = [i for i in range(len(skeleton)) if i != skeleton.root]
    names = [skeleton.joints[i].replace("_", " ") for i in kept]
    shown = axes.imshow(matrix[kept][:, kept], cmap=colours, vmin=ends[0], vmax=ends[1])
    axes.grid(visible=False)
    first = axes.get_subplotspec()
    axes.set_xticks(range(len(kept)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(kept)), names if first and first.is_first_col() else [], fontsize=6)
    axes.set_title(title, fontsize=9, color=TEXT)
    return shown
