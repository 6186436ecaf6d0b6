"""Views whose pictures lie on the disk one by one, as prepared copies of the data set have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.views import Labels, View, projected
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.pictures import open_picture, picture_size
from pose_lib.geometry.cameras import Camera

__all__ = ["AGREES", "PictureView", "agreeing", "grouped"]

Key = tuple[str, str, int, str]
"""Subject, action, take and camera."""
AGREES = 1.0
"""Pixels by which stored 2D joints may lie from the projected 3D joints; those of others lie farther."""


@dataclass(frozen=True, eq=False)
class PictureView(View):
    """A view with a picture file for every frame, and labels that were read beforehand."""

    known: Labels = field(repr=False)
    """Labels of all frames; the size of the image is read from a picture."""
    folder: Path
    """Of the pictures."""
    names: tuple[str, ...] = field(repr=False)
    """For each frame, the file in the folder."""
    label_files: tuple[Path, ...] = ()
    calibration: Camera | None = None
    """Through which the 3D joints fall on the 2D joints, where the copy has both."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of labels, and the folder of the pictures."""
        return (*self.label_files, self.folder)

    @property
    def has_masks(self) -> bool:
        """Prepared copies have none."""
        return False

    def count(self) -> int:
        """Number of labelled frames."""
        return len(self.names)

    def labels(self, step: int = 1) -> Labels:
        """The labels, once the stored 2D joints are where the 3D joints fall."""
        if self.calibration is not None:
            agreeing(self.name, self.label_files[0], self.known, self.calibration)
        try:
            size = picture_size(self.folder / self.names[0])
        except PhotoError as error:
            raise Human36mError(str(error)) from error
        return replace(self.known, size=size).every(step)

    def pictures(self, frames: Sequence[int]) -> Iterator[npt.NDArray[np.uint8]]:
        """The files, one after the other; all have the size of the first."""
        files = dict(zip(self.known.frames.tolist(), self.names, strict=True))
        size: tuple[int, int] | None = None
        for frame in frames:
            file = self.folder / files[frame]
            try:
                picture = open_picture(file)
            except PhotoError as error:
                raise Human36mError(str(error)) from error
            size = size or picture.size
            if picture.size != size:
                raise Human36mError.of(file, f"has {picture.size} pixels, and others of its view {size}")
            yield np.asarray(picture)


def agreeing(name: str, file: Path, labels: Labels, camera: Camera) -> None:
    """Check that 2D joints are where the 3D joints fall.

    Raises:
        Human36mError: they are not; names the view and the file.
    """
    apart = np.abs(projected(labels.camera, camera) - labels.image)
    if not np.nanmax(apart, initial=0.0) <= AGREES:
        what = f"the 2D joints of {name} lie up to {np.nanmax(apart):.0f} pixels from the projected 3D joints"
        raise Human36mError.of(file, f"{what}; they are of another recording, subject or camera")


def grouped(keys: Sequence[Key]) -> dict[Key, npt.NDArray[np.intp]]:
    """Rows of each view, in their order."""
    found: dict[Key, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        found[key].append(row)
    return {key: np.array(rows) for key, rows in sorted(found.items())}
