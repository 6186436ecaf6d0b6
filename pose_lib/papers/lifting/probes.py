"""Measurements of the chapter on lifting: what errors in the image cost in space."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch

from pose_lib.data.seeds import seed_of
from pose_lib.metrics import mpjpe
from pose_lib.models.lifting import Standardised
from pose_lib.papers.lifting.recipe import SYSTEM, TRUE, LiftingExperiment

__all__ = ["image_errors", "noise_sweep"]


def image_errors(experiment: LiftingExperiment) -> pd.DataFrame:
    """Mean distance (pixels of the crop) of found from true joints, by split; and that of the mean pose."""
    mean = experiment.true["train"].mean(0)
    lines = {}
    for split, words in (("train", "training images"), ("test", "test images")):
        true, found = experiment.true[split], experiment.found[split]
        distances = (torch.linalg.vector_norm(part - true, dim=-1).mean() for part in (found, mean))
        lines[words] = dict(zip(("heat maps", "mean pose"), map(float, distances), strict=True))
    return pd.DataFrame(lines).T


@torch.no_grad()
def noise_sweep(experiment: LiftingExperiment, deviations: Sequence[float]) -> pd.DataFrame:
    """MPJPE (mm) of the networks trained on found and on true joints, on true test joints with noise added.

    Args:
        experiment: the experiment, whose networks are trained.
        deviations: of the noise, in pixels of the crop.

    Returns:
        Columns ``trained on``, ``noise`` and ``error``.
    """
    true, lines = experiment.true["test"], []
    draw = torch.randn(true.shape, generator=torch.Generator().manual_seed(seed_of(experiment.seed, "noise")))
    for words, key, joints in (
        ("found joints", SYSTEM, experiment.found),
        ("true joints", TRUE, experiment.true),
    ):
        net, units = experiment.nets[key].eval(), Standardised.of(joints["train"])
        for deviation in deviations:
            vectors = net(units(true + deviation * draw).to(experiment.device)).float().cpu()
            error = mpjpe(experiment.scale.to_pose(vectors), experiment.truth).mean()
            lines.append((words, deviation, float(error)))
    return pd.DataFrame(lines, columns=["trained on", "noise", "error"])
