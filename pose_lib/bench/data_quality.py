"""Unusual samples, counted: whatever could mislead must be seen in a run's report.

What happens to them: a joint outside the window is in no detection window and has no grid label; a missing
joint takes part in no 2D loss and no 2D metric; a pose that lacks a joint in 3D is left out
(:func:`complete_samples`); people who are cut by the image's edge, and poses with hardly any torso, stay as
they are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.bench.rows import Row, constant_row
from pose_lib.data.poses import PoseData
from pose_lib.geometry.boxes import from_crop

__all__ = ["SHORT_TORSO", "Counts", "complete_samples", "count_rows", "count_unusual"]

Counts = dict[str, tuple[int, int]]
"""Kind to how many of how many."""

SHORT_TORSO = 50.0
"""mm: no grown person's shoulder is closer to the opposite hip."""


def count_unusual(data: PoseData, window: int) -> Counts:
    """How many samples are unusual, and out of how many.

    Args:
        data: one split.
        window: side of the network's input; joints are looked for in the centre window of each crop.
    """
    joints = np.asarray(data.joints_2d, dtype=np.float32)
    missing = np.asarray(~np.isfinite(joints).all(-1))
    if data.joints_3d is not None:
        missing |= ~np.isfinite(np.asarray(data.joints_3d)).all(-1)
    edge = (data.size - window) // 2
    with np.errstate(invalid="ignore"):
        outside = ((joints < edge) | (joints >= edge + window)).any(-1) & ~missing
    found = {
        "joints missing": (int(missing.sum()), missing.size),
        "joints outside the centre window": (int(outside.sum()), missing.size),
        "people cut by the image": (int(_cut(data, missing).sum()), len(data)),
    }
    if data.joints_3d is not None:
        shoulder, hip = data.skeleton.torso
        gaps = ~np.isfinite(np.asarray(data.joints_3d)).all((1, 2))
        found["poses left out"] = (int(gaps.sum()), len(data))
        torso = np.linalg.norm(data.joints_3d[:, shoulder] - data.joints_3d[:, hip], axis=-1)
        with np.errstate(invalid="ignore"):
            found["degenerate torsos"] = (int((torso < SHORT_TORSO).sum()), len(data))
    return found


def _cut(data: PoseData, missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """``(N,)`` whether a known joint lies outside the full image, whose size the table may tell."""
    boxes = torch.from_numpy(np.array(data.boxes))
    points = from_crop(torch.from_numpy(np.array(data.joints_2d)), boxes, data.size).numpy()
    with np.errstate(invalid="ignore"):
        out = (points < 0).any(-1)
        for axis, name in enumerate(("width", "height")):
            if name in data.table.columns:
                out |= points[..., axis] > data.table[name].to_numpy()[:, None]
    return np.asarray((out & ~missing).any(1))


def complete_samples(data: PoseData) -> PoseData:
    """The samples whose 3D joints are all known: one with a gap can be neither learned nor measured in 3D."""
    if data.joints_3d is None:
        return data
    known = np.asarray(np.isfinite(np.asarray(data.joints_3d)).all((1, 2)))
    return data if known.all() else data.select(known)


def count_rows(splits: Mapping[str, Counts]) -> list[Row]:
    """Rows of the counts of each split; the column ``samples`` holds what they are out of."""
    words = "count among the samples of the split"
    return [
        constant_row(f"{split} data", f"count: {kind}", words, count, total)
        for split, found in splits.items()
        for kind, (count, total) in found.items()
    ]
