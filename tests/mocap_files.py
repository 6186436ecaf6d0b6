"""Small motion capture files in the documented formats, and a slow reader of their kinematics."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

BVH = """HIERARCHY
ROOT Hips
{
  OFFSET 0.5 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation
  JOINT Arm
  {
    OFFSET 1 2 0
    CHANNELS 3 Yrotation Zrotation Xrotation
    JOINT Hand
    {
      OFFSET 0 3 0
      CHANNELS 4 Zposition Xrotation Zrotation Yrotation
      End Site
      {
        OFFSET 0 0 1.5
      }
    }
  }
  JOINT Leg
  {
    OFFSET 0 -1 0
    CHANNELS 1 Xrotation
    End Site
    {
      OFFSET 0 -4 0
    }
  }
}
MOTION
Frames: 3
Frame Time: 0.0333333
1 2 3 10 20 30 40 50 60 0.25 70 80 90 15
1.5 2 3 -10 25 30 41 -50 60 0.5 7 8 -9 -15
2 2 3 0 0 0 0 0 0 0 0 0 0 0
"""

ASF = """# a comment
:version 1.10
:name test
:units
  mass 1.0
  length 0.45
  angle deg
:documentation
   two bones
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name upper
     direction 0.6 0.8 0
     length 5
     axis 10 20 30 XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
           (-60.0 70.0)
  end
  begin
     id 2
     name lower
     direction 0 -1 0
     length 2.5
     axis -40 50 60 ZXY
    dof rz rx
    limits (-10.0 170.0)
           (-10.0 170.0)
  end
  begin
     id 3
     name fixed
     direction 0 0 1
     length 1.5
     axis 0 0 0 XYZ
  end
:hierarchy
  begin
    root upper fixed
    upper lower
  end
"""

AMC = """#!OML:ASF X:\\f\xfcr Bonn\\test.ASF
:FULLY-SPECIFIED
:DEGREES
1
root 1 2 3 10 20 30
upper 5 -15 25
lower 35 -45
2
root 1.5 2 3 -12 2e1 33
lower 0 0
upper 1 2 3
"""


def slow_bvh(text: str) -> list[dict[str, npt.NDArray[np.float64]]]:
    """World positions by joint, frame by frame, by a recursion over the words of the hierarchy."""
    header, motion = text.split("MOTION")
    words = header.split()[1:]
    rows = [[float(word) for word in line.split()] for line in motion.strip().split("\n")[2:]]
    frames = []
    for row in rows:
        values = iter(row)
        places: dict[str, npt.NDArray[np.float64]] = {}
        at = 0

        def node(parent: str, turn: Rotation, origin: npt.NDArray[np.float64]) -> None:
            nonlocal at
            name = f"{parent}_end" if words[at] == "End" else words[at + 1]
            at += 3
            offset = np.array([float(word) for word in words[at + 1 : at + 4]])
            at += 4
            local = Rotation.identity()
            if words[at] == "CHANNELS":
                count = int(words[at + 1])
                for channel in words[at + 2 : at + 2 + count]:
                    value = next(values)  # noqa: B023
                    if channel.endswith("position"):
                        offset["XYZ".index(channel[0])] = value
                    else:
                        local = local * Rotation.from_euler(channel[0], value, degrees=True)
                at += 2 + count
            places[name] = origin + turn.apply(offset)  # noqa: B023
            while words[at] != "}":
                node(name, turn * local, places[name])  # noqa: B023
            at += 1

        node("", Rotation.identity(), np.zeros(3))
        frames.append(places)
    return frames


def degrees(order: str, *angles: float) -> Rotation:
    """Turns about fixed axes, in the order of the letters."""
    return Rotation.from_euler(order.lower(), angles, degrees=True)


def bandai(unit: float, frames: int = 7) -> str:
    """A T-pose in the style of Bandai-Namco: every bone along its own x axis, positions in all joints."""
    joints: list[tuple[str, str | None, tuple[float, float, float], tuple[float, float, float]]] = [
        # name, parent, offset in the parent's frame (cm), own rotation Z X Y in degrees
        ("joint_Root", None, (0, 0, 0), (0, 0, 0)),
        ("Hips", "joint_Root", (0, 95, 0), (90, 0, 0)),  # x now points up, -y to the left
        ("Spine", "Hips", (10, 0, 0), (0, 0, 0)),
        ("Chest", "Spine", (14, 0, 0), (0, 0, 0)),
        ("Neck", "Chest", (25, 0, 0), (0, 0, 0)),
        ("Head", "Neck", (9, 0, 0), (0, 0, 0)),
    ]
    for side, sign in (("L", -1), ("R", 1)):
        joints += [
            (f"Shoulder_{side}", "Chest", (22, 3 * sign, 0), (90 * sign, 0, 0)),
            (f"UpperArm_{side}", f"Shoulder_{side}", (14, 0, 0), (0, 0, 0)),
            (f"LowerArm_{side}", f"UpperArm_{side}", (29, 0, 0), (0, 0, 0)),
            (f"Hand_{side}", f"LowerArm_{side}", (25, 0, 0), (0, 0, 0)),
            (f"UpperLeg_{side}", "Hips", (-3, 9 * sign, 0), (180, 0, 0)),
            (f"LowerLeg_{side}", f"UpperLeg_{side}", (40, 0, 0), (0, 0, 0)),
            (f"Foot_{side}", f"LowerLeg_{side}", (39, 0, 0), (0, 0, 90)),
            (f"Toes_{side}", f"Foot_{side}", (-13, 0, 0), (0, 0, 0)),
        ]
    header, row = ["HIERARCHY"], []

    def write(name: str) -> None:
        _, parent, offset, turn = next(j for j in joints if j[0] == name)
        place = [f"{x * unit:g}" for x in offset]
        header.append(f"{'JOINT' if parent else 'ROOT'} {name}\n{{\nOFFSET {' '.join(place)}")
        header.append("CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation")
        row.extend([*place, *map(str, turn)])
        children = [j[0] for j in joints if j[1] == name]
        for child in children:
            write(child)
        header.append("}" if children else "End Site\n{\nOFFSET 0 0 0\n}\n}")

    write("joint_Root")
    rows = "\n".join([" ".join(row)] * frames)
    return "\n".join([*header, "MOTION", f"Frames: {frames}", "Frame Time: 0.033333", rows, ""])


_TRUNK = (
    ("Hips", "", (0, 95, 0)),
    ("Spine", "Hips", (0, 10, 0)),
    ("Spine1", "Spine", (0, 10, 0)),
    ("Spine2", "Spine1", (0, 10, 0)),
    ("Neck", "Spine2", (0, 17, 0)),
    ("Head", "Neck", (0, 10, 1)),
    ("HeadTop_End", "Head", (0, 18, 0)),
)
_SIDE = (
    ("Shoulder", "Spine2", (4, 11, 0)),
    ("Arm", "Shoulder", (13, 0, 0)),
    ("ForeArm", "Arm", (28, 0, 0)),
    ("Hand", "ForeArm", (26, 0, 0)),
    ("HandIndex1", "Hand", (9, 0, 2)),
    ("UpLeg", "Hips", (9, -5, 0)),
    ("Leg", "UpLeg", (0, -43, 0)),
    ("Foot", "Leg", (0, -42, 0)),
    ("ToeBase", "Foot", (0, -8, 12)),
)
Joint = tuple[str, str, tuple[float, float, float]]
"""Name, name of the parent (empty for the root), and offset in cm, y up."""


def mixamo() -> list[Joint]:
    """The complete skeleton of a person of 1.75 m, standing in a T-pose."""
    joints: list[Joint] = list(_TRUNK)
    for side, sign in (("Left", 1), ("Right", -1)):
        for name, parent, (x, y, z) in _SIDE:
            above = parent if parent in ("Hips", "Spine2") else side + parent
            joints.append((side + name, above, (x * sign, y, z)))
    return joints


def cmu() -> list[Joint]:
    """The same person as CMU's conversions have it: without Spine2, and with two thirds of the forearms."""
    joints: list[Joint] = []
    for name, parent, (x, y, z) in mixamo():
        above = {"Spine2": "Spine1", "Spine": "LowerBack", "LeftUpLeg": "LHipJoint"}.get(parent, parent)
        if name == "Spine":
            joints += [("LowerBack", "Hips", (0, 0, 0)), (name, "LowerBack", (x, y, z))]
        elif name in ("LeftUpLeg", "RightUpLeg"):
            joints += [(f"{name[0]}HipJoint", "Hips", (0, 0, 0)), (name, f"{name[0]}HipJoint", (x, y, z))]
        elif name.endswith("HandIndex1"):
            base = name.replace("HandIndex1", "FingerBase")
            joints += [(base, above, (0, 0, 0)), (name, base, (x, y, z))]
        elif name.endswith("Hand"):
            joints.append((name, above, (x * 2 / 3, y, z)))
        elif name in ("Neck", "LeftShoulder", "RightShoulder"):
            joints.append((name, above, (0, 0, 0)))
        elif name in ("LeftArm", "RightArm"):
            joints.append((name, above, (x * 17 / 13, y, z)))
        elif name != "Spine2":
            joints.append((name, above if name != "Spine1" else "Spine", (x, y, z)))
    return joints


def person(joints: list[Joint], frames: int = 8, swing: float = 5.0, *, z_up: bool = False) -> str:
    """A BVH file in which every joint swings by some degrees; ``z_up`` turns all its axes."""
    below: dict[str, list[Joint]] = {}
    for joint in joints:
        below.setdefault(joint[1], []).append(joint)
    lines, order = ["HIERARCHY"], []
    axes = "YXZ" if z_up else "ZXY"  # of the same turns

    def place(offset: tuple[float, float, float]) -> str:
        x, y, z = offset
        return " ".join(f"{v + 0.0:.9g}" for v in ((x, -z, y) if z_up else (x, y, z)))

    def write(joint: Joint) -> None:
        name, parent, offset = joint
        moves = "" if parent else "Xposition Yposition Zposition "
        turns = " ".join(f"{axis}rotation" for axis in axes)
        lines.append(f"{'JOINT' if parent else 'ROOT'} {name}\n{{\nOFFSET {place(offset)}")
        lines.append(f"CHANNELS {3 if parent else 6} {moves}{turns}")
        order.append(name)
        for child in below.get(name, []):
            write(child)
        lines.append("}" if name in below else "End Site\n{\nOFFSET 0 0 0\n}\n}")

    write(joints[0])
    rows = []
    for t in range(frames):
        row = [place(joints[0][2])]
        for i in range(len(order)):
            about_z, about_x, about_y = swing * np.sin(0.3 * t + np.array([1.7, 2.9, 4.3]) * (i + 1))
            turns = (-about_z if z_up else about_z, about_x, about_y)
            row += [f"{angle + 0.0:.9g}" for angle in turns]  # 0.0 turns -0 into 0
        rows.append(" ".join(row))
    return "\n".join([*lines, "MOTION", f"Frames: {frames}", "Frame Time: 0.0333333", *rows, ""])
