"""Acclaim motion (AMC): for each frame the degrees of freedom (dofs) of each bone of a skeleton."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.asf import Acclaim, Bone, Line, numbers, text_lines
from pose_lib.data.mocap.recording import MocapError, Recording, check_size, turns

__all__ = ["read_amc"]

_COUNT = re.compile("[0-9]{1,9}")


def read_amc(path: Path, skeleton: Acclaim, fps: float = 120.0) -> Recording:
    """Read the motion of a skeleton.

    A bone with axis frame ``C`` and dofs ``M`` is turned by ``C M C^-1`` on top of its parent.

    Args:
        path: the AMC file; its frames are numbered one after the other.
        skeleton: from :func:`~pose_lib.data.mocap.asf.read_asf`.
        fps: frames/s; the format does not store it, CMU and HDM05 recorded 120.

    Raises:
        MocapError: the file is truncated or malformed, or belongs to another skeleton.
    """
    bones = skeleton.bones
    values, degrees = _values(path, skeleton, fps)
    moves = np.tile(np.array(skeleton.position), (len(values), 1))
    angles = np.zeros((len(values), len(bones), 3))
    columns = iter(values.T)
    for j, bone in enumerate(bones):
        reverse = bone.order[::-1]  # turns about fixed axes: the last one is the first factor
        for dof in bone.dof:
            if dof[0] == "t":
                moves[:, "xyz".index(dof[1])] += next(columns)
            else:
                angles[:, j, reverse.index(dof[1].upper())] = next(columns)
    orders = [bone.order[::-1] for bone in bones]
    axes = np.array([[bone.axis[::-1] for bone in bones]])
    c = turns(orders, np.deg2rad(axes) if skeleton.degrees else axes)
    local = c @ turns(orders, np.deg2rad(angles) if degrees else angles) @ c.swapaxes(-1, -2)
    return _recording(path, skeleton, moves, local, fps)


def _recording(
    path: Path,
    skeleton: Acclaim,
    moves: npt.NDArray[np.float64],
    local: npt.NDArray[np.float64],
    fps: float,
) -> Recording:
    """Joints at the starts of all bones, and at the ends of those without children."""
    bones = skeleton.bones
    parents = [bone.parent for bone in bones]
    leaves = [j for j in range(1, len(bones)) if j not in parents]
    names = (*(bone.name for bone in bones), *(f"{bones[j].name}_end" for j in leaves))
    parents += leaves
    offsets = np.array([(0.0, 0.0, 0.0) if parent < 0 else bones[parent].vector for parent in parents])
    orientations = np.empty((len(local), len(names), 3, 3))
    for j, parent in enumerate(parents):
        if parent < 0:
            orientations[:, j] = local[:, j]
        elif j < len(bones):
            orientations[:, j] = orientations[:, parent] @ local[:, j]
        else:
            orientations[:, j] = orientations[:, parent]
    translations = np.tile(offsets, (len(local), 1, 1))
    translations[:, 0] = moves
    return Recording(path, fps, names, tuple(parents), offsets, translations, orientations, skeleton.unit)


def _values(path: Path, skeleton: Acclaim, fps: float) -> tuple[npt.NDArray[np.float64], bool]:
    """All dofs ``(T, dofs)`` in the order of the skeleton, and whether turns are in degrees."""
    degrees = skeleton.degrees
    frames: list[list[Line]] = []
    for line in text_lines(path):
        word = line.words[0]
        if len(line.words) == 1 and _COUNT.fullmatch(word):
            if frames and int(word) != int(last := frames[-1][0].words[0]) + 1:
                raise MocapError.at(path, line.number, f"frame {word} follows frame {last}")
            frames.append([line])
        elif frames:
            frames[-1].append(line)
        elif word.upper() in (":DEGREES", ":RADIANS"):
            degrees = word.upper() == ":DEGREES"
        elif not word.startswith(":"):
            raise MocapError.at(path, line.number, f"expected the number of a frame, found {word[:40]!r}")
    if not frames:
        raise MocapError.at(path, None, "the file ends before its first frame")
    check_size(path, 2 * len(skeleton.bones), len(frames), fps)  # each bone may have an end
    moving = [bone for bone in skeleton.bones if bone.dof]
    return np.array([_frame(path, frame, moving, skeleton.source) for frame in frames]), degrees


def _frame(path: Path, frame: list[Line], bones: list[Bone], skeleton: Path) -> list[float]:
    """The dofs of one frame in the order of the bones."""
    found = {line.words[0]: line for line in frame[1:]}
    names = {bone.name for bone in bones}
    if len(found) != len(frame) - 1 or found.keys() != names:
        wrong = ", ".join(sorted(found.keys() ^ names))[:200] or "a bone given twice"
        where = frame[-1].number
        what = f"frame {frame[0].words[0]} ends here and does not fit {skeleton.name}: {wrong}"
        raise MocapError.at(path, where, what)
    values = []
    for bone in bones:
        number, words = found[bone.name]
        values += numbers(path, number, words[1:], len(bone.dof))
    return values
