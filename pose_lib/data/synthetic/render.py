"""Pictures of people: flesh through a camera, in a room, with light, shadow and the noise of a sensor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.flesh import JOINT_PARTS, MATERIALS, PARTS, Solids
from pose_lib.data.synthetic.raster import Hits, Outlines, visible_pixels
from pose_lib.data.synthetic.rooms import Backdrop, Light, Room
from pose_lib.geometry.boxes import to_crop
from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.skeletons import H36M17, Skeleton

__all__ = ["Pictures", "render", "visible_joints"]

_NEAR = 150.0  # mm; solids closer to the camera than that are not drawn
_SHADOW = (96, 32)  # rows and columns of the shadow's raster
_TILE = 64
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
    """Crops of a scene, one a frame.

    Args:
        solids: what stands in the room, ``N`` frames, on the device that is to draw.
        camera: the camera; its lens distortion bends every end of every solid.
        boxes: ``(N, 4)`` squares in image pixels.
        size: side ``S`` of a crop in pixels.
        room: backdrop and light.
        noise: names of the stream of the sensor's noise.
        batch: crops drawn at a time; peak memory is proportional to it.

    Raises:
        ValueError: numbers of frames and boxes differ, or a box is not finite.
    """
    n, device = len(solids), solids.ends.device
    if boxes.shape != (n, 4) or not bool(boxes.isfinite().all()):
        raise ValueError(
            f"boxes {tuple(boxes.shape)} must be finite and ({n}, 4), one for each frame of the solids"
        )
    boxes = boxes.to(device, torch.float32)
    backdrop = _backdrop(room, camera, boxes, size)
    length = size * size * 3
    offsets = torch.from_numpy(rng(*noise).integers(0, _NOISE_LENGTH, n)).to(device)
    grains = (_noise(length).to(device) * room.noise).unfold(0, length, 1)
    out = Pictures(
        images=torch.empty(n, size, size, 3, dtype=torch.uint8, device=device),
        parts=torch.zeros(n, size, size, dtype=torch.uint8, device=device),
        depth=torch.full((n, size, size), torch.inf, device=device),
    )
    for part in _slices(n, batch):
        some, box = solids.at(part), boxes[part]
        hits = visible_pixels(_outlines(some, camera, box, size), size, size)
        canvas = _empty_rooms(backdrop, box, size)
        canvas *= _shadows(some, camera, box, size, room.light)[..., None]
        canvas.view(-1, 3)[hits.pixel] = _shade(hits, some, camera, room.light).T
        out.parts[part].view(-1)[hits.pixel] = some.part[hits.solid.remainder(len(some.part))]
        out.depth[part].view(-1)[hits.pixel] = hits.depth
        _soften_edges(canvas, out.parts[part])
        canvas += grains.index_select(0, offsets[part]).view_as(canvas)
        out.images[part] = canvas.clamp_(0, 255)
    return out


def visible_joints(
    parts: Tensor, joints: Tensor, *, skeleton: Skeleton = H36M17, radius: int | None = None
) -> Tensor:
    """Which joints are seen: one of the parts that meet in it is in front, there or right beside.

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


def _slices(n: int, batch: int) -> Iterator[slice]:
    for start in range(0, n, batch):
        yield slice(start, min(n, start + batch))


def _outlines(solids: Solids, camera: Camera, boxes: Tensor, size: int) -> Outlines:
    ends = camera.to_camera(solids.ends)
    depth = ends[..., 2]
    hidden = (depth < _NEAR).any(-1)
    pixels = camera.project(ends).masked_fill(hidden[..., None, None], torch.nan)
    n, p = hidden.shape
    xy = to_crop(pixels.view(n, p * 2, 2), boxes, size).view(n, p, 2, 2)
    zoom = float(camera.f.mean()) * size / (boxes[:, 2] - boxes[:, 0])
    radius = (solids.radii * zoom[:, None, None] / depth).clamp(min=0.6)
    return Outlines(xy, depth, radius, depth.mean(-1) / zoom[:, None])


def _shade(hits: Hits, solids: Solids, camera: Camera, light: Light) -> Tensor:
    """Colours ``(3, V)`` in 0-255."""
    p = solids.radii.shape[0]
    kind = hits.solid.remainder(p)
    turn = camera.R.to(hits.normal)
    grain = (solids.grain @ turn.T).flatten(0, 1)
    axis = camera.to_camera(solids.ends)
    axis = (axis[:, :, 1] - axis[:, :, 0]).flatten(0, 1)
    # Texture coordinates of the surface point a + along * axis + radius * normal.
    base = solids.phase.flatten(0, 1)
    slope = (grain * axis[:, None]).sum(-1)
    radius = solids.radii
    thick = torch.lerp(radius[:, 0][kind], radius[:, 1][kind], hits.along)
    coordinates = []
    for i in range(2):
        g = grain[:, i].T.contiguous()
        across = sum(g[k].index_select(0, hits.solid) * hits.normal[k] for k in range(3))
        start = base[:, i].index_select(0, hits.solid) + slope[:, i].index_select(0, hits.solid) * hits.along
        coordinates.append(torch.addcmul(start, thick, across))  # type: ignore[arg-type]
    u, v = ((c - c.floor()).mul_(_TILE).long().clamp_(max=_TILE - 1) for c in coordinates)
    mix = _atlas().to(hits.normal).view(-1).index_select(0, (solids.material[kind] * _TILE + u) * _TILE + v)
    first, second = (solids.colours[:, i].square().T.contiguous() for i in range(2))
    towards = turn @ torch.tensor(light.towards, device=turn.device)
    up = turn[:, 2]
    facing = (towards @ hits.normal).add_(0.15).div_(1.15).clamp_(min=0)
    above = (up @ hits.normal).mul_(0.5).add_(0.5)
    colour = torch.empty_like(hits.normal)
    for k in range(3):
        albedo = torch.lerp(first[k].index_select(0, kind), second[k].index_select(0, kind), mix)
        glow = (
            torch.add(facing * light.key[k], above, alpha=light.ambient[k] - light.bounce[k])
            + light.bounce[k]
        )
        colour[k] = albedo * glow
    return colour.clamp_(min=0).sqrt_().mul_(255)


def _shadows(solids: Solids, camera: Camera, boxes: Tensor, size: int, light: Light) -> Tensor:
    """Factors ``(N, S, S)``: the solids laid along the light onto the floor, soft, weaker from higher up."""
    rows, columns = _SHADOW
    towards = torch.tensor(light.towards, device=boxes.device)
    height = solids.ends[..., 2:]
    flat = solids.ends - height.clamp(min=0) * (towards / towards[2])
    flat = torch.cat([flat[..., :2], torch.zeros_like(height)], -1)
    outlines = _outlines(
        Solids(
            flat,
            solids.radii * 1.25,
            solids.colours,
            solids.material,
            solids.part,
            solids.grain,
            solids.phase,
        ),
        camera,
        boxes,
        columns,
    )
    squash = outlines.xy * outlines.xy.new_tensor([1.0, rows / columns])
    # Nearest means darkest here: the lower a solid, the harder its shadow.
    weight = torch.exp(-height.clamp(min=0)[..., 0] / 700)
    hits = visible_pixels(
        Outlines(squash, 1000 + height[..., 0].clamp(min=0), outlines.radius, outlines.scale), columns, rows
    )
    dark = weight.mean(-1).view(-1).index_select(0, hits.solid) * hits.normal[2].neg().clamp(min=0)
    shade = torch.ones(len(boxes) * rows * columns, device=boxes.device)
    shade[hits.pixel] = 1 - 0.6 * dark
    shade = shade.view(-1, 1, rows, columns)
    return torch.nn.functional.interpolate(shade, size=(size, size), mode="bilinear", align_corners=False)[
        :, 0
    ]


def _backdrop(room: Room, camera: Camera, boxes: Tensor, size: int) -> Backdrop:
    low, high = boxes[:, :2].amin(0).tolist(), boxes[:, 2:].amax(0).tolist()
    side = float((boxes[:, 2] - boxes[:, 0]).median())
    backdrop = room.backdrop(camera, (low[0], low[1], high[0], high[1]), max(side / size / 1.5, 0.5))
    return Backdrop(backdrop.texels.to(boxes.device), backdrop.corner, backdrop.pitch)


def _empty_rooms(backdrop: Backdrop, boxes: Tensor, size: int) -> Tensor:
    """Float ``(N, S, S, 3)`` crops of the empty room."""
    rows, columns = backdrop.texels.shape[:2]
    steps = (torch.arange(size, device=boxes.device) + 0.5) / size
    places = []
    for axis, limit in ((0, columns), (1, rows)):
        at = torch.addcmul(boxes[:, axis, None], boxes[:, axis + 2, None] - boxes[:, axis, None], steps)
        places.append(((at - backdrop.corner[axis]) / backdrop.pitch).long().clamp_(0, limit - 1))
    index = (places[1][:, :, None] * columns + places[0][:, None]).view(-1)
    packed = backdrop.texels.view(torch.int32).view(-1).index_select(0, index)
    return packed.view(torch.uint8).view(len(boxes), size, size, 4)[..., :3].float()


def _soften_edges(canvas: Tensor, parts: Tensor) -> None:
    """Smooth ``(N, S, S, 3)`` in place where two parts, or a part and the room, meet: a lens has no staircases."""
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


@cache
def _atlas() -> Tensor:
    """``(materials, 64, 64)`` how much of a solid's second colour shows; rows run along the first axis."""
    draw = rng("materials")
    row, column = np.mgrid[0:_TILE, 0:_TILE] / _TILE
    soft = draw.normal(size=(_TILE, _TILE))
    soft = np.real(
        np.fft.ifft2(
            np.fft.fft2(soft)
            * np.exp(-60 * (np.fft.fftfreq(_TILE)[:, None] ** 2 + np.fft.fftfreq(_TILE) ** 2))
        )
    )
    soft = soft / soft.std()
    streaks = np.repeat(draw.normal(size=(1, _TILE)), _TILE, 0)
    sheets = {
        "plain": np.zeros((_TILE, _TILE)),
        "stripes": (row % 1 < 0.42).astype(float),
        "checks": 0.5 * ((row * 2 % 1 < 0.4) * 1.0 + (column * 2 % 1 < 0.4)),
        "dots": ((row - 0.5) ** 2 + (column - 0.5) ** 2 < 0.075).astype(float),
        "skin": 0.35 + 0.2 * soft,
        "hair": 0.4 + 0.35 * streaks,
        "denim": 0.45 + 0.25 * soft + 0.12 * draw.normal(size=(_TILE, _TILE)),
        "knit": 0.4 + 0.3 * soft,
    }
    return torch.from_numpy(np.stack([sheets[name] for name in MATERIALS]).clip(0, 1).astype(np.float32))
