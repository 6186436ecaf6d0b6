"""A set of crops is built once, part by part; a build that was interrupted is resumed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from pose_lib.data.poses import DataCard, PoseData, concatenate
from pose_lib.progress import Progress
from pose_lib.storage import StorageError, locked, remove, reserve, writing, written

__all__ = ["Building", "Shard", "built", "from_shards"]


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


def from_shards(shards: Sequence[Shard], size: int, card: DataCard, folder: Path, title: str) -> PoseData:
    """Make all shards that an earlier build has not made, and save the set. Call it through :func:`built`.

    Args:
        shards: in the order of the samples.
        size: side of a crop in pixels.
        card: of the whole set.
        folder: where to save the set.
        title: for the progress line.
    """
    counts = [shard.samples for shard in shards]
    starts = np.cumsum([0, *counts])
    building = Building(folder, int(starts[-1]), size, {"shards": counts})
    images = np.lib.format.open_memmap(building.images, mode="r+")
    parts: list[PoseData] = []
    with Progress(len(images), title, unit="crops") as bar:
        for i, (shard, start) in enumerate(zip(shards, starts[:-1], strict=True)):
            rows, kept = images[start : start + shard.samples], building.folder / f"shard-{i:05d}"
            if not kept.exists():
                made = shard.make()
                rows[:] = made.images
                images.flush()
                replace(made, images=made.images[:, :0, :0]).save(kept)
            parts.append(replace(PoseData.load(kept), images=rows[:, :0, :0]))
            bar(int(start) + shard.samples)
        whole = concatenate(parts, card)
    return building.finish(replace(whole, images=images))


class Building:
    """The folder ``NAME.building`` beside the folder of a set, with reserved space for all of its crops.

    It is used again by the next build of the same plan, and is removed when the set is complete.

    Args:
        folder: of the set.
        samples: number of crops.
        size: side of a crop in pixels.
        plan: what else must be the same for the parts of an earlier build to be used.
    """

    def __init__(self, folder: Path, samples: int, size: int, plan: dict[str, Any]) -> None:
        self.target = folder
        self.folder = _building(folder)
        self.images = self.folder / "images.npy"
        wanted = json.dumps({"samples": samples, "size": size, **plan})
        note = self.folder / "plan.json"
        if note.is_file() and note.read_text(encoding="utf-8") == wanted and self.images.is_file():
            return
        with writing(self.folder):
            remove(self.folder)
            self.folder.mkdir(parents=True)
        try:
            _reserve_images(self.images, (samples, size, size, 3))
        except StorageError:
            remove(self.folder)
            raise
        written(note, lambda part: part.write_text(wanted, encoding="utf-8"))

    def finish(self, data: PoseData) -> PoseData:
        """Save the set, whose crops are in :attr:`images`, and remove what the build leaves behind."""
        data.save(self.target, images=self.images)
        remove(self.folder)
        return PoseData.load(self.target)


def _building(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.building")


def _reserve_images(file: Path, shape: tuple[int, ...]) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|u1", "fortran_order": False, "shape": shape})
    reserve(file, len(head.getvalue()) + int(np.prod(shape, dtype=np.int64)), head.getvalue())
