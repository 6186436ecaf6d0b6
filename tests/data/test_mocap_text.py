"""Files as programs and systems really write them: encodings, blank lines, capitals, companions."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from mocap_files import AMC, ASF, BVH, mixamo, person

from pose_lib.data.mocap import text
from pose_lib.data.mocap.amc import read_amc
from pose_lib.data.mocap.asf import read_asf
from pose_lib.data.mocap.bvh import read_bvh
from pose_lib.data.mocap.clips import find_clips, read_clip, read_recording
from pose_lib.data.mocap.recording import MAX_JOINTS, MocapError, Recording

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda words: words.encode(),
    "utf-8 with a mark": lambda words: codecs.BOM_UTF8 + words.encode(),
    "utf-16, little end first": lambda words: codecs.BOM_UTF16_LE + words.encode("utf-16-le"),
    "utf-16, big end first": lambda words: codecs.BOM_UTF16_BE + words.encode("utf-16-be"),
    "control z": lambda words: words.encode() + b"\x1a",
    "control z and zeros": lambda words: words.encode() + b"\x1a\0\0\0",
}


def read(folder: Path, name: str, content: bytes) -> Recording:
    (folder / name).write_bytes(content)
    return read_recording(folder / name)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_encoding_gives_the_same(tmp_path: Path, encoding: str) -> None:
    encode = ENCODINGS[encoding]
    expected = read(tmp_path, "a.bvh", BVH.encode()).positions()
    np.testing.assert_array_equal(read(tmp_path, "a.bvh", encode(BVH)).positions(), expected)
    (tmp_path / "a.asf").write_text(ASF)
    expected = read(tmp_path, "a_1.amc", AMC.encode()).positions()
    (tmp_path / "a.asf").write_bytes(encode(ASF.removeprefix("# a comment\n")))
    np.testing.assert_array_equal(read(tmp_path, "a_1.amc", encode(AMC)).positions(), expected)

    (tmp_path / "actions.csv").write_bytes(encode("clip,action,performer\na_1,Grüßen,Zoë\n"))
    entries = {entry.name: (entry.action, entry.performer) for entry in find_clips(tmp_path)}
    assert entries["a_1"] == ("Grüßen", "Zoë")


def test_a_mark_and_other_bytes_are_refused(tmp_path: Path) -> None:
    for content in (
        codecs.BOM_UTF8 + b"HIERARCHY\xff",
        codecs.BOM_UTF16_LE + BVH.encode("utf-16-le") + b"\0",
    ):
        with pytest.raises(MocapError, match=r"a\.bvh: expected text in UTF-(8|16) \(.*save it as UTF-8"):
            read(tmp_path, "a.bvh", content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("MOTION\n", "MOTION\n\n"),
        ("MOTION\n", "\n MOTION \n\n\n"),
        ("Frames: 3\n", "Frames: 3\n\n"),
        ("Frames: 3\n", "frames :\t3\n"),
        ("Frame Time: ", "Frame time: "),
        ("Frame Time: ", "FRAME  TIME:"),
        ("MOTION", "Motion"),
        ("HIERARCHY", "\n\nHierarchy"),
        ("ROOT Hips\n{", "root Hips {"),
        ("End Site", "End site"),
        ("End Site", "END SITE"),
        ("JOINT Arm", "Joint Arm"),
        ("Xrotation", "XROTATION"),
        ("OFFSET", "offset"),
        ("0.0333333\n", "0.0333333\n\n"),
        ("\n2 2 3 0", "\n\n2 2 3 0"),
    ],
)
def test_blank_lines_and_capitals_do_not_count(tmp_path: Path, old: str, new: str) -> None:
    assert old in BVH
    recording = read(tmp_path, "a.bvh", BVH.replace(old, new).encode())
    expected = read(tmp_path, "b.bvh", BVH.encode())
    assert recording.names == expected.names
    np.testing.assert_array_equal(recording.positions(), expected.positions())


def test_a_fault_after_blank_lines_has_its_own_line(tmp_path: Path) -> None:
    content = BVH.replace("MOTION\n", "MOTION\n\n\n").replace("1.5 2 3 -10", "1.5 2 x -10")
    with pytest.raises(MocapError, match=r"a\.bvh, line 36: .*'x'"):
        read(tmp_path, "a.bvh", content.encode())


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / ".trash").mkdir()
    (tmp_path / "walk.bvh").write_text(person(mixamo()))
    (tmp_path / "02.asf").write_text(ASF)
    (tmp_path / "02_01.amc").write_text(AMC)
    companions = (
        "__MACOSX/._walk.bvh",
        "__MACOSX/x.bvh",
        "._walk.bvh",
        ".DS_Store",
        ".trash/y.bvh",
        "._02.asf",
    )
    for name in companions:
        (tmp_path / name).write_bytes(b"\0\x05\x16\x07" + bytes(80))
    assert [entry.name for entry in find_clips(tmp_path)] == ["02_01", "walk"]
    assert len(read_recording(tmp_path / "02_01.amc", tmp_path)) == 2
    (tmp_path / "02.asf").rename(tmp_path / "skeleton.asf")  # still the only one
    assert len(read_recording(tmp_path / "02_01.amc", tmp_path)) == 2


def test_links_are_followed_once_and_broken_ones_refused(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "clips/walk.bvh").write_text(person(mixamo()))
    (tmp_path / "data/linked").symlink_to(tmp_path / "clips")
    (tmp_path / "data/again").symlink_to(tmp_path / "data")
    assert [entry.name for entry in find_clips(tmp_path / "data")] == ["linked/walk"]
    (tmp_path / "data/gone.bvh").symlink_to(tmp_path / "nothing.bvh")
    with pytest.raises(MocapError, match=r"gone\.bvh: .*a link to nothing"):
        find_clips(tmp_path / "data")
    with pytest.raises(MocapError, match=r"gone\.bvh: .*a link to nothing"):
        read_recording(tmp_path / "data/gone.bvh")


def test_what_is_no_file_is_refused_or_searched(tmp_path: Path) -> None:
    (tmp_path / "x.bvh").mkdir()
    (tmp_path / "x.bvh/walk.bvh").write_text(person(mixamo()))
    assert [entry.name for entry in find_clips(tmp_path)] == ["x.bvh/walk"]
    with pytest.raises(MocapError, match=r"x\.bvh: .*found a folder"):
        read_bvh(tmp_path / "x.bvh")
    with pytest.raises(MocapError, match=r"y\.asf: .*found nothing"):
        read_asf(tmp_path / "y.asf")
    (tmp_path / "actions.csv").mkdir()
    with pytest.raises(MocapError, match=r"actions\.csv: .*found a folder"):
        find_clips(tmp_path)
    (tmp_path / "actions.csv").rmdir()
    os.mkfifo(tmp_path / "z.bvh")
    for use in (find_clips, lambda root: read_bvh(root / "z.bvh")):
        with pytest.raises(MocapError, match=r"z\.bvh: .*device"):
            use(tmp_path)


def test_what_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.bvh").write_text(BVH)
    (tmp_path / "sub").mkdir()

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "sub"))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", denied)
        with pytest.raises(MocapError, match=r"a\.bvh: it cannot be read: Permission denied"):
            read_recording(tmp_path / "a.bvh")
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", denied)
        with pytest.raises(MocapError, match=r"sub: the folder cannot be searched: Permission denied"):
            find_clips(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", denied)
        with pytest.raises(MocapError, match="the folder cannot be searched: Permission denied"):
            read_recording(tmp_path / "a.amc")


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"\xff" * 100, b"\n" * 100, b"MOTION\n", b"HIERARCHY\n"]
)
def test_files_of_nothing_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.asf").write_text(ASF)
    for name in ("a.bvh", "a_1.amc", "a.asf"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(MocapError, match=name.replace(".", r"\.")):
            read_asf(tmp_path / name) if name.endswith("asf") else read_recording(tmp_path / name)


def test_absurd_sizes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MocapError, match=r"a\.bvh, line 31: .*up to 1e\+06, found 'Frames: 999999999'"):
        read(tmp_path, "a.bvh", BVH.replace("Frames: 3", "Frames: 999999999").encode())
    deep = "".join(f"JOINT j{i} {{ OFFSET 0 0 0 CHANNELS 0\n" for i in range(50_000))
    whole = f"HIERARCHY ROOT r {{ OFFSET 0 0 0 CHANNELS 1 Xrotation\n{deep}{'}' * 50_001}\n"
    motion = "MOTION\nFrames: 1\nFrame Time: 0.01\n0\n"
    with pytest.raises(MocapError, match=rf"a\.bvh: expected at most {MAX_JOINTS} joints, found 50001"):
        read(tmp_path, "a.bvh", (whole + motion).encode())
    few = "".join(f"JOINT j{i} {{ OFFSET 0 0 0 }}\n" for i in range(999))
    rows = f"MOTION\nFrames: 100000\nFrame Time: 0.01\n{'0' * 10}\n"
    start = f"HIERARCHY ROOT r {{ OFFSET 0 0 0 CHANNELS 1 Xrotation\n{few}}}\n"
    with pytest.raises(MocapError, match=r"a\.bvh: 1000 joints in 100000 frames .* at most 10000 frames"):
        read(tmp_path, "a.bvh", (start + rows).encode())
    slow = rows.replace("100000", "300").replace("0.01", "1")  # 15,000 frames at 50 Hz
    with pytest.raises(MocapError, match=r"a\.bvh: 1000 joints in 15000 frames"):
        read(tmp_path, "a.bvh", (start + slow).encode())

    bones = "".join(f"begin name b{i} direction 1 0 0 length 1 axis 0 0 0 XYZ end\n" for i in range(2000))
    bones = bones.replace(" name", "\nname").replace(" dir", "\ndir").replace(" len", "\nlen")
    bones = bones.replace(" axis", "\naxis").replace(" end", "\nend")
    at = ASF.index("  begin\n     id 1")
    (tmp_path / "a.asf").write_text(ASF[:at] + bones + ASF[at:])
    with pytest.raises(MocapError, match=r"a\.asf: expected at most 1000 joints, found 2004"):
        read_asf(tmp_path / "a.asf")

    monkeypatch.setattr(text, "LARGEST", 100)
    with pytest.raises(MocapError, match=r"a\.bvh: expected at most 100 bytes"):
        read(tmp_path, "a.bvh", BVH.encode())


def test_messages_stay_short(tmp_path: Path) -> None:
    long = "x" * 5000
    for old in (
        "JOINT Arm",
        "OFFSET 1 2 0",
        "CHANNELS 1",
        "Xrotation\n",
        "Frames: 3",
        "1.5 2 3",
        "HIERARCHY",
    ):
        with pytest.raises(MocapError, match=r"a\.bvh, line \d+: ") as caught:
            read(tmp_path, "a.bvh", BVH.replace(old, f"{old.split()[0]} {long} {{" * 2, 1).encode())
        assert len(str(caught.value)) < 400 + len(str(tmp_path))
    for old in ("length 0.45", "angle deg", "axis XYZ", "name lower", "dof rz rx", "root upper", "order TX"):
        (tmp_path / "a.asf").write_text(ASF.replace(old, f"{old} {long}", 1))
        with pytest.raises(MocapError, match=r"a\.asf, line \d+: ") as caught:
            read_asf(tmp_path / "a.asf")
        assert len(str(caught.value)) < 400 + len(str(tmp_path))
    (tmp_path / "a.asf").write_text(ASF)
    (tmp_path / "a_1.amc").write_text(AMC.replace("lower 35", f"{long} 35"))
    with pytest.raises(MocapError, match=r"a_1\.amc, line \d+: ") as caught:
        read_amc(tmp_path / "a_1.amc", read_asf(tmp_path / "a.asf"))
    assert len(str(caught.value)) < 400 + len(str(tmp_path))


def test_a_clip_of_another_program_is_read_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "walk.bvh").write_bytes(codecs.BOM_UTF8 + person(mixamo(), z_up=True).encode() + b"\x1a")
    clip = read_clip(find_clips(tmp_path)[0], tmp_path)
    assert clip.action == "Walking"
    assert clip.stature == pytest.approx(1750, rel=0.02)
