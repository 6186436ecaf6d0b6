"""What the last layer's weights say about the body, as rows of the Li & Chan chapter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from pose_lib.bench.rows import Key, Row, Values, compared_rows, constant_row
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics import bootstrap_interval
from pose_lib.models.li_chan import LiChanNet
from pose_lib.models.weight_structure import Similarity, joint_weights, pearson, shared_terms, similarity
from pose_lib.papers.li_chan.recipe import LiChanExperiment

__all__ = ["NOTHING_SHARED", "RANDOM_ORDER", "STRUCTURE", "structure", "weight_rows"]

NOTHING_SHARED = "nothing shared"
"""What correlations of left and right are compared with: a correlation of zero."""
RANDOM_ORDER = "joints in random order"
"""What the similarity to true joints is compared with."""
STRUCTURE = ("weight-correlation", "structure-similarity", "co-sparsity")
"""Metrics of :func:`weight_rows`."""

_CORRELATION = "correlation of last-layer weights over the features, mean over coordinates and pairs"
_SIMILARITY = "correlation of entries off the diagonals; interval of random orders of joints"
_CO_SPARSITY = "S_p of Eq. (10) with p = 0.2, mean over the features, coordinates and pairs"


def structure(experiment: LiChanExperiment, net: LiChanNet) -> tuple[Tensor, Tensor, Similarity]:
    """Figure 6, Li & Chan 2014: correlations of weights and of true joints, and how similar they are.

    Returns:
        ``(3, J, J)`` of the weights, ``(3, J, J)`` of the training poses relative to the joints' parents, and
        their similarity, which leaves the root out: its position relative to itself is constant.
    """
    poses = experiment.targets.to_vector(experiment.poses).view(len(experiment.poses), -1, 3)
    truth = pearson(poses.permute(1, 2, 0))
    weights = pearson(joint_weights(net.output.weight))
    return weights, truth, similarity(weights, truth, seed=experiment.seed)


def weight_rows(experiment: LiChanExperiment, net: LiChanNet) -> list[Row]:
    """Rows of the claims on Figures 6 and 7: correlations, similarity to true joints, co-sparsity."""
    f, skeleton = joint_weights(net.output.weight), experiment.train.skeleton
    _, _, found = structure(experiment, net)
    return [*_correlation_rows(f, skeleton), *_similarity_rows(found), *_co_sparsity_rows(f, skeleton)]


def _correlation_rows(f: Tensor, skeleton: Skeleton) -> list[Row]:
    """Eq. (9) of left and right hip and shoulder, and of hip and shoulder of one side."""
    rows = []
    for part in ("hip", "shoulder"):
        pairs = _columns(f, skeleton, [(f"left_{part}", f"right_{part}")], (0, 1, 2))
        rows.append(_correlation(f"Left and right {part}", pairs, against=NOTHING_SHARED))
    sides = [(f"{side}_hip", f"{side}_shoulder") for side in ("left", "right")]
    level, upright = _columns(f, skeleton, sides, (0, 2)), _columns(f, skeleton, sides, (1,))
    first, second = "Hip and shoulder, x and z", "Hip and shoulder, y"
    return [
        *rows,
        _correlation(first, level),
        _correlation(second, upright),
        _correlation(first, level, upright, against=second),
    ]


def _columns(
    f: Tensor, skeleton: Skeleton, pairs: Sequence[tuple[str, str]], coordinates: Sequence[int]
) -> Values:
    """Weights of pairs of joints over the ``m`` features, ``(m, P, 2)``."""
    index = skeleton.index
    found = [torch.stack([f[index(a), d], f[index(b), d]], 1) for a, b in pairs for d in coordinates]
    return np.asarray(torch.stack(found, 1).numpy())


def _mean_correlation(pairs: Values) -> float:
    centred = pairs - pairs.mean(0)
    spread = np.sqrt(np.square(centred).mean(0).prod(-1))
    return float((centred.prod(-1).mean(0) / spread).mean())


def _correlation(key: Key, pairs: Values, less: Values | None = None, against: Key = "") -> Row:
    """Eq. (9), mean over pairs (less that over others), with an interval over the features."""
    first = pairs.shape[1]

    def statistic(rows: Values) -> float:
        other = _mean_correlation(rows[:, first:]) if less is not None else 0.0
        return _mean_correlation(rows[:, :first]) - other

    both = pairs if less is None else np.concatenate([pairs, less], 1)
    interval = bootstrap_interval(both, statistic)
    return constant_row(
        key, "weight-correlation", _CORRELATION, statistic(both), len(both), interval, against
    )


def _similarity_rows(found: Similarity) -> list[Row]:
    """The similarity, and how far it lies above that of random orders."""
    low, high = found.chance.quantile(torch.tensor([0.025, 0.975]).double()).tolist()
    key, metric, orders = "Weights like poses", "structure-similarity", len(found.chance)
    above = found.score - float(found.chance.mean())
    interval = (found.score - high, found.score - low)
    return [
        constant_row(key, metric, _SIMILARITY, found.score, orders),
        constant_row(key, metric, _SIMILARITY, above, orders, interval, against=RANDOM_ORDER),
    ]


def _co_sparsity_rows(f: Tensor, skeleton: Skeleton) -> list[Row]:
    """Eq. (10) per feature, of pairs with a wrist or an ankle and of the others; the root is in neither."""
    ends = {skeleton.index(f"{side}_{part}") for side in ("left", "right") for part in ("wrist", "ankle")}
    sums = {kind: torch.zeros(f.shape[2], dtype=torch.float64) for kind in (True, False)}
    counts = dict.fromkeys(sums, 0)
    for i in range(len(skeleton)):
        for j in range(i):
            if skeleton.root not in (i, j):
                kind = bool(ends & {i, j})
                sums[kind] += shared_terms(f[i], f[j]).mean(0)
                counts[kind] += 1
    extreme, other = ((sums[kind] / counts[kind]).numpy() for kind in (True, False))
    return compared_rows(
        "Pairs with a wrist or ankle", "Other pairs", "co-sparsity", _CO_SPARSITY, extreme, other
    )
