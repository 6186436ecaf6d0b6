"""The container that every data set yields: crops, joints, boxes, and where each sample comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pose_lib.data.manifest import ManifestError, read_manifest, write_manifest
from pose_lib.geometry.skeletons import SKELETONS, Sides, Skeleton
from pose_lib.storage import digest, leftovers, remove, unfinished, writing

__all__ = ["ALL", "TABLE_COLUMNS", "DataCard", "PoseData", "PoseDataError", "concatenate"]

ALL = "all"
"""All actions of the generated people together; of photographs the only action."""
TABLE_COLUMNS = ("subject", "action", "sequence", "camera", "frame", "split")
"""A row says who does what, in which take, seen by which camera, in which frame, and in which split."""

_ARRAYS = ("images", "joints_2d", "joints_3d", "visible", "boxes", "masks")
_OPTIONAL = ("joints_3d", "masks")


class PoseDataError(ValueError):
    """Arrays that do not fit together, or a saved set that is incomplete."""


@dataclass(frozen=True)
class DataCard:
    """What a reader must know of a data set before trusting a number made from it."""

    name: str
    origin: str
    licence: str
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    """What was asked for, and hashes of the files that it was made from."""
    sources: str = ""
    """A hash of the code that made the samples."""
    sides: Sides = "person"
    """What left and right mean in its labels."""

    def fingerprint(self) -> str:
        """A hash of name, parameters and code: two sets with the same fingerprint have the same samples.

        Origin, licence and notes are words for readers and do not count.
        """
        decisive = {"name": self.name, "parameters": dict(self.parameters), "sources": self.sources}
        return digest(decisive)[:16]


@dataclass(frozen=True)
class PoseData:
    """``N`` samples of ``J`` joints, each a square crop of ``S`` by ``S`` pixels.

    Args:
        images: uint8 ``(N, S, S, 3)``, RGB.
        joints_2d: float32 ``(N, J, 2)``, crop pixels; pixel ``i`` covers ``[i, i + 1)``.
        joints_3d: float32 ``(N, J, 3)``, mm in the camera's frame (x right, y down, z forward), or None.
        visible: bool ``(N, J)``.
        boxes: float32 ``(N, 4)``, x0 y0 x1 y1 of the crop in the pixels of the full image.
        table: one row per sample with at least the columns :data:`TABLE_COLUMNS`.
        skeleton: the meaning of ``J``.
        card: origin, licence, and what the samples were made with.
        masks: uint8 ``(N, S, S)``, the part of the subject's body that a pixel shows, 0 where it shows none
            (room, props, other people), or None where the set has none. Rendered people have the parts
            :data:`pose_lib.data.synthetic.flesh.BODY_PARTS`.

    Raises:
        PoseDataError: shapes, types or columns do not fit; the message names the field.
    """

    images: npt.NDArray[np.uint8]
    joints_2d: npt.NDArray[np.float32]
    joints_3d: npt.NDArray[np.float32] | None
    visible: npt.NDArray[np.bool_]
    boxes: npt.NDArray[np.float32]
    table: pd.DataFrame
    skeleton: Skeleton
    card: DataCard
    masks: npt.NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        """Check that all arrays have the same samples."""
        n, j = len(self.images), len(self.skeleton)
        size = self.images.shape[1] if self.images.ndim == 4 else -1
        wanted: dict[str, tuple[tuple[int, ...], type]] = {
            "images": ((n, size, size, 3), np.uint8),
            "joints_2d": ((n, j, 2), np.float32),
            "visible": ((n, j), np.bool_),
            "boxes": ((n, 4), np.float32),
        }
        if self.joints_3d is not None:
            wanted["joints_3d"] = ((n, j, 3), np.float32)
        if self.masks is not None:
            wanted["masks"] = ((n, size, size), np.uint8)
        for name, (shape, dtype) in wanted.items():
            array = getattr(self, name)
            if array.shape != shape or array.dtype != dtype:
                found, expected = f"{array.dtype}{array.shape}", f"{np.dtype(dtype)}{shape}"
                raise PoseDataError(f"{self.card.name}: {name} is {found}, expected {expected}")
        missing = [c for c in TABLE_COLUMNS if c not in self.table.columns]
        if missing or len(self.table) != n:
            rows = f"{len(self.table)} rows for {n} samples"
            raise PoseDataError(f"{self.card.name}: the table has {rows} and lacks the columns {missing}")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> int:
        """Side of a crop in pixels."""
        return int(self.images.shape[1])

    def select(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> PoseData:
        """The samples of a boolean mask or of an index array, in that order."""
        rows = _mapped_rows(self.images, which)
        return replace(
            self,
            images=self.images[rows],
            joints_2d=self.joints_2d[which],
            joints_3d=None if self.joints_3d is None else self.joints_3d[which],
            visible=self.visible[which],
            boxes=self.boxes[which],
            table=self.table[which] if which.dtype == np.bool_ else self.table.iloc[which],
            masks=None if self.masks is None else self.masks[rows],
        )

    def split(self, name: str) -> PoseData:
        """The samples of one split.

        Raises:
            PoseDataError: no sample has that split; the message lists the splits that exist.
        """
        mask = (self.table["split"] == name).to_numpy()
        if not mask.any():
            known = ", ".join(sorted(map(str, self.table["split"].unique())))
            raise PoseDataError(f"{self.card.name}: no sample of split {name!r}; there are: {known}")
        return self.select(mask)

    def root_relative(self) -> npt.NDArray[np.float32]:
        """``(N, J, 3)`` joints in mm relative to the skeleton's root joint.

        Raises:
            PoseDataError: the set has no 3D joints.
        """
        if self.joints_3d is None:
            raise PoseDataError(f"{self.card.name} has no 3D joints")
        return self.joints_3d - self.joints_3d[:, self.skeleton.root, None]

    def save(self, folder: Path, finished: Sequence[Path] = ()) -> None:
        """Write arrays, table and manifest; the folder appears when it is complete.

        Args:
            folder: where to write the set; it must not be there, because others may have its arrays mapped.
            finished: finished files of arrays, named like these (``images.npy``); moved into the folder.

        Raises:
            PoseDataError: the folder is there.
            StorageError: the disk is full, or the place cannot be written.
        """
        part = unfinished(folder)
        moved = {file.name: file for file in finished}
        with writing(folder):
            try:
                part.mkdir(parents=True)
                for name in _ARRAYS:
                    array = getattr(self, name)
                    if array is not None and f"{name}.npy" not in moved:
                        np.save(part / f"{name}.npy", array, allow_pickle=False)
                self.table.to_csv(part / "table.csv", index=False)
                about = {"skeleton": self.skeleton.name, "samples": len(self), "card": asdict(self.card)}
                write_manifest(part, about, moved)
                if folder.exists():
                    raise PoseDataError(f"{folder} is there already; delete it to write another set there")
                for name, file in moved.items():
                    file.replace(part / name)
                part.rename(folder)
            finally:
                remove(part)
        for other in leftovers(folder):
            remove(other)

    @classmethod
    def load(cls, folder: Path) -> PoseData:
        """Open a saved set with its arrays memory-mapped; sizes and shapes are compared with the manifest.

        Raises:
            PoseDataError: there is no manifest, or it, the table or an array is missing or damaged.
        """
        try:
            manifest = read_manifest(folder)
        except ManifestError as error:
            raise PoseDataError(str(error)) from error
        place = folder
        try:
            arrays: dict[str, Any] = dict.fromkeys(_OPTIONAL)
            for name in _ARRAYS:
                place = folder / f"{name}.npy"
                if place.name in manifest["files"]:
                    arrays[name] = np.load(place, mmap_mode="r", allow_pickle=False)
            place = folder / "table.csv"
            text = {"subject": str, "action": str, "camera": str, "split": str}
            table = pd.read_csv(place, dtype=text, keep_default_na=False, na_values=[""])
            place = folder
            card: dict[str, Any] = manifest["card"]
            found = cls(
                **arrays,
                table=table.assign(**{name: table[name].fillna("") for name in text}),
                skeleton=SKELETONS[manifest["skeleton"]],
                card=DataCard(**{**card, "notes": tuple(card["notes"])}),
            )
        except Exception as error:  # numpy's and pandas' parsers raise many kinds for damaged bytes
            raise PoseDataError(
                f"{place}: cannot be read ({error}); delete {folder} to build it again"
            ) from error
        return found


def _mapped_rows(
    images: npt.NDArray[np.uint8], which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]
) -> npt.NDArray[Any] | slice:
    """Neighbouring rows of a memory-mapped array as a slice, by which they stay on the disk."""
    index = np.flatnonzero(which) if which.dtype == np.bool_ else which
    if not isinstance(images, np.memmap) or not len(index) or (np.diff(index) != 1).any() or index[0] < 0:
        return which
    return slice(int(index[0]), int(index[-1]) + 1)


def concatenate(parts: Sequence[PoseData], card: DataCard) -> PoseData:
    """The samples of several sets of one skeleton and size, one after the other.

    Raises:
        PoseDataError: no sets, different skeletons or sizes, or 3D joints or masks in some sets only.
    """
    kinds = {(p.skeleton.name, p.size, p.joints_3d is None, p.masks is None) for p in parts}
    if len(kinds) != 1:
        raise PoseDataError(f"{card.name}: sets of {len(kinds)} kinds cannot be joined: {sorted(kinds)}")
    depths = [p.joints_3d for p in parts if p.joints_3d is not None]
    masks = [p.masks for p in parts if p.masks is not None]
    return PoseData(
        images=np.concatenate([p.images for p in parts]),
        joints_2d=np.concatenate([p.joints_2d for p in parts]),
        joints_3d=np.concatenate(depths) if depths else None,
        visible=np.concatenate([p.visible for p in parts]),
        boxes=np.concatenate([p.boxes for p in parts]),
        table=pd.concat([p.table for p in parts], ignore_index=True),
        skeleton=parts[0].skeleton,
        card=card,
        masks=np.concatenate(masks) if masks else None,
    )
