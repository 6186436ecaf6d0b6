"""Heat maps: a network says for every cell of a grid how near it is to each joint.

It follows Tompson et al. 2014 (a map per joint as target), Newell et al. 2016 (where in the best cell) and
Xiao et al. 2018 (an encoder, and transposed convolutions). Joints are in pixels of the image that the network
sees, of which a cell covers :data:`~pose_lib.models.parts.encoder_decoder.STRIDE`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pose_lib.losses import labelled, masked_squared_error
from pose_lib.models.parts.encoder_decoder import STRIDE, EncoderDecoder

__all__ = ["CoordinateNet", "HeatMapNet", "best_cells", "gaussian_maps", "heat_map_loss", "refined_cells"]


def gaussian_maps(joints: Tensor, cells: int, sigma: float = 1.0) -> Tensor:
    """Target maps: ``exp(-d^2 / 2 sigma^2)`` of the distance ``d`` from a cell's centre to the joint.

    Args:
        joints: ``(B, J, 2)`` in pixels of the image; NaN where one is missing.
        cells: along each side of a map.
        sigma: in cells.

    Returns:
        ``(B, J, cells, cells)``, rows first; all NaN for a joint that is missing.
    """
    centres = torch.arange(cells, device=joints.device, dtype=joints.dtype) + 0.5
    x, y = (
        torch.exp(-((centres - along[..., None]) / sigma).square() / 2)
        for along in (joints / STRIDE).unbind(-1)
    )
    return y[..., :, None] * x[..., None, :]


def heat_map_loss(maps: Tensor, joints: Tensor, sigma: float = 1.0) -> Tensor:
    """Squared error of maps and :func:`gaussian_maps`, summed over cells, mean over the labelled joints.

    A joint without a label is left out. One that lies outside the image has a map without a peak.

    Args:
        maps: ``(B, J, cells, cells)``.
        joints: ``(B, J, 2)`` pixels, NaN where one is missing.
        sigma: of the targets in cells.
    """
    known = labelled(joints)[..., None]
    error = masked_squared_error(maps, gaussian_maps(joints, maps.shape[-1], sigma), known)
    return error.sum() / known.sum().clamp_min(1)


def best_cells(maps: Tensor) -> Tensor:
    """Joints ``(B, J, 2)`` in pixels: the centres of the cells whose values ``(B, J, H, W)`` are highest."""
    place = maps.flatten(2).argmax(-1)
    cell = torch.stack([place % maps.shape[-1], place // maps.shape[-1]], -1)
    return (cell + 0.5) * STRIDE


def refined_cells(maps: Tensor) -> Tensor:
    """:func:`best_cells`, moved by a quarter of a cell towards the higher neighbour in x and in y.

    As in the code of Newell et al. 2016. Where both neighbours are equal, or the best cell is at the edge, it
    is not moved in that direction.

    Args:
        maps: ``(B, J, H, W)``.

    Returns:
        ``(B, J, 2)`` pixels.
    """
    height, width = maps.shape[-2:]
    flat = maps.flatten(2)
    place = flat.argmax(-1, keepdim=True)
    moves = []
    for step, along, count in ((1, place % width, width), (width, place // width, height)):
        inside = (along > 0) & (along < count - 1)
        before, after = (flat.gather(2, (place + d).clamp(0, flat.shape[2] - 1)) for d in (-step, step))
        moves.append(torch.where(inside, (after - before).sign(), 0.0))
    return best_cells(maps) + STRIDE / 4 * torch.cat(moves, -1)


class HeatMapNet(nn.Module):
    """One map per joint at a quarter of the image's side; :meth:`joints` reads the joints from them.

    Args:
        joints: ``J``.
        side: of the image in pixels.
        widths: as for :class:`~pose_lib.models.parts.encoder_decoder.EncoderDecoder`.
        up: as there.
    """

    def __init__(self, joints: int, side: int, widths: Sequence[int] = (24, 48, 96), up: int = 48) -> None:
        super().__init__()
        self.maps = EncoderDecoder(side, joints, widths, up)

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, side, side)`` to maps ``(B, J, cells, cells)``."""
        maps: Tensor = self.maps(x)
        return maps

    def joints(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, side, side)`` to joints ``(B, J, 2)`` in their pixels."""
        return refined_cells(self(x).float())


class CoordinateNet(nn.Module):
    """The control: the same encoder, whose features are averaged over the image and mapped to numbers.

    Args:
        outputs: how many numbers come out.
        side: of the image in pixels.
        widths: as for :class:`~pose_lib.models.parts.encoder_decoder.EncoderDecoder`.
    """

    def __init__(self, outputs: int, side: int, widths: Sequence[int] = (24, 48, 96)) -> None:
        super().__init__()
        self.encoder = EncoderDecoder(side, 1, widths).encoder
        self.output = nn.Linear(widths[-1], outputs)
        nn.init.normal_(self.output.weight, std=0.01 * widths[-1] ** -0.5)
        nn.init.zeros_(self.output.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, side, side)`` to ``(B, outputs)``."""
        out: Tensor = self.output(self.encoder(x).mean((2, 3)))
        return out
