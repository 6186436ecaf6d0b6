"""A predicted pose drawn over the true one, so that a reader sees what a metric counts."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray

from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.style import GHOST, OURS, RIGHT, TEXT
from pose_lib.geometry.skeletons import H36M17, Skeleton

__all__ = ["compare_poses", "draw_circles", "draw_front", "frame_axes"]

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

    Args:
        axes: loses its ticks; its limits are set so that both poses fit, with equal units in both directions.
        true: ``(J, 3)`` mm in the camera's frame.
        pred: ``(J, 3)`` mm.
        skeleton: of both.
        view: ``front`` as the camera sees it, or ``side`` with the camera to the left; without perspective.
        title: a line above.
    """
    a, b = (np.asarray(pose, dtype=np.float64)[:, _VIEWS[view]] for pose in (true, pred))
    frame_axes(axes, np.concatenate([a, b]))
    draw_pose_2d(axes, a, skeleton, colour=GHOST, linewidth=3.0)
    axes.plot(*np.stack([a, b]).transpose(2, 0, 1), color=TEXT, linewidth=0.9)
    draw_pose_2d(axes, b, skeleton, linewidth=1.6)
    axes.set_title(title)


def draw_circles(axes: Axes, centres: ArrayLike, radii: ArrayLike, hits: ArrayLike) -> None:
    """Circles around true joints, green where the prediction is a hit and dashed red where it is a miss.

    Args:
        axes: where to draw.
        centres: ``(J, 2)`` in the units of the axes.
        radii: ``(J,)`` or one number.
        hits: ``(J,)``, as the 2D metrics give them; NaN draws nothing.
    """
    points = np.asarray(centres, dtype=np.float64)
    for point, radius, hit in zip(
        points, np.broadcast_to(radii, len(points)), np.asarray(hits, dtype=np.float64), strict=True
    ):
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
