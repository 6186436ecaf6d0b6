"""Dependencies between joints in the weights of the last layer: Section 5 of Li & Chan 2014."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pose_lib.data.seeds import rng

__all__ = [
    "Similarity",
    "co_sparsity",
    "joint_weights",
    "largest_magnitude",
    "pearson",
    "shared_terms",
    "similarity",
]


def joint_weights(weight: Tensor) -> Tensor:
    """``F``: the weights ``(3 J, m)`` of a layer that predicts joints, as ``(J, 3, m)``."""
    return weight.detach().double().cpu().reshape(-1, 3, weight.shape[1])


def pearson(series: Tensor) -> Tensor:
    """Eq. (9), Li & Chan 2014: ``cov(F_i, F_j) / (sigma(F_i) sigma(F_j))`` for x, y and z.

    Args:
        series: ``(J, 3, m)``: the weights of each joint over the ``m`` features or, for comparison, the
            coordinates of each joint over ``m`` poses.

    Returns:
        ``(3, J, J)`` within [-1, 1]; NaN in the row and column of a joint that is constant, such as the root
        relative to its parent.
    """
    series = series.double()
    centred = (series - series.mean(2, keepdim=True)).transpose(0, 1)
    spread = torch.linalg.vector_norm(centred, dim=2)
    # The spread of a constant is not exactly zero, because of rounding.
    constant = spread <= 1e-12 * torch.linalg.vector_norm(series, dim=2).T
    unit = centred / torch.where(constant, torch.nan, spread)[..., None]
    return (unit @ unit.mT).clamp(-1, 1)


def largest_magnitude(correlations: Tensor) -> Tensor:
    """``max_d |rho^d|``, ``(J, J)``, of matrices ``(3, J, J)``: the fourth panels of the paper's Figure 6."""
    return correlations.abs().amax(0)


def shared_terms(first: Tensor, second: Tensor, p: float = 0.2) -> Tensor:
    """The terms of Eq. (10), one per feature: to what extent two joints both use it.

    Args:
        first: ``(..., m)`` weights of a joint; each row is divided by its standard deviation here.
        second: the same shape.
        p: of the norm; the smaller, the less the size of a nonzero weight counts.

    Returns:
        ``(..., m)``, 0 where neither joint uses the feature, and negative elsewhere.
    """
    a, b = (f / f.std(-1, correction=0, keepdim=True) for f in (first, second))
    return -(a.abs().pow(p) + b.abs().pow(p)).pow(1 / p)


def co_sparsity(series: Tensor, p: float = 0.2) -> Tensor:
    """Eq. (10), Li & Chan 2014: ``S_p`` of every pair of joints, higher the fewer features they share.

    Args:
        series: ``(J, 3, m)`` weights.
        p: of the norm.

    Returns:
        ``(3, J, J)``, at most 0; NaN where all weights of a joint are equal.
    """
    # One joint at a time: all pairs at once would take J times the memory.
    rows = [shared_terms(joint.expand_as(series), series, p).sum(2) for joint in series]
    return torch.stack(rows).permute(2, 0, 1)


@dataclass(frozen=True)
class Similarity:
    """How similar two sets of correlation matrices are, and how similar they would be by chance."""

    score: float
    """Correlation of the off-diagonal entries, within [-1, 1]."""
    chance: Tensor
    """``(permutations,)``: the scores with the joints of one set in random order."""

    @property
    def p_value(self) -> float:
        """Share of orders, the actual one included, whose score is at least the actual score."""
        return (1 + int((self.chance >= self.score).sum())) / (1 + len(self.chance))


def similarity(first: Tensor, second: Tensor, permutations: int = 999, seed: int = 0) -> Similarity:
    """The correlation of the off-diagonal entries, a measure of the paper's "they share similar patterns".

    The paper compares by eye. Diagonals are all ones and matrices are symmetric, so each pair of joints is
    compared once, for x, y and z together. The entries of a matrix depend on each other, so they cannot be
    tested as independent numbers. In Mantel's test, the joints of one set, rows and columns, are put in
    random order instead.

    Args:
        first: ``(3, J, J)``.
        second: the same shape; joints with NaN in either are left out.
        permutations: number of random orders.
        seed: of the random orders.

    Raises:
        ValueError: fewer than three joints are left.
    """
    known = ~(first.isnan() | second.isnan()).all(2).any(0)
    count = int(known.sum())
    if count < 3:
        raise ValueError(
            f"only {count} joints have correlations in both sets; a comparison needs at least three"
        )
    a, b = (m[:, known][:, :, known].double() for m in (first, second))
    row, column = torch.triu_indices(count, count, 1)

    def score(order: Tensor) -> float:
        shuffled = a[:, order][:, :, order]
        return float(
            torch.corrcoef(torch.stack([shuffled[:, row, column], b[:, row, column]]).flatten(1))[0, 1]
        )

    stream = rng("weight structure", seed)
    chance = [score(torch.from_numpy(stream.permutation(count))) for _ in range(permutations)]
    return Similarity(score(torch.arange(count)), torch.from_numpy(np.asarray(chance)))
