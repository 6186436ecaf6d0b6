"""Which axis of a recording points up: y in most files, z in those of some programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.recording import MocapError, Recording

__all__ = ["upright"]

Array = npt.NDArray[np.float64]

Y, Z = 1, 2
STANDING = 0.8
"""Cosine between the axis and the trunk, and the legs, of a rest pose that stands along it."""
MOSTLY, ALWAYS = 0.7, 0.9
"""Mean cosine between the axis and the line from the ankles to the head, of a person who is mostly, or
always, upright."""


def upright(recording: Recording, joints: Mapping[str, int]) -> Recording:
    """The recording with y up.

    The rest pose decides. Where it does not stand, as in files whose bones all lie along their own x axes,
    the direction from the ankles to the head decides, averaged over the frames.

    Args:
        recording: with y or z up.
        joints: the positions of the joints ``head``, ``left_hip``, ``left_ankle`` and so on.

    Raises:
        MocapError: neither the rest pose nor the frames stand along y or z, or they stand along different
            axes.
    """
    hip, ankle = (([joints[f"{side}_{name}"] for side in ("left", "right")]) for name in ("hip", "ankle"))
    rest, places = recording.rest(), recording.positions()
    middle = rest[hip].mean(0)
    trunk, legs = _unit(rest[joints["head"]] - middle), _unit(middle - rest[ankle].mean(0))
    body = _unit(places[:, joints["head"]] - places[:, ankle].mean(1)).mean(0)
    at_rest, mostly = _axis(np.minimum(trunk, legs), STANDING), _axis(body, MOSTLY)
    axis = mostly if at_rest is None else at_rest
    shown = f"(rest pose {_shown(trunk)} from hip to head, frames {_shown(body)} from ankles to head)"
    if axis is None:
        what = f"neither its rest pose nor the person in its frames stands along y or z {shown}"
        raise MocapError.at(recording.source, None, f"{what}; export it with y up and a standing rest pose")
    if _axis(body, ALWAYS) not in (None, axis):
        what = f"its rest pose stands along one axis, and the person in its frames along another {shown}"
        raise MocapError.at(recording.source, None, f"{what}; export it without a turn of the whole skeleton")
    return recording if axis == Y else _from_z_up(recording)


def _axis(direction: Array, least: float) -> int | None:
    """The one of y and z along which a direction points, or None."""
    return next((axis for axis in (Y, Z) if direction[axis] > least), None)


def _from_z_up(recording: Recording) -> Recording:
    """The same motion in axes ``x, z, -y``, which turns the file's frame and that of each joint."""
    turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    return replace(
        recording,
        offsets=recording.offsets @ turn.T,
        translations=recording.translations @ turn.T,
        orientations=turn @ recording.orientations @ turn.T,
    )


def _unit(v: Array) -> Array:
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.asarray(v / np.where(length > 0, length, 1.0))


def _shown(v: Array) -> str:
    return " ".join(f"{x:.2f}" for x in v)
