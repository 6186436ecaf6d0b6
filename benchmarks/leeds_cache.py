"""The crops of Leeds Sports Pose Extended: people/s, beside a plain loop of one process.

The pictures are the reader's own: ``POSE_DATA`` names a folder with ``lspet_dataset`` in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from benchmarks.timing import Timing, interleaved, result
from pose_lib.data.photos import cache, dataset
from pose_lib.data.photos.people import People, boxes
from pose_lib.data.photos.reading import has_folder
from pose_lib.data.poses import DataCard
from pose_lib.paths import cache_root

SIZES = (128, 256)
PLAIN = 1000
"""People in the plain loop; its time is scaled up to all of them."""
PROCESSES = 2
ROUNDS = 3


def run() -> Iterator[dict[str, Any]]:
    root = Path(os.environ.get("POSE_DATA") or "none")
    if not has_folder("lspet", root):
        yield {"name": "leeds-cache", "skipped": "POSE_DATA names no folder with lspet_dataset in it"}
        return
    for size in SIZES:
        yield measure(root, size)


def measure(root: Path, size: int) -> dict[str, Any]:
    people = dataset.read("lspet", root)
    cache_root().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_root()) as place:
        work = Path(place)
        timings = interleaved(
            {"ours": lambda: ours(root, size, work), "plain": lambda: plain(people, size)}, ROUNDS, warm_up=0
        )
        before = processor_seconds()
        ours(root, size, work)
        used = processor_seconds() - before
    scale = len(people) / min(PLAIN, len(people))
    whole = Timing(tuple(seconds * scale for seconds in timings["plain"].seconds))
    return result(
        "leeds-cache",
        "people/s",
        len(people),
        timings["ours"],
        yardsticks={"plain loop": whole},
        size=size,
        processes=PROCESSES,
        people=len(people),
        seconds=round(timings["ours"].median, 1),
        processor_seconds=round(used, 1),
        load=[round(average, 1) for average in os.getloadavg()],
    )


def ours(root: Path, size: int, work: Path) -> None:
    """Read, box and crop all people, as the first use of the data set does."""
    people = dataset.read("lspet", root)
    card = DataCard("benchmark", "", "")
    cache.build(people, boxes(people, "image"), size, card, work / "set", workers=PROCESSES)
    shutil.rmtree(work / "set")


def plain(people: People, size: int) -> None:
    """One process, one picture after the other, all crops in memory."""
    crops = []
    for file in people.files[:PLAIN]:
        with Image.open(file) as picture:
            crops.append(
                np.asarray(ImageOps.pad(picture.convert("RGB"), (size, size), Image.Resampling.BILINEAR))
            )
    with tempfile.TemporaryFile() as stream:
        np.save(stream, np.stack(crops))


def processor_seconds() -> float:
    """Processor time of this process and its children, which other work on the machine hardly changes."""
    return sum(os.times()[:4])
