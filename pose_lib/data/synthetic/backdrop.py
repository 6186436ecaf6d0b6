"""The picture of an empty room: one ray per texel, to a wall, the floor, the ceiling or a piece of furniture.

It is rendered once for a camera; the backgrounds of all crops of that camera are cut from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from pose_lib.data.crew import share_out
from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.people import Colour
from pose_lib.data.synthetic.rooms import Block, Panel, Room
from pose_lib.geometry.cameras import Camera

__all__ = ["Backdrop", "backdrop"]

_TEXELS = 1 << 16  # drawn at a time
_STAIN_SIDE = 256
_STAIN_PITCH = 15.0  # mm


@dataclass(frozen=True)
class Backdrop:
    """An empty room seen by a camera, in a part of its image."""

    texels: Tensor
    """uint8 ``(H, W, 4)``, RGB and an unused byte."""
    corner: tuple[float, float]
    """Image pixels of the upper left texel's corner."""
    pitch: float
    """Image pixels per texel."""

    def crops(self, boxes: Tensor, size: int) -> Tensor:
        """Float ``(N, S, S, 3)`` in 0-255: the background of ``boxes (N, 4)``, from the nearest texels."""
        packed = self.texels.view(torch.int32).view(-1).index_select(0, self.nearest(boxes, size))
        return packed.view(torch.uint8).view(len(boxes), size, size, 4)[..., :3].float()

    def nearest(self, boxes: Tensor, size: int) -> Tensor:
        """Indices ``(N * S * S,)`` of the texels that :meth:`crops` takes, counted row by row."""
        rows, columns = self.texels.shape[:2]
        steps = (torch.arange(size, device=boxes.device) + 0.5) / size
        places = []
        for axis, limit in ((0, columns), (1, rows)):
            low, high = boxes[:, axis, None], boxes[:, axis + 2, None]
            at = torch.addcmul(low, high - low, steps)
            places.append(((at - self.corner[axis]) / self.pitch).int().clamp_(0, limit - 1))
        return (places[1][:, :, None] * columns + places[0][:, None]).view(-1)


def backdrop(
    room: Room,
    camera: Camera,
    region: tuple[float, float, float, float],
    pitch: float,
    boxes: Tensor | None = None,
    size: int = 0,
) -> Backdrop:
    """Render a room in the image region ``x0, y0, x1, y1`` at ``pitch`` image pixels per texel.

    The lens is ideal here: its distortion would shift the room by a pixel or two, and no metric sees that.

    Args:
        room: what is seen.
        camera: by whom.
        region: in image pixels.
        pitch: image pixels per texel.
        boxes: ``(N, 4)``; with them only the texels are drawn that crops of them take, the rest is black.
        size: side of these crops in pixels.
    """
    x0, y0, x1, y1 = region
    columns, rows = max(1, math.ceil((x1 - x0) / pitch)), max(1, math.ceil((y1 - y0) / pitch))
    (fx, fy), (cx, cy) = camera.f.tolist(), camera.c.tolist()
    scene, turn = _Scene(room, camera.T.tolist()), camera.R.cpu().float()
    x = ((x0 - cx) + pitch * (torch.arange(columns) + 0.5)) / fx
    y = ((y0 - cy) + pitch * (torch.arange(rows) + 0.5)) / fy
    made = Backdrop(torch.zeros(rows, columns, 4, dtype=torch.uint8), (x0, y0), pitch)
    texels = made.texels.view(-1, 4)
    wanted = torch.ones(len(texels), dtype=torch.bool)
    if boxes is not None:
        wanted.zero_()[made.nearest(boxes, size)] = True

    def draw(places: Tensor) -> None:
        across, down = x[places % columns], y[places // columns]
        rays = torch.stack([across, down, torch.ones_like(across)], 1) @ turn
        falloff = 1 - 0.9 * (across * across + down * down)[:, None]
        colour = scene.look(rays.T.contiguous()) * falloff
        texels[places, :3] = colour.clamp_(0, 1).mul_(255).round_().byte()

    share_out(draw, torch.split(wanted.nonzero().squeeze(1), _TEXELS), texels.device)
    return made


@dataclass(frozen=True)
class _Scene:
    room: Room
    eye: list[float]

    def look(self, rays: Tensor) -> Tensor:
        """SRGB ``(K, 3)`` where the rays ``(3, K)`` end."""
        room, eye = self.room, torch.tensor(self.eye)[:, None]
        low = torch.tensor([-room.half[0], -room.half[1], 0.0])[:, None]
        high = torch.tensor([*room.half, room.height])[:, None]
        ahead = rays > 0
        safe = torch.where(rays.abs() < 1e-6, 1e-6, rays)
        reach, face = ((torch.where(ahead, high, low) - eye) / safe).min(0)
        hit = eye + reach * rays
        ahead = ahead.gather(0, face[None])[0]
        colour = torch.empty(rays.shape[1], 3)
        for axis in range(3):
            for side in (True, False):
                where = ((face == axis) & (ahead == side)).nonzero().squeeze(1)
                x, y, z = hit[:, where]
                if axis == 2:
                    colour[where] = self._ceiling(x, y) if side else self._floor(x, y)
                else:
                    colour[where] = self._wall(2 * axis + (not side), x if axis else y, z)
        for block in room.blocks:
            self._block(block, rays, safe, reach, colour)
        return colour

    def _tone(self, a: Tensor, b: Tensor, strength: float, zoom: float = 1.0) -> Tensor:
        """Factors around 1 for stains and grain, at places in mm."""
        u, v = (
            ((place + start) * (zoom / _STAIN_PITCH)).long().remainder_(_STAIN_SIDE)
            for place, start in zip((a, b), self.room.stains, strict=True)
        )
        return 1 + strength * _stains().index_select(0, u * _STAIN_SIDE + v)

    def _floor(self, x: Tensor, y: Tensor) -> Tensor:
        room = self.room
        tone = self._tone(x, y, 0.06)
        blend = torch.zeros_like(x)
        if room.floor == "planks":
            row = (x / 160).floor()
            shifted = y + row * 731
            board = (row * 7 + (shifted / 1400).floor() * 13).remainder(11) / 11
            tone *= 0.9 + 0.2 * board
            blend = ((x.remainder(160) < 14) | (shifted.remainder(1400) < 14)) * 0.6
        elif room.floor == "tiles":
            blend = ((x.remainder(450) < 18) | (y.remainder(450) < 18)) * 0.8
            tone *= 0.95 + 0.1 * ((x / 450).floor() * 5 + (y / 450).floor() * 3).remainder(7) / 7
        elif room.floor == "rug":
            blend = ((x.abs() < 2300) & (y.abs() < 2900)) * 1.0
        colour = _mix(_rgb(room.floor_colours[0]), room.floor_colours[1], blend)
        tape = ((x.abs() - 900).abs() < 20) & ((y.remainder(1300) - 650).abs() < 110)
        colour = _mix(colour, (0.85, 0.85, 0.85), tape * 0.7)
        edge = torch.minimum(room.half[0] - x.abs(), room.half[1] - y.abs())
        pool = torch.exp((x * x + y * y) / -(4.2e3**2))
        return colour * (tone * (1 - 0.4 * torch.exp(edge / -350)) * (0.72 + 0.33 * pool))[:, None]

    def _ceiling(self, x: Tensor, y: Tensor) -> Tensor:
        lamp = ((x.abs() - 1500).abs() < 140) & (y.remainder(2600) < 1300)
        tone = 0.62 * self._tone(x, y, 0.03)
        return _mix(tone[:, None].expand(-1, 3), (1.0, 1.0, 1.0), lamp * 1.0)

    def _wall(self, wall: int, along: Tensor, z: Tensor) -> Tensor:
        room = self.room
        colour = _mix(_rgb(room.walls[wall]), room.wainscot_colour, (z < room.wainscot) * 1.0)
        for panel in room.panels:
            if panel.wall == wall:
                colour = _hang(panel, along, z, colour)
        colour = _mix(colour, room.skirting, (z < 110) * 1.0)
        length = room.half[1] if wall < 2 else room.half[0]
        edge = torch.minimum(torch.minimum(length - along.abs(), z + 60), room.height - z)
        tone = self._tone(along, z, 0.035) * (1 - 0.35 * torch.exp(edge / -300))
        tone *= 0.8 + 0.12 * z / room.height
        for spot, place, brightness in room.spots:
            if spot == wall:
                distance = ((along - place) / 520) ** 2 + ((z - 2050) / 750) ** 2
                tone *= 1 + brightness * torch.exp(-distance)
        return colour * tone[:, None]

    def _block(self, block: Block, rays: Tensor, safe: Tensor, reach: Tensor, colour: Tensor) -> None:
        """Draw over ``colour`` and shorten ``reach`` where the block is nearer."""
        eye = torch.tensor(self.eye)[:, None]
        a, b = ((torch.tensor(corner)[:, None] - eye) / safe for corner in (block.low, block.high))
        near, side = torch.minimum(a, b).max(0)
        far = torch.minimum(torch.maximum(a, b).amin(0), reach)
        where = ((near < far) & (near > 0)).nonzero().squeeze(1)
        reach[where] = near[where]
        x, y, z = eye + near[where] * rays[:, where]
        side = side[where]
        tone = torch.tensor([0.82, 0.72, 1.0])[side] * (1 - 0.35 * torch.exp(z / -250))
        tone *= self._tone(x + y, z, 0.05)
        lines = torch.zeros_like(x)
        if block.stripe:
            lines = (((x + y).remainder(block.stripe) < 0.35 * block.stripe) & (side < 2)) * 1.0
        colour[where] = _mix(_rgb(block.colour), block.second, lines) * tone[:, None]


def _hang(panel: Panel, along: Tensor, z: Tensor, colour: Tensor) -> Tensor:
    (a0, a1), (z0, z1), rim = panel.along, panel.height, 55.0
    outer = (along > a0 - rim) & (along < a1 + rim) & (z > z0 - rim) & (z < z1 + rim)
    pane = (along - a0).remainder((a1 - a0) / panel.panes) > (40 if panel.panes > 1 else 0)
    inner = (along > a0) & (along < a1) & (z > z0) & (z < z1) & pane
    return _mix(_mix(colour, panel.frame, outer * 1.0), panel.colour, inner * 1.0)


def _rgb(colour: Colour) -> Tensor:
    return torch.tensor([colour])


def _mix(first: Tensor, second: Sequence[float], share: Tensor) -> Tensor:
    return torch.lerp(first, torch.tensor([second]), share[:, None])


@cache
def _stains() -> Tensor:
    """A square of noise of all sizes (1/f), flattened; it repeats without a seam."""
    frequency = np.fft.fftfreq(_STAIN_SIDE)
    radius = np.hypot(frequency[:, None], frequency).clip(min=1 / _STAIN_SIDE)
    white = rng("stains").normal(size=(_STAIN_SIDE, _STAIN_SIDE))
    pink = np.fft.ifft2(np.fft.fft2(white) / radius**0.8).real
    return torch.from_numpy((pink / pink.std()).astype(np.float32)).view(-1)
