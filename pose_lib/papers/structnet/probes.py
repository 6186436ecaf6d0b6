"""Measurements on the score of the StructNet chapter that are no row of its tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.measures import sequences_of
from pose_lib.bench.rows import row
from pose_lib.metrics import mpjpe
from pose_lib.models.retrieval import average_of_best
from pose_lib.models.structnet import StructNet, Violators, pose_distances, scores
from pose_lib.papers.structnet.recipe import StructNetExperiment

__all__ = ["errors_by_share", "scores_and_distances", "violations"]


def errors_by_share(experiment: StructNetExperiment, net: StructNet, shares: Sequence[float]) -> pd.DataFrame:
    """MPJPE of *Avg(A)* over ``A``, with 95 % intervals over people and takes.

    Shares of the training poses are in per cent; several that are the same number of poses have one line.
    """
    counts = sorted({experiment.count(share / 100) for share in shares})
    means = average_of_best(experiment.ranked(net, counts[-1]), experiment.poses, counts)
    groups, lines = sequences_of(experiment.test), []
    for count, mean in zip(counts, means, strict=True):
        errors = mpjpe(mean, experiment.truth).double().numpy()
        found = row("StructNet-Avg", "mpjpe", "", errors, groups)
        share = 100 * count / len(experiment.poses)
        lines.append((share, count, found.value, found.low, found.high))
    return pd.DataFrame(lines, columns=["share (%)", "poses", "value", "low", "high"])


@torch.no_grad()
def scores_and_distances(
    experiment: StructNetExperiment, net: StructNet, sample: int
) -> tuple[Tensor, Tensor]:
    """Scores of all training poses for one test image, and their distances from its pose in mm, ``(N,)``.

    Scores are in mm too, as margins are: multiplied by the unit of the margin.
    """
    image = net.eval()(experiment.test_images.centre(torch.tensor([sample]))).float()
    found = scores(image, experiment.search(net).keys)[0].cpu() * experiment.preset.unit
    return found, pose_distances(experiment.truth[sample, None], experiment.poses)[0]


def violations(memory: Violators) -> pd.DataFrame:
    """How the violations of a training are spread over the training poses."""
    counts = memory.counts.cpu().sort(descending=True).values.double()
    share = counts.cumsum(0) / counts.sum()
    lines = {
        "training poses that were the most violating one (%)": 100 * float((counts > 0).double().mean()),
        f"violations by the {memory.kept} most frequent poses (%)": 100 * float(share[memory.kept - 1]),
        "poses that make half of the violations": float((share < 0.5).sum() + 1),
    }
    return pd.DataFrame({"value": lines})
