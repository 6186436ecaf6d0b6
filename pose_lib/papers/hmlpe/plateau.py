"""How fast gradient descent leaves the initial weights: each layer's gradient beside its weights."""

from __future__ import annotations

import pandas as pd
import torch
from torch import Tensor

from pose_lib.models.hmlpe import HMLPE, Start
from pose_lib.papers.hmlpe.objectives import training_loss
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment

__all__ = ["LAYERS", "gradients", "steps_to_double"]

LAYERS = {
    "convolution 1": "trunk.layers.0",
    "convolution 2": "trunk.layers.3",
    "convolution 3": "trunk.layers.6",
    "regression 1": "regression.layers.0",
    "regression 2": "regression.layers.1",
    "regression 3": "regression.layers.2",
}
"""The layers on the way from the image to the joints, and their names in the network."""
_BATCHES, _BATCH = 4, 64


def gradients(experiment: HmlpeExperiment, start: Start, ratio: float) -> pd.DataFrame:
    """Norms of the weights of each layer and of their gradient, Eq. (4), Li et al. 2014, before any training.

    The biases of the two outputs are those of the best constant answer: the mean pose, and each window's
    share of images in which it has the part. Gradient descent finds these first; what is left is the gradient
    that teaches anything about the image.

    Args:
        experiment: whose training images of the target set are used.
        start: the initial weights.
        ratio: ``lambda_r / lambda_d``.

    Returns:
        Lines are :data:`LAYERS`, columns ``weights`` and ``gradient``.
    """
    net = experiment.network(start).train()
    generator = torch.Generator().manual_seed(experiment.seed)
    which = torch.randint(len(experiment.train), (_BATCHES, _BATCH), generator=generator)
    _answer_constants(net, experiment, which.flatten())
    loss = training_loss(net, experiment.images, experiment.joints, ratio)
    for batch in which:
        (loss(batch, generator) / _BATCHES).backward()  # type: ignore[no-untyped-call]
    norms = {}
    for title, name in LAYERS.items():
        weight = net.get_submodule(name).weight
        assert isinstance(weight, Tensor)
        assert weight.grad is not None
        norms[title] = (float(weight.detach().norm()), float(weight.grad.norm()))
    return pd.DataFrame.from_dict(norms, orient="index", columns=["weights", "gradient"])


@torch.no_grad()
def _answer_constants(net: HMLPE, experiment: HmlpeExperiment, which: Tensor) -> None:
    """Set the biases of both outputs to the constant answer to centre windows."""
    p = experiment.preset
    joints = (experiment.joints[which] - (p.side - p.view) / 2) / p.view
    net.start_at(joints.nanmean(0).to(experiment.device))
    share = net.windows.labels(joints * p.view).nanmean(0).clamp(1e-3, 1 - 1e-3)
    net.detection.output.bias.copy_(share.logit().flatten())


def steps_to_double(experiment: HmlpeExperiment, start: Start, ratio: float) -> pd.Series:
    """In how many steps of Table 3's gradient descent each layer would move by the length of its weights.

    At the gradient of :func:`gradients`, which is taken to stay as it is; with momentum ``m`` a step is
    ``1 / (1 - m)`` times as long in the end. Arguments as there.
    """
    schedule, norms = experiment.preset.sweep_momentum, gradients(experiment, start, ratio)
    assert schedule.momentum is not None
    return norms["weights"] * (1 - schedule.momentum) / (schedule.lr * norms["gradient"])
