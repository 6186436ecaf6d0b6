"""The 2D metrics: correct parts (PCP) and correct joints (PDJ, PCK).

Each answers with hits, 1 or 0, and NaN where the truth has no label, so that ``torch.nanmean`` over any
dimension is a rate. A prediction that is NaN or infinite is a miss; a truth that is infinite is refused,
because every prediction would count as near.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pose_lib.geometry.arrays import Numbers, as_index, as_tensor, at_least_zero
from pose_lib.metrics.layout import Poses, check_pair, check_truth
from pose_lib.metrics.tables import accuracy_over_threshold

__all__ = ["pck", "pcp", "pdj", "relative_distance", "torso_accuracy"]

_Ends = tuple[list[int], list[int]]
"""First and second joints of limbs."""


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
        Hits ``(N, L)``. A limb whose true length is zero is hit by exactly that point.

    Raises:
        ValueError: the shapes differ or are not ``(N, J, D)``, a true coordinate is infinite, there are no
            limbs, one names a joint that does not exist or the same joint twice, or ``alpha`` is not a finite
            number, 0 or more.
    """
    a, b = _checked(pred, true)
    ends = _ends(limbs, b.shape[1])
    allowed = at_least_zero("alpha", alpha) * _distance(b[:, ends[0]], b[:, ends[1]])
    hits = _ends_match(a, b, ends, ends, allowed, strict)
    if swapped:
        hits |= _ends_match(a, b, ends[::-1], ends, allowed, strict)
    return hits.to(a.dtype).masked_fill(allowed.isnan(), torch.nan)


def pdj(pred: Poses, true: Poses, torso: tuple[int, int], fraction: float = 0.2) -> Tensor:
    """Percentage of detected joints: within a fraction of the torso's diameter (Toshev & Szegedy 2014).

    Args:
        pred: ``(N, J, D)``.
        true: ``(N, J, D)``, NaN where unlabelled. Without a labelled torso, or with one of length zero, a
            pose has no hits and no misses: all its joints are NaN.
        torso: a shoulder and the opposite hip, for instance ``skeleton.torso``.
        fraction: of the distance between them.

    Returns:
        Hits ``(N, J)``.

    Raises:
        ValueError: as for :func:`pck`, or the torso is not a pair of two of the joints.
    """
    a, b = _checked(pred, true)
    (first,), (second,) = _ends([torso], b.shape[1])
    return pck(a, b, _distance(b[:, first], b[:, second]), fraction)


def pck(pred: Poses, true: Poses, reference: Poses, fraction: float = 0.5) -> Tensor:
    """Percentage of correct keypoints: within a fraction of a reference length of each pose.

    Args:
        pred: ``(N, J, D)``.
        true: ``(N, J, D)``, NaN where unlabelled.
        reference: ``(N,)``, such as the head's length (PCKh) or the height of the box.
        fraction: of the reference.

    Returns:
        Hits ``(N, J)``.

    Raises:
        ValueError: as for :func:`relative_distance`, or the fraction is not a finite number, 0 or more.
    """
    fraction = at_least_zero("fraction", fraction)
    distance = relative_distance(pred, true, reference)
    return (distance <= fraction).to(distance.dtype).masked_fill(distance.isnan(), torch.nan)


def relative_distance(pred: Poses, true: Poses, reference: Poses) -> Tensor:
    """Distances ``(N, J)`` in units of a reference length ``(N,)``: what a curve of PDJ or PCK is made from.

    NaN where the truth or the reference is missing (NaN) or the reference is zero, infinite where only the
    prediction is missing or infinite.

    Raises:
        ValueError: the shapes differ or are not ``(N, J, D)``, a true coordinate is infinite, or the
            reference is not one length per pose, or is negative or infinite somewhere.
    """
    a, b = _checked(pred, true)
    length = as_tensor(reference).detach().to(b)
    if length.shape != b.shape[:1]:
        raise ValueError(
            f"reference has shape {tuple(length.shape)}, expected one length per pose, ({len(b)},)"
        )
    if bool(((length < 0) | length.isinf()).any()):
        raise ValueError("reference holds a length that is negative or infinite; one that is unknown is NaN")
    return (_distance(a, b).nan_to_num(nan=torch.inf, posinf=torch.inf) / length[:, None]).masked_fill(
        b.isnan().any(-1) | ~(length > 0)[:, None], torch.nan
    )


def torso_accuracy(pred: Poses, true: Poses, torso: Poses, radii: Numbers) -> NDArray[np.float64]:
    """Eq. (7), Li et al. 2014: per cent of each joint's predictions within ``r`` hundredths of the torso.

    Args:
        pred: ``(N, J, D)``.
        true: ``(N, J, D)``, NaN where unlabelled.
        torso: ``(N,)`` length of the torso, there from the left hip to the right shoulder.
        radii: ``(K,)`` values of ``r``.

    Returns:
        ``(K, J)``; NaN for a joint without labels.

    Raises:
        ValueError: as for :func:`relative_distance` and :func:`~pose_lib.metrics.accuracy_over_threshold`.
    """
    return 100 * accuracy_over_threshold(100 * relative_distance(pred, true, torso), radii)


def _checked(pred: Poses, true: Poses) -> tuple[Tensor, Tensor]:
    a, b = check_pair(pred, true)
    check_truth(b)
    return a, b


def _ends(limbs: Sequence[tuple[int, int]], joints: int) -> _Ends:
    """First and second joint of each limb."""
    first, second = [], []
    for limb in limbs:
        if len(limb) != 2:
            raise ValueError(f"a limb is a pair of joints, not {limb!r}")
        i, j = (as_index(f"a joint of the limb {tuple(limb)}", end, joints) for end in limb)
        if i == j:
            raise ValueError(f"a limb joins two different joints, not {tuple(limb)}")
        first.append(i)
        second.append(j)
    if not first:
        raise ValueError("there are no limbs to count; expected pairs of joints, such as skeleton.limbs")
    return first, second


def _ends_match(a: Tensor, b: Tensor, ends_a: _Ends, ends_b: _Ends, allowed: Tensor, strict: bool) -> Tensor:
    first, second = (_distance(a[:, i], b[:, j]) for i, j in zip(ends_a, ends_b, strict=True))
    return (first <= allowed) & (second <= allowed) if strict else (first + second) / 2 <= allowed


def _distance(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).square().sum(-1).sqrt()
