"""The picture of the front page: a moment seen by four cameras, its pose in space, and other people."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import ArrayLike, NDArray

from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.markup import html_text
from pose_lib.book.motions import render_frames
from pose_lib.book.palette import TEXT
from pose_lib.book.style import describe, description, limb_colours
from pose_lib.data.synthetic.motion import generate
from pose_lib.data.synthetic.rig import RIG
from pose_lib.geometry.rotations import look_at
from pose_lib.geometry.skeletons import H36M17

__all__ = ["HEIGHT", "WIDTH", "hero", "picture_html"]

WIDTH, HEIGHT = 1600, 520
"""Size of the picture in pixels."""
_MOMENT = ("Discussion", "T3", 1, 84)
"""Action, subject, take and frame of the moment that all cameras see."""
_OTHERS = (
    *(("Walking", "S1", 1, 60), ("SittingDown", "T2", 1, 260), ("TakingPhoto", "S7", 1, 120)),
    *(("Eating", "T5", 1, 150), ("WalkingDog", "S5", 1, 100), ("Phoning", "S6", 1, 200)),
    *(("Posing", "T6", 2, 330), ("Sitting", "S8", 1, 180), ("Greeting", "S9", 1, 200)),
)
_SECONDS = 8.0
_EYE = (5600.0, 4500.0, 2700.0)
"""From where the scene is seen, world mm."""
_ON_PICTURE = 700.0
"""Distance from a camera at which its picture is drawn, mm."""
_NEARER = 0.5
"""Share of their distance from the middle at which cameras are drawn: at their places they are far apart."""


def hero(width: int = WIDTH) -> Figure:
    """The picture at ``width`` pixels; the height follows.

    Left, four cameras' pictures of one moment with the joints that a network is to find; in the middle the
    same pose in space between the cameras; right, nine other people at nine other actions.
    """
    scale = width / WIDTH
    figure = plt.figure(figsize=(WIDTH * scale / 100, HEIGHT * scale / 100), dpi=100)
    figure.set_layout_engine("none")
    side, small = HEIGHT // 2, HEIGHT / 3
    for number in range(4):
        axes = _panel(figure, number % 2 * side, number // 2 * side, side)
        _view(axes, number, round(side * scale))
    _space(_panel(figure, HEIGHT, 0, WIDTH - 2 * HEIGHT, HEIGHT))
    for number, other in enumerate(_OTHERS):
        axes = _panel(figure, WIDTH - HEIGHT + number % 3 * small, number // 3 * small, small)
        action, subject, take, frame = other
        motion = generate(action, subject, take, _SECONDS)
        camera = RIG[(0, 2, 2, 0, 2, 0, 2, 2, 0)[number]]
        names = ("front page", action, subject, camera.name)
        axes.imshow(render_frames(motion, [frame], camera, size=round(small * scale), names=names).images[0])
    return describe(
        figure,
        "Left: a person who talks with spread arms, seen by four cameras, with the joints of the body drawn "
        "over each picture. Middle: the same pose as a skeleton in space, with the cameras around it. Right: "
        "nine other people who walk, sit on the floor, take a photo, eat, walk a dog, phone, pose, sit and "
        "greet.",
    )


def picture_html(figure: Figure, caption: str) -> HTML:
    """A figure as a WebP picture within the page, as wide as the text, with its description and a caption.

    Nothing is written to the disk: the picture is part of the notebook's output.
    """
    buffer = io.BytesIO()
    options = {"quality": 82, "method": 6}
    figure.savefig(buffer, format="webp", dpi=figure.dpi, transparent=True, pil_kwargs=options)
    plt.close(figure)
    data = base64.b64encode(buffer.getvalue()).decode()
    width, height = (int(side) for side in figure.get_size_inches() * figure.dpi)
    return HTML(
        f'<figure class="hero"><img src="data:image/webp;base64,{data}" width="{width}" height="{height}" '
        f'alt="{html_text(description(figure))}"><figcaption>{html_text(caption)}</figcaption></figure>'
    )  # type: ignore[no-untyped-call]


def _panel(figure: Figure, left: float, top: float, width: float, height: float | None = None) -> Axes:
    """Axes at a place given in pixels of the picture at its full size."""
    height = height or width
    place = (left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT)
    axes = figure.add_axes(place)
    axes.set_axis_off()
    return axes


def _view(axes: Axes, number: int, size: int) -> None:
    """One camera's picture of the moment, with the joints that are asked for."""
    action, subject, take, frame = _MOMENT
    motion = generate(action, subject, take, _SECONDS)
    shot = render_frames(motion, [frame], RIG[number], size=size, names=("front page", "moment"))
    axes.imshow(shot.images[0])
    draw_pose_2d(axes, shot.joints_2d[0], visible=shot.visible[0], linewidth=size / 110)


def _space(axes: Axes) -> None:
    """The pose, the floor and the cameras, seen from above one side of the scene."""
    action, subject, take, frame = _MOMENT
    joints = generate(action, subject, take, _SECONDS).points[frame, : len(H36M17)]
    joints = joints - [*joints[0, :2], 0.0]
    for step in np.linspace(-1200.0, 1200.0, 7):
        for line in ([[step, -1200, 0], [step, 1200, 0]], [[-1200, step, 0], [1200, step, 0]]):
            axes.plot(*_seen(line), color=TEXT, linewidth=0.6, alpha=0.45)
    for camera in RIG:
        centre, rows = camera.T.numpy() * [_NEARER, _NEARER, 1.0], camera.R.numpy()
        half = _ON_PICTURE * camera.width / 2 / float(camera.f[0])
        corners = [[x * half, y * half, _ON_PICTURE] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        frame_at = np.array(corners) @ rows + centre
        axes.add_patch(Polygon(_seen(frame_at).T, closed=True, facecolor=TEXT, alpha=0.16, linewidth=0))
        axes.add_patch(Polygon(_seen(frame_at).T, closed=True, fill=False, edgecolor=TEXT, linewidth=1.2))
        for corner in frame_at:
            axes.plot(*_seen([centre, corner]), color=TEXT, linewidth=1.0)
        flat = _ON_PICTURE * (joints - centre) / ((joints - centre) @ rows[2])[:, None] + centre
        _bones(axes, flat, 1.6)
    _bones(axes, joints, 5.0)
    axes.set_aspect("equal")
    axes.margins(0.02)


def _bones(axes: Axes, joints: NDArray[np.float64], width: float) -> None:
    for (parent, child), colour in zip(H36M17.limbs, limb_colours(H36M17), strict=True):
        ends = _seen(joints[[parent, child]])
        axes.plot(*ends, color=colour, linewidth=width, solid_capstyle="round")


def _seen(points: ArrayLike | Sequence[object]) -> NDArray[np.float64]:
    """World points ``(..., 3)`` as ``(2, ...)`` on the picture, in perspective."""
    eye, target, up = (
        torch.tensor(p, dtype=torch.float64) for p in (_EYE, (0.0, 0.0, 750.0), (0.0, 0.0, 1.0))
    )
    seen = (np.asarray(points, dtype=np.float64) - np.array(_EYE)) @ look_at(eye, target, up).numpy().T
    right, down, depth = np.moveaxis(seen, -1, 0)
    return np.stack([right / depth, -down / depth])
