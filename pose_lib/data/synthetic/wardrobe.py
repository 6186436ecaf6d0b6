"""Other colours for the same clothes, so that a network cannot recognise a person by a shirt."""

from __future__ import annotations

import colorsys
from dataclasses import replace

from pose_lib.data.seeds import rng
from pose_lib.data.synthetic.bodies import Colour, Outfit

__all__ = ["redyed"]


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
