"""A set of crops is built once, part by part; a build that was interrupted is resumed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.data.crew import ahead
from pose_lib.data.poses import DataCard, PoseData, concatenate
from pose_lib.progress import Progress
from pose_lib.storage import StorageError, locked, remove, reserve, writing, written

__all__ = ["Building", "Shard", "built", "from_shards", "reserve_array"]

_SMALL = 256
"""Crops of a shard up to which a thread makes a whole one; memory holds one more than there are threads."""


@dataclass(frozen=True)
class Shard:
    """A part of a set, and how it is made; what a killed build repeats at most."""

    samples: int
    make: Callable[[], PoseData]
    """Its samples, with their crops."""


def built(folder: Path, build: Callable[[], PoseData]) -> PoseData:
    """The set of a folder, built by one process if it is not there; others wait for it and take the result.

    Raises:
        PoseDataError: the folder is damaged.
        StorageError: the disk is full, or the folder cannot be written.
    """
    if not folder.exists():
        with locked(folder.parent / ".locks" / folder.name, f"making {folder.name}"):
            if not folder.exists():
                build()
    left = _building(folder)
    if left.exists():  # of a build that was killed after its last step
        with locked(folder.parent / ".locks" / folder.name, f"removing {left.name}"):
            remove(left)
    return PoseData.load(folder)


def from_shards(
    shards: Sequence[Shard],
    size: int,
    card: DataCard,
    folder: Path,
    title: str,
    *,
    masks: bool = False,
    device: str | None = None,
) -> PoseData:
    """Make all shards that an earlier build has not made, and save the set. Call it through :func:`built`.

    Crops and masks go to their place on the disk shard by shard, so that memory holds those of one. Small
    rendered shards have too few crops to be shared between threads: there each thread makes a whole one.

    Args:
        shards: in the order of the samples.
        size: side of a crop in pixels.
        card: of the whole set.
        folder: where to save the set.
        title: for the progress line.
        masks: whether the samples have masks.
        device: where shards are rendered; without it they are made one after the other.
    """
    counts = [shard.samples for shard in shards]
    starts = np.cumsum([0, *counts])
    building = Building(folder, int(starts[-1]), size, {"shards": counts}, masks=masks)
    large = {name: np.lib.format.open_memmap(file, mode="r+") for name, file in building.files.items()}
    parts: list[PoseData] = []
    making: Iterator[PoseData]
    folders = [building.folder / f"shard-{i:05d}" for i in range(len(shards))]
    missing = [shard for shard, kept in zip(shards, folders, strict=True) if not kept.exists()]
    if device is not None and max(counts, default=0) <= _SMALL:
        making = ahead(_make, missing, torch.device(device))
    else:
        making = map(_make, missing)
    with Progress(int(starts[-1]), title, unit="crops") as bar:
        for shard, kept, start in zip(shards, folders, starts[:-1], strict=True):
            rows = slice(start, start + shard.samples)
            if not kept.exists():
                made = next(making)
                for name, array in large.items():
                    array[rows] = getattr(made, name)
                    array.flush()
                _without_pixels(made, made.images).save(kept)
            parts.append(_without_pixels(PoseData.load(kept), large["images"][rows]))
            bar(int(start) + shard.samples)
        whole = concatenate(parts, card)
    return building.finish(replace(whole, images=large["images"], masks=large.get("masks")))


def _make(shard: Shard) -> PoseData:
    return shard.make()


def _without_pixels(data: PoseData, images: npt.NDArray[np.uint8]) -> PoseData:
    """The other arrays of some samples, with as many empty crops as there are ``images``."""
    return replace(data, images=images[:, :0, :0], masks=None)


class Building:
    """The folder ``NAME.building`` beside the folder of a set, with reserved space for its crops and masks.

    It is used again by the next build of the same plan, and is removed when the set is complete.

    Args:
        folder: of the set.
        samples: number of crops.
        size: side of a crop in pixels.
        plan: what else must be the same for the parts of an earlier build to be used.
        masks: whether the samples have masks.
    """

    def __init__(
        self, folder: Path, samples: int, size: int, plan: dict[str, Any], *, masks: bool = False
    ) -> None:
        self.target = folder
        self.folder = _building(folder)
        shapes = {"images": (samples, size, size, 3)} | ({"masks": (samples, size, size)} if masks else {})
        self.files = {name: self.folder / f"{name}.npy" for name in shapes}
        """Name of an array of pixels to its reserved file."""
        wanted = json.dumps({"samples": samples, "size": size, "arrays": list(shapes), **plan})
        note = self.folder / "plan.json"
        there = note.is_file() and all(file.is_file() for file in self.files.values())
        if there and note.read_text(encoding="utf-8") == wanted:
            return
        with writing(self.folder):
            remove(self.folder)
            self.folder.mkdir(parents=True)
        try:
            for name, shape in shapes.items():
                reserve_array(self.files[name], shape)
        except StorageError:
            remove(self.folder)
            raise
        written(note, lambda part: part.write_text(wanted, encoding="utf-8"))

    @property
    def images(self) -> Path:
        """The reserved file of the crops."""
        return self.files["images"]

    def finish(self, data: PoseData) -> PoseData:
        """Save the set, whose pixels are in :attr:`files`, and remove what the build leaves behind."""
        data.save(self.target, finished=list(self.files.values()))
        remove(self.folder)
        return PoseData.load(self.target)


def _building(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.building")


def reserve_array(file: Path, shape: tuple[int, ...]) -> None:
    """Make a ``.npy`` file of uint8 zeros whose space on the disk is its own.

    Raises:
        StorageError: there is not enough space.
    """
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|u1", "fortran_order": False, "shape": shape})
    reserve(file, len(head.getvalue()) + int(np.prod(shape, dtype=np.int64)), head.getvalue())
