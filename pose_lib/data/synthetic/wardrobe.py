"""The clothes of each take, and other colours for them, so that no person is recognised by a shirt."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.people import TAKES, Colour, known

__all__ = ["Outfit", "outfit", "redyed"]


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


def outfit(subject: str, take: int) -> Outfit:
    """What a subject wears in a take; no two are alike.

    Raises:
        ValueError: no such subject or take.
    """
    known(subject)
    if take not in TAKES:
        raise ValueError(f"unknown take {take!r} of {subject}; every action has the takes 1 and 2")
    return _WARDROBE[subject][take - 1]


def redyed(outfit: Outfit, *names: str | int) -> Outfit:
    """The same clothes in random colours; the names give the random stream."""
    draw = rng("dye", *names)

    def dye(colour: Colour) -> Colour:
        hue, saturation, value = colorsys.rgb_to_hsv(*colour)
        turn, wash, light = draw.uniform(size=3)
        return colorsys.hsv_to_rgb(
            (hue + turn) % 1.0,
            min(1.0, 0.5 * saturation + 0.6 * wash),
            min(1.0, max(0.08, value + 0.5 * (light - 0.5))),
        )

    return replace(
        outfit,
        shirt=dye(outfit.shirt),
        accent=dye(outfit.accent),
        trousers=dye(outfit.trousers),
        shoes=dye(outfit.shoes),
    )


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
    "T1": (
        Outfit(_FOREST, "plain", _WHITE, 0.5, _BLACK, 2.0, _RED),
        Outfit(_WHITE, "dots", _ROYAL, 1.8, _JEANS, 2.0, _WHITE),
    ),
    "T2": (
        Outfit(_ORANGE, "stripes", _BROWN, 0.6, _GREY, 1.0, _WHITE),
        Outfit(_NAVY, "plain", _SKY, 2.0, _KHAKI, 2.0, _BROWN),
    ),
    "T3": (
        Outfit(_PURPLE, "checks", _WHITE, 2.0, _JEANS, 2.0, _BLACK),
        Outfit(_SKY, "plain", _WHITE, 0.0, _BRICK, 1.0, _GREY),
    ),
    "T4": (
        Outfit(_YELLOW, "plain", _ORANGE, 0.4, _NAVY, 2.0, _WHITE),
        Outfit(_TEAL, "stripes", _WHITE, 2.0, _GREY, 2.0, _BLACK),
    ),
    "T5": (
        Outfit(_BRICK, "plain", _BLACK, 1.9, _BROWN, 2.0, _BLACK),
        Outfit(_GREEN, "stripes", _YELLOW, 0.6, _JEANS, 1.0, _GREY),
    ),
    "T6": (
        Outfit(_PINK, "dots", _PURPLE, 0.5, _BLACK, 0.9, _WHITE),
        Outfit(_GREY, "checks", _RED, 2.0, _NAVY, 2.0, _BROWN),
    ),
}
