"""How well a predicted skeleton keeps its proportions (Table 2, Tekin et al. 2016)."""

from __future__ import annotations

from itertools import combinations
from typing import Literal, get_args

import torch
from torch import Tensor

from pose_lib.geometry.arrays import as_wide
from pose_lib.geometry.skeletons import H36M17, Skeleton
from pose_lib.metrics.layout import Poses, check_millimetres, check_pair, check_truth

__all__ = ["Part", "Reading", "limb_lengths", "limb_ratio_error"]

Reading = Literal["pairs", "limbs", "ratios"]
Part = Literal["lower", "upper", "full"]

_SHORTEST = 1.0  # mm; a limb that collapses to a point would have an infinite logarithm


def limb_lengths(poses: Poses, skeleton: Skeleton = H36M17) -> Tensor:
    """Lengths ``(N, L)`` of the limbs of poses ``(N, J, D)``, in the order of ``skeleton.limbs``.

    Raises:
        ValueError: the poses have another shape, or other joints than the skeleton.
    """
    poses = as_wide(poses)
    if poses.ndim != 3 or poses.shape[1] != len(skeleton):
        raise ValueError(
            f"poses have shape {tuple(poses.shape)}, expected (N, {len(skeleton)}, D) for {skeleton.name}"
        )
    parents, children = zip(*skeleton.limbs, strict=True)
    return (poses[:, list(children)] - poses[:, list(parents)]).square().sum(-1).sqrt()


def limb_ratio_error(
    pred: Poses,
    true: Poses,
    skeleton: Skeleton = H36M17,
    reading: Reading = "pairs",
    part: Part = "full",
) -> Tensor:
    """Sum of the limb-length-ratio errors of each pose; its mean over the poses is what a table shows.

    The paper says only that it sums the log of limb-length-ratio errors, so three readings exist. With ``l``
    the true and ``m`` the predicted lengths:

    * ``pairs``: over all pairs of limbs, ``|log(m_i / m_j) - log(l_i / l_j)|``. It has no scale, and like the
      published numbers it gives the full body more than the sum of its halves.
    * ``limbs``: over the limbs, ``|log(m_i / l_i)|``, which punishes a wrong scale too.
    * ``ratios``: over all pairs ``i < j``, ``log(1 + |m_i / m_j - l_i / l_j|)``.

    Args:
        pred: ``(N, J, 3)`` mm.
        true: ``(N, J, 3)`` mm.
        skeleton: gives the limbs and the two halves of the body.
        reading: one of the three above.
        part: ``lower`` (legs), ``upper`` (the rest) or ``full``.

    Returns:
        ``(N,)``, no unit. Limbs shorter than 1 mm count as 1 mm, so that it is finite; NaN or infinite only
        for a pose that has a NaN or a prediction that is not finite.

    Raises:
        ValueError: an unknown reading or part, poses that do not fit together or to the skeleton, a true
            coordinate that is infinite, or true 3D poses that look like metres
            (:func:`~pose_lib.metrics.layout.check_millimetres`), whose limbs would all count as 1 mm.
    """
    a, b = check_pair(pred, true)
    if reading not in get_args(Reading) or part not in get_args(Part):
        raise ValueError(
            f"limb_ratio_error: reading {reading!r} should be one of {', '.join(get_args(Reading))}, "
            f"and part {part!r} one of {', '.join(get_args(Part))}"
        )
    if a.shape[1] != len(skeleton):
        raise ValueError(f"poses have {a.shape[1]} joints, {skeleton.name} has {len(skeleton)}")
    if a.shape[-1] == 3:
        check_millimetres(b)
    check_truth(b)
    limbs = list(skeleton.limb_parts()[part])
    predicted, actual = (limb_lengths(x, skeleton)[:, limbs].clamp(min=_SHORTEST) for x in (a, b))
    if reading == "limbs":
        return (predicted / actual).log().abs().sum(1)
    i, j = (list(side) for side in zip(*combinations(range(len(limbs)), 2), strict=True))
    if reading == "ratios":
        return torch.log1p((predicted[:, i] / predicted[:, j] - actual[:, i] / actual[:, j]).abs()).sum(1)
    log_ratio = (predicted / actual).log()
    return (log_ratio[:, i] - log_ratio[:, j]).abs().sum(1)
