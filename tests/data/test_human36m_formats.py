"""Human3.6M's names, numbers and files, one at a time; the real frames, where they are at hand."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from human36m_files import (
    angles_of,
    camera_of,
    raw_points,
    write_cdf,
    write_masks,
    write_metadata,
    write_video,
)

from pose_lib.data.human36m.cdf import read_poses
from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.joints import RAW_POINTS, USED_POINTS, used_points
from pose_lib.data.human36m.known import FAULTS, FRAME_COUNTS, SHIFTED, fault_of
from pose_lib.data.human36m.masks import read_boxes, read_masks
from pose_lib.data.human36m.metadata import read_metadata
from pose_lib.data.human36m.names import (
    RECORDED_ACTIONS,
    RECORDED_CAMERAS,
    RECORDED_SUBJECTS,
    canonical_action,
    file_name_of,
    take_of,
)
from pose_lib.data.human36m.pickles import load_arrays, load_pickle
from pose_lib.data.human36m.video import count_frames, read_frames
from pose_lib.data.synthetic.motion import ACTIONS
from pose_lib.metrics.tables import frame_weighted_mean


@pytest.fixture
def sample(shared_data: Path) -> Path:
    folder = shared_data / "human36m_sample"
    if not folder.is_dir():
        pytest.skip(f"no real frames of Human3.6M in {folder}")
    return folder


# --- names ------------------------------------------------------------------------------------------------


def test_actions_have_the_names_of_the_rendered_ones() -> None:
    assert RECORDED_ACTIONS == ACTIONS


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("Photo 1", "TakingPhoto"),
        ("TakingPhoto-2", "TakingPhoto"),
        ("WalkDog", "WalkingDog"),
        ("WalkTogether_1", "WalkingTogether"),
        ("Walking", "Walking"),
        ("Sitting 2", "Sitting"),
        ("SittingDown", "SittingDown"),
        ("SittingDown1", "SittingDown"),
        ("Purchase", "Purchases"),
    ],
)
def test_a_name_is_brought_to_its_action(name: str, action: str) -> None:
    assert canonical_action(name) == action


@pytest.mark.parametrize("name", ["", "Sit", "Walk", "_ALL 1", "Sitting 12", "Dancing", "Walking.mp4", "3"])
def test_a_name_of_no_action_is_refused(name: str) -> None:
    with pytest.raises(Human36mError, match=r"no action is called .* there are: Directions"):
        canonical_action(name)


def test_every_recording_has_a_name_of_its_own_that_leads_back() -> None:
    for subject in RECORDED_SUBJECTS:
        names = {(a, t): file_name_of(subject, a, t) for a in RECORDED_ACTIONS for t in (1, 2)}
        assert len(set(names.values())) == 30
        assert {key: take_of(subject, name) for key, name in names.items()} == {key: key for key in names}
    assert take_of("S5", "Discussion 3") == ("Discussion", 2)
    assert take_of("S1", "Photo 1") == take_of("S1", "TakingPhoto 1") == ("TakingPhoto", 1)
    with pytest.raises(Human36mError, match=r"S1 has no recording 'Sitting'; .*'Sitting 1' and 'Sitting 2'"):
        take_of("S1", "Sitting")
    with pytest.raises(Human36mError, match="no poses of subject 'S2'"):
        take_of("S2", "Walking")


def test_faults_are_found_by_view() -> None:
    assert "damaged" in fault_of("S11", "Directions", 2, "54138969")
    assert fault_of("S11", "Directions", 2, "55011271") == fault_of("S9", "Walking", 1, "54138969") == ""
    assert all("shifted" in fault_of(*take, camera) for take in SHIFTED for camera in RECORDED_CAMERAS)
    assert len(SHIFTED) == len(FAULTS) - 1 == 3


# --- joints, cameras --------------------------------------------------------------------------------------


def test_joints_are_picked_from_both_shapes_of_a_recording() -> None:
    joints = np.random.default_rng(0).normal(size=(4, 17, 3))
    points = raw_points(joints)
    assert points.shape == (4, RAW_POINTS, 3)
    np.testing.assert_array_equal(points[:, USED_POINTS], joints)
    for given in (points, points.reshape(4, -1), joints):
        np.testing.assert_array_equal(used_points(given, 3), joints)
    with pytest.raises(Human36mError, match=r"poses have shape \(4, 30\), expected \(N, 32 \* 3\)"):
        used_points(np.zeros((4, 30)), 3)


def test_metadata_gives_each_subject_its_cameras_and_names(tmp_path: Path) -> None:
    write_metadata(tmp_path / "metadata.xml")
    read = read_metadata(tmp_path / "metadata.xml")
    assert len(read.cameras) == len(RECORDED_SUBJECTS) * 4
    for (subject, name), camera in read.cameras.items():
        expected = camera_of(subject, name)
        for field in ("R", "T", "f", "c", "k", "p"):
            torch.testing.assert_close(
                getattr(camera, field), getattr(expected, field), atol=1e-11, rtol=1e-12
            )
        assert (camera.width, camera.height) == (expected.width, expected.height)
    assert read.cameras["S7", "55011271"].height == 1002
    assert read.cameras["S1", "55011271"].height == 1000
    for (subject, name), take in read.takes.items():
        assert take_of(subject, name) == take
    assert len(read.takes) == len(RECORDED_SUBJECTS) * 30


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "", "damaged or another file"),
        (lambda text: text[: len(text) // 2], "damaged or another file"),
        (lambda text: text.replace("<w0>[", "<w0>[1 "), "w0 has 301 numbers, expected 300"),
        (lambda text: text.replace("<w0>[", "<w0>[x "), "could not convert"),
        (lambda text: text.replace("<tr>", "<tr><td>1</td>", 1), "table `mapping` has 35 rows"),
        (lambda text: text.replace("<a>", '<!DOCTYPE a [<!ENTITY b "c">]><a>'), "declares a document type"),
    ],
)
def test_other_metadata_is_refused(change: Any, message: str, tmp_path: Path) -> None:
    file = tmp_path / "metadata.xml"
    write_metadata(file)
    file.write_text(change(file.read_text()))
    with pytest.raises(Human36mError, match=rf"metadata\.xml: .*{message}"):
        read_metadata(file)


def test_the_real_metadata_has_the_names_and_angles_that_are_written_down_here(sample: Path) -> None:
    read = read_metadata(sample / "metadata.xml")
    assert {key: take_of(*key) for key in read.takes} == dict(read.takes)
    for (subject, name), camera in read.cameras.items():
        heights = {"S7": 1002}.get(subject, 1000 if name in ("55011271", "58860488") else 1002)
        assert (camera.width, camera.height) == (1000, heights)
        turned = angles_of(camera.R.numpy())
        assert np.isfinite(turned).all()


def test_real_joints_fall_on_the_stored_pixels_and_come_back(sample: Path) -> None:
    cameras = read_metadata(sample / "metadata.xml").cameras
    stored = load_pickle(sample / "cameras.pkl")
    known = load_arrays(sample / "test_h36m_body3d.npz")
    for i, name in enumerate(known["imgname"].tolist()):
        subject, camera_name = name.split("/")[0], name.split("/")[1].rpartition(".")[2]
        camera = cameras[subject, camera_name]
        np.testing.assert_allclose(camera.R.numpy().T, stored[subject, camera_name]["R"], atol=1e-12)
        np.testing.assert_allclose(camera.T.numpy(), 1000 * stored[subject, camera_name]["T"][:, 0])
        seen = torch.from_numpy(1000 * known["S"][i, :, :3])
        pixels = camera.project(seen)
        assert float((pixels - torch.from_numpy(known["part"][i, :, :2])).abs().max()) < 0.01
        back = camera.to_camera(camera.to_world(seen))
        assert float((back - seen).abs().max()) < 1e-9
        # The thigh and the shank of a person.
        for a, b in ((1, 2), (2, 3), (4, 5), (5, 6)):
            assert 350 < float((seen[a] - seen[b]).norm()) < 560


def test_published_means_over_frames_follow_from_those_of_actions() -> None:
    order = ("Walking", "Discussion", "Eating", "TakingPhoto", "WalkingDog", "Greeting")
    printed = {
        162.249: (97.07, 183.09, 132.50, 206.45, 177.84, 162.27),  # LinKDE
        135.626: (83.64, 149.09, 109.93, 179.92, 147.24, 136.90),  # StructNet-Max
        121.312: (68.51, 134.13, 97.37, 166.15, 132.51, 122.33),  # StructNet-Avg(500)-APF
    }
    counts = [FRAME_COUNTS[action][1] for action in order]
    for mean, by_action in printed.items():
        assert frame_weighted_mean(np.repeat(by_action, counts)) == pytest.approx(mean, abs=5e-4)
        # The means of Li et al. 2015 are over frames: those over actions are others.
        assert abs(np.mean(by_action) - mean) > 1


# --- files ------------------------------------------------------------------------------------------------


def test_poses_of_a_cdf_file_are_read_exactly(tmp_path: Path) -> None:
    pytest.importorskip("cdflib")
    joints = np.random.default_rng(0).normal(size=(5, 17, 3)) * 1000
    write_cdf(tmp_path / "Walking 1.54138969.cdf", raw_points(joints))
    np.testing.assert_array_equal(read_poses(tmp_path / "Walking 1.54138969.cdf", 3), joints)
    with pytest.raises(
        Human36mError, match=r"Walking 1.*poses have shape \(5, 96\), expected \(N, 32 \* 2\)"
    ):
        read_poses(tmp_path / "Walking 1.54138969.cdf", 2)


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "text", "shape"])
def test_a_cdf_file_that_is_none_is_named(damage: str, tmp_path: Path) -> None:
    pytest.importorskip("cdflib")
    file = tmp_path / "Walking.cdf"
    write_cdf(file, np.zeros((5, RAW_POINTS if damage != "shape" else 31, 3)))
    content = file.read_bytes()
    changed = {"empty": b"", "truncated": content[: len(content) // 2], "text": b"<html>" * 100}
    file.write_bytes(changed.get(damage, content))
    if damage == "missing":
        file.unlink()
    with pytest.raises(Human36mError, match=r"Walking\.cdf: "):
        read_poses(file, 3)


def test_masks_and_their_boxes_are_read_in_the_axes_of_the_image(tmp_path: Path) -> None:
    pytest.importorskip("h5py")
    mask = np.zeros((10, 20), dtype=bool)
    mask[2:5, 7:12] = True
    file = tmp_path / "Walking.54138969.mat"
    write_masks(file, [mask, ~mask, np.zeros_like(mask)])
    np.testing.assert_array_equal(list(read_masks(file, [0, 1])), [mask, ~mask])
    expected = [[7, 2, 12, 5], [0, 0, 20, 10], [np.nan] * 4]
    np.testing.assert_array_equal(read_boxes(file, [0, 1, 2]), expected)
    with pytest.raises(Human36mError, match=r"has masks of 3 frames, and none of frame 3"):
        read_boxes(file, [3])


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "numbers", "cube", "other"])
def test_a_file_of_masks_that_is_none_is_named(damage: str, tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    file = tmp_path / "Walking.54138969.mat"
    write_masks(file, [np.ones((10, 20), dtype=bool)] * 3)
    content = file.read_bytes()
    file.write_bytes({"empty": b"", "truncated": content[:700]}.get(damage, content))
    if damage == "missing":
        file.unlink()
    elif damage in ("numbers", "other"):
        with h5py.File(file, "w") as new:
            new["Masks" if damage == "numbers" else "Boxes"] = np.zeros((3, 1))
    elif damage == "cube":
        write_masks(file, [np.ones((2, 10, 20), dtype=bool)])
    with pytest.raises(Human36mError, match=r"Walking\.54138969\.mat: "):
        read_boxes(file, [0])


def test_frames_of_a_video_are_those_that_were_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("av")
    frames = [np.full((48, 64, 3), 20 * i, dtype=np.uint8) for i in range(10)]
    write_video(tmp_path / "v.mp4", frames)
    assert count_frames(tmp_path / "v.mp4") == 10
    found = list(read_frames(tmp_path / "v.mp4", [0, 3, 9]))
    assert [picture.shape for picture in found] == [(48, 64, 3)] * 3
    np.testing.assert_allclose([picture.mean() for picture in found], [0, 60, 180], atol=3)
    assert list(read_frames(tmp_path / "v.mp4", [])) == []
    with pytest.raises(Human36mError, match="ends after 10 frames, expected frame 10"):
        list(read_frames(tmp_path / "v.mp4", [9, 10]))


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "text"])
def test_a_video_that_is_none_is_named(damage: str, tmp_path: Path) -> None:
    pytest.importorskip("av")
    file = tmp_path / "v.mp4"
    write_video(file, [np.zeros((48, 64, 3), dtype=np.uint8)] * 3)
    content = file.read_bytes()
    file.write_bytes({"empty": b"", "truncated": content[:400], "text": b"<html>" * 100}.get(damage, content))
    if damage == "missing":
        file.unlink()
    for read in (count_frames, lambda f: list(read_frames(f, [0]))):
        with pytest.raises(Human36mError, match=r"v\.mp4: "):
            read(file)


def test_wrong_bytes_within_a_video_are_found_when_it_is_decoded(tmp_path: Path) -> None:
    pytest.importorskip("av")
    file, random = tmp_path / "v.mp4", np.random.default_rng(0)
    write_video(file, [random.integers(0, 255, (96, 128, 3), dtype=np.uint8) for _ in range(20)])
    content = bytearray(file.read_bytes())
    for i in range(len(content) // 3, len(content) // 2, 500):
        content[i] ^= 0xFF
    file.write_bytes(content)
    assert count_frames(file) == 20
    with pytest.raises(Human36mError, match=r"v\.mp4: is (damaged in frame|no video or damaged)"):
        list(read_frames(file, range(20)))


# --- pickles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_are_read_from_pickles_of_every_protocol(protocol: int, tmp_path: Path) -> None:
    content = {
        ("S1", "54138969"): {"R": np.eye(3), "w": 1000, "name": "camera1"},
        "x": [np.float64(2), b"\xff"],
    }
    (tmp_path / "cameras.pkl").write_bytes(pickle.dumps(content, protocol))
    read = load_pickle(tmp_path / "cameras.pkl")
    np.testing.assert_array_equal(read["S1", "54138969"]["R"], np.eye(3))
    assert read["S1", "54138969"]["w"] == 1000
    assert read["x"] == content["x"]


def test_arrays_and_objects_of_an_npz_are_read(tmp_path: Path) -> None:
    poses = {"S1": {"Walking": np.arange(6.0)}}
    np.savez(tmp_path / "a.npz", positions_3d=np.array(poses, dtype=object), names=np.array(["a", "b"]))
    read = load_arrays(tmp_path / "a.npz")
    np.testing.assert_array_equal(read["positions_3d"]["S1"]["Walking"], np.arange(6.0))
    assert read["names"].tolist() == ["a", "b"]


class Crafted:
    """Runs a function when it is unpickled."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.function, self.arguments


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (__import__("os").system, r"posix\.system"),
        (eval, r"builtin\S*\.eval"),
        (getattr, r"builtin\S*\.getattr"),
        (Path, r"pathlib"),
        (np.load, r"numpy\.load"),
        (np.fromfile, r"numpy.*fromfile"),
    ],
)
def test_a_crafted_pickle_is_refused_and_named(function: Any, name: str, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    file = tmp_path / "cameras.pkl"
    file.write_bytes(pickle.dumps({"a": [Crafted(function, f"touch {mark}")]}, 2))
    with pytest.raises(Human36mError, match=rf"cameras\.pkl: .*asks for .*{name}.*not executed"):
        load_pickle(file)
    content = io.BytesIO()
    np.save(content, np.array({"a": Crafted(function, f"touch {mark}")}, dtype=object))
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("positions_3d.npy", content.getvalue())
    with pytest.raises(Human36mError, match=rf"positions_3d\.npy: .*asks for .*{name}"):
        load_arrays(tmp_path / "a.npz")
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04", b"<html>", bytes(1000)])
def test_a_file_that_is_no_pickle_is_named(content: bytes, tmp_path: Path) -> None:
    for read in (load_pickle, load_arrays):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(Human36mError, match="file: "):
            read(tmp_path / "file")
        with pytest.raises(Human36mError, match="nothing"):
            read(tmp_path / "nothing")


def test_nothing_of_the_extra_is_imported_before_a_file_is_read() -> None:
    modules = "catalog, human36m.commands, human36m.layouts, human36m.prepare, human36m.verify"
    names = ", ".join(f"pose_lib.data.{name}" for name in modules.split(", "))
    code = f"import sys, {names}; print(sorted({{'av', 'cdflib', 'h5py'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
