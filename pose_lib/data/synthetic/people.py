"""The thirteen people: who trains and who is tested, their stature, build, skin and hair.

The training people and the first two test people have the names of Human3.6M's subjects, whose roles they
play. The other test people, ``T1`` to ``T6``, have no counterpart there: its subjects are S1 to S11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["PEOPLE", "SUBJECTS", "TAKES", "TEST", "TRAIN", "Colour", "Person", "known"]

Colour = tuple[float, float, float]
"""Red, green, blue in [0, 1], as displayed (sRGB)."""

TRAIN = ("S1", "S5", "S6", "S7", "S8")
"""The training subjects of Human3.6M."""
TEST = ("S9", "S11", "T1", "T2", "T3", "T4", "T5", "T6")
"""The test subjects of Human3.6M, and six more: an error differs more between people than between frames."""
SUBJECTS = TRAIN + TEST
TAKES = (1, 2)
"""Every action is performed twice by every subject."""


@dataclass(frozen=True)
class Person:
    """What is chosen for a person; the rest of the body is drawn, in :mod:`.bodies`."""

    female: bool
    stature: float
    """Standing height in mm."""
    build: float
    """Girths relative to the median of that stature."""
    skin: Colour
    hair: Colour
    hair_style: str
    """``short``, ``bob``, ``long``, ``tail`` or ``bald``."""


PEOPLE: Mapping[str, Person] = MappingProxyType(
    {
        "S1": Person(True, 1665, 0.96, (0.87, 0.69, 0.57), (0.22, 0.14, 0.09), "tail"),
        "S5": Person(True, 1610, 1.05, (0.93, 0.77, 0.66), (0.62, 0.44, 0.24), "bob"),
        "S6": Person(False, 1845, 0.93, (0.80, 0.60, 0.46), (0.10, 0.08, 0.07), "short"),
        "S7": Person(True, 1725, 0.92, (0.62, 0.43, 0.31), (0.07, 0.05, 0.05), "long"),
        "S8": Person(False, 1760, 1.12, (0.90, 0.70, 0.58), (0.35, 0.22, 0.12), "short"),
        "S9": Person(False, 1800, 1.03, (0.84, 0.65, 0.52), (0.30, 0.28, 0.27), "bald"),
        "S11": Person(False, 1715, 0.97, (0.73, 0.53, 0.40), (0.06, 0.05, 0.04), "short"),
        "T1": Person(True, 1580, 1.00, (0.90, 0.74, 0.60), (0.05, 0.05, 0.06), "long"),
        "T2": Person(False, 1880, 1.06, (0.44, 0.29, 0.21), (0.05, 0.04, 0.04), "bald"),
        "T3": Person(True, 1700, 1.08, (0.95, 0.79, 0.70), (0.72, 0.35, 0.16), "tail"),
        "T4": Person(True, 1640, 0.94, (0.52, 0.35, 0.25), (0.08, 0.06, 0.05), "bob"),
        "T5": Person(False, 1690, 0.94, (0.86, 0.67, 0.52), (0.62, 0.60, 0.57), "short"),
        "T6": Person(True, 1750, 0.99, (0.91, 0.72, 0.60), (0.80, 0.66, 0.42), "short"),
    }
)
"""Statures lie within two standard deviations of the men and the women of the 1988 ANSUR survey."""


def known(subject: str) -> Person:
    """The person of that name.

    Raises:
        ValueError: no such subject; the message lists them.
    """
    if subject not in PEOPLE:
        raise ValueError(f"unknown subject {subject!r}; the subjects are {', '.join(SUBJECTS)}")
    return PEOPLE[subject]
