"""Rotation matrices that act on column vectors, batched over leading dimensions."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["axis_angle", "euler", "look_at"]


def axis_angle(axis: Tensor, angle: Tensor) -> Tensor:
    """Rotation about an axis by an angle (Rodrigues' formula), right-handed.

    Args:
        axis: ``(..., 3)``, of any length; an axis of length zero gives the identity.
        angle: ``(...)`` in radians.

    Returns:
        ``(..., 3, 3)`` in the type of the axis.
    """
    x, y, z = torch.nn.functional.normalize(axis, dim=-1, eps=torch.finfo(axis.dtype).tiny).unbind(-1)
    zero = torch.zeros_like(x)
    k = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=-1).reshape(*x.shape, 3, 3)
    angle = torch.as_tensor(angle, dtype=axis.dtype, device=axis.device)[..., None, None]
    identity = torch.eye(3, dtype=axis.dtype, device=axis.device)
    return identity + torch.sin(angle) * k + (1 - torch.cos(angle)) * (k @ k)


def euler(order: str, angles: Tensor) -> Tensor:
    """Rotation about the turning axes of a body, one after the other (intrinsic Euler angles).

    ``euler("XYZ", angles)`` is ``R_x(angles[0]) @ R_y(angles[1]) @ R_z(angles[2])``, the order of
    Human3.6M's camera angles; ``"ZYX"`` is yaw, pitch, roll.

    Args:
        order: letters of ``XYZ``, as many as there are angles.
        angles: ``(..., len(order))`` in radians.

    Returns:
        ``(..., 3, 3)``.

    Raises:
        ValueError: the order has another letter, or another length than the angles.
    """
    if set(order) - set("XYZ") or len(order) != angles.shape[-1]:
        raise ValueError(f"euler: order {order!r} should be {angles.shape[-1]} letters of XYZ, one per angle")
    identity = torch.eye(3, dtype=angles.dtype, device=angles.device)
    total = identity.expand(*angles.shape[:-1], 3, 3)
    for letter, angle in zip(order, angles.unbind(-1), strict=True):
        total = total @ axis_angle(identity["XYZ".index(letter)].expand(*angle.shape, 3), angle)
    return total


def look_at(eye: Tensor, target: Tensor, up: Tensor) -> Tensor:
    """World-to-camera rotation of a camera that looks at a point; camera axes x right, y down, z forward.

    Args:
        eye: ``(..., 3)`` camera centre in the world.
        target: ``(..., 3)`` point that falls on the optical axis.
        up: ``(..., 3)`` direction that is vertical in the image, of any length.

    Returns:
        ``(..., 3, 3)``, rows being the camera's axes in the world.

    Raises:
        ValueError: the camera looks along ``up``, or at its own centre.
    """
    forward = target - eye
    right = torch.linalg.cross(forward, up.expand_as(forward))
    size = torch.linalg.vector_norm(forward, dim=-1) * torch.linalg.vector_norm(up, dim=-1)
    if bool((torch.linalg.vector_norm(right, dim=-1) <= 1e-9 * size).any()):
        raise ValueError("look_at: the viewing direction must not be parallel to `up`, nor of length zero")
    z = torch.nn.functional.normalize(forward, dim=-1)
    x = torch.nn.functional.normalize(right, dim=-1)
    return torch.stack([x, torch.linalg.cross(z, x), z], dim=-2)
