"""Losses, predictions and errors of the network of Li et al. 2014 on batches of crops."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import torch
from torch import Tensor, nn

from pose_lib.batches import ImageBatches
from pose_lib.models.hmlpe import (
    HMLPE,
    detection_loss,
    mirrored,
    multi_task_loss,
    regression_loss,
    task_weights,
)
from pose_lib.training import autocast

__all__ = ["PoseOnly", "predict_joints", "task_errors", "training_loss"]


class PoseOnly(nn.Module):
    """The network as it is used at test time: images to joints, without the detector."""

    def __init__(self, net: HMLPE) -> None:
        super().__init__()
        self.trunk, self.regression, self.read = net.trunk, net.regression, net.read

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to joints ``(B, J, 2)`` in units of the box."""
        return self.read(self.trunk(x))


def training_loss(
    net: HMLPE, images: ImageBatches, joints: Tensor, ratio: float
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """The loss of Eq. (4), Li et al. 2014, on random windows of the images, half of them mirrored.

    Args:
        net: whose windows are the labels'.
        images: crops; their window is the side of the network's input.
        joints: ``(N, J, 2)`` in pixels of the crops; NaN where one is missing.
        ratio: ``lambda_r / lambda_d``.

    Returns:
        The function that :func:`pose_lib.training.fit` takes.
    """
    weights, side, device = task_weights(ratio), images.window, images.store.device

    def loss(which: Tensor, generator: torch.Generator) -> Tensor:
        x, offsets = images.random(which, generator)
        y = (joints[which] - offsets[:, None].float()) / side
        x, y = mirrored(x, y, torch.rand(len(which), generator=generator) < 0.5)
        labels = net.windows.labels(y * side)
        with autocast(device):
            predicted, logits = net(x)
        return multi_task_loss(predicted, logits, y.to(device), labels.to(device), weights)

    return loss


@torch.no_grad()
def predict_joints(net: HMLPE, images: ImageBatches, fast: bool = False) -> Tensor:
    """Joints ``(N, J, 2)`` in pixels of the crops, from their centre windows, on the CPU.

    Args:
        net: the network.
        images: the crops.
        fast: matrix products in bf16 where the hardware has them.
    """
    pose = PoseOnly(net).eval()
    # Small batches stay in the processor's cache; one autocast for all converts the weights once.
    with autocast(images.store.device) if fast else nullcontext():
        found = [pose(x).float().cpu() for x in images.centred(16 if fast else 64)]
    return torch.cat(found) * images.window + (images.size - images.window) // 2


@torch.no_grad()
def task_errors(net: HMLPE, images: ImageBatches, joints: Tensor) -> tuple[Tensor, Tensor]:
    """The two errors of Table 3, Li et al. 2014, for each sample's centre window.

    The regression error is summed over the joints (Eq. 1), the detection error is the mean over parts and
    windows (Eq. 3), since the table's value for an untrained detector is ln 2.

    Args:
        net: the network.
        images: the crops.
        joints: ``(N, J, 2)`` in pixels of the crops; NaN where one is missing.

    Returns:
        Two ``(N,)`` on the CPU; NaN for a sample without a label.
    """
    side, edge = images.window, (images.size - images.window) // 2
    y = (joints - edge) / side
    labels = net.windows.labels(y * side)
    net.eval()
    outputs = [[o.float().cpu() for o in net(x)] for x in images.centred()]
    predicted, logits = (torch.cat(o) for o in zip(*outputs, strict=True))
    known = ~y.isnan().any(-1)
    # With a joint missing, the sum over the others is scaled up to all of them.
    regression = regression_loss(predicted, y).sum(1) / known.float().mean(1)
    counted = (~labels.isnan()).flatten(1).float()
    detection = detection_loss(logits, labels).flatten(1).sum(1) / counted.sum(1)
    return regression.masked_fill(~known.any(1), torch.nan), detection
