"""The 2D metrics: correct parts (PCP) and correct joints (PDJ, PCK).

Each answers with hits, 1 or 0, and NaN where the truth has no label, so that ``torch.nanmean`` over any
dimension is a rate. A prediction that is NaN is a miss.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from pose_lib.metrics.layout import Poses, as_tensor, check_pair
from pose_lib.metrics.tables import accuracy_over_threshold

__all__ = ["pck", "pcp", "pdj", "relative_distance", "torso_accuracy"]


def pcp(
    pred: Poses,
    true: Poses,
    limbs: Sequence[tuple[int, int]],
    alpha: float = 0.5,
    *,
    strict: bool = True,
    swapped: bool = False,
) -> Tensor:
    """Percentage of correct parts: which limbs lie at their place.

    Args:
        pred: ``(N, J, D)``.
        true: ``(N, J, D)``, NaN where unlabelled.
        limbs: pairs of joint indices, for instance ``skeleton.limbs``.
        alpha: the distance allowed, as a fraction of the true length of the limb.
        strict: both ends must be near enough (Toshev & Szegedy 2014; Eq. (6), Li et al. 2014);
            otherwise their mean distance must (the "loose" PCP of older work, which gives higher numbers).
        swapped: also accept the limb with its ends exchanged: sticks have no direction (Li et al. 2014).

    Returns:
        Hits ``(N, L)``.
    """
    a, b = check_pair(pred, true)
    ends = [list(side) for side in zip(*limbs, strict=True)]
    allowed = alpha * _distance(b[:, ends[0]], b[:, ends[1]])
    hits = _ends_match(a, b, ends, ends, allowed, strict)
    if swapped:
        hits |= _ends_match(a, b, ends[::-1], ends, allowed, strict)
    return hits.to(a.dtype).masked_fill(allowed.isnan(), torch.nan)


def pdj(pred: Poses, true: Poses, torso: tuple[int, int], fraction: float = 0.2) -> Tensor:
    """Percentage of detected joints: within a fraction of the torso's diameter (Toshev & Szegedy 2014).

    Args:
        pred: ``(N, J, D)``.
        true: ``(N, J, D)``, NaN where unlabelled; without a labelled torso a pose has no hits and no misses.
        torso: a shoulder and the opposite hip, for instance ``skeleton.torso``.
        fraction: of the distance between them.

    Returns:
        Hits ``(N, J)``.
    """
    _, b = check_pair(pred, true)
    return pck(pred, true, _distance(b[:, torso[0]], b[:, torso[1]]), fraction)


def pck(pred: Poses, true: Poses, reference: Poses, fraction: float = 0.5) -> Tensor:
    """Percentage of correct keypoints: within a fraction of a reference length of each pose.

    Args:
        pred: ``(N, J, D)``.
        true: ``(N, J, D)``, NaN where unlabelled.
        reference: ``(N,)``, such as the head's length (PCKh) or the height of the box.
        fraction: of the reference.

    Returns:
        Hits ``(N, J)``.
    """
    distance = relative_distance(pred, true, reference)
    return (distance <= fraction).to(distance.dtype).masked_fill(distance.isnan(), torch.nan)


def relative_distance(pred: Poses, true: Poses, reference: Poses) -> Tensor:
    """Distances ``(N, J)`` in units of a reference length ``(N,)``: what a curve of PDJ or PCK is made from.

    NaN where the truth or the reference is missing, infinite where only the prediction is.

    Raises:
        ValueError: the reference is not one length per pose.
    """
    a, b = check_pair(pred, true)
    length = as_tensor(reference).to(b)
    if length.shape != b.shape[:1]:
        raise ValueError(
            f"reference has shape {tuple(length.shape)}, expected one length per pose, ({len(b)},)"
        )
    return (_distance(a, b).nan_to_num(nan=torch.inf) / length[:, None]).masked_fill(
        b.isnan().any(-1) | ~(length > 0)[:, None], torch.nan
    )


def torso_accuracy(pred: Poses, true: Poses, torso: Poses, radii: ArrayLike) -> NDArray[np.float64]:
    """Eq. (7), Li et al. 2014: per cent of each joint's predictions within ``r`` hundredths of the torso.

    Args:
        pred: ``(N, J, D)``.
        true: ``(N, J, D)``, NaN where unlabelled.
        torso: ``(N,)`` length of the torso, there from the left hip to the right shoulder.
        radii: ``(K,)`` values of ``r``.

    Returns:
        ``(K, J)``; NaN for a joint without labels.
    """
    return 100 * accuracy_over_threshold(100 * relative_distance(pred, true, torso), radii)


def _ends_match(
    a: Tensor, b: Tensor, ends_a: list[list[int]], ends_b: list[list[int]], allowed: Tensor, strict: bool
) -> Tensor:
    first, second = (_distance(a[:, i], b[:, j]) for i, j in zip(ends_a, ends_b, strict=True))
    return (first <= allowed) & (second <= allowed) if strict else (first + second) / 2 <= allowed


def _distance(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).square().sum(-1).sqrt()
