"""The table ``actions.csv``: names, frame rates, faults, and that an edit is noticed."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from mocap_files import AMC, ASF, mixamo, person

from pose_lib.data.mocap.clips import Entry, find_clips, read_clip, read_recording
from pose_lib.data.mocap.dataset import actions
from pose_lib.data.mocap.listing import read_listing
from pose_lib.data.mocap.recording import MocapError
from pose_lib.data.request import MocapRequest
from pose_lib.paths import cache_root


def listed(folder: Path, *lines: str, columns: str = "clip,action,performer,fps") -> dict[str, Entry]:
    (folder / "actions.csv").write_text("\n".join([columns, *lines, ""]), encoding="utf-8")
    return {entry.path.name: entry for entry in find_clips(folder)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.asf").write_text(ASF)
    (tmp_path / "a_1.amc").write_text(AMC)
    (tmp_path / "HDM_a_1_120.amc").write_text(AMC)
    (tmp_path / "walk.bvh").write_text(person(mixamo()))
    return tmp_path


def test_the_rate_of_an_amc_file(folder: Path) -> None:
    for name, given, fps in (("a_1", "60", 60), ("HDM_a_1_120", "59.94", 59.94), ("a_1", "", 120)):
        entry = listed(folder, f"{name},jump,,{given}")[f"{name}.amc"]
        (folder / "HDM_a.asf").write_text(ASF)
        assert read_recording(entry.path, folder, entry.fps).fps == fps
    assert read_recording(folder / "HDM_a_1_120.amc").fps == 120


def test_the_rate_of_a_bvh_file_must_agree(folder: Path) -> None:
    entry = listed(folder, "walk,Walking,,29.97")["walk.bvh"]
    assert read_recording(entry.path, folder, entry.fps).fps == 29.97
    assert read_recording(entry.path, folder).fps == pytest.approx(30, abs=1e-3)
    entry = listed(folder, "walk,Walking,,60")["walk.bvh"]
    with pytest.raises(MocapError, match=r"walk\.bvh: .* 30 frames/s, and actions\.csv says 60"):
        read_clip(entry, folder)


def test_a_clip_at_another_rate_lasts_longer(folder: Path) -> None:
    slow = listed(folder, "walk,Walking,,29.5")["walk.bvh"]
    assert len(read_clip(slow, folder).points) == int(7 / 29.5 * 50) + 1


@pytest.mark.parametrize(
    "fps", ["0", "-60", "9", "1001", "nan", "inf", "1e999", "60 Hz", "6_0", "0x3c", "60;", "9" * 5000]
)
def test_a_rate_of_no_recording_is_refused(folder: Path, fps: str) -> None:
    with pytest.raises(MocapError, match=r"actions\.csv, line 3: expected fps from 10 to 1000") as caught:
        listed(folder, "walk,Walking,,", f"a_1,jump,,{fps}")
    assert len(str(caught.value)) < 300 + len(str(folder))


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        (("walk,",), 2, "the column action is empty"),
        (("walk",), 2, "the column action is empty"),
        (("walk,  ,x",), 2, "the column action is empty"),
        ((",Walking",), 2, "the column clip is empty"),
        (("walk,jump", "", "wa\tlk,jump"), 4, r"no clip 'wa\\tlk'"),
        (("walk,jump", "x" * 5000 + ",jump"), 3, "no clip 'xxx"),
        (("walk," + "x" * 5000,), 2, r"expected an action of at most 100 letters .*\(5000 letters\)"),
        (("walk,jump," + "x" * 5000,), 2, "expected a performer of at most 100 letters"),
        (("walk,ju\x1bmp",), 2, "without control characters"),
        (("walk,ju\x00mp",), 2, "without control characters"),
        (('walk,"ju\nmp"',), 3, "without control characters"),
        (("walk,jump,x,60,more",), 2, "expected 4 cells, as in the first line, found 5"),
        (("walk,jump", "walk,sit"), 3, "the clip 'walk' is listed in line 2 already"),
        (('walk,"jump',), 2, "separated by commas"),
        (('walk,"ju"mp',), 2, "separated by commas"),
        (("walk," + "x" * 200_000,), 2, "separated by commas"),
    ],
)
def test_a_fault_is_refused_with_its_line(folder: Path, lines: tuple[str, ...], line: int, says: str) -> None:
    with pytest.raises(MocapError, match=rf"actions\.csv, line {line}: .*{says}") as caught:
        listed(folder, *lines)
    assert len(str(caught.value)) < 300 + 2 * len(str(folder))


@pytest.mark.parametrize(
    "columns", ["", "clip", "clip,action,action", "clip,action,weight", "clip;action", "x" * 5000, "a,b\x00"]
)
def test_other_columns_are_refused(folder: Path, columns: str) -> None:
    with pytest.raises(MocapError, match=r"actions\.csv, line 1: expected the columns clip,action") as caught:
        listed(folder, columns=columns)
    assert len(str(caught.value)) < 300 + len(str(folder))
    (folder / "actions.csv").write_text("")
    with pytest.raises(MocapError, match=r"actions\.csv, line 1: expected the columns"):
        find_clips(folder)


def test_columns_in_any_order_with_spaces_and_empty_cells(folder: Path) -> None:
    found = listed(folder, "60, jump ,a_1,,", ",,", ",sit,walk", columns="fps, action,clip ,performer")
    assert (found["a_1.amc"].action, found["a_1.amc"].fps) == ("jump", 60)
    assert (found["walk.bvh"].action, found["walk.bvh"].fps) == ("sit", None)


ODD = [
    "/../../X",
    "..",
    "sit/stand",
    "C:\\x",
    "<img src=x onerror=alert(1)>",
    "a;b",
    "行走",
    "=1+1",
    "%s{0}$x",
    "x" * 100,
]


@pytest.mark.parametrize("name", ODD)
def test_any_text_of_one_line_names_an_action_and_a_performer(folder: Path, name: str) -> None:
    before = sorted(folder.parent.rglob("*"))
    entry = listed(folder, f'walk,"{name}","{name}"')["walk.bvh"]
    assert (entry.action, entry.performer) == (name, name)
    assert name in actions(folder)
    clip = read_clip(entry, folder)
    assert (clip.action, clip.performer) == (name, name)
    request = MocapRequest(action=name, data_root=folder, size=16, step=1)
    assert request.folder.parent == cache_root()
    assert set(folder.parent.rglob("*")) - set(before) <= {folder / "actions.csv"}


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\x7fb", b"a\xffb", "\u2028", "a\tb"])
def test_names_that_cannot_be_printed_are_refused(folder: Path, name: str | bytes) -> None:
    text = os.fsdecode(name)
    (folder / text).mkdir()
    (folder / text / "x.bvh").write_text("")
    with pytest.raises(MocapError, match="a name with control characters or invalid Unicode") as caught:
        find_clips(folder)
    assert str(caught.value).isprintable()


def test_odd_names_of_files_and_folders_are_read(folder: Path) -> None:
    for name in ("<img src=x>", "a b", "行走", "..x", "$(x)", "-rf"):
        (folder / "in" / name).mkdir(parents=True)
        (folder / "in" / name / f"{name}.bvh").write_text(person(mixamo(), frames=1))
    found = {e.name: e for e in find_clips(folder) if e.name.startswith("in/")}
    assert len(found) == 5  # a leading dot hides
    for entry in found.values():
        assert entry.performer == entry.path.parent.name
        assert len(read_clip(entry, folder).points) == 1


def test_a_deep_folder_is_refused(folder: Path) -> None:
    deep = folder.joinpath(*["d"] * 101)
    deep.mkdir(parents=True)
    with pytest.raises(MocapError, match="folders at most 100 deep"):
        find_clips(folder)


def test_a_folder_with_a_name_that_is_too_long_is_missing() -> None:
    with pytest.raises(FileNotFoundError, match="no folder"):
        find_clips("x" * 5000)


def _edit(file: Path, old: bytes, new: bytes) -> None:
    """An edit that changes neither the size nor the time of a file."""
    stat, content = file.stat(), file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new))
    assert file.stat().st_size == stat.st_size
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF16_LE], ids=["utf-8", "utf-16"])
def test_an_edit_of_the_same_length_makes_other_samples(folder: Path, mark: bytes) -> None:
    def encoded(words: str) -> bytes:
        return mark + words.encode("utf-16-le" if mark else "utf-8")

    def key() -> str:
        return MocapRequest(action="Walking", data_root=folder, size=16, step=1).key

    (folder / "walk.bvh").write_bytes(encoded(person(mixamo())))
    (folder / "b.bvh").write_bytes(encoded(person(mixamo())))
    (folder / "actions.csv").write_bytes(encoded("clip,action\nwalk,Walking\na_1,Sitting\n"))
    keys = [key()]
    body = slice(len(mark), None)
    _edit(folder / "walk.bvh", encoded("0.0333333")[body], encoded("0.0166667")[body])
    keys.append(key())
    lines = ("walk,Walking\n", "a_1,Sitting\n")
    _edit(folder / "actions.csv", encoded("".join(lines))[body], encoded("".join(lines[::-1]))[body])
    keys.append(key())
    _edit(folder / "a.asf", b"length 0.45", b"length 0.46")
    keys.append(key())
    _edit(folder / "a_1.amc", b"lower 35 -45", b"lower 35 -44")
    keys.append(key())
    assert len(set(keys)) == len(keys)
    assert key() == keys[-1]


def test_lines_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "actions.csv"
    path.write_text("clip,action,performer,fps\n\nx,jump,,\ny,sit,bond,60\n")
    assert [tuple(line) for line in read_listing(path)] == [
        (3, "x", "jump", None, None),
        (4, "y", "sit", "bond", 60.0),
    ]
