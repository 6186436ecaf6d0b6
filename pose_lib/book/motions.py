"""Figures of motion: cameras and paths, the joint angles of a walk, how much actions vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import ArrayLike, NDArray

from pose_lib.book.style import BASELINE, CYCLE, OURS, TEXT, describe
from pose_lib.data.gait import CYCLE as PER_CENT
from pose_lib.data.gait import Gait
from pose_lib.data.synthetic.dataset import Shots, render_motion
from pose_lib.data.synthetic.motion import Motion
from pose_lib.data.synthetic.rig import RIG
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.skeletons import H36M17

__all__ = ["face_forward", "gait_curves", "render_frames", "rig_from_above", "spread_bars"]


def rig_from_above(axes: Axes, cameras: Sequence[Camera], paths: Mapping[str, ArrayLike]) -> None:
    """Draw cameras, the part of the floor plan that each can see, and paths across the scene.

    Args:
        axes: gets metres on both axes, of one length.
        cameras: their centres are dots, their fields of view shaded.
        paths: name -> places ``(T, 2)`` or ``(T, 3)`` in world mm.
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
        below = centre[1] < 0
        axes.annotate(
            camera.name,
            (centre[0], centre[1]),
            (0, -12 if below else 6),
            textcoords="offset points",
            ha="center",
        )
    for (name, path), colour in zip(paths.items(), CYCLE, strict=False):
        axes.plot(*(np.asarray(path)[:, :2] / 1000).T, color=colour, linewidth=1.4, label=name)
    axes.set(aspect="equal", xlabel="x, m", ylabel="y, m", xlim=(-4.2, 4.2), ylim=(-5.6, 5.6))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def gait_curves(walks: Mapping[str, Gait], alt: str = "") -> Figure:
    """Flexion of knee and hip over the gait cycle: the mean of each walk, and the middle 80 % of its cycles.

    Args:
        walks: name -> walk, or several walks joined.
        alt: description for readers who cannot see the figure.

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
            axes.plot(PER_CENT, angles.mean(axis=0), color=colour, label=name)
        axes.set(title=f"flexion of the {joint}", xlabel="gait cycle, %", ylabel="degrees", xlim=(0, 100))
    panels[1].legend()
    names = " and ".join(walks)
    describe(figure, alt or f"Flexion of the knee and of the hip over the gait cycle: {names}")
    return figure


def spread_bars(spreads: Mapping[str, Mapping[str, float]], label: str, alt: str = "") -> Figure:
    """Horizontal bars, one group per name, in the order of the first value.

    Args:
        spreads: legend -> name -> value.
        label: of the axis of values.
        alt: description for readers who cannot see the figure.
    """
    first = next(iter(spreads.values()))
    names = sorted(first, key=lambda name: first[name])
    figure, axes = plt.subplots(figsize=(7.0, 0.9 + 0.27 * len(names)))
    height = 0.8 / len(spreads)
    for i, ((legend, values), colour) in enumerate(zip(spreads.items(), CYCLE, strict=False)):
        places = np.arange(len(names)) + 0.4 - (i + 0.5) * height
        axes.barh(places, [values[name] for name in names], height, color=colour, label=legend)
    axes.set(yticks=np.arange(len(names)), yticklabels=names, xlabel=label)
    axes.grid(visible=False, axis="y")
    axes.legend(loc="lower right")
    describe(figure, alt or f"Bars of {label} for {', '.join(names)}")
    return figure


def render_frames(
    motion: Motion,
    frames: Sequence[int],
    camera: Camera = RIG[0],
    *,
    size: int = 96,
    names: tuple[str | int, ...] = (),
) -> Shots:
    """Some frames of a motion as a camera sees them, with everything that is in the scene.

    Args:
        motion: of a person, with props and companions.
        frames: numbers of its frames.
        camera: of the rig.
        size: side of a crop in pixels.
        names: the random streams of room, light and noise.
    """
    some = motion.at(np.asarray(frames, dtype=int))
    return render_motion(
        some.points,
        some.body,
        some.outfit,
        camera,
        props=some.props,
        companion=some.companion,
        size=size,
        names=names,
    )


def face_forward(points: ArrayLike, azimuth: float = 0.0) -> NDArray[np.float64]:
    """Poses turned about the vertical until the pelvis faces one way, with the hip above the origin.

    Args:
        points: ``(T, J, 3)`` world mm, z up; the first 17 are the joints of ``H36M17``.
        azimuth: the direction that they face, in radians from the x axis.
    """
    poses = np.array(points, dtype=np.float64)
    poses[..., :2] -= poses[:, :1, :2]
    left_hip, right_hip = H36M17.index("left_hip"), H36M17.index("right_hip")
    x, y = (poses[:, left_hip] - poses[:, right_hip])[:, :2].T
    turn = azimuth - np.arctan2(-x, y)  # a person whose left hip is at (0, 1) faces along x
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x, y = poses[..., 0].copy(), poses[..., 1].copy()
    poses[..., 0], poses[..., 1] = x * cosine - y * sine, x * sine + y * cosine
    return poses
