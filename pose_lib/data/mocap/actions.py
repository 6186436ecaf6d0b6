"""Action and performer of a clip, from the file names of the collections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["CMU", "Known", "cmu_takes", "recognise"]

CMU = {
    "Walking": (
        "02_01-02 05_01 06_01 07_01-12 08_01-11 10_04 12_01-03 15_01 15_03 15_09 15_14 16_11-34 16_47 16_58 "
        "26_01 27_01 29_01 32_01-02 35_01-16 35_28-34 36_02-03 36_09 37_01 38_01-02 38_04 39_01-14 43_01 "
        "45_01 46_01 47_01 49_01 55_04 56_01 69_01-15 69_20-33 81_02-04 81_17 82_09-14 90_22-23 91_01-04 "
        "91_10 91_17 91_22 91_27 91_29 91_31 91_34 91_36 91_57 91_62 93_07 103_07 104_02 104_19 104_22 "
        "104_27 104_35-36 104_39 105_01-03 105_10 105_17 105_22 105_27 105_29 105_31 105_34 105_36 105_57 "
        "105_62 111_34-35 113_05-06 113_25 114_13-15 120_19-20 132_17-22 132_45-50 136_20-24 137_29 139_28 "
        "139_30 141_19 141_25 141_29-30 143_32 143_38 144_33-34"
    ),
    "WalkingTogether": "20_02-05 21_02-05 22_08 23_08",
    "Sitting": "13_04-06 14_29-32 14_36 75_17-20 111_09-11 113_15 114_04-06 141_17 143_18-19",
    "SittingDown": "82_05",
    "Eating": "79_12 79_15 79_42 80_24 80_33",
    "Phoning": "79_36-37 80_25-26",
    "Purchases": "79_16 80_06",
    "Waiting": "40_10-11 137_28 139_02 140_06-07 141_20",
    "Greeting": "18_01-02 19_01-02 79_06 80_01 80_73 111_02 111_37 113_02 113_27 141_16 141_22-23 143_25",
    "Smoking": "80_28",
    "Discussion": "18_08-11 19_08-11 22_21 23_21 80_48 138_11-55",
    "Directions": "13_26-28 14_24-26 139_25",
    "TakingPhoto": "79_78",
    "bend": "02_06 26_09-11 80_08 111_17-18 115_01-10",
    "box": "13_17-18 14_01-03 15_13 17_10 79_08 80_10",
    "climb": "01_01-14 13_33-38 14_21-23 14_33-35",
    "dance": (
        "05_02-20 49_09-17 49_22 55_01-02 60_01-15 61_01-15 93_03-06 93_08 103_03-06 103_08 111_05 113_04"
    ),
    "drink": "13_07-09 14_04-05 14_37 79_38-41 80_40",
    "dribble": "06_02-15",
    "jump": "02_04 13_11 13_13 13_19 13_32 13_39-42 16_01-07 16_09-10 49_02-03 118_01-30",
    "kick": "10_01-03 10_05-06 11_01",
    "laugh": "13_14-16 14_17-19 79_70 80_44",
    "punch": "02_05",
    "run": (
        "02_03 09_01-11 16_08 16_35-46 16_48-57 35_17-26 38_03 111_23-24 113_07 127_03 127_06-08 141_01-03 "
        "141_34 143_01 143_42"
    ),
    "sneak": "17_03-04 77_14-15 77_29-34 139_29 139_31-34 143_41",
    "stool": "13_01-03 14_27-28 15_10",
    "sweep": "13_23-25 14_13 14_15-16 79_55 80_61 143_28",
    "swordplay": "02_07-09",
    "wash": "02_10 13_20-22 14_10-12 79_44 79_90 143_26-27",
}
"""Clips of CMU (``subject_first-last``) by action, after the index on mocap.cs.cmu.edu.

Of Human3.6M's fifteen actions, nobody poses for a photograph and nobody walks a dog there."""

_HDM05 = re.compile(r"HDM_([a-z]{2})_(.+?)(?:_\d+){1,2}", re.ASCII)
_CMU = re.compile(r"(\d{2,3})_(\d{2,3})", re.ASCII)
_BANDAI = re.compile(r"(dataset-\d+)_([a-z-]+)_.+_\d+", re.ASCII)

_KINDS = (
    ("walk.*(together|hand)", "WalkingTogether"),
    ("walk.*dog", "WalkingDog"),
    ("walk(?!back|onplace)", "Walking"),
    ("(sitdown|standupsit)(chair|table)|sittingchair", "Sitting"),
    ("(sitdown|standupsit)(floor|kneel)|sittingdown", "SittingDown"),
    ("sitting|sitdown", "Sitting"),
    ("phon", "Phoning"),
    ("photo", "TakingPhoto"),
    ("smok", "Smoking"),
    ("eat(ing)?$", "Eating"),
    ("wait", "Waiting"),
    ("greet|bow$|bye|wave|shakehand", "Greeting"),
    ("discuss|conversation|talk", "Discussion"),
    ("guide|direction", "Directions"),
)
"""Patterns in a lower-case name without separators; without a match its first word is the action."""


class Known(NamedTuple):
    """What the name of a file says."""

    action: str | None
    performer: str | None


def recognise(stem: str) -> Known:
    """Action and performer of a clip by the name of its file, without its ending.

    An action is one of Human3.6M's fifteen, or a lower-case word if none of those fits; None if the name says
    nothing. The performer is None if the name belongs to no known collection.
    """
    if found := _CMU.fullmatch(stem):
        subject, take = (int(number) for number in found.groups())
        return Known(cmu_takes().get((subject, take)), f"cmu{subject:02d}")
    if found := _HDM05.fullmatch(stem):
        return Known(_kind(found[2]), f"hdm_{found[1]}")
    if found := _BANDAI.fullmatch(stem):
        return Known(_kind(found[2]), found[1])
    return Known(_kind(stem), None)


@cache
def cmu_takes() -> Mapping[tuple[int, int], str]:
    """Subject and take of each clip in :data:`CMU`, with its action."""
    table = {}
    for action, clips in CMU.items():
        for entry in clips.split():
            subject, takes = entry.split("_")
            first, _, last = takes.partition("-")
            for take in range(int(first), int(last or first) + 1):
                table[int(subject), take] = action
    return MappingProxyType(table)


def _kind(name: str) -> str | None:
    plain = re.sub("[^a-z]", "", name.lower())
    for pattern, action in _KINDS:
        if re.search(pattern, plain):
            return action
    first = re.match("[A-Za-z][a-z]+", name)
    return first[0].lower() if first else None
