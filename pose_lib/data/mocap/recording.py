"""The content of a motion capture file: a tree of joints, and the orientation of each in each frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.geometry.rotations import euler

__all__ = ["MocapError", "Recording", "check_size", "turns"]

LIMIT = 1e6
"""Offsets, positions and angles of a person are smaller than this in any unit in use."""
MAX_JOINTS = 1000
"""Joints of a file; a skeleton with all fingers and a face has 200."""
MAX_SIZE = 10_000_000
"""Joints times frames of a file, as recorded and at 50 Hz: 50 minutes of 60 joints, and 3 GB of memory."""


class MocapError(ValueError):
    """A motion capture file, or a folder of them, cannot be used; the message says where and why."""

    @classmethod
    def at(cls, source: Path, line: int | None, what: str) -> MocapError:
        """The error for a line (counted from 1) of a file."""
        return cls(f"{source}, line {line}: {what}" if line is not None else f"{source}: {what}")


@dataclass(frozen=True)
class Recording:
    """``T`` frames of ``J`` joints in the file's own frame (y up) and unit of length.

    A joint is the start of its bone, in BVH and in ASF alike. The end of a bone without children is a joint
    too, with the name of the bone and ``_end``.
    """

    source: Path
    fps: float
    names: tuple[str, ...]
    parents: tuple[int, ...]
    """-1 for the root; a parent always comes before its children."""
    offsets: npt.NDArray[np.float64]
    """``(J, 3)`` in the parent's frame, in the rest pose, where no joint is turned."""
    translations: npt.NDArray[np.float64]
    """``(T, J, 3)`` in the parent's frame: the offset, or the value of a position channel."""
    orientations: npt.NDArray[np.float64]
    """``(T, J, 3, 3)`` from each joint's frame to the file's."""
    unit: float | None
    """Millimetres per unit of length, if the file says so."""

    def __len__(self) -> int:
        return len(self.translations)

    def positions(self) -> npt.NDArray[np.float64]:
        """``(T, J, 3)`` joints in the file's frame: translations turned by the orientation of the parent."""
        points = np.empty_like(self.translations)
        for joint, parent in enumerate(self.parents):
            step = self.translations[:, joint]
            if parent >= 0:
                step = points[:, parent] + np.einsum("tij,tj->ti", self.orientations[:, parent], step)
            points[:, joint] = step
        return points

    def rest(self) -> npt.NDArray[np.float64]:
        """``(J, 3)`` joints of the rest pose, the root at the origin."""
        points = np.zeros_like(self.offsets)
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                points[joint] = points[parent] + self.offsets[joint]
        return points


def check_size(source: Path, joints: int, frames: int, fps: float) -> None:
    """Refuse a file that would fill the memory.

    Raises:
        MocapError: there are too many joints, or too many frames of them.
    """
    if joints > MAX_JOINTS:
        raise MocapError.at(source, None, f"expected at most {MAX_JOINTS} joints, found {joints}")
    most = max(frames, int(frames / fps * 50))
    if joints * most > MAX_SIZE:
        what = f"{joints} joints in {most} frames do not fit in memory: cut it into clips of at most"
        raise MocapError.at(source, None, f"{what} {MAX_SIZE // joints} frames")


def turns(orders: Sequence[str], angles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rotations ``(T, J, 3, 3)`` of ``J`` joints, each with an intrinsic order of its own.

    Args:
        orders: up to three letters of ``XYZ`` for each joint.
        angles: ``(T, J, 3)`` in radians, in the joint's order; those beyond its letters are not used.
    """
    result = np.empty((*angles.shape[:2], 3, 3))
    for order in set(orders):
        joints = [j for j, other in enumerate(orders) if other == order]
        group = torch.from_numpy(np.ascontiguousarray(angles[:, joints, : len(order)]))
        result[:, joints] = euler(order, group).numpy()
    return result
