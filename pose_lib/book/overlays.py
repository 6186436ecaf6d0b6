"""A predicted pose drawn over the true one, so that a reader sees what a metric counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from pose_lib.bench.rows import Key, label
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.palette import GHOST, OURS, RIGHT, TEXT
from pose_lib.book.style import describe
from pose_lib.data.poses import PoseData
from pose_lib.geometry.skeletons import H36M17, Skeleton

__all__ = [
    "centre_window",
    "compare_poses",
    "crops_and_poses",
    "draw_circles",
    "draw_crop",
    "draw_front",
    "frame_axes",
]

View = Literal["front", "side"]
_VIEWS: dict[View, list[int]] = {"front": [0, 1], "side": [2, 1]}


def compare_poses(
    axes: Axes,
    true: ArrayLike,
    pred: ArrayLike,
    skeleton: Skeleton = H36M17,
    *,
    view: View = "front",
    title: str = "",
) -> None:
    """Draw a true pose in grey, a prediction over it in colour, and each joint's error as a thin line.

    Poses are ``(J, 3)`` mm in the camera's frame, drawn without perspective: from the ``front``, as the
    camera sees them, or from the ``side``, with the camera to the left.
    """
    a, b = (np.asarray(pose, dtype=np.float64)[:, _VIEWS[view]] for pose in (true, pred))
    frame_axes(axes, np.concatenate([a, b]))
    draw_pose_2d(axes, a, skeleton, colour=GHOST, linewidth=3.0)
    axes.plot(*np.stack([a, b]).transpose(2, 0, 1), color=TEXT, linewidth=0.9)
    draw_pose_2d(axes, b, skeleton, linewidth=1.6)
    axes.set_title(title)


def draw_crop(axes: Axes, image: ArrayLike, title: str = "") -> None:
    """Draw an image without ticks, under a small title."""
    axes.imshow(np.asarray(image))
    axes.set_axis_off()
    axes.set_title(title, fontsize=9)


def centre_window(data: PoseData, sample: int, side: int) -> tuple[NDArray[np.uint8], Tensor]:
    """The middle of a crop, uint8 ``(side, side, 3)``, and the joints ``(J, 2)`` in its pixels."""
    edge = (data.size - side) // 2
    inside = slice(edge, edge + side)
    return data.images[sample, inside, inside], torch.from_numpy(data.joints_2d[sample] - edge)


def crops_and_poses(
    test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor], samples: Sequence[int]
) -> Figure:
    """One row per sample: its crop, and each system's pose ``(J, 3)`` over the true one, with its MPJPE."""
    width = len(predictions) + 1
    figure, grid = plt.subplots(len(samples), width, figsize=(1.6 * width, 1.8 * len(samples)), squeeze=False)
    for number, (line, sample) in enumerate(zip(grid, samples, strict=True)):
        draw_crop(line[0], test.images[sample])
        for axes, (key, poses) in zip(line[1:], predictions.items(), strict=True):
            error = float((poses[sample] - truth[sample]).norm(dim=-1).mean())
            compare_poses(axes, truth[sample], poses[sample], test.skeleton)
            head = "" if number else f"{label(key)}\n"
            axes.set_title(f"{head}{error:.0f} mm", fontsize=8)
    names = ", ".join(map(label, predictions))
    return describe(figure, f"Test crops, and the poses of {names}, each over the true one in grey")


def draw_circles(axes: Axes, centres: ArrayLike, radii: ArrayLike, hits: ArrayLike) -> None:
    """Circles around true joints, green where the prediction is a hit and dashed red where it is a miss.

    Centres are ``(J, 2)`` in the units of the axes, radii ``(J,)`` or one number, and hits ``(J,)`` as the 2D
    metrics give them; NaN draws nothing.
    """
    points, marks = np.asarray(centres, dtype=np.float64), np.asarray(hits, dtype=np.float64)
    for point, radius, hit in zip(points, np.broadcast_to(radii, len(points)), marks, strict=True):
        if not np.isnan(hit):
            colour, line = (OURS, "-") if hit else (RIGHT, "--")
            axes.add_patch(Circle((point[0], point[1]), radius, fill=False, color=colour, linestyle=line))


def draw_front(axes: Axes, pose: ArrayLike, behind: ArrayLike | None = None, title: str = "") -> None:
    """Draw a 3D pose ``(J, 3)`` as the camera sees it, without perspective; another one behind it in grey."""
    points = np.asarray(pose, dtype=np.float64)[:, :2]
    ghost = None if behind is None else np.asarray(behind, dtype=np.float64)[:, :2]
    frame_axes(axes, points if ghost is None else np.concatenate([points, ghost]))
    if ghost is not None:
        draw_pose_2d(axes, ghost, colour=GHOST, linewidth=3.0)
    draw_pose_2d(axes, points, linewidth=1.6)
    axes.set_title(title, fontsize=9)


def frame_axes(axes: Axes, points: NDArray[np.float64], margin: float = 0.08) -> None:
    """Axes without ticks, with y down and equal units, in which all points fit with a margin."""
    low, high = points.min(0), points.max(0)
    free = margin * float((high - low).max())
    axes.set(xlim=(low[0] - free, high[0] + free), ylim=(high[1] + free, low[1] - free), aspect="equal")
    axes.set_axis_off()
