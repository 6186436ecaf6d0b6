"""Data sets made of others: Leeds Sports Pose with its extension, and the mixture of Li et al. 2014."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pose_lib.data.photos.cards import PAGE, SETS, UNIONS
from pose_lib.data.photos.people import People
from pose_lib.data.photos.reading import has_folder
from pose_lib.data.photos.stickmen import DETECTED, OVERLAP
from pose_lib.data.poses import TABLE_COLUMNS
from pose_lib.data.references import REFERENCES

__all__ = ["MEMBER", "found_in", "join", "read_union"]

MEMBER = "set"
"""Additional column of a union: the data set that a person comes from."""

_TESTS = ("buffy", "flic")
"""Members of the mixture that keep their test split."""


def found_in(name: str, data_root: Path) -> tuple[str, ...]:
    """The data sets of a union that a folder holds.

    The two Leeds sets must both be there; of the mixture at least one with a test split.

    Raises:
        FileNotFoundError: too few are there; says which are expected.
    """
    union = UNIONS[name]
    found = tuple(member for member in union.members if has_folder(member, data_root))
    if name == "hmlpe-mixture" and set(found) & set(_TESTS):
        return found
    if name != "hmlpe-mixture" and len(found) == len(union.members):
        return found
    needed = " or ".join(_TESTS) if name == "hmlpe-mixture" else " and ".join(union.members)
    folders = ", ".join(SETS[member].folders[0] for member in union.members)
    raise FileNotFoundError(
        f"{data_root} holds {', '.join(found) or 'none'} of the data sets of {name}: it needs {needed}, in "
        f"folders called {folders}; see {PAGE}"
    )


def read_union(name: str, parts: Sequence[People]) -> People:
    """The people of a union, from those of its members (:func:`found_in`)."""
    rule: Callable[[People], People] = _mixed if name == "hmlpe-mixture" else _leeds
    return join(name, [rule(part) for part in parts])


def join(name: str, parts: Sequence[People]) -> People:
    """Several sets with the same skeleton as one; ``frame`` is numbered again."""
    kept = (*TABLE_COLUMNS, DETECTED, OVERLAP, *REFERENCES)
    tables = [
        part.table[[c for c in kept if c in part.table.columns]].assign(**{MEMBER: part.name})
        for part in parts
    ]
    table = pd.concat(tables, ignore_index=True).assign(frame=np.arange(sum(map(len, parts))))
    if DETECTED in table.columns:
        # Only Buffy has people that a detector may miss.
        table[DETECTED] = (table[MEMBER] != "buffy") | (table[DETECTED] == True)  # noqa: E712
    return People(
        name=name,
        files=tuple(file for part in parts for file in part.files),
        sizes=np.concatenate([part.sizes for part in parts]),
        joints=np.concatenate([part.joints for part in parts]),
        visible=np.concatenate([part.visible for part in parts]),
        windows=np.concatenate([part.windows for part in parts]),
        table=table,
        skeleton=parts[0].skeleton,
        notes=tuple(
            note for part in parts for note in (_counts(part), *(f"{part.name}: {n}" for n in part.notes))
        ),
    )


def _leeds(people: People) -> People:
    if people.name == "lsp":
        return people
    return replace(people, table=people.table.assign(split="train"))


def _mixed(people: People) -> People:
    """A member of the mixture: eight joints, observer-centric sides, and all joints visible for training."""
    seen = people.observed() if SETS[people.name].centric == "person" else people
    eight = seen.to_skeleton(UNIONS["hmlpe-mixture"].skeleton)
    split = people.table["split"].to_numpy()
    tests = people.name in _TESTS
    # Of Leeds Sports Pose the paper uses the training part; sets that it does not test on train as a whole.
    train = split == "train" if tests or people.name == "lsp" else np.ones(len(people), dtype=bool)
    kept = (train & eight.visible.all(1)) | ((split == "test") & tests)
    chosen = replace(eight, table=eight.table.assign(split=np.where(train, "train", "test")))
    return chosen.select(kept)


def _counts(people: People) -> str:
    counts = people.table["split"].value_counts()
    return f"{people.name}: " + ", ".join(f"{counts[s]} {s}" for s in sorted(counts.index))
