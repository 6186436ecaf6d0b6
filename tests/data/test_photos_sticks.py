"""Stickmen: sticks in either direction, texts with one or many people, detections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photo_files import detection, shrink, stick_lines, sticks, write_buffy, write_stickmen
from scipy.io import savemat

from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.stickmen import read_buffy, read_detections, read_stickmen
from pose_lib.data.photos.sticks import read_sticks, reference_windows, sticks_to_joints
from pose_lib.geometry.skeletons import STICKMEN8


def joint(joints: np.ndarray, name: str) -> np.ndarray:
    return joints[:, STICKMEN8.index(name)]


def test_joints_are_where_sticks_meet_and_image_left_is_the_persons_right() -> None:
    people = sticks(20)
    joints = sticks_to_joints(people)
    np.testing.assert_allclose(joint(joints, "head"), people[:, 5].mean(1))
    np.testing.assert_allclose(joint(joints, "neck"), (people[:, 5, 1] + people[:, 0, 0]) / 2)
    for side, upper, lower in (("right", 1, 3), ("left", 2, 4)):
        np.testing.assert_allclose(joint(joints, f"{side}_shoulder"), people[:, upper, 0])
        np.testing.assert_allclose(joint(joints, f"{side}_wrist"), people[:, lower, 1])
        elbows = (people[:, upper, 1] + people[:, lower, 0]) / 2
        np.testing.assert_allclose(joint(joints, f"{side}_elbow"), elbows)
    assert (joint(joints, "right_shoulder")[:, 0] < joint(joints, "left_shoulder")[:, 0]).all()


@settings(deadline=None, max_examples=60)
@given(turned=st.lists(st.booleans(), min_size=6, max_size=6), seed=st.integers(0, 1000))
def test_the_direction_of_a_stick_does_not_matter(turned: list[bool], seed: int) -> None:
    people = sticks(3, seed)
    other = people.copy()
    for i in np.flatnonzero(turned):
        other[:, i] = people[:, i, ::-1]
    np.testing.assert_allclose(sticks_to_joints(other), sticks_to_joints(people))


def test_a_folded_arm_keeps_its_wrist() -> None:
    people = sticks(1)
    # upper arm down, forearm back up: the wrist is at the shoulder, nearer than the elbow ends are
    people[0, 2] = [[80, 40], [86, 70]]
    people[0, 4] = [[84, 76], [79, 43]]
    joints = sticks_to_joints(people)
    np.testing.assert_allclose(joint(joints, "left_shoulder")[0], [80, 40])
    np.testing.assert_allclose(joint(joints, "left_elbow")[0], [85, 73])
    np.testing.assert_allclose(joint(joints, "left_wrist")[0], [79, 43])


def test_what_a_missing_stick_would_tell_is_missing() -> None:
    people = sticks(5)
    for i, stick in enumerate((3, 1, 5, 0)):
        people[i, stick] = np.nan
    joints = sticks_to_joints(people)
    lost = [[STICKMEN8.joints[j] for j in np.flatnonzero(np.isnan(p).any(-1))] for p in joints]
    assert lost[0] == ["right_wrist"]
    assert lost[1] == ["right_shoulder", "right_elbow", "right_wrist"]
    assert lost[2] == ["head", "neck"]
    assert lost[3] == ["neck"]
    assert lost[4] == []
    np.testing.assert_allclose(joint(joints, "right_elbow")[0], people[0, 1, 1])
    # without a head or a torso, arms are still turned the right way
    for i in (2, 3):
        np.testing.assert_allclose(joint(joints, "left_shoulder")[i], people[i, 2, 0])


@pytest.mark.parametrize("header", ["photo_{}.jpg", "photo_{}.jpg 1", "photo_{}.jpg 1 6", "{}"])
def test_headers_may_count_people_or_not(header: str, tmp_path: Path) -> None:
    people = sticks(3)
    file = tmp_path / "sticks.txt"
    lines = [line for i, one in enumerate(people) for line in (header.format(i), *stick_lines(one), "")]
    file.write_text("\r\n".join(lines))
    found = read_sticks(file)
    np.testing.assert_allclose(np.concatenate([f.sticks for f in found]), people, atol=0.06)
    assert [f.picture for f in found] == [header.split()[0].format(i) for i in range(3)]


def test_many_people_in_a_picture_with_hidden_sticks(tmp_path: Path) -> None:
    people = sticks(3)
    lines = ["a.jpg 2 6", *stick_lines(people[0]), *stick_lines(people[1])]
    lines += ["b.jpg 0 6", "c.jpg 1 6", *stick_lines(people[2])]
    lines[2], lines[9] = "NaN NaN NaN NaN", "0 0 0 0"
    (tmp_path / "s.txt").write_text("\n".join(lines))
    found = read_sticks(tmp_path / "s.txt")
    assert [f.sticks.shape for f in found] == [(2, 6, 2, 2), (0, 6, 2, 2), (1, 6, 2, 2)]
    gone = np.isnan(found[0].sticks).all((2, 3))
    assert np.argwhere(gone).tolist() == [[0, 1], [1, 2]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7\n1 2 3 4\n", r"line 1: 6 sticks announced, 1 left"),
        ("7\n1 2 3 4\n1 2 3\n" + "1 2 3 4\n" * 4, r"line 3: expected a stick, x1 y1 x2 y2, got '1 2 3'"),
        ("a.jpg many 6\n", r"line 1: expected a header"),
        ("a.jpg 1 14\n" + "1 2 3 4\n" * 14, r"line 1: expected a header"),
        ("1 2 3 4\n", r"line 1: expected a header"),
        ("<html>\n<body>\n", r"line 1: 6 sticks announced|line 2: expected a stick"),
        ("", "no stickmen in it"),
    ],
)
def test_a_line_that_does_not_fit_is_named(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "s.txt"
    file.write_text(text)
    with pytest.raises(PhotoError, match=rf"s\.txt.*{said}"):
        read_sticks(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PhotoError, match="expected a text file"):
        read_sticks(file)


def test_the_window_of_a_person_follows_from_head_and_torso() -> None:
    people = sticks(1)
    people[0, 0] = [[100, 40], [104, 100]]
    people[0, 5] = [[96, 10], [98, 38]]
    height = 70 - 10
    middle = (102 + 97) / 2
    expected = [middle - height / 1.8, 10, middle + height / 1.8, 70]
    np.testing.assert_allclose(reference_windows(people)[0], expected)
    np.testing.assert_allclose(reference_windows(people[:, :, ::-1])[0], expected)


def test_buffy_knows_episodes_and_who_is_detected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "buffy", 15)
    people = write_buffy(tmp_path, each=3, missed=1)
    read = read_buffy(tmp_path)
    assert read.table["split"].tolist() == ["test"] * 3 + ["train"] * 6 + ["test"] * 6
    assert read.table["subject"].tolist()[::3] == ["s5e2", "s5e3", "s5e4", "s5e5", "s5e6"]
    np.testing.assert_allclose(read.joints, sticks_to_joints(people) - 0.5, atol=0.1)
    assert read.table["detected"].tolist() == [False, True, True] + [False] * 6 + [True] * 6
    assert read.table["overlap"][1] > 0.5
    assert read.table["overlap"][3:9].isna().all()
    # a test window: as wide as 1.7 detections, from its top 2.1 times as high
    x, y = people[1, 5].mean(0)
    det = np.round([x - 22, y - 11, x + 22, y + 30])
    middle, half = (det[0] + det[2]) / 2, 1.7 * (det[2] - det[0]) / 2
    expected = [middle - half, det[1], middle + half, det[1] + 2.1 * (det[3] - det[1])]
    np.testing.assert_allclose(read.windows[1], np.array(expected) - 0.5, rtol=1e-5)
    # who is not detected, or is there to learn from, goes by the window that the annotation implies
    assert np.isfinite(read.windows).all()


def test_buffy_without_detections_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "buffy", 5)
    write_buffy(tmp_path, each=1)
    (tmp_path / "BUFFY/techrep2010_buffy_results.mat").unlink()
    read = read_buffy(tmp_path)
    assert not read.table["detected"].any()
    assert "no test person counts as detected" in read.notes[0]


def test_buffy_that_is_not_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_buffy(tmp_path, each=1)
    with pytest.raises(PhotoError, match="5 annotated pictures, expected 748"):
        read_buffy(tmp_path)
    shrink(monkeypatch, "buffy", 5)
    (tmp_path / "BUFFY/data/buffy_s5e6_sticks.txt").unlink()
    with pytest.raises(PhotoError, match=r"buffy_s5e6_sticks\.txt: no such file"):
        read_buffy(tmp_path)
    (tmp_path / "BUFFY/data/buffy_s5e6_sticks.txt").write_text("x.jpg\n" + "1 2 3 4\n" * 6)
    with pytest.raises(PhotoError, match="expected one person in a numbered frame, got x"):
        read_buffy(tmp_path)
    with pytest.raises(PhotoError, match=r"none_results\.mat: no such file"):
        read_detections(tmp_path / "none_results.mat")


@pytest.mark.parametrize("name", ["ethz", "synchronic", "family"])
def test_the_other_stickmen(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = [1, 1, 1, 1] if name == "ethz" else [2, 0, 3, 1]
    shrink(monkeypatch, name, 4, sum(counts), training=3)
    people = write_stickmen(tmp_path, name, counts)
    read = read_stickmen(name, tmp_path)
    np.testing.assert_allclose(read.joints, sticks_to_joints(people) - 0.5, atol=0.15)
    assert read.table["split"].tolist() == ["train"] * (sum(counts) - 1) + ["test"]
    assert read.table["person"].tolist() == [p for n in counts for p in range(n)]
    assert (read.table["subject"] == "Some_Dance").all() == (name == "synchronic")
    assert np.isnan(read.windows).all()
    assert read.visible.all()


def test_people_without_any_stick_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "family", 2, 3, training=1)
    write_stickmen(tmp_path, "family", [2, 1])
    file = tmp_path / "WeAreFamily_Stickmen_v1.1/data/waf_sticks_all.txt"
    lines = file.read_text().splitlines()
    lines[1:7] = ["NaN NaN NaN NaN"] * 6
    file.write_text("\n".join(lines))
    read = read_stickmen("family", tmp_path)
    assert len(read) == 2
    assert "1 people with fewer than two joints" in read.notes[0]


@pytest.mark.parametrize("bad", ["inf", "1e999", "-inf", "1_0", "0x1p3", "١٢", "Infinity", "9" * 400, "1e6"])
def test_a_stick_that_is_no_position_is_named(bad: str, tmp_path: Path) -> None:
    file = tmp_path / "s.txt"
    lines = stick_lines(sticks(1)[0])
    lines[2] = f"1 2 {bad} 4"
    file.write_text("\n".join(["a.jpg", *lines]), encoding="utf-8")
    with pytest.raises(PhotoError, match=r"s\.txt, line 4: expected a stick, x1 y1 x2 y2, got '1 2 "):
        read_sticks(file)


@pytest.mark.parametrize("count", ["-1", "1_0", "٣", "1" * 5000, "10000000000", "1.0", "nan"])
def test_a_count_of_people_that_is_absurd_is_named(count: str, tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(f"a.jpg {count} 6\n" + "1 2 3 4\n" * 6, encoding="utf-8")
    with pytest.raises(PhotoError, match=r"s\.txt, line 1: expected a header: picture \[people \[6\]\]"):
        read_sticks(tmp_path / "s.txt")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n\n"])
@pytest.mark.parametrize("tail", ["", "\n", "\x1a", "\r\n\x1a\0\0\0"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_texts_of_other_systems_are_read(end: str, tail: str, encoding: str, tmp_path: Path) -> None:
    people = sticks(2)
    lines = [line for i, one in enumerate(people) for line in (f"{i}.jpg", *stick_lines(one))]
    (tmp_path / "s.txt").write_bytes((end.join(lines) + tail).encode(encoding))
    found = read_sticks(tmp_path / "s.txt")
    assert [one.picture for one in found] == ["0.jpg", "1.jpg"]
    np.testing.assert_allclose(np.concatenate([one.sticks for one in found]), people, atol=0.06)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_texts_in_other_encodings_are_refused(encoding: str, tmp_path: Path) -> None:
    lines = ["é.jpg", *stick_lines(sticks(1)[0])]
    (tmp_path / "s.txt").write_text("\n".join(lines), encoding=encoding)
    with pytest.raises(PhotoError, match=r"s\.txt.*: (is not a text in UTF-8|expected a stick|6 sticks)"):
        read_sticks(tmp_path / "s.txt")


def test_stickmen_without_people_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, "family", 2, training=1)
    write_stickmen(tmp_path, "family", [0, 0])
    with pytest.raises(PhotoError, match=r"waf_sticks_all\.txt: no person in it"):
        read_stickmen("family", tmp_path)


@pytest.mark.parametrize(
    ("det", "said"),
    [
        (np.array([5.0, 5, 5, 9]), "entry 1: a window, x0 y0 x1 y1, has no size"),
        (np.array([9.0, 5, 5, 9]), "entry 1: a window, x0 y0 x1 y1, has no size"),
        (np.array([np.nan, 5, 5, 9]), "entry 1: a number in it is not finite"),
        (np.array([0, 0, 1e300, 9]), r"entry 1: 1e\+300 in entry 2 is not a position"),
        (np.zeros(3), "entry 1: expected 4 numbers"),
        ("text", "entry 1: expected 4 numbers"),
    ],
)
def test_a_detection_that_is_no_window_is_named(det: Any, said: str, tmp_path: Path) -> None:
    rows = np.empty((1, 1), dtype=[("stickmen", "O"), ("episode", "O"), ("frame", "O")])
    rows[0, 0] = detection(sticks(1)[0], 2, 7, missed=False)
    file = tmp_path / "techrep2010_buffy_results.mat"
    savemat(file, {"techrep2010_buffy": rows})
    assert read_detections(file)[2, 7].shape == (2, 4)
    rows[0, 0]["stickmen"][0, 1]["det"] = det
    savemat(file, {"techrep2010_buffy": rows})
    with pytest.raises(PhotoError, match=said):
        read_detections(file)
    rows[0, 0]["stickmen"] = np.ones((1, 2))
    savemat(file, {"techrep2010_buffy": rows})
    with pytest.raises(
        PhotoError, match="entry 1: stickmen is an array of float64, expected a struct with det"
    ):
        read_detections(file)
    rows[0, 0] = detection(sticks(1)[0], np.nan, 7, missed=False)  # type: ignore[arg-type]
    savemat(file, {"techrep2010_buffy": rows})
    with pytest.raises(PhotoError, match="entry 1: a number in it is not finite"):
        read_detections(file)
