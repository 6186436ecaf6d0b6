"""Poses over images, one or many."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from pose_lib.book.markup import figure_text
from pose_lib.book.style import describe, limb_colours
from pose_lib.geometry.skeletons import H36M17, Skeleton

__all__ = ["contact_sheet", "draw_pose_2d"]


def draw_pose_2d(
    axes: Axes,
    joints_2d: ArrayLike,
    skeleton: Skeleton = H36M17,
    visible: ArrayLike | None = None,
    *,
    colour: str | None = None,
    linewidth: float = 2.0,
) -> None:
    """Draw the limbs of one pose over an image, in the colours of their side or all in one ``colour``.

    The joints are ``(J, 2)`` in pixels, where pixel ``i`` covers ``[i, i + 1)``; NaN joints are left out. A
    limb with an end that is not ``visible`` is dotted, and a hidden joint is a ring. The axes keep their
    limits.
    """
    # imshow puts the centre of pixel i at i, the package at i + 1/2.
    points = np.asarray(joints_2d, dtype=np.float64) - 0.5
    seen = np.ones(len(skeleton), dtype=bool) if visible is None else np.asarray(visible, dtype=bool)
    limits = axes.get_xlim(), axes.get_ylim()
    for (parent, child), side in zip(skeleton.limbs, limb_colours(skeleton), strict=True):
        style = "-" if seen[parent] and seen[child] else (0, (1.0, 1.0))
        ends = points[[parent, child]]
        shade = colour or side
        fill = shade if seen[child] else "none"
        axes.plot(*ends.T, linestyle=style, color=shade, linewidth=linewidth, solid_capstyle="round")
        axes.plot(*ends[1], "o", markersize=1.6 * linewidth, color=shade, markerfacecolor=fill)
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
    """Many crops on one sheet, row by row, each ``size`` inches wide.

    Images are uint8 ``(N, H, W, 3)``, with ``N`` short lines above them if there are ``titles``. Joints ``(N,
    J, 2)`` in crop pixels and ``visible`` ``(N, J)`` are drawn as by :func:`draw_pose_2d`. ``alt`` describes
    the sheet to readers who cannot see it.

    Raises:
        ValueError: the images are not ``(N, H, W, 3)``, or there is none.
    """
    pixels = np.asarray(images)
    if pixels.ndim != 4 or pixels.shape[-1] != 3 or not len(pixels):
        raise ValueError(f"contact_sheet expects images (N, H, W, 3) with N > 0, got {pixels.shape}")
    ncols = min(ncols, len(pixels))
    nrows = math.ceil(len(pixels) / ncols)
    tall = size * pixels.shape[1] / pixels.shape[2] + (0.2 if titles else 0.0)
    figure, grid = plt.subplots(nrows, ncols, figsize=(ncols * size, nrows * tall), squeeze=False)
    figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02, wspace=0.0, hspace=0.0)
    for axes in grid.flat:
        axes.axis("off")
    for i, (axes, image) in enumerate(zip(grid.flat, pixels, strict=False)):
        axes.imshow(image)
        if titles is not None:
            axes.set_title(figure_text(titles[i]), fontsize=7, pad=2)
        if joints_2d is not None:
            seen = None if visible is None else np.asarray(visible)[i]
            draw_pose_2d(axes, np.asarray(joints_2d)[i], skeleton, seen, linewidth=1.2)
    named = f": {', '.join(dict.fromkeys(titles))}" if titles else ""
    return describe(figure, alt or f"A sheet of {len(pixels)} image crops{named}")
