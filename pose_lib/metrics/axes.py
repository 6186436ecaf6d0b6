"""Where an error points, and how much of it is size: depth against the image plane, scale, symmetry."""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.geometry.arrays import as_index
from pose_lib.geometry.skeletons import H36M17, Skeleton
from pose_lib.metrics.layout import Poses, check_millimetres, check_pair, check_truth
from pose_lib.metrics.limbs import limb_lengths

__all__ = ["AXES", "axis_error", "limb_asymmetry", "n_mpjpe", "size_ratio"]

AXES = ("across", "down", "in depth")
"""The axes of :func:`axis_error`: those of the camera."""
_SHORTEST = 1.0  # mm; a limb that collapses to a point would have an infinite logarithm


def axis_error(pred: Poses, true: Poses, root: int = 0) -> Tensor:
    """Mean absolute error of the joints along each axis, after the roots are aligned.

    Two of the three axes lie in the picture. A network that knew nothing of depth, and all of the picture,
    would have its whole error on the third.

    Args:
        pred: ``(N, J, 3)`` mm in the frame of the camera: x to the right, y down, z away from it.
        true: the same shape and frame.
        root: index of the joint that is aligned.

    Returns:
        ``(N, 3)`` mm, in the order of :data:`AXES`.

    Raises:
        ValueError: as for :func:`~pose_lib.metrics.mpjpe`.
    """
    a, b = _aligned(pred, true, root)
    return (a - b).abs().mean(1)


def size_ratio(pred: Poses, true: Poses, root: int = 0) -> Tensor:
    """Size of predictions as a share of that of the truth, ``(N,)``; 1 is the right size.

    The size of a pose is the root mean square distance of its joints from the root. Predictions that average
    several poses are too small. 0 for a pose shrunk to a point.

    Raises:
        ValueError: as for :func:`~pose_lib.metrics.mpjpe`.
    """
    a, b = _aligned(pred, true, root)
    return (a.square().sum((1, 2)) / b.square().sum((1, 2))).sqrt()


def n_mpjpe(pred: Poses, true: Poses, root: int = 0) -> Tensor:
    """MPJPE after the best scale about the root, ``(N,)`` mm: what is left if the size were known.

    The scale is the one with the least squared error, and never negative (Rhodin et al. 2018 call it
    N-MPJPE). A pose shrunk to a point stays one.

    Raises:
        ValueError: as for :func:`~pose_lib.metrics.mpjpe`.
    """
    a, b = _aligned(pred, true, root)
    size = a.square().sum((1, 2))
    best = (a * b).sum((1, 2)) / size.clamp(min=torch.finfo(a.dtype).tiny)
    scale = torch.where(size > 0, best, 0).clamp(min=0)
    left: Tensor = torch.linalg.vector_norm(scale[:, None, None] * a - b, dim=-1)
    return left.mean(1)


def limb_asymmetry(poses: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """How unequal the left and the right limb of each pair are, ``(N, P)``, no unit.

    It is ``|log(left / right)|``: 0 for equal ones, 0.1 where one is 10 % longer. People are symmetric; a
    regressor of single joints does not know that. Limbs shorter than 1 mm count as 1 mm.

    Args:
        poses: ``(N, J, D)`` mm.
        skeleton: gives limbs and pairs. A pair of limbs is one whose child joints are a left and a right one.

    Raises:
        ValueError: the poses have another shape, or other joints than the skeleton.
    """
    lengths = limb_lengths(poses, skeleton).clamp(min=_SHORTEST).log()
    place = {child: i for i, (_, child) in enumerate(skeleton.limbs)}
    pairs = [(place[left], place[right]) for left, right in skeleton.pairs if {left, right} <= set(place)]
    left, right = (list(side) for side in zip(*pairs, strict=True))
    return (lengths[:, left] - lengths[:, right]).abs()


def _aligned(pred: Poses, true: Poses, root: int) -> tuple[Tensor, Tensor]:
    a, b = check_pair(pred, true, dimensions=(3,))
    check_millimetres(b)
    check_truth(b)
    root = as_index("root", root, a.shape[1])
    return a - a[:, root, None], b - b[:, root, None]
