"""The seven bodies: stature, segment lengths, girths, skin and hair, and the clothes of each take.

Segment lengths are fractions of the stature after Drillis & Contini (1966), as tabulated in Winter,
*Biomechanics and Motor Control of Human Movement*, Fig. 4.1, with the breadths of hips and shoulders
reduced from the outside of the body to the joint centres. Girths are the median men and women of the
1988 ANSUR survey (Gordon et al., 1989), scaled with stature and build. Men and women differ in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pose_lib.geometry.skeletons import H36M17

__all__ = [
    "BODY_PARENTS",
    "BODY_POINTS",
    "SUBJECTS",
    "TAKES",
    "TEST",
    "TRAIN",
    "Body",
    "Colour",
    "Outfit",
    "body",
    "outfit",
]

Colour = tuple[float, float, float]
"""Red, green, blue in [0, 1], as displayed (sRGB)."""

SUBJECTS = ("S1", "S5", "S6", "S7", "S8", "S9", "S11")
"""The subjects of Human3.6M with public poses."""
TRAIN = SUBJECTS[:5]
TEST = SUBJECTS[5:]
TAKES = (1, 2)
"""Every action is performed twice by every subject."""

BODY_POINTS = (*H36M17.joints, "left_toe", "right_toe", "left_hand", "right_hand")
"""The 21 points of a body: the 17 joints, then the tips of feet and hands."""
BODY_PARENTS = (*H36M17.parents, H36M17.index("left_ankle"), H36M17.index("right_ankle"), 13, 16)
"""Parent of each body point; the distance to it is constant."""


@dataclass(frozen=True)
class Body:
    """One person.

    ``lengths`` (mm): ``hip`` and ``shoulder`` (half of the distance between the joints), ``thigh``,
    ``shank``, ``foot`` (ankle to toe), ``ankle`` and ``toe`` (their height over a flat sole), ``spine``
    (hip to spine), ``chest`` (spine to thorax), ``neck`` (thorax to nose), ``head`` (nose to the top of the
    head), ``upper_arm``, ``forearm``, ``hand`` (wrist to fingertips).

    ``girths`` (mm): radii of round limbs at ``thigh``, ``knee``, ``calf``, ``ankle``, ``heel``, ``toe``,
    ``deltoid``, ``elbow``, ``forearm``, ``wrist``, ``palm``, ``fingers``, ``neck``, ``skull``; half-widths
    and half-depths of the trunk, ``chest_width``, ``chest_depth``, ``waist_width``, ``waist_depth``,
    ``pelvis_width``, ``pelvis_depth``.
    """

    subject: str
    female: bool
    stature: float
    """Standing height in mm."""
    lengths: Mapping[str, float]
    girths: Mapping[str, float]
    skin: Colour
    hair: Colour
    hair_style: str
    """``short``, ``bob``, ``long``, ``tail`` or ``bald``."""


@dataclass(frozen=True)
class Outfit:
    """Clothes of one take. Sleeves and legs reach to: 0 nowhere, 1 elbow or knee, 2 wrist or ankle."""

    shirt: Colour
    shirt_pattern: str
    """``plain``, ``stripes``, ``checks`` or ``dots``, in ``shirt`` and ``accent``."""
    accent: Colour
    sleeves: float
    trousers: Colour
    legs: float
    shoes: Colour


def body(subject: str) -> Body:
    """The body of a subject.

    Raises:
        ValueError: no such subject; the message lists them.
    """
    if subject not in _PEOPLE:
        raise ValueError(f"unknown subject {subject!r}; the subjects are {', '.join(SUBJECTS)}")
    person = _PEOPLE[subject]
    return Body(
        subject=subject,
        female=person.female,
        stature=person.stature,
        lengths=MappingProxyType(_lengths(person)),
        girths=MappingProxyType(_girths(person)),
        skin=person.skin,
        hair=person.hair,
        hair_style=person.hair_style,
    )


def outfit(subject: str, take: int) -> Outfit:
    """What a subject wears in a take; all fourteen differ.

    Raises:
        ValueError: no such subject or take.
    """
    if subject not in _PEOPLE:
        raise ValueError(f"unknown subject {subject!r}; the subjects are {', '.join(SUBJECTS)}")
    if take not in TAKES:
        raise ValueError(f"unknown take {take!r} of {subject}; every action has the takes 1 and 2")
    return _WARDROBE[subject][take - 1]


@dataclass(frozen=True)
class _Person:
    female: bool
    stature: float
    build: float  # girths relative to the median of that stature
    leg: float  # leg length relative to the fractions; the trunk makes up the difference
    arm: float
    shoulder: float
    hip: float
    skin: Colour
    hair: Colour
    hair_style: str


def _lengths(p: _Person) -> dict[str, float]:
    """Fractions of the stature: joint heights 0.039 ankle, 0.285 knee, 0.530 hip, 0.822 base of the neck."""
    h = p.stature
    leg = 0.491 * p.leg
    trunk = 0.822 - 0.039 - leg
    fractions = {
        "hip": (0.077 if p.female else 0.073) * p.hip,
        "thigh": 0.245 * p.leg,
        "shank": 0.246 * p.leg,
        "ankle": 0.039,
        "toe": 0.0155,
        "foot": 0.116 if p.female else 0.120,
        "spine": 0.46 * trunk,
        "chest": 0.54 * trunk,
        "neck": 0.0996,
        "head": 0.1012,
        "shoulder": (0.094 if p.female else 0.100) * p.shoulder,
        "upper_arm": 0.172 * p.arm,
        "forearm": 0.146 * p.arm,
        "hand": (0.104 if p.female else 0.108) * p.arm,
    }
    return {name: fraction * h for name, fraction in fractions.items()}


# Median (man, woman) in mm: radii from circumferences, half-widths and half-depths from breadths and depths.
_MEDIAN_GIRTHS = {
    "thigh": (91.0, 90.0),
    "knee": (58.0, 56.0),
    "calf": (59.0, 56.0),
    "ankle": (36.0, 33.0),
    "heel": (38.0, 34.0),
    "toe": (27.0, 24.0),
    "deltoid": (54.0, 46.0),
    "elbow": (43.0, 37.0),
    "forearm": (46.0, 40.0),
    "wrist": (28.0, 24.5),
    "palm": (37.0, 33.0),
    "fingers": (18.0, 15.5),
    "neck": (59.0, 50.0),
    "skull": (78.0, 74.0),
    "chest_width": (161.0, 141.0),
    "chest_depth": (121.0, 118.0),
    "waist_width": (148.0, 128.0),
    "waist_depth": (108.0, 97.0),
    "pelvis_width": (165.0, 172.0),
    "pelvis_depth": (117.0, 114.0),
}
_LEAN = {"heel", "toe", "palm", "fingers", "skull"}  # hardly change with build


def _girths(p: _Person) -> dict[str, float]:
    scale = p.stature / (1630.0 if p.female else 1756.0)
    return {
        name: pair[p.female] * scale * (1.0 if name in _LEAN else p.build)
        for name, pair in _MEDIAN_GIRTHS.items()
    }


_PEOPLE = {
    "S1": _Person(True, 1665, 0.96, 1.010, 1.00, 1.00, 1.00, (0.87, 0.69, 0.57), (0.22, 0.14, 0.09), "tail"),
    "S5": _Person(True, 1610, 1.05, 0.985, 0.98, 1.03, 1.06, (0.93, 0.77, 0.66), (0.62, 0.44, 0.24), "bob"),
    "S6": _Person(
        False, 1845, 0.93, 1.020, 1.03, 0.97, 0.98, (0.80, 0.60, 0.46), (0.10, 0.08, 0.07), "short"
    ),
    "S7": _Person(True, 1725, 0.92, 1.015, 1.02, 0.98, 0.95, (0.62, 0.43, 0.31), (0.07, 0.05, 0.05), "long"),
    "S8": _Person(
        False, 1760, 1.12, 0.975, 0.98, 1.06, 1.07, (0.90, 0.70, 0.58), (0.35, 0.22, 0.12), "short"
    ),
    "S9": _Person(False, 1800, 1.03, 0.995, 1.01, 1.03, 1.00, (0.84, 0.65, 0.52), (0.30, 0.28, 0.27), "bald"),
    "S11": _Person(
        False, 1715, 0.97, 1.000, 0.99, 1.00, 0.97, (0.73, 0.53, 0.40), (0.06, 0.05, 0.04), "short"
    ),
}

_BLACK, _WHITE, _GREY = (0.09, 0.09, 0.10), (0.93, 0.93, 0.91), (0.50, 0.51, 0.53)
_JEANS, _NAVY, _KHAKI = (0.22, 0.31, 0.47), (0.10, 0.13, 0.25), (0.66, 0.57, 0.41)
_RED, _BRICK, _ORANGE = (0.78, 0.11, 0.13), (0.52, 0.18, 0.13), (0.93, 0.47, 0.10)
_YELLOW, _GREEN, _FOREST = (0.93, 0.79, 0.16), (0.18, 0.60, 0.27), (0.11, 0.27, 0.17)
_TEAL, _SKY, _ROYAL = (0.09, 0.50, 0.52), (0.52, 0.73, 0.90), (0.13, 0.26, 0.75)
_PURPLE, _PINK, _BROWN = (0.40, 0.17, 0.50), (0.92, 0.50, 0.62), (0.36, 0.23, 0.15)

_WARDROBE = {
    "S1": (
        Outfit(_RED, "plain", _WHITE, 0.55, _JEANS, 2.0, _WHITE),
        Outfit(_SKY, "stripes", _NAVY, 2.0, _BLACK, 2.0, _BROWN),
    ),
    "S5": (
        Outfit(_BLACK, "plain", _GREY, 0.5, _KHAKI, 1.0, _GREY),
        Outfit(_YELLOW, "dots", _BRICK, 0.0, _ROYAL, 2.0, _BLACK),
    ),
    "S6": (
        Outfit(_WHITE, "plain", _SKY, 0.6, _NAVY, 2.0, _BLACK),
        Outfit(_GREEN, "checks", _BLACK, 2.0, _KHAKI, 2.0, _BROWN),
    ),
    "S7": (
        Outfit(_PURPLE, "plain", _PINK, 2.0, _GREY, 2.0, _WHITE),
        Outfit(_PINK, "stripes", _WHITE, 0.4, _JEANS, 0.8, _RED),
    ),
    "S8": (
        Outfit(_NAVY, "checks", _RED, 1.8, _JEANS, 2.0, _BLACK),
        Outfit(_ORANGE, "plain", _WHITE, 0.6, _FOREST, 0.9, _WHITE),
    ),
    "S9": (
        Outfit(_TEAL, "plain", _WHITE, 0.6, _BLACK, 2.0, _GREY),
        Outfit(_BRICK, "checks", _YELLOW, 2.0, _JEANS, 2.0, _BROWN),
    ),
    "S11": (
        Outfit(_GREY, "stripes", _BLACK, 0.5, _BROWN, 1.0, _ROYAL),
        Outfit(_ROYAL, "plain", _ORANGE, 1.9, _GREY, 2.0, _BLACK),
    ),
}
