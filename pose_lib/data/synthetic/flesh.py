"""Solids: the rounded cones that are rendered, each with its colours, its texture and its body part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType

import torch
from torch import Tensor

from pose_lib.data.synthetic.people import Colour

__all__ = [
    "BODY_PARTS",
    "JOINT_PARTS",
    "MATERIALS",
    "PARTS",
    "Clay",
    "Frame",
    "Paint",
    "Solids",
    "join",
    "shade",
    "unit",
]

BODY_PARTS = (
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
)
"""Names of the values in ``PoseData.masks``, where all that is not the subject is background. Left and right
are the person's own."""
PARTS = (*BODY_PARTS, "prop", "companion")
"""Names of the values in the renderer's part masks, which tell apart what hides the subject."""

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
_OTHER_PERIOD = 220.0  # mm after which a texture repeats

Frame = tuple[Tensor, Tensor, Tensor]
"""Origin and two axes ``(T, 3)`` along which a texture runs."""


@dataclass(frozen=True)
class Paint:
    """Colours and texture of a surface; without a second colour, a darker shade of the first is used."""

    colour: Colour
    material: str = "plain"
    second: Colour | None = None


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
    """``(T, P, 2, 3)`` directions of the texture's two axes, in periods per mm."""
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


@dataclass
class Clay:
    """Collects solids, all of the same ``T`` frames."""

    part: str | None = None
    """One part for all solids, instead of the part that is given with each."""
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
        radii: tuple[float, float],
        paint: Paint,
        frame: Frame | None = None,
    ) -> None:
        """Add a cone from ``a`` to ``b`` ``(T, 3)``; without a frame its texture runs along it."""
        if frame is None:
            along = unit(b - a)
            frame = (a, along, unit(torch.linalg.cross(along, _aside(along))))
        origin, along, across = frame
        grain = torch.stack([along, across], 1) / _PERIOD.get(paint.material, _OTHER_PERIOD)
        self.ends.append(torch.stack([a, b], 1))
        self.grain.append(grain)
        self.phase.append((grain * (a - origin)[:, None]).sum(-1))
        self.radii.append(radii)
        self.colours.append((paint.colour, paint.second or shade(paint.colour, 0.8)))
        self.material.append(MATERIALS.index(paint.material))
        self.parts.append(PARTS.index(self.part or part))

    def chain(
        self, part: str, knots: Sequence[tuple[Tensor, float]], paint: Paint, frame: Frame | None = None
    ) -> None:
        """Add cones through several spheres, given as centres ``(T, 3)`` and radii."""
        for (a, ra), (b, rb) in pairwise(knots):
            self.add(part, a, b, (ra, rb), paint, frame)

    def solids(self) -> Solids:
        """All solids that were added."""
        ends = torch.stack(self.ends, 1)
        device = ends.device
        return Solids(
            ends=ends,
            radii=torch.tensor(self.radii, dtype=torch.float32, device=device),
            colours=torch.tensor(self.colours, dtype=torch.float32, device=device),
            material=torch.tensor(self.material, device=device),
            part=torch.tensor(self.parts, dtype=torch.uint8, device=device),
            grain=torch.stack(self.grain, 1),
            phase=torch.stack(self.phase, 1),
        )


def unit(v: Tensor) -> Tensor:
    """Vectors ``(..., 3)`` of length 1; the zero vector stays zero."""
    length: Tensor = torch.linalg.vector_norm(v, dim=-1, keepdim=True)
    return v / length.clamp(min=1e-6)


def shade(colour: Colour, factor: float) -> Colour:
    """A darker colour."""
    r, g, b = colour
    return (factor * r, factor * g, factor * b)


def _aside(v: Tensor) -> Tensor:
    """An axis of the world that is not parallel to ``v``: x for steep directions, else z."""
    steep = v[..., 2:].abs() > 0.8
    return torch.where(steep, v.new_tensor([1.0, 0.0, 0.0]), v.new_tensor([0.0, 0.0, 1.0]))
