"""The names that programs give to joints, and which of them a recording uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pose_lib.data.mocap.recording import MocapError, Recording

__all__ = ["FAMILIES", "Family", "family_of"]


@dataclass(frozen=True)
class Family:
    """The joints of one naming system that correspond to body points.

    In the names of joints with a side, ``{0}`` is the side's name and ``{1}`` its initial.
    """

    name: str
    sides: tuple[str, str]
    """Names of left and right."""
    spine: str
    thorax: str
    head: str
    hip: str
    knee: str
    ankle: str
    toe: str
    shoulder: str
    elbow: str
    wrist: str
    fingers: str
    marks: tuple[str, ...] = ()
    """Further joints, without which a file with the same names is from another program."""
    lost: str = ""
    """A joint whose bone the format lacks; the bone is as long as the one before it."""
    short: float = 1.0
    """Length of a forearm in a format that lacks a bone, as a fraction of its true length."""

    def joints(self) -> dict[str, str]:
        """The recording's joint for each role; roles with a side are named ``left_hip`` and so on."""
        found = {role: str(getattr(self, role)) for role in ("spine", "thorax", "head")}
        for side, called in zip(("left", "right"), self.sides, strict=True):
            for role in ("hip", "knee", "ankle", "toe", "shoulder", "elbow", "wrist", "fingers"):
                name = str(getattr(self, role))
                found[f"{side}_{role}"] = name.format(called, called[0])
        return found | ({"lost": self.lost} if self.lost else {})


# The conversions of CMU's recordings to BVH lack two bones of the original skeletons: the uppermost of the
# three bones of the trunk, and the last third of the forearm, which twists. Other programs use the same
# names, for skeletons that are complete.
# fmt: off
_UP_LEG = Family(
    "CMU's BVH, LeftUpLeg", ("Left", "Right"), "Spine", "Neck", "Head", "{0}UpLeg", "{0}Leg", "{0}Foot",
    "{0}ToeBase", "{0}Arm", "{0}ForeArm", "{0}Hand", "{0}HandIndex1",
    marks=("LHipJoint", "RHipJoint", "LowerBack", "LeftFingerBase", "RightFingerBase"),
    lost="Spine1", short=2 / 3,
)
_HIP = Family(
    "CMU's BVH, LeftHip", ("Left", "Right"), "Chest", "lowerneck", "Head", "{0}Hip", "{0}Knee", "{0}Ankle",
    "{0}Toe", "{0}Shoulder", "{0}Elbow", "{0}Wrist", "{1}Fingers",
    marks=("LHipJoint", "RHipJoint", "lowerback", "lhand", "rhand"), lost="Chest2", short=2 / 3,
)
FAMILIES = (
    _UP_LEG,
    _HIP,
    replace(_UP_LEG, name="Mixamo and MotionBuilder, LeftUpLeg", marks=(), lost="", short=1.0),
    replace(_HIP, name="LeftHip", marks=(), lost="", short=1.0),
    Family("Acclaim, lfemur", ("l", "r"), "upperback", "lowerneck", "head", "{0}femur", "{0}tibia", "{0}foot",
           "{0}toes", "{0}humerus", "{0}radius", "{0}hand", "{0}fingers"),
    Family("Bandai-Namco, UpperLeg_L", ("L", "R"), "Chest", "Neck", "Head", "UpperLeg_{0}", "LowerLeg_{0}",
           "Foot_{0}", "Toes_{0}", "UpperArm_{0}", "LowerArm_{0}", "Hand_{0}", "Hand_{0}"),
)
# fmt: on
"""The naming systems that are known."""


def family_of(recording: Recording) -> tuple[Family, dict[str, int]]:
    """The naming system of a recording, and the joint of each role.

    Spaces in names do not count, nor does a prefix that the joints share, such as ``mixamorig:`` or
    ``Character1_``.

    Raises:
        MocapError: none fits; lists the joints that are missing for the nearest one.
    """
    place = {name: joint for joint, name in enumerate(_without_spaces(recording.names))}
    best: tuple[list[str], Family, str] | None = None
    for family in FAMILIES:
        joints = family.joints()
        tail = joints["left_hip"]
        for prefix in sorted({""} | {name[: -len(tail)] for name in place if name.endswith(tail)}):
            missing = [j for j in (*joints.values(), *family.marks) if prefix + j not in place]
            if not missing:
                return family, {role: place[prefix + joint] for role, joint in joints.items()}
            if best is None or len(missing) < len(best[0]):
                best = missing, family, prefix
    assert best is not None
    lacks, nearest, prefix = ", ".join(best[0]), best[1].name, best[2] or _common_start(recording.names)
    shown = f" (after the prefix {prefix[:40]!r})" if prefix else ""
    what = f"its joints follow no known naming system{shown}; nearest is {nearest}, which also has {lacks}"
    raise MocapError.at(recording.source, None, what)


def _without_spaces(names: Sequence[str]) -> Sequence[str]:
    joined = [name.replace(" ", "") for name in names]
    return joined if len(set(joined)) == len(joined) else names


def _common_start(names: Sequence[str]) -> str:
    """What stands before the first colon, underscore or space in most names; empty if there is nothing."""
    starts = Counter(found[0] for name in names if (found := re.match("[^:_ ]+[:_ ]", name)))
    return next((start for start, count in starts.most_common(1) if count > len(names) / 2), "")
