"""Pictures of people: solids seen by a camera, in a room, with light, shadow and the noise of a sensor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor

from pose_lib.data.crew import share_out
from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.backdrop import Backdrop, backdrop
from pose_lib.data.synthetic.flesh import JOINT_PARTS, PARTS, Solids
from pose_lib.data.synthetic.raster import Outlines, visible_pixels
from pose_lib.data.synthetic.rooms import Room
from pose_lib.data.synthetic.shading import shaded, shadows
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.skeletons import H36M17, Skeleton

__all__ = ["Pictures", "render", "visible_joints"]

_NOISE_LENGTH = 1 << 20


@dataclass(frozen=True)
class Pictures:
    """``N`` square pictures of ``S`` pixels."""

    images: Tensor
    """uint8 ``(N, S, S, 3)``, RGB."""
    parts: Tensor
    """uint8 ``(N, S, S)``, indices into ``flesh.PARTS``; 0 where only the room is seen."""
    depth: Tensor
    """float32 ``(N, S, S)``, mm; infinite where only the room is seen."""


def render(
    solids: Solids,
    camera: Camera,
    boxes: Tensor,
    size: int,
    room: Room,
    *,
    noise: tuple[str | int, ...] = ("noise",),
    batch: int = 32,
) -> Pictures:
    """Crops of a scene, one per frame.

    Args:
        solids: what stands in the room, ``N`` frames, on the device that renders.
        camera: the camera; its lens distortion bends every end of every solid.
        boxes: ``(N, 4)`` squares in image pixels.
        size: side ``S`` of a crop in pixels.
        room: backdrop and light.
        noise: names of the random stream of the sensor's noise.
        batch: crops that a thread renders at a time; peak memory is proportional to it.

    Raises:
        ValueError: numbers of frames and boxes differ, or a box is not finite.
    """
    n, device = len(solids), solids.ends.device
    if boxes.shape != (n, 4) or not bool(boxes.isfinite().all()):
        raise ValueError(
            f"boxes {tuple(boxes.shape)} must be finite and ({n}, 4), one for each frame of the solids"
        )
    boxes = boxes.to(device, torch.float32)
    offsets = torch.from_numpy(rng(*noise).integers(0, _NOISE_LENGTH, n)).to(device)
    length = size * size * 3
    grains = _noise(length).to(device).unfold(0, length, 1)
    out = Pictures(
        images=torch.empty(n, size, size, 3, dtype=torch.uint8, device=device),
        parts=torch.empty(n, size, size, dtype=torch.uint8, device=device),
        depth=torch.empty(n, size, size, device=device),
    )
    behind = _picture_behind(room, camera, boxes, size)

    def draw(frames: slice) -> None:
        some, box = solids.at(frames), boxes[frames]
        hits = visible_pixels(Outlines.through(camera, some.ends, some.radii, box, size), size, size)
        parts, depth = out.parts[frames].zero_(), out.depth[frames].fill_(torch.inf)
        parts.view(-1)[hits.pixel] = some.part[hits.solid.remainder(len(some.part))]
        depth.view(-1)[hits.pixel] = hits.depth
        canvas = behind.crops(box, size)
        canvas *= shadows(some, camera, box, size, room.light)[..., None]
        canvas.view(-1, 3)[hits.pixel] = shaded(hits, some, camera, room.light)
        _soften_edges(canvas, parts)
        canvas.add_(grains.index_select(0, offsets[frames]).view_as(canvas), alpha=room.noise)
        out.images[frames] = canvas.clamp_(0, 255)

    share_out(draw, [slice(start, start + batch) for start in range(0, n, batch)], device)
    return out


def visible_joints(
    parts: Tensor, joints: Tensor, *, skeleton: Skeleton = H36M17, radius: int | None = None
) -> Tensor:
    """Which joints are seen: one of the parts that meet in the joint is in front, there or next to it.

    Args:
        parts: ``(N, S, S)`` part masks.
        joints: ``(N, J, 2)`` crop pixels; a joint that is NaN or outside is not seen.
        skeleton: names of the ``J`` joints.
        radius: pixels around the joint that count; by default one for every 128 of the crop.

    Returns:
        bool ``(N, J)``.
    """
    size = parts.shape[-1]
    reach = max(1, round(size / 128)) if radius is None else radius
    allowed = torch.zeros(len(skeleton), len(PARTS), dtype=torch.bool, device=parts.device)
    for j, name in enumerate(skeleton.joints):
        for part in JOINT_PARTS[name]:
            allowed[j, PARTS.index(part)] = True
    inside = ((joints >= 0) & (joints < size)).all(-1)
    place = joints.nan_to_num(0.0).clamp(0, size - 1).long()
    picture = torch.arange(len(parts), device=parts.device)[:, None]
    joint = torch.arange(len(skeleton), device=parts.device)
    seen = torch.zeros_like(inside)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            x = (place[..., 0] + dx).clamp(0, size - 1)
            y = (place[..., 1] + dy).clamp(0, size - 1)
            seen |= allowed[joint, parts[picture, y, x].long()]
    return seen & inside


def _picture_behind(room: Room, camera: Camera, boxes: Tensor, size: int) -> Backdrop:
    """The room in the part of the image that the boxes cover, a little finer than their pixels."""
    (x0, y0), (x1, y1) = boxes[:, :2].amin(0).tolist(), boxes[:, 2:].amax(0).tolist()
    side = float((boxes[:, 2] - boxes[:, 0]).median())
    scene = backdrop(room, camera, (x0, y0, x1, y1), max(side / size / 1.3, 0.5), boxes.cpu(), size)
    return replace(scene, texels=scene.texels.to(boxes.device))


def _soften_edges(canvas: Tensor, parts: Tensor) -> None:
    """Smooth ``(N, S, S, 3)`` in place where two parts, or a part and the room, meet."""
    edge = torch.zeros_like(parts, dtype=torch.bool)
    across, down = parts[:, :, 1:] != parts[:, :, :-1], parts[:, 1:] != parts[:, :-1]
    edge[:, :, 1:] |= across
    edge[:, :, :-1] |= across
    edge[:, 1:] |= down
    edge[:, :-1] |= down
    edge[:, [0, -1]] = False
    edge[:, :, [0, -1]] = False
    where = edge.view(-1).nonzero().squeeze(1)
    flat, row = canvas.view(-1, 3), parts.shape[-1]
    mean = 0.4 * flat.index_select(0, where)
    for step in (-row, -1, 1, row):
        mean.add_(flat.index_select(0, where + step), alpha=0.15)
    flat[where] = mean


@cache
def _noise(length: int) -> Tensor:
    values = rng("sensor noise").standard_normal(_NOISE_LENGTH + length, dtype=np.float32)
    return torch.from_numpy(values)
