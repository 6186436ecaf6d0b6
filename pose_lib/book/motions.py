"""Figures of motion: cameras and paths, the joint angles of a walk, how much actions vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import ArrayLike, NDArray

from pose_lib.book.markup import figure_text
from pose_lib.book.palette import BASELINE, CYCLE, OURS, TEXT
from pose_lib.book.style import describe
from pose_lib.data.gait import CYCLE as PER_CENT
from pose_lib.data.gait import Gait
from pose_lib.data.synthetic.motion import Motion
from pose_lib.data.synthetic.rig import RIG
from pose_lib.data.synthetic.shots import Shots, render_motion
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.skeletons import H36M17

__all__ = ["face_forward", "gait_curves", "render_frames", "rig_from_above", "spread_bars"]


def rig_from_above(axes: Axes, cameras: Sequence[Camera], paths: Mapping[str, ArrayLike]) -> None:
    """Draw a floor plan in metres: cameras as dots, their fields of view shaded, and paths across the scene.

    Paths are places ``(T, 2)`` or ``(T, 3)`` in world mm.
    """
    for camera in cameras:
        centre = camera.T.numpy()[:2] / 1000
        edges = []
        for side in (0.0, camera.width):
            ray = np.array([(side - float(camera.c[0])) / float(camera.f[0]), 0.0, 1.0])
            flat = (camera.R.numpy().T @ ray)[:2]
            edges.append(centre + 7.5 * flat / np.linalg.norm(flat))
        axes.add_patch(Polygon([centre, *edges], closed=True, color=TEXT, alpha=0.10, linewidth=0))
        axes.plot(*centre, "o", color=TEXT)
        above = -12 if centre[1] < 0 else 6
        axes.annotate(
            figure_text(camera.name), tuple(centre), (0, above), textcoords="offset points", ha="center"
        )
    for (name, path), colour in zip(paths.items(), CYCLE, strict=False):
        axes.plot(*(np.asarray(path)[:, :2] / 1000).T, color=colour, linewidth=1.4, label=figure_text(name))
    axes.set(aspect="equal", xlabel="x, m", ylabel="y, m", xlim=(-4.2, 4.2), ylim=(-5.6, 5.6))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def gait_curves(walks: Mapping[str, Gait], alt: str = "") -> Figure:
    """Flexion of knee and hip over the gait cycle: the mean of each walk, and the middle 80 % of its cycles.

    ``alt`` describes the figure to readers who cannot see it.

    Raises:
        ValueError: there is no walk.
    """
    if not walks:
        raise ValueError("gait_curves needs at least one walk")
    figure, panels = plt.subplots(1, 2, figsize=(8.0, 3.4), sharex=True)
    for axes, joint in zip(panels, ("knee", "hip"), strict=True):
        for (name, walk), colour in zip(walks.items(), (OURS, BASELINE, *CYCLE[3:]), strict=False):
            angles = getattr(walk, joint)
            low, high = np.percentile(angles, [10, 90], axis=0)
            axes.fill_between(PER_CENT, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.plot(PER_CENT, angles.mean(axis=0), color=colour, label=figure_text(name))
        axes.set(title=f"flexion of the {joint}", xlabel="gait cycle, %", ylabel="degrees", xlim=(0, 100))
    panels[1].legend()
    names = " and ".join(walks)
    return describe(figure, alt or f"Flexion of the knee and of the hip over the gait cycle: {names}")


def spread_bars(spreads: Mapping[str, Mapping[str, float]], label: str, alt: str = "") -> Figure:
    """Horizontal bars, one group per name, in the order of the first value.

    Spreads go from the legend to the name to the value. ``alt`` describes the figure to readers who cannot
    see it.
    """
    table = pd.DataFrame(spreads)
    table = table.sort_values(table.columns[0], kind="stable")
    figure, axes = plt.subplots(figsize=(7.0, 0.9 + 0.27 * len(table)))
    height = 0.8 / len(spreads)
    for i, ((legend, values), colour) in enumerate(zip(table.items(), CYCLE, strict=False)):
        places = np.arange(len(table)) + 0.4 - (i + 0.5) * height
        axes.barh(places, values, height, color=colour, label=figure_text(legend))
    axes.set(yticks=np.arange(len(table)), yticklabels=[*map(figure_text, table.index)], xlabel=label)
    axes.grid(visible=False, axis="y")
    axes.legend(loc="lower right")
    return describe(figure, alt or f"Bars of {label} for {', '.join(table.index)}")


def render_frames(
    motion: Motion,
    frames: Sequence[int],
    camera: Camera = RIG[0],
    *,
    size: int = 96,
    names: tuple[str | int, ...] = (),
) -> Shots:
    """Some frames of a motion as a camera sees them, with everything that is in the scene.

    A crop is ``size`` pixels wide; ``names`` are the random streams of room, light and noise.
    """
    some = motion.at(np.asarray(frames, dtype=int))
    scene: dict[str, Any] = {"props": some.props, "companion": some.companion, "names": names}
    return render_motion(some.points, some.body, some.outfit, camera, size=size, **scene)


def face_forward(points: ArrayLike, azimuth: float = 0.0) -> NDArray[np.float64]:
    """Poses turned about the vertical until the pelvis faces one way, with the hip above the origin.

    Points are ``(T, J, 3)`` world mm, z up, of which the first 17 are the joints of ``H36M17``. The azimuth
    that they face is in radians from the x axis.
    """
    poses = np.array(points, dtype=np.float64)
    poses[..., :2] -= poses[:, :1, :2]
    left_hip, right_hip = H36M17.index("left_hip"), H36M17.index("right_hip")
    x, y = (poses[:, left_hip] - poses[:, right_hip])[:, :2].T
    turn = azimuth - np.arctan2(-x, y)  # a person whose left hip is at (0, 1) faces along x
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x, y, z = np.moveaxis(poses, -1, 0)
    return np.stack([x * cosine - y * sine, x * sine + y * cosine, z], axis=-1)
