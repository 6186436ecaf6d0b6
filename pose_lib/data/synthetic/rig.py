"""Four calibrated cameras around the scene, similar to Human3.6M's in name, image size, lens and place."""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.rotations import look_at

__all__ = ["RIG", "camera"]

_TARGET = (0.0, 0.0, 900.0)


def _make(
    name: str,
    height: int,
    f: tuple[float, float],
    c: tuple[float, float],
    k: tuple[float, float, float],
    p: tuple[float, float],
    place: tuple[float, float, float],
) -> Camera:
    """A camera from its lens (pixels) and where it stands (mm)."""

    def vector(*values: float) -> Tensor:
        return torch.tensor(values, dtype=torch.float64)

    rotation = look_at(vector(*place), vector(*_TARGET), vector(0.0, 0.0, 1.0))
    return Camera(
        name, rotation, vector(*place), vector(*f), vector(*c), vector(*k), vector(*p), 1000, height
    )


RIG = (
    _make(
        "54138969",
        1002,
        f=(1146.2, 1144.6),
        c=(513.4, 507.1),
        k=(-0.2051, 0.2387, -0.0022),
        p=(-0.0013, -0.0009),
        place=(1935.0, 4420.0, 1575.0),
    ),
    _make(
        "55011271",
        1000,
        f=(1148.3, 1147.1),
        c=(507.8, 502.6),
        k=(-0.1969, 0.2254, -0.0078),
        p=(-0.0008, -0.0021),
        place=(-1815.0, 4535.0, 1610.0),
    ),
    _make(
        "58860488",
        1000,
        f=(1144.1, 1143.3),
        c=(517.2, 500.4),
        k=(-0.2073, 0.2502, -0.0011),
        p=(0.0011, -0.0026),
        place=(1870.0, -4610.0, 1545.0),
    ),
    _make(
        "60457274",
        1002,
        f=(1145.7, 1145.0),
        c=(515.9, 503.8),
        k=(-0.1987, 0.2203, 0.0035),
        p=(-0.0017, 0.0016),
        place=(-1960.0, -4475.0, 1590.0),
    ),
)
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
