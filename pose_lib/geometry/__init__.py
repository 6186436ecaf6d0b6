"""What a pose is: joints, frames, units, cameras, boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pose_lib.lazy import lazy_names

__all__ = [
    "FLIC11",
    "H36M17",
    "LSP14",
    "SKELETONS",
    "STICKMEN8",
    "Camera",
    "Skeleton",
    "axis_angle",
    "euler",
    "from_crop",
    "iou",
    "look_at",
    "square_around",
    "to_crop",
]

if TYPE_CHECKING:
    from pose_lib.geometry.boxes import from_crop, iou, square_around, to_crop
    from pose_lib.geometry.cameras import Camera
    from pose_lib.geometry.rotations import axis_angle, euler, look_at
    from pose_lib.geometry.skeletons import FLIC11, H36M17, LSP14, SKELETONS, STICKMEN8, Skeleton
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "boxes": ("from_crop", "iou", "square_around", "to_crop"),
            "cameras": ("Camera",),
            "rotations": ("axis_angle", "euler", "look_at"),
            "skeletons": ("FLIC11", "H36M17", "LSP14", "SKELETONS", "STICKMEN8", "Skeleton"),
        },
    )
