"""Shots: frames of any motion, seen by one camera and cropped around the subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.data.poses import DataCard, PoseData
from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.anatomy import person, things
from pose_lib.data.synthetic.bodies import Body
from pose_lib.data.synthetic.flesh import BODY_PARTS, Solids, join
from pose_lib.data.synthetic.motion import Motion, Prop
from pose_lib.data.synthetic.render import render, visible_joints
from pose_lib.data.synthetic.rooms import Room, room
from pose_lib.data.synthetic.wardrobe import Outfit
from pose_lib.geometry.boxes import square_around, to_crop
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.skeletons import H36M17

__all__ = ["Shots", "from_shots", "render_motion", "subject_boxes"]

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shots:
    """``T`` frames seen by one camera: the arrays of a ``PoseData``, and the renderer's part masks."""

    images: npt.NDArray[np.uint8]
    parts: npt.NDArray[np.uint8]
    joints_2d: npt.NDArray[np.float32]
    joints_3d: npt.NDArray[np.float32]
    visible: npt.NDArray[np.bool_]
    boxes: npt.NDArray[np.float32]


def from_shots(shots: Sequence[Shots], tables: Sequence[pd.DataFrame], card: DataCard) -> PoseData:
    """The samples of several shots, one after the other, with the rows of their tables."""
    return PoseData(
        images=np.concatenate([s.images for s in shots]),
        joints_2d=np.concatenate([s.joints_2d for s in shots]),
        joints_3d=np.concatenate([s.joints_3d for s in shots]),
        visible=np.concatenate([s.visible for s in shots]),
        boxes=np.concatenate([s.boxes for s in shots]),
        table=pd.concat(tables, ignore_index=True),
        skeleton=H36M17,
        card=card,
        masks=np.concatenate([np.where(s.parts < len(BODY_PARTS), s.parts, 0) for s in shots]),
    )


def render_motion(
    points: Points,
    body: Body,
    outfit: Outfit,
    camera: Camera,
    *,
    props: Sequence[Prop] = (),
    companion: Motion | None = None,
    size: int = 128,
    names: tuple[str | int, ...] = (),
    where: Room | None = None,
    device: torch.device | str = "cpu",
    batch: int = 32,
) -> Shots:
    """Render any motion of the 21 body points in one camera; each frame becomes a crop around the subject.

    Args:
        points: ``(T, 21, 3)`` world mm.
        body: girths, skin and hair of the person.
        outfit: what the body wears.
        camera: the camera.
        props: things in the scene, of the same ``T`` frames.
        companion: another person in the scene, of the same ``T`` frames.
        size: side of a crop in pixels.
        names: name the random streams of room, light, boxes and noise.
        where: a room to use instead of the random one.
        device: where to render.
        batch: crops that a thread renders at a time; peak memory is proportional to it.

    Raises:
        ValueError: points of another shape or not finite, or a body that reaches behind the camera.
    """
    world = torch.from_numpy(np.asarray(points, dtype=np.float64))
    if world.ndim != 3 or len(world) == 0 or not bool(world.isfinite().all()):
        raise ValueError(f"points {tuple(world.shape)} must be finite and (T, 21, 3) with at least one frame")
    seen = camera.to_camera(world)
    behind = (seen[..., 2] <= 0).any(-1).nonzero()
    if len(behind):
        raise ValueError(
            f"frame {int(behind[0])}: the body reaches behind camera {camera.name}; move one of them"
        )
    pixels = camera.project(seen)
    boxes = subject_boxes(pixels, *names)
    solids = _scene(world, body, outfit, props, companion, device)
    pictures = render(
        solids, camera, boxes, size, where or room(*names), noise=("noise", *names), batch=batch
    )
    joints = to_crop(pixels[:, : len(H36M17)], boxes, size)
    visible = visible_joints(pictures.parts, joints.to(pictures.parts.device))
    return Shots(
        images=pictures.images.cpu().numpy(),
        parts=pictures.parts.cpu().numpy(),
        joints_2d=joints.float().numpy(),
        joints_3d=seen[:, : len(H36M17)].float().numpy(),
        visible=visible.cpu().numpy(),
        boxes=boxes.float().numpy(),
    )


def subject_boxes(pixels: Tensor, *names: str | int) -> Tensor:
    """Squares ``(T, 4)`` around poses ``(T, K, 2)`` as a careful annotator would draw them.

    Their margin is about an eighth, with small random errors of size and place. The names give the random
    stream.
    """
    boxes = square_around(pixels, 0.12)
    draw = torch.from_numpy(rng("boxes", *names).normal(size=(len(boxes), 3)).clip(-2, 2))
    side = boxes[:, 2:] - boxes[:, :2]
    centre = boxes[:, :2] + side * (0.5 + 0.012 * draw[:, :2])
    half = side * (0.5 + 0.010 * draw[:, 2:])
    return torch.cat([centre - half, centre + half], 1)


def _scene(
    world: Tensor,
    body: Body,
    outfit: Outfit,
    props: Sequence[Prop],
    companion: Motion | None,
    device: torch.device | str,
) -> Solids:
    groups = [person(world.to(device, torch.float32), body, outfit)]
    held = list(props)
    if companion is not None:
        other = torch.from_numpy(companion.points).to(device, torch.float32)
        groups.append(person(other, companion.body, companion.outfit, part="companion"))
        held += companion.props
    if held:
        groups.append(things(held, device))
    return join(groups)
