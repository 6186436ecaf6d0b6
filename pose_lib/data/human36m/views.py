"""A view: one recording as one camera saw it, with its labels and pictures, whatever layout it is read from.

Poses live in three spaces, and every array says in its name which one it is in: ``world`` (mm, the room's),
``camera`` (mm, one camera's: x right, y down, z forward) and root-relative (mm, the hip at the origin, what
:meth:`pose_lib.data.poses.PoseData.root_relative` gives).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.geometry.boxes import square_around
from pose_lib.geometry.cameras import Camera

__all__ = ["MARGIN", "Labels", "Source", "View", "projected", "squares", "world_to_camera"]

Array = npt.NDArray[np.float64]

MARGIN = 0.1
"""Free space on each side of the labelled joints, in parts of the longer side, where a set has no box."""


@dataclass(frozen=True)
class Labels:
    """What is known of ``N`` frames of a view."""

    frames: npt.NDArray[np.intp]
    """``(N,)`` numbers of the frames at 50 Hz, from 0."""
    camera: Array
    """``(N, 17, 3)`` joints in the camera's frame, mm."""
    image: Array
    """``(N, 17, 2)`` joints in pixels of the full image."""
    boxes: Array | None
    """``(N, 4)`` x0 y0 x1 y1 in pixels of the full image, NaN where there is none."""
    size: tuple[int, int]
    """Width and height of the full image."""

    def every(self, step: int) -> Labels:
        """The labels of the frames whose number is a multiple of ``step``."""
        which = np.flatnonzero(self.frames % step == 0)
        boxes = None if self.boxes is None else self.boxes[which]
        return replace(
            self, frames=self.frames[which], camera=self.camera[which], image=self.image[which], boxes=boxes
        )


@dataclass(frozen=True)
class View(ABC):
    """A recording as one camera saw it."""

    subject: str
    action: str
    take: int
    """1 or 2."""
    camera: str

    @property
    def name(self) -> str:
        """For messages: ``S1 WalkingDog-2 54138969``."""
        return f"{self.subject} {self.action}-{self.take} {self.camera}"

    @property
    @abstractmethod
    def files(self) -> tuple[Path, ...]:
        """The files that it is read from; of many pictures, the folder."""

    @property
    @abstractmethod
    def has_masks(self) -> bool:
        """Whether there are background-subtraction masks."""

    @abstractmethod
    def count(self) -> int:
        """Number of frames, read as quickly as can be."""

    def length(self) -> int:
        """Number of frames that have both a picture and labels; reads and compares the files of poses.

        Raises:
            Human36mError: as for :meth:`labels`.
        """
        return len(self.labels().frames)

    @abstractmethod
    def labels(self, step: int = 1) -> Labels:
        """The labels of every ``step``-th frame.

        Raises:
            Human36mError: a file is missing, damaged, or does not fit the others.
        """

    @abstractmethod
    def pictures(self, frames: Sequence[int]) -> Iterator[npt.NDArray[np.uint8]]:
        """RGB pictures ``(H, W, 3)`` of some frames, which rise.

        Raises:
            Human36mError: there are none, or one is damaged.
        """

    def masks(self, frames: Sequence[int]) -> Iterator[npt.NDArray[np.bool_]]:
        """Where the person is, ``(H, W)``, in some frames.

        Raises:
            Human36mError: there are no masks, or the file is damaged.
        """
        raise Human36mError(f"{self.name} has no masks")


@dataclass(frozen=True)
class Source:
    """What a folder holds."""

    layout: str
    """One of :data:`pose_lib.data.human36m.layouts.LAYOUTS`."""
    root: Path
    views: tuple[View, ...]
    """Ordered by subject, action, take and camera."""
    missing: tuple[str, ...] = ()
    """What would be needed for more views, one line each."""
    pictures: bool = True
    """Whether the layout has pictures at all."""

    def of(self, subjects: Sequence[str] = (), actions: Sequence[str] = ()) -> tuple[View, ...]:
        """The views of some subjects and actions; of all where none are given."""
        return tuple(
            view
            for view in self.views
            if (not subjects or view.subject in subjects) and (not actions or view.action in actions)
        )


def world_to_camera(world: Array, camera: Camera) -> Array:
    """Joints ``(N, J, 3)`` from the world to a camera's frame, mm."""
    return np.asarray(camera.to_camera(torch.from_numpy(world)).numpy())


def projected(points: Array, camera: Camera) -> Array:
    """Pixels ``(N, J, 2)`` of joints ``(N, J, 3)`` in the camera's frame, through the data set's own lens."""
    return np.asarray(camera.project(torch.from_numpy(points)).numpy())


def squares(labels: Labels) -> Array:
    """The square ``(N, 4)`` that each frame is cropped to.

    It has the centre of the data set's box and the length of its longer side, so that the picture keeps its
    aspect; where there is no box, it is around the labelled joints with a :data:`MARGIN`.
    """
    around = square_around(torch.from_numpy(labels.image), MARGIN).numpy()
    if labels.boxes is None:
        return np.asarray(around)
    centre = (labels.boxes[:, :2] + labels.boxes[:, 2:]) / 2
    half = (labels.boxes[:, 2:] - labels.boxes[:, :2]).max(1, keepdims=True) / 2
    given = np.concatenate([centre - half, centre + half], 1)
    return np.where(np.isfinite(given).all(1, keepdims=True), given, around)
