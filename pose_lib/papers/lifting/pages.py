"""The figures of the chapter on lifting."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import torch
from matplotlib.figure import Figure

from pose_lib.book.curves import draw_sweep
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import GHOST, OURS
from pose_lib.book.style import describe
from pose_lib.papers.lifting.recipe import LiftingExperiment

__all__ = ["found_joints", "idea_figure", "noise_figure"]


def idea_figure(experiment: LiftingExperiment, sample: int) -> Figure:
    """The idea: a picture, the joints in it, and the same joints seen from the side, which must be found."""
    skeleton, size = experiment.train.skeleton, experiment.train.size
    figure, grid = plt.subplots(1, 3, figsize=(7.5, 2.7))
    draw_crop(grid[0], experiment.train.images[sample], "the picture")
    grid[1].set(title="what is lifted: joints", xlim=(0, size), ylim=(size, 0), aspect="equal")
    draw_pose_2d(grid[1], experiment.true["train"][sample], skeleton)
    pose = experiment.poses[sample]
    grid[2].set(title="what is asked for: the depth", aspect="equal", xlim=(-1000, 1000), ylim=(1000, -1000))
    draw_pose_2d(grid[2], pose[:, [2, 1]], skeleton)
    grid[2].set_xlabel("away from the camera (mm)")
    for axes in grid[1:]:
        axes.set(xticks=[], yticks=[])
    return describe(
        figure,
        "A crop of a person; the person's joints in the image, joined by limbs; and the same joints seen "
        "from the side",
    )


def found_joints(experiment: LiftingExperiment, samples: list[int]) -> Figure:
    """Test crops with the joints that the heat maps find, the true ones in grey behind them."""
    figure, grid = plt.subplots(1, len(samples), figsize=(1.7 * len(samples), 1.9), squeeze=False)
    for axes, sample in zip(grid[0], samples, strict=True):
        draw_crop(axes, experiment.test.images[sample])
        true, found = (joints["test"][sample] for joints in (experiment.true, experiment.found))
        draw_pose_2d(axes, true, experiment.test.skeleton, colour=GHOST, linewidth=3.0)
        draw_pose_2d(axes, found, experiment.test.skeleton, linewidth=1.4)
        distance = float(torch.linalg.vector_norm(found - true, dim=-1).mean())
        axes.set_title(f"{distance:.1f} pixels", fontsize=8)
    return describe(
        figure, "Test crops with found stick figures over the true ones, and their mean distance in pixels"
    )


def noise_figure(sweep: pd.DataFrame) -> Figure:
    """Error in space over the noise of the joints in the image, for networks trained on either."""
    figure, axes = plt.subplots(figsize=(5.0, 3.0))
    looks = {"found joints": {"color": OURS}, "true joints": {"color": OURS, "linestyle": "--"}}
    draw_sweep(axes, sweep, "noise", "error", by="trained on", looks=looks)
    axes.set(xlabel="noise of each coordinate (pixels)", ylabel="MPJPE (mm)", ylim=(0, None))
    return describe(
        figure,
        "The error of lifted poses over the noise of the joints in the image, for a network that was trained "
        "on found joints and for one that was trained on true ones",
    )
