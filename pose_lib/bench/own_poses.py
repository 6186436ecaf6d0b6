"""Poses of anybody's from files of arrays, checked, with the truth that they are measured against."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.protocols import NamedProtocol
from pose_lib.bench.rows import Key
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import SKELETONS, Skeleton

__all__ = ["OwnPoses", "PoseFileError", "read_poses"]

_ABOUT = ("subject", "action", "sequence", "camera", "frame")
"""Keys of arrays ``(N,)`` that say where each pose comes from; all may be missing."""
_PREDICTED, _TRUE, _SKELETON = "predictions", "truth", "skeleton"
_LARGEST_FILE = 2_000_000_000
"""Bytes of all arrays of a file, unpacked."""
_LARGEST = 1e7
"""mm or pixels; beyond it nothing is a place."""
Array = npt.NDArray[Any]


class PoseFileError(ValueError):
    """A file of poses that cannot be measured; names the file, the key, its shape, and what is expected."""


@dataclass(frozen=True)
class OwnPoses:
    """Predictions of one or several systems, and the samples that they are of."""

    systems: dict[Key, Tensor]
    """System to poses ``(N, J, D)``; in 3D mm relative to the root."""
    truth: Tensor
    """``(N, J, D)``; NaN where a 2D joint has no label."""
    data: PoseData
    """The samples; only their skeleton and their table mean something where they are read from a file."""

    @property
    def dimensions(self) -> int:
        """2 or 3."""
        return int(self.truth.shape[-1])

    def scores(self, protocol: NamedProtocol) -> Scores:
        """Every metric of the protocol for every system."""
        return evaluate(self.systems, self.truth, self.data, protocol.measures(self.data))


def read_poses(file: Path, truth: Path | PoseData | None = None) -> OwnPoses:
    """Predictions from an ``.npz`` file, and their truth from the same file, another one, or a data set.

    The file has ``predictions`` ``(N, J, D)``, or several systems as ``predictions_NAME``. The truth is the
    array ``truth`` of the same shape; beside it may stand ``subject``, ``action``, ``sequence``, ``camera``
    and ``frame`` ``(N,)``, by which intervals resample whole takes, and ``skeleton``, the name of one.

    Args:
        file: of the predictions.
        truth: file of the truth, if not the same one, or the samples that were predicted.

    Raises:
        PoseFileError: a file, key, shape, type or value that cannot be.
    """
    arrays = _arrays(file)
    given = {name: a for name, a in arrays.items() if name == _PREDICTED or name.startswith(f"{_PREDICTED}_")}
    if not given:
        raise PoseFileError(
            f"{file} has no key {_PREDICTED!r} with poses (N, J, D), nor {_PREDICTED}_NAME; it has: "
            f"{', '.join(arrays) or 'nothing'}"
        )
    if isinstance(truth, PoseData):
        first = next(iter(given.values()))
        deep = first.ndim == 3 and first.shape[-1] == 3
        place, data = f"the test samples of {truth.card.name}", truth
        true: Array = data.root_relative() if deep else np.array(data.joints_2d)
    else:
        source = truth or file
        place, others = f"{_TRUE!r} of {source}", _arrays(source) if truth else arrays
        if _TRUE not in others:
            raise PoseFileError(
                f"{source} has no key {_TRUE!r} with poses (N, J, D); it has: {', '.join(others)}. Name "
                "the file that has it with --truth, or the data set with --dataset"
            )
        true = _numbers(others[_TRUE], source, _TRUE)
        data = _samples(true, others, source)
        true = true - true[:, data.skeleton.root, None] if true.shape[-1] == 3 else true
    systems: dict[Key, Tensor] = {}
    for name, array in given.items():
        poses = _numbers(array, file, name)
        if poses.shape != true.shape:
            raise PoseFileError(f"{file}: {name} has shape {poses.shape}; {place} has {true.shape}")
        if not np.isfinite(poses).all():
            at = np.argwhere(~np.isfinite(poses))[0]
            raise PoseFileError(
                f"{file}: {name}[{', '.join(map(str, at))}] is not finite; every joint must be predicted"
            )
        system = name.removeprefix(f"{_PREDICTED}_") if name != _PREDICTED else file.stem
        if system in systems:
            raise PoseFileError(
                f"{file}: {_PREDICTED} takes its name from the file, and {_PREDICTED}_{system} is called "
                f"{system!r} too; rename one of them"
            )
        systems[system] = _relative(poses, data)
    return OwnPoses(systems, torch.from_numpy(true.astype(np.float32)), data)


def _relative(poses: Array, data: PoseData) -> Tensor:
    poses = poses - poses[:, data.skeleton.root, None] if poses.shape[-1] == 3 else poses
    return torch.from_numpy(poses.astype(np.float32))


def _arrays(file: Path) -> dict[str, Array]:
    """All arrays of a file; text and numbers alone, nothing that would be unpickled."""
    if not file.is_file():
        raise PoseFileError(f"{file}: no such file; expected the .npz that numpy.savez writes")
    name = ""
    try:
        with file.open("rb") as stream:
            if zipfile.is_zipfile(stream):
                size = sum(member.file_size for member in zipfile.ZipFile(stream).infolist())
                if size > _LARGEST_FILE:
                    raise ValueError(f"{size / 1e9:.1f} GB of arrays are too much; write several files")
            stream.seek(0)
            archive = np.load(stream, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise TypeError("one array without a name; write it with numpy.savez(file, predictions=...)")
            found = {}
            for name in archive.files:
                found[name] = archive[name]
                if not isinstance(found[name], np.ndarray):
                    raise TypeError("it is no array")
            return found
    except Exception as error:  # zipfile, what unpacks a member, and NumPy raise errors of many kinds
        place = f"key {name!r} of {file}" if name else f"{file}"
        advice = "; store text as text, with array.astype(str)" if "Object arrays" in str(error) else ""
        raise PoseFileError(f"{place} cannot be read as .npz ({error}){advice}") from error


def _numbers(array: Array, file: Path, name: str) -> Array:
    """Poses ``(N, J, D)`` as float64."""
    if array.ndim != 3 or array.shape[-1] not in (2, 3) or not array.size or array.dtype.kind not in "fiu":
        raise PoseFileError(
            f"{file}: {name} is {array.dtype} {array.shape}; expected numbers (N, J, 2) in pixels or (N, "
            "J, 3) in mm"
        )
    values: Array = array.astype(np.float64)
    if (np.abs(values) > _LARGEST).any():
        raise PoseFileError(f"{file}: {name} has a value beyond {_LARGEST:g}; joints without a label are NaN")
    return values


def _samples(true: Array, arrays: Mapping[str, Array], file: Path) -> PoseData:
    """Samples that have the poses of a file and no pictures."""
    count, joints, dimensions = true.shape
    skeleton = _skeleton(arrays, joints, file)
    if dimensions == 3 and not np.isfinite(true).all():
        raise PoseFileError(f"{file}: {_TRUE} has joints that are not finite; in 3D each pose must be whole")
    table = {name: _column(arrays, name, count, file) for name in _ABOUT}
    flat = true if dimensions == 2 else np.full((count, joints, 2), np.nan)
    return PoseData(
        images=np.zeros((count, 1, 1, 3), np.uint8),
        joints_2d=flat.astype(np.float32),
        joints_3d=true.astype(np.float32) if dimensions == 3 else None,
        visible=np.asarray(np.isfinite(true).all(-1)),
        boxes=np.zeros((count, 4), np.float32),
        table=pd.DataFrame({**table, "split": "test"}),
        skeleton=skeleton,
        card=DataCard(file.name, "a file of poses", "not stated"),
    )


def _skeleton(arrays: Mapping[str, Array], joints: int, file: Path) -> Skeleton:
    by_joints = {len(skeleton): skeleton for skeleton in SKELETONS.values()}
    known = ", ".join(f"{len(s)} ({s.name})" for s in SKELETONS.values())
    if _SKELETON in arrays:
        name = str(arrays[_SKELETON])
        if name not in SKELETONS or len(SKELETONS[name]) != joints:
            raise PoseFileError(
                f"{file}: {_SKELETON} is {name!r} and poses have {joints} joints; there are: {known}"
            )
        return SKELETONS[name]
    if joints not in by_joints:
        raise PoseFileError(f"{file}: {_TRUE} has {joints} joints; expected one of {known}, in their order")
    return by_joints[joints]


def _column(arrays: Mapping[str, Array], name: str, count: int, file: Path) -> Array:
    """A column of the table; where it is missing, one person does one thing in one take."""
    if name not in arrays:
        return np.arange(count) if name == "frame" else np.full(count, "all")
    array = arrays[name]
    kinds = "iu" if name == "frame" else "iuU"
    if array.shape != (count,) or array.dtype.kind not in kinds:
        wanted = "whole numbers" if name == "frame" else "text or whole numbers"
        raise PoseFileError(f"{file}: {name} is {array.dtype} {array.shape}; expected {wanted} ({count},)")
    return array if name == "frame" else array.astype(np.str_)
