"""The figures of the Park chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from torch import Tensor

from pose_lib.bench.rows import Key, label
from pose_lib.book.curves import sweep
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import centre_window, draw_crop, frame_axes
from pose_lib.book.palette import CYCLE, GHOST, OURS, RIGHT, TEXT, looks_of
from pose_lib.book.style import describe
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.papers.park import PAPER
from pose_lib.papers.park.probes import head_spread
from pose_lib.papers.park.recipe import ParkExperiment
from pose_lib.papers.park.variants import Trained
from pose_lib.training_state import History

__all__ = [
    "error_by_distance",
    "loss_curves",
    "probability_maps",
    "root_figure",
    "root_poses",
    "soft_label_figure",
]


def root_figure(pose: ArrayLike, roots: Sequence[int], skeleton: Skeleton) -> Figure:
    """Figure 3, Park et al. 2016: joints of a pose ``(J, 3)`` measured from one root, and from several."""
    points = np.asarray(pose, dtype=np.float64)[:, :2]
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.4))
    for half, chosen in zip(axes, ((skeleton.root,), tuple(roots)), strict=True):
        frame_axes(half, points)
        draw_pose_2d(half, points, skeleton, colour=GHOST)
        near = {j for limb in skeleton.limbs for j in limb if set(limb) & set(chosen)} - set(chosen)
        for joint, place in enumerate(points - 0.5):
            colour = OURS if joint in chosen else RIGHT
            face = colour if joint in near or joint in chosen else "none"
            size = 90 if joint in chosen else 35
            half.scatter(*place, s=size, color=colour, facecolor=face, zorder=3)
        one = "one root" if len(chosen) == 1 else f"{len(chosen)} roots"
        half.set_title(f"{one}: {len(near)} of {len(points) - len(chosen)} others next to one", fontsize=9)
    names = ", ".join(skeleton.joints[root].replace("_", " ") for root in roots)
    return describe(
        figure,
        f"The same skeleton with the {skeleton.joints[skeleton.root]} as its only root, and with the roots "
        f"{names}. Joints that are neighbours of a root are filled.",
    )


def soft_label_figure(experiment: ParkExperiment, sample: int, names: Sequence[str]) -> Figure:
    """The cells of the grid over the crop of a training sample, and the soft labels of some of its joints."""
    grid, skeleton = experiment.grid, experiment.train.skeleton
    image, joints = centre_window(experiment.train, sample, experiment.preset.window)
    labels = grid.labels(joints[None])[0].view(len(joints), grid.per_side, grid.per_side)
    figure, axes = plt.subplots(1, len(names), figsize=(2.6 * len(names), 2.7), squeeze=False)
    for panel, name in zip(axes[0], names, strict=True):
        joint = skeleton.index(name)
        _cells(panel, image, labels[joint], grid, joints[joint])
        shown = labels[joint][labels[joint] > 0].sort(descending=True).values
        shares = " + ".join(f"{float(p):.2f}" for p in shown) or "outside: no label"
        panel.set_title(f"{name.replace('_', ' ')}\n{shares}", fontsize=8)
    return describe(
        figure,
        "A crop under a grid of cells. Around each marked joint one to four cells are tinted: those nearest "
        "to it, the nearest most.",
    )


def _cells(axes: Axes, image: ArrayLike, values: Tensor, grid: SoftGrid, joint: Tensor) -> None:
    """An image under a grid, with cells tinted by their values and a cross at a joint."""
    edges = np.arange(grid.per_side + 1) * grid.cell - 0.5
    draw_crop(axes, image)
    strength = values.numpy() / max(float(values.max()), 1e-9)
    tint = np.stack([np.full(strength.shape, shade) for shade in (0.1, 0.95, 0.6)] + [0.8 * strength], -1)
    low, high = float(edges[0]), float(edges[-1])
    axes.imshow(tint, extent=(low, high, high, low), interpolation="nearest")
    axes.hlines(edges, edges[0], edges[-1], color=GHOST, linewidth=0.3)
    axes.vlines(edges, edges[0], edges[-1], color=GHOST, linewidth=0.3)
    axes.plot(*(joint.numpy() - 0.5), "+", color=RIGHT, ms=8, mew=1.6)


def loss_curves(histories: Mapping[str, History], pairs: Sequence[tuple[str, str]]) -> Figure:
    """Figure 4, Park et al. 2016: the 3D loss of training and test samples; one row per pair of systems."""
    figure, grid = plt.subplots(len(pairs), 2, figsize=(7.4, 2.7 * len(pairs)), squeeze=False, sharey="row")
    for line, pair in zip(grid, pairs, strict=True):
        for axes, split in zip(line, ("train", "test"), strict=True):
            for system, look in looks_of(pair, PAPER.looks).items():
                steps = np.asarray(histories[system].watched[split])
                sns.lineplot(
                    x=steps[:, 0], y=steps[:, 1], marker="o", ax=axes, label=system, legend=False, **look
                )
            axes.set_title(f"{split} samples", fontsize=9)
            axes.set(xlabel="step", yscale="log")
            axes.tick_params(labelsize=8, which="both")
        line[0].set_ylabel("3D loss, Eq. 4")
        line[0].legend(fontsize=8)
    names = " and ".join(" against ".join(pair) for pair in pairs)
    return describe(figure, f"3D losses over the steps, of training samples and of test samples: {names}")


@torch.no_grad()
def probability_maps(
    experiment: ParkExperiment, trained: Trained, sample: int, joints: Sequence[str]
) -> Figure:
    """The 2D branch's probabilities over the cells for some joints of one test sample, on the crop."""
    grid, net = experiment.grid, trained.net.eval()
    image, true = centre_window(experiment.test, sample, experiment.preset.window)
    logits = net(experiment.test_images.centre(torch.tensor([sample]))).logits[0].float().cpu()
    maps = logits.softmax(-1).view(-1, grid.per_side, grid.per_side)
    figure, axes = plt.subplots(1, len(joints), figsize=(1.9 * len(joints), 2.1), squeeze=False)
    for panel, name in zip(axes[0], joints, strict=True):
        joint = experiment.test.skeleton.index(name)
        _cells(panel, image, maps[joint], grid, true[joint])
        panel.set_title(name.replace("_", " "), fontsize=8)
    return describe(
        figure, "Cells of a test crop tinted by the probability that the network gives them, for some joints"
    )


def error_by_distance(table: pd.DataFrame) -> Figure:
    """Mean error over the number of bones from the root, one line per system."""
    figure = sweep(
        table,
        "bones",
        by="system",
        looks=PAPER.looks,
        labels=("bones from the root", "mean error (mm)"),
        alt=f"Mean error over the distance from the root, for {', '.join(table['system'].unique())}",
    )
    figure.axes[0].set_ylim(0, None)
    return figure


def root_poses(trained: Mapping[Key, Trained], sample: int, skeleton: Skeleton) -> Figure:
    """The poses of all roots of one test sample over each other, for several systems."""
    figure, axes = plt.subplots(1, len(trained), figsize=(3.0 * len(trained), 3.0), squeeze=False)
    for panel, (key, found) in zip(axes[0], trained.items(), strict=True):
        poses = found.heads[sample].double()
        frame_axes(panel, poses[..., :2].reshape(-1, 2).numpy())
        for pose, colour in zip(poses, CYCLE, strict=False):
            draw_pose_2d(panel, pose[:, :2], skeleton, colour=colour, linewidth=1.2)
        spread = float(head_spread(poses[None]))
        panel.set_title(f"{label(key)}\nspread {spread:.1f} mm", fontsize=9, color=TEXT)
    names = ", ".join(map(label, trained))
    return describe(figure, f"Six predicted skeletons, one per root, drawn over each other: {names}")
