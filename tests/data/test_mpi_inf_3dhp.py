"""MPI-INF-3DHP from a miniature in its own formats: poses exactly, pixels nearly."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from mpi_inf_3dhp_files import Shot, boxes_of, shot, write_test, write_training, write_video
from PIL import Image

from pose_lib.data import catalog
from pose_lib.data.mpi_inf_3dhp.dataset import ACTIVITIES, MARGIN
from pose_lib.data.mpi_inf_3dhp.reading import MpiError
from pose_lib.data.mpi_inf_3dhp.request import MpiInf3dhpRequest
from pose_lib.data.photos.cutting import cut
from pose_lib.data.poses import PoseData
from pose_lib.extras import MissingExtraError
from pose_lib.geometry.skeletons import H36M17

pytest.importorskip("av", reason="the extra human36m is not installed")
h5py = pytest.importorskip("h5py", reason="the extra human36m is not installed")
FRAMES = 12


@pytest.fixture(scope="session")
def shots() -> dict[tuple[str, int], Shot]:
    made = {("S1", camera): shot("S1", camera, FRAMES) for camera in (0, 8)}
    made["S2", 4] = shot("S5", 4, FRAMES)
    return made | {("TS5", 0): shot("S9", 1, FRAMES, width=384, height=216)}


@pytest.fixture(scope="session")
def miniature(tmp_path_factory: pytest.TempPathFactory, shots: dict[tuple[str, int], Shot]) -> Path:
    root = tmp_path_factory.mktemp("3dhp")
    write_training(root, 1, 1, {0: shots["S1", 0], 8: shots["S1", 8]}, rate=25, rows=2)
    write_training(root, 2, 2, {4: shots["S2", 4]}, rate=50)
    write_test(root, 5, shots["TS5", 0], valid=[0, *[1] * (FRAMES - 2), 0])
    return root


@pytest.fixture
def copied(miniature: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(miniature, tmp_path / "copy"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))


def load(root: Path, step: int = 4, **kwargs: int) -> PoseData:
    return catalog.load(MpiInf3dhpRequest(data_root=root, size=64, step=step, **kwargs))


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b.astype(float)) ** 2)))


def test_poses_are_read_exactly_and_pixels_nearly(
    miniature: Path, shots: dict[tuple[str, int], Shot]
) -> None:
    data = load(miniature)
    counts = data.table.groupby(["subject", "camera"]).size().to_dict()
    # at 25 frames/s every second frame is one of every fourth at 50 Hz
    assert counts == {("S1", "0"): 6, ("S1", "8"): 6, ("S2", "4"): 3, ("TS5", "test"): 2}
    assert data.skeleton == H36M17
    for (subject, camera), one in shots.items():
        rows = (data.table["subject"] == subject).to_numpy()
        if subject != "TS5":
            rows = rows & (data.table["camera"] == str(camera)).to_numpy()
        part = data.select(rows)
        spacing = 2 if subject == "S1" else 1
        frames = part.table["frame"].to_numpy() // spacing
        pixels, joints = one.of_h36m("pixels")[frames], one.of_h36m("joints")[frames]
        np.testing.assert_array_equal(part.joints_3d, joints.astype(np.float32))
        boxes = boxes_of(pixels, MARGIN)
        np.testing.assert_allclose(part.boxes, boxes, rtol=1e-6)
        scale = 64 / (boxes[:, 2:] - boxes[:, :2])[:, None]
        np.testing.assert_allclose(part.joints_2d, (pixels - boxes[:, None, :2]) * scale, atol=1e-3)
        expected = np.stack(
            [cut(one.pictures[n], box.astype(np.float32), 64) for n, box in zip(frames, boxes, strict=True)]
        )
        assert psnr(np.asarray(part.images), expected) > 30
        # another frame's picture is told apart from this one's
        assert psnr(np.asarray(part.images[:1]), np.asarray(part.images[-1:])) < 30


def test_sides_and_names_are_those_of_the_person(miniature: Path) -> None:
    """Generated people face where their nose is; their left is on their left in each camera."""
    data = load(miniature)
    poses = data.root_relative()
    left, right, nose, head = (
        poses[:, H36M17.index(name)] for name in ("left_hip", "right_hip", "nose", "head")
    )
    ahead = np.cross(left - right, head)  # y down: left cross up points ahead
    assert (np.einsum("nd,nd->n", ahead, nose - head) > 0).all()
    assert (poses[:, H36M17.index("left_ankle"), 1] > poses[:, H36M17.index("left_knee"), 1]).all()


def test_splits_activities_and_card(miniature: Path) -> None:
    data = load(miniature, step=2, test_step=3)
    train, test = data.split("train"), data.split("test")
    assert set(train.table["subject"]) == {"S1", "S2"}
    assert set(train.table["action"]) == {"all"}
    frames = test.table["frame"].tolist()
    assert frames == [3, 6, 9]  # 0 is not valid
    assert test.table["action"].tolist() == [ACTIVITIES[n % 7] for n in frames]
    assert "research only" in data.card.licence
    assert "3 of 128 training videos and 1 of 6 test sequences" in " ".join(data.card.notes)
    assert data.visible.all()


def test_joints_outside_the_picture_are_not_visible(copied: Path) -> None:
    for n in range(1, FRAMES + 1):
        file = copied / f"mpi_inf_3dhp_test_set/TS5/imageSequence/img_{n:06d}.jpg"
        with Image.open(file) as picture:
            picture.crop((0, 0, 384, 120)).save(file)
    test = load(copied).split("test")
    assert test.visible[:, H36M17.index("head")].all()
    assert not test.visible[:, H36M17.index("left_ankle")].any()
    assert np.isfinite(test.joints_2d).all()


def test_the_catalogue_knows_it(miniature: Path, tmp_path: Path) -> None:
    assert catalog.actions("mpi-inf-3dhp", miniature) == ("all",)
    asked = {"size": 64, "step": 4, "seconds": 1.0, "data_root": miniature}
    assert catalog.request("mpi-inf-3dhp", "all", **asked) == MpiInf3dhpRequest(
        data_root=miniature, size=64, step=4
    )
    with pytest.raises(KeyError, match="no action 'Walking'; it has: all"):
        catalog.request("mpi-inf-3dhp", "Walking", **asked)
    with pytest.raises(ValueError, match="step must be at least 1"):
        MpiInf3dhpRequest(data_root=miniature, size=64, step=-1)
    for root in (None, tmp_path / "none"):
        with pytest.raises(FileNotFoundError, match=r"(?s)needs data_root.*annot\.mat.*annot_data\.mat"):
            MpiInf3dhpRequest(data_root=root, size=64, step=4)
    with pytest.raises(FileNotFoundError, match="no training and no test sequence"):
        catalog.actions("mpi-inf-3dhp", tmp_path)


def test_other_files_are_other_requests(copied: Path) -> None:
    before = MpiInf3dhpRequest(data_root=copied, size=64, step=4).key
    assert before == MpiInf3dhpRequest(data_root=copied, size=64, step=4).key
    write_video(copied / "S1/Seq1/imageSequence/video_0.avi", shot("S6", 3, FRAMES).pictures, 25)
    assert MpiInf3dhpRequest(data_root=copied, size=64, step=4).key != before


@pytest.mark.parametrize("damage", ["empty", "half", "text", "other"])
@pytest.mark.parametrize(
    "name",
    ["S1/Seq1/annot.mat", "S1/Seq1/imageSequence/video_0.avi", "mpi_inf_3dhp_test_set/TS5/annot_data.mat"],
)
def test_damaged_files_are_named(copied: Path, name: str, damage: str) -> None:
    file = copied / name
    whole = file.read_bytes()
    other = next(p for p in copied.rglob("*") if p.is_file() and p.suffix != file.suffix).read_bytes()
    changed = {"empty": b"", "half": whole[: len(whole) // 2], "text": b"<html>log in</html>", "other": other}
    file.write_bytes(changed[damage])
    with pytest.raises(MpiError, match=file.name.replace(".", r"\.")):
        load(copied)


def test_a_missing_picture_and_missing_variables_are_named(copied: Path) -> None:
    from scipy.io import savemat

    picture = copied / "mpi_inf_3dhp_test_set/TS5/imageSequence/img_000005.jpg"
    kept = picture.read_bytes()
    picture.unlink()
    with pytest.raises(MpiError, match=r"img_000005\.jpg is missing"):
        load(copied)
    picture.write_bytes(kept)
    with h5py.File(copied / "mpi_inf_3dhp_test_set/TS5/annot_data.mat", "r+") as content:
        del content["activity_annotation"]
    with pytest.raises(MpiError, match=r"annot_data\.mat: activity_annotation cannot be read"):
        load(copied)
    savemat(copied / "S1/Seq1/annot.mat", {"frames": np.arange(3)})
    with pytest.raises(MpiError, match=r"annot\.mat: has no variable cameras"):
        load(copied)


def test_a_video_that_ends_early_is_named(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pose_lib.data.mpi_inf_3dhp import dataset

    monkeypatch.setattr(dataset, "_video_frames", lambda video, step: np.arange(0, 14, step))
    with pytest.raises(MpiError, match=r"video_0\.avi ends after 12 frames, expected frame 12"):
        load(copied)


def test_without_its_libraries_the_extra_is_named(miniature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sys.modules["importlib.util"].find_spec
    monkeypatch.setattr("pose_lib.extras.find_spec", lambda name: None if name == "av" else found(name))
    with pytest.raises(MissingExtraError, match=r"av is not installed.*pose-lib\[human36m\]"):
        load(miniature)
