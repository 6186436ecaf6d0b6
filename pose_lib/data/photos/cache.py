"""Crops, cut once by several processes into a memory-mapped file; an interrupted build is resumed."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from pose_lib.data.photos.cutting import cut_shard, end_with_parent
from pose_lib.data.photos.people import People
from pose_lib.data.poses import DataCard, PoseData
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

    Crops are written to a folder beside it, ``.building``, with a mark for each shard that is done, so that a
    build that was killed is resumed. Only the pixels of the shards in work are in memory.

    Args:
        people: ``N`` people.
        boxes: ``(N, 4)`` squares in the pixels of their pictures.
        size: side of a crop in pixels.
        card: of the data set.
        folder: where to save the set.
        workers: number of processes; one per core by default.

    Raises:
        PhotoError: a picture is missing or damaged.
    """
    part = _place(folder.with_name(f"{folder.name}.building"), len(people), size)
    starts = [start for start in range(0, len(people), SHARD) if not _mark(part, start).exists()]
    count = min(workers or _cores(), len(starts))
    shards = _alone if len(people) <= ALONE or count < 2 else _together
    try:
        with Progress(len(people), f"cropping {people.name}", unit="people") as bar:
            done = len(people) - sum(len(people.files[s : s + SHARD]) for s in starts)
            bar(done)
            for start, made in shards(people, boxes, size, part, starts, count):
                _mark(part, start).touch()
                done += made
                bar(done)
        return _finish(people, boxes, size, card, part, folder)
    except FileNotFoundError:
        # Another process built the same set at the same time and finished first.
        if not (folder / "manifest.json").is_file():
            raise
        return PoseData.load(folder)


Made = Iterator[tuple[int, int]]


def _alone(
    people: People, boxes: npt.NDArray[np.float32], size: int, part: Path, starts: list[int], _: int
) -> Made:
    for start in starts:
        rows = slice(start, start + SHARD)
        yield start, cut_shard(part / "images.npy", start, people.files[rows], boxes[rows], size)


def _together(
    people: People, boxes: npt.NDArray[np.float32], size: int, part: Path, starts: list[int], count: int
) -> Made:
    # Spawned, not forked: a fork of a process with torch's threads may hang.
    context = multiprocessing.get_context("spawn")
    left = set(starts)
    with ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent) as pool:
        waiting: dict[Future[int], int] = {}
        try:
            for start in starts:
                rows = slice(start, start + SHARD)
                task = (part / "images.npy", start, people.files[rows], boxes[rows], size)
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
    yield from _alone(people, boxes, size, part, sorted(left), 1)


def _finish(
    people: People, boxes: npt.NDArray[np.float32], size: int, card: DataCard, part: Path, folder: Path
) -> PoseData:
    images = np.load(part / "images.npy", mmap_mode="r", allow_pickle=False)
    joints = to_crop(torch.from_numpy(people.joints), torch.from_numpy(boxes), size)
    data = PoseData(
        images=images,
        joints_2d=joints.numpy().astype(np.float32),
        joints_3d=None,
        visible=people.visible,
        boxes=boxes,
        table=people.table.assign(width=people.sizes[:, 0], height=people.sizes[:, 1]),
        skeleton=people.skeleton,
        card=card,
    )
    data.save(folder, images=part / "images.npy")
    shutil.rmtree(part, ignore_errors=True)
    return PoseData.load(folder)


def _place(part: Path, count: int, size: int) -> Path:
    """The folder of a build, with space for all crops; one that was interrupted is used again."""
    plan = {"people": count, "size": size, "shard": SHARD}
    file = part / "plan.json"
    whole = file.is_file() and (part / "images.npy").is_file()
    if whole and json.loads(file.read_text(encoding="utf-8")) == plan:
        return part
    shutil.rmtree(part, ignore_errors=True)
    fresh = part.with_name(f"{part.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shape = (count, size, size, 3)
    np.lib.format.open_memmap(fresh / "images.npy", mode="w+", dtype=np.uint8, shape=shape)
    (fresh / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    try:
        fresh.rename(part)
    except OSError:
        # Another process has just made it: both write the same pixels to the same places.
        if not file.is_file():
            raise
        shutil.rmtree(fresh)
    return part


def _mark(part: Path, start: int) -> Path:
    return part / f"done-{start:06d}"


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
