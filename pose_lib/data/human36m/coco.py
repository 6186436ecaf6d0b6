"""The COCO-style copy of Pose2Mesh, 3DMPPE and others: JSON files for each subject, and pictures.

``annotations/Human36M_subject1_data.json``, ``_camera.json`` and ``_joint_3d.json``, and
``images/s_01_act_02_subact_01_ca_01/s_01_act_02_subact_01_ca_01_000001.jpg``. Its cameras have no distortion,
so that its 2D joints lie up to a few pixels from those of the data set.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.metadata import camera_from
from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_CAMERAS, RECORDED_SUBJECTS
from pose_lib.data.human36m.pictures import PictureView, grouped
from pose_lib.data.human36m.views import Labels, Source, View, projected, world_to_camera
from pose_lib.geometry.cameras import Camera

__all__ = ["is_coco", "read_coco"]

_DAMAGED = (KeyError, TypeError, ValueError, IndexError, AttributeError)


def is_coco(root: Path) -> bool:
    """Whether a folder is of this layout."""
    return any(root.glob("annotations/Human36M_subject*_data.json"))


def read_coco(root: Path) -> Source:
    """The views below a folder.

    Raises:
        Human36mError: a file is missing, damaged, or of another subject.
    """
    views: list[View] = []
    missing = []
    for subject in RECORDED_SUBJECTS:
        files = [
            root / f"annotations/Human36M_subject{subject[1:]}_{kind}.json"
            for kind in ("data", "camera", "joint_3d")
        ]
        absent = [file.name for file in files if not file.is_file()]
        if absent:
            missing.append(f"{subject}: no {', '.join(absent)}")
            continue
        try:
            found = _views(root, subject, files, *map(_json, files))
        except _DAMAGED as error:
            if isinstance(error, Human36mError):
                raise
            what = f"and the two files beside it do not have the structure that is expected ({error!r})"
            raise Human36mError.of(files[0], what) from error
        views += [view for view in found if (view.folder / view.names[0]).is_file()]
        lost = len(found) - sum(view.subject == subject for view in views)
        missing += [f"{subject}: the pictures of {lost} views are not in {root / 'images'}"] if lost else []
    return Source("coco", root, tuple(views), tuple(missing))


def _views(
    root: Path, subject: str, files: list[Path], data: Any, cameras: Any, joints: Any
) -> list[PictureView]:
    boxes = {one["image_id"]: one["bbox"] for one in data["annotations"]}
    images = data["images"]
    strange = {int(image["subject"]) for image in images} - {int(subject[1:])}
    if strange:
        what = f"has pictures of subject {min(strange)}, expected those of {subject}"
        raise Human36mError.of(files[0], what)
    keys = [
        (
            subject,
            _numbered(RECORDED_ACTIONS, image["action_idx"], 2),
            int(image["subaction_idx"]),
            _numbered(RECORDED_CAMERAS, image["cam_idx"], 1),
        )
        for image in images
    ]
    views = []
    for key, rows in grouped(keys).items():
        chosen = sorted((images[row] for row in rows), key=lambda image: int(image["frame_idx"]))
        recording = joints[str(chosen[0]["action_idx"])][str(chosen[0]["subaction_idx"])]
        world = np.array([recording[str(image["frame_idx"])] for image in chosen], dtype=np.float64)
        camera = _camera(key[3], cameras[str(chosen[0]["cam_idx"])], chosen[0])
        seen = world_to_camera(world, camera)
        corners = np.array([boxes.get(image["id"], [np.nan] * 4) for image in chosen], dtype=np.float64)
        labels = Labels(
            frames=np.array([int(image["frame_idx"]) for image in chosen]),
            camera=seen,
            image=projected(seen, camera),
            boxes=np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:]], 1),
            size=(0, 0),
        )
        places = [root / "images" / image["file_name"] for image in chosen]
        names = tuple(place.name for place in places)
        views.append(PictureView(*key, labels, places[0].parent, names, tuple(files)))
    return views


def _numbered(names: Sequence[str], number: int, first: int) -> str:
    """The name that a number stands for, where the first name has the number ``first``."""
    if not first <= number < first + len(names):
        raise ValueError(f"{number} is not from {first} to {first + len(names) - 1}")
    return names[number - first]


def _camera(name: str, given: Any, image: Any) -> Camera:
    """``x_camera = R x_world + t``, without distortion."""
    rotation, shift = np.array(given["R"], dtype=np.float64), np.array(given["t"], dtype=np.float64)
    lens = np.concatenate([np.ravel(given["f"]), np.ravel(given["c"]), np.zeros(5)])
    size = (int(image["width"]), int(image["height"]))
    return camera_from(name, rotation, -rotation.T @ shift.reshape(3), lens, *size)


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Human36mError.of(file, f"is no whole JSON file ({error}); download it again") from error
