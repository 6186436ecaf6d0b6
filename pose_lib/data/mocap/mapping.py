"""From a recording's own joints to the 21 body points: names, units, axes, the floor.

Every motion capture system has its own joints, and all of them have what Human3.6M's skeleton needs: the hip
is the middle of the hip joints, the spine lies half way up the trunk, the thorax at the base of the neck.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.families import Family, family_of
from pose_lib.data.mocap.recording import MocapError, Recording
from pose_lib.data.mocap.resample import resample
from pose_lib.data.mocap.upright import upright
from pose_lib.data.synthetic.bodies import BODY_PARENTS, BODY_POINTS

__all__ = ["FPS", "body_points"]

Array = npt.NDArray[np.float64]

FPS = 50.0
"""Frames/s of Human3.6M, and of the motion that this module returns."""

LEG, HAND, TOE_TIP, NECK_TO_CROWN = 0.491, 0.106, 0.036, 0.178
"""Fractions of the stature: thigh and shank, wrist to fingertips, ball of the foot to toe tip, base of the
neck to the top of the head (Drillis & Contini 1966)."""
NOSE_AHEAD, NOSE_BELOW = 0.043, 0.095
"""Fractions of the stature: from the top of the head to the nose, as in the generated bodies."""
ANKLE_HEIGHT, TOE_HEIGHT = 0.039, 0.013
"""Fractions of the stature: height of the ankle and of the toe tip above the floor when standing flat."""
SHORTEST, LONGEST = 0.01, 0.5
"""Fractions of the stature between which every bone must lie."""
_UNITS = {"mm": 1.0, "cm": 10.0, "inch": 25.4, "0.45 inch": 25.4 / 0.45, "m": 1000.0}


def body_points(recording: Recording) -> tuple[Array, float]:
    """The motion of the 21 body points at 50 Hz, and the stature.

    Returns:
        ``(T, 21, 3)`` mm in the world (z up, floor at 0), every bone of constant length; and the stature in
        mm that fits the length of the legs.

    Raises:
        MocapError: the names of the joints are unknown, no axis is up, or the size is not that of a person.
    """
    family, joints = family_of(recording)
    recording = _restore(upright(recording, joints), family, joints)
    offsets = np.linalg.norm(recording.offsets, axis=-1)
    thigh, shank = (offsets[[joints[f"left_{j}"], joints[f"right_{j}"]]].mean() for j in ("knee", "ankle"))
    unit = recording.unit or _unit(thigh)
    stature = float(unit * (thigh + shank) / LEG)
    if not 900 <= stature <= 2500:
        raise MocapError.at(recording.source, None, f"a thigh of {thigh:g} units is not that of a person")
    points = _points(resample(recording, FPS), joints, unit, stature)
    # y is up; turning about x keeps left on the left
    world = _steady(np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1))
    _check_bones(recording, world[0], stature)
    world[..., 2] -= _floor(world, stature)
    return world, stature


def _restore(recording: Recording, family: Family, joints: dict[str, int]) -> Recording:
    """Restore the bones that a format lacks, in a file that indeed lacks them."""
    if not family.lost:
        return recording
    bone = joints["lost"]
    carried = [child for child, parent in enumerate(recording.parents) if parent == bone]
    if recording.offsets[carried].any():
        return recording
    factor = np.ones(len(recording.names))
    factor[[joints["left_wrist"], joints["right_wrist"]]] = 1 / family.short
    offsets = recording.offsets * factor[:, None]
    translations = recording.translations * factor[:, None]
    offsets[carried] += recording.offsets[bone]
    translations[:, carried] += recording.offsets[bone]
    return replace(recording, offsets=offsets, translations=translations)


def _check_bones(recording: Recording, points: Array, stature: float) -> None:
    for joint, parent in enumerate(BODY_PARENTS):
        length = np.linalg.norm(points[joint] - points[parent])
        if joint != parent and not SHORTEST * stature <= length <= LONGEST * stature:
            what = f"{BODY_POINTS[parent]} and {BODY_POINTS[joint]} are {length:.4g} mm apart"
            raise MocapError.at(recording.source, None, f"{what}, in a person of {stature:.0f} mm")


def _unit(thigh: float) -> float:
    """Millimetres per unit, from the length of a thigh (0 if no unit fits); the ranges do not overlap."""
    return next((mm for mm in _UNITS.values() if 300 <= thigh * mm <= 600), 0.0)


def _points(recording: Recording, joints: dict[str, int], unit: float, stature: float) -> Array:
    """``(T, 21, 3)`` in mm, in the file's axes."""
    places = recording.positions() * unit
    at = {role: places[:, joint] for role, joint in joints.items()}
    at["hip"] = (at["left_hip"] + at["right_hip"]) / 2
    at["thorax"] = _neck_base(at, stature)
    for side in ("left", "right"):
        toe, fingers = joints[f"{side}_toe"], joints[f"{side}_fingers"]
        tip = _tip(recording, places, toe, at[f"{side}_ankle"], TOE_TIP * stature)
        hand = _tip(recording, places, fingers, at[f"{side}_elbow"], HAND * stature)
        at[f"{side}_toe"] = tip
        at[f"{side}_hand"] = at[f"{side}_wrist"] + HAND * stature * _direction(hand - at[f"{side}_wrist"])
    at["head"], at["nose"] = _head(recording, joints, at, stature)
    return np.stack([at[name] for name in BODY_POINTS], axis=1)


def _tip(recording: Recording, places: Array, joint: int, before: Array, length: float) -> Array:
    """End of a last bone ``(T, 3)``; a bone without a length continues the direction from ``before``."""
    name = f"{recording.names[joint]}_end"
    if name in recording.names:
        end = recording.names.index(name)
        if np.linalg.norm(recording.offsets[end]) > 0:
            return places[:, end]
    return places[:, joint] + length * _direction(places[:, joint] - before)


def _neck_base(at: dict[str, Array], stature: float) -> Array:
    """The base of the neck ``(T, 3)``: where the line of the upper trunk is as high as the shoulders.

    The trunk of CMU's skeletons ends below that, at the start of the collar bones.
    """
    upwards = _direction(at["thorax"] - at["spine"])
    shoulders = (at["left_shoulder"] + at["right_shoulder"]) / 2
    rise = np.median(((shoulders - at["thorax"]) * upwards).sum(-1))
    return np.asarray(at["thorax"] + np.clip(rise, 0.0, 0.05 * stature) * upwards)


def _head(
    recording: Recording, joints: dict[str, int], at: dict[str, Array], stature: float
) -> tuple[Array, Array]:
    """Top of the head, fixed in the head's frame, and nose, in the direction of view; each ``(T, 3)`` mm.

    Skeletons end somewhere inside the head; its top lies in that direction, as far as the stature says.
    """
    turned = recording.orientations[:, joints["head"]]
    up, forward = _head_axes(recording, joints, at)
    name = f"{recording.names[joints['head']]}_end"
    end = recording.offsets[recording.names.index(name)] if name in recording.names else np.zeros(3)
    rising = _direction(end) if end.any() else up
    neck = np.median(np.linalg.norm(at["head"] - at["thorax"], axis=-1))
    crown = at["head"] + turned @ rising * max(NECK_TO_CROWN * stature - neck, 0.03 * stature)
    upright, looks = _direction(crown - at["thorax"]), turned @ forward
    looks = _direction(looks - (looks * upright).sum(-1, keepdims=True) * upright)
    return crown, crown + stature * (NOSE_AHEAD * looks - NOSE_BELOW * upright)


def _head_axes(recording: Recording, joints: dict[str, int], at: dict[str, Array]) -> tuple[Array, Array]:
    """Up and forward in the frame of the head.

    They are taken from the rest pose if that is a standing person; otherwise from the average of the trunk's
    axes over the frames, because people mostly look ahead.
    """
    rest = recording.rest()
    trunk = rest[joints["head"]] - rest[joints["left_hip"]]
    thigh = rest[joints["left_knee"]] - rest[joints["left_hip"]]
    if _direction(trunk)[1] > 0.8 and _direction(thigh)[1] < -0.5:
        up = np.array([0.0, 1.0, 0.0])
        forward = np.cross(rest[joints["left_hip"]] - rest[joints["right_hip"]], up)
    else:
        back = np.swapaxes(recording.orientations[:, joints["head"]], -1, -2)
        rising = _direction(at["thorax"] - at["hip"])
        ahead = _direction(np.cross(at["left_shoulder"] - at["right_shoulder"], rising))
        up = _direction(np.einsum("tij,tj->i", back, rising))
        forward = np.einsum("tij,tj->i", back, ahead)
    return up, _direction(forward - (forward @ up) * up)


def _direction(v: Array) -> Array:
    """Vectors of length 1; zero vectors stay zero."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.asarray(v / np.where(length > 0, length, 1.0))


def _steady(points: Array) -> Array:
    """The same directions of all bones, each with its median length, from the hip outwards.

    A spine of three bones bends between two of our joints, which changes their distance by millimetres.
    """
    result = points.copy()
    for joint, parent in enumerate(BODY_PARENTS):
        if joint != parent:
            bone = points[:, joint] - points[:, parent]
            length = np.median(np.linalg.norm(bone, axis=-1))
            result[:, joint] = result[:, parent] + length * _direction(bone)
    return result


def _floor(points: Array, stature: float) -> float:
    """Height of the floor: the 20th percentile of the height of the lower sole; no floor is quite level."""
    heights = [(f"{side}_ankle", ANKLE_HEIGHT) for side in ("left", "right")]
    heights += [(f"{side}_toe", TOE_HEIGHT) for side in ("left", "right")]
    soles = [points[:, BODY_POINTS.index(name), 2] - height * stature for name, height in heights]
    return float(np.percentile(np.min(soles, axis=0), 20))
