"""What a 3D network is asked for: joints relative to the root, or each relative to its parent."""

from __future__ import annotations

from torch import Tensor

from pose_lib.geometry.skeletons import Skeleton

__all__ = ["from_parent_relative", "root_relative", "to_parent_relative"]


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
