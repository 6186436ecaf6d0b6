"""Projection of poses onto skeletons of constant bone lengths, by turning one bone at a time.

An average of poses has shorter bones than any of them. The nearest pose whose bones have given lengths is
sought by turning each bone in its turn, with all that hangs on it, into its best direction, which has a
closed form. The method is ours: it stands beside the particle filter of Li, Zhang & Chan 2015, which they do
not specify.
"""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics.limbs import limb_lengths

__all__ = ["mean_lengths", "with_lengths"]


def mean_lengths(poses: Tensor, skeleton: Skeleton) -> Tensor:
    """The mean length in mm of each limb over poses ``(N, J, 3)``, in the order of ``skeleton.limbs``."""
    return limb_lengths(poses, skeleton).mean(0).to(poses.dtype)


def with_lengths(poses: Tensor, lengths: Tensor, skeleton: Skeleton, sweeps: int = 10) -> Tensor:
    """Poses whose bones have the given lengths, near the given ones in the sense of least squares.

    The start keeps the directions of all bones. With the others fixed, the squared distance is linear in one
    bone's direction, so each step is exact and none increases the distance. Poses that have these lengths
    already are returned as they are.

    Args:
        poses: ``(N, J, 3)``; roots keep their places.
        lengths: ``(L,)``, each above 0, in the order of ``skeleton.limbs``.
        skeleton: the tree of joints.
        sweeps: how often each bone is turned.

    Returns:
        ``(N, J, 3)``.

    Raises:
        ValueError: there is not one positive length per limb.
    """
    if lengths.shape != (len(skeleton.limbs),) or not bool((lengths > 0).all()):
        raise ValueError(
            f"{tuple(lengths.shape)} lengths, the least {float(lengths.min()):.3g}: {skeleton.name} needs "
            f"{len(skeleton.limbs)}, each above 0"
        )
    length = {child: value for (_, child), value in zip(skeleton.limbs, lengths, strict=True)}
    hanging = _hanging(skeleton)
    order = [joint for joint in skeleton.chain if joint in length]
    aside = poses.new_tensor([1.0, 0.0, 0.0]).expand(len(poses), 3)
    # A bone without a direction points aside, until the first sweep turns it.
    bones = {j: length[j] * _direction(poses[:, j] - poses[:, skeleton.parents[j]], aside) for j in order}
    for _ in range(sweeps):
        made = _joined(poses, bones, skeleton, order)
        for j in order:
            missing = (poses[:, hanging[j]] - made[:, hanging[j]]).sum(1)
            turned = length[j] * _direction(bones[j] * len(hanging[j]) + missing, bones[j] / length[j])
            made[:, hanging[j]] += (turned - bones[j])[:, None]
            bones[j] = turned
    return _joined(poses, bones, skeleton, order)


def _hanging(skeleton: Skeleton) -> dict[int, list[int]]:
    """Joint to the joints that move with the bone that ends in it, itself included."""
    found = {joint: [joint] for joint in range(len(skeleton))}
    for joint in reversed(skeleton.chain):
        if skeleton.parents[joint] != joint:
            found[skeleton.parents[joint]] += found[joint]
    return found


def _direction(vectors: Tensor, otherwise: Tensor) -> Tensor:
    """``(N, 3)`` at length one; ``otherwise`` where a vector has no length."""
    norm = torch.linalg.vector_norm(vectors, dim=1, keepdim=True)
    return torch.where(norm > 0, vectors / norm.where(norm > 0, 1.0), otherwise)


def _joined(poses: Tensor, bones: dict[int, Tensor], skeleton: Skeleton, order: list[int]) -> Tensor:
    """The pose that has these bones, on the roots of the given poses."""
    made = poses.clone()
    for joint in order:
        made[:, joint] = made[:, skeleton.parents[joint]] + bones[joint]
    return made
