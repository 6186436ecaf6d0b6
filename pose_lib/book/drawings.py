"""The drawings of the prose pages, made with the package's own geometry, so that they agree with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from pose_lib.book.palette import TEXT
from pose_lib.book.style import limb_colours, use_style
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.rotations import look_at
from pose_lib.geometry.skeletons import H36M17

__all__ = ["ambiguity", "card", "draw_all", "example_pose", "flip_forearm", "frames", "icon"]

_IMAGE = 1500.0  # distance at which the image is drawn before the camera, mm
_UP = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)
_CORNER = np.array([1000.0, -1000.0, 0.0])  # where the world's axes are drawn


def draw_all(folder: Path) -> None:
    """Write every drawing of the book into a folder: SVG, and PNG where programs ask for it.

    The files are the same, byte for byte, each time they are drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "pose_lib", "svg.fonttype": "path"}):
        use_style()
        for name, figure in (("frames", frames()), ("ambiguity", ambiguity())):
            figure.savefig(folder / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
            plt.close(figure)
        for name, figure in (("icon", icon()), ("card", card())):
            figure.savefig(folder / f"{name}.png", metadata={"Software": None})
            plt.close(figure)


def icon() -> Figure:
    """The picture that a browser shows beside the title of a page, 128 pixels wide."""
    figure = plt.figure(figsize=(1.28, 1.28), dpi=100, layout="none")
    axes = figure.add_axes((0.04, 0.04, 0.92, 0.92))
    _from_the_front(axes, linewidth=9.0)
    return figure


def card() -> Figure:
    """The picture that other sites show beside a link to the book, 1200 x 630 pixels."""
    figure = plt.figure(figsize=(12.0, 6.3), dpi=100, layout="none", facecolor="#ffffff")
    _from_the_front(figure.add_axes((0.62, 0.06, 0.34, 0.88)), linewidth=12.0)
    ink: dict[str, Any] = {"color": "#22262b", "transform": figure.transFigure}
    figure.text(0.06, 0.60, "Five papers\non human pose", fontsize=54, weight="bold", va="center", **ink)
    figure.text(0.06, 0.24, "taught, re-run and compared", fontsize=30, va="center", **ink)
    return figure


def _from_the_front(axes: Axes, linewidth: float) -> None:
    """The example pose as a camera in front of it sees it, without perspective."""
    flat = example_pose()[:, [0, 2]]
    for (parent, child), colour in zip(H36M17.limbs, limb_colours(H36M17), strict=True):
        axes.plot(*flat[[parent, child]].T, color=colour, linewidth=linewidth, solid_capstyle="round")
    axes.set(aspect="equal", xlim=(-900, 900), ylim=(0, 1800))
    axes.set_axis_off()


def example_pose() -> NDArray[np.float64]:
    """A person who waves: ``(17, 3)`` in the world's frame, mm, facing the negative y axis."""
    side = {"hip": (120, 0, 930), "knee": (130, -40, 500), "ankle": (130, 20, 80)}
    arm = {"shoulder": (175, 0, 1430), "elbow": (215, 40, 1150), "wrist": (235, -120, 930)}
    middle = {"hip": (0, 0, 930), "spine": (0, 10, 1170), "thorax": (0, 15, 1450)}
    middle |= {"nose": (0, -90, 1570), "head": (0, 0, 1690)}
    raised = {"elbow": (-330, -60, 1300), "wrist": (-300, -230, 1490)}
    points = {f"left_{name}": point for name, point in {**side, **arm}.items()}
    points |= {f"right_{name}": (-x, y, z) for name, (x, y, z) in {**side, **arm}.items()}
    points |= {f"right_{name}": point for name, point in raised.items()}
    return np.array([{**points, **middle}[name] for name in H36M17.joints], dtype=np.float64)


def flip_forearm(joints: NDArray[np.float64], elbow: int, wrist: int) -> NDArray[np.float64]:
    """The other pose ``(J, 3)`` with the same picture, in the camera's frame, mm.

    The wrist moves to where its ray meets the sphere around the elbow again: the forearm keeps its length.
    """
    ray = joints[wrist] / np.linalg.norm(joints[wrist])
    # |t ray - elbow| is the bone's length at two t, whose mean is the point of the ray nearest to the elbow.
    nearest = float(ray @ joints[elbow])
    flipped = joints.copy()
    flipped[wrist] = (2 * nearest - float(np.linalg.norm(joints[wrist]))) * ray
    return flipped


def frames() -> Figure:
    """World, camera and image: a person, the axes, and the rays that make the picture."""
    joints, camera = example_pose(), _camera(height=1700.0)
    centre, rows = camera.T.numpy(), camera.R.numpy()
    figure, axes = plt.subplots(figsize=(7.0, 3.6))
    axes.set(aspect="equal")
    axes.set_axis_off()
    for step in np.linspace(-1000.0, 1000.0, 6):
        for line in ([[step, -1000, 0], [step, 1000, 0]], [[-1000, step, 0], [1000, step, 0]]):
            axes.plot(*_seen(line), color=TEXT, linewidth=0.5, alpha=0.5)
    in_picture = _IMAGE * (joints - centre) / ((joints - centre) @ rows[2])[:, None] + centre
    frame = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0], [-1, -1, 0]]) * 400.0
    frame[:, 2] = _IMAGE
    axes.plot(*_seen(frame @ rows + centre), color=TEXT, linewidth=1.2)
    for joint in ("head", "left_ankle"):
        ray = np.stack([centre, joints[H36M17.index(joint)]])
        axes.plot(*_seen(ray), color=TEXT, linewidth=0.8, linestyle="--")
    for (parent, child), colour in zip(H36M17.limbs, limb_colours(H36M17), strict=True):
        axes.plot(*_seen(joints[[parent, child]]), color=colour, linewidth=3.0)
        axes.plot(*_seen(in_picture[[parent, child]]), color=colour, linewidth=1.8)
    for name, origin, directions in (("world", _CORNER, np.eye(3)), ("camera", centre, rows)):
        x, y = _seen(origin)
        axes.annotate(name, (x, y), (-8, 6), textcoords="offset points", ha="right")
        for letter, direction in zip("xyz", directions, strict=True):
            to_x, to_y = _seen(origin + 480.0 * direction)
            axes.annotate("", (to_x, to_y), (x, y), arrowprops={"arrowstyle": "->", "color": TEXT, "lw": 1.6})
            axes.text(1.2 * to_x - 0.2 * x, 1.2 * to_y - 0.2 * y, letter, ha="center", va="center")
    return figure


def ambiguity() -> Figure:
    """Two poses that give one picture, and what tells them apart: the view from the side."""
    camera = _camera(height=950.0)
    joints = camera.to_camera(torch.as_tensor(example_pose())).numpy()
    other = flip_forearm(joints, H36M17.index("right_elbow"), H36M17.index("right_wrist"))
    figure, panels = plt.subplots(1, 3, figsize=(7.0, 3.2), sharey=True)
    titles = ("the picture of both", "one pose from the side", "the other from the side")
    for axes, pose, across, title in zip(panels, (joints, joints, other), (0, 2, 2), titles, strict=True):
        depth = joints[0, 2]
        flat = pose[:, [2, 1]] - [depth, 0] if across else pose[:, :2] / pose[:, 2:] * depth
        for (parent, child), colour in zip(H36M17.limbs, limb_colours(H36M17), strict=True):
            arm = child == H36M17.index("right_wrist")
            axes.plot(*flat[[parent, child]].T, color=colour, linewidth=4.0 if arm else 2.0)
        axes.set(title=title, aspect="equal", xticks=[], yticks=[], xlim=(-620, 620), ylim=(1000, -900))
        axes.set_xlabel("x, to the right" if across == 0 else "z, away from the camera")
    panels[0].set_ylabel("y, down")
    return figure


def _camera(height: float) -> Camera:
    eye = torch.tensor([600.0, -3900.0, height], dtype=torch.float64)
    target = torch.tensor([0.0, 0.0, 950.0], dtype=torch.float64)
    rotation, two = look_at(eye, target, _UP), torch.ones(2, dtype=torch.float64)
    lens = {"f": 1145.0 * two, "c": 500.0 * two, "k": torch.zeros(3, dtype=torch.float64), "p": 0.0 * two}
    return Camera(name="drawing", R=rotation, T=eye, **lens, width=1000, height=1000)


def _seen(points: ArrayLike) -> NDArray[np.float64]:
    """World points ``(..., 3)`` as ``(2, ...)`` on the drawing: seen from far, from the side and above."""
    eye = torch.tensor([5000.0, -2600.0, 2600.0], dtype=torch.float64)
    rows = look_at(eye, torch.zeros(3, dtype=torch.float64), _UP).numpy()
    right, down = np.moveaxis(np.asarray(points, dtype=np.float64) @ rows[:2].T, -1, 0)
    return np.stack([right, -down])
