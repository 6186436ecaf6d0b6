"""The poses that VideoPose3D prepares: ``data_3d_h36m.npz``, without pictures.

The file has poses of the world in metres; cameras are read from ``metadata.xml`` beside it. Where
``data_2d_h36m_gt.npz`` is there too, its 2D joints are compared with the projected ones and used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.joints import used_points
from pose_lib.data.human36m.metadata import read_metadata
from pose_lib.data.human36m.names import RECORDED_CAMERAS, RECORDED_SUBJECTS, take_of
from pose_lib.data.human36m.official import find_metadata
from pose_lib.data.human36m.pickles import load_arrays
from pose_lib.data.human36m.pictures import agreeing
from pose_lib.data.human36m.views import Array, Labels, Source, View, projected, world_to_camera
from pose_lib.geometry.cameras import Camera

__all__ = ["PoseView", "is_videopose3d", "read_videopose3d"]

_FILE = "data_3d_h36m.npz"


@dataclass(frozen=True, eq=False)
class PoseView(View):
    """A view of which there are poses only."""

    world: Array = field(repr=False)
    """``(N, 17, 3)`` mm."""
    calibration: Camera
    image: Array | None = field(repr=False)
    """``(N, 17, 2)`` pixels, where they are known."""
    source: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """The file with the poses."""
        return (self.source,)

    @property
    def has_masks(self) -> bool:
        """There are none."""
        return False

    def count(self) -> int:
        """Number of poses."""
        return len(self.world)

    def labels(self, step: int = 1) -> Labels:
        """Poses in the camera's frame, and where they fall in its image."""
        camera = world_to_camera(self.world, self.calibration)
        image = projected(camera, self.calibration)
        size = (self.calibration.width, self.calibration.height)
        labels = Labels(np.arange(len(camera)), camera, image, None, size)
        if self.image is not None:
            if self.image.shape != image.shape:
                what = f"the 2D joints of {self.name} have shape {self.image.shape}, expected {image.shape}"
                raise Human36mError.of(self.source, what)
            labels = Labels(labels.frames, camera, self.image, None, size)
            agreeing(self.name, self.source, labels, self.calibration)
        return labels.every(step)

    def pictures(self, frames: Sequence[int]) -> Iterator[npt.NDArray[np.uint8]]:
        """There are none."""
        raise Human36mError(f"{self.name} has poses and no pictures")


def is_videopose3d(root: Path) -> bool:
    """Whether a folder is of this layout."""
    return (root / _FILE).is_file()


def read_videopose3d(root: Path) -> Source:
    """The views of a folder.

    Raises:
        Human36mError: a file is missing or damaged, asks to run code, or has other poses than expected.
    """
    metadata = find_metadata(root)
    if metadata is None:
        raise Human36mError.of(root, "there is no metadata.xml, which has the cameras; copy it here")
    cameras = read_metadata(metadata).cameras
    content: Any = load_arrays(root / _FILE).get("positions_3d", {})
    flat = root / "data_2d_h36m_gt.npz"
    pixels = load_arrays(flat).get("positions_2d") if flat.is_file() else None
    views: list[View] = []
    if not isinstance(content, dict):
        raise Human36mError.of(root / _FILE, "does not hold poses by subject and action; make it again")
    try:
        missing = [f"{s}: no poses in {root / _FILE}" for s in RECORDED_SUBJECTS if s not in content]
        for subject in (s for s in RECORDED_SUBJECTS if s in content):
            for name, poses in content[subject].items():
                action, take = take_of(subject, name)
                world = 1000.0 * used_points(np.asarray(poses, dtype=np.float64), 3)
                for i, camera in enumerate(RECORDED_CAMERAS):
                    image = _image(pixels, subject, name, i)
                    of = cameras[subject, camera]
                    views.append(PoseView(subject, action, take, camera, world, of, image, root / _FILE))
    except (TypeError, AttributeError, ValueError, KeyError, IndexError) as error:
        what = f"does not hold poses by subject and action ({error}); make it again"
        raise Human36mError.of(root / _FILE, what) from error
    return Source("videopose3d", root, tuple(views), tuple(missing), pictures=False)


def _image(pixels: Any, subject: str, name: str, index: int) -> Array | None:
    if pixels is None or name not in pixels.get(subject, {}):
        return None
    return np.asarray(pixels[subject][name][index], dtype=np.float64)
