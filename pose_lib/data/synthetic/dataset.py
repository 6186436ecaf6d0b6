"""The default data set: seven people, fifteen actions and four cameras, rendered when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.data.poses import ALL, DataCard, PoseData, concatenate
from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.anatomy import person, things
from pose_lib.data.synthetic.bodies import SUBJECTS, TAKES, TEST, Body, Outfit
from pose_lib.data.synthetic.describe import card
from pose_lib.data.synthetic.flesh import Solids, join
from pose_lib.data.synthetic.motion import ACTIONS, Motion, Prop, generate
from pose_lib.data.synthetic.render import render, visible_joints
from pose_lib.data.synthetic.rig import RIG, camera
from pose_lib.data.synthetic.rooms import Room, room
from pose_lib.data.synthetic.wardrobe import redyed
from pose_lib.geometry.boxes import square_around, to_crop
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.skeletons import H36M17

if TYPE_CHECKING:
    from pose_lib.data.request import SyntheticRequest

__all__ = ["CAMERAS", "Shots", "load", "render_motion", "subject_boxes"]

CAMERAS = tuple(c.name for c in RIG)
SCENE = 500
"""Frames (ten seconds) after which room, light and the colours of the clothes change. The five training
subjects have too little variety of clothing: with fixed clothes and rooms a network would recognise those."""

Points = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Called with the number of crops that are done and their total."""


@dataclass(frozen=True)
class Shots:
    """``T`` frames seen by one camera: the arrays of a ``PoseData``, and part masks."""

    images: npt.NDArray[np.uint8]
    parts: npt.NDArray[np.uint8]
    joints_2d: npt.NDArray[np.float32]
    joints_3d: npt.NDArray[np.float32]
    visible: npt.NDArray[np.bool_]
    boxes: npt.NDArray[np.float32]


def load(
    request: SyntheticRequest,
    *,
    subjects: Sequence[str] = SUBJECTS,
    cameras: Sequence[str] = CAMERAS,
    device: torch.device | str = "cpu",
    progress: Progress | None = None,
) -> PoseData:
    """Perform an action and render it: both takes of every subject, every ``step``-th frame, every camera.

    Samples are ordered by action (where all are asked for), subject, take, camera and frame. S9 and S11 are
    of the split ``test``, the others ``train``. The same arguments give the same poses everywhere, and the
    same images on the same kind of device.

    Args:
        request: action, size, step, length of a take, and seed.
        subjects: some of ``SUBJECTS``.
        cameras: some of ``CAMERAS``.
        device: where to render.
        progress: called after every camera of a take.

    Raises:
        ValueError: unknown subject or camera; lists the valid ones.
    """
    _check("subject", subjects, SUBJECTS)
    _check("camera", cameras, CAMERAS)
    if request.action == ALL:
        return _load_all(request, subjects, cameras, device, progress)
    action, size, seed = request.action, request.size, request.seed
    images = np.empty((0, size, size, 3), np.uint8)
    shots: list[Shots] = []
    tables: list[pd.DataFrame] = []
    done = 0
    takes = [(subject, take) for subject in subjects for take in TAKES]
    for subject, take in takes:
        motion = generate(action, subject, take, seconds=request.seconds, seed=seed)
        frames = np.arange(0, len(motion.points), request.step)
        if not shots:  # all takes are equally long; joining their crops later would need them twice
            images = np.empty((len(takes) * len(cameras) * len(frames), size, size, 3), np.uint8)
        sampled = motion.at(frames)
        for name in cameras:
            for scene in np.unique(frames // SCENE):
                part = sampled.at(np.flatnonzero(frames // SCENE == scene))
                names = (action, subject, take, name, int(scene), seed)
                shot = render_motion(
                    part.points,
                    part.body,
                    redyed(part.outfit, *names) if scene else part.outfit,
                    camera(name),
                    props=part.props,
                    companion=part.companion,
                    size=size,
                    names=names,
                    device=device,
                )
                images[done : done + len(shot.images)] = shot.images
                done += len(shot.images)
                shots.append(replace(shot, images=images[:0], parts=np.empty(0, np.uint8)))
            tables.append(
                pd.DataFrame(
                    {
                        "subject": subject,
                        "action": action,
                        "sequence": take,
                        "camera": name,
                        "frame": frames,
                        "split": "test" if subject in TEST else "train",
                        "width": camera(name).width,
                        "height": camera(name).height,
                    }
                )
            )
            if progress is not None:
                progress(done, len(images))
    return PoseData(
        images=images,
        joints_2d=np.concatenate([s.joints_2d for s in shots]),
        joints_3d=np.concatenate([s.joints_3d for s in shots]),
        visible=np.concatenate([s.visible for s in shots]),
        boxes=np.concatenate([s.boxes for s in shots]),
        table=pd.concat(tables, ignore_index=True),
        skeleton=H36M17,
        card=_card(request, subjects, cameras),
    )


def _load_all(
    request: SyntheticRequest,
    subjects: Sequence[str],
    cameras: Sequence[str],
    device: torch.device | str,
    progress: Progress | None,
) -> PoseData:
    """Every action, one after the other."""
    parts: list[PoseData] = []
    for i, action in enumerate(ACTIONS):

        def report(done: int, total: int, before: int = i) -> None:
            if progress is not None:
                progress(before * total + done, len(ACTIONS) * total)

        one = replace(request, action=action)
        parts.append(load(one, subjects=subjects, cameras=cameras, device=device, progress=report))
    return concatenate(parts, _card(request, subjects, cameras))


def _card(request: SyntheticRequest, subjects: Sequence[str], cameras: Sequence[str]) -> DataCard:
    return card(
        request.sources,
        action=request.action,
        size=request.size,
        step=request.step,
        seconds=request.seconds,
        seed=request.seed,
        subjects=" ".join(subjects),
        cameras=" ".join(cameras),
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


def _check(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"unknown {what} {name!r}; choose from {', '.join(known)}")
    if not given:
        raise ValueError(f"no {what} given; choose from {', '.join(known)}")
