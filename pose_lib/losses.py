"""Losses that several papers share, one value per coordinate or label.

None of them sums or averages: each paper's equation in :mod:`pose_lib.models` says over what its sum runs.
All are computed in float32 at least, also when the predictions are bf16 or float16.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["at_least_float32", "binary_cross_entropy", "labelled", "masked_squared_error", "squared_error"]


def squared_error(predicted: Tensor, true: Tensor) -> Tensor:
    """``(y - y^)^2`` of each coordinate; NaN where either is NaN.

    Its sum over a vector is the squared norm of Eq. (2), Tekin et al. 2016, and of Eq. (4), Park et al. 2016.

    Args:
        predicted: any shape.
        true: the same shape.

    Returns:
        The same shape, no reduction.

    Raises:
        ValueError: the shapes differ.
    """
    _check_shapes(predicted, true)
    return (at_least_float32(predicted) - true).square()


def masked_squared_error(
    predicted: Tensor, true: Tensor, known: Tensor | None = None, unit: float = 1.0
) -> Tensor:
    """``((y - y^) / unit)^2`` of each labelled coordinate; the others are 0 and get no gradient.

    The squared error of papers whose data lack some joints: Eq. (4), Toshev & Szegedy 2014; Eq. (1), Li et
    al. 2014; Eq. (2), Li & Chan 2014.

    Args:
        predicted: any shape.
        true: the same shape, NaN where there is no label.
        known: bool, broadcast to that shape, which coordinates count; by default those that are not NaN. For
            a joint of which one coordinate is missing not to count at all, pass :func:`labelled`.
        unit: the length that counts as one.

    Returns:
        The same shape, no reduction.

    Raises:
        ValueError: the shapes differ, or the unit is not a finite number above 0.
    """
    _check_shapes(predicted, true)
    if not 0 < unit < math.inf:
        raise ValueError(f"unit is {unit!r}; it must be a finite number above 0")
    known = ~true.isnan() if known is None else known
    difference = torch.where(known, at_least_float32(predicted) - true, 0.0)
    return (difference / unit).square()


def labelled(joints: Tensor) -> Tensor:
    """Which joints ``(..., J, D)`` have all their coordinates: bool ``(..., J, 1)``, False with any NaN."""
    return ~joints.isnan().any(-1, keepdim=True)


def binary_cross_entropy(logits: Tensor, labels: Tensor, known: Tensor | None = None) -> Tensor:
    """``-h log p - (1 - h) log(1 - p)`` of each label, with ``p`` the logistic function of the logit.

    The loss of detectors, one per joint or part and window: Eq. (4), Li & Chan 2014; Eq. (3), Li et al. 2014.

    Args:
        logits: any shape.
        labels: ``h`` from 0 to 1, the same shape; NaN where there is no label.
        known: bool, broadcast to that shape, which labels count; by default those that are not NaN.

    Returns:
        The same shape, no reduction; labels that do not count are 0 and get no gradient.

    Raises:
        ValueError: the shapes differ.
    """
    _check_shapes(logits, labels)
    entropy = functional.binary_cross_entropy_with_logits(
        at_least_float32(logits), labels.nan_to_num(), reduction="none"
    )
    return entropy.masked_fill(labels.isnan() if known is None else ~known, 0)


def at_least_float32(x: Tensor) -> Tensor:
    """bf16 and float16 as float32; other types unchanged."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


def _check_shapes(predicted: Tensor, true: Tensor) -> None:
    """Of two shapes that differ, such as ``(N,)`` and ``(N, 1)``, a difference would be ``(N, N)``."""
    if predicted.shape != true.shape:
        raise ValueError(
            f"a loss needs two tensors of one shape, got {tuple(predicted.shape)} and {tuple(true.shape)}"
        )
