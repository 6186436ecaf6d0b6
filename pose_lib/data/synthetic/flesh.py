"""From 21 body points to solids: the rounded cones that a renderer draws, with their colours and parts.

Everything is sculpted from one primitive. A trunk is several of them side by side, as deep and as wide as
the body's girths say; a face is skin in front, hair behind, and dark eyes and mouth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import torch
from torch import Tensor

from pose_lib.data.synthetic.bodies import BODY_POINTS, Body, Colour, Outfit

__all__ = ["JOINT_PARTS", "MATERIALS", "PARTS", "Solids", "join", "person", "things"]

PARTS = (
    "background",
    "hips",
    "torso",
    "head",
    "right_thigh",
    "right_shank",
    "right_foot",
    "left_thigh",
    "left_shank",
    "left_foot",
    "left_upper_arm",
    "left_forearm",
    "left_hand",
    "right_upper_arm",
    "right_forearm",
    "right_hand",
    "prop",
    "companion",
)
"""Names of the values of a part mask. Left and right are the person's own."""

JOINT_PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "hip": ("hips", "torso", "right_thigh", "left_thigh"),
        "spine": ("hips", "torso"),
        "thorax": ("torso", "head"),
        "nose": ("head",),
        "head": ("head",),
    }
    | {
        f"{side}_{joint}": tuple(
            part if part in ("hips", "torso") else f"{side}_{part}" for part in parts.split()
        )
        for side in ("right", "left")
        for joint, parts in {
            "hip": "hips thigh",
            "knee": "thigh shank",
            "ankle": "shank foot",
            "shoulder": "torso upper_arm",
            "elbow": "upper_arm forearm",
            "wrist": "forearm hand",
        }.items()
    }
)
"""For each joint the parts that meet in it: it is visible where one of them is in front."""

MATERIALS = ("plain", "stripes", "checks", "dots", "skin", "hair", "denim", "knit")
"""Surface textures; each blends a solid's two colours."""

_PERIOD = {"stripes": 90.0, "checks": 150.0, "dots": 110.0, "hair": 90.0, "denim": 260.0}
_LIPS: Colour = (0.55, 0.22, 0.20)
_DARK: Colour = (0.07, 0.05, 0.05)
_EYE_WHITE: Colour = (0.90, 0.88, 0.85)


@dataclass(frozen=True)
class Solids:
    """``P`` rounded cones in ``T`` frames; world frame, mm."""

    ends: Tensor
    """``(T, P, 2, 3)``."""
    radii: Tensor
    """``(P, 2)`` mm."""
    colours: Tensor
    """``(P, 2, 3)`` base and second colour, sRGB in [0, 1]."""
    material: Tensor
    """``(P,)`` index into :data:`MATERIALS`."""
    part: Tensor
    """``(P,)`` uint8 index into :data:`PARTS`."""
    grain: Tensor
    """``(T, P, 2, 3)`` directions of the texture's two axes, in periods a mm."""
    phase: Tensor
    """``(T, P, 2)`` texture coordinates of the first end, in periods."""

    def __len__(self) -> int:
        return len(self.ends)

    def at(self, frames: Tensor | slice) -> Solids:
        """The same solids in some of the frames."""
        return replace(self, ends=self.ends[frames], grain=self.grain[frames], phase=self.phase[frames])


def join(groups: Sequence[Solids]) -> Solids:
    """All solids of several groups that have the same frames."""
    per_frame = {n: torch.cat([getattr(g, n) for g in groups], 1) for n in ("ends", "grain", "phase")}
    fixed = {n: torch.cat([getattr(g, n) for g in groups]) for n in ("radii", "colours", "material", "part")}
    return Solids(**per_frame, **fixed)


def things(items: Iterable[tuple[Tensor, Sequence[float], Colour]], part: str = "prop") -> Solids:
    """Solids of props, each given as ends ``(T, 2, 3)`` in mm, two radii and a colour."""
    clay = _Clay()
    for ends, radii, colour in items:
        a, b = ends.float().unbind(1)
        clay.add(part, a, b, radii[0], radii[1], colour, "plain")
    return clay.solids()


def person(points: Tensor, body: Body, outfit: Outfit, part: str | None = None) -> Solids:
    """The flesh and clothes of a body.

    Args:
        points: ``(T, 21, 3)`` world mm in the order of ``BODY_POINTS``.
        body: lengths, girths, skin and hair.
        outfit: clothes.
        part: give every solid this one part (a companion), instead of the part that it is.

    Raises:
        ValueError: points of another shape.
    """
    if points.ndim != 3 or points.shape[1:] != (len(BODY_POINTS), 3):
        raise ValueError(f"points are {tuple(points.shape)}, expected (T, {len(BODY_POINTS)}, 3)")
    p = dict(zip(BODY_POINTS, points.float().unbind(1), strict=True))
    clay = _Clay(part=part)
    _trunk(clay, p, body, outfit)
    _head(clay, p, body, outfit)
    for side in ("left", "right"):
        _arm(clay, p, body, outfit, side)
        _leg(clay, p, body, outfit, side)
    return clay.solids()


@dataclass
class _Clay:
    """Solids in the making."""

    part: str | None = None
    ends: list[Tensor] = field(default_factory=list)
    grain: list[Tensor] = field(default_factory=list)
    phase: list[Tensor] = field(default_factory=list)
    radii: list[tuple[float, float]] = field(default_factory=list)
    colours: list[tuple[Colour, Colour]] = field(default_factory=list)
    material: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def add(
        self,
        part: str,
        a: Tensor,
        b: Tensor,
        ra: float,
        rb: float,
        colour: Colour,
        material: str,
        second: Colour | None = None,
        frame: tuple[Tensor, Tensor, Tensor] | None = None,
    ) -> None:
        """One cone. ``frame`` gives the texture's origin and two axes; else it runs along the cone."""
        if frame is None:
            along = _unit(b - a)
            across = _unit(torch.linalg.cross(along, _upright(along)))
            frame = (a, along, across)
        origin, along, across = frame
        grain = torch.stack([along, across], 1) / _PERIOD.get(material, 220.0)
        self.ends.append(torch.stack([a, b], 1))
        self.grain.append(grain)
        self.phase.append((grain * (a - origin)[:, None]).sum(-1))
        self.radii.append((ra, rb))
        self.colours.append((colour, second or tuple(0.8 * c for c in colour)))  # type: ignore[arg-type]
        self.material.append(MATERIALS.index(material))
        self.parts.append(PARTS.index(self.part or part))

    def chain(
        self, part: str, knots: Sequence[tuple[Tensor, float]], colour: Colour, material: str, **more: object
    ) -> None:
        """Cones through several spheres."""
        for (a, ra), (b, rb) in zip(knots[:-1], knots[1:], strict=True):
            self.add(part, a, b, ra, rb, colour, material, **more)  # type: ignore[arg-type]

    def solids(self) -> Solids:
        ends = torch.stack(self.ends, 1)

        def like(values: object, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.tensor(values, dtype=dtype, device=ends.device)

        return Solids(
            ends=ends,
            radii=like(self.radii),
            colours=like(self.colours),
            material=like(self.material, torch.int64),
            part=like(self.parts, torch.uint8),
            grain=torch.stack(self.grain, 1),
            phase=torch.stack(self.phase, 1),
        )


def _trunk(clay: _Clay, p: Mapping[str, Tensor], body: Body, outfit: Outfit) -> None:
    g = body.girths
    hip, spine, thorax = p["hip"], p["spine"], p["thorax"]
    hips_left, hips_front, hips_up = _frame(p["left_hip"] - p["right_hip"], spine - hip)
    left, front, up = _frame(p["left_shoulder"] - p["right_shoulder"], thorax - spine)
    middle_left = _unit(hips_left + left)
    shirt: dict[str, object] = {
        "colour": outfit.shirt,
        "material": outfit.shirt_pattern if outfit.shirt_pattern != "plain" else "knit",
        "second": outfit.accent if outfit.shirt_pattern != "plain" else None,
    }
    trousers: dict[str, object] = {"colour": outfit.trousers, "material": "denim"}
    below = (hip, hips_up, hips_left)
    above = (spine, up, left)
    length = body.lengths["chest"]

    wide = g["pelvis_width"] - g["pelvis_depth"]
    deep = g["pelvis_depth"]
    seat = hip - 0.10 * deep * hips_front
    clay.add("hips", seat - wide * hips_left, seat + wide * hips_left, deep, deep, frame=below, **trousers)  # type: ignore[arg-type]
    belt = hip + 0.45 * (spine - hip)
    waist = spine + 0.10 * (thorax - spine)
    breast = thorax - 0.42 * length * up + 0.06 * g["chest_depth"] * front
    top = thorax - 0.20 * length * up + 0.05 * g["chest_depth"] * front
    for side in (-1.0, 1.0):

        def beside(
            centre: Tensor, axis: Tensor, width: str, depth: str, fill: float = 1.0
        ) -> tuple[Tensor, float]:
            radius = fill * g[depth]
            return centre + side * max(g[width] - radius, 1.0) * axis, radius  # noqa: B023

        bottom = beside(hip + 0.1 * (spine - hip), hips_left, "pelvis_width", "pelvis_depth", 0.93)
        clay.chain(
            "hips",
            [bottom, beside(belt, hips_left, "pelvis_width", "waist_depth", 0.97)],
            frame=below,
            **trousers,
        )  # type: ignore[arg-type]
        knots = [
            beside(belt, hips_left, "pelvis_width", "waist_depth", 1.0),
            beside(waist, middle_left, "waist_width", "waist_depth"),
            beside(breast, left, "chest_width", "chest_depth", 0.95),
            beside(top, left, "chest_width", "chest_depth", 0.72),
        ]
        clay.chain("torso", knots, frame=above, **shirt)  # type: ignore[arg-type]
        shoulder = p["left_shoulder" if side > 0 else "right_shoulder"]
        yoke = g["deltoid"] * 1.02
        clay.add(
            "torso", thorax - 0.10 * length * up, shoulder - 6 * up, 1.25 * yoke, yoke, frame=above, **shirt
        )  # type: ignore[arg-type]
        if body.female:
            bust = thorax - 0.50 * length * up + 0.62 * g["chest_depth"] * front + side * 62 * left
            clay.add("torso", bust, bust + 25 * up - 12 * front, 62, 52, frame=above, **shirt)  # type: ignore[arg-type]
        else:
            pec = thorax - 0.38 * length * up + 0.42 * g["chest_depth"] * front + side * 55 * left
            clay.add("torso", pec, pec + side * 35 * left + 20 * up, 72, 62, frame=above, **shirt)  # type: ignore[arg-type]


def _head(clay: _Clay, p: Mapping[str, Tensor], body: Body, outfit: Outfit) -> None:
    """Skull, jaw, features and hair. The nose lies in front of and below the top of the head."""
    skull = body.girths["skull"]
    unit = skull / 78
    down, ahead = 0.910, 0.415  # the nose seen from the top of the head
    to_nose = _unit(p["nose"] - p["head"])
    left = _unit(torch.linalg.cross(p["head"] - p["thorax"], to_nose))
    normal = torch.linalg.cross(to_nose, left)
    front = ahead * to_nose + down * normal
    up = ahead * normal - down * to_nose
    centre = p["head"] - skull * up - 25 * unit * front

    def at(forward: float, upward: float, sideways: float = 0.0) -> Tensor:
        return centre + unit * (forward * front + upward * up + sideways * left)

    frame = (centre, up, left)
    skin, hair = body.skin, body.hair
    flush: Colour = tuple(0.86 * c for c in skin)  # type: ignore[assignment]

    def feature(a: Tensor, b: Tensor, ra: float, rb: float, colour: Colour, material: str = "skin") -> None:
        second = flush if material == "skin" else None
        clay.add("head", a, b, ra * unit, rb * unit, colour, material, second, frame)

    feature(at(-16, 0), at(18, 0), 77.5, 77, skin)
    feature(at(24, -30), at(44, -112), 67, 38, skin)
    neck = body.girths["neck"]
    clay.add("head", p["thorax"], at(-12, -75), neck * 1.05, neck * 0.95, skin, "skin", flush)
    collar = torch.lerp(p["thorax"], at(-12, -75), 0.2)
    clay.add("torso", p["thorax"], collar, neck * 1.25, neck * 1.1, outfit.shirt, "knit")
    feature(at(90, -42), p["nose"] - unit * 10 * front, 9, 14, skin)
    feature(at(80, -116, -16), at(80, -116, 16), 6.5, 6.5, _LIPS, "plain")
    for side in (-1.0, 1.0):
        feature(at(80, -42, side * 30), at(80, -42, side * 36), 13, 13, _EYE_WHITE, "plain")
        feature(at(87, -42, side * 31), at(87, -42, side * 34), 9, 9, _DARK, "plain")
        feature(at(87, -19, side * 20), at(78, -20, side * 46), 6, 5, hair, "plain")
        feature(at(0, -40, side * 76), at(-6, -66, side * 74), 17, 12, skin)
    if body.hair_style == "bald":
        feature(at(-26, -18, -12), at(-26, -18, 12), 72, 72, hair, "hair")
        return
    feature(at(-22, 10), at(4, 16), 82, 79, hair, "hair")
    feature(at(-30, -10), at(-28, -40), 74, 58, hair, "hair")
    feature(at(66, 52, -22), at(66, 52, 22), 24, 24, hair, "hair")
    if body.hair_style in ("bob", "long"):
        for side in (-1.0, 1.0):
            feature(at(8, 10, side * 62), at(-4, -95, side * 66), 30, 24, hair, "hair")
        feature(at(-36, -20), at(-40, -95), 72, 62, hair, "hair")
    if body.hair_style == "long":
        feature(at(-48, -60), at(-74, -230), 66, 40, hair, "hair")
    if body.hair_style == "tail":
        feature(at(-92, 30), at(-128, 0), 26, 34, hair, "hair")
        feature(at(-128, 0), at(-126, -150), 34, 14, hair, "hair")


def _arm(clay: _Clay, p: Mapping[str, Tensor], body: Body, outfit: Outfit, side: str) -> None:
    g = body.girths
    shoulder, elbow, wrist, tip = (p[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist", "hand"))
    sleeve = _Cover(outfit.shirt, outfit.shirt_pattern, outfit.accent, 7.0)
    upper = [(0.0, g["deltoid"]), (0.45, 0.87 * g["deltoid"]), (1.0, g["elbow"])]
    lower = [(0.0, g["elbow"]), (0.28, g["forearm"]), (1.0, g["wrist"])]
    _limb(clay, f"{side}_upper_arm", shoulder, elbow, upper, outfit.sleeves, sleeve, body)
    _limb(clay, f"{side}_forearm", elbow, wrist, lower, outfit.sleeves - 1, sleeve, body)
    # The hand is flat: its plane holds the forearm's bend, or any direction where the arm is straight.
    along = _unit(tip - wrist)
    bend = torch.linalg.cross(along, _unit(elbow - shoulder) + 1e-3 * _upright(along))
    flat = _unit(torch.linalg.cross(_unit(bend), along))
    thumb = _unit(bend) if side == "left" else -_unit(bend)
    palm, fingers = g["palm"], g["fingers"]
    part, reach = f"{side}_hand", tip - wrist
    thick = 0.62 * palm
    for offset in (-1.0, 1.0):
        shift = offset * (palm - thick) * thumb
        knuckles = wrist + 0.55 * reach + shift
        clay.add(part, wrist + 0.5 * shift, knuckles, 0.85 * g["wrist"], thick, body.skin, "skin")
        clay.add(
            part,
            knuckles,
            tip - fingers * 0.7 * along + 0.8 * shift,
            0.9 * thick,
            0.75 * fingers,
            body.skin,
            "skin",
        )
    root = wrist + 0.2 * reach + 0.6 * palm * thumb
    clay.add(
        part,
        root,
        root + 0.33 * reach + 0.55 * palm * thumb + 8 * flat,
        0.7 * fingers + 4,
        0.6 * fingers,
        body.skin,
        "skin",
    )


def _leg(clay: _Clay, p: Mapping[str, Tensor], body: Body, outfit: Outfit, side: str) -> None:
    g, lengths = body.girths, body.lengths
    hip, knee, ankle, toe = (p[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "toe"))
    cloth = _Cover(outfit.trousers, "denim", None, 9.0)
    thigh = [(0.0, g["thigh"]), (0.55, 0.86 * g["thigh"]), (1.0, g["knee"])]
    shank = [(0.0, g["knee"]), (0.3, g["calf"]), (1.0, g["ankle"])]
    _limb(clay, f"{side}_thigh", hip, knee, thigh, outfit.legs, cloth, body)
    _limb(clay, f"{side}_shank", knee, ankle, shank, outfit.legs - 1, cloth, body)
    # The sole: the toe point lies lower over it than the ankle, which tilts the ankle-toe line.
    part = f"{side}_foot"
    line, shin = toe - ankle, _unit(knee - ankle)
    lateral = _unit(torch.linalg.cross(_unit(line), shin) + 1e-4 * _upright(shin))
    drop = (lengths["ankle"] - lengths["toe"]) / lengths["foot"]
    normal = torch.linalg.cross(lateral, _unit(line))
    forward = (1 - drop * drop) ** 0.5 * _unit(line) + drop * normal
    up = torch.linalg.cross(lateral, forward)
    shoe = {"colour": outfit.shoes, "material": "plain"}
    sole: Colour = tuple(0.35 + 0.3 * c for c in outfit.shoes)  # type: ignore[assignment]
    heel_r, toe_r = g["heel"] + 3, g["toe"] + 2
    heel = ankle - (lengths["ankle"] - heel_r) * up - 0.16 * lengths["foot"] * forward
    ball = toe - (lengths["toe"] - toe_r) * up - 1.1 * toe_r * forward
    clay.add(part, ankle, heel, g["ankle"] + 4, heel_r, **shoe)  # type: ignore[arg-type]
    clay.add(part, heel, ball, heel_r, toe_r + 3, **shoe)  # type: ignore[arg-type]
    clay.add(part, ankle + 0.1 * line, ball, g["ankle"] + 3, toe_r + 2, **shoe)  # type: ignore[arg-type]
    for shift in (-1.0, 1.0):
        clay.add(
            part,
            ball + shift * 12 * lateral - 30 * forward,
            ball + shift * 12 * lateral,
            toe_r,
            toe_r,
            **shoe,
        )  # type: ignore[arg-type]
    clay.add(part, heel - (heel_r - 12) * up, ball - (toe_r - 10) * up, 15, 13, sole, "plain")


@dataclass(frozen=True)
class _Cover:
    """A sleeve or trouser leg."""

    colour: Colour
    material: str
    second: Colour | None
    ease: float


def _limb(
    clay: _Clay,
    part: str,
    a: Tensor,
    b: Tensor,
    profile: Sequence[tuple[float, float]],
    covered: float,
    cloth: _Cover,
    body: Body,
) -> None:
    """Bare up to where the cloth ends; the cloth is a little wider and overlaps."""
    flush: Colour = tuple(0.88 * c for c in body.skin)  # type: ignore[assignment]
    end = min(max(covered, 0.0), 1.0)
    for (t0, r0), (t1, r1) in zip(profile[:-1], profile[1:], strict=True):

        def at(t: float) -> tuple[Tensor, float]:
            return torch.lerp(a, b, t), r0 + (r1 - r0) * (t - t0) / (t1 - t0)  # noqa: B023

        if end < t1:
            clay.chain(part, [at(max(t0, end)), at(t1)], body.skin, "skin", second=flush)
        if end > t0:
            (x, rx), (y, ry) = at(t0), at(min(t1, end))
            material = "knit" if cloth.material == "plain" else cloth.material
            second = cloth.second if cloth.material not in ("plain", "denim") else None
            clay.add(part, x, y, rx + cloth.ease, ry + cloth.ease, cloth.colour, material, second)


def _unit(v: Tensor) -> Tensor:
    return v / v.norm(dim=-1, keepdim=True).clamp(min=1e-6)


def _upright(v: Tensor) -> Tensor:
    """A direction that is never parallel to ``v``: the world's x or z axis."""
    steep = v[..., 2:].abs() > 0.8
    x = torch.tensor([1.0, 0.0, 0.0], device=v.device)
    z = torch.tensor([0.0, 0.0, 1.0], device=v.device)
    return torch.where(steep, x, z)


def _frame(left: Tensor, up: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Left, front and up of a trunk, orthonormal."""
    left = _unit(left)
    up = _unit(up - (up * left).sum(-1, keepdim=True) * left)
    return left, torch.linalg.cross(left, up), up
