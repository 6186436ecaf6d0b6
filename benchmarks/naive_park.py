"""The yardstick: the network of Park et al. 2016 with both ideas, trained as a first script would do it.

One ``Dataset`` item per crop with its labels, a ``DataLoader``, float32, the default memory layout,
one head per root in a list, plain gradient descent.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

__all__ = ["Crops", "NaiveNetwork", "naive_epoch"]

ROOTS = (0, 8, 2, 5, 15, 12)
CELLS = 16


class Crops(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """A random window of one image, its joints' soft labels and its shape, made when it is asked for."""

    def __init__(self, images: np.ndarray, joints: np.ndarray, shapes: np.ndarray, window: int) -> None:
        self.images, self.joints, self.shapes, self.window = images, joints, shapes, window
        centres = (np.arange(CELLS) + 0.5) * window / CELLS
        y, x = np.meshgrid(centres, centres, indexing="ij")
        self.centres = np.stack([x.ravel(), y.ravel()], 1)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        room = self.images.shape[1] - self.window
        x, y = random.randint(0, room), random.randint(0, room)
        crop = self.images[index, y : y + self.window, x : x + self.window].astype(np.float32)
        crop = (crop / 255 - 0.5) / 0.25
        labels = np.zeros((len(self.joints[index]), CELLS**2), dtype=np.float32)
        for j, joint in enumerate(self.joints[index] - (x, y)):
            distance = np.linalg.norm(self.centres - joint, axis=1)
            near = distance < self.window / CELLS
            if near.any():
                labels[j, near] = 1 / np.maximum(distance[near], 1e-6)
                labels[j] /= labels[j].sum()
        image = torch.from_numpy(crop.transpose(2, 0, 1).copy())
        return image, torch.from_numpy(labels), torch.from_numpy(self.shapes[index])


def _dense(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(before, after), nn.BatchNorm1d(after), nn.ReLU(), nn.Dropout(0.3))


class NaiveNetwork(nn.Module):
    """Multi-reg + 2D-cls in the usual order of layers, one head after the other."""

    def __init__(self, window: int, width: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.Conv2d(64, 128, 5, 2), nn.BatchNorm2d(128), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.Conv2d(128, 192, 3, 1, 1), nn.BatchNorm2d(192), nn.ReLU(),
            nn.Conv2d(192, 192, 3, 1, 1), nn.BatchNorm2d(192), nn.ReLU(),
            nn.Conv2d(192, 192, 3, 1, 1), nn.BatchNorm2d(192), nn.ReLU(),
            nn.MaxPool2d(3, 2, ceil_mode=True), nn.Flatten(),
        )  # fmt: skip
        features = self.trunk.eval()(torch.zeros(1, 3, window, window)).shape[1]
        self.branch_2d = nn.Sequential(
            _dense(features, width), _dense(width, width), nn.Linear(width, 17 * CELLS**2)
        )
        self.fc1_3d = _dense(features, width)
        self.fc_probs = _dense(17 * CELLS**2, width)
        self.fc2_3d = nn.ModuleList([_dense(width, width) for _ in ROOTS])
        self.outputs = nn.ModuleList([nn.Linear(2 * width, 48) for _ in ROOTS])

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Logits of the cells, and the joints as seen from each root."""
        features = self.trunk(x)
        logits = self.branch_2d(features).view(-1, 17, CELLS**2)
        seen = self.fc_probs(torch.softmax(logits, -1).flatten(1))
        hidden = self.fc1_3d(features)
        poses = [
            output(torch.cat([fc2(hidden), seen], 1)).view(-1, 16, 3)
            for fc2, output in zip(self.fc2_3d, self.outputs, strict=True)
        ]
        return logits, poses


def naive_epoch(
    net: NaiveNetwork,
    optimiser: torch.optim.Optimizer,
    images: np.ndarray,
    joints: np.ndarray,
    shapes: np.ndarray,
    window: int,
    batch: int,
) -> None:
    """One pass over the images."""
    net.train()
    device = next(net.parameters()).device
    crops = Crops(images, joints, shapes, window)
    for batch_of in DataLoader(crops, batch_size=batch, shuffle=True, drop_last=True):
        x, labels, shape = (part.to(device) for part in batch_of)
        optimiser.zero_grad()
        logits, poses = net(x)
        loss = -0.1 * (labels * torch.log_softmax(logits, -1)).sum((1, 2)).mean()
        for root, pose in zip(ROOTS, poses, strict=True):
            others = [j for j in range(17) if j != root]
            wanted = shape[:, others] - shape[:, root : root + 1]
            loss = loss + 0.5 * ((pose - wanted) ** 2).sum((1, 2)).mean()
        loss.backward()
        optimiser.step()
