"""The fifteen actions of Human3.6M, performed by a subject: :func:`generate`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic import floor, handling, locomotion, seated, standing
from pose_lib.data.synthetic.bodies import Body, body
from pose_lib.data.synthetic.people import SUBJECTS, TAKES, TEST, TRAIN
from pose_lib.data.synthetic.props import Prop
from pose_lib.data.synthetic.stage import Action, Cast, style
from pose_lib.data.synthetic.timing import FPS, Array, Mask, arange
from pose_lib.data.synthetic.wardrobe import Outfit, outfit

__all__ = ["ACTIONS", "Motion", "Prop", "generate"]


def _either(first: Action, second: Action) -> Action:
    """One way in the first take, the other in the second."""
    return lambda cast: (first, second)[cast.take - 1](cast)


_PLAY: dict[str, Action] = {
    "Directions": standing.directions,
    "Discussion": standing.discussion,
    "Eating": seated.eating,
    "Greeting": standing.greeting,
    "Phoning": _either(handling.phoning_standing, seated.phoning_seated),
    "Posing": standing.posing,
    "Purchases": handling.purchases,
    "Sitting": seated.sitting,
    "SittingDown": floor.sitting_down,
    "Smoking": _either(seated.smoking_seated, handling.smoking_standing),
    "TakingPhoto": handling.taking_photo,
    "Waiting": _either(standing.waiting, seated.waiting_seated),
    "Walking": locomotion.walking,
    "WalkingDog": locomotion.walking_dog,
    "WalkingTogether": locomotion.walking_together,
}

ACTIONS = tuple(_PLAY)
"""Names of the actions, in the order of the papers' tables."""


@dataclass(frozen=True)
class Motion:
    """The motion of a person, T frames at ``fps``."""

    points: Array
    """(T, 21, 3) world mm, in the order of ``BODY_POINTS``."""
    planted: Mask
    """(T, 2) whether the left and the right foot stand flat on the floor and do not move."""
    body: Body
    outfit: Outfit
    props: tuple[Prop, ...] = ()
    companion: Motion | None = None
    fps: int = FPS

    def at(self, frames: npt.NDArray[np.intp]) -> Motion:
        """Some of the frames, with all that is in the scene; ``fps`` is not changed."""
        return replace(
            self,
            points=self.points[frames],
            planted=self.planted[frames],
            props=tuple(replace(prop, ends=prop.ends[frames]) for prop in self.props),
            companion=None if self.companion is None else self.companion.at(frames),
        )


def generate(action: str, subject: str, take: int, seconds: float = 60.0, seed: int = 0) -> Motion:
    """The motion of a subject who performs an action.

    The same arguments give the same motion on every platform. World frame: z up, floor at 0, mm, the
    scene about 4 x 3 m around the origin.

    Args:
        action: one of :data:`ACTIONS`.
        subject: one of ``SUBJECTS``.
        take: 1 or 2.
        seconds: duration, at 50 frames/s.
        seed: another seed gives another performance.

    Raises:
        ValueError: unknown action, subject or take, or a duration that is no positive number.
    """
    if action not in _PLAY:
        raise ValueError(f"unknown action {action!r}; the actions are {', '.join(ACTIONS)}")
    if subject not in SUBJECTS:
        raise ValueError(f"unknown subject {subject!r}; the subjects are {', '.join(SUBJECTS)}")
    if take not in TAKES:
        raise ValueError(f"unknown take {take!r} of {action} by {subject}; the takes are 1 and 2")
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"seconds must be a positive number, not {seconds!r}")
    partner = _partner(subject)
    cast = Cast(
        body=body(subject),
        t=arange(seconds),
        take=take,
        style=style(subject, take, seed),
        rng=rng("motion", seed, action, subject, take),
        partner=body(partner),
    )
    played = _PLAY[action](cast)
    companion = None
    if played.companion is not None:
        points, planted = played.companion
        companion = Motion(points, planted, cast.partner, outfit(partner, take))
    return Motion(played.points, played.planted, cast.body, outfit(subject, take), played.props, companion)


def _partner(subject: str) -> str:
    """The next subject of the same split, so that test images never show a person of the training set."""
    half = TRAIN if subject in TRAIN else TEST
    return half[(half.index(subject) + 1) % len(half)]
