"""Heat maps on batches of images: which joints a batch shows, its loss, and joints in the pixels of crops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from pose_lib.batches import BoxBatches, ImageBatches
from pose_lib.data.resample import jittered, mirrored, whole_boxes
from pose_lib.models.deeppose import normalised_sample
from pose_lib.models.heat_maps import HeatMapNet, heat_map_loss
from pose_lib.models.hmlpe import mirrored as mirrored_windows
from pose_lib.training import Loss, autocast

__all__ = ["JointReader", "Sample", "box_sample", "maps_loss", "window_sample"]

Sample = Callable[[Tensor, torch.Generator], tuple[Tensor, Tensor]]
"""From indices ``(B,)`` and a generator to images ``(B, 3, side, side)`` and joints ``(B, J, 2)`` in their
pixels, NaN where one is missing."""


def box_sample(
    images: BoxBatches, joints: Tensor, mirror: Sequence[int], shift: float, zoom: float
) -> Sample:
    """Moved, resized and mirrored boxes of whole images, as the first stage of DeepPose sees them.

    Joints ``(N, J, 2)`` are in pixels of the images; ``mirror`` names the joint that takes the place of each
    in a mirrored image; boxes move and change their size as :func:`~pose_lib.data.resample.jittered` says.
    """
    flipped = list(mirror)

    def sample(which: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        boxes = jittered(whole_boxes(len(which), images.size), shift, zoom, generator)
        flip = torch.rand(len(which), generator=generator) < 0.5

        def look(samples: Tensor, shown: Tensor) -> Tensor:
            return images.look(samples, shown, generator)

        x, y = normalised_sample(look, which, mirrored(boxes, flip), joints[which])
        y = torch.where(flip[:, None, None], y[:, flipped], y)
        return x, ((y + 0.5) * images.side).to(x.device)

    return sample


def window_sample(images: ImageBatches, joints: Tensor, *, mirror: bool = False) -> Sample:
    """Random windows of crops; joints ``(N, J, 2)`` are in pixels of the crops.

    With ``mirror`` half of the windows are mirrored as those of HMLPE, whose sides are an observer's.
    """

    def sample(which: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        x, offsets = images.random(which, generator)
        y = (joints[which] - offsets[:, None].to(joints)) / images.window
        if mirror:
            x, y = mirrored_windows(x, y, torch.rand(len(which), generator=generator) < 0.5)
        return x, (y * images.window).to(x.device)

    return sample


def maps_loss(net: HeatMapNet, sample: Sample, sigma: float) -> Loss:
    """:func:`~pose_lib.models.heat_maps.heat_map_loss` of a batch; ``sigma`` is in cells."""

    def loss(which: Tensor, generator: torch.Generator) -> Tensor:
        x, joints = sample(which, generator)
        with autocast(x.device):
            maps = net(x)
        return heat_map_loss(maps, joints, sigma)

    return loss


class JointReader(nn.Module):
    """A network as it is used at test time: from what it sees to joints in the pixels of the crop.

    Args:
        net: the network.
        read: from images to joints ``(B, J, 2)`` in pixels of what the network sees.
        scale: pixels of the crop in one of these.
        edge: pixels of the crop before the first of these, in x and y.
    """

    def __init__(
        self, net: nn.Module, read: Callable[[Tensor], Tensor], scale: float = 1.0, edge: float = 0.0
    ) -> None:
        super().__init__()
        self.net, self.read, self.scale, self.edge = net, read, scale, edge

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, side, side)`` to joints ``(B, J, 2)`` in pixels of the crop."""
        return self.read(x) * self.scale + self.edge
