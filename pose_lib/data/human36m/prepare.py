"""Cut all crops once, by several processes; a run that was killed is resumed where it was."""

from __future__ import annotations

import multiprocessing
import shutil
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import islice

from PIL import Image

from pose_lib.cores import usable_cores
from pose_lib.data.building import Shard, built, from_shards
from pose_lib.data.human36m.crops import cut_view
from pose_lib.data.human36m.describe import card
from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.known import fault_of
from pose_lib.data.human36m.plans import Plan, prepared
from pose_lib.data.human36m.views import View, squares
from pose_lib.data.photos.cutting import cut, end_with_parent
from pose_lib.data.poses import PoseData
from pose_lib.paths import cache_root
from pose_lib.progress import Progress
from pose_lib.storage import locked, remove

__all__ = ["Estimate", "estimate", "prepare"]

ALONE = 2000
"""Up to this many crops are cut by this process: starting others would take longer."""
_TRIED = 50

_Task = tuple[Plan, View]


@dataclass(frozen=True)
class Estimate:
    """What preparing will take."""

    views: int
    frames: int
    """Frames to decode."""
    crops: int
    size: int
    """Bytes on the disk when all is done."""
    free: int
    """Bytes that are free there now."""
    seconds: float

    def __str__(self) -> str:
        """One line."""
        took = (
            f"{self.seconds / 3600:.1f} hours" if self.seconds > 5400 else f"{self.seconds / 60:.1f} minutes"
        )
        return (
            f"{self.views} views, {self.frames} frames, {self.crops} crops: about {took}, "
            f"{self.size / 1e9:.1f} GB on the disk ({self.free / 1e9:.1f} GB free)"
        )


def estimate(todo: Sequence[Plan], workers: int | None = None) -> Estimate:
    """Time and space that plans will take, from the videos' own counts and a try at one view.

    Raises:
        Human36mError: the first view that is whole cannot be found.
    """
    frames = crops = size = 0
    for plan in todo:
        for view in plan.views:
            try:
                count = view.count()
            except Human36mError:
                continue
            made = -(-count // plan.step)
            frames, crops = frames + count, crops + made
            size += made * plan.size**2 * (4 if view.has_masks else 3)
    folder = next(p for p in (cache_root(), *cache_root().parents) if p.exists())
    count = workers or usable_cores()
    rate = _rate(todo[0]) * min(count, usable_cores()) if todo else 1.0
    views = sum(len(plan.views) for plan in todo)
    return Estimate(views, frames, crops, size, shutil.disk_usage(folder).free, frames / rate)


def prepare(
    todo: Sequence[Plan], *, workers: int | None = None, skip_damaged: bool = False, title: str = "preparing"
) -> list[str]:
    """Make the crops of all plans that are not there; others are left as they are.

    Args:
        todo: see :func:`pose_lib.data.human36m.plans.plans`.
        workers: number of processes; one per core by default.
        skip_damaged: leave out views whose files are damaged; else only those that are known to be damaged in
            the data set itself.
        title: for the progress line.

    Returns:
        What is wrong with the views that were left out, one line each.

    Raises:
        Human36mError: a file is damaged, or a subject and action have no view that is whole.
        StorageError: the disk is full.
    """
    left_out: dict[str, str] = {}
    with locked(cache_root() / ".locks" / "human3.6m", "preparing Human3.6M"):
        for plan in todo:
            if plan.folder.exists():
                # Of a run that was killed in its last steps, something may be left beside the set.
                built(plan.folder, partial(PoseData.load, plan.folder))
                remove(plan.workplace)
        open_plans = [plan for plan in todo if prepared(plan) is None]
        tasks = [(plan, view) for plan in open_plans for view in plan.views]
        waiting = Counter(plan.folder for plan, _ in tasks)
        with Progress(len(tasks), title, unit="views") as bar:
            for done, ((plan, view), error) in enumerate(_cut_all(tasks, workers), start=1):
                if error is not None:
                    known = fault_of(view.subject, view.action, view.take, view.camera)
                    if not (skip_damaged or (known and "video" in known)):
                        raise Human36mError(
                            f"{error}; to leave out damaged views: pose-lib data prepare human3.6m --root "
                            f"{plan.root} --skip-damaged"
                        ) from error
                    left_out[view.name] = f"{view.name}: {error}"
                waiting[plan.folder] -= 1
                if not waiting[plan.folder]:
                    _assemble(plan, [v for v in plan.views if v.name not in left_out])
                bar(done)
    return list(left_out.values())


def _assemble(plan: Plan, views: Sequence[View]) -> None:
    """The set of a plan out of its views, which are then removed."""
    if not views:
        raise Human36mError(f"{plan.subject} {plan.action}: no view is whole; see what was said of each")
    parts = [PoseData.load(plan.place_of(view)) for view in views]
    lacking = [view.name for view in plan.views if view not in views]
    about = card(plan, lacking)
    masks = all(part.masks is not None for part in parts)
    shards = [Shard(len(part), partial(_given, part)) for part in parts]
    build = partial(from_shards, shards, plan.size, about, plan.folder, _title(plan), masks=masks)
    built(plan.folder, build)
    remove(plan.workplace)


def _given(part: PoseData) -> PoseData:
    return part


def _title(plan: Plan) -> str:
    return f"writing {plan.subject} {plan.action}"


def _cut_all(tasks: Sequence[_Task], workers: int | None) -> Iterator[tuple[_Task, Human36mError | None]]:
    """Each task when its view is there, or with the reason why it cannot be."""
    ready = [task for task in tasks if task[0].place_of(task[1]).exists()]
    yield from ((task, None) for task in ready)
    lacking = [task for task in tasks if task not in ready]
    count = min(workers or usable_cores(), len(lacking))
    if count < 2 or (workers is None and _few(lacking)):
        for task in lacking:
            yield task, _cut_one(task)
        return
    # Spawned, not forked: a fork of a process with torch's threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent) as pool:
        left = iter(lacking)
        running: dict[Future[Human36mError | None], _Task] = {}
        try:
            while True:
                # Few at a time, in order, so that only few subjects and actions are in work at once.
                for task in islice(left, 2 * count - len(running)):
                    running[pool.submit(_cut_one, task)] = task
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        except BrokenProcessPool as error:
            names = ", ".join(view.name for _, view in running.values())
            raise Human36mError(
                f"a process ended while it decoded one of: {names}; its memory was short, or the file is "
                "damaged: try again with --workers 1"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _cut_one(task: _Task) -> Human36mError | None:
    plan, view = task
    try:
        cut_view(view, plan.size, plan.step, card(plan, ()), plan.place_of(view))
    except Human36mError as error:
        return error
    return None


def _few(tasks: Sequence[_Task]) -> bool:
    total = 0
    for plan, view in tasks:
        try:
            total += view.count() // plan.step
        except Human36mError:
            continue
        if total > ALONE:
            return False
    return True


def _rate(plan: Plan) -> float:
    """Frames per second that one process decodes and cuts, of which every ``step``-th becomes a crop."""
    for view in plan.views:
        try:
            start = time.monotonic()
            count = view.count()
            labels = view.labels(max(1, count // _TRIED))
            if view.has_masks:
                deque(view.masks(labels.frames.tolist()), maxlen=0)
            read = (time.monotonic() - start) / len(labels.frames)
            box, start = squares(labels)[0].astype("float32"), time.monotonic()
            frames = view.labels(plan.step).frames[: -(-_TRIED // plan.step)].tolist()
            for picture in view.pictures(frames):
                cut(Image.fromarray(picture), box, plan.size)
            decoded = (time.monotonic() - start) / (len(frames) * plan.step)
            return 1 / max(decoded + read / plan.step, 1e-6)
        except Human36mError:
            continue
    raise Human36mError(f"{plan.subject} {plan.action}: no view is whole")
