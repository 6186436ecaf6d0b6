"""What a set's table holds in pixels beside the joints: lengths of the torso, and sticks as annotated."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "REFERENCES",
    "STICKS",
    "TORSO",
    "TORSO_STICK",
    "moved",
    "stick_columns",
    "sticks_of",
    "torso_lengths",
]

TORSO = "torso"
"""Column with the distance from the left hip to the right shoulder, the unit of Eq. (7), Li et al. 2014; for
skeletons without hips."""
TORSO_STICK = "torso stick"
"""Column with the length of the torso's stick, of people who are annotated with sticks and have no hips."""
_LENGTHS = MappingProxyType(
    {TORSO: "the distance left hip to right shoulder", TORSO_STICK: "the length of the torso's stick"}
)

STICKS = MappingProxyType(
    {
        f"{side} {part} arm": (f"{side}_{first}", f"{side}_{second}")
        for side in ("left", "right")
        for part, first, second in (("upper", "shoulder", "elbow"), ("lower", "elbow", "wrist"))
    }
)
"""The sticks of the arms, and the joints between which such a stick lies; its ends come in either order."""
_ENDS = ("x1", "y1", "x2", "y2")
_COLUMNS = tuple(f"{stick} {end}" for stick in STICKS for end in _ENDS)

REFERENCES = (*_LENGTHS, *_COLUMNS)
"""All of these columns, in the pixels of the joints; a table has those that are known, NaN for others."""


def stick_columns(sticks: npt.NDArray[np.floating]) -> dict[str, npt.NDArray[np.floating]]:
    """The columns of sticks ``(N, 4, 2, 2)``: stick in the order of :data:`STICKS`, end, x and y."""
    return dict(zip(_COLUMNS, sticks.reshape(len(sticks), -1).T, strict=True))


def sticks_of(table: pd.DataFrame) -> npt.NDArray[np.float32] | None:
    """The sticks ``(N, 4, 2, 2)`` of a table, NaN where one is missing; None if nobody has any."""
    if not set(_COLUMNS) <= set(table.columns):
        return None
    found = table[list(_COLUMNS)].to_numpy(np.float32).reshape(-1, len(STICKS), 2, 2)
    return None if np.isnan(found).all() else found


def torso_lengths(table: pd.DataFrame) -> tuple[npt.NDArray[np.float32], str] | None:
    """Lengths of the torso ``(N,)``, NaN where unknown, and in words what they are; None if nobody has any.

    The diagonal of the torso where it is known, else its stick.
    """
    lengths, words = np.full(len(table), np.nan, dtype=np.float32), []
    for column, meaning in _LENGTHS.items():
        if column in table.columns:
            given = table[column].to_numpy(np.float32)
            new = np.isnan(lengths) & ~np.isnan(given)
            lengths[new] = given[new]
            words += [meaning] * bool(new.any())
    return (lengths, " or, without hips, ".join(words)) if words else None


def moved(table: pd.DataFrame, boxes: npt.NDArray[np.floating], size: int) -> pd.DataFrame:
    """The table for crops of square boxes ``(N, 4)``, at ``size`` pixels, out of the images of a table."""
    scale = size / (boxes[:, 2] - boxes[:, 0])
    changed = {c: table[c].to_numpy() * scale for c in _LENGTHS if c in table.columns}
    for axis in (0, 1):
        shifted = [c for c in _COLUMNS if c in table.columns and "xy"[axis] in c[-2:]]
        changed |= {c: (table[c].to_numpy() - boxes[:, axis]) * scale for c in shifted}
    return table.assign(**changed)
