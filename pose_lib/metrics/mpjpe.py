"""The mean per-joint position error, Eq. (8) of Li & Chan 2014."""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.metrics.layout import Poses, check_pair, columns, over_chunks

__all__ = ["mpjpe", "per_joint_error"]


def mpjpe(pred: Poses, true: Poses, root: int | None = 0) -> Tensor:
    """Mean distance of the joints after each pose's own root is moved to the origin.

    The root counts among the ``J`` joints with its error of zero: for Human3.6M the denominator is 17, as in
    Eq. (8), Li & Chan 2014. Dividing by 16 would inflate every number by 6.25 %.

    Args:
        pred: ``(N, J, 3)`` mm (or ``(N, J, 2)`` pixels), in the same frame as ``true``.
        true: the same shape.
        root: index of the joint that is aligned; ``None`` compares positions as they are.

    Returns:
        ``(N,)``, one mean per pose; NaN for a pose that has a NaN.

    Raises:
        ValueError: the shapes differ or are not ``(N, J, D)``.
    """
    a, b = check_pair(pred, true)
    errors = a.new_empty(len(a))

    def work(part: slice) -> None:
        torch.mean(_distances(a[part], b[part], root), dim=0, out=errors[part])

    over_chunks(work, a)
    return errors


def per_joint_error(pred: Poses, true: Poses, root: int | None = 0) -> Tensor:
    """The terms of :func:`mpjpe`: the distance of every joint, ``(N, J)``; same arguments and errors."""
    a, b = check_pair(pred, true)
    errors = a.new_empty(a.shape[:2])

    def work(part: slice) -> None:
        errors[part] = _distances(a[part], b[part], root).t()

    over_chunks(work, a)
    return errors


def _distances(pred: Tensor, true: Tensor, root: int | None) -> Tensor:
    """Distances ``(J, B)`` of the joints of poses ``(B, J, D)``."""
    difference = columns(pred - true)
    if root is not None:
        difference -= difference[root].clone()
    return length(difference)


def length(vectors: Tensor) -> Tensor:
    """Euclidean length ``(J, B)`` of vectors ``(J, D, B)``."""
    first, *others = vectors.unbind(1)
    total = first * first
    for other in others:
        total.addcmul_(other, other)
    return total.sqrt_()
