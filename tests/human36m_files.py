"""A faithful miniature of Human3.6M: rendered people in the files of the official download.

Real CDF files, real MP4 videos, real MATLAB 7.3 files, and a ``metadata.xml`` of the same structure, under
the irregular names that the recordings have. Three subjects, few actions, and eight frames of each recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from pose_lib.data.human36m.joints import RAW_POINTS, USED_POINTS
from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_CAMERAS, RECORDED_SUBJECTS, file_name_of
from pose_lib.data.synthetic.motion import generate
from pose_lib.data.synthetic.rig import camera
from pose_lib.data.synthetic.shots import Shots, render_motion
from pose_lib.geometry.cameras import Camera

FRAMES = 8
EXTRA = 2
"""Frames by which the videos are longer than the poses."""
SIZE = 96
PLAYED = {
    "S1": ("SittingDown", "TakingPhoto"),
    "S9": ("Greeting", "SittingDown"),
    "S11": ("Directions",),
}
DAMAGED = "S11/Videos/Directions.54138969.mp4"
_COPIES = {11: 0, 16: 13, 24: 13, 4: 3, 5: 3, 9: 8, 10: 8, **dict.fromkeys((20, 21, 22, 23), 19)}
_COPIES |= dict.fromkeys((28, 29, 30, 31), 27)


@dataclass(frozen=True)
class Played:
    """A recording: its poses in the world, and what each camera saw."""

    world: npt.NDArray[np.float64]
    shots: dict[str, Shots]


def camera_of(subject: str, name: str) -> Camera:
    """Each subject has a calibration of its own, and S7 images of another height."""
    usual = camera(name)
    moved = usual.T + 10.0 * RECORDED_SUBJECTS.index(subject)
    return replace(usual, T=moved, height=1002 if subject == "S7" else usual.height)


@cache
def played(subject: str, action: str, take: int) -> Played:
    """The recording, rendered once for all tests."""
    motion = generate(action, subject, take, seconds=(FRAMES + EXTRA) / 50)
    shots = {
        name: render_motion(
            motion.points,
            motion.body,
            motion.outfit,
            camera_of(subject, name),
            size=SIZE,
            names=(action, subject, take, name),
        )
        for name in RECORDED_CAMERAS
    }
    return Played(motion.points[:, :17], shots)


def full_frame(shots: Shots, frame: int, width: int, height: int) -> npt.NDArray[np.uint8]:
    """A full image: the rendered crop at its place before a plain wall."""
    rows, columns = np.mgrid[:height, :width]
    wall = np.stack([90 + rows / 20, 100 + columns / 25, 110 + 0 * rows], -1).astype(np.uint8)
    picture = Image.fromarray(wall)
    x0, y0, x1, y1 = (round(float(v)) for v in shots.boxes[frame])
    picture.paste(Image.fromarray(shots.images[frame]).resize((x1 - x0, y1 - y0)), (x0, y0))
    return np.asarray(picture)


def full_mask(shots: Shots, frame: int, width: int, height: int) -> npt.NDArray[np.bool_]:
    """Where the person is in a full image."""
    picture = Image.new("L", (width, height))
    x0, y0, x1, y1 = (round(float(v)) for v in shots.boxes[frame])
    body = Image.fromarray(np.where(shots.parts[frame] > 0, 255, 0).astype(np.uint8))
    picture.paste(body.resize((x1 - x0, y1 - y0), Image.Resampling.NEAREST), (x0, y0))
    return np.asarray(picture) > 0


def raw_points(joints: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """The 32 points ``(N, 32, D)`` of recordings whose 17 joints are ``(N, 17, D)``."""
    points = np.zeros((len(joints), RAW_POINTS, joints.shape[-1]))
    points[:, USED_POINTS] = joints
    for copy, original in _COPIES.items():
        points[:, copy] = points[:, original]
    return points


def write_cdf(file: Path, points: npt.NDArray[np.float64]) -> None:
    """Points ``(N, P, D)`` as one record ``(N, P * D)`` of the variable ``Pose``."""
    from cdflib.cdfwrite import CDF

    file.parent.mkdir(parents=True, exist_ok=True)
    flat = points.reshape(1, len(points), -1)
    spec = {"Variable": "Pose", "Data_Type": 45, "Num_Elements": 1, "Rec_Vary": True}
    spec |= {"Dim_Sizes": list(flat.shape[1:]), "Var_Type": "zVariable", "Compress": 6}
    out = CDF(file, delete=True)
    out.write_var(spec, var_data=flat)
    out.close()


def write_video(file: Path, frames: Sequence[npt.NDArray[np.uint8]]) -> None:
    """An MP4 of H.264 at 50 Hz, at the quality of the data set's own."""
    import av

    file.parent.mkdir(parents=True, exist_ok=True)
    height, width = frames[0].shape[:2]
    with av.open(str(file), "w") as container:
        stream: Any = container.add_stream("libx264", rate=50, options={"crf": "18", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def write_masks(file: Path, masks: Sequence[npt.NDArray[np.bool_]]) -> None:
    """A MATLAB 7.3 file with the cell array ``Masks``, its axes as MATLAB stores them."""
    import h5py

    file.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(file, "w", userblock_size=512) as content:
        cells = content.create_dataset("Masks", (len(masks), 1), dtype=h5py.ref_dtype)
        cells.attrs["MATLAB_class"] = np.bytes_("cell")
        for i, mask in enumerate(masks):
            kept = content.create_dataset(f"#refs#/m{i}", data=mask.T.astype(np.uint8), compression="gzip")
            kept.attrs["MATLAB_class"], kept.attrs["MATLAB_int_decode"] = np.bytes_("logical"), 1
            cells[i, 0] = kept.ref
    with file.open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")


def angles_of(rotation: npt.NDArray[np.float64]) -> list[float]:
    """Euler angles ``X Y Z`` of a rotation matrix."""
    r = rotation
    return [np.arctan2(-r[1, 2], r[2, 2]), np.arcsin(r[0, 2]), np.arctan2(-r[0, 1], r[0, 0])]


def write_metadata(file: Path) -> None:
    """``metadata.xml``: names, sizes and cameras of eleven subjects, of whom seven have poses."""
    everybody = [f"S{i}" for i in range(1, 12)]

    def row(*cells: object) -> str:
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    def name(subject: str, action: str, take: int) -> str:
        return file_name_of(subject if subject in RECORDED_SUBJECTS else "S8", action, take)

    def matrix(values: Sequence[float]) -> str:
        return "[" + " ".join(f"{value:.15g}" for value in values) + "]"

    rows = [row("Action", "subaction", *everybody)]
    rows += [row(1, take, *(["_ALL 1", "_ALL"][take - 1] for _ in everybody)) for take in (1, 2)]
    rows += [
        row(number, take, *(name(s, action, take) for s in everybody))
        for number, action in enumerate(RECORDED_ACTIONS, start=2)
        for take in (1, 2)
    ]
    rows.append(row("Action", "subaction", *("Somebody" for _ in everybody)))
    known = {s: s if s in RECORDED_SUBJECTS else "S1" for s in everybody}
    heights = {s: [camera_of(known[s], c).height for c in RECORDED_CAMERAS] for s in everybody}
    rows.append(row("", "", *("[" + ";".join(f"{h} 1000" for h in heights[s]) + "]" for s in everybody)))
    numbers: list[float] = []
    for camera_name in RECORDED_CAMERAS:
        for subject in everybody:
            of = camera_of(known[subject], camera_name)
            numbers += [*angles_of(of.R.numpy()), *of.T.tolist()]
    for camera_name in RECORDED_CAMERAS:
        lens = camera(camera_name)
        numbers += torch.cat([lens.f, lens.c, lens.k, lens.p]).tolist()
    text = f"<mapping>{''.join(rows)}</mapping><w0>{matrix(numbers)}</w0>"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'<?xml version="1.0" encoding="utf-8"?><a>{text}</a>', encoding="utf-8")


def write_official(root: Path, *, new_names: bool = True, damaged: bool = True) -> Path:
    """The miniature in the layout of the official download.

    Args:
        root: folder to write it to.
        new_names: folders named as in the newer archives, else as in the older ones.
        damaged: cut off the video that is damaged in the data set.
    """
    write_metadata(root / "metadata.xml")
    for subject, actions in PLAYED.items():
        for action in actions:
            for take in (1, 2):
                write_recording(root / subject, subject, action, take, new_names)
    if damaged:
        video = root / DAMAGED
        content = video.read_bytes()
        video.write_bytes(content[: len(content) // 2])
    return root


def write_recording(folder: Path, subject: str, action: str, take: int, new_names: bool) -> None:
    """All files of one recording."""
    found, name = played(subject, action, take), file_name_of(subject, action, take)
    poses = folder / "MyPoseFeatures" if new_names else folder
    prefix = "" if new_names else "Poses_"
    write_cdf(poses / f"{prefix}D3_Positions/{name}.cdf", raw_points(found.world)[:FRAMES])
    for camera_name, shots in found.shots.items():
        of = camera_of(subject, camera_name)
        mono = of.to_camera(torch.from_numpy(raw_points(found.world)[:FRAMES]))
        write_cdf(poses / f"{prefix}D3_Positions_mono/{name}.{camera_name}.cdf", mono.numpy())
        write_cdf(poses / f"{prefix}D2_Positions/{name}.{camera_name}.cdf", of.project(mono).numpy())
        frames = [full_frame(shots, i, of.width, of.height) for i in range(FRAMES + EXTRA)]
        write_video(folder / f"Videos/{name}.{camera_name}.mp4", frames)
        masks = [full_mask(shots, i, of.width, of.height) for i in range(FRAMES)]
        write_masks(folder / f"MySegmentsMat/ground_truth_bs/{name}.{camera_name}.mat", masks)
        boxes = [np.zeros_like(mask) for mask in masks]
        for box, (x0, y0, x1, y1) in zip(boxes, shots.boxes.round().astype(int), strict=False):
            box[max(y0, 0) : y1, max(x0, 0) : x1] = True
        write_masks(folder / f"MySegmentsMat/ground_truth_bb/{name}.{camera_name}.mat", boxes)


def write_long(root: Path, action: str, frames: int = 180, hold: int = 20) -> Path:
    """Recordings long enough to train on: an action of S1 and S9; pictures change every ``hold`` frames."""
    write_metadata(root / "metadata.xml")
    for subject in ("S1", "S9"):
        for take in (1, 2):
            motion, name = (
                generate(action, subject, take, seconds=frames / 50),
                file_name_of(subject, action, take),
            )
            motion = motion.at(np.arange(frames) // hold * hold)
            write_cdf(
                root / subject / f"MyPoseFeatures/D3_Positions/{name}.cdf", raw_points(motion.points[:, :17])
            )
            for camera_name in RECORDED_CAMERAS:
                of, held = camera_of(subject, camera_name), motion.points[::hold]
                shots = render_motion(
                    held, motion.body, motion.outfit, of, size=SIZE, names=(take, camera_name)
                )
                shown = [full_frame(shots, i, of.width, of.height) for i in range(len(held))]
                pictures = [shown[i // hold] for i in range(frames)]
                write_video(root / subject / f"Videos/{name}.{camera_name}.mp4", pictures)
    return root
