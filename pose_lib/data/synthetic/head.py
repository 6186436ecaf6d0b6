"""A head: skin in front, hair behind, dark eyes and mouth, so that front and back look different."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from pose_lib.data.synthetic.bodies import Body
from pose_lib.data.synthetic.flesh import Clay, Frame, Paint, shade, unit
from pose_lib.data.synthetic.wardrobe import Outfit

__all__ = ["add_head"]

# The nose lies ahead of and below the top of the head: cosines of that direction in the head's frame.
_AHEAD, _BELOW = 0.415, 0.910
_SKULL = 78.0  # radius in mm for which the features below are measured
_LIPS = Paint((0.55, 0.24, 0.21))
_EYE = Paint((0.14, 0.10, 0.09))


def add_head(clay: Clay, p: Mapping[str, Tensor], body: Body, outfit: Outfit) -> None:
    """Skull, jaw, neck, features and hair.

    The points ``thorax``, ``nose`` and ``head`` span the head's plane of symmetry; the nose is at its front.
    """
    scale = body.girths["skull"] / _SKULL
    to_nose = unit(p["nose"] - p["head"])
    left = unit(torch.linalg.cross(p["head"] - p["thorax"], to_nose))
    normal: Tensor = torch.linalg.cross(to_nose, left)
    front = _AHEAD * to_nose + _BELOW * normal
    up = _AHEAD * normal - _BELOW * to_nose
    centre = p["head"] - scale * (_SKULL * up + 25 * front)
    frame: Frame = (centre, up, left)
    skin = Paint(body.skin, "skin", shade(body.skin, 0.87))
    hair = Paint(body.hair, "hair", shade(body.hair, 0.7))
    r, g, b = (0.5 * (one + other) for one, other in zip(body.hair, body.skin, strict=True))
    brow = Paint((r, g, b))

    def at(forward: float, upward: float, sideways: float = 0.0) -> Tensor:
        return centre + scale * (forward * front + upward * up + sideways * left)

    def feature(a: Tensor, b: Tensor, ra: float, rb: float, paint: Paint) -> None:
        clay.add("head", a, b, (scale * ra, scale * rb), paint, frame)

    # The skin reaches a little above the top of the head, so that the joint there lies inside the solid.
    feature(at(-16, 12), at(18, 12), 78, 77, skin)
    feature(at(24, -30), at(44, -112), 67, 38, skin)
    neck, base = body.girths["neck"], at(-12, -75)
    clay.add("head", p["thorax"], base, (1.02 * neck, 0.92 * neck), skin, frame)
    collar = Paint(outfit.shirt, "knit")
    clay.add(
        "torso", p["thorax"], torch.lerp(p["thorax"], base, 0.18), (1.22 * neck, 1.06 * neck), collar, frame
    )
    feature(at(88, -42), p["nose"] - 3 * scale * front, 8, 15, skin)
    feature(at(80, -117, -15), at(80, -117, 15), 6, 6, _LIPS)
    for side in (-1.0, 1.0):
        feature(at(82, -40, side * 27), at(81, -41, side * 34), 7.5, 7.5, _EYE)
        feature(at(87, -20, side * 20), at(79, -21, side * 42), 6, 5, brow)
        feature(at(0, -40, side * 76), at(-6, -66, side * 74), 17, 12, skin)
    if body.hair_style == "bald":
        feature(at(-26, -18, -12), at(-26, -18, 12), 72, 72, hair)
        return
    feature(at(-22, 16), at(9, 25), 82, 78.5, hair)
    feature(at(-30, -10), at(-28, -40), 74, 58, hair)
    feature(at(62, 62, -24), at(62, 62, 24), 25, 25, hair)
    if body.hair_style in ("bob", "long"):
        for side in (-1.0, 1.0):
            feature(at(8, 10, side * 62), at(-4, -95, side * 66), 30, 24, hair)
        feature(at(-36, -20), at(-40, -95), 72, 62, hair)
    if body.hair_style == "long":
        feature(at(-48, -60), at(-74, -230), 66, 40, hair)
    if body.hair_style == "tail":
        feature(at(-92, 30), at(-128, 0), 26, 34, hair)
        feature(at(-128, 0), at(-126, -150), 34, 14, hair)
