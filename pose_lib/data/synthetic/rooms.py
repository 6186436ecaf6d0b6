"""Random rooms: floor, walls, furniture and light."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.people import Colour

__all__ = ["FLOORS", "Block", "Light", "Panel", "Room", "Vector", "room"]

Vector = tuple[float, float, float]

FLOORS = ("carpet", "planks", "tiles", "rug")


@dataclass(frozen=True)
class Light:
    """One distant lamp and ambient light; linear red, green, blue."""

    towards: Vector
    """Unit direction from the scene to the lamp, world frame."""
    key: Colour
    ambient: Colour
    """Ambient light from above."""
    bounce: Colour
    """Ambient light from below, reflected by the floor."""


@dataclass(frozen=True)
class Block:
    """A piece of furniture: a box between two corners in mm, with stripes of a width in mm (0 for none)."""

    low: Vector
    high: Vector
    colour: Colour
    second: Colour
    stripe: float


@dataclass(frozen=True)
class Panel:
    """A door, window, poster or board on a wall: its ranges along the wall and above the floor, mm."""

    wall: int
    along: tuple[float, float]
    height: tuple[float, float]
    colour: Colour
    frame: Colour
    panes: int


@dataclass(frozen=True)
class Room:
    """Everything in a room; made by :func:`room`. Walls are numbered +x, -x, +y, -y."""

    half: tuple[float, float]
    """Half of its extent along x and y, mm."""
    height: float
    floor: str
    floor_colours: tuple[Colour, Colour]
    walls: tuple[Colour, Colour, Colour, Colour]
    wainscot: float
    """Height in mm up to which the walls have ``wainscot_colour``."""
    wainscot_colour: Colour
    skirting: Colour
    panels: tuple[Panel, ...]
    blocks: tuple[Block, ...]
    spots: tuple[tuple[int, float, float], ...]
    """Spots of light: wall, place along it in mm, brightness."""
    stains: tuple[float, float]
    """Offset in mm of the texture of its surfaces."""
    light: Light
    noise: float
    """Standard deviation of the sensor's noise in this light, in steps of 1/255."""


def room(*names: str | int) -> Room:
    """A random room; the names give the random stream."""
    draw = rng("room", *names)
    half = (_between(draw, 3300, 4300), _between(draw, 5300, 6400))
    paint = _tint(draw, saturation=(0.02, 0.18), value=(0.62, 0.92))
    accent = _tint(draw, saturation=(0.1, 0.35), value=(0.4, 0.85))
    floor = str(draw.choice(FLOORS))
    if floor == "carpet":
        base = _tint(draw, saturation=(0.1, 0.6), value=(0.2, 0.55))
    else:
        base = _tint(draw, hue=(0.02, 0.13), saturation=(0.1, 0.45), value=(0.32, 0.72))
    dark = (0.6 * base[0], 0.6 * base[1], 0.6 * base[2])
    second = _tint(draw, saturation=(0.1, 0.65), value=(0.2, 0.55)) if floor == "rug" else dark
    a, b, c, d = (accent if draw.random() < 0.25 else paint for _ in range(4))
    lengths = (half[1], half[1], half[0], half[0])
    return Room(
        half=half,
        height=_between(draw, 2700, 3300),
        floor=floor,
        floor_colours=(base, second),
        walls=(a, b, c, d),
        wainscot=_between(draw, 700, 1200) if draw.random() < 0.35 else 0.0,
        wainscot_colour=_tint(draw, saturation=(0.03, 0.35), value=(0.3, 0.75)),
        skirting=_tint(draw, saturation=(0.0, 0.25), value=(0.15, 0.9)),
        panels=tuple(_panel(draw, w, lengths[w]) for w in range(4) for _ in range(draw.integers(1, 4))),
        blocks=tuple(_block(draw, w, half) for w in range(4) for _ in range(draw.integers(1, 3))),
        spots=tuple(
            (int(draw.integers(4)), _between(draw, -3500, 3500), _between(draw, 0.1, 0.45)) for _ in range(5)
        ),
        stains=(_between(draw, 0, 4000), _between(draw, 0, 4000)),
        light=_light(draw, second if floor == "rug" else base),
        noise=_between(draw, 1.5, 5.0),
    )


def _light(draw: np.random.Generator, floor: Colour) -> Light:
    lean, turn = _between(draw, 0.1, 0.65), _between(draw, 0, 2 * math.pi)
    warm, exposure = _between(draw, -0.08, 0.10), _between(draw, 0.85, 1.15)
    key = exposure * _between(draw, 0.55, 0.95)
    r, g, b = (0.3 * exposure * c for c in floor)
    return Light(
        towards=(math.sin(lean) * math.cos(turn), math.sin(lean) * math.sin(turn), math.cos(lean)),
        key=(key * (1 + warm), key, key * (1 - warm)),
        ambient=(0.42 * exposure, 0.42 * exposure, 0.43 * exposure),
        bounce=(r, g, b),
    )


_PANELS = {  # bottom, top and width in mm
    "window": (950.0, 2150.0, 1300.0),
    "poster": (1150.0, 1950.0, 560.0),
    "door": (0.0, 2050.0, 850.0),
    "board": (900.0, 1900.0, 1900.0),
}


def _panel(draw: np.random.Generator, wall: int, length: float) -> Panel:
    kind = str(draw.choice(list(_PANELS)))
    low, high, wide = _PANELS[kind]
    place = _between(draw, 900 - length, length - 900)
    colour = _tint(draw, saturation=(0.0, 0.5), value=(0.25, 0.85))
    bright = kind in ("window", "board")
    return Panel(
        wall=wall,
        along=(place - wide / 2, place + wide / 2),
        height=(low, high),
        colour=(0.86, 0.93, 1.0) if kind == "window" else colour,
        frame=(0.9, 0.9, 0.88) if bright else (0.25, 0.2, 0.17),
        panes=2 if kind == "window" else 1,
    )


_FURNITURE = (  # depth, width and height in mm: a cupboard, a table, a radiator, a box
    (420.0, 1100.0, 1700.0),
    (650.0, 1500.0, 740.0),
    (130.0, 1000.0, 620.0),
    (450.0, 500.0, 420.0),
)


def _block(draw: np.random.Generator, wall: int, half: tuple[float, float]) -> Block:
    depth, wide, high = _FURNITURE[draw.integers(len(_FURNITURE))]
    wide, high = wide * _between(draw, 0.7, 1.3), high * _between(draw, 0.8, 1.2)
    across, along = (0, 1) if wall < 2 else (1, 0)
    place = _between(draw, wide / 2 - half[along], half[along] - wide / 2)
    sign = 1 - 2 * (wall % 2)
    near, far = sorted((sign * half[across], sign * (half[across] - depth)))
    sides = ((near, far), (place - wide / 2, place + wide / 2))
    (x0, x1), (y0, y1) = sides if across == 0 else sides[::-1]
    colour = _tint(draw, saturation=(0.03, 0.5), value=(0.2, 0.85))
    second = (0.7 * colour[0], 0.7 * colour[1], 0.7 * colour[2])
    return Block((x0, y0, 0.0), (x1, y1, high), colour, second, float(draw.choice([0.0, 90.0, 300.0])))


def _between(draw: np.random.Generator, low: float, high: float) -> float:
    return float(draw.uniform(low, high))


def _tint(
    draw: np.random.Generator,
    hue: tuple[float, float] = (0.0, 1.0),
    saturation: tuple[float, float] = (0.0, 1.0),
    value: tuple[float, float] = (0.0, 1.0),
) -> Colour:
    """A colour of a hue (in turns), saturation and value within these ranges."""
    h, s, v = _between(draw, *hue), _between(draw, *saturation), _between(draw, *value)
    r, g, b = (v * (1 - s * (0.5 - 0.5 * math.cos(2 * math.pi * (h - k / 3)))) for k in range(3))
    return (r, g, b)
