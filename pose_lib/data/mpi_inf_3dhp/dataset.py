"""MPI-INF-3DHP as it is downloaded: videos and ``annot.mat`` for training, pictures and HDF5 for testing.

The joints are those of its README and of ``mpii_get_joint_set``. Poses are in mm in each camera's frame
(``annot3``; not the ``univ_annot3`` that are scaled to one body). Its thorax is the base of the neck and its
nose the middle of the head: they lie elsewhere than Human3.6M's, and so do its hips.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from PIL import Image

from pose_lib.data.building import Shard
from pose_lib.data.mpi_inf_3dhp.reading import (
    MpiError,
    decoded,
    opened,
    read_picture,
    read_stored,
    read_variable,
)
from pose_lib.data.photos.cutting import cut
from pose_lib.data.poses import ALL, DataCard, PoseData
from pose_lib.extras import require
from pose_lib.geometry.boxes import square_around, to_crop
from pose_lib.geometry.skeletons import H36M17

if TYPE_CHECKING:
    from pose_lib.data.mpi_inf_3dhp.request import MpiInf3dhpRequest

__all__ = ["ACTIVITIES", "CAMERAS", "TEST_JOINTS", "TRAIN_JOINTS", "require_root", "shards"]

CAMERAS = (0, 1, 2, 4, 5, 6, 7, 8)
"""Of the 14 cameras, those at the height of chest and knee, which most authors use."""
ACTIVITIES = ("Stand/Walk", "Exercise", "Sit on chair", "Reach/Crouch", "On floor", "Sports", "Misc")
"""Of the test sequences, in the order of ``activity_annotation``, which counts from 1."""
_SIDE = ("clavicle", "shoulder", "elbow", "wrist", "hand")
_LEG = ("hip", "knee", "ankle", "foot", "toe")
TRAIN_JOINTS = (
    *("spine_3", "spine_4", "spine_2", "spine", "hip", "thorax", "nose", "head"),
    *(f"left_{name}" for name in _SIDE),
    *(f"right_{name}" for name in _SIDE),
    *(f"left_{name}" for name in _LEG),
    *(f"right_{name}" for name in _LEG),
)
"""The 28 joints of ``annot.mat``; those of the 17 have our names."""
TEST_JOINTS = (
    *("head", "thorax", "right_shoulder", "right_elbow", "right_wrist"),
    *("left_shoulder", "left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle"),
    *("left_hip", "left_knee", "left_ankle", "hip", "spine", "nose"),
)
"""The 17 joints of ``annot_data.mat``."""
MARGIN = 0.15
"""Free space on each side of a crop, as a share of the longer side of the pose."""
TEST_SET = "mpi_inf_3dhp_test_set"
LAYOUT = f"""expected the folder into which get_dataset.sh and get_testset.sh unpack
  S1/Seq1/annot.mat                          S1 to S8, Seq1 and Seq2, or some of them
  S1/Seq1/imageSequence/video_0.avi ...      cameras {", ".join(map(str, CAMERAS))}, or some of them
  {TEST_SET}/TS1/annot_data.mat     TS1 to TS6, or some of them
  {TEST_SET}/TS1/imageSequence/img_000001.jpg ...
from https://vcai.mpi-inf.mpg.de/3dhp-dataset"""


@dataclass(frozen=True)
class _Poses:
    """``N`` frames of one camera, in the order of the 17 joints."""

    frames: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.float64]
    """``(N, 17, 2)``"""
    joints: npt.NDArray[np.float64]
    """``(N, 17, 3)`` mm in the camera's frame."""


def require_root(data_root: str | Path | None) -> Path:
    """The folder of the data set, with at least one training and one test sequence.

    Raises:
        FileNotFoundError: it is not there, or nothing in it can be used; says what is expected.
    """
    root = Path(data_root).expanduser() if data_root and str(data_root) else None
    if root is None or not root.is_dir():
        raise FileNotFoundError(f"mpi-inf-3dhp needs data_root (given: {data_root}): {LAYOUT}")
    lacking = [what for what, found in (("training", _videos(root)), ("test", _tests(root))) if not found]
    if lacking:
        raise FileNotFoundError(f"{root} has no {' and no '.join(lacking)} sequence: {LAYOUT}")
    return root


def shards(request: MpiInf3dhpRequest) -> tuple[list[Shard], DataCard]:
    """One part for each training video and test sequence, in this order, made when it is asked for; the card.

    Raises:
        MissingExtraError: the libraries that read videos and HDF5 are not installed.
        MpiError: a file is damaged, or no frame is left.
    """
    require("human36m", "av", "h5py")
    root, parts = request.root, []
    videos, tests = _videos(root), _tests(root)
    about = _card(request, len(videos), len(tests))
    for video in videos:
        frames = _video_frames(video, request.step)
        if len(frames):
            parts.append(Shard(len(frames), partial(_train, video, frames, request.size, about)))
    for folder in tests:
        frames = _test_frames(folder, request.test_step)
        if len(frames):
            parts.append(Shard(len(frames), partial(_test, folder, frames, request.size, about)))
    return parts, about


def _card(request: MpiInf3dhpRequest, videos: int, tests: int) -> DataCard:
    return DataCard(
        name="mpi-inf-3dhp",
        origin="MPI-INF-3DHP (Mehta et al., 3DV 2017), https://vcai.mpi-inf.mpg.de/3dhp-dataset",
        licence=(
            "for research only; any use for non-scientific or commercial means is not allowed; cite Mehta et "
            "al. 2017 (3DV and VNect); refer to license.txt in the download"
        ),
        notes=(
            f"{videos} of {16 * len(CAMERAS)} training videos and {tests} of 6 test sequences.",
            "Subjects S1 to S8 train; TS1 to TS6 test, their valid frames only.",
            "Frames of training videos are numbered at 50 Hz, also at 25 frames/s; test frames as they are.",
            "Visible means inside the picture; hidden joints are not marked.",
            "Neck, head and hips lie elsewhere than Human3.6M's.",
        ),
        parameters={
            "size": request.size,
            "step": request.step,
            "test_step": request.test_step,
            "files": request.files,
        },
        sources=request.sources,
    )


def _videos(root: Path) -> list[Path]:
    return [
        video
        for subject in range(1, 9)
        for sequence in (1, 2)
        for camera in CAMERAS
        if (video := root / f"S{subject}/Seq{sequence}/imageSequence/video_{camera}.avi").is_file()
    ]


def _tests(root: Path) -> list[Path]:
    places = [place / f"TS{n}" for place in (root / TEST_SET, root) for n in range(1, 7)]
    found = {place.name: place for place in places[::-1] if (place / "annot_data.mat").is_file()}
    return [found[name] for name in sorted(found)]


def _video_frames(video: Path, step: int) -> npt.NDArray[np.int64]:
    """Numbers, from 0, of the frames that are used; some videos are shorter than their annotations."""
    with opened(video) as container:
        stream = container.streams.video[0]
        count = min(read_variable(video.parents[1] / "annot.mat", "frames").size, stream.frames or 1 << 40)
        return np.flatnonzero(np.arange(count) * _spacing(stream) % step == 0)


def _spacing(stream: Any) -> int:
    """Frames at 50 Hz from one frame of a video to the next."""
    return max(1, round(50 / float(stream.average_rate or 50)))


def _train(video: Path, frames: npt.NDArray[np.int64], size: int, about: DataCard) -> PoseData:
    """The crops of a training video."""
    sequence, camera = video.parents[1], int(video.stem.removeprefix("video_"))
    cameras = read_variable(sequence / "annot.mat", "cameras").ravel().tolist()
    if camera not in cameras:
        raise MpiError(f"{sequence / 'annot.mat'}: no annotations of camera {camera}, only of {cameras}")
    cell, order = cameras.index(camera), [TRAIN_JOINTS.index(name) for name in H36M17.joints]
    rows = [
        read_variable(sequence / "annot.mat", name).ravel()[cell].reshape(-1, len(TRAIN_JOINTS), dimensions)
        for name, dimensions in (("annot2", 2), ("annot3", 3))
    ]
    if min(map(len, rows)) <= frames[-1]:
        raise MpiError(f"{sequence / 'annot.mat'}: camera {camera} has fewer poses than the video has frames")
    poses = _Poses(frames, *(part[frames][:, order].astype(np.float64) for part in rows))
    with opened(video) as container:
        spacing = _spacing(container.streams.video[0])
        labels = {
            "subject": sequence.parent.name,
            "action": ALL,
            "sequence": int(sequence.name.removeprefix("Seq")),
            "camera": str(camera),
            "frame": frames * spacing,
            "split": "train",
        }
        return _cropped(decoded(container, video, frames), poses, size, pd.DataFrame(labels), about)


def _test_frames(folder: Path, step: int) -> npt.NDArray[np.int64]:
    valid = np.flatnonzero(read_stored(folder / "annot_data.mat", "valid_frame").ravel())
    return np.asarray(valid[valid % step == 0])


def _test(folder: Path, frames: npt.NDArray[np.int64], size: int, about: DataCard) -> PoseData:
    """The crops of a test sequence."""
    file, order = folder / "annot_data.mat", [TEST_JOINTS.index(name) for name in H36M17.joints]
    pixels, joints = (
        read_stored(file, name).reshape(-1, len(TEST_JOINTS), dimensions)[frames][:, order].astype(np.float64)
        for name, dimensions in (("annot2", 2), ("annot3", 3))
    )
    activity = read_stored(file, "activity_annotation").ravel()[frames].astype(int) - 1
    labels = {
        "subject": folder.name,
        "action": [ACTIVITIES[number] for number in activity],
        "sequence": 1,
        "camera": "test",
        "frame": frames,
        "split": "test",
    }
    pictures = (read_picture(folder / f"imageSequence/img_{frame + 1:06d}.jpg") for frame in frames)
    return _cropped(pictures, _Poses(frames, pixels, joints), size, pd.DataFrame(labels), about)


def _cropped(
    pictures: Iterator[Image.Image], poses: _Poses, size: int, table: pd.DataFrame, about: DataCard
) -> PoseData:
    boxes = square_around(torch.from_numpy(poses.pixels), MARGIN)
    images = np.zeros((len(boxes), size, size, 3), dtype=np.uint8)
    inside = np.zeros(poses.pixels.shape[:2], dtype=np.bool_)
    for i, picture in enumerate(pictures):
        images[i] = cut(picture, boxes[i].float().numpy(), size)
        inside[i] = ((poses.pixels[i] >= 0) & (poses.pixels[i] < picture.size)).all(-1)
    return PoseData(
        images=images,
        joints_2d=to_crop(torch.from_numpy(poses.pixels), boxes, size).float().numpy(),
        joints_3d=poses.joints.astype(np.float32),
        visible=inside,
        boxes=boxes.float().numpy(),
        table=table,
        skeleton=H36M17,
        card=about,
    )
