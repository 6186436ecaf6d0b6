"""Baselines of every learned method: the mean pose, and the pose of the nearest training image."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["mean_pose", "nearest", "nearest_pose"]


def mean_pose(train: Tensor, n: int) -> Tensor:
    """``n`` copies of the mean of poses ``(N, J, 3)``, the constant of least squared error: ``(n, J, 3)``."""
    return train.mean(0, keepdim=True).expand(n, *train.shape[1:])


def nearest(queries: Tensor, keys: Tensor, chunk: int = 512) -> Tensor:
    """Index ``(M,)`` of the key ``(N, D)`` that is closest to each query ``(M, D)`` in Euclidean distance."""
    square = keys.square().sum(1)
    found = [(square - 2 * q @ keys.T).argmin(1) for q in torch.split(queries, chunk)]
    return torch.cat(found)


def nearest_pose(queries: Tensor, keys: Tensor, poses: Tensor) -> Tensor:
    """The training pose ``(N, J, 3)`` whose key ``(N, D)`` is nearest to each query ``(M, D)``.

    With image features as keys this is a look-up that a learned method should beat. With flattened poses as
    queries and keys it is an oracle: no look-up of training poses can be better.

    Returns:
        ``(M, J, 3)``.
    """
    return poses[nearest(queries, keys)]
