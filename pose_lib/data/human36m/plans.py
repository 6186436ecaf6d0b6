"""What is prepared: the crops of one action by one subject, named by all that decides them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_SUBJECTS
from pose_lib.data.human36m.views import Source, View
from pose_lib.data.poses import PoseData
from pose_lib.paths import cache_root
from pose_lib.storage import digest

__all__ = ["Plan", "plans", "prepared"]


@dataclass(frozen=True)
class Plan:
    """The crops of one action by one subject: both takes, all cameras."""

    subject: str
    action: str
    views: tuple[View, ...]
    layout: str
    root: Path
    size: int
    """Side of a crop in pixels."""
    step: int
    """Every how many frames at 50 Hz."""
    sources: str
    """Hash of the code that cuts crops."""

    @cached_property
    def stamp(self) -> str:
        """A hash of the names, sizes and times of the files that the crops are cut from."""
        return digest(sorted({_stat(file, self.root) for view in self.views for file in view.files}))[:16]

    @property
    def folder(self) -> Path:
        """Where the cache keeps the crops."""
        key = digest([self.layout, self.sources, self.stamp])[:12]
        return cache_root() / f"human3.6m-{self.subject}-{self.action}-{self.size}px-step{self.step}-{key}"

    @property
    def workplace(self) -> Path:
        """Where its views are collected until all are there."""
        return self.folder.with_name(f"{self.folder.name}.views.building")

    def place_of(self, view: View) -> Path:
        """Where a view is kept until then."""
        return self.workplace / f"{view.take}-{view.camera}"


def plans(
    source: Source,
    size: int,
    step: int,
    sources: str,
    subjects: Sequence[str] = (),
    actions: Sequence[str] = (),
) -> list[Plan]:
    """A plan for each subject and action that has a view, ordered by subject and action."""
    order = {subject: i for i, subject in enumerate(RECORDED_SUBJECTS)}
    acts = {action: i for i, action in enumerate(RECORDED_ACTIONS)}
    views = sorted(
        source.of(subjects, actions), key=lambda v: (order[v.subject], acts[v.action], v.take, v.camera)
    )
    return [
        Plan(subject, action, tuple(group), source.layout, source.root, size, step, sources)
        for (subject, action), group in groupby(views, key=lambda v: (v.subject, v.action))
    ]


def prepared(plan: Plan) -> PoseData | None:
    """The crops of a plan out of what is prepared: its own, or every ``step``-th of a denser one."""
    for step in _divisors(plan.step):
        folder = replace(plan, step=step).folder
        if folder.exists():
            data = PoseData.load(folder)
            return (
                data if step == plan.step else data.select((data.table["frame"] % plan.step == 0).to_numpy())
            )
    return None


def _divisors(step: int) -> Iterator[int]:
    """The step itself, then all smaller ones that divide it, from the largest down."""
    return (k for k in range(step, 0, -1) if step % k == 0)


def _stat(file: Path, root: Path) -> tuple[str, int, int]:
    found = file.stat()
    return (file.relative_to(root).as_posix(), found.st_size, found.st_mtime_ns)
