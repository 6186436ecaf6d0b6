"""The mean per-joint position error, Eq. (8) of Li & Chan 2014."""

from __future__ import annotations

import torch
from torch import Tensor

from pose_lib.geometry.arrays import as_index
from pose_lib.metrics.layout import Poses, check_millimetres, check_pair, check_truth, columns, over_chunks

__all__ = ["mpjpe", "per_joint_error"]

_ABSURD = 1e9  # mm; NaN is not below it either


def mpjpe(pred: Poses, true: Poses, root: int | None = 0) -> Tensor:
    """Mean distance of the joints after each pose's own root is moved to the origin.

    The root counts among the ``J`` joints with its error of zero: for Human3.6M the denominator is 17, as in
    Eq. (8), Li & Chan 2014. Dividing by 16 would inflate every number by 6.25 %.

    Args:
        pred: ``(N, J, 3)`` mm (or ``(N, J, 2)`` pixels), in the same frame as ``true``.
        true: the same shape.
        root: index of the joint that is aligned; ``None`` compares positions as they are.

    Returns:
        ``(N,)``, one mean per pose; NaN for a pose that has a NaN, NaN or infinite where the prediction is
        infinite (or so large that its distance is). Means and intervals refuse such values.

    Raises:
        ValueError: the shapes differ or are not ``(N, J, D)``, there is no joint or no such root, a true
            coordinate is infinite, or true 3D poses look like metres: their median extent is below 5
            (:func:`~pose_lib.metrics.layout.check_millimetres`).
    """
    a, b, root = _checked(pred, true, root)
    errors = a.new_empty(len(a))

    def work(part: slice) -> None:
        torch.mean(_distances(a[part], b[part], root), dim=0, out=errors[part])

    over_chunks(work, a)
    return _checked_errors(errors, b)


def per_joint_error(pred: Poses, true: Poses, root: int | None = 0) -> Tensor:
    """The terms of :func:`mpjpe`: the distance of every joint, ``(N, J)``; same arguments and errors."""
    a, b, root = _checked(pred, true, root)
    errors = a.new_empty(a.shape[:2])

    def work(part: slice) -> None:
        errors[part] = _distances(a[part], b[part], root).t()

    over_chunks(work, a)
    return _checked_errors(errors, b)


def _checked(pred: Poses, true: Poses, root: int | None) -> tuple[Tensor, Tensor, int | None]:
    a, b = check_pair(pred, true)
    if a.shape[-1] == 3:
        check_millimetres(b)
    return a, b, None if root is None else as_index("root", root, a.shape[1])


def _checked_errors(errors: Tensor, true: Tensor) -> Tensor:
    """The errors; only where one is absurd is the truth gone through, which takes as long as they did."""
    if not bool((errors < _ABSURD).all()):
        check_truth(true)
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
