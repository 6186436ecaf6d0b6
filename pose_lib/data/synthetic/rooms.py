"""Rooms to stand in: floor, walls, furniture and light, another for every name.

A room is a box with furniture along its walls. Its picture from a camera is taken once (one ray a texel)
and all crops of that camera are cut from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pose_lib.data.seeds import rng
from pose_lib.geometry.cameras import Camera

__all__ = ["Backdrop", "Light", "Room", "room"]

Vector = tuple[float, float, float]

_FLOORS = ("carpet", "planks", "tiles", "rug")
_GRAIN = 64


@dataclass(frozen=True)
class Light:
    """One distant lamp and the light from everywhere; colours are linear."""

    towards: Vector
    """Unit direction from the scene to the lamp, world frame."""
    key: Vector
    ambient: Vector
    bounce: Vector
    """Light that comes back from the floor."""


@dataclass(frozen=True)
class Backdrop:
    """An empty room seen by a camera, in a part of its image."""

    texels: Tensor
    """uint8 ``(H, W, 4)``, RGB and an unused byte."""
    corner: tuple[float, float]
    """Image pixels of the upper left texel's corner."""
    pitch: float
    """Image pixels a texel."""


@dataclass(frozen=True)
class _Block:
    low: Vector
    high: Vector
    colour: Vector
    second: Vector
    stripe: float  # mm; 0 for none


@dataclass(frozen=True)
class _Panel:
    """A rectangle on wall 0-3 (+x, -x, +y, -y): place along it and height, mm."""

    wall: int
    along: tuple[float, float]
    height: tuple[float, float]
    colour: Vector
    frame: Vector
    bars: int


@dataclass(frozen=True)
class Room:
    """Everything about a room; made by :func:`room`."""

    half: tuple[float, float]
    height: float
    floor: str
    floor_colours: tuple[Vector, Vector]
    walls: tuple[Vector, Vector, Vector, Vector]
    wainscot: float
    wainscot_colour: Vector
    skirting: Vector
    panels: tuple[_Panel, ...]
    blocks: tuple[_Block, ...]
    spots: tuple[tuple[int, float, float], ...]
    light: Light
    noise: float
    """Standard deviation of the sensor's noise, in steps of 1/255."""
    grain: Tensor

    def backdrop(self, camera: Camera, region: tuple[float, float, float, float], pitch: float) -> Backdrop:
        """The empty room in the image region ``x0, y0, x1, y1`` at ``pitch`` image pixels a texel."""
        x0, y0, x1, y1 = region
        columns, rows = max(1, math.ceil((x1 - x0) / pitch)), max(1, math.ceil((y1 - y0) / pitch))
        f, c = camera.f.tolist(), camera.c.tolist()
        x = (x0 + pitch * (torch.arange(columns) + 0.5) - c[0]) / f[0]
        y = (y0 + pitch * (torch.arange(rows) + 0.5) - c[1]) / f[1]
        grid = torch.stack(torch.broadcast_tensors(x[None], y[:, None], torch.ones(1, 1)), -1)
        rays = (grid.reshape(-1, 3) @ camera.R.float()).T.contiguous()
        radius = (grid[..., :2] ** 2).sum(-1).reshape(-1)
        colour = self._colours(camera.T.tolist(), rays) * (1 - 0.9 * radius)[:, None]
        bytes_ = (colour.clamp(0, 1) * 255).round().to(torch.uint8).view(rows, columns, 3)
        texels = torch.nn.functional.pad(bytes_, (0, 1)).contiguous()
        return Backdrop(texels, (x0, y0), pitch)

    def _colours(self, eye: list[float], rays: Tensor) -> Tensor:
        """SRGB ``(K, 3)`` at the end of rays ``(3, K)`` of unit depth."""
        bounds = ((-self.half[0], self.half[0]), (-self.half[1], self.half[1]), (0.0, self.height))
        exits = torch.stack(
            [
                (torch.where(d > 0, high, low) - o) / torch.where(d.abs() < 1e-6, 1e-6, d)
                for d, o, (low, high) in zip(rays, eye, bounds, strict=True)
            ]
        )
        reach, face = exits.min(0)
        hit = torch.tensor(eye)[:, None] + reach * rays
        colour = torch.empty(rays.shape[1], 3)
        positive = rays.gather(0, face[None])[0] > 0
        for axis, side, paint in (
            (2, False, self._floor),
            (2, True, self._ceiling),
            *((a, s, None) for a in (0, 1) for s in (True, False)),
        ):
            where = ((face == axis) & (positive == side)).nonzero().squeeze(1)
            place = hit[:, where]
            wall = 2 * axis + (not side)
            colour[where] = paint(place) if paint else self._wall(wall, place)
        for block in self.blocks:
            self._draw_block(block, eye, rays, reach, colour)
        return colour

    def _speckle(self, a: Tensor, b: Tensor, scale: float) -> Tensor:
        size = self.grain.shape[0]
        index = (a / scale).long().remainder(size) * size + (b / scale).long().remainder(size)
        return self.grain.view(-1)[index]

    def _floor(self, hit: Tensor) -> Tensor:
        x, y = hit[0], hit[1]
        first, second = (torch.tensor(c) for c in self.floor_colours)
        tone = 1 + 0.05 * self._speckle(x, y, 11.0) + 0.07 * self._speckle(x, y, 140.0)
        blend = torch.zeros_like(x)
        if self.floor == "planks":
            row = (x / 160).floor()
            shifted = y + row * 731
            board = (row * 7 + (shifted / 1400).floor() * 13).remainder(11) / 11
            tone = tone * (0.88 + 0.24 * board)
            blend = ((x.remainder(160) < 8) | (shifted.remainder(1400) < 8)).float()
        elif self.floor == "tiles":
            blend = ((x.remainder(450) < 12) | (y.remainder(450) < 12)).float()
            tone = tone * (0.94 + 0.12 * ((x / 450).floor() * 5 + (y / 450).floor() * 3).remainder(7) / 7)
        elif self.floor == "rug":
            blend = ((x.abs() < 2300) & (y.abs() < 2900)).float()
        colour = torch.lerp(first, second, blend[:, None]) * tone[:, None]
        marks = (((x.abs() - 900).abs() < 20) & ((y.remainder(1300) - 650).abs() < 110)).float()[:, None]
        colour = torch.lerp(colour, torch.full((3,), 0.85), 0.7 * marks)
        edge = torch.minimum(self.half[0] - x.abs(), self.half[1] - y.abs())
        pool = torch.exp(-((x * x + y * y) / 4.2e3**2))
        return colour * ((1 - 0.4 * torch.exp(-edge / 350)) * (0.72 + 0.33 * pool))[:, None]

    def _ceiling(self, hit: Tensor) -> Tensor:
        x, y = hit[0], hit[1]
        lamp = (((x.abs() - 1500).abs() < 140) & (y.remainder(2600) < 1300)).float()
        tone = 0.62 + 0.03 * self._speckle(x, y, 200.0)
        return torch.lerp(tone[:, None].expand(-1, 3), torch.ones(3), lamp[:, None])

    def _wall(self, wall: int, hit: Tensor) -> Tensor:
        along, z = (hit[1], hit[2]) if wall < 2 else (hit[0], hit[2])
        length = self.half[1] if wall < 2 else self.half[0]
        colour = torch.tensor(self.walls[wall]).expand(len(z), 3)
        low = (z < self.wainscot).float()[:, None]
        colour = torch.lerp(colour, torch.tensor(self.wainscot_colour), low)
        for panel in self.panels:
            if panel.wall == wall:
                colour = _draw_panel(panel, along, z, colour)
        colour = torch.lerp(colour, torch.tensor(self.skirting), (z < 110).float()[:, None])
        tone = 1 + 0.025 * self._speckle(along, z, 60.0) + 0.03 * self._speckle(along, z, 400.0)
        edge = torch.minimum(torch.minimum(length - along.abs(), z + 60), self.height - z)
        tone = tone * (1 - 0.35 * torch.exp(-edge / 300)) * (0.8 + 0.12 * z / self.height)
        for spot, place, brightness in self.spots:
            if spot == wall:
                distance = ((along - place) / 520) ** 2 + ((z - 2050) / 750) ** 2
                tone = tone * (1 + brightness * torch.exp(-distance))
        return colour * tone[:, None]

    def _draw_block(
        self, block: _Block, eye: list[float], rays: Tensor, reach: Tensor, colour: Tensor
    ) -> None:
        near, far = torch.zeros_like(reach), reach.clone()
        face = torch.zeros_like(reach)
        for axis in range(3):
            inverse = 1 / torch.where(rays[axis].abs() < 1e-6, 1e-6, rays[axis])
            a, b = (block.low[axis] - eye[axis]) * inverse, (block.high[axis] - eye[axis]) * inverse
            enter = torch.minimum(a, b)
            face = torch.where(enter > near, axis, face)
            near = torch.maximum(near, enter)
            far = torch.minimum(far, torch.maximum(a, b))
        where = ((near < far) & (near > 0)).nonzero().squeeze(1)
        if len(where) == 0:
            return
        reach[where] = near[where]
        hit = torch.tensor(eye)[:, None] + near[where] * rays[:, where]
        side = face[where]
        tone = torch.where(side == 2, 1.0, torch.where(side == 1, 0.72, 0.82))
        tone = (
            tone
            * (1 - 0.35 * torch.exp(-hit[2] / 250))
            * (1 + 0.05 * self._speckle(hit[0] + hit[1], hit[2], 30.0))
        )
        paint = torch.tensor(block.colour).expand(len(where), 3)
        if block.stripe:
            lines = ((hit[0] + hit[1]).remainder(block.stripe) < 0.35 * block.stripe) & (side < 2)
            paint = torch.lerp(paint, torch.tensor(block.second), lines.float()[:, None])
        colour[where] = paint * tone[:, None]


def _draw_panel(panel: _Panel, along: Tensor, z: Tensor, colour: Tensor) -> Tensor:
    (a0, a1), (z0, z1) = panel.along, panel.height
    rim = 55.0
    outer = (along > a0 - rim) & (along < a1 + rim) & (z > z0 - rim) & (z < z1 + rim)
    inner = (along > a0) & (along < a1) & (z > z0) & (z < z1)
    if panel.bars:
        step = (a1 - a0) / panel.bars
        inner &= (along - a0).remainder(step) > 40
    colour = torch.lerp(colour, torch.tensor(panel.frame), outer.float()[:, None])
    return torch.lerp(colour, torch.tensor(panel.colour), inner.float()[:, None])


def room(*names: str | int) -> Room:
    """The room of that name; other names give other rooms."""
    draw = rng("room", *names)

    def between(low: float, high: float) -> float:
        return float(draw.uniform(low, high))

    def tint(
        hue: tuple[float, float] = (0, 1),
        saturation: tuple[float, float] = (0.05, 0.5),
        value: tuple[float, float] = (0.3, 0.9),
    ) -> Vector:
        return _rgb(between(*hue), between(*saturation), between(*value))

    half = (between(3300, 4300), between(5300, 6400))
    height = between(2700, 3300)
    paint = tint(saturation=(0.02, 0.28), value=(0.62, 0.9))
    accent = tint(saturation=(0.1, 0.5), value=(0.35, 0.85))
    floor = str(draw.choice(_FLOORS))
    base = (
        tint(hue=(0.02, 0.14), saturation=(0.15, 0.5), value=(0.3, 0.72))
        if floor != "carpet"
        else tint(saturation=(0.1, 0.7), value=(0.22, 0.6))
    )
    second: Vector = (
        tint(saturation=(0.2, 0.75), value=(0.22, 0.6)) if floor == "rug" else tuple(0.6 * c for c in base)
    )  # type: ignore[assignment]
    walls: tuple[Vector, ...] = tuple(accent if draw.random() < 0.25 else paint for _ in range(4))
    wainscot = between(700, 1200) if draw.random() < 0.35 else 0.0
    panels = tuple(
        _panel(draw, wall, half[1] if wall < 2 else half[0], k)
        for wall in range(4)
        for k in range(int(draw.integers(1, 4)))
    )
    blocks = tuple(
        _block(draw, wall, half, tint) for wall in range(4) for _ in range(int(draw.integers(1, 3)))
    )
    spots = tuple((int(draw.integers(4)), between(-3500, 3500), between(0.1, 0.45)) for _ in range(5))
    lean, turn = between(0.1, 0.65), between(0, 2 * math.pi)
    towards = (math.sin(lean) * math.cos(turn), math.sin(lean) * math.sin(turn), math.cos(lean))
    warm = between(-0.08, 0.10)
    exposure = between(0.85, 1.15)
    key = between(0.55, 0.95)
    bounced = second if floor == "rug" else base
    light = Light(
        towards=towards,
        key=(exposure * key * (1 + warm), exposure * key, exposure * key * (1 - warm)),
        ambient=(exposure * 0.42, exposure * 0.42, exposure * 0.43),
        bounce=tuple(0.30 * exposure * c for c in bounced),  # type: ignore[arg-type]
    )
    noise = draw.normal(size=(_GRAIN, _GRAIN)).astype(np.float32)
    return Room(
        half=half,
        height=height,
        floor=floor,
        floor_colours=(base, second),
        walls=walls,  # type: ignore[arg-type]
        wainscot=wainscot,
        wainscot_colour=tint(saturation=(0.05, 0.5), value=(0.3, 0.75)),
        skirting=tint(saturation=(0.0, 0.3), value=(0.15, 0.9)),
        panels=panels,
        blocks=blocks,
        spots=spots,
        light=light,
        noise=between(1.5, 5.0),
        grain=torch.from_numpy(noise),
    )


def _panel(draw: np.random.Generator, wall: int, length: float, k: int) -> _Panel:
    """A door, a window, a poster or a board."""
    kind = ("window", "poster", "door", "board")[int(draw.integers(4))]
    place = float(draw.uniform(-length + 900, length - 900))
    low, high, wide = {
        "window": (950, 2150, 1300),
        "poster": (1150, 1950, 560),
        "door": (0, 2050, 850),
        "board": (900, 1900, 1900),
    }[kind]
    shade = _rgb(float(draw.random()), float(draw.uniform(0, 0.6)), float(draw.uniform(0.25, 0.85)))
    colour = (0.86, 0.93, 1.0) if kind == "window" else shade
    frame = (0.9, 0.9, 0.88) if kind in ("window", "board") else (0.25, 0.2, 0.17)
    bars = 2 if kind == "window" else 0
    return _Panel(wall, (place - wide / 2, place + wide / 2), (float(low), float(high)), colour, frame, bars)


def _block(draw: np.random.Generator, wall: int, half: tuple[float, float], tint: object) -> _Block:
    """A cupboard, a table, a radiator or a box against a wall."""
    depth, wide, high = ((420, 1100, 1700), (650, 1500, 740), (130, 1000, 620), (450, 500, 420))[
        int(draw.integers(4))
    ]
    wide, high = wide * float(draw.uniform(0.7, 1.3)), high * float(draw.uniform(0.8, 1.2))
    across, along = (0, 1) if wall < 2 else (1, 0)
    place = float(draw.uniform(-half[along] + wide / 2, half[along] - wide / 2))
    sign = 1 - 2 * (wall % 2)
    wall_at = sign * half[across]
    low, top = [0.0, 0.0, 0.0], [0.0, 0.0, high]
    low[across], top[across] = sorted((wall_at, wall_at - sign * depth))
    low[along], top[along] = place - wide / 2, place + wide / 2
    colour = tint(saturation=(0.05, 0.6), value=(0.2, 0.85))  # type: ignore[operator]
    dark = tuple(0.7 * c for c in colour)
    stripe = float(draw.choice([0.0, 90.0, 300.0]))
    return _Block(tuple(low), tuple(top), colour, dark, stripe)  # type: ignore[arg-type]


def _rgb(hue: float, saturation: float, value: float) -> Vector:
    """SRGB of a hue in turns, a saturation and a value."""
    r, g, b = (
        value * (1 - saturation * (0.5 - 0.5 * math.cos(2 * math.pi * (hue - shift / 3))))
        for shift in range(3)
    )
    return (r, g, b)
