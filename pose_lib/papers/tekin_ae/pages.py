"""The figures of the Tekin chapter."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from pose_lib.book.curves import draw_sweep
from pose_lib.book.overlays import draw_crop, draw_front
from pose_lib.book.palette import OURS, TEXT
from pose_lib.book.style import describe
from pose_lib.models.tekin_ae import AutoEncoder, PoseNet, corrupt
from pose_lib.papers.tekin_ae.recipe import TekinExperiment

__all__ = ["code_units", "sweep_figure", "three_steps"]


def _strip(axes: Axes, code: Tensor, title: str) -> None:
    """The values of a code as a picture of 25 rows, dark where a unit is off."""
    values = code.detach().float().clamp_min(0).numpy()
    axes.imshow(np.resize(values, (25, -(-len(values) // 25))), cmap="viridis", aspect="auto")
    axes.set(xticks=[], yticks=[])
    axes.set_title(title, fontsize=9)


@torch.no_grad()
def three_steps(experiment: TekinExperiment, model: AutoEncoder, net: PoseNet, sample: int) -> Figure:
    """Figure 1, Tekin et al. 2016, with real values: a pose denoised, an image's code, and that decoded."""
    scale, truth = experiment.scale, experiment.truth[sample : sample + 1]
    y = scale.to_vector(truth)
    noisy = corrupt(y, 40 / scale.scale, torch.Generator().manual_seed(sample))
    model, net = model.cpu(), net.cpu().eval()
    decoder, net.decoder = net.decoder, None
    predicted = net(experiment.test_images.centre(torch.tensor([sample])).cpu())
    net.decoder = decoder
    figure, axes = plt.subplots(1, 6, figsize=(9.0, 2.4), width_ratios=[1, 1.2, 1, 1, 1.2, 1])
    draw_front(axes[0], scale.to_pose(noisy)[0], truth[0], "(a) noisy pose")
    _strip(axes[1], model.encode(noisy)[0], "its code")
    draw_front(axes[2], scale.to_pose(model(noisy))[0], truth[0], "decoded")
    draw_crop(axes[3], experiment.test.images[sample], "(b) image")
    _strip(axes[4], predicted[0], "predicted code")
    draw_front(axes[5], scale.to_pose(model.decode(predicted))[0], truth[0], "(c) decoded")
    return describe(
        figure,
        "From left to right: a pose with noise, its code, the pose decoded from it; an image, the code that "
        "the network predicts for it, and the pose decoded from that. The true pose is behind in grey.",
    )


def sweep_figure(noise: pd.DataFrame, weight: pd.DataFrame) -> Figure:
    """What the noise level and the weight of the contractive term do to the auto-encoder."""
    figure, axes = plt.subplots(1, 3, figsize=(9.0, 2.8))
    kinds = ["reconstruction (mm)", "denoised (mm)"]
    for panel, table, setting in ((axes[0], noise, "sigma (mm)"), (axes[1], weight, "lambda")):
        lines = table.melt(setting, kinds, "error", "value").replace({"error": {k: k[:-5] for k in kinds}})
        scale = "linear" if table is noise else "symlog"
        draw_sweep(panel, lines, setting, by="error", scale=scale, legend=panel is axes[0])
    looks = {"contraction": {"color": OURS}}
    draw_sweep(axes[2], weight, "lambda", "contraction", looks=looks, scale="symlog")
    axes[0].set(xlabel="training noise (mm)", ylabel="error on unseen subjects (mm)", ylim=(0, None))
    for panel in axes[1:]:
        panel.set_xlabel("weight of the contractive term")
        panel.set_xlim(left=-0.5)  # weights are 0 or more; a logarithmic axis with a zero has a mirror half
    axes[1].set(ylabel="", ylim=(0, None))
    axes[2].set(ylabel=r"$\|J\|_F^2$", ylim=(0, 1.1 * weight["contraction"].max()))
    return describe(
        figure,
        "Reconstruction and denoising error of the auto-encoder over the noise it was trained with and over "
        "the weight of the contractive term, and the squared norm of its Jacobian over that weight",
    )


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
        draw_front(axes, pose, title=f"unit {unit}")
        move = (weight[unit] * codes[:, unit].std() * scale.scale).view(-1, 3)
        move = 250 * move / torch.linalg.vector_norm(move, dim=1).max()
        axes.quiver(
            *pose[:, :2].T, *move[:, :2].T, angles="xy", scale_units="xy", scale=1, color=TEXT, width=0.012
        )
    return describe(
        figure, f"Arrows on a pose for {count} units of the code: which way each moves every joint"
    )
