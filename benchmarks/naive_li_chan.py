"""The yardstick: Li & Chan's network with both heads, trained as a first script would do it.

One ``Dataset`` item per crop with the labels of its windows, a ``DataLoader``, float32, the default memory
layout, the normalisation in the operations of its formula, a plain Adam.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

__all__ = ["LabelledCrops", "NaiveLiChan", "naive_epoch"]


class LabelledCrops(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """A random window of one image, its pose, and which detection windows hold which joint."""

    def __init__(self, images: np.ndarray, poses: np.ndarray, joints: np.ndarray, window: int) -> None:
        self.images, self.poses, self.joints, self.window = images, poses, joints, window
        side, step = 30 * window / 112, 10 * window / 112
        self.starts, self.side = step * np.arange(10), side

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        room = self.images.shape[1] - self.window
        x, y = random.randint(0, room), random.randint(0, room)
        crop = self.images[index, y : y + self.window, x : x + self.window].astype(np.float32)
        crop = (crop / 255 - 0.5) / 0.25
        place = self.joints[index] - np.array([x, y])
        inside = (place[..., None] >= self.starts) & (place[..., None] < self.starts + self.side)
        labels = (inside[:, 1, :, None] & inside[:, 0, None, :]).reshape(len(place), -1).astype(np.float32)
        image = torch.from_numpy(crop.transpose(2, 0, 1).copy())
        return image, torch.from_numpy(self.poses[index]), torch.from_numpy(labels)


class NaiveLiChan(nn.Module):
    """The layers in their usual order, each a module of torch; the normalisation as its formula reads."""

    def __init__(self, window: int, joints: int = 17, widths: tuple[int, int] = (1024, 2048)) -> None:
        super().__init__()
        side = window
        for kernel in (9, 5, 5):
            side = (side - kernel + 1) // 2
        features = 64 * side * side
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(3, 32, 9), nn.Conv2d(32, 64, 5), nn.Conv2d(64, 64, 5)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)

        def head(outputs: int) -> nn.Sequential:
            return nn.Sequential(
                nn.Linear(features, widths[0]), nn.ReLU(), nn.Dropout(0.25),
                nn.Linear(widths[0], widths[1]), nn.ReLU(),
                nn.Linear(widths[1], outputs),
            )  # fmt: skip

        self.regression, self.detection = head(3 * joints), head(100 * joints)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images to poses and to the probability of each joint and window."""
        x = self.pool(torch.relu(self.conv1(x)))
        x = torch.relu(self.conv2(x))
        mean = functional.avg_pool2d(x**2, 5, stride=1, padding=2, count_include_pad=False)
        x = self.pool(x / (1 + 0.0025 * 50**2 * mean) ** 0.75)  # 50 grey levels in a unit of the input
        x = self.pool(self.conv3(x)).flatten(1)
        # The average of two gradients is half of their sum.
        x = x / 2 + x.detach() / 2
        return torch.tanh(self.regression(x)), torch.sigmoid(self.detection(x))


def naive_epoch(net: nn.Module, optimiser: torch.optim.Optimizer, crops: LabelledCrops, batch: int) -> None:
    """One pass over the images."""
    net.train()
    device = next(net.parameters()).device
    for batch_of in DataLoader(crops, batch_size=batch, shuffle=True, drop_last=True):
        x, pose, labels = (part.to(device) for part in batch_of)
        optimiser.zero_grad()
        predicted, windows = net(x)
        regression = ((predicted - pose) ** 2).sum(1).mean()
        detection = functional.binary_cross_entropy(windows, labels.flatten(1), reduction="sum") / batch
        (0.5 * regression + 0.5 * detection).backward()
        optimiser.step()
