"""Which way a pose faces, and the poses that a picture can be mistaken for.

A silhouette is the same for a person who faces the camera and for one who has turned the back to it, in the
mirrored posture. :func:`turned_pose` makes that other pose: depth is reversed, and left and right exchange
their names. A regressor that cannot tell the two apart, and is trained on squared errors, does best with
their mean, which is the pose of nobody: its shoulders and hips have hardly any width. :func:`way_to_turned`
measures how near a prediction is to one, to the other, or to the middle.

Poses are ``(N, J, 3)`` mm in the frame of the camera: x to the right, y down, z away from it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.geometry.arrays import as_wide
from pose_lib.geometry.skeletons import H36M17, Skeleton
from pose_lib.metrics.layout import Poses, check_millimetres, check_pair, check_truth

__all__ = [
    "READINGS_OF_A_POSE",
    "angle_between",
    "exchanged_pose",
    "facing_angle",
    "nearest_reading",
    "reversed_pose",
    "shoulder_width",
    "turned_pose",
    "way_to_turned",
]

READINGS_OF_A_POSE = ("as predicted", "left and right exchanged", "depth reversed", "front and back turned")
"""What :func:`nearest_reading` chooses from, in this order."""


def facing_angle(poses: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """Where the chest points, degrees ``(N,)`` within (-180, 180] about the vertical axis of the camera.

    0 is towards the camera, 90 to the right of the picture, 180 away from the camera. It is the direction
    ``(left shoulder - right shoulder) x (thorax - hip)``, seen from above.

    Raises:
        ValueError: the poses are not ``(N, J, 3)``, or the skeleton has another number of joints.
        KeyError: the skeleton lacks one of these joints; lists those that it has.
    """
    forward = torch.linalg.cross(_shoulders(poses, skeleton), _from_to(poses, skeleton, "hip", "thorax"))
    return torch.rad2deg(torch.atan2(forward[:, 0], -forward[:, 2]))


def angle_between(first: Tensor, second: Tensor) -> Tensor:
    """The unsigned difference of two angles, degrees within [0, 180]."""
    return ((first - second + 180) % 360 - 180).abs()


def shoulder_width(poses: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """Distance between the shoulders, mm ``(N,)``.

    Raises:
        ValueError, KeyError: as for :func:`facing_angle`.
    """
    width: Tensor = torch.linalg.vector_norm(_shoulders(poses, skeleton), dim=-1)
    return width


def exchanged_pose(poses: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """The same joints with the names of left and right exchanged, ``(N, J, 3)``."""
    return _checked(poses, skeleton)[:, list(skeleton.mirror)]


def reversed_pose(poses: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """The same picture with the opposite depth of each joint, about the root, ``(N, J, 3)``."""
    found = _checked(poses, skeleton).clone()
    depth = found[..., 2]
    found[..., 2] = 2 * depth[:, skeleton.root, None] - depth
    return found


def turned_pose(poses: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """Who faces the camera shows the back to it, with the same silhouette, ``(N, J, 3)``.

    Depth is reversed about the root, and left and right are exchanged. Turned twice, a pose is itself.
    """
    return exchanged_pose(reversed_pose(poses, skeleton), skeleton)


def nearest_reading(pred: Poses, true: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """Which change of a prediction would bring it nearest to the truth, ``(N,)`` indices.

    They point into :data:`READINGS_OF_A_POSE`; nearest is by the mean distance of the joints after the roots
    are aligned. Of equal ones the first counts.

    Raises:
        ValueError: as for :func:`way_to_turned`.
    """
    a, b = _pair(pred, true, skeleton)
    readings = (a, *(change(a, skeleton) for change in (exchanged_pose, reversed_pose, turned_pose)))
    errors = [torch.linalg.vector_norm(reading - b, dim=-1).mean(1) for reading in readings]
    return torch.stack(errors).argmin(0)


def way_to_turned(pred: Poses, true: Poses, skeleton: Skeleton = H36M17, least: float = 100.0) -> Tensor:
    """How far predictions have gone from the true pose to :func:`turned_pose` of it, ``(N,)``.

    With the truth ``t``, the turned truth ``u`` and the prediction ``p``, all relative to their roots, it is
    ``(p - t) . (u - t) / |u - t|^2``: 0 at the truth, 1 at the turned pose, 0.5 at their mean, and at every
    pose that is as far from the one as from the other.

    Args:
        pred: ``(N, J, 3)`` mm.
        true: the same shape.
        skeleton: gives the pairs and the root.
        least: NaN for poses that are nearer than this to their turned pose, in mm per joint (root mean
            square), such as those seen from the side: there is nothing to be mistaken.

    Raises:
        ValueError: the poses do not fit together or to the skeleton, are not ``(N, J, 3)``, or a true pose is
            not finite or looks like metres.
    """
    a, b = _pair(pred, true, skeleton)
    way = (turned_pose(b, skeleton) - b).flatten(1)
    length = way.square().sum(1)
    found = ((a - b).flatten(1) * way).sum(1) / length.clamp(min=torch.finfo(length.dtype).tiny)
    return torch.where(length >= least**2 * b.shape[1], found, torch.nan)


def _checked(poses: Poses, skeleton: Skeleton) -> Tensor:
    found = as_wide(poses)
    if found.ndim != 3 or found.shape[1:] != (len(skeleton), 3):
        raise ValueError(
            f"poses have shape {tuple(found.shape)}, expected (N, {len(skeleton)}, 3) for {skeleton.name}"
        )
    return found


def _pair(pred: Poses, true: Poses, skeleton: Skeleton) -> tuple[Tensor, Tensor]:
    """Checked poses relative to their roots."""
    a, b = check_pair(pred, true, dimensions=(3,))
    check_millimetres(b)
    check_truth(b)
    a, b = _checked(a, skeleton), _checked(b, skeleton)
    return a - a[:, skeleton.root, None], b - b[:, skeleton.root, None]


def _from_to(poses: Poses, skeleton: Skeleton, first: str, second: str) -> Tensor:
    """From one joint to another, ``(N, 3)``."""
    found = _checked(poses, skeleton)
    return found[:, skeleton.index(second)] - found[:, skeleton.index(first)]


def _shoulders(poses: Poses, skeleton: Skeleton) -> Tensor:
    return _from_to(poses, skeleton, "right_shoulder", "left_shoulder")
