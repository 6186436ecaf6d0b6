"""Boxes of photographs as normalised batches: read at the resolution of the picture, not of a stored crop."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from pose_lib.batches import BoxBatches, ImageBatches
from pose_lib.data.augment import to_network
from pose_lib.data.photos.looking import Pictures
from pose_lib.data.poses import PoseData
from pose_lib.data.resample import crop_boxes
from pose_lib.geometry.boxes import from_crop

__all__ = ["PictureBatches"]


class PictureBatches(BoxBatches):
    """As :class:`~pose_lib.batches.BoxBatches`, but small boxes are cut out of the photographs themselves.

    A box is given in the pixels of the stored crop. Where the crop has fewer pixels in it than the network
    sees, the picture is read, which has more; larger boxes, as those of the first stage, lose nothing in the
    crop, and are taken from there.

    Args:
        data: the samples.
        pictures: their photographs.
        side: of the network's input in pixels.
        device: of the batches.
        noise: as for :class:`~pose_lib.batches.ImageBatches`.
        like: as for :class:`~pose_lib.batches.ImageBatches`.
    """

    def __init__(
        self,
        data: PoseData,
        pictures: Pictures,
        side: int,
        *,
        device: torch.device | str = "cpu",
        noise: float = 0.0,
        like: ImageBatches | None = None,
    ) -> None:
        super().__init__(data.images, side, device=device, noise=noise, like=like)
        self.pictures, self.places = pictures, torch.from_numpy(np.array(data.boxes))

    def look(self, which: Tensor, boxes: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Boxes ``(B, 4)`` of samples ``(B,)`` as ``(B, 3, side, side)``; colour noise with a generator."""
        boxes = boxes.cpu().float()
        mean, small = self.jittered(len(which), generator), (boxes[:, 2] - boxes[:, 0]).abs() < self.side
        shown = torch.empty((len(which), self.side, self.side, 3), device=self.store.device)
        if bool(small.any()):
            people = which.cpu()[small]
            corners = from_crop(boxes[small].view(-1, 2, 2), self.places[people], self.size).flatten(1)
            shown[small] = self.pictures.cut(people, corners, self.side).to(shown)
        if not bool(small.all()):
            images, here = self.store.take(which[~small.to(which.device)])
            shown[~small] = crop_boxes(images, here, boxes[~small], self.side)
        return to_network(shown, mean, self.std)
