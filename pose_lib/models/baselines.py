"""What every learned method must beat: the mean pose, and the pose of the nearest training image."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["mean_pose", "nearest", "nearest_pose"]


def mean_pose(train: Tensor, n: int) -> Tensor:
    """``(n, J, 3)`` copies of the mean training pose, the best constant in the squared error."""
    return train.mean(0, keepdim=True).expand(n, *train.shape[1:])


def nearest(queries: Tensor, keys: Tensor, chunk: int = 512) -> Tensor:
    """``(M,)`` index of the key ``(N, D)`` closest to each query ``(M, D)`` in Euclidean distance."""
    square = keys.square().sum(1)
    found = [(square - 2 * q @ keys.T).argmin(1) for q in torch.split(queries, chunk)]
    return torch.cat(found)


def nearest_pose(queries: Tensor, keys: Tensor, poses: Tensor) -> Tensor:
    """The training pose ``(N, J, 3)`` whose key ``(N, D)`` is nearest to each query ``(M, D)``.

    With image features as keys this is a look-up that a learned method must beat; with the flattened poses
    themselves as queries and keys it is an oracle, the best that any look-up could do.
    """
    return poses[nearest(queries, keys)]
