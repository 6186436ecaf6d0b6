"""The figures of the Tekin chapter."""

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
from torch import Tensor, nn

from pose_lib.bench.tekin import TekinExperiment
from pose_lib.book.comparisons import frame_axes
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.style import BASELINE, GHOST, OURS, PUBLISHED, TEXT, describe
from pose_lib.data.augment import centre_offsets, crop, to_network
from pose_lib.metrics import accuracy_over_threshold
from pose_lib.models.tekin import AutoEncoder, PoseNet, corrupt
from pose_lib.training import History

__all__ = [
    "accuracy_curves",
    "code_units",
    "error_by_joint",
    "filters",
    "learning_curves",
    "sweep_figure",
    "three_steps",
]


_LOOK: dict[str, dict[str, Any]] = {
    "Mean pose": {"color": BASELINE, "linestyle": ":"},
    "Nearest pose": {"color": BASELINE, "linestyle": "--"},
    "KDE": {"color": BASELINE},
    "CNN": {"color": PUBLISHED},
    "Ours, no fine-tuning": {"color": OURS, "linestyle": "--"},
    "Ours, fine-tuned": {"color": OURS},
}
"""Colour and line of each system, the same in every figure."""


def _front(axes: Axes, pose: ArrayLike, behind: ArrayLike | None = None, title: str = "") -> None:
    """A pose as the camera sees it, without perspective."""
    points = np.asarray(pose, dtype=np.float64)[:, :2]
    ghost = None if behind is None else np.asarray(behind, dtype=np.float64)[:, :2]
    frame_axes(axes, points if ghost is None else np.concatenate([points, ghost]))
    if ghost is not None:
        draw_pose_2d(axes, ghost, colour=GHOST, linewidth=3.0)
    draw_pose_2d(axes, points, linewidth=1.6)
    axes.set_title(title, fontsize=9)


def _strip(axes: Axes, code: Tensor, title: str) -> None:
    """The values of a code as a picture of 25 rows, dark where a unit is off."""
    values = code.detach().float().clamp_min(0).numpy()
    rows = 25
    grid = np.resize(values, (rows, -(-len(values) // rows)))
    axes.imshow(grid, cmap="viridis", aspect="auto")
    axes.set(xticks=[], yticks=[])
    axes.set_title(title, fontsize=9)


@torch.no_grad()
def three_steps(experiment: TekinExperiment, model: AutoEncoder, net: PoseNet, sample: int) -> Figure:
    """Figure 1, Tekin et al. 2016, with real values: denoise a pose, map an image to a code, decode the code.

    Args:
        experiment: of the trained networks.
        model: the auto-encoder.
        net: a network whose output is the code, or whose appended decoder reads it out.
        sample: index of a test sample.
    """
    scale, truth = experiment.scale, experiment.truth[sample : sample + 1]
    y = scale.to_vector(truth)
    noisy = corrupt(y, 40 / scale.scale, torch.Generator().manual_seed(sample))
    model, net = model.cpu(), net.cpu().eval()
    decoder, net.decoder = net.decoder, None
    predicted = net(_image(experiment, sample))
    net.decoder = decoder
    figure, axes = plt.subplots(1, 6, figsize=(9.0, 2.4), width_ratios=[1, 1.2, 1, 1, 1.2, 1])
    _front(axes[0], scale.to_pose(noisy)[0], truth[0], "(a) noisy pose")
    _strip(axes[1], model.encode(noisy)[0], "its code")
    _front(axes[2], scale.to_pose(model(noisy))[0], truth[0], "decoded")
    axes[3].imshow(experiment.test.images[sample])
    axes[3].axis("off")
    axes[3].set_title("(b) image", fontsize=9)
    _strip(axes[4], predicted[0], "predicted code")
    _front(axes[5], scale.to_pose(model.decode(predicted))[0], truth[0], "(c) decoded")
    return describe(
        figure,
        "From left to right: a pose with noise, its code, the pose decoded from it; an image, the code that "
        "the network predicts for it, and the pose decoded from that. The true pose is behind in grey.",
    )


def _image(experiment: TekinExperiment, sample: int) -> Tensor:
    """The normalised centre window of one test sample, ``(1, 3, W, W)`` on the CPU."""
    images = experiment.test_images
    offsets = centre_offsets(1, images.size, images.window)
    window = crop(images.images, torch.tensor([sample]), offsets, images.window)
    return to_network(window, images.mean, images.std).cpu()


def learning_curves(histories: Mapping[str, History], names: Mapping[str, str]) -> Figure:
    """Training losses side by side, each on its own axes: they are different costs.

    Args:
        histories: by stage.
        names: stage to the title of its panel.
    """
    shown = [key for key in names if key in histories]
    figure, grid = plt.subplots(1, len(shown), figsize=(2.1 * len(shown), 2.2), squeeze=False)
    for axes, key in zip(grid[0], shown, strict=True):
        axes.plot(histories[key].step, histories[key].loss, color=OURS)
        axes.set_title(names[key], fontsize=9)
        axes.set(xlabel="step", yscale="log")
        axes.tick_params(labelsize=7, which="both")
    grid[0][0].set_ylabel("training loss")
    return describe(figure, f"Training loss over the steps, falling, of {', '.join(names[k] for k in shown)}")


def sweep_figure(noise: pd.DataFrame, weight: pd.DataFrame) -> Figure:
    """What the noise level and the weight of the contractive term do to the auto-encoder."""
    figure, axes = plt.subplots(1, 3, figsize=(9.0, 2.8))
    for column in ("reconstruction (mm)", "denoised (mm)"):
        axes[0].plot(noise["sigma (mm)"], noise[column], "o-", label=column.removesuffix(" (mm)"))
        axes[1].plot(weight["lambda"], weight[column], "o-", label=column.removesuffix(" (mm)"))
    axes[0].set(xlabel="training noise (mm)", ylabel="error on unseen subjects (mm)", ylim=(0, None))
    axes[0].legend(fontsize=8)
    axes[1].set(xlabel="weight of the contractive term", xscale="symlog", ylim=(0, None))
    axes[2].plot(weight["lambda"], weight["contraction"], "o-", color=OURS)
    axes[2].set(xlabel="weight of the contractive term", xscale="symlog", ylabel=r"$\|J\|_F^2$")
    axes[2].set_ylim(0, 1.1 * weight["contraction"].max())
    return describe(
        figure,
        "Reconstruction and denoising error of the auto-encoder over the noise it was trained with and over "
        "the weight of the contractive term, and the squared norm of its Jacobian over that weight",
    )


def accuracy_curves(errors: Mapping[str, ArrayLike], systems: Sequence[str], limit: float = 250.0) -> Figure:
    """Share of test samples whose MPJPE is at most a threshold, in per cent."""
    thresholds = np.linspace(0, limit, 126)
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    for system in systems:
        if system in errors:
            share = 100 * accuracy_over_threshold(errors[system], thresholds)
            axes.plot(thresholds, share, label=system, **_LOOK.get(system, {}))
    axes.set(xlabel="threshold on the sample's MPJPE (mm)", ylabel="samples within it (%)", xlim=(0, limit))
    axes.legend(fontsize=8)
    return describe(
        figure, f"Rising curves of the share of samples within a threshold for {', '.join(systems)}"
    )


def error_by_joint(errors: Mapping[str, ArrayLike], joints: Sequence[str]) -> Figure:
    """Mean error of every joint, one series a system.

    Args:
        errors: system to ``(N, J)`` mm.
        joints: names.
    """
    figure, axes = plt.subplots(figsize=(8.0, 3.0))
    for system, values in errors.items():
        names = [joint.replace("_", " ") for joint in joints]
        axes.plot(names, np.asarray(values).mean(0), marker="o", ms=4, label=system, **_LOOK.get(system, {}))
    axes.tick_params(axis="x", rotation=60, labelsize=8)
    axes.set(ylabel="mean error (mm)", ylim=(0, None))
    axes.legend(fontsize=8)
    return describe(figure, f"Mean error of each joint for {', '.join(errors)}; least at hips and spine")


def filters(net: nn.Module, columns: int = 16) -> Figure:
    """The 9 x 9 filters of the first convolution as colour patches, each stretched to its own range."""
    first = next(m for m in net.modules() if isinstance(m, nn.Conv2d))
    weight = first.weight.detach().float().cpu().permute(0, 2, 3, 1).numpy()
    low, high = weight.min((1, 2, 3), keepdims=True), weight.max((1, 2, 3), keepdims=True)
    patches = (weight - low) / (high - low)
    rows = -(-len(patches) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(columns * 0.5, rows * 0.5), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, patch in zip(grid.flat, patches, strict=False):
        axes.imshow(patch)
    return describe(figure, f"{len(patches)} small colour patches: the filters of the first convolution")


@torch.no_grad()
def code_units(experiment: TekinExperiment, model: AutoEncoder, sample: int, count: int = 6) -> Figure:
    """What single units of the code add to a pose: each joint's displacement, drawn on one test sample.

    Shown are the units whose decoding weights times their standard deviation over the test poses are largest.
    """
    scale = experiment.scale
    codes = model.cpu().encode(scale.to_vector(experiment.truth))
    weight = model.weights[0] if len(model.weights) == 1 else model.weights[1] @ model.weights[0]
    strength = codes.std(0) * torch.linalg.vector_norm(weight, dim=1)
    pose = experiment.truth[sample]
    figure, grid = plt.subplots(1, count, figsize=(1.5 * count, 2.2))
    for axes, unit in zip(grid, strength.topk(count).indices.tolist(), strict=True):
        _front(axes, pose, title=f"unit {unit}")
        move = (weight[unit] * codes[:, unit].std() * scale.scale).view(-1, 3)
        move = 250 * move / torch.linalg.vector_norm(move, dim=1).max()
        axes.quiver(
            *pose[:, :2].T, *move[:, :2].T, angles="xy", scale_units="xy", scale=1, color=TEXT, width=0.012
        )
    return describe(
        figure, f"Arrows on a pose for {count} units of the code: which way each moves every joint"
    )
