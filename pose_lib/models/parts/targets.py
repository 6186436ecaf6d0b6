"""Targets of the 3D networks and their units."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from pose_lib.geometry.skeletons import Skeleton

__all__ = ["PoseScale", "from_parent_relative", "root_relative", "to_parent_relative"]


def root_relative(joints: Tensor, skeleton: Skeleton) -> Tensor:
    """``(N, J, 3)`` with the root joint moved to the origin."""
    return joints - joints[:, skeleton.root, None]


def to_parent_relative(joints: Tensor, skeleton: Skeleton) -> Tensor:
    """``R_i = J_i - J_parent(i)``, ``(N, J, 3)``; the root's parent is itself. Eq. (1), Li & Chan 2014."""
    return joints - joints[:, list(skeleton.parents)]


def from_parent_relative(relative: Tensor, skeleton: Skeleton) -> Tensor:
    """Sum along the kinematic chain: root-relative joints ``(N, J, 3)`` from :func:`to_parent_relative`."""
    joints = relative.clone()
    for joint in skeleton.chain:
        parent = skeleton.parents[joint]
        if parent != joint:
            joints[:, joint] = joints[:, parent] + relative[:, joint]
    return joints - joints[:, skeleton.root, None]


@dataclass(frozen=True)
class PoseScale:
    """Poses in mm to flat vectors near unit size, and back: ``(y - mean) / scale``, one scale for all.

    With a single scale ``s``, noise of ``sigma`` mm becomes ``sigma / s`` and the weight ``lambda`` of the
    contractive term becomes ``lambda / s^2``: Eq. (1), Tekin et al. 2016, has the same minimum as in mm.
    """

    mean: Tensor
    """``(P,)`` mm"""
    scale: float
    """mm"""

    @classmethod
    def of(cls, poses: Tensor) -> PoseScale:
        """Mean and root-mean-square deviation of training poses ``(N, J, 3)``."""
        flat = poses.flatten(1)
        return cls(flat.mean(0), float((flat - flat.mean(0)).square().mean().sqrt()))

    def to_vector(self, poses: Tensor) -> Tensor:
        """``(N, J, 3)`` mm to ``(N, P)``."""
        return (poses.flatten(1) - self.mean) / self.scale

    def to_pose(self, vectors: Tensor) -> Tensor:
        """``(N, P)`` to ``(N, J, 3)`` mm."""
        flat = vectors * self.scale + self.mean
        return flat.view(len(flat), -1, 3)
