"""What of Human3.6M is complete, what is damaged, and what is known to be wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import pandas as pd

from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.known import FRAME_COUNTS, PUBLISHED_PROTOCOL, fault_of
from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_CAMERAS, RECORDED_SUBJECTS
from pose_lib.data.human36m.plans import Plan, prepared
from pose_lib.data.human36m.views import Source, View
from pose_lib.data.manifest import damage
from pose_lib.progress import Progress

__all__ = ["check_views", "frame_table", "report"]

EXPECTED = len(RECORDED_SUBJECTS) * len(RECORDED_ACTIONS) * 2 * len(RECORDED_CAMERAS)


def check_views(views: Sequence[View], *, decode: bool = False) -> tuple[dict[View, int], list[str]]:
    """Read every view's labels and compare its files with each other.

    Args:
        views: of a source.
        decode: decode every picture as well, which takes as long as preparing.

    Returns:
        The number of frames of each view that is whole, and what is wrong with the others.
    """
    frames, wrong = {}, []
    with Progress(len(views), "checking", unit="views") as bar:
        for done, view in enumerate(views, start=1):
            try:
                count = view.length()
                if decode:
                    for _ in view.pictures(range(count)):
                        pass
                frames[view] = count
            except Human36mError as error:
                known = fault_of(view.subject, view.action, view.take, view.camera)
                wrong.append(f"{view.name}: {error}" + (f" (known: {known})" if known else ""))
            bar(done)
    return frames, wrong


def frame_table(frames: dict[View, int]) -> pd.DataFrame:
    """Frames by action and split beside the published numbers; the last row is of all actions."""
    found: Counter[tuple[str, str]] = Counter()
    for view, count in frames.items():
        for action in (view.action, "all"):
            found[action, PUBLISHED_PROTOCOL.split_of(view.subject)] += count
    rows = {}
    for action in (*RECORDED_ACTIONS, "all"):
        published = FRAME_COUNTS.get(action, ("–", "–"))
        rows[action] = {
            "train": found[action, "train"],
            "train, published": published[0],
            "test": found[action, "test"],
            "test, published": published[1],
        }
    return pd.DataFrame(rows).T


def report(source: Source, todo: Sequence[Plan], *, decode: bool = False) -> tuple[list[str], bool]:
    """All that is to be said of a folder and of what is prepared from it, and whether anything is damaged.

    Args:
        source: what the folder holds.
        todo: the plans of the crops that would be prepared.
        decode: see :func:`check_views`.
    """
    lines = [f"{source.root}: layout {source.layout}, {len(source.views)} of {EXPECTED} views"]
    lines += [f"missing: {line}" for line in source.missing]
    frames, wrong = check_views(source.views, decode=decode)
    lines += [f"damaged: {line}" for line in wrong]
    lines += list(_known(source.views))
    lines += [f"Frames, {PUBLISHED_PROTOCOL.label()}:", frame_table(frames).to_string()]
    broken = False
    for plan in todo:
        what = damage(plan.folder) if plan.folder.exists() else ""
        broken |= bool(what)
        data = None if what else prepared(plan)
        state = (
            f"damaged: {what}" if what else ("not prepared" if data is None else f"{len(data)} crops, whole")
        )
        lines.append(f"{plan.subject} {plan.action}, {plan.size} px, every {plan.step}: {state}")
    return lines, bool(wrong) or broken


def _known(views: Sequence[View]) -> Iterator[str]:
    """Faults of the data set itself among the views, cameras together."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for view in views:
        what = fault_of(view.subject, view.action, view.take, view.camera)
        if what:
            found[f"{view.subject} {view.action}-{view.take}", what].append(view.camera)
    for (name, what), cameras in found.items():
        yield f"known: {name} ({', '.join(cameras)}): {what}"
