"""The yardstick: the network of Li, Liu & Chan 2014, trained as a first script would do it.

Two heads, targets and window labels made for one image at a time by a loop, float32, a plain Adam.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

__all__ = ["Crops", "NaiveNetwork", "naive_epoch"]

PARTS = ((2, 0), (2, 1), (2, 3), (1, 4), (3, 5), (4, 6), (5, 7))
MIRROR = [0, 3, 2, 1, 5, 4, 7, 6]


class Crops(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """A random window of one image, perhaps mirrored, with its joints and its 7 x 64 window labels."""

    def __init__(self, images: np.ndarray, joints: np.ndarray, window: int) -> None:
        self.images, self.joints, self.window = images, joints, window

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        room = self.images.shape[1] - self.window
        x, y = random.randint(0, room), random.randint(0, room)
        crop = self.images[index, y : y + self.window, x : x + self.window].astype(np.float32)
        joints = self.joints[index] - np.array([x, y], dtype=np.float32)
        if random.random() < 0.5:
            crop = crop[:, ::-1]
            joints = joints[MIRROR]
            joints[:, 0] = self.window - joints[:, 0]
        crop = (crop / 255 - 0.5) / 0.25
        labels = window_labels(joints, self.window)
        return (
            torch.from_numpy(crop.transpose(2, 0, 1).copy()),
            torch.from_numpy(joints / self.window),
            torch.from_numpy(labels),
        )


def window_labels(joints: np.ndarray, window: int) -> np.ndarray:
    """Which of 64 windows hold more than 30 % of which stick: a loop over parts, rows and columns."""
    scale = window / 112
    labels = np.zeros((len(PARTS), 64), dtype=np.float32)
    for p, (i, j) in enumerate(PARTS):
        ends = (*map(float, joints[i]), *map(float, joints[j]))
        for row in range(8):
            for column in range(8):
                x, y = 12 * scale * column, 12 * scale * row
                labels[p, 8 * row + column] = share(*ends, x, y, 30 * scale) > 0.3
    return labels


def share(ax: float, ay: float, bx: float, by: float, x: float, y: float, side: float) -> float:
    """Which part of the stick from a to b lies in one window: between entering and leaving it."""
    first, last = 0.0, 1.0
    for start, step, low in ((ax, bx - ax, x), (ay, by - ay, y)):
        if step == 0:
            if not low <= start <= low + side:
                return 0.0
            continue
        t, u = (low - start) / step, (low + side - start) / step
        first, last = max(first, min(t, u)), min(last, max(t, u))
    return max(0.0, last - first)


class NaiveNetwork(nn.Module):
    """The layers in the usual order; the logistic function is in the loss."""

    def __init__(self, window: int) -> None:
        super().__init__()
        side = window
        for kernel in (9, 5, 5):
            side = (side - kernel + 1) // 2
        self.trunk = nn.Sequential(
            nn.Conv2d(3, 32, 9), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 64, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(),
        )  # fmt: skip
        self.regression = self._head(64 * side * side, 16)
        self.detection = self._head(64 * side * side, 448)

    @staticmethod
    def _head(features: int, outputs: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Linear(features, 1024), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(1024, 2048), nn.ReLU(),
            nn.Linear(2048, outputs),
        )  # fmt: skip

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images to poses and logits."""
        features = self.trunk(x)
        return torch.tanh(self.regression(features)), self.detection(features)


def naive_epoch(
    net: NaiveNetwork,
    optimiser: torch.optim.Optimizer,
    images: np.ndarray,
    joints: np.ndarray,
    window: int,
    batch: int,
) -> None:
    """One pass over the images."""
    net.train()
    entropy = nn.BCEWithLogitsLoss(reduction="sum")
    for x, y, labels in DataLoader(Crops(images, joints, window), batch, shuffle=True, drop_last=True):
        optimiser.zero_grad()
        poses, logits = net(x)
        loss = ((poses - y.flatten(1)) ** 2).sum(1).mean()
        loss = loss + entropy(logits, labels.flatten(1)) / len(x)
        loss.backward()
        optimiser.step()
