"""The upper body cut out of stored crops: what the network of Li et al. 2014 is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pose_lib.data.mapping import observer_sides, to_skeleton
from pose_lib.data.poses import PoseData
from pose_lib.data.references import moved
from pose_lib.data.resample import crop_boxes, from_box, jittered, to_box, whole_boxes
from pose_lib.data.seeds import seed_of
from pose_lib.geometry.boxes import square_around
from pose_lib.geometry.skeletons import FLIC11, STICKMEN8

__all__ = ["MARGIN", "cut_boxes", "upper_bodies"]

MARGIN = 0.1
"""Free space around the annotated joints on each side, as a fraction of the longer side of their box."""


def upper_bodies(data: PoseData, side: int, shift: float = 0.0, zoom: float = 0.0, seed: int = 0) -> PoseData:
    """Square crops around the eight joints of the upper body, at ``side`` pixels.

    Sides are observer-centric, as those of the stickmen: people seen from behind have left and right
    exchanged. Data with the skeleton of the stickmen or of FLIC already show upper bodies, in the boxes of
    their detectors: there the whole crops are used. A sample without any complete limb of the upper body is
    left out.

    Args:
        data: full bodies, or upper bodies.
        side: side of the new crops in pixels.
        shift: largest random move of a box, as a fraction of its side; detectors do not know the hands.
        zoom: largest random change of its size.
        seed: of these random changes.
    """
    given = data.skeleton
    # Before hips are lost, so that the torso's diagonal has the same sides.
    data = to_skeleton(observer_sides(replace(data, joints_3d=None)), STICKMEN8)
    known = np.asarray(np.isfinite(data.joints_2d).all(-1))
    a, b = (list(ends) for ends in zip(*STICKMEN8.limbs, strict=True))
    whole = np.asarray((known[:, a] & known[:, b]).any(1))
    data = data if whole.all() else data.select(whole)
    if given in (STICKMEN8, FLIC11):
        if data.size == side and shift == zoom == 0:
            return data
        boxes = whole_boxes(len(data), data.size)
    else:
        boxes = square_around(torch.from_numpy(np.array(data.joints_2d)), MARGIN)
    draw = torch.Generator().manual_seed(seed_of("upper body", data.card.name, seed))
    return cut_boxes(data, jittered(boxes, shift, zoom, draw), side)


def cut_boxes(data: PoseData, boxes: Tensor, side: int) -> PoseData:
    """The same samples, cropped to a square box ``(N, 4)`` of each crop, at ``side`` pixels; no masks."""
    images: npt.NDArray[np.uint8] = np.empty((len(data), side, side, 3), dtype=np.uint8)
    for start in range(0, len(data), 512):
        part = slice(start, start + 512)
        pixels = torch.from_numpy(np.array(data.images[part]))
        shown = crop_boxes(pixels, torch.arange(len(pixels)), boxes[part], side)
        images[part] = shown.round().to(torch.uint8).numpy()
    joints = to_box(torch.from_numpy(np.array(data.joints_2d)), boxes, side)
    # The corners of the new crop in the full image.
    corners = from_box(boxes.view(-1, 2, 2), torch.from_numpy(np.array(data.boxes)), data.size)
    return replace(
        data,
        images=images,
        joints_2d=joints.float().numpy(),
        boxes=corners.flatten(1).float().numpy(),
        masks=None,
        table=moved(data.table, boxes.numpy(), side),
    )
