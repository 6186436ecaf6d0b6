"""The crops of a view, cut out of its pictures and saved with its labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from PIL import Image

from pose_lib.data.building import reserve_array
from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.known import PUBLISHED_PROTOCOL, SHIFTED
from pose_lib.data.human36m.views import Labels, View, squares
from pose_lib.data.photos.cutting import cut
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.boxes import to_crop
from pose_lib.geometry.skeletons import H36M17
from pose_lib.storage import remove, unfinished

__all__ = ["cut_view", "resized_crops", "stored_size"]

_STORED = (128, 256)


def stored_size(size: int) -> int:
    """Side in pixels at which crops are stored from which crops of ``size`` are made.

    It is 128, the size of the papers' crops, or 256 where more is asked for: a crop of a given size has the
    same pixels whatever was prepared before.
    """
    return next((side for side in _STORED if size <= side), size)


def cut_view(view: View, size: int, step: int, card: DataCard, place: Path) -> int:
    """Cut and save the crops of a view; the folder appears when it is complete.

    Args:
        view: whose pictures are cut.
        size: side of a crop in pixels.
        step: every how many frames.
        card: of the set.
        place: folder to write; it must not be there.

    Returns:
        Number of crops.

    Raises:
        Human36mError: a file is missing, damaged, or does not fit the others.
        StorageError: the disk is full.
    """
    labels = view.labels(step)
    boxes = squares(labels)
    lost = ~np.isfinite(boxes).all(1)
    if lost.any():
        raise Human36mError(f"{view.name}: frame {labels.frames[lost][0]} has neither a box nor 2D joints")
    part = unfinished(place)
    try:
        part.mkdir(parents=True)
        files = _write_pixels(view, labels.frames.tolist(), boxes, size, part)
        arrays = {file.stem: np.load(file, mmap_mode="r", allow_pickle=False) for file in files}
        _labelled(view, labels, boxes, size, card, arrays).save(place, finished=files)
    finally:
        remove(part)
    return len(labels.frames)


def _labelled(
    view: View,
    labels: Labels,
    boxes: npt.NDArray[np.float64],
    size: int,
    card: DataCard,
    arrays: dict[str, npt.NDArray[np.uint8]],
) -> PoseData:
    joints = to_crop(torch.from_numpy(labels.image), torch.from_numpy(boxes), size).numpy()
    if (view.subject, view.action, view.take) in SHIFTED:
        joints = np.full_like(joints, np.nan)
    table = pd.DataFrame(
        {
            "subject": view.subject,
            "action": view.action,
            "sequence": view.take,
            "camera": view.camera,
            "frame": labels.frames,
            "split": PUBLISHED_PROTOCOL.split_of(view.subject),
            "width": labels.size[0],
            "height": labels.size[1],
        }
    )
    return PoseData(
        images=arrays["images"],
        joints_2d=joints.astype(np.float32),
        joints_3d=labels.camera.astype(np.float32),
        visible=np.isfinite(joints).all(-1),
        boxes=boxes.astype(np.float32),
        table=table,
        skeleton=H36M17,
        card=card,
        masks=arrays.get("masks"),
    )


def _write_pixels(
    view: View, frames: Sequence[int], boxes: npt.NDArray[np.float64], size: int, folder: Path
) -> list[Path]:
    """The files of crops and masks of some frames, filled one frame after the other."""
    corners = boxes.astype(np.float32)
    images = _reserved(folder / "images.npy", (len(frames), size, size, 3))
    for row, box, picture in zip(images, corners, view.pictures(frames), strict=True):
        row[:] = cut(Image.fromarray(picture), box, size)
    images.flush()
    if not view.has_masks:
        return [folder / "images.npy"]
    masks = _reserved(folder / "masks.npy", (len(frames), size, size))
    for row, box, mask in zip(masks, corners, view.masks(frames), strict=True):
        shown = Image.fromarray(mask.astype(np.uint8) * 255)
        # A pixel shows the person where more than half of it does.
        row[:] = cut(Image.merge("RGB", [shown] * 3), box, size)[..., 0] > 127
    masks.flush()
    return [folder / "images.npy", folder / "masks.npy"]


def resized_crops(data: PoseData, size: int) -> PoseData:
    """The same samples in smaller crops; each pixel is an average over those that it covers."""
    if size == data.size:
        return data
    whole = np.array([0, 0, data.size, data.size], dtype=np.float32)
    images = np.stack([cut(Image.fromarray(image), whole, size) for image in data.images])
    masks = None
    if data.masks is not None:
        kept = (Image.fromarray(mask * np.uint8(255)) for mask in data.masks)
        masks = np.stack([np.asarray(mask.resize((size, size), Image.Resampling.BOX)) > 127 for mask in kept])
    return PoseData(
        images=images,
        joints_2d=(data.joints_2d * np.float32(size / data.size)).astype(np.float32),
        joints_3d=data.joints_3d,
        visible=data.visible,
        boxes=data.boxes,
        table=data.table,
        skeleton=data.skeleton,
        card=data.card,
        masks=None if masks is None else masks.astype(np.uint8),
    )


def _reserved(file: Path, shape: tuple[int, ...]) -> np.memmap[Any, np.dtype[np.uint8]]:
    reserve_array(file, shape)
    return np.lib.format.open_memmap(file, mode="r+")
