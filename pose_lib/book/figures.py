"""Poses over images, one or many; and all that a notebook draws with, under one name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from pose_lib.book.curves import accuracy_curves, sweep
from pose_lib.book.error_figures import distributions, error_by_joint, forest
from pose_lib.book.networks import filters, learning_curves
from pose_lib.book.scenes import animation_3d, skeleton_3d
from pose_lib.book.style import (
    BASELINE,
    CENTRE,
    CYCLE,
    LEFT,
    OURS,
    PUBLISHED,
    RIGHT,
    TEXT,
    describe,
    limb_colours,
    use_style,
)
from pose_lib.book.tables import results_table
from pose_lib.geometry.skeletons import H36M17, Skeleton

__all__ = [
    "BASELINE",
    "CENTRE",
    "CYCLE",
    "LEFT",
    "OURS",
    "PUBLISHED",
    "RIGHT",
    "TEXT",
    "accuracy_curves",
    "animation_3d",
    "contact_sheet",
    "describe",
    "distributions",
    "draw_pose_2d",
    "error_by_joint",
    "filters",
    "forest",
    "learning_curves",
    "results_table",
    "skeleton_3d",
    "sweep",
    "use_style",
]


def draw_pose_2d(
    axes: Axes,
    joints_2d: ArrayLike,
    skeleton: Skeleton = H36M17,
    visible: ArrayLike | None = None,
    *,
    colour: str | None = None,
    linewidth: float = 2.0,
) -> None:
    """Draw the limbs of one pose over an image.

    A limb with a hidden end is dotted, and a hidden joint is a ring.

    Args:
        axes: where to draw; its limits stay as they are.
        joints_2d: ``(J, 2)`` in pixels, where pixel ``i`` covers ``[i, i + 1)``; NaN joints are left out.
        skeleton: its limbs are drawn in the colours of their side.
        visible: ``(J,)`` bool; all are visible when it is missing.
        colour: one colour for all limbs instead of those of the sides.
        linewidth: in points.
    """
    # imshow puts the centre of pixel i at i, the package at i + 1/2.
    points = np.asarray(joints_2d, dtype=np.float64) - 0.5
    seen = np.ones(len(skeleton), dtype=bool) if visible is None else np.asarray(visible, dtype=bool)
    limits = axes.get_xlim(), axes.get_ylim()
    colours = limb_colours(skeleton)
    for (parent, child), side in zip(skeleton.limbs, colours, strict=True):
        style = "-" if seen[parent] and seen[child] else (0, (1.0, 1.0))
        ends = points[[parent, child]]
        shade = colour or side
        axes.plot(*ends.T, linestyle=style, color=shade, linewidth=linewidth, solid_capstyle="round")
        axes.plot(
            *ends[1],
            marker="o",
            markersize=1.6 * linewidth,
            color=shade,
            markerfacecolor=shade if seen[child] else "none",
        )
    axes.set(xlim=limits[0], ylim=limits[1])


def contact_sheet(
    images: ArrayLike,
    joints_2d: ArrayLike | None = None,
    titles: Sequence[str] | None = None,
    ncols: int = 6,
    *,
    skeleton: Skeleton = H36M17,
    visible: ArrayLike | None = None,
    size: float = 1.25,
    alt: str = "",
) -> Figure:
    """Many crops on one sheet, row by row.

    Args:
        images: uint8 ``(N, H, W, 3)``.
        joints_2d: ``(N, J, 2)`` in crop pixels, drawn over the images when given.
        titles: ``N`` short lines, one above each image.
        ncols: images in a row.
        skeleton: of the joints.
        visible: ``(N, J)`` bool.
        size: width of one image in inches.
        alt: description for readers who cannot see the sheet.

    Raises:
        ValueError: the images are not ``(N, H, W, 3)``, or there is none.
    """
    pixels = np.asarray(images)
    if pixels.ndim != 4 or pixels.shape[-1] != 3 or not len(pixels):
        raise ValueError(f"contact_sheet expects images (N, H, W, 3) with N > 0, got {pixels.shape}")
    ncols = min(ncols, len(pixels))
    nrows = math.ceil(len(pixels) / ncols)
    tall = size * pixels.shape[1] / pixels.shape[2] + (0.2 if titles else 0.0)
    figure = plt.figure(figsize=(ncols * size, nrows * tall))
    grid = figure.subplots(nrows, ncols, squeeze=False)
    figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02, wspace=0.0, hspace=0.0)
    for axes in grid.flat:
        axes.axis("off")
    for i, (axes, image) in enumerate(zip(grid.flat, pixels, strict=False)):
        axes.imshow(image)
        if titles is not None:
            axes.set_title(titles[i], fontsize=7, pad=2)
        if joints_2d is not None:
            seen = None if visible is None else np.asarray(visible)[i]
            draw_pose_2d(axes, np.asarray(joints_2d)[i], skeleton, seen, linewidth=1.2)
    named = f": {', '.join(dict.fromkeys(titles))}" if titles else ""
    describe(figure, alt or f"A sheet of {len(pixels)} image crops{named}")
    return figure
