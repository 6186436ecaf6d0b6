"""What claim LC-13 asks for: hidden joints, left and right, and limbs where the errors are large."""

from __future__ import annotations

import numpy as np
import torch

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.measures import sequences_of
from pose_lib.bench.rows import Key, Row, row
from pose_lib.metrics import limb_lengths, per_joint_error
from pose_lib.papers.li_chan.recipe import LiChanExperiment

__all__ = ["robustness_scores", "worst_limb_rows"]

_WORDS = {
    "mpjpe-hidden": "mm, mean over the joints that the camera does not see, root-relative, no alignment",
    "sides-exchanged": "% of poses nearer to the truth with the names of left and right joints exchanged",
}
_WORST = (
    "% by which a limb is off its mean length in the training poses, mean over limbs, in the tenth of "
    "samples with the largest errors"
)


def robustness_scores(experiment: LiChanExperiment) -> Scores:
    """Errors of hidden joints, and how often sides are exchanged, of every system and test sample."""
    test, truth = experiment.test, experiment.truth
    hidden = ~torch.from_numpy(np.array(test.visible))
    hidden[:, test.skeleton.root] = False
    count = hidden.sum(1).double()
    scores = Scores.on(test, _WORDS)
    scores.weights["mpjpe-hidden"] = count.numpy()
    mirror = list(test.skeleton.mirror)
    for key, predicted in experiment.predictions.items():
        error = per_joint_error(predicted, truth).double()
        mean = (error * hidden).sum(1) / count.where(count > 0, torch.nan)
        exchanged = per_joint_error(predicted[:, mirror], truth).double().mean(1) < error.mean(1)
        if len(np.unique(scores.groups[count.numpy() > 0], axis=0)) > 1:
            scores.add(key, "mpjpe-hidden", mean.numpy())
        scores.add(key, "sides-exchanged", 100 * exchanged.double().numpy())
    return scores


def worst_limb_rows(experiment: LiChanExperiment) -> list[Row]:
    """How far limbs are off their usual length in the worst tenth of each system's poses."""
    skeleton, groups = experiment.train.skeleton, sequences_of(experiment.test)
    usual = limb_lengths(experiment.poses, skeleton).mean(0)
    found: dict[Key, Row] = {}
    for key, predicted in experiment.predictions.items():
        error = per_joint_error(predicted, experiment.truth).mean(1)
        off = 100 * (limb_lengths(predicted, skeleton) / usual - 1).abs().mean(1).double()
        worst = (error >= error.quantile(0.9)).numpy()
        if len(np.unique(groups[worst], axis=0)) > 1:
            found[key] = row(key, "limbs-off-worst", _WORST, off.numpy()[worst], groups[worst])
    return list(found.values())
