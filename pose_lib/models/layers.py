"""Pieces that more than one paper's network is made of."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

__all__ = ["ConvTrunk", "fully_connected", "initialise"]


class ConvTrunk(nn.Module):
    """Three valid convolutions, each with max-pooling and ReLU.

    The kernels (9, 5, 5) of the networks of Li & Chan 2014 and Tekin et al. 2016; the map counts 32, 64, 64
    are those of Li & Chan's own code. The pools of Tekin et al. halve a map by 2 x 2 blocks, which do not
    overlap.

    Input ``(B, 3, H, H)``; output ``(B, features)``. :meth:`features` says how many for an image side.

    Args:
        maps: of the three convolutions.
        overlap: pools of 3 x 3 pixels every second one, the last cut off at the border, as in the code of
            Li & Chan; they leave maps of the same size as the 2 x 2 blocks.
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
                # Pooling before ReLU gives the same numbers, for a quarter of the ReLU's work.
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
        """Images to flat features."""
        maps: Tensor = self.layers(x)
        return maps.flatten(1)


def fully_connected(
    widths: tuple[int, ...], dropout: float, *, drop_first_only: bool = False, batch_norm: bool = False
) -> nn.Sequential:
    """Linear layers with ReLU after each, ``widths[0]`` in, ``widths[-1]`` out.

    Dropout follows each of them; with ``drop_first_only`` it follows the first. ``batch_norm`` normalises
    over the batch before each ReLU.
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


def initialise(module: nn.Module) -> None:
    """He's normal initialisation for layers followed by ReLU; zero biases.

    The papers' own (Gaussian, 5e-5 to 1e-3) starts so slowly that it takes their days of training.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
