"""Files of programs other than CMU's converters: names, prefixes, lengths, and the axis that is up."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from mocap_files import Joint, bandai, cmu, mixamo, person

from pose_lib.data.mocap.bvh import read_bvh
from pose_lib.data.mocap.clips import read_recording
from pose_lib.data.mocap.families import family_of
from pose_lib.data.mocap.mapping import body_points
from pose_lib.data.mocap.recording import MocapError
from pose_lib.data.synthetic.bodies import BODY_PARENTS, BODY_POINTS

Array = npt.NDArray[np.float64]


def read(tmp_path: Path, text: str) -> tuple[Array, float]:
    path = tmp_path / "clip.bvh"
    path.write_text(text)
    return body_points(read_recording(path))


def lengths(points: Array) -> dict[str, float]:
    bones = np.linalg.norm(points[0] - points[0, list(BODY_PARENTS)], axis=-1)
    return dict(zip(BODY_POINTS, bones.tolist(), strict=True))


def renamed(joints: list[Joint], start: str = "", split: bool = False) -> list[Joint]:
    def new(name: str) -> str:
        return start + (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if split else name) if name else ""

    return [(new(name), new(parent), offset) for name, parent, offset in joints]


def test_only_conversions_of_cmu_get_bones_restored(tmp_path: Path) -> None:
    for joints in (mixamo(), cmu()):
        points, stature = read(tmp_path, person(joints, swing=0))
        size = lengths(points)
        assert stature == pytest.approx(1750, rel=0.02)
        assert size["left_wrist"] == pytest.approx(260)
        assert size["right_wrist"] == pytest.approx(260)
        # what is restored is as long as the bone before it
        assert size["thorax"] == pytest.approx(370 if joints == mixamo() else 200)
    marked = [joint for joint in cmu() if not joint[0].endswith("FingerBase")]
    marked = [(name, parent.replace("FingerBase", "Hand"), at) for name, parent, at in marked]
    size = lengths(read(tmp_path, person(marked, swing=0))[0])
    assert size["left_wrist"] == pytest.approx(260 * 2 / 3)


def test_a_conversion_that_has_its_bones_keeps_them(tmp_path: Path) -> None:
    whole = [(n, p, (0.0, 10.0, 0.0) if n == "Neck" else at) for n, p, at in cmu()]
    size = lengths(read(tmp_path, person(whole, swing=0))[0])
    assert size["left_wrist"] == pytest.approx(260 * 2 / 3)


@pytest.mark.parametrize("start", ["", "mixamorig:", "mixamorig1:", "Character1_", "Bip01 ", "a:b:"])
@pytest.mark.parametrize("joints", [mixamo(), cmu()], ids=["mixamo", "cmu"])
def test_prefixes_and_spaces_do_not_count(tmp_path: Path, joints: list[Joint], start: str) -> None:
    expected, _ = read(tmp_path, person(joints))
    for split in (False, True):
        points, _ = read(tmp_path, person(renamed(joints, start, split)))
        np.testing.assert_array_equal(points, expected)


def test_names_with_spaces_reach_the_end_of_the_line(tmp_path: Path) -> None:
    path = tmp_path / "clip.bvh"
    path.write_text(person(renamed(mixamo(), "Bip01 ", split=True)).replace("\n{", " {"))
    assert "Bip01 Left Up Leg" in read_bvh(path).names


def test_an_unknown_naming_is_refused_with_its_prefix(tmp_path: Path) -> None:
    unknown = {"UpLeg": "Thigh", "Leg": "Calf", "HandIndex1": "Finger1"}
    text = person(renamed(mixamo(), "Bip01 "))
    for old, new in unknown.items():
        text = text.replace(old, new)
    with pytest.raises(MocapError, match=r"clip\.bvh: .*after the prefix 'Bip01 '.*LeftUpLeg"):
        read(tmp_path, text)
    text = person(renamed(mixamo(), "rig:")).replace("rig:LeftForeArm", "rig:LeftLowerArm")
    with pytest.raises(MocapError, match=r"after the prefix 'rig:'.*also has LeftForeArm$"):
        read(tmp_path, text)


def test_a_joint_may_be_called_as_the_end_of_another(tmp_path: Path) -> None:
    points, _ = read(tmp_path, person(mixamo()))
    same, _ = read(tmp_path, person(mixamo()).replace("HeadTop_End", "Head_end"))
    body = [i for i, name in enumerate(BODY_POINTS) if name not in ("head", "nose")]
    np.testing.assert_allclose(same[:, body], points[:, body], atol=1e-6)


def test_a_person_stands_with_either_axis_up(tmp_path: Path) -> None:
    points, stature = read(tmp_path, person(mixamo()))
    turned, same = read(tmp_path, person(mixamo(), z_up=True))
    assert stature == pytest.approx(same)
    np.testing.assert_allclose(turned, points, atol=1e-3)
    assert points[:, BODY_POINTS.index("head"), 2].min() > 1500


def bones_along_x(axis: str) -> str:
    """Every bone along its own x axis, so that the rest pose lies; the frames stand along an axis."""
    text = bandai(1.0)
    if axis == "y":
        return text
    # a turn of the root moves y to z, or to x
    rows = text.split("\n")
    turn = {"z": "0 90 0", "x": "-90 0 0", "-y": "180 0 0"}[axis]
    rows = [row.replace("0 0 0 0 0 0 ", f"0 0 0 {turn} ", 1) for row in rows]
    return "\n".join(rows)


def test_the_frames_decide_where_the_rest_pose_lies(tmp_path: Path) -> None:
    points, _ = read(tmp_path, bones_along_x("y"))
    turned, _ = read(tmp_path, bones_along_x("z"))
    np.testing.assert_allclose(turned, points, atol=1e-3)
    for axis in ("x", "-y"):
        with pytest.raises(MocapError, match=r"clip\.bvh: neither its rest pose nor .* along y or z"):
            read(tmp_path, bones_along_x(axis))


def test_a_rest_pose_and_frames_along_different_axes_are_refused(tmp_path: Path) -> None:
    lines = person(mixamo(), swing=0, z_up=True).split("\n")
    start = "0 0 95 0 0 0"
    assert sum(line.startswith(start) for line in lines) == 8
    lines = [line.replace(start, "0 95 0 0 -90 0", 1) if line.startswith(start) else line for line in lines]
    with pytest.raises(MocapError, match=r"clip\.bvh: its rest pose stands along one axis"):
        read(tmp_path, "\n".join(lines))


def test_one_who_lies_down_is_read(tmp_path: Path) -> None:
    lines = person(mixamo(), swing=0).split("\n")
    start = "0 95 0 0 0 0"
    lines = [line.replace(start, "0 12 0 90 0 0", 1) if line.startswith(start) else line for line in lines]
    points, _ = read(tmp_path, "\n".join(lines))
    assert np.ptp(points[0, : BODY_POINTS.index("left_shoulder"), 2]) < 400


@pytest.mark.parametrize(("old", "new"), [("26 0 0", "2600 0 0"), ("28 0 0", "0 0 0")])
def test_bones_of_no_person_are_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(MocapError, match=r"clip\.bvh: left_\w+ and left_\w+ are \S+ mm apart, in a person"):
        read(tmp_path, person(mixamo()).replace(f"OFFSET {old}", f"OFFSET {new}"))


def test_skeletons_name_their_family(tmp_path: Path) -> None:
    path = tmp_path / "clip.bvh"
    found = []
    for text in (person(cmu()), person(mixamo()), bandai(1.0)):
        path.write_text(text)
        found.append(family_of(read_bvh(path))[0].name.partition(",")[0])
    assert found == ["CMU's BVH", "Mixamo and MotionBuilder", "Bandai-Namco"]
