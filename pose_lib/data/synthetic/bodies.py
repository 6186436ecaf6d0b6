"""The body of a person: lengths of the segments and girths.

Segment lengths are fractions of the stature after Drillis & Contini (1966), as tabulated in Winter,
*Biomechanics and Motor Control of Human Movement*, Fig. 4.1, with the breadths of hips and shoulders
reduced from the outside of the body to the joint centres. Girths are the median men and women of the
1988 ANSUR survey (Gordon et al., 1989), scaled with stature and build. Men and women differ in both.

People of one stature differ in their proportions. Each person's are drawn once, by name, around those means:
see :data:`SPREAD`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.people import Colour, Person, known
from pose_lib.geometry.skeletons import H36M17

__all__ = ["ARM_AND_LEG", "BODY_PARENTS", "BODY_POINTS", "SPREAD", "Body", "body"]

BODY_POINTS = (*H36M17.joints, "left_toe", "right_toe", "left_hand", "right_hand")
"""The 21 points of a body: the 17 joints, then the tips of feet and hands."""
BODY_PARENTS = (*H36M17.parents, H36M17.index("left_ankle"), H36M17.index("right_ankle"), 13, 16)
"""Parent of each body point; the distance to it is constant."""

SPREAD: Mapping[str, float] = MappingProxyType(
    {
        "leg": 0.025,
        "shank": 0.034,
        "arm": 0.028,
        "forearm": 0.035,
        "shoulder": 0.038,
        "hip": 0.046,
        "hand": 0.037,
        "foot": 0.030,
        "spine": 0.030,
    }
)
"""Standard deviation over people, as a share of the mean: of ``leg``, ``arm``, ``shoulder``, ``hip``,
``hand`` and ``foot`` relative to the stature, of the ratios ``shank`` to thigh and ``forearm`` to upper arm,
and of the part of the trunk below the ``spine`` joint.

They are those of the first 29 men in the public table of the 2012 ANSUR survey (Gordon et al., 2014), where a
deviation has a standard error of 13 %: trochanter to ankle, of which the epicondyle of the femur divides
shank and thigh; acromion to radiale and radiale to stylion; the breadths between the acromia and the iliac
crests; hand and foot. Chosen by us: 2.5 instead of 3.1 % for the leg, whose upper end is hard to feel under
the skin; 3 % for the spine joint, which the survey has no landmark for; the same numbers for women; and
normal deviates that are independent, except for arms and legs (:data:`ARM_AND_LEG`), and cut at 2."""
ARM_AND_LEG = 0.57
"""Correlation of the lengths of arm and leg relative to the stature, of the same men."""


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


def body(subject: str) -> Body:
    """The body of a subject.

    Raises:
        ValueError: no such subject; the message lists them.
    """
    person = known(subject)
    return Body(
        subject=subject,
        female=person.female,
        stature=person.stature,
        lengths=MappingProxyType(_lengths(subject, person)),
        girths=MappingProxyType(_girths(person)),
        skin=person.skin,
        hair=person.hair,
        hair_style=person.hair_style,
    )


def _proportions(subject: str) -> dict[str, float]:
    """What a person's proportions are relative to the mean."""
    draws = rng("proportions", subject).normal(size=len(SPREAD))
    drawn = dict(zip(SPREAD, draws, strict=True))
    drawn["arm"] = ARM_AND_LEG * drawn["leg"] + (1 - ARM_AND_LEG**2) ** 0.5 * drawn["arm"]
    return {name: 1 + SPREAD[name] * min(max(float(z), -2.0), 2.0) for name, z in drawn.items()}


def _lengths(subject: str, p: Person) -> dict[str, float]:
    """Fractions of the stature: joint heights 0.039 ankle, 0.285 knee, 0.530 hip, 0.822 base of the neck.

    The trunk makes up for longer or shorter legs.
    """
    own = _proportions(subject)
    thigh, shank = _divided(0.491 * own["leg"], 0.246 / 0.245 * own["shank"])
    upper_arm, forearm = _divided(0.318 * own["arm"], 0.146 / 0.172 * own["forearm"])
    trunk = 0.822 - 0.039 - thigh - shank
    spine = 0.46 * own["spine"] * trunk
    fractions = {
        "hip": (0.077 if p.female else 0.073) * own["hip"],
        "thigh": thigh,
        "shank": shank,
        "ankle": 0.039,
        "toe": 0.0155,
        "foot": (0.116 if p.female else 0.120) * own["foot"],
        "spine": spine,
        "chest": trunk - spine,
        "neck": 0.0996,
        "head": 0.1012,
        "shoulder": (0.094 if p.female else 0.100) * own["shoulder"],
        "upper_arm": upper_arm,
        "forearm": forearm,
        "hand": (0.104 if p.female else 0.108) * own["hand"],
    }
    return {name: fraction * p.stature for name, fraction in fractions.items()}


def _divided(whole: float, ratio: float) -> tuple[float, float]:
    """The two parts of a length, the second ``ratio`` times as long as the first."""
    return whole / (1 + ratio), whole * ratio / (1 + ratio)


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


def _girths(p: Person) -> dict[str, float]:
    scale = p.stature / (1630.0 if p.female else 1756.0)
    return {
        name: pair[p.female] * scale * (1.0 if name in _LEAN else p.build)
        for name, pair in _MEDIAN_GIRTHS.items()
    }
