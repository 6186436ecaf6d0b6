"""The official download, unpacked: videos, CDF files of poses, MATLAB files of boxes and masks.

Each subject has a folder ``S1``. Below it, a folder's name says what its files are, in the names of the older
archives (``Poses_D3_Positions``) and of the newer ones (``D3_Positions``), wherever it lies
(``MyPoseFeatures/D3_Positions``, ``MySegmentsMat/ground_truth_bb``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.human36m.cdf import read_poses
from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.masks import read_boxes, read_masks
from pose_lib.data.human36m.metadata import Metadata, read_metadata
from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_CAMERAS, RECORDED_SUBJECTS, take_of
from pose_lib.data.human36m.video import count_frames, read_frames
from pose_lib.data.human36m.views import Array, Labels, Source, View, projected, world_to_camera
from pose_lib.geometry.cameras import Camera

__all__ = ["RecordedView", "find_metadata", "read_official"]

KINDS = {
    "videos": "video",
    "d3_positions": "world",
    "d3_positions_mono": "mono",
    "d2_positions": "image",
    "ground_truth_bb": "boxes",
    "ground_truth_bs": "masks",
}
"""Name of a folder, in lower case and without ``Poses_``, to what its files are. The folder
``D3_Positions_mono_universal`` has skeletons that were made to fit one person, and is not read."""
ENDINGS = {
    "video": ".mp4",
    "world": ".cdf",
    "mono": ".cdf",
    "image": ".cdf",
    "boxes": ".mat",
    "masks": ".mat",
}
SLACK = 20
"""Frames by which a video and its poses may differ; in the data set they differ by a few."""
AGREES = 1.0
"""mm and pixels by which the files of one recording may differ; those of another one differ by far more."""

_Files = dict[str, Path]


@dataclass(frozen=True)
class RecordedView(View):
    """A view of the official download."""

    calibration: Camera
    paths: tuple[tuple[str, Path], ...] = field(repr=False)
    """Kinds of :data:`KINDS`, and the file of each."""

    @cached_property
    def by_kind(self) -> _Files:
        """Kind to file."""
        return dict(self.paths)

    @property
    def files(self) -> tuple[Path, ...]:
        """Video, poses, boxes and masks."""
        return tuple(path for _, path in self.paths)

    @property
    def has_masks(self) -> bool:
        """Whether there is a file of them."""
        return "masks" in self.by_kind

    def count(self) -> int:
        """Frames of the video; the poses may end a few frames earlier."""
        return count_frames(self.by_kind["video"])

    def length(self) -> int:
        """Frames of the video or of the poses, whichever are fewer; all files of poses are compared."""
        return self._common(self._poses()[0])

    def labels(self, step: int = 1) -> Labels:
        """Poses of the camera's frame, or of the world through the camera; both are compared."""
        camera, image = self._poses()
        frames = np.arange(0, self._common(camera), step)
        boxes = read_boxes(self.by_kind["boxes"], frames.tolist()) if "boxes" in self.by_kind else None
        size = (self.calibration.width, self.calibration.height)
        return Labels(frames, camera[frames], image[frames], boxes, size)

    def pictures(self, frames: Sequence[int]) -> Iterator[npt.NDArray[np.uint8]]:
        """Frames of the video."""
        file = self.by_kind["video"]
        wanted = (self.calibration.height, self.calibration.width)
        for picture in read_frames(file, frames):
            if picture.shape[:2] != wanted:
                height, width = picture.shape[:2]
                what = f"shows {width} x {height} pixels, expected {wanted[1]} x {wanted[0]}"
                raise Human36mError.of(file, f"{what} of camera {self.camera} for {self.subject}")
            yield picture

    def masks(self, frames: Sequence[int]) -> Iterator[npt.NDArray[np.bool_]]:
        """Masks of the background subtraction."""
        return read_masks(self.by_kind["masks"], frames) if self.has_masks else super().masks(frames)

    def _common(self, poses: Array) -> int:
        shown = self.count()
        if abs(shown - len(poses)) > SLACK:
            what = f"has {shown} frames, and its poses {len(poses)}; they are of different recordings"
            raise Human36mError.of(self.by_kind["video"], f"{what}, or it is cut off")
        return min(len(poses), shown)

    def _poses(self) -> tuple[Array, Array]:
        """Joints in the camera's frame and in pixels, each from its own file where there is one."""
        found = {}
        if "world" in self.by_kind:
            found["world"] = world_to_camera(read_poses(self.by_kind["world"], 3), self.calibration)
        if "mono" in self.by_kind:
            found["mono"] = read_poses(self.by_kind["mono"], 3)
        camera = found.get("mono", found.get("world"))
        if camera is None:
            raise Human36mError(f"{self.name}: there is neither a D3_Positions nor a D3_Positions_mono file")
        if len(found) == 2:
            self._compare("mono", camera, found["world"], "mm from D3_Positions")
        image = projected(camera, self.calibration)
        if "image" in self.by_kind:
            stored = read_poses(self.by_kind["image"], 2)
            self._compare("image", stored, image, "pixels from the projected 3D joints")
            image = stored
        return camera, image

    def _compare(self, kind: str, found: Array, expected: Array, words: str) -> None:
        file = self.by_kind[kind]
        if found.shape != expected.shape:
            what = f"has {len(found)} frames, and the other files of the recording {len(expected)}"
            raise Human36mError.of(file, f"{what}; it is of another recording")
        with np.errstate(invalid="ignore"):
            apart = float(np.nanmax(np.abs(found - expected), initial=0.0))
        if apart > AGREES:
            what = f"lies up to {apart:.0f} {words}; it is of another recording or subject"
            raise Human36mError.of(file, what)


def find_metadata(root: Path) -> Path | None:
    """The file ``metadata.xml`` in a folder, in one below it, or beside it, as h36m-fetch leaves it."""
    places = (root / "metadata.xml", *sorted(root.glob("*/metadata.xml")), root.parent / "metadata.xml")
    return next((file for file in places if file.is_file()), None)


def read_official(root: Path) -> Source:
    """The views below a folder, without opening any of their files.

    Raises:
        Human36mError: there is no ``metadata.xml``, or it is damaged, or a file has the name of no recording.
    """
    place = find_metadata(root)
    if place is None:
        raise Human36mError.of(
            root,
            "there is no metadata.xml, which has the cameras; it is in the folder H36M of the code of the "
            "official download: copy it here",
        )
    metadata = read_metadata(place)
    views: list[View] = []
    missing: list[str] = []
    for subject in RECORDED_SUBJECTS:
        folder = root / subject
        if not folder.is_dir():
            missing.append(f"{subject}: no folder {folder}{_packed(root, subject)}")
            continue
        files, moving = _files_of(folder, subject, metadata)
        lacking: dict[str, list[str]] = defaultdict(list)
        for action in RECORDED_ACTIONS:
            for take in (1, 2):
                for camera in RECORDED_CAMERAS:
                    found = files[action, take, ""] | files[action, take, camera]
                    wanted = [] if "video" in found else ["a video"]
                    wanted += [] if {"world", "mono"} & set(found) else ["3D poses"]
                    if wanted:
                        lacking[" and ".join(wanted)].append(f"{action}-{take} {camera}")
                    if not wanted:
                        paths = tuple(sorted(found.items()))
                        calibration = metadata.cameras[subject, camera]
                        views.append(RecordedView(subject, action, take, camera, calibration, paths))
        missing += [
            f"{subject}: {len(of)} views lack {what} ({_few(of)}){_packed(root, subject)}"
            for what, of in lacking.items()
        ]
        missing += [f"{file}: has the name of no recording of {subject}" for file in moving]
    return Source("official", root, tuple(views), tuple(missing))


def _files_of(
    folder: Path, subject: str, metadata: Metadata
) -> tuple[dict[tuple[str, int, str], _Files], list[Path]]:
    """Action, take and camera (none for world poses) to files; and files whose names fit no recording."""
    files: dict[tuple[str, int, str], _Files] = defaultdict(dict)
    strange = []
    for file in sorted(folder.rglob("*.*")):
        kind = KINDS.get(file.parent.name.lower().removeprefix("poses_"))
        if kind is None or file.suffix.lower() != ENDINGS[kind] or file.name.startswith("_ALL"):
            continue
        found = re.fullmatch(r"([^.]+)(?:\.(\d+))?", file.stem)
        name, camera = (found[1], found[2] or "") if found else (file.stem, "")
        try:
            action, take = metadata.takes.get((subject, name)) or take_of(subject, name)
        except Human36mError:
            strange.append(file)
            continue
        if (camera == "") != (kind == "world") or camera not in ("", *RECORDED_CAMERAS):
            strange.append(file)
            continue
        files[action, take, camera][kind] = file
    return files, strange


def _packed(root: Path, subject: str) -> str:
    """A hint at archives that are not unpacked yet: ``Videos_S1.tgz``, or ``s1/Videos.tgz``."""
    places = [*sorted(root.glob(f"*_{subject}.tgz")), *sorted(root.glob(f"{subject.lower()}/*.tgz"))]
    places += sorted((root / subject).glob("*.tgz"))
    if not places:
        return ""
    names = ", ".join(str(place.relative_to(root)) for place in places)
    return f"; unpack {names} with: tar -xzf FILE -C {root / subject}"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
