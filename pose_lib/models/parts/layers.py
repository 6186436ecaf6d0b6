"""Layers that the networks of several papers share."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

__all__ = ["GREY_LEVELS", "ConvTrunk", "fully_connected", "initialise", "output_layer"]

GREY_LEVELS = 50.0
"""Grey levels (of 256) in one unit of a network's input, about the standard deviation of a pixel. The papers'
networks see grey levels less their mean; here these are divided by their deviation as well, which changes
nothing but layers with constants of their own: those of response normalisation are meant for grey levels."""


class ConvTrunk(nn.Module):
    """Three valid convolutions, each with max-pooling and ReLU.

    The kernels (9, 5, 5) are those of Li & Chan 2014 and Tekin et al. 2016; the map counts 32, 64, 64 are
    those of Li & Chan's own code. Tekin et al. pool 2 x 2 blocks, which do not overlap.

    Input ``(B, 3, H, H)``; output ``(B, features)``. :meth:`features` gives their number for an image side.

    Args:
        maps: their numbers in the three convolutions.
        overlap: pool 3 x 3 pixels with stride 2, the last window cut off at the border, as in the code of
            Li & Chan; the maps have the same size as with 2 x 2 blocks.
        norm: a layer between the ReLU and the pool of the second convolution.
        linear_last: no ReLU after the third convolution.
    """

    kernels = (9, 5, 5)

    def __init__(
        self,
        maps: tuple[int, int, int] = (32, 64, 64),
        *,
        overlap: bool = False,
        norm: nn.Module | None = None,
        linear_last: bool = False,
    ) -> None:
        super().__init__()
        self.maps = maps
        widths = (3, *maps)
        layers: list[nn.Module] = []
        for i, kernel in enumerate(self.kernels):
            pool = nn.MaxPool2d(3, 2, ceil_mode=True) if overlap else nn.MaxPool2d(2)
            layers.append(nn.Conv2d(widths[i], widths[i + 1], kernel))
            if i == 1 and norm is not None:
                layers += [nn.ReLU(), norm, pool]
            elif i == 2 and linear_last:
                layers.append(pool)
            else:
                # Pooling before ReLU gives the same numbers for a quarter of the ReLU's work.
                layers += [pool, nn.ReLU()]
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
        """Images to flattened features."""
        maps: Tensor = self.layers(x)
        return maps.flatten(1)


def fully_connected(
    widths: tuple[int, ...], dropout: float, *, drop_first_only: bool = False, batch_norm: bool = False
) -> nn.Sequential:
    """Linear layers with ReLU after each: ``(B, widths[0])`` to ``(B, widths[-1])``.

    Args:
        widths: of the input and of each layer's output.
        dropout: rate after each ReLU.
        drop_first_only: dropout after the first ReLU alone.
        batch_norm: batch normalisation before each ReLU.
    """
    layers: list[nn.Module] = []
    for i, (before, after) in enumerate(pairwise(widths)):
        layers.append(nn.Linear(before, after, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm1d(after))
        layers.append(nn.ReLU())
        if dropout > 0 and (i == 0 or not drop_first_only):
            layers.append(nn.Dropout(dropout))
    block = nn.Sequential(*layers)
    initialise(block)
    return block


def output_layer(width: int, outputs: int) -> nn.Linear:
    """A linear layer whose outputs start near zero, a hundredth of what He's initialisation would give.

    With targets about their mean, or with that mean as its bias, an untrained network predicts the mean.
    """
    layer = nn.Linear(width, outputs)
    nn.init.normal_(layer.weight, std=0.01 * width**-0.5)
    nn.init.zeros_(layer.bias)
    return layer


def initialise(module: nn.Module) -> None:
    """He's normal initialisation for layers followed by ReLU; zero biases.

    With the papers' own initialisation (Gaussian, 5e-5 to 1e-3) training takes days, as theirs did.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
