"""Interactive poses in 3D: one panel per pose, all seen from the same point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray
from plotly.subplots import make_subplots

from pose_lib.book.markup import label_text
from pose_lib.book.palette import CENTRE, GHOST, LEFT, RIGHT, TEXT
from pose_lib.book.style import describe, limb_colours
from pose_lib.geometry.skeletons import H36M17, Skeleton

__all__ = ["Frame", "animation_3d", "skeleton_3d"]

Frame = Literal["camera", "world"]
"""``camera``: x right, y down, z forward. ``world``: z up, the floor at z = 0. Both in mm."""

_Poses = Mapping[str, NDArray[np.float32]]
_SIDE = 900.0  # half the width of the box in which a pose is drawn, mm
_HEIGHTS = {"camera": (-1100.0, 1000.0), "world": (0.0, 2100.0)}
_EYE = {"x": 0.7, "y": -1.75, "z": 0.4}
_ZOOM = (1.12, 1.0)  # size of the box where there is one panel, and where there are several
_CLEAR = "rgba(0,0,0,0)"
_SIDES = {LEFT: "left", RIGHT: "right", CENTRE: "centre"}


def skeleton_3d(
    poses: Mapping[str, ArrayLike],
    skeleton: Skeleton = H36M17,
    title: str = "",
    *,
    frame: Frame = "camera",
    reference: str | None = None,
    alt: str = "",
) -> go.Figure:
    """Poses side by side in 3D, one panel per pose, all seen from the same point.

    That point lies where the camera stands, a little to the right and higher up. In the camera's frame each
    pose is centred on its root; in the world's frame it stands on the floor, with its root above the middle.

    Poses are joints ``(J, 3)`` in mm by their names, in the given frame; the one named as the reference is
    drawn in grey behind every other one. ``alt`` describes the figure to readers who cannot see it.

    Raises:
        ValueError: there is no pose, a pose is not ``(J, 3)``, or ``reference`` is not one of the names.
    """
    upright = {name: _upright(pose, name, skeleton, frame, moving=False) for name, pose in poses.items()}
    figure = _figure(upright, skeleton, title, frame, reference)
    return describe(figure, alt or f"3D skeletons: {title or ', '.join(upright)}")


def animation_3d(
    poses: Mapping[str, ArrayLike],
    skeleton: Skeleton = H36M17,
    title: str = "",
    *,
    frame: Frame = "camera",
    reference: str | None = None,
    fps: float = 25.0,
    alt: str = "",
) -> go.Figure:
    """Moving poses side by side, with a slider and buttons to pause and to play ``fps`` frames per second.

    Poses are ``(T, J, 3)`` in mm, all with the same ``T``; tens of frames keep a page small. All else is as
    for :func:`skeleton_3d`.

    Raises:
        ValueError: as :func:`skeleton_3d`, or the poses differ in length.
    """
    upright = {name: _upright(pose, name, skeleton, frame, moving=True) for name, pose in poses.items()}
    lengths = {name: len(pose) for name, pose in upright.items()}
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        raise ValueError(f"an animation needs poses of one length that is not 0, got {lengths}")
    figure = _figure({name: pose[0] for name, pose in upright.items()}, skeleton, title, frame, reference)
    steps = range(next(iter(lengths.values())))
    figure.frames = [
        go.Frame(
            name=str(t),
            data=[
                {"type": "scatter3d", "x": x, "y": y, "z": z}
                for _, _, (x, y, z) in _lines({n: p[t] for n, p in upright.items()}, skeleton, reference)
            ],
        )
        for t in steps
    ]
    figure.update_layout(**_player(steps, 1000.0 / fps))
    return describe(figure, alt or f"Moving 3D skeletons: {title or ', '.join(upright)}")


def _upright(
    pose: ArrayLike, name: str, skeleton: Skeleton, frame: Frame, *, moving: bool
) -> NDArray[np.float32]:
    """Joints as float32 along the axes in which plotly draws a pose upright: right, away, up."""
    points = np.asarray(pose, dtype=np.float32)
    if points.shape != (*points.shape[: int(moving)], len(skeleton), 3):
        wanted = f"({'T, ' if moving else ''}{len(skeleton)}, 3)"
        raise ValueError(f"pose {name!r}: expected joints {wanted} of {skeleton.name}, got {points.shape}")
    root = points[..., skeleton.root : skeleton.root + 1, :]
    if frame == "world":
        return points - root * np.array([1, 1, 0], dtype=np.float32)
    x, y, z = np.moveaxis(points - root, -1, 0)
    return np.stack([x, z, -y], axis=-1)


def _lines(
    poses: _Poses, skeleton: Skeleton, reference: str | None
) -> list[tuple[int, str, NDArray[np.float32]]]:
    """Panel, colour and ``(3, P)`` points of every trace: the limbs of one colour, NaN between them."""
    colours = np.array(limb_colours(skeleton))
    limbs = np.array(skeleton.limbs)
    groups = [(limbs[colours == colour], colour) for colour in (CENTRE, LEFT, RIGHT)]
    lines = []
    for panel, (name, pose) in enumerate(poses.items()):
        drawn = [(pose, chosen, colour) for chosen, colour in groups if len(chosen)]
        if reference is not None and name != reference:
            drawn.insert(0, (poses[reference], limbs, GHOST))
        for points, chosen, colour in drawn:
            gaps = np.full((len(chosen), 1, 3), np.nan, dtype=np.float32)
            path = np.concatenate([points[chosen], gaps], axis=1).reshape(-1, 3)
            lines.append((panel, colour, np.ascontiguousarray(path.T)))
    return lines


def _figure(poses: _Poses, skeleton: Skeleton, title: str, frame: Frame, reference: str | None) -> go.Figure:
    if not poses:
        raise ValueError("there is no pose to draw: give at least one name and its joints")
    if reference is not None and reference not in poses:
        raise ValueError(f"reference {reference!r} is not one of the poses: {', '.join(poses)}")
    names = list(poses)
    figure = make_subplots(1, len(names), specs=[[{"type": "scene"}] * len(names)], horizontal_spacing=0)
    in_legend: set[str] = set()
    for panel, colour, (x, y, z) in _lines(poses, skeleton, reference):
        label = label_text(_SIDES.get(colour, reference))
        ghost = colour == GHOST
        head = label_text(names[panel])
        hover = f"{head}<br>right %{{x:.0f}}, away %{{y:.0f}}, up %{{z:.0f}} mm<extra></extra>"
        figure.add_scatter3d(
            x=x,
            y=y,
            z=z,
            mode="lines" if ghost else "lines+markers",
            line={"color": colour, "width": 5 if ghost else 7},
            marker={"color": colour, "size": 3.5},
            opacity=0.55 if ghost else 1.0,
            name=label,
            legendgroup=label,
            showlegend=label not in in_legend and colour != CENTRE,
            hovertemplate=hover,
            hoverinfo="skip" if ghost else None,
            row=1,
            col=panel + 1,
        )
        in_legend.add(label)
    figure.update_scenes(_scene(frame, _ZOOM[len(names) > 1]))
    for scene, name in zip(figure.select_scenes(), names, strict=True):
        above = {"x": 0, "y": 0, "z": _HEIGHTS[frame][1], "yshift": 14, "showarrow": False}
        scene.annotations = [{"text": label_text(name), "font": {"color": TEXT, "size": 13}, **above}]
    return figure.update_layout(
        title={"text": label_text(title), "x": 0.0, "xanchor": "left", "pad": {"l": 4}, "font": {"size": 15}},
        modebar={"bgcolor": _CLEAR, "color": TEXT, "activecolor": LEFT},
        font={"color": TEXT},
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        margin={"l": 0, "r": 0, "t": 40 if title else 10, "b": 30},
        height=460,
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": 0.0, "yanchor": "top"},
    )


def _scene(frame: Frame, zoom: float) -> dict[str, Any]:
    """What all panels have alike: axes, proportions and view."""
    low, high = _HEIGHTS[frame]
    axis = {
        "showbackground": False,
        "showspikes": False,
        "gridcolor": GHOST,
        "linecolor": TEXT,
        "zeroline": False,
        "showticklabels": False,
        "nticks": 6,
    }
    flat = {**axis, "range": [-_SIDE, _SIDE]}
    return {
        "xaxis": {**flat, "title": {"text": "right"}},
        "yaxis": {**flat, "title": {"text": "away"}},
        "zaxis": {**axis, "range": [low, high], "title": {"text": "up"}},
        "aspectmode": "manual",
        "aspectratio": {"x": zoom, "y": zoom, "z": zoom * 0.5 * (high - low) / _SIDE},
        "camera": {"eye": _EYE, "projection": {"type": "orthographic"}},
        "dragmode": "turntable",
    }


def _player(steps: range, milliseconds: float) -> dict[str, Any]:
    """The slider and the two buttons of an animation."""
    moment = {"mode": "immediate", "transition": {"duration": 0}}
    play = {"frame": {"duration": milliseconds, "redraw": True}, "fromcurrent": True, **moment}
    stop = {"frame": {"duration": 0, "redraw": False}, **moment}
    seek = {"frame": {"duration": 0, "redraw": True}, **moment}
    return {
        "height": 570,
        "margin": {"b": 140},
        "updatemenus": [
            {
                "type": "buttons",
                "direction": "left",
                "showactive": False,
                "x": 0.0,
                "xanchor": "left",
                "y": 0.0,
                "pad": {"t": 40},
                "bgcolor": _CLEAR,
                "bordercolor": TEXT,
                "buttons": [
                    {"label": "play", "method": "animate", "args": [None, play]},
                    {"label": "pause", "method": "animate", "args": [[None], stop]},
                ],
            }
        ],
        "sliders": [
            {
                "pad": {"t": 75, "l": 8, "r": 12},
                "currentvalue": {"prefix": "frame ", "xanchor": "right"},
                "ticklen": 0,
                "minorticklen": 0,
                "bgcolor": TEXT,
                "bordercolor": TEXT,
                "font": {"color": _CLEAR},
                "steps": [{"label": str(t), "method": "animate", "args": [[str(t)], seek]} for t in steps],
            }
        ],
    }
