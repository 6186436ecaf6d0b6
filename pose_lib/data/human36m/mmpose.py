"""Human3.6M as the converter of mmpose leaves it: pictures, ``npz`` files of labels, and ``cameras.pkl``.

``annotation_body3d/cameras.pkl``, ``annotation_body3d/fps10/h36m_train.npz`` and ``h36m_test.npz`` (or
``fps50``), and ``images/S1/S1_Directions_1.54138969/S1_Directions_1.54138969_000001.jpg``. Lengths are in
metres, and the cameras' rotations are transposed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.metadata import camera_from
from pose_lib.data.human36m.names import RECORDED_CAMERAS, RECORDED_SUBJECTS, take_of
from pose_lib.data.human36m.pickles import load_arrays, load_pickle
from pose_lib.data.human36m.pictures import PictureView, grouped
from pose_lib.data.human36m.views import Labels, Source, View
from pose_lib.geometry.cameras import Camera

__all__ = ["is_mmpose", "read_mmpose"]

_NAME = re.compile(r"(S\d+)_(.+)\.(\d{8})_(\d+)\.jpg")
_UNIT = 200.0
"""Pixels that a ``scale`` of 1 stands for."""
_SHAPES = {"imgname": (), "center": (2,), "scale": (), "part": (17, 3), "S": (17, 4)}


def is_mmpose(root: Path) -> bool:
    """Whether a folder is of this layout."""
    return (root / "annotation_body3d").is_dir()


def read_mmpose(root: Path) -> Source:
    """The views below a folder; of several frame rates, the highest is taken.

    Raises:
        Human36mError: a file of labels is missing or damaged, or asks to run code.
    """
    top = root / "annotation_body3d"
    rates = sorted(top.glob("fps*"), key=lambda f: int(f.name[3:]) if f.name[3:].isdecimal() else 0)
    files = sorted(rates[-1].glob("h36m_t*.npz")) if rates else []
    if not files:
        what = "there is no fps10/h36m_train.npz or the like; run mmpose's converter again"
        raise Human36mError.of(top, what)
    cameras = _cameras(top / "cameras.pkl")
    views: list[View] = []
    missing = []
    for file in files:
        content = _checked(file)
        found = [_NAME.fullmatch(Path(name).name) for name in content["imgname"].tolist()]
        if not all(found):
            raise Human36mError.of(file, "a picture's name is not like S1_Directions_1.54138969_000001.jpg")
        parts = [match.groups() for match in found if match]
        keys = [(s, *take_of(s, name.replace("_", " ")), camera) for s, name, camera, _ in parts]
        numbers = np.array([int(number) - 1 for *_, number in parts])
        for key, rows in grouped(keys).items():
            order = rows[np.argsort(numbers[rows], kind="stable")]
            names = tuple(Path(content["imgname"][row]).name for row in order)
            folder = root / "images" / Path(str(content["imgname"][order[0]])).parent
            if not (folder / names[0]).is_file():
                missing.append(f"{key[0]}: no pictures in {folder}")
                continue
            labels = _labels(content, order, numbers)
            of = cameras[key[0], key[3]]
            views.append(PictureView(*key, labels, folder, names, (file, top / "cameras.pkl"), of))
    absent = [s for s in RECORDED_SUBJECTS if not any(view.subject == s for view in views)]
    missing += [f"{subject}: no labels in {rates[-1]}" for subject in absent]
    return Source("mmpose", root, tuple(views), tuple(missing))


def _labels(content: dict[str, Any], rows: Any, numbers: Any) -> Labels:
    half = content["scale"][rows][:, None] * _UNIT / 2
    centre = content["center"][rows]
    return Labels(
        frames=numbers[rows],
        camera=content["S"][rows, :, :3] * 1000.0,
        image=content["part"][rows, :, :2].astype(np.float64),
        boxes=np.concatenate([centre - half, centre + half], 1),
        size=(0, 0),
    )


def _checked(file: Path) -> dict[str, Any]:
    content = load_arrays(file)
    rows = len(content.get("imgname", ()))
    for name, shape in _SHAPES.items():
        found = getattr(content.get(name), "shape", None)
        if found != (rows, *shape) or not rows:
            raise Human36mError.of(file, f"{name} has shape {found}, expected {('N', *shape)}")
    return content


def _cameras(file: Path) -> dict[tuple[str, str], Camera]:
    content = load_pickle(file)
    cameras = {}
    try:
        for subject in RECORDED_SUBJECTS:
            for name in RECORDED_CAMERAS:
                given = content[subject, name]
                lens = np.concatenate([np.ravel(given[part]) for part in ("f", "c", "k", "p")])
                centre = 1000.0 * np.ravel(given["T"])
                size = (int(given["w"]), int(given["h"]))
                cameras[subject, name] = camera_from(name, np.asarray(given["R"]).T, centre, lens, *size)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Human36mError.of(file, f"does not hold the cameras of all subjects ({error})") from error
    return cameras
