"""Human3.6M as h36m-fetch processes it: ``S1/Directions-1/annot.h5`` and pictures beside it.

The pictures are ``imageSequence/54138969/img_000001.jpg``, counted from 1. Usually only frames with motion
are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.joints import used_points
from pose_lib.data.human36m.masks import read_tables
from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_SUBJECTS, canonical_action
from pose_lib.data.human36m.pictures import PictureView
from pose_lib.data.human36m.views import Labels, Source, View
from pose_lib.extras import require

__all__ = ["is_fetched", "read_fetched"]


def is_fetched(root: Path) -> bool:
    """Whether a folder is of this layout."""
    return any(root.glob("S[0-9]*/*-[12]/annot.h5"))


def read_fetched(root: Path) -> Source:
    """The views below a folder.

    Raises:
        Human36mError: a file of labels is damaged, or of another structure.
        MissingExtraError: h5py is not installed.
    """
    require("human36m", "h5py")
    views: list[View] = []
    missing = []
    for subject in RECORDED_SUBJECTS:
        found = 0
        for file in sorted((root / subject).glob("*-[12]/annot.h5")):
            name = re.fullmatch(r"(.+)-([12])", file.parent.name)
            if name is not None:
                views += _views(file, subject, canonical_action(name[1]), int(name[2]))
                found += 1
        wanted = 2 * len(RECORDED_ACTIONS)
        if found < wanted:
            missing.append(f"{subject}: {wanted - found} of {wanted} recordings have no annot.h5")
    return Source("h36m-fetch", root, tuple(views), tuple(missing))


def _views(file: Path, subject: str, action: str, take: int) -> list[View]:
    content = read_tables(file, ("pose/2d", "pose/3d", "camera", "frame"))
    try:
        camera, frame = content["camera"].astype(int), content["frame"].astype(int) - 1
        image, seen = used_points(content["pose/2d"], 2), used_points(content["pose/3d"], 3)
        if not len(camera) == len(frame) == len(image) == len(seen):
            raise Human36mError("its tables have different lengths")
    except Human36mError as error:
        raise Human36mError.of(file, str(error)) from error
    views: list[View] = []
    for number in np.unique(camera):
        rows = np.flatnonzero(camera == number)
        rows = rows[np.argsort(frame[rows], kind="stable")]
        labels = Labels(frame[rows], seen[rows], image[rows], None, (0, 0))
        names = tuple(f"img_{n + 1:06d}.jpg" for n in frame[rows])
        folder = file.parent / "imageSequence" / str(number)
        views.append(PictureView(subject, action, take, str(number), labels, folder, names, (file,)))
    return views
