"""Things that people sit on, hold or lead, made of tapered capsules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_lib.data.synthetic.kinematics import rotate, rotation
from pose_lib.data.synthetic.people import Colour
from pose_lib.data.synthetic.timing import Array

__all__ = ["SEAT", "Prop", "chair", "dog", "stick"]

SEAT = 455.0
"""Height in mm of a chair's seat."""


@dataclass(frozen=True)
class Prop:
    """A tapered capsule that moves."""

    name: str
    ends: Array
    """(T, 2, 3) world mm."""
    radii: tuple[float, float]
    """mm at the two ends."""
    colour: Colour


def stick(name: str, a: Array, b: Array, radii: float | tuple[float, float], colour: Colour) -> Prop:
    """A capsule from ``a`` to ``b`` (T, 3)."""
    pair = radii if isinstance(radii, tuple) else (radii, radii)
    return Prop(name, np.stack(np.broadcast_arrays(a, b), 1), pair, colour)


def chair(frames: int, spot: Array, yaw: float, colour: Colour = (0.45, 0.32, 0.20)) -> tuple[Prop, ...]:
    """A chair whose seat is centred over ``spot`` (2,) mm on the floor; a person on it faces ``yaw``.

    Ten capsules: ``chair seat`` (4), ``chair leg`` (4), ``chair back`` (2).
    """
    half, thick, top = 195.0, 20.0, 880.0

    def part(name: str, a: tuple[float, ...], b: tuple[float, ...], radius: float) -> Prop:
        ends = rotate(rotation(yaw), np.array([a, b])) + np.append(spot, 0.0)
        return Prop(f"chair {name}", np.broadcast_to(ends, (frames, 2, 3)), (radius, radius), colour)

    z = SEAT - 42.0
    seat = [part("seat", (-half, y, z), (half, y, z), 42.0) for y in (-150.0, -50.0, 50.0, 150.0)]
    legs = [
        part("leg", (x, y, z), (x, y, thick), thick)
        for x in (-half + 10, half - 10)
        for y in (-half + 10, half - 10)
    ]
    back = [part("back", (-half - 20, y, z), (-half - 60, y, top), 22.0) for y in (-160.0, 160.0)]  # posts
    rails = [
        part("back", (-half - s, -160.0, h), (-half - s, 160.0, h), 34.0) for s, h in ((45, 720), (55, 830))
    ]
    return (*seat, *legs, *back, *rails)


def dog(t: Array, place: Array, yaw: Array, stride: Array, size: float, colour: Colour) -> tuple[Prop, ...]:
    """A dog that trots: capsules for trunk, neck, head, snout, tail and legs.

    Args:
        t: times, s.
        place: (T, 2) mm on the floor under its middle.
        yaw: (T,) its heading.
        stride: (T,) phase of its legs, radians.
        size: height of the shoulder, mm.
        colour: of its coat.
    """
    frame = rotation(yaw)
    ground = np.column_stack([place, np.zeros(len(t))])

    def at(forward: Array | float, left: Array | float, up: Array | float) -> Array:
        local = np.stack(np.broadcast_arrays(forward, left, up, t)[:3], -1) * size
        return ground + rotate(frame, local)

    bob = 0.02 * np.cos(2 * stride)
    wag = 0.12 * np.sin(2 * np.pi * 2.3 * t)
    chest, rump = at(0.45, 0.0, 0.80 + bob), at(-0.45, 0.0, 0.82 - bob)
    crown, snout = at(0.80, 0.0, 1.18 + bob), at(1.10, 0.0, 1.08 + bob)
    parts = [
        stick("dog trunk", chest, rump, (0.21 * size, 0.17 * size), colour),
        stick("dog neck", chest, crown, (0.14 * size, 0.10 * size), colour),
        stick("dog head", crown, snout, (0.125 * size, 0.06 * size), colour),
        stick("dog tail", rump, at(-0.85, wag, 1.05), (0.05 * size, 0.025 * size), colour),
    ]
    for x, y, phase in ((0.4, 0.13, 0.0), (0.4, -0.13, np.pi), (-0.42, 0.13, np.pi), (-0.42, -0.13, 0.0)):
        sweep = 0.24 * np.sin(stride + phase)
        lift = 0.10 * np.maximum(np.cos(stride + phase), 0.0) ** 2
        parts.append(
            stick(
                "dog leg", at(x, y, 0.70), at(x + sweep, y, 0.06 + lift), (0.09 * size, 0.05 * size), colour
            )
        )
    return tuple(parts)
