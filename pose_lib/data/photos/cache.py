"""Crops, cut once by several processes into a memory-mapped file; an interrupted build is resumed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.cores import usable_cores
from pose_lib.data.building import Building
from pose_lib.data.photos.cutting import cut_shard, end_with_parent
from pose_lib.data.photos.people import People
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.data.references import moved
from pose_lib.geometry.boxes import to_crop
from pose_lib.progress import Progress, say

__all__ = ["ALONE", "SHARD", "build"]

SHARD = 250
"""People per unit of work: the most that has to be repeated after a build was killed."""
ALONE = 500
"""Up to this many people are cropped by this process: starting others would take longer."""


def build(
    people: People,
    boxes: npt.NDArray[np.float32],
    size: int,
    card: DataCard,
    folder: Path,
    workers: int | None = None,
) -> PoseData:
    """Cut the crops of people and save the data set; the folder appears when it is complete.

    Each shard that is done is marked, so that a build that was killed is resumed. Only the pixels of the
    shards in work are in memory.

    Args:
        people: ``N`` people.
        boxes: ``(N, 4)`` squares in the pixels of their pictures.
        size: side of a crop in pixels.
        card: of the data set.
        folder: where to save the set.
        workers: number of processes; one per core by default.

    Raises:
        PhotoError: a picture is missing or damaged.
        StorageError: there is no space for all crops, or the folder cannot be written.
    """
    building = Building(folder, len(people), size, {"shard": SHARD})
    starts = [s for s in range(0, len(people), SHARD) if not _mark(building, s).exists()]
    count = min(workers or usable_cores(), len(starts))
    shards = _alone if len(people) <= ALONE or count < 2 else _together
    with Progress(len(people), f"cropping {people.name}", unit="people") as bar:
        done = len(people) - sum(len(people.files[s : s + SHARD]) for s in starts)
        bar(done)
        for start, made in shards(people, boxes, size, building.images, starts, count):
            _mark(building, start).touch()
            done += made
            bar(done)
    joints = to_crop(torch.from_numpy(people.joints), torch.from_numpy(boxes), size)
    return building.finish(
        PoseData(
            images=np.load(building.images, mmap_mode="r", allow_pickle=False),
            joints_2d=joints.numpy().astype(np.float32),
            joints_3d=None,
            visible=people.visible,
            boxes=boxes,
            table=moved(people.table, boxes, size).assign(
                width=people.sizes[:, 0], height=people.sizes[:, 1]
            ),
            skeleton=people.skeleton,
            card=card,
        )
    )


Made = Iterator[tuple[int, int]]


def _alone(
    people: People, boxes: npt.NDArray[np.float32], size: int, images: Path, starts: list[int], _: int
) -> Made:
    for start in starts:
        rows = slice(start, start + SHARD)
        yield start, cut_shard(images, start, people.files[rows], boxes[rows], size)


def _together(
    people: People, boxes: npt.NDArray[np.float32], size: int, images: Path, starts: list[int], count: int
) -> Made:
    # Spawned, not forked: a fork of a process with torch's threads may hang.
    context = multiprocessing.get_context("spawn")
    left = set(starts)
    with ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent) as pool:
        waiting: dict[Future[int], int] = {}
        try:
            for start in starts:
                rows = slice(start, start + SHARD)
                task = (images, start, people.files[rows], boxes[rows], size)
                waiting[pool.submit(cut_shard, *task)] = start
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    start = waiting.pop(future)
                    made = future.result()
                    left.discard(start)
                    yield start, made
        except BrokenProcessPool:
            say(f"cropping {people.name}: a worker process ended early; continuing in this process")
        finally:
            pool.shutdown(cancel_futures=True)
    yield from _alone(people, boxes, size, images, sorted(left), 1)


def _mark(building: Building, start: int) -> Path:
    return building.folder / f"done-{start:06d}"
