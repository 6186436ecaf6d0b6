"""From angles and targets to 21 points: rotations, the trunk, and limbs that bend one way.

A body frame has x forward, y to the person's left and z up. Limbs turn without twisting from hanging down to
their direction; that fixes the plane in which an elbow or a knee lies for each direction of hand or foot, and
``swivel`` turns it about the line from shoulder to wrist or from hip to ankle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_lib.data.synthetic.bodies import BODY_POINTS, Body
from pose_lib.data.synthetic.timing import Array

__all__ = [
    "LIMITS",
    "SIDES",
    "Legs",
    "Torso",
    "angles",
    "legs",
    "rotate",
    "rotation",
    "sole",
    "swing",
    "torso",
    "twist",
    "two_bone",
    "unit",
]

SIDES = (1.0, -1.0)
"""Sign of the body's y axis on the left and on the right, in the order of every pair of limbs."""

LIMITS = {
    "knee": (0.0, 160.0),
    "elbow": (0.0, 155.0),
    "wrist": (0.0, 100.0),
    "ankle": (45.0, 176.0),
    "neck": (0.0, 75.0),
    "spine": (0.0, 60.0),
    "hip": (0.0, 155.0),
    "shoulder": (0.0, 185.0),
}
"""Ranges in degrees of :func:`angles`: those of healthy adults, passive motion included (Kapandji)."""


def unit(v: Array) -> Array:
    """Vectors (..., 3) of length 1; the zero vector stays zero."""
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12))


def rotate(matrices: Array, vectors: Array) -> Array:
    """Products (..., 3) of matrices (..., 3, 3) and vectors, broadcast."""
    return np.asarray(np.einsum("...ij,...j->...i", matrices, vectors))


def rotation(yaw: Array | float = 0.0, pitch: Array | float = 0.0, roll: Array | float = 0.0) -> Array:
    """Matrices (..., 3, 3) Rz(yaw) Ry(pitch) Rx(roll) of angles in radians.

    Positive yaw turns to the left, positive pitch bends forward, positive roll leans to the right.
    """
    yaw, pitch, roll = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (yaw, pitch, roll)))
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in (yaw, pitch, roll))
    rows = (
        (cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr),
        (sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr),
        (-sp, cp * sr, cp * cr),
    )
    return np.stack([np.stack(row, -1) for row in rows], -2)


def two_bone(
    root: Array,
    target: Array,
    upper: float,
    lower: float,
    pole: Array,
    least: float,
    most: float,
    softness: float = 2.5,
) -> tuple[Array, Array]:
    """Middle joint and end (..., 3) of a chain of two bones that reaches for a target.

    The middle joint lies on the side of ``pole``. The flexion stays within ``least`` and ``most``
    degrees: a target that is too far or too near for those is approached along the line to it, and smoothly
    within a few ``softness`` (mm) of the far end.
    """
    far, close = (
        np.sqrt(upper**2 + lower**2 + 2 * upper * lower * np.cos(np.radians(a))) for a in (least, most)
    )
    v = target - root
    wanted = np.linalg.norm(v, axis=-1, keepdims=True)
    along = v / np.maximum(wanted, 1e-9)
    distance = far - softness * np.logaddexp(0.0, (far - wanted) / softness)
    distance = np.maximum(distance, close)
    side = unit(pole - (pole * along).sum(-1, keepdims=True) * along)
    x = (distance**2 + upper**2 - lower**2) / (2 * distance)
    y = np.sqrt(np.maximum(upper**2 - x**2, 0.0))
    return root + x * along + y * side, root + distance * along


def swing(direction: Array, rest: Array) -> Array:
    """Where ``rest`` (3,) is after the shortest turn from straight down to ``direction`` (..., 3)."""
    dx, dy, dz = direction[..., 0], direction[..., 1], direction[..., 2]
    # Rodrigues with axis down x direction = (dy, -dx, 0) and cosine -dz.
    axis = np.stack([dy, -dx, np.zeros_like(dx)], -1)
    cosine = -dz[..., None]
    return np.asarray(
        rest * cosine
        + np.cross(axis, rest)
        + axis * (axis @ rest)[..., None] / np.maximum(1.0 + cosine, 1e-3)
    )


def twist(v: Array, axis: Array, angle: Array) -> Array:
    """Vectors (..., 3) turned about unit axes by angles (...) in radians."""
    c, s = np.cos(angle)[..., None], np.sin(angle)[..., None]
    along = (v * axis).sum(-1, keepdims=True)
    return np.asarray(v * c + np.cross(axis, v) * s + axis * along * (1 - c))


@dataclass(frozen=True)
class Torso:
    """Points (T, 3) in mm and frames (T, 3, 3) of a trunk in the world."""

    hip: Array
    pelvis: Array
    spine: Array
    chest: Array
    thorax: Array
    head: Array
    nose: Array
    crown: Array

    def face(self, forward: float, left: float, up: float) -> Array:
        """A point (T, 3) of the head, in mm from the nose in the head's frame."""
        return self.nose + rotate(self.head, np.array([forward, left, up]))


def torso(body: Body, hip: Array, pelvis: Array, bend: Array, look: Array) -> Torso:
    """The trunk over a pelvis.

    Args:
        body: its lengths.
        hip: (T, 3) middle of the hip joints, mm.
        pelvis: (T, 3, 3) its frame.
        bend: (T, 3) yaw, pitch, roll of the chest against the pelvis, half of it at the spine.
        look: (T, 3) yaw, pitch, roll of the head against the chest.
    """
    n = body.lengths
    middle = pelvis @ rotation(*(bend.T * 0.5))
    chest = pelvis @ rotation(*bend.T)
    head = chest @ rotation(*look.T)
    spine = hip + n["spine"] * rotate(middle, unit(np.array([-0.04, 0.0, 1.0])))
    thorax = spine + n["chest"] * rotate(chest, unit(np.array([0.02, 0.0, 1.0])))
    nose = thorax + n["neck"] * rotate(head, unit(np.array([0.502, 0.0, 0.865])))
    crown = nose + n["head"] * rotate(head, unit(np.array([-0.415, 0.0, 0.910])))
    return Torso(hip, pelvis, spine, chest, thorax, head, nose, crown)


def sole(body: Body) -> Array:
    """Vector (3,) from ankle to toe of a foot that stands flat, in the foot's frame."""
    drop = body.lengths["ankle"] - body.lengths["toe"]
    return np.array([np.sqrt(body.lengths["foot"] ** 2 - drop**2), 0.0, -drop])


@dataclass(frozen=True)
class Legs:
    """Points (T, 2, 3) in mm of the left and the right leg."""

    hip: Array
    knee: Array
    ankle: Array
    toe: Array


def legs(body: Body, trunk: Torso, ankle: Array, foot: Array, swivel: Array, follow: float = 0.6) -> Legs:
    """Legs that reach from the hips to the ankles.

    Args:
        body: its lengths.
        trunk: gives the hips.
        ankle: (T, 2, 3) mm.
        foot: (T, 2, 3, 3) frames of the feet.
        swivel: (T, 2) radians by which the knees open.
        follow: how much a knee turns to where the toes point.
    """
    n = body.lengths
    hips = np.stack([trunk.hip + rotate(trunk.pelvis, np.array([0.0, s * n["hip"], 0.0])) for s in SIDES], 1)
    frame = trunk.pelvis[:, None]
    local = rotate(np.swapaxes(frame, -1, -2), ankle - hips)
    direction = unit(local)
    pole = swing(direction, np.array([1.0, 0.0, 0.0]))
    toes = rotate(np.swapaxes(frame, -1, -2), foot[..., 0])
    toes = toes - (toes * direction).sum(-1, keepdims=True) * direction
    pole = unit(pole + follow * toes)
    pole = twist(pole, direction, -swivel * np.array(SIDES))
    knee, end = two_bone(
        hips, ankle, n["thigh"], n["shank"], rotate(frame, pole), 3.0, LIMITS["knee"][1] - 2, softness=0.1
    )
    return Legs(hips, knee, end, end + _hinged(rotate(foot, sole(body)), unit(knee - end)))


def _hinged(toe: Array, shin: Array) -> Array:
    """Vectors (..., 3) from ankle to toe, turned back into the range of an ankle below that shin."""
    low, high = np.radians(LIMITS["ankle"])
    length = np.linalg.norm(toe, axis=-1, keepdims=True)
    cosine = np.clip((shin * toe).sum(-1, keepdims=True) / length, -1.0, 1.0)
    allowed = np.clip(np.arccos(cosine), low + 0.01, high - 0.01)
    side = unit(toe / length - cosine * shin)
    return np.where(
        allowed == np.arccos(cosine), toe, length * (np.cos(allowed) * shin + np.sin(allowed) * side)
    )


def angles(points: Array) -> dict[str, Array]:
    """Joint angles in degrees of points (T, 21, 3), to be compared with :data:`LIMITS`.

    (T, 2), left and right: flexion of ``knee``, ``elbow`` and ``wrist`` (0 is
    straight), the angle between shank and foot (``ankle``), between thigh and the trunk's downward axis
    (``hip``), and between upper arm and that axis (``shoulder``). (T,): between pelvis-spine and
    spine-thorax (``spine``), and between the trunk and thorax-to-crown (``neck``).
    """
    p = {name: points[:, i] for i, name in enumerate(BODY_POINTS)}

    def between(a: Array, b: Array) -> Array:
        return np.asarray(np.degrees(np.arccos(np.clip((unit(a) * unit(b)).sum(-1), -1.0, 1.0))))

    def pair(a: str, b: str, c: str, d: str) -> Array:
        out = [
            between(p[f"{s}_{b}"] - p[f"{s}_{a}"], p[f"{s}_{d}"] - p[f"{s}_{c}"]) for s in ("left", "right")
        ]
        return np.stack(out, -1)

    def against(axis: Array, a: str, b: str) -> Array:
        return np.stack([between(axis, p[f"{s}_{b}"] - p[f"{s}_{a}"]) for s in ("left", "right")], -1)

    return {
        "knee": pair("hip", "knee", "knee", "ankle"),
        "elbow": pair("shoulder", "elbow", "elbow", "wrist"),
        "wrist": pair("elbow", "wrist", "wrist", "hand"),
        "ankle": pair("ankle", "knee", "ankle", "toe"),
        "hip": against(p["hip"] - p["spine"], "hip", "knee"),
        "shoulder": against(p["spine"] - p["thorax"], "shoulder", "elbow"),
        "spine": between(p["spine"] - p["hip"], p["thorax"] - p["spine"]),
        "neck": between(p["thorax"] - p["spine"], p["head"] - p["thorax"]),
    }
