"""From one skeleton to another: joints of the same name, and some that are means of their neighbours."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pose_lib.data.poses import PoseData
from pose_lib.data.references import TORSO
from pose_lib.geometry.skeletons import FLIC11, H36M17, LSP14, STICKMEN8, Sides, Skeleton

__all__ = [
    "backwards",
    "exchanged",
    "joint_sources",
    "mean_joints",
    "observer_sides",
    "sides_changed",
    "to_skeleton",
    "torso_column",
]

_Rules = MappingProxyType[str, tuple[str, ...]]
_Floating = TypeVar("_Floating", np.float32, np.float64)
_Value = TypeVar("_Value", bound=np.generic)

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
    If hips are lost, the table gets the column of :func:`torso_column`.

    Raises:
        ValueError: there is no rule for these two skeletons; lists those that exist.
    """
    sources = joint_sources(data.skeleton, skeleton)
    if data.skeleton == skeleton:
        return data
    return replace(
        data,
        joints_2d=mean_joints(data.joints_2d, sources),
        joints_3d=None if data.joints_3d is None else mean_joints(data.joints_3d, sources),
        visible=np.stack([data.visible[:, list(s)].all(1) for s in sources], axis=1),
        table=data.table.assign(**torso_column(data.joints_2d, data.skeleton, skeleton)),
        skeleton=skeleton,
    )


def torso_column(
    joints: npt.NDArray[_Floating], source: Skeleton, target: Skeleton
) -> dict[str, npt.NDArray[np.floating]]:
    """The column :data:`~pose_lib.data.references.TORSO` from joints ``(N, J, 2)``, where hips are lost.

    Nothing if ``target`` keeps them, or ``source`` has none either.
    """
    hip, shoulder = "left_hip", "right_shoulder"
    if hip in target.joints or hip not in source.joints:
        return {}
    a, b = (joints[:, source.index(joint)] for joint in (hip, shoulder))
    return {TORSO: np.linalg.norm(a - b, axis=-1)}


def backwards(joints: npt.NDArray[np.float32], skeleton: Skeleton) -> npt.NDArray[np.bool_]:
    """Who is seen from behind, ``(N,)`` from ``(N, J, 2)``: the left arm is left of the right arm.

    By that rule, for each joint of the arms, Sapp & Taskar 2013 turn person-centric labels into
    observer-centric ones.
    """
    arm = ("shoulder", "elbow", "wrist")
    left, right = (joints[:, [skeleton.index(f"{side}_{j}") for j in arm], 0] for side in ("left", "right"))
    return np.asarray((left < right).all(1))


def sides_changed(
    joints: npt.NDArray[np.float32], skeleton: Skeleton, given: Sides, wanted: Sides
) -> npt.NDArray[np.float32]:
    """Poses ``(N, J, 2)``, true or predicted, with left and right as another data set means them.

    Seen by an observer, all left and all right joints of those whom :func:`backwards` finds exchange their
    names. By the names that an observer gives it cannot be told who is seen from behind.

    Args:
        joints: the poses.
        skeleton: the meaning of ``J``.
        given: what the sides mean.
        wanted: what they are to mean.

    Raises:
        ValueError: the sides of observers are to become those of persons.
    """
    if given == wanted:
        return joints
    if wanted == "person":
        raise ValueError("sides named by an observer do not tell who is seen from behind")
    return exchanged(joints, skeleton, backwards(joints, skeleton))


def exchanged(
    values: npt.NDArray[_Value], skeleton: Skeleton, whose: npt.NDArray[np.bool_]
) -> npt.NDArray[_Value]:
    """Values ``(N, J, ...)`` of joints, with left and right exchanged for some people ``(N,)``."""
    chosen = whose.reshape(-1, *[1] * (values.ndim - 1))
    return np.where(chosen, values[:, list(skeleton.mirror)], values)


def observer_sides(data: PoseData) -> PoseData:
    """The same samples with observer-centric sides, as :func:`sides_changed`; unchanged if they have them.

    Raises:
        ValueError: the set has 3D joints, whose sides are the person's own.
    """
    if data.card.sides == "observer":
        return data
    if data.joints_3d is not None:
        raise ValueError(f"{data.card.name} has 3D joints, whose sides are the person's own")
    turned = backwards(np.asarray(data.joints_2d), data.skeleton)
    return replace(
        data,
        joints_2d=exchanged(np.asarray(data.joints_2d), data.skeleton, turned),
        visible=exchanged(np.asarray(data.visible), data.skeleton, turned),
        card=replace(data.card, sides="observer"),
    )
