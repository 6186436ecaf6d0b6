"""Human3.6M from its files to samples: a miniature of the official download, read back and prepared."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from human36m_files import (
    DAMAGED,
    FRAMES,
    PLAYED,
    camera_of,
    full_frame,
    played,
    raw_points,
    write_cdf,
    write_masks,
    write_official,
    write_recording,
    write_video,
)
from PIL import Image

from pose_lib.cli import main
from pose_lib.data import catalog
from pose_lib.data.human36m.crops import resized_crops, stored_size
from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.known import PUBLISHED_PROTOCOL
from pose_lib.data.human36m.layouts import recognise
from pose_lib.data.human36m.names import RECORDED_CAMERAS
from pose_lib.data.human36m.plans import plans, prepared
from pose_lib.data.human36m.prepare import prepare
from pose_lib.data.human36m.request import Human36mRequest
from pose_lib.data.human36m.views import squares
from pose_lib.data.photos.cutting import cut
from pose_lib.data.poses import PoseData, PoseDataError
from pose_lib.data.request import sources_of
from pose_lib.geometry.boxes import from_crop

for module in ("av", "cdflib", "h5py"):
    pytest.importorskip(module, reason="pip install 'pose-lib[human36m]'")

DECIBELS = 35.0
"""Least PSNR of a crop against one of the picture before it was encoded."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_official(tmp_path_factory.mktemp("human36m"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def cache_folder(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_CACHE", str(cache))


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """One recording of S1, to be damaged."""
    folder = tmp_path / "copy"
    folder.mkdir()
    shutil.copy(root / "metadata.xml", folder)
    write_recording(folder / "S1", "S1", "TakingPhoto", 1, new_names=True)
    return folder


def sitting_down(root: Path, **changes: int) -> Human36mRequest:
    given = {"size": 128, "step": 1} | changes
    return Human36mRequest(action="SittingDown", data_root=root, **given)


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b.astype(float)) ** 2)))


# --- views ------------------------------------------------------------------------------------------------


def test_every_view_is_found_under_its_irregular_name(root: Path) -> None:
    source = recognise(root)
    expected = {
        (s, a, t, c) for s, acts in PLAYED.items() for a in acts for t in (1, 2) for c in RECORDED_CAMERAS
    }
    assert {(v.subject, v.action, v.take, v.camera) for v in source.views} == expected
    assert source.layout == "official"
    assert any(line.startswith("S5: no folder") for line in source.missing)
    (line,) = [line for line in source.missing if line.startswith("S9:")]
    assert "104 views lack a video and 3D poses (Directions-1 54138969, " in line


def test_poses_are_read_exactly_in_each_space(root: Path) -> None:
    for view in recognise(root).of(("S9",)):
        labels, truth = view.labels(), played(view.subject, view.action, view.take)
        assert labels.frames.tolist() == list(range(FRAMES))
        shots = truth.shots[view.camera]
        np.testing.assert_array_equal(labels.camera.astype(np.float32), shots.joints_3d[:FRAMES])
        camera = camera_of(view.subject, view.camera)
        np.testing.assert_allclose(
            camera.R.numpy() @ (truth.world[0, 0] - camera.T.numpy()), labels.camera[0, 0]
        )
        pixels = from_crop(shots.joints_2d[:FRAMES], shots.boxes[:FRAMES], shots.images.shape[1])
        np.testing.assert_allclose(labels.image, pixels.numpy(), atol=0.01)


def test_older_folders_and_fewer_files_give_the_same(root: Path, tmp_path: Path) -> None:
    write_recording(tmp_path / "S9", "S9", "Greeting", 1, new_names=False)
    shutil.copy(root / "metadata.xml", tmp_path)
    wanted = recognise(root).of(("S9",), ("Greeting",))[:4]
    for kinds in ((), ("Poses_D2_Positions", "Poses_D3_Positions_mono"), ("MySegmentsMat",)):
        for kind in kinds:
            shutil.rmtree(tmp_path / "S9" / kind)
        found = recognise(tmp_path).views
        for view, other in zip(found, wanted, strict=True):
            a, b = view.labels(), other.labels()
            np.testing.assert_allclose(a.camera, b.camera, atol=1e-9)
            np.testing.assert_allclose(a.image, b.image, atol=1e-9)
    assert a.boxes is None
    assert not found[0].has_masks
    # Without a box of the data set, the square lies around the joints.
    low, high = a.image.min(1), a.image.max(1)
    assert (squares(a)[:, :2] < low).all()
    assert (squares(a)[:, 2:] > high).all()


@pytest.mark.parametrize("place", ["..", "code"])
def test_the_cameras_may_lie_beside_the_subjects(place: str, copy: Path) -> None:
    (copy / place).mkdir(exist_ok=True)
    (copy / "metadata.xml").rename(copy / place / "metadata.xml")
    for folder in (copy, copy.parent):
        assert len(recognise(folder).views) == 4


def test_archives_that_are_still_packed_are_named(root: Path, tmp_path: Path) -> None:
    (tmp_path / "S1/Videos").mkdir(parents=True)
    shutil.copy(root / "metadata.xml", tmp_path)
    for name in ("Videos_S5.tgz", "Poses_D3_Positions_S5.tgz", "s6/Videos.tgz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    missing = "\n".join(recognise(tmp_path).missing)
    assert "S5: no folder" in missing
    assert "unpack Poses_D3_Positions_S5.tgz, Videos_S5.tgz with: tar -xzf" in missing
    assert "unpack s6/Videos.tgz with" in missing
    with pytest.raises(
        FileNotFoundError, match=r"(?s)no view is complete; missing are.*S1: 120 views.*S11: no"
    ):
        catalog.actions("human3.6m", tmp_path)


def test_a_folder_that_is_none_of_the_layouts_says_what_they_look_like(tmp_path: Path) -> None:
    for nothing in (None, "", tmp_path / "none"):
        with pytest.raises(FileNotFoundError, match=r"human3\.6m needs data_root"):
            catalog.actions("human3.6m", nothing)
    with pytest.raises(FileNotFoundError, match=r"(?s)does not hold Human3\.6M; .*S1/Videos/\*\.mp4"):
        catalog.actions("human3.6m", tmp_path)
    (tmp_path / "S1/Videos").mkdir(parents=True)
    with pytest.raises(Human36mError, match=r"there is no metadata\.xml, which has the cameras"):
        catalog.actions("human3.6m", tmp_path)


def _other_video(folder: Path) -> None:
    file = folder / "S1/Videos/TakingPhoto 1.54138969.mp4"
    write_video(file, [np.zeros((1000, 1000, 3), dtype=np.uint8)] * FRAMES)


def _short_video(folder: Path) -> None:
    joints = np.full((FRAMES + 60, 17, 3), 4000.0)
    for name in ("D3_Positions", "D2_Positions"):
        shutil.rmtree(folder / "S1/MyPoseFeatures" / name)
    write_cdf(folder / "S1/MyPoseFeatures/D3_Positions_mono/TakingPhoto 1.54138969.cdf", raw_points(joints))


def _other_subject(folder: Path) -> None:
    world = raw_points(played("S9", "Greeting", 1).world)[:FRAMES]
    write_cdf(folder / "S1/MyPoseFeatures/D3_Positions/TakingPhoto 1.cdf", world)


def _other_pixels(folder: Path) -> None:
    pixels = np.zeros((FRAMES, 32, 2)) + 500
    write_cdf(folder / "S1/MyPoseFeatures/D2_Positions/TakingPhoto 1.54138969.cdf", pixels)


def _fewer_masks(folder: Path) -> None:
    file = folder / "S1/MySegmentsMat/ground_truth_bb/TakingPhoto 1.54138969.mat"
    write_masks(file, [np.ones((1002, 1000), dtype=bool)] * 2)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_other_video, r"mp4: shows 1000 x 1000 pixels, expected 1000 x 1002 of camera 54138969 for S1"),
        (_short_video, r"mp4: has 10 frames, and its poses 68; they are of different recordings"),
        (
            _other_subject,
            r"mono.*cdf: lies up to \d+ mm from D3_Positions; it is of another recording or subject",
        ),
        (_other_pixels, r"D2_Positions.*cdf: lies up to \d+ pixels from the projected 3D joints"),
        (_fewer_masks, r"bb.*mat: has masks of 2 frames, and none of frame 2"),
    ],
)
def test_files_that_do_not_fit_each_other_are_named(
    damage: Callable[[Path], None], message: str, copy: Path
) -> None:
    damage(copy)
    (plan,) = plans(recognise(copy), 128, 1, "code")
    with pytest.raises(Human36mError, match=message) as caught:
        prepare([plan])
    assert "--skip-damaged" in str(caught.value)
    assert not plan.folder.exists()


# --- prepared crops ---------------------------------------------------------------------------------------


def test_crops_show_what_the_video_shows(root: Path) -> None:
    data = catalog.load(sitting_down(root))
    assert len(data) == 2 * 2 * 4 * FRAMES
    for i in (0, FRAMES - 1, len(data) - 1):
        row = data.table.iloc[i]
        shots = played(row["subject"], row["action"], row["sequence"]).shots[row["camera"]]
        whole = Image.fromarray(full_frame(shots, row["frame"], row["width"], row["height"]))
        assert psnr(data.images[i], cut(whole, data.boxes[i], data.size)) > DECIBELS
        seen = from_crop(data.joints_2d[i], data.boxes[i], data.size).numpy()
        expected = from_crop(shots.joints_2d[row["frame"]], shots.boxes[row["frame"]], shots.images.shape[1])
        if row["split"] == "train":
            np.testing.assert_allclose(seen, expected.numpy(), atol=0.02)
        assert data.masks is not None
        assert 0.02 < data.masks[i].mean() < 0.6
        assert set(np.unique(data.masks[i])) == {0, 1}
    sides = data.boxes[:, 2:] - data.boxes[:, :2]
    np.testing.assert_allclose(sides[:, 0], sides[:, 1], rtol=1e-5)


def test_labels_that_are_known_to_be_shifted_are_left_out_and_their_poses_kept(root: Path) -> None:
    data = catalog.load(sitting_down(root))
    shifted = ((data.table["subject"] == "S9") & (data.table["sequence"] == 2)).to_numpy()
    assert shifted.sum() == 4 * FRAMES
    assert np.isnan(data.joints_2d[shifted]).all()
    assert np.isfinite(data.joints_2d[~shifted]).all()
    np.testing.assert_array_equal(data.visible.all(1), ~shifted)
    assert data.joints_3d is not None
    assert np.isfinite(data.joints_3d).all()


def test_a_request_takes_every_so_many_frames_in_any_size_from_what_is_prepared(root: Path) -> None:
    whole = catalog.load(sitting_down(root))
    part = catalog.load(sitting_down(root, size=64, step=2, test_step=4))
    frames = whole.table["frame"].to_numpy()
    kept = np.where(whole.table["split"] == "train", frames % 2, frames % 4) == 0
    expected = resized_crops(whole.select(kept), 64)
    np.testing.assert_array_equal(part.images, expected.images)
    np.testing.assert_array_equal(part.joints_2d, expected.joints_2d)
    np.testing.assert_array_equal(part.masks, expected.masks)
    assert part.table.equals(expected.table.reset_index(drop=True))
    assert part.split("train").table["subject"].unique().tolist() == ["S1"]
    assert [stored_size(s) for s in (16, 128, 129, 256, 300)] == [128, 128, 256, 256, 300]


def test_crops_are_the_same_whether_denser_ones_were_prepared_or_not(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.load(sitting_down(root))
    request = sitting_down(root, size=32, step=3)
    before = catalog.load(request)
    monkeypatch.setenv("POSE_CACHE", str(tmp_path))
    after = catalog.load(request)
    assert request.folder.parent == tmp_path
    np.testing.assert_array_equal(before.images, after.images)
    np.testing.assert_array_equal(before.masks, after.masks)
    assert before.card == after.card


def test_a_source_file_that_changes_gives_another_set(root: Path, copy: Path) -> None:
    (before,) = plans(recognise(copy), 128, 4, "code")
    folder = before.folder
    os.utime(copy / "S1/Videos/TakingPhoto 1.60457274.mp4", ns=(1, 1))
    (after,) = plans(recognise(copy), 128, 4, "code")
    assert after.folder != folder
    moved = copy.rename(copy.with_name("moved"))
    (again,) = plans(recognise(moved), 128, 4, "code")
    assert again.folder == after.folder


def test_requests_that_cannot_be_are_refused(root: Path) -> None:
    assert catalog.actions("human3.6m", root) == ("SittingDown", "all")
    with pytest.raises(KeyError, match=r"human3\.6m has no action 'Walking'; it has: SittingDown, all"):
        Human36mRequest(action="Walking", data_root=root, size=64, step=1)
    with pytest.raises(ValueError, match="size must be at least 1"):
        sitting_down(root, size=0)
    with pytest.raises(PoseDataError, match=r"human3\.6m: people are cropped in one way"):
        catalog.request("human3.6m", "all", size=64, step=1, seconds=1, data_root=root, crop="image")
    assert len({sitting_down(root, **c).key for c in ({}, {"size": 64}, {"step": 2}, {"test_step": 2})}) == 4


def test_only_the_whole_protocol_is_that_of_the_papers(root: Path) -> None:
    table = catalog.load(sitting_down(root)).table
    assert not PUBLISHED_PROTOCOL.fits(table)
    here = replace(PUBLISHED_PROTOCOL, train=("S1",), test=("S9",))
    assert here.fits(table)
    for fewer in ("frame", "camera", "sequence", "subject"):
        assert not here.fits(table[table[fewer] != table[fewer].iloc[1]])
    assert not here.fits(table[table["frame"] % 2 == 0])
    assert replace(here, step=2).fits(table[table["frame"] % 2 == 0])
    assert PUBLISHED_PROTOCOL.label() == (
        "Human3.6M: S1+S5+S6+S7+S8 for training, S9+S11 for testing, 4 cameras, every frame at 50 Hz, "
        "mean over frames"
    )


# --- commands ---------------------------------------------------------------------------------------------


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(f): (f.stat().st_size, f.stat().st_mtime_ns) for f in folder.rglob("*")}


def test_prepare_tells_what_it_takes_leaves_the_source_alone_and_does_nothing_twice(
    root: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path))
    before = listing(root)
    command = ["data", "prepare", "human3.6m", "--root", str(root), "--step", "4"]
    assert main([*command, "--estimate"]) == 0
    said = capsys.readouterr().out
    assert "40 views, 390 frames, " in said
    assert "GB on the disk" in said
    assert not list(tmp_path.glob("human3.6m-*"))
    assert main(command) == 0
    said = capsys.readouterr().out
    # One video of the data set is known to be damaged, and nobody has to be asked.
    assert "left out: S11 Directions-2 54138969" in said
    assert listing(root) == before
    made = listing(tmp_path)
    folders = sorted(folder.name.rpartition("-")[0] for folder in tmp_path.glob("human3.6m-*"))
    assert folders == sorted(f"human3.6m-{s}-{a}-128px-step4" for s, acts in PLAYED.items() for a in acts)
    assert main(command) == 0
    assert "all of it is prepared" in capsys.readouterr().out
    assert listing(tmp_path) == made
    (eleven,) = tmp_path.glob("human3.6m-S11-*")
    data = PoseData.load(eleven)
    assert len(data) == 7 * 2
    assert "S11 Directions-2 54138969" in data.card.notes[-1]


def test_a_damaged_file_ends_prepare_unless_the_user_asks_to_go_on(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "S1/Videos/TakingPhoto 1.55011271.mp4").write_bytes(b"")
    command = ["data", "prepare", "human3.6m", "--root", str(copy), "--step", "2"]
    assert main(command) == 1
    assert "TakingPhoto 1.55011271.mp4: is empty; " in capsys.readouterr().err
    assert main([*command, "--skip-damaged"]) == 0
    assert "left out: S1 TakingPhoto-1 55011271" in capsys.readouterr().out
    (plan,) = plans(recognise(copy), 128, 2, sources_of("human3.6m"))
    data = prepared(plan)
    assert data is not None
    assert data.table["camera"].unique().tolist() == ["54138969", "58860488", "60457274"]
    assert not plan.workplace.exists()


def test_verify_tells_what_is_missing_damaged_and_known(
    root: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path))
    command = ["data", "verify", "human3.6m", "--root", str(root), "--step", "4"]
    assert main([command[0], "prepare", *command[2:], "--actions", "TakingPhoto"]) == 0
    capsys.readouterr()
    assert main([*command, "--decode"]) == 1
    said = capsys.readouterr().out
    assert "layout official, 40 of 840 views" in said
    assert "missing: S5: no folder" in said
    assert f"damaged: S11 Directions-2 54138969: {root / DAMAGED}: is no video" in said
    assert "known: S9 Greeting-2 (54138969, 55011271, 58860488, 60457274): its labels are shifted" in said
    assert re.search(rf"SittingDown +{8 * FRAMES} +– +{8 * FRAMES} +–\n", said)
    assert "1559752" in said
    assert "543344" in said
    assert "S1 TakingPhoto, 128 px, every 4: 16 crops, whole" in said
    assert "S9 Greeting, 128 px, every 4: not prepared" in said
    (folder,) = tmp_path.glob("human3.6m-S1-TakingPhoto-*")
    content = bytearray((folder / "images.npy").read_bytes())
    content[-1] ^= 1
    (folder / "images.npy").write_bytes(content)
    assert main(command) == 1
    assert f"damaged: {folder / 'images.npy'} is damaged" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong", [["--actions", "Dancing"], ["--subjects", "S2"], ["--size", "100"], ["--step", "0"]]
)
def test_commands_refuse_what_cannot_be(
    wrong: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "prepare", "human3.6m", "--root", str(root), *wrong]) == 1
    assert wrong[1] in capsys.readouterr().err


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pose_lib.extras.find_spec", lambda name: None if name == "av" else name)
    assert main(["data", "prepare", "human3.6m", "--root", str(root)]) == 1
    assert "av is not installed; install what is missing with: pip install 'pose-lib[human36m]'" in (
        capsys.readouterr().err
    )
