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
from pose_lib.book.overlays import compare_poses, frame_axes
from pose_lib.book.palette import CYCLE, GHOST, OURS, RIGHT, TEXT, looks_of
from pose_lib.book.style import describe
from pose_lib.data.augment import centre_offsets, crop, to_network
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.papers.park import PAPER
from pose_lib.papers.park.probes import head_spread
from pose_lib.papers.park.recipe import ParkExperiment
from pose_lib.papers.park.variants import Trained
from pose_lib.training import History

__all__ = [
    "error_by_distance",
    "examples",
    "loss_curves",
    "probability_maps",
    "root_figure",
    "root_poses",
    "soft_label_figure",
]


def root_figure(pose: ArrayLike, roots: Sequence[int], skeleton: Skeleton) -> Figure:
    """Figure 3, Park et al. 2016: joints measured from one root, and from several.

    Args:
        pose: ``(J, 3)`` mm in the camera's frame.
        roots: of the right half; the left has the skeleton's root alone.
        skeleton: of the pose.
    """
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


def soft_label_figure(
    image: ArrayLike, joints: Tensor, grid: SoftGrid, names: Sequence[str], skeleton: Skeleton
) -> Figure:
    """The cells of the grid over a crop, and the soft labels of some of its joints.

    Args:
        image: uint8 ``(W, W, 3)``, the window that the grid covers.
        joints: ``(J, 2)`` in its pixels.
        grid: of the labels.
        names: of the joints to show, one panel each.
        skeleton: of the joints.
    """
    labels = grid.labels(joints[None])[0].view(len(joints), grid.per_side, grid.per_side)
    figure, axes = plt.subplots(1, len(names), figsize=(2.6 * len(names), 2.7), squeeze=False)
    for panel, name in zip(axes[0], names, strict=True):
        joint = skeleton.index(name)
        _cells(panel, image, labels[joint], grid)
        panel.plot(*(joints[joint].numpy() - 0.5), "+", color=RIGHT, ms=9, mew=1.8)
        shown = labels[joint][labels[joint] > 0].sort(descending=True).values
        shares = " + ".join(f"{float(p):.2f}" for p in shown) or "outside: no label"
        panel.set_title(f"{name.replace('_', ' ')}\n{shares}", fontsize=8)
    return describe(
        figure,
        "A crop under a grid of cells. Around each marked joint one to four cells are tinted: those nearest "
        "to it, the nearest most.",
    )


def _cells(axes: Axes, image: ArrayLike, values: Tensor, grid: SoftGrid) -> None:
    """An image under a grid, with cells tinted by their values."""
    edges = np.arange(grid.per_side + 1) * grid.cell - 0.5
    axes.imshow(np.asarray(image))
    strength = values.numpy() / max(float(values.max()), 1e-9)
    tint = np.stack([np.full(strength.shape, shade) for shade in (0.1, 0.95, 0.6)] + [0.8 * strength], -1)
    low, high = float(edges[0]), float(edges[-1])
    axes.imshow(tint, extent=(low, high, high, low), interpolation="nearest")
    axes.hlines(edges, edges[0], edges[-1], color=GHOST, linewidth=0.3)
    axes.vlines(edges, edges[0], edges[-1], color=GHOST, linewidth=0.3)
    axes.axis("off")


def loss_curves(
    histories: Mapping[str, History], pairs: Sequence[tuple[str, str]] = (("Baseline", "2D-cls"),)
) -> Figure:
    """Figure 4, Park et al. 2016: the 3D loss of training and test samples, without and with fusion.

    Args:
        histories: by system, with ``train`` and ``test`` watched.
        pairs: (without, with) of systems; one row of panels each.
    """
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
    return describe(figure, f"Falling 3D losses of training samples and of test samples: {names}")


def examples(experiment: ParkExperiment, systems: Sequence[Key], samples: Sequence[int]) -> Figure:
    """Figure 5, Park et al. 2016: crop, and each system's pose over the true one; one row per sample."""
    width = len(systems) + 1
    figure, grid = plt.subplots(len(samples), width, figsize=(1.7 * width, 1.8 * len(samples)), squeeze=False)
    for line, sample in zip(grid, samples, strict=True):
        line[0].imshow(experiment.test.images[sample])
        line[0].axis("off")
        true = experiment.truth[sample]
        for axes, system in zip(line[1:], systems, strict=True):
            predicted = experiment.predictions[system][sample]
            error = float(torch.linalg.vector_norm(predicted - true, dim=-1).mean())
            compare_poses(axes, true, predicted, experiment.train.skeleton, title=f"{error:.0f} mm")
            axes.title.set_fontsize(8)
    names = [label(system) for system in systems]
    for axes, name in zip(grid[0][1:], names, strict=True):
        axes.set_title(f"{name}\n{axes.get_title()}", fontsize=8)
    return describe(figure, f"Test crops, and the poses of {', '.join(names)} over the true ones in grey")


@torch.no_grad()
def probability_maps(
    experiment: ParkExperiment, trained: Trained, sample: int, joints: Sequence[str]
) -> Figure:
    """The 2D branch's probabilities over the cells for some joints of one test sample, on the crop.

    Args:
        experiment: of the trained network.
        trained: the network.
        sample: index of a test sample.
        joints: names, one panel each.
    """
    images, grid = experiment.test_images, experiment.grid
    offset = centre_offsets(1, images.size, images.window)
    window = crop(images.images, torch.tensor([sample]), offset, images.window)
    net = trained.net.eval()
    logits = net(to_network(window, images.mean, images.std)).logits[0].float().cpu()
    maps = logits.softmax(-1).view(-1, grid.per_side, grid.per_side)
    true = torch.from_numpy(np.array(experiment.test.joints_2d[sample])) - offset[0].float()
    figure, axes = plt.subplots(1, len(joints), figsize=(1.9 * len(joints), 2.1), squeeze=False)
    for panel, name in zip(axes[0], joints, strict=True):
        joint = experiment.test.skeleton.index(name)
        _cells(panel, window[0].cpu(), maps[joint], grid)
        panel.plot(*(true[joint].numpy() - 0.5), "+", color=RIGHT, ms=8, mew=1.6)
        panel.set_title(name.replace("_", " "), fontsize=8)
    return describe(
        figure, "Cells of a test crop tinted by the probability that the network gives them, for some joints"
    )


def error_by_distance(table: pd.DataFrame) -> Figure:
    """Mean error over the number of bones from the root, one line per system.

    Args:
        table: of :func:`pose_lib.papers.park.probes.error_by_hops`.
    """
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
