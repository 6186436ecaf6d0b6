"""Measurements on the pieces of the LinKDE chapter that are no row of its tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from pose_lib.metrics import mpjpe
from pose_lib.models.kde import median_distance
from pose_lib.models.linkde import ChiSquareFeatures, chi_square_distance, chi_square_map
from pose_lib.papers.linkde.recipe import TRACED, LinKDEExperiment, described

__all__ = ["kernel_errors", "search_trace"]

_SAMPLES = 150
_DRAWS = 4


def kernel_errors(
    experiment: LinKDEExperiment, counts: Sequence[int] = (125, 250, 500, 1000, 2000)
) -> pd.DataFrame:
    """How far the approximated kernel on the image is from the exact one, between some test samples.

    Returns:
        One line per number of random features, and one of infinitely many, which leaves the error of the
        chi-square map alone; columns ``features`` and ``error``, the root of the mean squared difference over
        the pairs and some draws of the features.
    """
    step = -(-len(experiment.test) // _SAMPLES)
    chosen = torch.arange(0, len(experiment.test), step).numpy()
    x = described(experiment.test.select(chosen))
    mapped = chi_square_map(x)
    width = median_distance(mapped)
    pairs = tuple(torch.triu_indices(len(x), len(x), 1))
    exact = (-chi_square_distance(x, x)[pairs] / (2 * width**2)).exp()

    def error(*approximate: Tensor) -> float:
        return float((torch.stack(approximate) - exact).square().mean().sqrt())

    def drawn(count: int, draw: int) -> Tensor:
        names = (experiment.seed, "probe", draw)
        z = ChiSquareFeatures.draw(mapped.shape[1], count, width, *names)(x)
        return (z @ z.T)[pairs]

    lines = [(float(count), error(*(drawn(count, i) for i in range(_DRAWS)))) for count in counts]
    lines.append((math.inf, error((-torch.pdist(mapped).square() / (2 * width**2)).exp())))
    return pd.DataFrame(lines, columns=["features", "error"])


def search_trace(experiment: LinKDEExperiment) -> pd.DataFrame:
    """The pre-image search on some test samples: columns ``steps``, ``start``, ``distance`` and ``error``.

    The distance is the squared one between the lift of the pose and the predicted lift, and the error is
    MPJPE in mm, both as means over the samples.
    """
    found = experiment.fitted()
    count = found["poses-regression"].shape[1]
    truth = experiment.truth[:: -(-len(experiment.truth) // max(1, count))]
    lines = []
    for start, words in (("regression", "ridge regression"), ("nearest", "nearest poses")):
        both = zip(found[f"poses-{start}"], found[f"distances-{start}"], strict=True)
        for steps, (poses, distances) in zip(TRACED, both, strict=True):
            error = float(mpjpe(experiment.scale.to_pose(poses), truth).mean())
            lines.append((steps, words, float(distances.mean()), error))
    return pd.DataFrame(lines, columns=["steps", "start", "distance", "error"])
