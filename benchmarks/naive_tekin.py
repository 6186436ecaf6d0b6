"""The yardstick: the same network, trained as a first script would do it.

One ``Dataset`` item per crop, a ``DataLoader``, float32, the default memory layout, a plain Adam.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

__all__ = ["Crops", "naive_epoch", "naive_network"]


class Crops(Dataset[tuple[Tensor, Tensor]]):
    """A random window of one image and its pose, made when it is asked for."""

    def __init__(self, images: np.ndarray, poses: np.ndarray, window: int) -> None:
        self.images, self.poses, self.window = images, poses, window

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        room = self.images.shape[1] - self.window
        x, y = random.randint(0, room), random.randint(0, room)
        crop = self.images[index, y : y + self.window, x : x + self.window].astype(np.float32)
        crop = (crop / 255 - 0.5) / 0.25
        return torch.from_numpy(crop.transpose(2, 0, 1).copy()), torch.from_numpy(self.poses[index])


def naive_network(window: int, outputs: int) -> nn.Sequential:
    """Tekin et al.'s CNN in the usual order of layers."""
    side = window
    for kernel in (9, 5, 5):
        side = (side - kernel + 1) // 2
    return nn.Sequential(
        nn.Conv2d(3, 32, 9), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * side * side, 1024), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(1024, 2048), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(2048, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, outputs),
    )  # fmt: skip


def naive_epoch(
    net: nn.Module,
    optimiser: torch.optim.Optimizer,
    images: np.ndarray,
    poses: np.ndarray,
    window: int,
    batch: int,
) -> None:
    """One pass over the images."""
    net.train()
    device = next(net.parameters()).device
    for x, y in DataLoader(Crops(images, poses, window), batch_size=batch, shuffle=True, drop_last=True):
        optimiser.zero_grad()
        loss = ((net(x.to(device)) - y.to(device)) ** 2).sum(1).mean()
        loss.backward()
        optimiser.step()
