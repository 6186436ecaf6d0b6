"""A miniature of MPI-INF-3DHP: the generated people, in its folders and formats."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from scipy.io import savemat

from pose_lib.data.synthetic.motion import generate
from pose_lib.geometry.skeletons import H36M17

SIDE = 256
"""Of a picture, in pixels; 2048 in the data set."""
NAMES = (
    *("spine3", "spine4", "spine2", "spine", "hip", "thorax", "nose", "head", "left_clavicle"),
    *("left_shoulder", "left_elbow", "left_wrist", "left_hand", "right_clavicle", "right_shoulder"),
    *("right_elbow", "right_wrist", "right_hand", "left_hip", "left_knee", "left_ankle", "left_foot"),
    *("left_toe", "right_hip", "right_knee", "right_ankle", "right_foot", "right_toe"),
)
"""In the order of mpii_get_joint_set; the names of the 17 joints are Human3.6M's."""
SEVENTEEN = [7, 5, 14, 15, 16, 9, 10, 11, 23, 24, 25, 18, 19, 20, 4, 3, 6]
"""Of the 28 joints, those of the test set, in its order (mmpose, preprocess_mpi_inf_3dhp.py)."""


@dataclass
class Shot:
    """One camera's view of ``N`` frames."""

    joints: np.ndarray
    """``(N, 28, 3)`` mm in the camera's frame."""
    pixels: np.ndarray
    """``(N, 28, 2)``"""
    pictures: list[Image.Image]

    def of_h36m(self, name: str) -> np.ndarray:
        """``joints`` or ``pixels`` in the order of the 17 joints."""
        return np.stack([getattr(self, name)[:, NAMES.index(joint)] for joint in H36M17.joints], 1)


def shot(subject: str, camera: int, frames: int, width: int = SIDE, height: int = SIDE) -> Shot:
    """A generated person who walks, seen from an angle; a square of its own grey marks each joint."""
    walk = generate("Walking", subject, 1, seconds=2.0, seed=camera).points[: frames * 4 : 4]
    angle = 0.7 * camera
    c, s = np.cos(angle), np.sin(angle)
    turned = (walk - [*walk[0, 0, :2], 0]) @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1.0]])
    seen = np.stack([turned[..., 1], 900 - turned[..., 2], 4000 - turned[..., 0]], -1)
    joints = np.full((frames, len(NAMES), 3), [0, 0, 4000.0])
    for i, name in enumerate(H36M17.joints):
        joints[:, NAMES.index(name)] = seen[:, i]
    pixels = joints[..., :2] / joints[..., 2:] * 1.6 * height + np.array([width, height]) / 2
    pictures = []
    for n in range(frames):
        picture = Image.new("RGB", (width, height), (40 + 5 * n, 60 + 10 * camera, 90))
        draw = ImageDraw.Draw(picture)
        for x, y in pixels[n, [NAMES.index(joint) for joint in H36M17.joints]]:
            draw.rectangle([x - 4, y - 4, x + 4, y + 4], fill=(230, 230, 230))
        pictures.append(picture)
    return Shot(joints, pixels, pictures)


def write_video(file: Path, pictures: list[Image.Image], rate: int) -> None:
    """An AVI with H.264, as the data set has it."""
    av = import_module("av")
    file.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(rate), options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = *pictures[0].size, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())


def write_training(
    root: Path, subject: int, sequence: int, shots: dict[int, Shot], rate: int = 25, rows: int = 0
) -> None:
    """``annot.mat`` with all 14 cameras, and the videos of some; ``rows`` poses more than pictures."""
    folder = root / f"S{subject}" / f"Seq{sequence}"
    count = len(next(iter(shots.values())).joints) + rows
    cells: dict[str, Any] = {name: np.empty((14, 1), dtype=object) for name in ("annot2", "annot3")}
    for camera in range(14):
        for name, values in (("annot2", "pixels"), ("annot3", "joints")):
            given = getattr(shots[camera], values) if camera in shots else np.zeros((1, 28, 2))
            padded = np.concatenate([given, np.repeat(given[-1:], rows, 0)])
            cells[name][camera, 0] = padded.reshape(len(padded), -1)
    cells |= {"univ_annot3": cells["annot3"], "frames": np.arange(count)[:, None]}
    cells |= {"cameras": np.arange(14, dtype=np.uint8)[None]}
    folder.mkdir(parents=True, exist_ok=True)
    savemat(folder / "annot.mat", cells, do_compression=True)
    for camera, one in shots.items():
        write_video(folder / f"imageSequence/video_{camera}.avi", one.pictures, rate)


def write_test(root: Path, number: int, one: Shot, valid: list[int]) -> None:
    """``annot_data.mat`` of version 7.3, whose axes are reversed, and pictures counted from 1."""
    h5py = import_module("h5py")
    folder = root / "mpi_inf_3dhp_test_set" / f"TS{number}"
    (folder / "imageSequence").mkdir(parents=True)
    count = len(one.joints)
    file = folder / "annot_data.mat"
    with h5py.File(file, "w", userblock_size=512) as content:
        content["annot2"] = one.pixels[:, None, SEVENTEEN]
        content["annot3"] = one.joints[:, None, SEVENTEEN]
        content["univ_annot3"] = one.joints[:, None, SEVENTEEN] * 1.1
        content["valid_frame"] = np.array(valid, dtype=np.uint8)[:, None]
        content["activity_annotation"] = (np.arange(count, dtype=np.float64) % 7 + 1)[:, None]
    head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM"
    with file.open("r+b") as stream:
        stream.write(head)
    for n, picture in enumerate(one.pictures, start=1):
        picture.save(folder / f"imageSequence/img_{n:06d}.jpg", quality=95)


def boxes_of(pixels: np.ndarray, margin: float) -> np.ndarray:
    """The boxes ``(N, 4)`` that crops are expected to show."""
    low, high = pixels.min(1), pixels.max(1)
    half = (high - low).max(-1, keepdims=True) * (0.5 + margin)
    return np.concatenate([(low + high) / 2 - half, (low + high) / 2 + half], -1)
