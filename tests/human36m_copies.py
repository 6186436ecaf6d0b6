"""The same rendered people in the layouts of prepared copies: mmpose, VideoPose3D, h36m-fetch, COCO style."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from human36m_files import camera_of, full_frame, played, raw_points, write_metadata
from PIL import Image

from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_CAMERAS, RECORDED_SUBJECTS, file_name_of
from pose_lib.data.synthetic.shots import Shots
from pose_lib.geometry.cameras import Camera

ACTION = "SittingDown"
SUBJECTS = ("S1", "S9")
STEP = 5
KEPT = (0, STEP)
"""Frames, of which mmpose keeps every fifth."""


def seen() -> Iterator[tuple[str, int, str, Camera, Shots]]:
    """Subject, take, name of the camera, camera and shots of every view."""
    for subject in SUBJECTS:
        for take in (1, 2):
            for name in RECORDED_CAMERAS:
                yield subject, take, name, camera_of(subject, name), played(subject, ACTION, take).shots[name]


def save_picture(file: Path, shots: Shots, frame: int, camera: Camera) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(full_frame(shots, frame, camera.width, camera.height))
    picture.save(file, quality=95, subsampling=0)


def pixels_of(camera: Camera, points: Any) -> Any:
    return camera.project(torch.from_numpy(np.asarray(points, dtype=np.float64))).numpy()


def write_mmpose(root: Path) -> Path:
    columns: dict[str, dict[str, list[Any]]] = {}
    for subject, take, name, camera, shots in seen():
        split = columns.setdefault("test" if subject == "S9" else "train", {})
        stem = f"{subject}_{file_name_of(subject, ACTION, take).replace(' ', '_')}.{name}"
        for frame in KEPT:
            picture = f"{subject}/{stem}/{stem}_{frame + 1:06d}.jpg"
            save_picture(root / "images" / picture, shots, frame, camera)
            joints = shots.joints_3d[frame].astype(np.float64)
            flat, one = pixels_of(camera, joints), np.ones((17, 1))
            low, high = flat.min(0), flat.max(0)
            row = {
                "imgname": picture,
                "center": (low + high) / 2,
                "scale": 1.2 * (high - low).max() / 200,
                "part": np.concatenate([flat, one], 1),
                "S": np.concatenate([joints / 1000, one], 1),
            }
            for key, value in row.items():
                split.setdefault(key, []).append(value)
    folder = root / "annotation_body3d/fps10"
    folder.mkdir(parents=True)
    for split_name, rows in columns.items():
        arrays = {key: np.array(values) for key, values in rows.items()}
        np.savez(folder / f"h36m_{split_name}.npz", **arrays)
    cameras = {}
    for subject in RECORDED_SUBJECTS:
        for name in RECORDED_CAMERAS:
            of = camera_of(subject, name)
            numbers = {"f": of.f, "c": of.c, "k": of.k, "p": of.p, "T": of.T / 1000}
            cameras[subject, name] = {
                **{key: value.numpy()[:, None] for key, value in numbers.items()},
                **{"R": of.R.numpy().T, "w": 1000, "h": of.height, "name": "camera", "id": name},
            }
    (root / "annotation_body3d/cameras.pkl").write_bytes(pickle.dumps(cameras))
    return root


def write_videopose3d(root: Path) -> Path:
    write_metadata(root / "metadata.xml")
    poses: dict[str, dict[str, Any]] = {subject: {} for subject in SUBJECTS}
    flat: dict[str, dict[str, list[Any]]] = {subject: {} for subject in SUBJECTS}
    for subject, take, _, camera, shots in seen():
        name = file_name_of(subject, ACTION, take)
        poses[subject][name] = (raw_points(played(subject, ACTION, take).world) / 1000).astype(np.float32)
        flat[subject].setdefault(name, []).append(pixels_of(camera, shots.joints_3d).astype(np.float32))
    np.savez(root / "data_3d_h36m.npz", positions_3d=np.array(poses, dtype=object))
    about = {"num_joints": 17, "keypoints_symmetry": [[4, 5, 6, 11, 12, 13], [1, 2, 3, 14, 15, 16]]}
    np.savez(
        root / "data_2d_h36m_gt.npz", positions_2d=np.array(flat, dtype=object), metadata=np.array(about)
    )
    return root


def write_fetched(root: Path) -> Path:
    import h5py

    tables: dict[Path, dict[str, list[Any]]] = {}
    for subject, take, name, camera, shots in seen():
        folder = root / subject / f"{ACTION}-{take}"
        table = tables.setdefault(folder, {"pose/2d": [], "pose/3d": [], "camera": [], "frame": []})
        for frame in KEPT:
            save_picture(folder / f"imageSequence/{name}/img_{frame + 1:06d}.jpg", shots, frame, camera)
            points = raw_points(shots.joints_3d[frame : frame + 1].astype(np.float64))[0]
            row = (pixels_of(camera, points), points, int(name), frame + 1)
            for values, value in zip(table.values(), row, strict=True):
                values.append(value)
    for folder, table in tables.items():
        with h5py.File(folder / "annot.h5", "w") as content:
            for key, values in table.items():
                content[key] = np.array(values)
    return root


def write_coco(root: Path) -> Path:
    number = RECORDED_ACTIONS.index(ACTION) + 2
    for subject in SUBJECTS:
        index = int(subject[1:])
        images: list[dict[str, Any]] = []
        boxes: list[dict[str, Any]] = []
        joints: dict[str, dict[str, Any]] = {str(number): {}}
        for of, take, name, camera, shots in seen():
            if of != subject:
                continue
            joints[str(number)][str(take)] = {
                str(i): pose.tolist() for i, pose in enumerate(played(subject, ACTION, take).world)
            }
            cam = RECORDED_CAMERAS.index(name) + 1
            stem = f"s_{index:02d}_act_{number:02d}_subact_{take:02d}_ca_{cam:02d}"
            for frame in KEPT:
                file = f"{stem}/{stem}_{frame + 1:06d}.jpg"
                save_picture(root / "images" / file, shots, frame, camera)
                about = {"id": len(images), "file_name": file, "width": 1000, "height": camera.height}
                place = {"action_idx": number, "subaction_idx": take, "cam_idx": cam, "frame_idx": frame}
                images.append({**about, "subject": index, **place})
                x0, y0, x1, y1 = shots.boxes[frame].tolist()
                boxes.append({"image_id": about["id"], "bbox": [x0, y0, x1 - x0, y1 - y0]})
        cameras = {}
        for i, name in enumerate(RECORDED_CAMERAS, start=1):
            of_subject = camera_of(subject, name)
            shift = -of_subject.R @ of_subject.T
            numbers = {"R": of_subject.R, "t": shift, "f": of_subject.f, "c": of_subject.c}
            cameras[str(i)] = {key: value.tolist() for key, value in numbers.items()}
        files = {"data": {"images": images, "annotations": boxes}, "camera": cameras, "joint_3d": joints}
        for kind, content in files.items():
            file = root / f"annotations/Human36M_subject{index}_{kind}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(content))
    return root
