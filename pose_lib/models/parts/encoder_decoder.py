"""Convolutions from an image to maps at a quarter of its side: residual blocks down, transposed ones up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from pose_lib.models.parts.layers import initialise

__all__ = ["STRIDE", "EncoderDecoder", "ResidualConv"]

STRIDE = 4
"""Pixels of the image in one cell of the maps, along each side."""


class ResidualConv(nn.Module):
    """Two convolutions of 3 pixels whose output is added to the input, as in He et al. 2016.

    Where the stride or the number of maps changes, the input is projected by a convolution of one pixel.

    Args:
        before: maps of the input.
        after: maps of the output.
        stride: of the first convolution.
    """

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.skip: nn.Module = nn.Identity()
        if stride > 1 or before != after:
            self.skip = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x: Tensor) -> Tensor:
        """``(B, before, H, W)`` to ``(B, after, H / stride, W / stride)``."""
        out: Tensor = (self.skip(x) + self.change(x)).relu()
        return out


class EncoderDecoder(nn.Module):
    """Maps at a quarter of the image's side, from features at a coarser scale.

    The decoder has no connection to the finer maps of the encoder: transposed convolutions alone bring the
    coarse maps back up, as in Xiao et al. 2018.

    Args:
        side: of the image in pixels, a multiple of ``2 ** len(widths)``.
        outputs: number of maps that come out.
        widths: maps of the encoder after each halving of the side, the first one by a convolution of 5
            pixels, the others by a residual block; at least three.
        up: maps of each transposed convolution.

    Raises:
        ValueError: there are fewer than three widths, or the side is no such multiple.
    """

    def __init__(self, side: int, outputs: int, widths: Sequence[int] = (24, 48, 96), up: int = 48) -> None:
        super().__init__()
        factor = 2 ** len(widths)
        if factor <= STRIDE:
            raise ValueError(
                f"an encoder of {len(widths)} widths has nothing to bring up: give three or more"
            )
        if side % factor:
            raise ValueError(f"images of {side} pixels cannot be halved {len(widths)} times without rest")
        self.side, self.cells = side, side // STRIDE
        first = widths[0]
        stem = [nn.Conv2d(3, first, 5, 2, padding=2, bias=False), nn.BatchNorm2d(first), nn.ReLU()]
        down = [ResidualConv(before, after, 2) for before, after in pairwise(widths)]
        self.encoder = nn.Sequential(*stem, *down, ResidualConv(widths[-1], widths[-1]))
        layers: list[nn.Module] = []
        before = widths[-1]
        for _ in range(len(widths) - 2):
            layers += [
                nn.ConvTranspose2d(before, up, 4, 2, padding=1, bias=False),
                nn.BatchNorm2d(up),
                nn.ReLU(),
            ]
            before = up
        self.decoder = nn.Sequential(*layers)
        self.output = nn.Conv2d(up, outputs, 1)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        initialise(self.encoder)
        self._start()

    def _start(self) -> None:
        """Deviations that stay the same through the decoder, and maps that start near zero."""
        for layer in self.decoder.modules():
            if isinstance(layer, nn.ConvTranspose2d):
                # Of the 4 x 4 weights of a kernel with stride 2, four reach each cell.
                nn.init.normal_(layer.weight, std=(2 / (4 * layer.in_channels)) ** 0.5)
        nn.init.normal_(self.output.weight, std=0.01 * self.output.in_channels**-0.5)
        assert self.output.bias is not None
        nn.init.zeros_(self.output.bias)

    def both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images ``(B, 3, side, side)`` to coarse features, and to maps ``(B, outputs, cells, cells)``."""
        coarse = self.encoder(x)
        return coarse, self.output(self.decoder(coarse))

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, side, side)`` to maps ``(B, outputs, cells, cells)``."""
        return self.both(x)[1]
