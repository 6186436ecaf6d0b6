"""Pieces that more than one paper's network is made of."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

__all__ = ["ConvTrunk", "fully_connected", "initialise"]


class ConvTrunk(nn.Module):
    """Three valid convolutions, each with max-pooling and ReLU.

    The kernels (9, 5, 5) and pools of the networks of Li & Chan 2014 and Tekin et al. 2016; the map counts
    32, 64, 64 are those of Li & Chan's own code.

    Input ``(B, 3, H, H)``; output ``(B, features)``. :meth:`features` says how many for an image side.
    """

    kernels = (9, 5, 5)

    def __init__(self, maps: tuple[int, int, int] = (32, 64, 64)) -> None:
        super().__init__()
        self.maps = maps
        widths = (3, *maps)
        layers: list[nn.Module] = []
        for i, kernel in enumerate(self.kernels):
            # Pooling before ReLU gives the same numbers, for a quarter of the ReLU's work.
            layers += [nn.Conv2d(widths[i], widths[i + 1], kernel), nn.MaxPool2d(2), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        initialise(self)

    def features(self, side: int) -> int:
        """Length of the output for images of ``side`` pixels.

        Raises:
            ValueError: the image is too small for the three convolutions.
        """
        left = side
        for kernel in self.kernels:
            left = (left - kernel + 1) // 2
        if left < 1:
            raise ValueError(f"images of {side} pixels are too small for convolutions of {self.kernels}")
        return self.maps[-1] * left * left

    def forward(self, x: Tensor) -> Tensor:
        """Images to flat features."""
        maps: Tensor = self.layers(x)
        return maps.flatten(1)


def fully_connected(widths: tuple[int, ...], dropout: float) -> nn.Sequential:
    """Linear layers with ReLU and dropout after each: ``widths[0]`` in, ``widths[-1]`` out."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.ReLU()]
        if dropout > 0:
            layers.append(nn.Dropout(dropout))
    block = nn.Sequential(*layers)
    initialise(block)
    return block


def initialise(module: nn.Module) -> None:
    """He's normal initialisation for layers followed by ReLU; zero biases.

    The papers' own (Gaussian, 5e-5 to 1e-3) starts so slowly that it takes their days of training.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
