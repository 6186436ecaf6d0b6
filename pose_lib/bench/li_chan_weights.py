"""What the last layer's weights say about the body, as rows of the Li & Chan chapter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pose_lib.bench.evaluate import paired_rows
from pose_lib.bench.li_chan import LiChanExperiment
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics import bootstrap_interval
from pose_lib.models.li_chan import LiChanNet
from pose_lib.models.weight_structure import Similarity, joint_weights, pearson, shared_terms, similarity

__all__ = ["structure", "weight_rows"]

_Pairs = npt.NDArray[np.float64]
"""Weights of pairs of joints over the features, ``(m, P, 2)``."""


def structure(experiment: LiChanExperiment, net: LiChanNet) -> tuple[Tensor, Tensor, Similarity]:
    """Figure 6, Li & Chan 2014: correlations of weights and of true joints, and how alike they are.

    Returns:
        ``(3, J, J)`` of the weights, ``(3, J, J)`` of the training poses relative to the joints' parents, and
        their likeness. The root is left out of it: it never moves against itself.
    """
    poses = experiment.targets.to_vector(experiment.poses).view(len(experiment.poses), -1, 3)
    truth = pearson(poses.permute(1, 2, 0))
    weights = pearson(joint_weights(net.output.weight))
    return weights, truth, similarity(weights, truth, seed=experiment.seed)


def weight_rows(experiment: LiChanExperiment, net: LiChanNet) -> list[dict[str, object]]:
    """Rows of the claims on Figures 6 and 7: correlations, likeness to true joints, co-sparsity."""
    f, skeleton = joint_weights(net.output.weight), experiment.train.skeleton
    sides = [(f"{side}_hip", f"{side}_shoulder") for side in ("left", "right")]
    across = {
        f"Left and right {part} - nothing shared": _columns(
            f, skeleton, [(f"left_{part}", f"right_{part}")], (0, 1, 2)
        )
        for part in ("hip", "shoulder")
    }
    level, upright = _columns(f, skeleton, sides, (0, 2)), _columns(f, skeleton, sides, (1,))
    along = {"Hip and shoulder, x and z": level, "Hip and shoulder, y": upright}
    rows = [_correlation(name, pairs) for name, pairs in (across | along).items()]
    rows.append(_correlation("Hip and shoulder, x and z - Hip and shoulder, y", level, upright))
    _, _, likeness = structure(experiment, net)
    low, high = (float(q) for q in likeness.chance.quantile(torch.tensor([0.025, 0.975]).double()))
    for system, value, ends in (
        ("Weights like poses", likeness.score, (likeness.score, likeness.score)),
        (
            "Weights like poses - joints in random order",
            likeness.score - float(likeness.chance.mean()),
            (likeness.score - high, likeness.score - low),
        ),
    ):
        rows.append(
            {
                "system": system,
                "metric": "structure-similarity",
                "protocol": "correlation of entries off the diagonals; interval of random orders of joints",
                "value": value,
                "low": ends[0],
                "high": ends[1],
                "samples": len(likeness.chance),
            }
        )
    return rows + _co_sparsity(f, skeleton)


def _columns(
    f: Tensor, skeleton: Skeleton, pairs: list[tuple[str, str]], coordinates: tuple[int, ...]
) -> _Pairs:
    index = skeleton.index
    found = [torch.stack([f[index(a), d], f[index(b), d]], 1) for a, b in pairs for d in coordinates]
    return np.asarray(torch.stack(found, 1).numpy())


def _mean_correlation(pairs: _Pairs) -> float:
    centred = pairs - pairs.mean(0)
    spread = np.sqrt(np.square(centred).mean(0).prod(-1))
    return float((centred.prod(-1).mean(0) / spread).mean())


def _correlation(system: str, pairs: _Pairs, less: _Pairs | None = None) -> dict[str, object]:
    """Eq. (9), mean over pairs (less that over others), with an interval over the features."""
    first = pairs.shape[1]

    def statistic(rows: _Pairs) -> float:
        other = _mean_correlation(rows[:, first:]) if less is not None else 0.0
        return _mean_correlation(rows[:, :first]) - other

    both = pairs if less is None else np.concatenate([pairs, less], 1)
    low, high = bootstrap_interval(both, statistic)
    return {
        "system": system,
        "metric": "weight-correlation",
        "protocol": "correlation of last-layer weights over the features, mean over coordinates and pairs",
        "value": statistic(both),
        "low": low,
        "high": high,
        "samples": len(both),
    }


def _co_sparsity(f: Tensor, skeleton: Skeleton) -> list[dict[str, object]]:
    """Eq. (10) of pairs with a wrist or an ankle, and of the others, a feature; the root is in neither."""
    ends = {skeleton.index(f"{side}_{part}") for side in ("left", "right") for part in ("wrist", "ankle")}
    sums = {kind: torch.zeros(f.shape[2], dtype=torch.float64) for kind in (True, False)}
    counts = dict.fromkeys(sums, 0)
    for i in range(len(skeleton)):
        for j in range(i):
            if skeleton.root not in (i, j):
                kind = bool(ends & {i, j})
                sums[kind] += shared_terms(f[i], f[j]).mean(0)
                counts[kind] += 1
    extreme, other = (np.asarray((sums[kind] / counts[kind]).numpy()) for kind in (True, False))
    protocol = "S_p of Eq. (10) with p = 0.2, mean over the features, coordinates and pairs"
    return paired_rows("Pairs with a wrist or ankle", "Other pairs", "co-sparsity", protocol, extreme, other)
