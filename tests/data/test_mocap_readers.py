"""Readers of motion capture files: right on good files, and a clear error on all others."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mocap_files import AMC, ASF, BVH, degrees, slow_bvh

from pose_lib.data.mocap.amc import read_amc
from pose_lib.data.mocap.asf import read_asf
from pose_lib.data.mocap.bvh import read_bvh
from pose_lib.data.mocap.recording import MocapError, Recording

EXAMPLES = 50


def bvh(tmp_path: Path, text: str) -> Recording:
    path = tmp_path / "clip.bvh"
    path.write_bytes(text.encode("latin-1"))
    return read_bvh(path)


def acclaim(tmp_path: Path, asf: str = ASF, amc: str = AMC) -> Recording:
    (tmp_path / "a.asf").write_bytes(asf.encode("latin-1"))
    (tmp_path / "a_1.amc").write_bytes(amc.encode("latin-1"))
    return read_amc(tmp_path / "a_1.amc", read_asf(tmp_path / "a.asf"))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_bvh_against_a_recursion_over_its_words(tmp_path: Path, newline: str) -> None:
    recording = bvh(tmp_path, BVH.replace("\n", newline))
    assert recording.names == ("Hips", "Arm", "Hand", "Hand_end", "Leg", "Leg_end")
    assert recording.fps == pytest.approx(30, abs=1e-4)
    slow = slow_bvh(BVH)
    expected = np.array([[places[name] for name in recording.names] for places in slow])
    np.testing.assert_allclose(recording.positions(), expected, atol=1e-12)
    np.testing.assert_allclose(recording.rest()[2], [1, 5, 0])


@given(order=st.permutations("XYZ"), angles=st.tuples(*[st.floats(-180, 180)] * 3))
@settings(deadline=None, max_examples=30)
def test_bvh_takes_any_order(tmp_path_factory: pytest.TempPathFactory, order: list[str], angles) -> None:
    names = " ".join(f"{axis}rotation" for axis in order)
    values = " ".join(f"{a:.9f}" for a in angles)
    text = (
        f"HIERARCHY ROOT r {{ OFFSET 0 0 0 CHANNELS 3 {names} End Site {{ OFFSET 1 2 3 }} }}\n"
        f"MOTION\nFrames: 1\nFrame Time: 0.01\n{values}\n"
    )
    recording = bvh(tmp_path_factory.mktemp("bvh"), text)
    np.testing.assert_allclose(recording.positions()[0], list(slow_bvh(text)[0].values()), atol=1e-7)


def test_acclaim_against_its_formula_written_out(tmp_path: Path) -> None:
    recording = acclaim(tmp_path)
    assert recording.unit == pytest.approx(56.4444, abs=1e-4)
    positions = dict(zip(recording.names, recording.positions().swapaxes(0, 1), strict=True))
    root = degrees("XYZ", 10, 20, 30)
    frame = degrees("XYZ", 10, 20, 30)
    upper = root * frame * degrees("XYZ", 5, -15, 25) * frame.inv()
    frame = degrees("ZXY", -40, 50, 60)
    lower = upper * frame * degrees("ZXY", 35, -45, 0) * frame.inv()
    knee = np.array([1, 2, 3]) + upper.apply([3, 4, 0])
    np.testing.assert_allclose(positions["upper"][0], [1, 2, 3])
    np.testing.assert_allclose(positions["lower"][0], knee)
    np.testing.assert_allclose(positions["lower_end"][0], knee + lower.apply([0, -2.5, 0]))
    np.testing.assert_allclose(positions["fixed_end"][0], np.array([1, 2, 3]) + root.apply([0, 0, 1.5]))


def test_acclaim_in_radians(tmp_path: Path) -> None:
    expected = acclaim(tmp_path).positions()
    amc = []
    for line in AMC.replace(":DEGREES", ":RADIANS").split("\n"):
        words = line.split()
        if words and words[0] in ("root", "upper", "lower"):
            moved = 4 if words[0] == "root" else 1
            words[moved:] = [f"{np.radians(float(word)):.17g}" for word in words[moved:]]
        amc.append(" ".join(words))
    np.testing.assert_allclose(acclaim(tmp_path, amc="\n".join(amc)).positions(), expected)
    asf = ASF.replace("angle deg", "angle rad")
    for axis in ("10 20 30", "-40 50 60"):
        asf = asf.replace(axis, " ".join(f"{np.radians(float(a)):.17g}" for a in axis.split()))
    np.testing.assert_allclose(acclaim(tmp_path, asf, "\n".join(amc)).positions(), expected)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("HIERARCHY", "HIERARCHI", 1, "HIERARCHY"),
        ("OFFSET 1 2 0", "OFFSET 1 x 0", 8, "'x'"),
        ("OFFSET 1 2 0", "OFFSET 1 nan 0", 8, "'nan'"),
        ("CHANNELS 1 Xrotation", "CHANNELS 1 Wrotation", 23, "Wrotation"),
        ("CHANNELS 1 Xrotation", "CHANNELS 2 Xrotation Xrotation", 23, "twice"),
        ("JOINT Leg", "JOINT Arm", 20, "Arm"),
        ("    OFFSET 0 -1 0\n", "", 27, "Leg has no OFFSET"),
        ("Frames: 3", "Frames: 4", 35, "says 4 frames, the file has 3"),
        ("Frames: 3", "Frames: three", 31, "Frames:"),
        ("Frame Time: 0.0333333", "Frame Time: 0", 32, "positive"),
        ("1.5 2 3 -10", "1.5 2 -10", 34, "expected 14 numbers, found 13"),
        ("1.5 2 3 -10", "1.5 2 3 inf", 34, "'inf'"),
        ("1.5 2 3 -10", "1.5 2 3 1_0", 34, "'1_0'"),
        ("1.5 2 3 -10", "1.5 2 3 1e300", 34, "1e300"),
    ],
)
def test_bvh_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(MocapError, match=rf"clip\.bvh, line {line}: .*{says}"):
        bvh(tmp_path, BVH.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "file", "line", "says"),
    [
        ("length 0.45", "length none", "a.asf", 6, "none"),
        ("length 0.45", "", "a.asf", 7, "does not give length"),
        ("angle deg", "angle gon", "a.asf", 7, "gon"),
        ("direction 0.6 0.8 0", "direction 0.6 0.8", "a.asf", 19, "3 numbers"),
        ("direction 0.6 0.8 0", "direction 6 8 0", "a.asf", 19, "unit vector"),
        ("dof rz rx", "dof rz l", "a.asf", 33, "rz l"),
        ("ZXY", "ZXX", "a.asf", 32, "ZXX"),
        ("upper lower\n", "upper lowest\n", "a.asf", 47, "lowest"),
        ("root upper fixed", "root upper", "a.asf", 48, "fixed"),
        ("lower 35 -45", "lower 35", "a_1.amc", 7, "2 numbers"),
        ("lower 35 -45", "lowest 35 -45", "a_1.amc", 7, "lower"),
        ("lower 35 -45\n", "", "a_1.amc", 6, "lower"),
        ("\n2\n", "\n3\n", "a_1.amc", 8, "frame 3 follows frame 1"),
    ],
)
def test_acclaim_names_file_and_line(
    tmp_path: Path, old: str, new: str, file: str, line: int, says: str
) -> None:
    assert (old in ASF) != (old in AMC)
    with pytest.raises(MocapError, match=rf"{file}, line {line}: .*{says}"):
        acclaim(tmp_path, ASF.replace(old, new), AMC.replace(old, new))


def damage(draw: st.DrawFn, text: str) -> str:
    """The text cut off anywhere, without a line, or with a word or a byte changed."""
    kind = draw(st.sampled_from(["cut", "line", "twice", "word", "byte"]))
    if kind == "cut":
        return text[: draw(st.integers(0, len(text)))]
    if kind == "byte":
        at = draw(st.integers(0, len(text) - 1))
        return text[:at] + draw(st.characters(max_codepoint=255)) + text[at + 1 :]
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    if kind == "line":
        del lines[at]
    elif kind == "twice":
        lines.insert(at, lines[at])
    else:
        words = lines[at].split() or [""]
        odd = [
            "",
            "{",
            "}",
            "nan",
            "1e999",
            "-1",
            "9" * 30,
            "²",
            "\x85",
            "End Site",
            "root",
            "begin",
            "end",
            ":units",
        ]
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(odd) | st.text(max_size=4))
        lines[at] = " ".join(words)
    return "\n".join(lines)


damaged = st.composite(damage)


def good_or_refused(read) -> None:
    try:
        recording = read()
    except MocapError as error:
        assert "clip.bvh" in str(error) or "a.asf" in str(error) or "a_1.amc" in str(error)  # noqa: PT017
    else:
        assert len(recording) > 0
        assert np.isfinite(recording.positions()).all()
        assert 1 <= recording.fps <= 10000


@given(text=damaged(BVH))
@settings(deadline=None, max_examples=EXAMPLES)
def test_a_damaged_bvh_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    text = text.encode("latin-1", "replace").decode("latin-1")
    good_or_refused(lambda: bvh(tmp_path_factory.mktemp("bvh"), text))


@given(asf=st.just(ASF) | damaged(ASF), amc=st.just(AMC) | damaged(AMC))
@settings(deadline=None, max_examples=EXAMPLES)
def test_a_damaged_acclaim_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, asf: str, amc: str
) -> None:
    texts = [text.encode("latin-1", "replace").decode("latin-1") for text in (asf, amc)]
    good_or_refused(lambda: acclaim(tmp_path_factory.mktemp("asf"), *texts))


@pytest.mark.parametrize("text", [BVH, ASF, AMC])
def test_a_file_cut_off_is_refused(tmp_path: Path, text: str) -> None:
    """But for the last number, which may lose digits, and an AMC, which may lose whole frames."""
    readers = {
        BVH: lambda cut: bvh(tmp_path, cut),
        ASF: lambda cut: acclaim(tmp_path, cut),
        AMC: lambda cut: acclaim(tmp_path, ASF, cut),
    }
    read = readers[text]
    whole = AMC.index("\n2\n") + 1
    for at in range(0, len(text.rstrip("\n").rsplit(" ", 1)[0]), 3):
        cut = text[:at]
        if text is AMC and whole - 3 <= at <= whole + 1:
            continue
        with pytest.raises(MocapError):
            read(cut)


def test_five_thousand_frames_take_well_under_a_second(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    joints = "".join(
        f"JOINT j{i} {{ OFFSET 1 0 0 CHANNELS 3 Zrotation Yrotation Xrotation }}\n" for i in range(31)
    )
    rows = rng.uniform(-90, 90, (5000, 99)).round(4).astype(str)
    path = tmp_path / "long.bvh"
    path.write_text(
        "HIERARCHY ROOT r { OFFSET 0 0 0\n"
        "CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation\n"
        f"{joints}}}\nMOTION\nFrames: 5000\nFrame Time: 0.00833\n" + "\n".join(map(" ".join, rows))
    )
    times = []
    for _ in range(3):
        start = time.process_time()
        recording = read_bvh(path)
        times.append(time.process_time() - start)
    assert len(recording) == 5000
    assert min(times) < 1.0
