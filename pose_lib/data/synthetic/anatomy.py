"""From the 21 points of a body to the solids of its skin and clothes.

Everything is made of one primitive, the rounded cone. A trunk is several of them side by side, as deep and as
wide as the body's girths; limbs follow the outline of their muscles; sleeves and trousers are wider limbs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from pose_lib.data.synthetic.bodies import BODY_POINTS, Body
from pose_lib.data.synthetic.flesh import Clay, Frame, Paint, Solids, shade, unit
from pose_lib.data.synthetic.head import add_head
from pose_lib.data.synthetic.props import Prop
from pose_lib.data.synthetic.wardrobe import Outfit

__all__ = ["person", "things"]

_Points = Mapping[str, Tensor]


def person(points: Tensor, body: Body, outfit: Outfit, part: str | None = None) -> Solids:
    """The solids of a body and its clothes, on the device of the points.

    Args:
        points: ``(T, 21, 3)`` world mm in the order of ``BODY_POINTS``.
        body: girths, skin and hair.
        outfit: clothes.
        part: one part for every solid (``companion``), instead of the name of its own part.

    Raises:
        ValueError: points of another shape.
    """
    if points.ndim != 3 or points.shape[1:] != (len(BODY_POINTS), 3):
        raise ValueError(f"points are {tuple(points.shape)}, expected (T, {len(BODY_POINTS)}, 3)")
    p = dict(zip(BODY_POINTS, points.float().unbind(1), strict=True))
    clay = Clay(part)
    _trunk(clay, p, body, outfit)
    add_head(clay, p, body, outfit)
    for side in ("left", "right"):
        _arm(clay, p, body, outfit, side)
        _leg(clay, p, body, outfit, side)
    return clay.solids()


def things(props: Iterable[Prop], device: torch.device | str = "cpu") -> Solids:
    """The solids of props; at least one."""
    clay = Clay()
    for prop in props:
        a, b = torch.tensor(prop.ends, dtype=torch.float32, device=device).unbind(1)
        clay.add("prop", a, b, prop.radii, Paint(prop.colour))
    return clay.solids()


def _trunk(clay: Clay, p: _Points, body: Body, outfit: Outfit) -> None:
    g, chest = body.girths, body.lengths["chest"]
    hip, spine, thorax = p["hip"], p["spine"], p["thorax"]
    hips_left, hips_front, hips_up = _frame(p["left_hip"] - p["right_hip"], spine - hip)
    left, front, up = _frame(p["left_shoulder"] - p["right_shoulder"], thorax - spine)
    shirt, trousers = _shirt(outfit), Paint(outfit.trousers, "denim")
    below: Frame = (hip, hips_up, hips_left)
    above: Frame = (spine, up, left)

    deep, wide = g["pelvis_depth"], g["pelvis_width"] - g["pelvis_depth"]
    seat = hip - 0.1 * deep * hips_front
    clay.add("hips", seat - wide * hips_left, seat + wide * hips_left, (deep, deep), trousers, below)
    belt, hem = torch.lerp(hip, spine, 0.45), torch.lerp(hip, spine, 0.30)
    waist = torch.lerp(spine, thorax, 0.10)
    breast = thorax - 0.42 * chest * up + 0.06 * g["chest_depth"] * front
    top = thorax - 0.20 * chest * up + 0.05 * g["chest_depth"] * front
    for side in (-1.0, 1.0):

        def beside(
            centre: Tensor, axis: Tensor, width: float, radius: float, side: float = side
        ) -> tuple[Tensor, float]:
            return centre + side * max(width - radius, 1.0) * axis, radius

        bottom = beside(torch.lerp(hip, spine, 0.1), hips_left, g["pelvis_width"], 0.93 * deep)
        girdle = beside(belt, hips_left, 0.97 * g["waist_width"], 0.96 * g["waist_depth"])
        clay.chain("hips", [bottom, girdle], trousers, below)
        knots = [
            beside(hem, hips_left, 0.98 * g["pelvis_width"], 0.97 * deep),
            beside(waist, unit(hips_left + left), g["waist_width"], g["waist_depth"]),
            beside(breast, left, g["chest_width"], 0.95 * g["chest_depth"]),
            beside(top, left, g["chest_width"], 0.72 * g["chest_depth"]),
        ]
        clay.chain("torso", knots, shirt, above)
        shoulder = p["left_shoulder" if side > 0 else "right_shoulder"]
        yoke = 0.92 * g["deltoid"]
        clay.add("torso", thorax - 0.10 * chest * up, shoulder - 8 * up, (1.3 * yoke, yoke), shirt, above)
        if body.female:
            bust = thorax - 0.50 * chest * up + 0.62 * g["chest_depth"] * front + side * 62 * left
            clay.add("torso", bust, bust + 25 * up - 12 * front, (62, 52), shirt, above)
        else:
            pectoral = thorax - 0.38 * chest * up + 0.42 * g["chest_depth"] * front + side * 55 * left
            clay.add("torso", pectoral, pectoral + side * 35 * left + 20 * up, (72, 62), shirt, above)


def _arm(clay: Clay, p: _Points, body: Body, outfit: Outfit, side: str) -> None:
    g = body.girths
    shoulder, elbow, wrist, tip = (p[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist", "hand"))
    sleeve, skin = _shirt(outfit), _skin(body)
    upper = [(0.0, 0.92 * g["deltoid"]), (0.4, 0.90 * g["deltoid"]), (1.0, g["elbow"])]
    lower = [(0.0, g["elbow"]), (0.28, g["forearm"]), (1.0, g["wrist"])]
    _limb(clay, f"{side}_upper_arm", (shoulder, elbow), upper, outfit.sleeves, sleeve, 6.0, skin)
    _limb(clay, f"{side}_forearm", (elbow, wrist), lower, outfit.sleeves - 1, sleeve, 6.0, skin)
    # A hand is flat, and its plane contains the axis about which the elbow bends.
    along = unit(tip - wrist)
    hinge = torch.linalg.cross(unit(elbow - shoulder) + 1e-3, unit(wrist - elbow))
    palm_axis = unit(hinge - (hinge * along).sum(-1, keepdim=True) * along)
    thumb = -palm_axis if side == "left" else palm_axis
    palm, fingers, reach = g["palm"], g["fingers"], tip - wrist
    thick, part = 0.62 * palm, f"{side}_hand"
    for offset in (-1.0, 1.0):
        shift = offset * (palm - thick) * thumb
        knuckles = wrist + 0.55 * reach + shift
        ends = tip - 0.75 * fingers * along + 0.7 * shift
        clay.add(part, wrist + 0.5 * shift, knuckles, (0.85 * g["wrist"], thick), skin)
        clay.add(part, knuckles, ends, (0.9 * thick, 0.75 * fingers), skin)
    root = wrist + 0.2 * reach + 0.6 * palm * thumb
    clay.add(part, root, root + 0.33 * reach + 0.55 * palm * thumb, (0.9 * fingers, 0.6 * fingers), skin)


def _leg(clay: Clay, p: _Points, body: Body, outfit: Outfit, side: str) -> None:
    g, lengths = body.girths, body.lengths
    hip, knee, ankle, toe = (p[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "toe"))
    cloth, skin = Paint(outfit.trousers, "denim"), _skin(body)
    thigh = [(0.0, g["thigh"]), (0.55, 0.86 * g["thigh"]), (1.0, g["knee"])]
    shank = [(0.0, g["knee"]), (0.3, g["calf"]), (1.0, g["ankle"])]
    _limb(clay, f"{side}_thigh", (hip, knee), thigh, outfit.legs, cloth, 8.0, skin)
    _limb(clay, f"{side}_shank", (knee, ankle), shank, outfit.legs - 1, cloth, 8.0, skin)
    # The toe point lies lower over a flat sole than the ankle, which tilts the line between them.
    line = unit(toe - ankle)
    lateral = unit(torch.linalg.cross(line, unit(knee - ankle)) + 1e-4)
    drop = (lengths["ankle"] - lengths["toe"]) / lengths["foot"]
    forward = (1 - drop * drop) ** 0.5 * line + drop * torch.linalg.cross(lateral, line)
    up = torch.linalg.cross(lateral, forward)
    back, tip = g["heel"] + 3, g["toe"] + 2
    heel = ankle - (lengths["ankle"] - back) * up - 0.16 * lengths["foot"] * forward
    ball = toe - (lengths["toe"] - tip) * up - 1.1 * tip * forward
    part, shoe, sole = f"{side}_foot", Paint(outfit.shoes), Paint(_lighter(outfit.shoes))
    clay.add(part, ankle, heel, (g["ankle"] + 4, back), shoe)
    clay.add(part, heel, ball, (back, tip + 3), shoe)
    clay.add(part, torch.lerp(ankle, toe, 0.1), ball, (g["ankle"] + 3, tip + 2), shoe)
    for shift in (-12.0, 12.0):
        end = ball + shift * lateral
        clay.add(part, end - 30 * forward, end, (tip, tip), shoe)
    clay.add(part, heel - (back - 12) * up, ball - (tip - 10) * up, (15, 13), sole)


def _limb(
    clay: Clay,
    part: str,
    ends: tuple[Tensor, Tensor],
    profile: Sequence[tuple[float, float]],
    covered: float,
    cloth: Paint,
    ease: float,
    skin: Paint,
) -> None:
    """A limb with radii at shares of its length, in clothes from its start to the share ``covered``."""

    shares, radii = zip(*profile, strict=True)

    def knots(first: float, last: float, extra: float) -> list[tuple[Tensor, float]]:
        inner = [t for t in shares if first < t < last]
        return [
            (torch.lerp(*ends, t), float(np.interp(t, shares, radii)) + extra) for t in (first, *inner, last)
        ]

    end = min(max(covered, 0.0), 1.0)
    if end < 1:
        clay.chain(part, knots(end, 1.0, 0.0), skin)
    if end > 0:
        clay.chain(part, knots(0.0, end, ease), cloth)


def _shirt(outfit: Outfit) -> Paint:
    if outfit.shirt_pattern == "plain":
        return Paint(outfit.shirt, "knit")
    return Paint(outfit.shirt, outfit.shirt_pattern, outfit.accent)


def _skin(body: Body) -> Paint:
    return Paint(body.skin, "skin", shade(body.skin, 0.87))


def _lighter(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    r, g, b = colour
    return (0.35 + 0.3 * r, 0.35 + 0.3 * g, 0.35 + 0.3 * b)


def _frame(left: Tensor, up: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Left, front and up of a trunk, orthonormal."""
    left = unit(left)
    up = unit(up - (up * left).sum(-1, keepdim=True) * left)
    return left, torch.linalg.cross(left, up), up
