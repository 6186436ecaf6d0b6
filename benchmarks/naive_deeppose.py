"""The yardstick: DeepPose's network and cascade as a first script would write them.

One ``Dataset`` item per crop, resized on its own; torch's response normalisation; float32; joints one by one.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

__all__ = ["Boxes", "naive_cascade", "naive_epoch", "naive_network"]

PAIRS = ((0, 5), (1, 4), (2, 3), (6, 11), (7, 10), (8, 9))
"""Right and left joints of the 14 of Leeds Sports."""
SHOULDER, HIP = 9, 2


class Boxes(Dataset[tuple[Tensor, Tensor]]):
    """A moved and perhaps mirrored box of one image, and its pose in units of the box."""

    def __init__(self, images: np.ndarray, joints: np.ndarray, side: int) -> None:
        self.images, self.joints, self.side = images, joints, side

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        size = self.images.shape[1]
        move = [random.randint(-size // 12, size // 12) for _ in range(2)]
        image = np.roll(self.images[index], (-move[1], -move[0]), (0, 1)).astype(np.float32)
        pose = (self.joints[index] - np.array(move, dtype=np.float32)) / size - 0.5
        if random.random() < 0.5:
            image = image[:, ::-1]
            pose[:, 0] *= -1
            for a, b in PAIRS:
                pose[[a, b]] = pose[[b, a]]
        return to_input(image, self.side), torch.from_numpy(pose)


def to_input(image: np.ndarray, side: int) -> Tensor:
    """An image ``(H, W, 3)`` as the network takes it, ``(3, side, side)``."""
    x = torch.from_numpy((np.ascontiguousarray(image) / 255 - 0.5) / 0.25).permute(2, 0, 1)[None].float()
    return functional.interpolate(x, (side, side), mode="bilinear", align_corners=False)[0]


def naive_network(
    side: int,
    first: tuple[int, int],
    maps: tuple[int, int, int, int, int],
    widths: tuple[int, int],
    joints: int,
) -> nn.Sequential:
    """The seven layers in the usual order."""
    kernel, stride = first
    a, b, c, d, e = maps
    layers: list[nn.Module] = [
        nn.Conv2d(3, a, kernel, stride, (kernel - stride + 1) // 2), nn.ReLU(),
        nn.LocalResponseNorm(5, alpha=5e-4 * 50**2, k=2.0), nn.MaxPool2d(3, 2),
        nn.Conv2d(a, b, 5, padding=2), nn.ReLU(),
        nn.LocalResponseNorm(5, alpha=5e-4 * 50**2, k=2.0), nn.MaxPool2d(3, 2),
        nn.Conv2d(b, c, 3, padding=1), nn.ReLU(),
        nn.Conv2d(c, d, 3, padding=1), nn.ReLU(),
        nn.Conv2d(d, e, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
    ]  # fmt: skip
    with torch.no_grad():
        features = nn.Sequential(*layers)(torch.zeros(1, 3, side, side)).shape[1]
    return nn.Sequential(
        *layers,
        nn.Linear(features, widths[0]), nn.ReLU(), nn.Dropout(0.6),
        nn.Linear(widths[0], widths[1]), nn.ReLU(), nn.Dropout(0.6),
        nn.Linear(widths[1], 2 * joints), nn.Unflatten(1, (joints, 2)),
    )  # fmt: skip


def naive_epoch(
    net: nn.Module,
    optimiser: torch.optim.Optimizer,
    images: np.ndarray,
    joints: np.ndarray,
    side: int,
    batch: int,
) -> None:
    """One pass over the images."""
    net.train()
    for x, y in DataLoader(Boxes(images, joints, side), batch_size=batch, shuffle=True, drop_last=True):
        optimiser.zero_grad()
        loss = ((net(x) - y) ** 2).sum((1, 2)).mean()
        loss.backward()
        optimiser.step()


@torch.no_grad()
def naive_cascade(nets: list[nn.Module], image: np.ndarray, side: int, sigma: float = 2.0) -> np.ndarray:
    """The pose of one image, its joints one after the other, each cut out and looked at alone."""
    size = image.shape[0]
    pose = (nets[0].eval()(to_input(image, side)[None])[0].numpy() + 0.5) * size
    for net in nets[1:]:
        net.eval()
        width = max(sigma * float(np.linalg.norm(pose[SHOULDER] - pose[HIP])), 8.0)
        moved = pose.copy()
        for i, (x, y) in enumerate(pose):
            rows, columns = (
                np.clip(np.arange(int(v - width / 2), int(v + width / 2)), 0, size - 1) for v in (y, x)
            )
            crop = to_input(image[rows][:, columns], side)
            moved[i] += net(crop[None])[0, i].numpy() * width
        pose = moved
    return pose
