"""Four calibrated cameras around the scene, named as Human3.6M's and like them in size, lens and place."""

from __future__ import annotations

import torch

from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.rotations import look_at

__all__ = ["RIG", "camera"]

# name, height, focal length and principal point (pixels), radial and tangential distortion, place (mm)
_TABLE = (
    (
        "54138969",
        1002,
        (1146.2, 1144.6),
        (513.4, 507.1),
        (-0.2051, 0.2387, -0.0022),
        (-0.0013, -0.0009),
        (1935.0, 4420.0, 1575.0),
    ),
    (
        "55011271",
        1000,
        (1148.3, 1147.1),
        (507.8, 502.6),
        (-0.1969, 0.2254, -0.0078),
        (-0.0008, -0.0021),
        (-1815.0, 4535.0, 1610.0),
    ),
    (
        "58860488",
        1000,
        (1144.1, 1143.3),
        (517.2, 500.4),
        (-0.2073, 0.2502, -0.0011),
        (0.0011, -0.0026),
        (1870.0, -4610.0, 1545.0),
    ),
    (
        "60457274",
        1002,
        (1145.7, 1145.0),
        (515.9, 503.8),
        (-0.1987, 0.2203, 0.0035),
        (-0.0017, 0.0016),
        (-1960.0, -4475.0, 1590.0),
    ),
)
_TARGET = (0.0, 0.0, 900.0)


def _make(
    row: tuple[
        str,
        int,
        tuple[float, ...],
        tuple[float, ...],
        tuple[float, ...],
        tuple[float, ...],
        tuple[float, ...],
    ],
) -> Camera:
    name, height, f, c, k, p, place = row

    def vector(values: tuple[float, ...]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float64)

    return Camera(
        name=name,
        R=look_at(vector(place), vector(_TARGET), vector((0.0, 0.0, 1.0))),
        T=vector(place),
        f=vector(f),
        c=vector(c),
        k=vector(k),
        p=vector(p),
        width=1000,
        height=height,
    )


RIG = tuple(_make(row) for row in _TABLE)
"""The cameras, in Human3.6M's order; ``float64`` on the CPU."""


def camera(name: str) -> Camera:
    """A camera of the rig by its name.

    Raises:
        ValueError: no such camera; the message lists the four.
    """
    for candidate in RIG:
        if candidate.name == name:
            return candidate
    raise ValueError(f"unknown camera {name!r}; the rig has {', '.join(c.name for c in RIG)}")
