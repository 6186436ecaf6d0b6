"""The figures of the Park chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from torch import Tensor

from pose_lib.bench.park import ParkExperiment, Trained
from pose_lib.bench.published import published_table
from pose_lib.book.comparisons import compare_poses, frame_axes
from pose_lib.book.curves import Look
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.style import BASELINE, CYCLE, GHOST, OURS, PUBLISHED, RIGHT, TEXT, describe
from pose_lib.data.augment import centre_offsets, crop, to_network
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.training import History

__all__ = [
    "LOOK",
    "error_by_distance",
    "examples",
    "loss_curves",
    "printed_ranks",
    "probability_maps",
    "root_figure",
    "root_opinions",
    "soft_label_figure",
]

LOOK: Look = {
    "Baseline": {"color": PUBLISHED},
    "Multi-reg": {"color": PUBLISHED, "linestyle": "--"},
    "2D-cls": {"color": OURS, "linestyle": "--"},
    "Multi-reg + 2D-cls": {"color": OURS},
}
"""Colour says whether the 3D branch sees the 2D probabilities."""


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
    return describe(
        figure,
        "A skeleton twice: with its pelvis as the only root, and with six roots at pelvis, thorax, knees and "
        "elbows. Joints that are neighbours of a root are filled; with six roots only the head's top is not.",
    )


def soft_label_figure(image: ArrayLike, joints: Tensor, grid: SoftGrid, which: Sequence[int]) -> Figure:
    """The cells of the grid over a crop, and the soft labels of some of its joints.

    Args:
        image: uint8 ``(W, W, 3)``, the window that the grid covers.
        joints: ``(J, 2)`` in its pixels.
        grid: of the labels.
        which: indices of joints to show, one panel each.
    """
    labels = grid.labels(joints[None])[0].view(len(joints), grid.per_side, grid.per_side)
    figure, axes = plt.subplots(1, len(which), figsize=(2.6 * len(which), 2.7), squeeze=False)
    for panel, joint in zip(axes[0], which, strict=True):
        _cells(panel, image, labels[joint], grid)
        panel.plot(*(joints[joint].numpy() - 0.5), "+", color=RIGHT, ms=9, mew=1.8)
        shown = labels[joint][labels[joint] > 0].sort(descending=True).values
        panel.set_title(" + ".join(f"{float(p):.2f}" for p in shown) or "outside: no label", fontsize=8)
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
    for row, pair in zip(grid, pairs, strict=True):
        for axes, split in zip(row, ("train", "test"), strict=True):
            for system in pair:
                steps = np.asarray(histories[system].watched[split])
                axes.plot(*steps.T, marker="o", ms=3, label=system, **LOOK.get(system, {}))
            axes.set_title(f"{split} samples", fontsize=9)
            axes.set(xlabel="step", yscale="log")
            axes.tick_params(labelsize=8, which="both")
        row[0].set_ylabel("3D loss, Eq. 4")
        row[0].legend(fontsize=8)
    names = " and ".join(" against ".join(pair) for pair in pairs)
    return describe(figure, f"Falling 3D losses of training samples and of test samples: {names}")


def examples(experiment: ParkExperiment, systems: Sequence[str], samples: Sequence[int]) -> Figure:
    """Figure 5, Park et al. 2016: crop, and each system's pose over the true one; one row a sample."""
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
    for axes, name in zip(grid[0], ("", *systems), strict=True):
        axes.set_title(f"{name}\n{axes.get_title()}" if name else "", fontsize=8)
    return describe(figure, f"Test crops, and the poses of {', '.join(systems)} over the true ones in grey")


@torch.no_grad()
def probability_maps(
    experiment: ParkExperiment, trained: Trained, sample: int, joints: Sequence[int]
) -> Figure:
    """What the 2D branch says of some joints of one test sample: probability over the cells, on the crop."""
    images, grid = experiment.test_images, experiment.grid
    offset = centre_offsets(1, images.size, images.window)
    window = crop(images.images, torch.tensor([sample]), offset, images.window)
    net = trained.net.eval()
    logits = net(to_network(window, images.mean, images.std)).logits[0].float().cpu()
    maps = logits.softmax(-1).view(-1, grid.per_side, grid.per_side)
    true = torch.from_numpy(np.array(experiment.test.joints_2d[sample])) - offset[0].float()
    figure, axes = plt.subplots(1, len(joints), figsize=(1.9 * len(joints), 2.1), squeeze=False)
    for panel, joint in zip(axes[0], joints, strict=True):
        _cells(panel, window[0].cpu(), maps[joint], grid)
        panel.plot(*(true[joint].numpy() - 0.5), "+", color=RIGHT, ms=8, mew=1.6)
        panel.set_title(experiment.test.skeleton.joints[joint].replace("_", " "), fontsize=8)
    return describe(
        figure, "Cells of a test crop tinted by the probability that the network gives them, for some joints"
    )


def error_by_distance(table: pd.DataFrame) -> Figure:
    """Mean error over the number of bones from the root, one line a system."""
    figure, axes = plt.subplots(figsize=(6.0, 2.9))
    looks: dict[str, dict[str, Any]] = {
        **{name: dict(look) for name, look in LOOK.items()},
        "Mean pose": {"color": BASELINE, "linestyle": ":"},
        "Nearest pose": {"color": BASELINE, "linestyle": "--"},
    }
    for system in table.columns:
        axes.plot(table.index, table[system], marker="o", ms=4, label=system, **looks.get(system, {}))
    axes.set(xlabel="bones from the root", ylabel="mean error (mm)", ylim=(0, None), xticks=list(table.index))
    axes.legend(fontsize=8)
    return describe(figure, f"Error rising with the distance from the root, for {', '.join(table.columns)}")


def root_opinions(trained: Mapping[str, Trained], sample: int, skeleton: Skeleton) -> Figure:
    """The poses of all roots of one test sample over each other, for several systems."""
    figure, axes = plt.subplots(1, len(trained), figsize=(3.0 * len(trained), 3.0), squeeze=False)
    for panel, (system, found) in zip(axes[0], trained.items(), strict=True):
        poses = found.heads[sample].double().numpy()
        frame_axes(panel, poses[..., :2].reshape(-1, 2))
        for pose, colour in zip(poses, CYCLE, strict=False):
            draw_pose_2d(panel, pose[:, :2], skeleton, colour=colour, linewidth=1.2)
        spread = float(np.sqrt(((poses - poses.mean(0)) ** 2).sum(-1).mean()))
        panel.set_title(f"{system}\nspread {spread:.1f} mm", fontsize=9, color=TEXT)
    return describe(
        figure, f"Six predicted skeletons, one a root, drawn over each other: {', '.join(trained)}"
    )


def printed_ranks() -> pd.DataFrame:
    """How often each method of the printed Table 1 that reports all actions is best and second best."""
    table = published_table("park", "Table 1")
    wide = table[table["action"] != "Average"].pivot(index="action", columns="system", values="value")
    ranks = wide.dropna(axis=1).rank(axis=1)
    counts = {"best": (ranks == 1).sum(), "second best": (ranks == 2).sum()}
    frame = pd.DataFrame(counts).assign(**{"mean of the 15 (mm)": wide.mean().round(2)})
    printed = table[table["action"] == "Average"].set_index("system")["value"]
    return frame.assign(**{"printed average (mm)": printed}).loc[ranks.columns]
