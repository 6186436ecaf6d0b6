"""Integral regression: a joint is the expectation of its place under a volume of probabilities.

After Sun et al. 2018. The largest cell of a volume has no gradient and
no place between cells; the mean of all cells, weighted by a softmax, has both. Two axes of the volume are
those of the image, the third is the depth relative to the root.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from pose_lib.losses import at_least_float32
from pose_lib.models.parts.encoder_decoder import EncoderDecoder
from pose_lib.models.parts.layers import output_layer

__all__ = [
    "IntegralNet",
    "IntegralOutput",
    "absolute_error",
    "axis_labels",
    "axis_loss",
    "best_places",
    "expectation",
    "from_image",
    "marginals",
    "mean_scale",
    "soft_argmax",
]

GAIN = 10.0
"""Logits in one unit of the network's output. For one cell of thousands to have half of the probability, its
logit must be eight above the others', and the optimiser would take many steps to get there."""


def marginals(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The probabilities along x, y and depth under ``H``, the softmax over all cells of a volume.

    Args:
        logits: ``(B, J, D, H, W)``.

    Returns:
        ``(B, J, W)``, ``(B, J, H)`` and ``(B, J, D)``, in float32 at least.
    """
    exact = at_least_float32(logits)
    volume = exact.flatten(2).softmax(-1).view(exact.shape)
    return volume.sum((2, 3)), volume.sum((2, 4)), volume.sum((3, 4))


def expectation(along: Sequence[Tensor]) -> Tensor:
    """The mean place ``(B, J, 3)`` under :func:`marginals`, as shares of the volume's sides.

    The centre of the first cell along a side of ``n`` is ``1 / 2n``, that of the last ``1 - 1 / 2n``.
    """
    return torch.stack([share @ _centres(share.shape[-1], share) for share in along], -1)


def soft_argmax(logits: Tensor) -> Tensor:
    """The expected place ``sum_p p H(p)`` of volumes ``(B, J, D, H, W)``: ``(B, J, 3)`` x, y and depth.

    The expectation of a coordinate needs the probabilities of its own axis alone, so that the others are
    summed out first.
    """
    return expectation(marginals(logits))


def axis_labels(shares: Tensor, cells: int) -> Tensor:
    """Probabilities of the two cells nearest to a place, whose mean is that place.

    Args:
        shares: places ``(...,)`` as shares of a side; those beyond the outer centres are moved to them.
        cells: along the side.

    Returns:
        ``(..., cells)``.
    """
    near = shares[..., None].clamp(0.5 / cells, 1 - 0.5 / cells)
    distance = (near - _centres(cells, shares)).abs() * cells
    return (1 - distance).clamp_min(0)


def axis_loss(along: Sequence[Tensor], shares: Tensor) -> Tensor:
    """Cross-entropy of :func:`marginals` and :func:`axis_labels`, summed over the axes, mean over joints.

    Args:
        along: probabilities ``(B, J, n)`` of each axis.
        shares: true places ``(B, J, 3)`` as shares of the volume's sides.
    """
    # The logarithm of a probability that is rounded to zero would have no gradient.
    parts = [
        -(axis_labels(shares[..., axis], share.shape[-1]) * share.clamp_min(1e-12).log()).sum(-1).mean()
        for axis, share in enumerate(along)
    ]
    return torch.stack(parts).sum()


def _centres(cells: int, like: Tensor) -> Tensor:
    """Centres ``(cells,)`` of the cells along a side, as shares of it."""
    return (torch.arange(cells, device=like.device, dtype=like.dtype) + 0.5) / cells


def best_places(logits: Tensor) -> Tensor:
    """The centres of the cells with the largest of ``(B, J, D, H, W)``, as :func:`soft_argmax` counts."""
    _, _, depth, height, width = logits.shape
    place = logits.flatten(2).argmax(-1)
    x, y, z = place % width, place // width % height, place // (width * height)
    return torch.stack([(x + 0.5) / width, (y + 0.5) / height, (z + 0.5) / depth], -1)


def from_image(places: Tensor, depths: Tensor, perspective: Tensor, root: int) -> Tensor:
    """Poses ``(B, J, 3)`` mm, relative to the root, from places in the image and relative depths.

    A point at depth ``Z`` on the ray ``x`` lies at ``x Z``. Relative to the root, at ``Z_r`` on ``x_r``, this
    is ``(x - x_r) Z_r + x_r (Z - Z_r)`` and a term of second order, which is left out.

    Args:
        places: ``(B, J, 2)`` in pixels of the crop.
        depths: ``(B, J)`` mm.
        perspective: ``(B, 3)``: the logarithm of the millimetres in a pixel at the root's depth, and ``x_r``
            and ``y_r``.
        root: index of the root joint.
    """
    depth = depths - depths[:, root, None]
    across = (places - places[:, root, None]) * perspective[:, None, :1].exp()
    across = across + depth[..., None] * perspective[:, None, 1:]
    return torch.cat([across, depth[..., None]], -1)


def mean_scale(joints: Tensor, poses: Tensor, root: int) -> float:
    """Millimetres in a pixel: the extent of poses ``(N, J, 3)`` in the image's plane over that of joints.

    Joints are ``(N, J, 2)`` in pixels; extents are root mean squares of the distances to the root.
    """
    pixels, mm = joints - joints[:, root, None], poses[..., :2] - poses[:, root, None, :2]
    return float((mm.square().sum() / pixels.square().sum()).sqrt())


def absolute_error(predicted: Tensor, true: Tensor, unit: float) -> Tensor:
    """``|y - y^| / unit``, mean over all coordinates: the loss that Sun et al. 2018 found best."""
    return (at_least_float32(predicted) - true).abs().mean() / unit


class IntegralOutput(NamedTuple):
    """What :class:`IntegralNet` says about ``B`` images."""

    places: Tensor
    """``(B, J, 2)`` pixels of the window."""
    depths: Tensor
    """``(B, J)`` mm, relative to no joint in particular: only their differences count."""
    poses: Tensor
    """``(B, J, 3)`` mm, relative to the root."""
    along: tuple[Tensor, Tensor, Tensor]
    """:func:`marginals`."""


class IntegralNet(nn.Module):
    """Volumes of logits per joint, their expectation, and the perspective that turns it into millimetres.

    The perspective is read from the encoder's features, averaged over the image: as the other networks of
    this book, this one is told neither the camera nor the distance of the person.

    Args:
        joints: ``J``.
        side: of the image in pixels.
        root: index of the root joint.
        depth: cells of the volume along the depth, ``D``.
        reach: largest depth of the volume before and behind its middle, mm.
        widths: as for :class:`~pose_lib.models.parts.encoder_decoder.EncoderDecoder`.
        up: as there.
    """

    def __init__(
        self,
        joints: int,
        side: int,
        root: int = 0,
        *,
        depth: int = 16,
        reach: float = 1000.0,
        widths: Sequence[int] = (24, 48, 96),
        up: int = 48,
    ) -> None:
        super().__init__()
        self.joints, self.side, self.root, self.depth, self.reach = joints, side, root, depth, reach
        self.maps = EncoderDecoder(side, joints * depth, widths, up)
        self.perspective = output_layer(widths[-1], 3)

    def start_at(self, scale: float) -> IntegralNet:
        """Start with so many millimetres in a pixel, and the root straight ahead."""
        with torch.no_grad():
            self.perspective.bias[0] = torch.tensor(scale).log()
        return self

    def volumes(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images ``(B, 3, side, side)`` to logits ``(B, J, D, H, W)`` and perspectives ``(B, 3)``."""
        coarse, maps = self.maps.both(x)
        logits = GAIN * maps.view(len(x), self.joints, self.depth, *maps.shape[-2:])
        return logits, self.perspective(coarse.mean((2, 3)))

    def scaled(self, shares: Tensor) -> tuple[Tensor, Tensor]:
        """Shares of the volume's sides ``(B, J, 3)`` as places ``(B, J, 2)`` in pixels and depths in mm."""
        return shares[..., :2] * self.side, (2 * shares[..., 2] - 1) * self.reach

    def shares(self, places: Tensor, depths: Tensor) -> Tensor:
        """The opposite of :meth:`scaled`: ``(B, J, 3)``, with the root's depth in the middle."""
        return torch.cat([places / self.side, (depths[..., None] / self.reach + 1) / 2], -1)

    def read(self, logits: Tensor, perspective: Tensor) -> IntegralOutput:
        """Places, depths and poses of what :meth:`volumes` gives, in float32 at least."""
        along = marginals(logits)
        places, depths = self.scaled(expectation(along))
        poses = from_image(places, depths, at_least_float32(perspective), self.root)
        return IntegralOutput(places, depths, poses, along)

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, side, side)`` to poses ``(B, J, 3)`` in mm, relative to the root."""
        return self.read(*self.volumes(x)).poses
