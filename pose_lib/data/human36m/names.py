"""Subjects, cameras, actions and takes of Human3.6M, under all the names that they have on disks.

A subject performs each action twice. What the two files are called differs from subject to subject, and two
actions have another name for one of them; the names are those of ``metadata.xml`` in the official download.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from pose_lib.data.human36m.errors import Human36mError

__all__ = [
    "RECORDED_ACTIONS",
    "RECORDED_CAMERAS",
    "RECORDED_SUBJECTS",
    "canonical_action",
    "file_name_of",
    "take_of",
]

RECORDED_SUBJECTS = ("S1", "S5", "S6", "S7", "S8", "S9", "S11")
"""Those whose poses are public; of S2, S3, S4 and S10 only the videos are."""
RECORDED_CAMERAS = ("54138969", "55011271", "58860488", "60457274")
"""In the order of the data set's own numbers 1 to 4."""
RECORDED_ACTIONS = (
    "Directions",
    "Discussion",
    "Eating",
    "Greeting",
    "Phoning",
    "Posing",
    "Purchases",
    "Sitting",
    "SittingDown",
    "Smoking",
    "TakingPhoto",
    "Waiting",
    "Walking",
    "WalkingDog",
    "WalkingTogether",
)
"""In the order of the data set's own numbers 2 to 16; number 1 is not an action."""

_SYNONYMS = {
    "Photo": "TakingPhoto",
    "Purchase": "Purchases",
    "WalkDog": "WalkingDog",
    "WalkTogether": "WalkingTogether",
}
_ON_DISK = {"TakingPhoto": "Photo", "WalkingDog": "WalkDog", "WalkingTogether": "WalkTogether"}

_Numbers = tuple[str, str]
_USUAL: _Numbers = ("1", "")
_UNUSUAL: Mapping[str, Mapping[str, _Numbers]] = MappingProxyType(
    {
        "S1": {"Eating": ("2", ""), "Sitting": ("1", "2"), "SittingDown": ("2", "")},
        "S5": {
            "Directions": ("1", "2"),
            "Discussion": ("2", "3"),
            "Greeting": ("1", "2"),
            "SittingDown": ("", "1"),
            "TakingPhoto": ("", "2"),
            "Waiting": ("1", "2"),
        },
        "S6": {
            "Eating": ("1", "2"),
            "Posing": ("2", ""),
            "Sitting": ("1", "2"),
            "TakingPhoto": ("", "1"),
            "Waiting": ("3", ""),
        },
        "S7": {
            "Phoning": ("2", ""),
            "SittingDown": ("", "1"),
            "TakingPhoto": ("", "1"),
            "Waiting": ("1", "2"),
            "Walking": ("1", "2"),
        },
        "S8": {"SittingDown": ("", "1"), "WalkingTogether": ("1", "2")},
        "S9": {"Discussion": ("1", "2"), "SittingDown": ("", "1")},
        "S11": {
            "Discussion": ("1", "2"),
            "Greeting": ("2", ""),
            "Phoning": ("3", "2"),
            "SittingDown": ("", "1"),
            "Smoking": ("2", ""),
        },
    }
)
"""The numbers behind the names of the first and the second take, where they are not 1 and none."""


def canonical_action(name: str) -> str:
    """The action that a name of a file or folder stands for, without its number.

    ``Photo 1``, ``TakingPhoto-1`` and ``TakingPhoto`` are ``TakingPhoto``. Names are compared whole:
    ``SittingDown`` is never taken for ``Sitting``.

    Raises:
        Human36mError: no action has that name; lists those that exist.
    """
    return _parts(name)[0]


def take_of(subject: str, name: str) -> tuple[str, int]:
    """Action and take (1 or 2) of a recording by the name of its file, such as ``WalkDog 1``.

    Raises:
        Human36mError: the subject has no recording of that name; lists the two of the action.
    """
    action, number = _parts(name)
    numbers = _numbers(subject, action)
    if number not in numbers:
        known = " and ".join(repr(file_name_of(subject, action, take)) for take in (1, 2))
        raise Human36mError(f"{subject} has no recording {name!r}; of {action} there are {known}")
    return action, numbers.index(number) + 1


def file_name_of(subject: str, action: str, take: int) -> str:
    """The name of a recording's files in the official download, such as ``WalkDog 1``."""
    spelled = action if subject == "S1" and action != "WalkingTogether" else _ON_DISK.get(action, action)
    return f"{spelled} {_numbers(subject, action)[take - 1]}".rstrip()


def _parts(name: str) -> tuple[str, str]:
    found = re.fullmatch(r"([A-Za-z]+?)(?:[ _-]?(\d))?", name)
    action = "" if found is None else _SYNONYMS.get(found[1], found[1])
    if found is None or action not in RECORDED_ACTIONS:
        raise Human36mError(f"no action is called {name!r}; there are: {', '.join(RECORDED_ACTIONS)}")
    return action, found[2] or ""


def _numbers(subject: str, action: str) -> _Numbers:
    if subject not in RECORDED_SUBJECTS:
        raise Human36mError(f"no poses of subject {subject!r}; there are: {', '.join(RECORDED_SUBJECTS)}")
    return _UNUSUAL.get(subject, {}).get(action, _USUAL)
