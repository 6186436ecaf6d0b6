"""Rotation matrices that act on column vectors, batched over leading dimensions."""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.geometry.arrays import Numbers, as_tensor

__all__ = ["axis_angle", "euler", "look_at"]


def axis_angle(axis: Numbers, angle: Numbers) -> Tensor:
    """Rotation about an axis by an angle (Rodrigues' formula), right-handed.

    Args:
        axis: ``(..., 3)``, of any length; an axis of length zero gives the identity.
        angle: ``(...)`` in radians.

    Returns:
        ``(..., 3, 3)`` in the type of the axis; NaN where axis or angle is not finite.

    Raises:
        ValueError: the axis is not ``(..., 3)``.
    """
    axis = _vectors("axis", axis)
    x, y, z = _unit(axis).unbind(-1)
    zero = torch.zeros_like(x)
    k = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=-1).reshape(*x.shape, 3, 3)
    angle = as_tensor(angle).to(axis)[..., None, None]
    identity = torch.eye(3, dtype=axis.dtype, device=axis.device)
    return identity + torch.sin(angle) * k + (1 - torch.cos(angle)) * (k @ k)


def euler(order: str, angles: Numbers) -> Tensor:
    """Rotation about the turning axes of a body, one after the other (intrinsic Euler angles).

    ``euler("XYZ", angles)`` is ``R_x(angles[0]) @ R_y(angles[1]) @ R_z(angles[2])``, the order of
    Human3.6M's camera angles; ``"ZYX"`` is yaw, pitch, roll.

    Args:
        order: letters of ``XYZ``, as many as there are angles.
        angles: ``(..., len(order))`` in radians.

    Returns:
        ``(..., 3, 3)``; NaN where an angle is not finite.

    Raises:
        ValueError: the order has another letter, or another length than the angles.
    """
    angles = as_tensor(angles)
    if not angles.ndim:
        raise ValueError("euler: expected angles (..., K), got one number")
    if set(order) - set("XYZ") or len(order) != angles.shape[-1]:
        raise ValueError(f"euler: order {order!r} should be {angles.shape[-1]} letters of XYZ, one per angle")
    identity = torch.eye(3, dtype=angles.dtype, device=angles.device)
    total = identity.expand(*angles.shape[:-1], 3, 3)
    for letter, angle in zip(order, angles.unbind(-1), strict=True):
        total = total @ axis_angle(identity["XYZ".index(letter)].expand(*angle.shape, 3), angle)
    return total


def look_at(eye: Numbers, target: Numbers, up: Numbers) -> Tensor:
    """World-to-camera rotation of a camera that looks at a point; camera axes x right, y down, z forward.

    Args:
        eye: ``(..., 3)`` camera centre in the world.
        target: ``(..., 3)`` point that falls on the optical axis.
        up: ``(..., 3)`` direction that is vertical in the image, of any length.

    Returns:
        ``(..., 3, 3)``, rows being the camera's axes in the world.

    Raises:
        ValueError: the camera looks along ``up`` or at its own centre, a number is not finite, or a shape is
            another one.
    """
    forward = _unit(_vectors("target", target) - _vectors("eye", eye))
    across = torch.linalg.cross(forward, _unit(_vectors("up", up)).expand_as(forward))
    if not bool((torch.linalg.vector_norm(across, dim=-1) > 1e-9).all()):
        raise ValueError(
            "look_at: the viewing direction must not be parallel to `up`, nor of length zero, "
            "and all numbers must be finite"
        )
    right = _unit(across)
    return torch.stack([right, torch.linalg.cross(forward, right), forward], dim=-2)


def _vectors(name: str, values: Numbers) -> Tensor:
    tensor = as_tensor(values)
    if not tensor.ndim or tensor.shape[-1] != 3:
        raise ValueError(f"{name} has shape {tuple(tensor.shape)}, expected (..., 3)")
    return tensor


def _unit(vectors: Tensor) -> Tensor:
    """Vectors of length 1, zero for those of length zero; however long they are, their squares are finite."""
    largest = vectors.detach().abs().amax(-1, keepdim=True)
    scaled = vectors / torch.where(largest > 0, largest, 1)
    unit: Tensor = scaled / torch.linalg.vector_norm(scaled, dim=-1, keepdim=True).clamp(min=0.5)
    return unit
