"""Stored rows of other rooms in a chapter's table: what its paper compares with, and another room runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pose_lib.bench.evidence import Evidence, joined
from pose_lib.bench.rows import Key, apart, split_key
from pose_lib.bench.setting import SETTING
from pose_lib.bench.staleness import marked
from pose_lib.bench.stored import stored
from pose_lib.papers import find

__all__ = ["beside"]


def beside(kept: Evidence, room: str, systems: Sequence[Key], root: Path | None = None) -> Evidence:
    """Stored runs, and beside them the rows of some systems of another room.

    Rows come from runs on the same data set, action, preset, budget, precision, device and seed as one of
    the ``kept``, and as stale as it, so that a table has no column for the other room alone and none of its
    columns has seeds of the other room alone; claims and ideas are judged without them.

    Args:
        kept: stored runs of the chapter.
        room: name of the other room.
        systems: of that room.
        root: folder of the stored rows, if not the project's.
    """
    theirs = marked(stored(room, root), find(room))
    if not len(kept.rows) or not len(theirs.rows):
        return kept
    wanted = pd.MultiIndex.from_tuples([split_key(key) for key in systems])
    named = pd.MultiIndex.from_frame(theirs.rows[["system", "setting"]].fillna("")).isin(wanted)
    cell = [name for name in apart(kept.rows, ["action", "seed", *SETTING]) if name in theirs.rows]
    same = pd.MultiIndex.from_frame(theirs.rows[cell]).isin(pd.MultiIndex.from_frame(kept.rows[cell]))
    return joined([kept, theirs.select(pd.Series(named & same, index=theirs.rows.index))])
