"""The figures of the HMLPE chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.hmlpe import HmlpeExperiment
from pose_lib.bench.hmlpe_probes import Maps, mean_patches
from pose_lib.bench.published import published_table
from pose_lib.bench.published.hmlpe import MODEC_RADII
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.hmlpe_tables import sweep_errors
from pose_lib.book.style import BASELINE, GHOST, OURS, PUBLISHED, describe
from pose_lib.data.mapping import TORSO
from pose_lib.data.poses import PoseData
from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.metrics import torso_accuracy
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PART_NAMES, PARTS
from pose_lib.models.receptive import backtrack, patches

__all__ = [
    "LOOK",
    "accuracy_over_radius",
    "average_patch_sheet",
    "backtracked_patches",
    "examples",
    "sweep_figure",
    "torso_lengths",
    "windows_and_labels",
]

LOOK: Mapping[str, Mapping[str, Any]] = {
    "Mean pose": {"color": BASELINE, "linestyle": ":"},
    "Nearest pose": {"color": BASELINE, "linestyle": "--"},
    "Regression alone": {"color": OURS, "linestyle": "--"},
    "HMLPE": {"color": OURS},
}
"""Colour and line of each system, the same in every figure."""


def _window(experiment: HmlpeExperiment, sample: int) -> tuple[np.ndarray, np.ndarray]:
    """The centre window of a test image, and its joints in the pixels of that window."""
    p = experiment.preset
    edge = (p.side - p.view) // 2
    image = experiment.test.images[sample, edge : edge + p.view, edge : edge + p.view]
    return np.asarray(image), np.asarray(experiment.test.joints_2d[sample]) - edge


def _alone(experiment: HmlpeExperiment, sample: int) -> ImageBatches:
    """One test image as the network sees it."""
    image = experiment.test.images[sample : sample + 1]
    return ImageBatches(image, experiment.preset.view, device=experiment.device, like=experiment.images)


def windows_and_labels(
    experiment: HmlpeExperiment, net: HMLPE, sample: int, part: str = "left upper arm"
) -> Figure:
    """Figure 2, Li et al. 2014: the windows that hold a part, its map of labels, and what the network says.

    Args:
        experiment: of the trained network.
        net: the network.
        sample: index of a test sample.
        part: one of :data:`~pose_lib.models.part_windows.PART_NAMES`.
    """
    image, joints = _window(experiment, sample)
    windows, which = experiment.windows, PART_NAMES.index(part)
    points = torch.from_numpy(joints)[None]
    shares, labels = (f(points)[0, which].view(8, 8) for f in (windows.shares, windows.labels))
    with torch.no_grad():
        chance = (
            net.eval()(next(_alone(experiment, sample).centred()))[1][0, which]
            .sigmoid()
            .float()
            .cpu()
            .view(8, 8)
        )
    figure, axes = plt.subplots(1, 4, figsize=(9.0, 2.6))
    axes[0].imshow(image)
    draw_pose_2d(axes[0], joints, STICKMEN8, linewidth=1.5)
    starts = windows.starts()
    for row, column in labels.nonzero().tolist():
        corner = (float(starts[column]) - 0.5, float(starts[row]) - 0.5)
        axes[0].add_patch(
            Rectangle(corner, windows.window, windows.window, fill=False, color="white", linewidth=0.8)
        )
    a, b = (joints[i] - 0.5 for i in PARTS[which])
    axes[0].plot(*np.stack([a, b]).T, color="white", linewidth=3)
    axes[0].set_title(part, fontsize=9)
    for panel, values, title in zip(
        axes[1:], (shares, labels, chance), ("share inside", "label", "detected"), strict=True
    ):
        panel.imshow(values, cmap="viridis", vmin=0, vmax=1)
        panel.set_title(title, fontsize=9)
    for panel in axes:
        panel.set(xticks=[], yticks=[])
    return describe(
        figure,
        f"An image with the windows that hold the {part}; then three maps of 8 by 8 windows: the share of "
        "the part inside, the labels made of it, and the probabilities that the network gives.",
    )


def torso_lengths(test: PoseData) -> tuple[Tensor, str]:
    """The reference of the accuracy, ``(M,)`` in pixels, and what it is: shoulders where hips lack."""
    if TORSO in test.table.columns:
        return torch.tensor(test.table[TORSO].to_numpy(np.float32)), "torso's diameter"
    a, b = (torch.from_numpy(np.array(test.joints_2d[:, joint])) for joint in test.skeleton.torso)
    return torch.linalg.vector_norm(a - b, dim=-1), "distance between the shoulders"


def accuracy_over_radius(
    experiment: HmlpeExperiment,
    systems: Sequence[str],
    joints: Sequence[str] = ("elbow", "wrist"),
    limit: float = 50.0,
) -> Figure:
    """Figure 4, Li et al. 2014: per cent of joints within ``r`` hundredths of the torso, Eq. (7).

    Both sides are taken together. MODEC's accuracy on FLIC, of other people in other pictures, stands beside
    them where the torso is known.
    """
    torso, unit = torso_lengths(experiment.test)
    radii = np.linspace(0, limit, 101)
    printed = published_table("hmlpe", "Figure 4").set_index(["system", "metric"])["value"]
    figure, grid = plt.subplots(1, len(joints), figsize=(4.4 * len(joints), 3.0), sharey=True)
    for axes, joint in zip(np.atleast_1d(grid), joints, strict=True):
        sides = [STICKMEN8.index(f"{side}_{joint}") for side in ("left", "right")]
        for system in systems:
            if system in experiment.predictions:
                accuracy = torso_accuracy(experiment.predictions[system], experiment.truth, torso, radii)
                axes.plot(radii, accuracy[:, sides].mean(1), label=system, **LOOK.get(system, {}))
        if TORSO in experiment.test.table.columns:
            modec = [printed["MODEC", f"accuracy-{r}-{joint}"] for r in MODEC_RADII]
            axes.plot(MODEC_RADII, modec, color=PUBLISHED, marker="o", ms=3, label="MODEC on FLIC")
        axes.set(xlabel=f"r (hundredths of the {unit})", xlim=(0, limit), ylim=(0, 100))
        axes.set_title(f"{joint}s", fontsize=9)
    np.atleast_1d(grid)[0].set_ylabel("joints within r (%)")
    np.atleast_1d(grid)[0].legend(fontsize=8)
    return describe(figure, f"Accuracy of {' and '.join(joints)} rising with the radius, for each system")


def sweep_figure(rows: pd.DataFrame, title: str = "") -> Figure:
    """Figure 5, Li et al. 2014: both costs over the ratio of the weights, from either start, and as printed.

    Args:
        rows: tidy rows of a run with its sweep.
        title: which run that is.
    """
    colours = {"published start": GHOST, "He start": OURS, "printed": PUBLISHED}
    errors = sweep_errors(rows)
    figure, grid = plt.subplots(1, 2, figsize=(9.0, 3.2))
    figure.suptitle(title, fontsize=9)
    for axes, kind, task in zip(grid, "rd", ("regression", "detection"), strict=True):
        for split, line in (("train", "--"), ("test", "-")):
            for label, colour in colours.items():
                values = errors[label].loc[f"{split}-{kind}"]
                axes.plot(
                    values.index, values, line, color=colour, marker="o", ms=3, label=f"{label}, {split}"
                )
        axes.set(xlabel=r"$\lambda_r / \lambda_d$", ylim=(0, None))
        axes.set_title(f"{task} error", fontsize=9)
    grid[1].legend(fontsize=7, handlelength=3.5)
    return describe(
        figure, "Regression and detection error over the ratio of the tasks' weights, training and test"
    )


def average_patch_sheet(
    experiment: HmlpeExperiment, net: HMLPE, convolution: int, columns: int = 16
) -> Figure:
    """Figure 6 b and c, Li et al. 2014: the mean of the patches behind each map's peaks.

    Each is stretched to its own range; a map that is silent on all images stays empty.
    """
    mean, count = mean_patches(experiment, net, convolution)
    rows = -(-len(mean) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(0.58 * columns, 0.58 * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, patch, alive in zip(grid.flat, mean.numpy(), count.tolist(), strict=False):
        if alive:
            axes.imshow((patch - patch.min()) / max(float(np.ptp(patch)), 1e-6))
    return describe(
        figure, f"Average image patches of the {len(mean)} maps of convolution {convolution}, blurred shapes"
    )


def backtracked_patches(experiment: HmlpeExperiment, net: HMLPE, sample: int, columns: int = 16) -> Figure:
    """Figure 7, Li et al. 2014: the patch behind each map's peak after convolution 3, and where it lies."""
    image, _ = _window(experiment, sample)
    maps = Maps.of(net, _alone(experiment, sample), 3)
    value, position = maps.found.value[0], maps.found.position[0]
    found = patches(
        torch.from_numpy(image.copy())[None], torch.zeros(len(value), dtype=torch.long), position, maps.layers
    )
    rows = -(-len(value) // columns)
    figure = plt.figure(figsize=(9.0, 2.6))
    left, right = np.asarray(figure.subfigures(1, 2, width_ratios=[1, 3]))
    _draw_spans(left.subplots(), image, backtrack(maps.layers, position[value > 0]))
    grid = right.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, patch, strength in zip(grid.flat, found.numpy(), value.tolist(), strict=False):
        if strength > 0:
            axes.imshow(patch)
    return describe(
        figure,
        "A test image with the outlines of the patches that excite each map of the last convolution most, "
        "and the patches themselves, map by map",
    )


def _draw_spans(axes: Axes, image: np.ndarray, spans: Tensor) -> None:
    axes.imshow(image)
    axes.axis("off")
    for x0, y0, x1, y1 in torch.unique(spans, dim=0).tolist():
        axes.add_patch(
            Rectangle((x0 - 0.5, y0 - 0.5), x1 - x0 + 1, y1 - y0 + 1, fill=False, color=OURS, linewidth=0.6)
        )


def examples(experiment: HmlpeExperiment, system: str, samples: Sequence[int]) -> Figure:
    """Test crops with the truth in grey and a system's joints in the colours of the sides."""
    figure, grid = plt.subplots(1, len(samples), figsize=(1.5 * len(samples), 1.6), squeeze=False)
    for axes, sample in zip(grid[0], samples, strict=True):
        axes.imshow(experiment.test.images[sample])
        axes.axis("off")
        draw_pose_2d(axes, experiment.test.joints_2d[sample], STICKMEN8, colour=GHOST, linewidth=3.0)
        draw_pose_2d(axes, experiment.predictions[system][sample], STICKMEN8, linewidth=1.4)
    return describe(figure, f"Test crops with true poses in grey and those of {system} in colour")
