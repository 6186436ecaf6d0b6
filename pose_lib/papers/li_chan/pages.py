"""The figures of the Li & Chan chapter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from torch import Tensor

from pose_lib.bench.rows import Key, label
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import centre_window, compare_poses, draw_crop, draw_front
from pose_lib.book.palette import TEXT
from pose_lib.book.style import describe
from pose_lib.data.poses import PoseData
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.models.li_chan import LiChanNet
from pose_lib.models.parts.windows import Windows
from pose_lib.models.weight_structure import Similarity, co_sparsity, joint_weights, largest_magnitude
from pose_lib.papers.li_chan.recipe import LiChanExperiment

__all__ = ["correlations", "examples", "sparsity", "two_tasks", "window_labels"]

_EDGE: dict[str, Any] = {"fill": False, "edgecolor": "#fde725", "linewidth": 1.0}
_COORDINATES = ("x", "y", "z")


def window_labels(experiment: LiChanExperiment, sample: int, joint: str = "right_wrist") -> Figure:
    """Eq. (3), Li & Chan 2014, on one training sample: which windows contain a joint, in both readings."""
    side, index = experiment.preset.window, experiment.train.skeleton.index(joint)
    figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.8))
    places = _draw_input(axes[0], experiment.train, sample, side, "the network's input")
    image, _ = centre_window(experiment.train, sample, side)
    readings = {"windows of 30, 10 apart": Windows.published(side), "windows of 10": Windows.literal(side)}
    for panel, (title, windows) in zip(axes[1:], readings.items(), strict=True):
        labels = windows.labels(places[None])[0, index]
        draw_crop(panel, image, f"{title}: {int(labels.sum())} positive")
        _outline(panel, windows, labels)
        panel.plot(*(places[index] - 0.5), marker="+", color="white", markersize=9)
    name = joint.replace("_", " ")
    return describe(
        figure,
        f"A training crop with its joints, and twice the crop with the windows that contain the {name}, a "
        "white cross: overlapping ones of the code, and the one of the paper's text",
    )


def _outline(axes: Axes, windows: Windows, labels: Tensor) -> None:
    """Draw the windows that are labelled ``(L,)`` over an image, each at its own place and size."""
    starts = windows.starts()
    for row, column in labels.view(windows.per_side, windows.per_side).nonzero().tolist():
        corner = float(starts[column]) - 0.5, float(starts[row]) - 0.5  # imshow has pixel 0 at -1/2 to 1/2
        for style in ({"facecolor": "#fde725", "alpha": 0.12, "linewidth": 0}, _EDGE):
            axes.add_patch(Rectangle(corner, windows.window, windows.window, **style))


@torch.no_grad()
def two_tasks(
    experiment: LiChanExperiment,
    net: LiChanNet,
    sample: int,
    joints: Sequence[str] = ("head", "left_wrist", "right_ankle"),
) -> Figure:
    """Figure 1, Li & Chan 2014, with real values: where a network of both tasks finds joints; its pose."""
    test, windows = experiment.test, experiment.windows
    predicted, logits = net.eval().both(experiment.test_images.centre(torch.tensor([sample])))
    found = logits[0].float().sigmoid().cpu()
    figure, axes = plt.subplots(1, len(joints) + 2, figsize=(1.8 * (len(joints) + 2), 2.1))
    places = _draw_input(axes[0], test, sample, windows.side, "image and true joints")
    for panel, name in zip(axes[1:-1], joints, strict=True):
        joint = test.skeleton.index(name)
        _window_map(panel, found[joint], windows, places[joint], name.replace("_", " "))
    pose = experiment.targets.to_pose(predicted.float().cpu())
    draw_front(axes[-1], pose[0], experiment.truth[sample], "predicted pose")
    return describe(
        figure,
        "A person with true joints; for some joints a map of the predicted probability that a window "
        "contains the joint, with a white cross at its true place; the predicted 3D pose over the true one "
        "in grey",
    )


def _draw_input(axes: Axes, data: PoseData, sample: int, side: int, title: str) -> Tensor:
    """The centre window of a sample with its true joints, which are returned, ``(J, 2)`` in its pixels."""
    image, places = centre_window(data, sample, side)
    draw_crop(axes, image, title)
    draw_pose_2d(axes, places, data.skeleton, data.visible[sample], linewidth=1.2)
    return places


def _window_map(axes: Axes, values: Tensor, windows: Windows, place: Tensor, title: str) -> None:
    """One value per window, drawn around the window's middle, and a cross at a joint's true place."""
    middles = windows.starts() + windows.window / 2
    low, high = float(middles[0]) - windows.stride / 2, float(middles[-1]) + windows.stride / 2
    grid = values.view(windows.per_side, windows.per_side)
    axes.imshow(grid, extent=(low, high, high, low), cmap="viridis", vmin=0, vmax=1)
    axes.plot(*place, marker="+", color="white", markersize=9)
    axes.set(xlim=(0, windows.side), ylim=(windows.side, 0))
    axes.set_axis_off()
    axes.set_title(title, fontsize=9)


def examples(experiment: LiChanExperiment, system: Key, samples: Sequence[int]) -> Figure:
    """Figure 4, Li & Chan 2014: crops, and their predicted poses from the front and from the side."""
    predicted = experiment.predictions[system]
    figure, grid = plt.subplots(3, len(samples), figsize=(1.5 * len(samples), 5.0), squeeze=False)
    for column, sample in zip(grid.T, samples, strict=True):
        error = float((predicted[sample] - experiment.truth[sample]).norm(dim=1).mean())
        draw_crop(column[0], experiment.test.images[sample], f"{error:.0f} mm")
        pair = experiment.truth[sample], predicted[sample], experiment.test.skeleton
        compare_poses(column[1], *pair, view="front")
        compare_poses(column[2], *pair, view="side")
    return describe(
        figure,
        f"Test crops in rising order of error, and below each the pose of {label(system)} over the true one "
        "in grey, from the front and from the side",
    )


def correlations(weights: Tensor, truth: Tensor, similarity: Similarity, skeleton: Skeleton) -> Figure:
    """Figure 6, Li & Chan 2014: correlations ``(3, J, J)`` of the weights (top) and of true joints."""
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


def sparsity(net: LiChanNet, skeleton: Skeleton) -> Figure:
    """Figure 7, Li & Chan 2014: co-sparsity of the last layer's weights, per feature, for x, y and z."""
    f = joint_weights(net.output.weight)
    matrices = co_sparsity(f, 0.2) / f.shape[2]
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
    axes: Axes, matrix: Tensor, skeleton: Skeleton, colours: str, ends: tuple[float, float], title: str
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
