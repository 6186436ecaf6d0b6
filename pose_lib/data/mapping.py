"""From one skeleton to another: joints of the same name, and some that are means of their neighbours."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pose_lib.data.poses import PoseData
from pose_lib.geometry.skeletons import FLIC11, H36M17, LSP14, STICKMEN8, Skeleton

__all__ = ["TORSO", "backwards", "joint_sources", "mean_joints", "observer_sides", "to_skeleton"]

TORSO = "torso"
"""Additional column of a table: the torso's diameter in crop pixels, for skeletons without hips."""

_Rules = MappingProxyType[str, tuple[str, ...]]
_Floating = TypeVar("_Floating", np.float32, np.float64)

_RULES: MappingProxyType[tuple[Skeleton, Skeleton], _Rules] = MappingProxyType(
    {
        (H36M17, LSP14): MappingProxyType({"neck": ("thorax",)}),
        # HMLPE's head is the middle of the head stick, which goes from the neck to the top of the head.
        (H36M17, STICKMEN8): MappingProxyType({"head": ("thorax", "head"), "neck": ("thorax",)}),
        (LSP14, STICKMEN8): MappingProxyType({"head": ("neck", "head")}),
        # FLIC labels neither: the nose stands for the head, the middle of the shoulders for the neck.
        (FLIC11, STICKMEN8): MappingProxyType(
            {"head": ("nose",), "neck": ("left_shoulder", "right_shoulder")}
        ),
    }
)


def joint_sources(source: Skeleton, target: Skeleton) -> tuple[tuple[int, ...], ...]:
    """For each joint of ``target``, the joints of ``source`` whose mean it is.

    Joints keep their names; head and neck follow the rules of Li et al. 2014.

    Raises:
        ValueError: there is no rule for these two skeletons; lists those that exist.
    """
    if source == target:
        return tuple((i,) for i in range(len(target)))
    rules = _RULES.get((source, target))
    if rules is None:
        known = ", ".join(f"{a.name} to {b.name}" for a, b in _RULES)
        raise ValueError(f"no rule from skeleton {source.name} to {target.name}; there are: {known}")
    return tuple(tuple(map(source.index, rules.get(name, (name,)))) for name in target.joints)


def mean_joints(
    points: npt.NDArray[_Floating], sources: tuple[tuple[int, ...], ...]
) -> npt.NDArray[_Floating]:
    """Joints ``(N, K, D)`` from ``(N, J, D)``: each the mean of its sources, NaN where one is missing."""
    out: npt.NDArray[_Floating] = np.stack([points[:, list(s)].mean(1) for s in sources], axis=1)
    return out


def to_skeleton(data: PoseData, skeleton: Skeleton) -> PoseData:
    """The same samples with the joints of another skeleton.

    A joint that is the mean of several is visible where all of them are, and missing (NaN) where one is.
    If the new skeleton has no hips, the table gets the column :data:`TORSO`: the distance between the joints
    ``data.skeleton.torso``, the reference of PDJ.

    Raises:
        ValueError: there is no rule for these two skeletons; lists those that exist.
    """
    sources = joint_sources(data.skeleton, skeleton)
    if data.skeleton == skeleton:
        return data
    table = data.table
    if not any("hip" in joint for joint in skeleton.joints):
        a, b = (data.joints_2d[:, joint] for joint in data.skeleton.torso)
        table = table.assign(**{TORSO: np.linalg.norm(a - b, axis=-1)})
    return replace(
        data,
        joints_2d=mean_joints(data.joints_2d, sources),
        joints_3d=None if data.joints_3d is None else mean_joints(data.joints_3d, sources),
        visible=np.stack([data.visible[:, list(s)].all(1) for s in sources], axis=1),
        table=table,
        skeleton=skeleton,
    )


def backwards(joints: npt.NDArray[np.float32], skeleton: Skeleton) -> npt.NDArray[np.bool_]:
    """Who is seen from behind, ``(N,)`` from ``(N, J, 2)``: the left arm is left of the right arm.

    By that rule, for each joint of the arms, Sapp & Taskar 2013 turn person-centric labels into
    observer-centric ones.
    """
    arm = ("shoulder", "elbow", "wrist")
    left, right = (joints[:, [skeleton.index(f"{side}_{j}") for j in arm], 0] for side in ("left", "right"))
    return np.asarray((left < right).all(1))


def observer_sides(data: PoseData) -> PoseData:
    """The same samples with observer-centric sides, as if everybody faced the camera.

    For those whom :func:`backwards` finds, all left and all right joints exchange their names.

    Raises:
        ValueError: the set has 3D joints, whose sides are the person's own.
    """
    if data.joints_3d is not None:
        raise ValueError(f"{data.card.name} has 3D joints, whose sides are the person's own")
    turned = backwards(data.joints_2d, data.skeleton)[:, None]
    mirror = list(data.skeleton.mirror)
    return replace(
        data,
        joints_2d=np.where(turned[..., None], data.joints_2d[:, mirror], data.joints_2d),
        visible=np.where(turned, data.visible[:, mirror], data.visible),
    )
