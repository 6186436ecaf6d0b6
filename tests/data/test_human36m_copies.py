"""Prepared copies of Human3.6M are read back: the same poses, and the same pictures to a stated PSNR."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from human36m_copies import ACTION, KEPT, SUBJECTS, write_coco, write_fetched, write_mmpose, write_videopose3d
from human36m_files import EXTRA, FRAMES, camera_of, full_frame, played
from PIL import Image

from pose_lib.data import catalog
from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.layouts import LAYOUTS, recognise
from pose_lib.data.human36m.names import RECORDED_CAMERAS
from pose_lib.data.human36m.pickles import load_arrays
from pose_lib.data.human36m.views import squares
from pose_lib.data.photos.cutting import cut
from pose_lib.geometry.boxes import from_crop

pytest.importorskip("h5py", reason="pip install 'pose-lib[human36m]'")

DECIBELS = 35.0
"""Least PSNR of a crop against one of the picture before it was saved as a JPEG of quality 95."""
WRITERS = {
    "mmpose": write_mmpose,
    "h36m-fetch": write_fetched,
    "coco": write_coco,
    "videopose3d": write_videopose3d,
}
WITH_PICTURES = ("mmpose", "h36m-fetch", "coco")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("copies")
    for name, write in WRITERS.items():
        (root / name / "inside").mkdir(parents=True)
        write(root / name / "inside")
    return {name: root / name for name in WRITERS}


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def damaged(copies: dict[str, Path], tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the layout that the test asks for, to be damaged."""
    return Path(shutil.copytree(copies[request.param] / "inside", tmp_path / "damaged"))


@pytest.mark.parametrize("layout", WRITERS)
def test_a_layout_is_recognised_with_all_its_poses(layout: str, copies: dict[str, Path]) -> None:
    source = recognise(copies[layout])
    assert source.layout == layout
    assert set(WRITERS) | {"official"} == set(LAYOUTS)
    expected = {(s, ACTION, t, c) for s in SUBJECTS for t in (1, 2) for c in RECORDED_CAMERAS}
    assert {(v.subject, v.action, v.take, v.camera) for v in source.views} == expected
    assert any("S5" in line for line in source.missing)
    frames = list(range(FRAMES + EXTRA)) if layout == "videopose3d" else list(KEPT)
    for view in source.views:
        labels, shots = view.labels(), played(view.subject, view.action, view.take).shots[view.camera]
        assert labels.frames.tolist() == frames
        assert view.count() == view.length() == len(frames)
        # VideoPose3D keeps float32 of metres in the world, thousands of mm from its origin.
        np.testing.assert_allclose(labels.camera, shots.joints_3d[frames], atol=2e-3)
        camera = camera_of(view.subject, view.camera)
        assert labels.size == (camera.width, camera.height)
        pixels = from_crop(shots.joints_2d, shots.boxes, shots.images.shape[1]).numpy()[frames]
        # The cameras of the COCO style have no distortion.
        np.testing.assert_allclose(labels.image, pixels, atol=4.0 if layout == "coco" else 0.01)


@pytest.mark.parametrize("layout", WITH_PICTURES)
def test_the_pictures_of_a_copy_become_samples(layout: str, copies: dict[str, Path]) -> None:
    root = copies[layout]
    assert catalog.actions("human3.6m", root) == (ACTION, "all")
    wanted = catalog.request("human3.6m", ACTION, size=128, step=1, seconds=1, data_root=root)
    data = catalog.load(wanted)
    assert len(data) == 2 * 2 * 4 * len(KEPT)
    assert data.masks is None
    for i in (0, len(data) // 2, len(data) - 1):
        row = data.table.iloc[i]
        shots = played(row["subject"], row["action"], row["sequence"]).shots[row["camera"]]
        picture = full_frame(shots, row["frame"], row["width"], row["height"])
        expected = cut(Image.fromarray(picture), data.boxes[i], data.size).astype(float)
        error = np.mean((data.images[i] - expected) ** 2)
        assert 10 * np.log10(255**2 / error) > DECIBELS
    fewer = catalog.request("human3.6m", ACTION, size=32, step=10, seconds=1, data_root=root)
    assert catalog.load(fewer).table["frame"].unique().tolist() == [0]


def test_poses_without_pictures_say_what_they_lack(copies: dict[str, Path]) -> None:
    with pytest.raises(FileNotFoundError, match="layout videopose3d, which has poses and no pictures"):
        catalog.actions("human3.6m", copies["videopose3d"])
    view = recognise(copies["videopose3d"]).views[0]
    with pytest.raises(Human36mError, match="has poses and no pictures"):
        view.pictures([0])
    with pytest.raises(Human36mError, match="has no masks"):
        view.masks([0])


def _pickle_code(root: Path) -> None:
    content = {("S1", "54138969"): {"R": print}}
    (root / "annotation_body3d/cameras.pkl").write_bytes(pickle.dumps(content))


def _fewer_cameras(root: Path) -> None:
    (root / "annotation_body3d/cameras.pkl").write_bytes(pickle.dumps({("S1", "54138969"): {}}))


def _other_columns(root: Path) -> None:
    file = root / "annotation_body3d/fps10/h36m_train.npz"
    np.savez(file, **{**np.load(file), "S": np.zeros((3, 17, 3))})


def _other_subject(root: Path) -> None:
    file = root / "annotation_body3d/fps10/h36m_train.npz"
    known = dict(np.load(file))
    known["part"][0, 0, 0] += 50
    np.savez(file, **known)


def _truncated(pattern: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        for file in root.glob(pattern):
            file.write_bytes(file.read_bytes()[:300])

    return change


def _swapped_json(root: Path) -> None:
    shutil.copy(
        root / "annotations/Human36M_subject9_data.json", root / "annotations/Human36M_subject1_data.json"
    )


def _first_action(root: Path) -> None:
    file = root / "annotations/Human36M_subject1_data.json"
    content = json.loads(file.read_text())
    content["images"][0]["action_idx"] = 1
    file.write_text(json.dumps(content))


def _no_cameras(root: Path) -> None:
    (root / "metadata.xml").unlink()


def _no_dictionary(root: Path) -> None:
    np.savez(root / "data_3d_h36m.npz", positions_3d=np.zeros(3))


def _short_pixels(root: Path) -> None:
    poses = load_arrays(root / "data_2d_h36m_gt.npz")["positions_2d"]
    poses["S1"] = {name: [p[:2] for p in views] for name, views in poses["S1"].items()}
    np.savez(root / "data_2d_h36m_gt.npz", positions_2d=np.array(poses, dtype=object))


def read_all(root: Path) -> None:
    """All labels and pictures."""
    source = recognise(root)
    for view in source.views:
        frames = view.labels().frames.tolist()
        if source.pictures:
            list(view.pictures(frames))


@pytest.mark.parametrize(
    ("damaged", "change", "message"),
    [
        ("mmpose", _pickle_code, r"cameras\.pkl: .*asks for .*print"),
        ("mmpose", _fewer_cameras, r"cameras\.pkl: does not hold the cameras of all subjects"),
        ("mmpose", _other_columns, r"h36m_train\.npz: S has shape \(3, 17, 3\), expected \('N', 17, 4\)"),
        ("mmpose", _other_subject, r"h36m_train\.npz: the 2D joints of S1 .* lie up to 50 pixels"),
        ("mmpose", _truncated("annotation_body3d/fps10/*.npz"), r"h36m_test\.npz: is no whole npz file"),
        ("mmpose", _truncated("images/S1/*/*.jpg"), r"000001\.jpg: is a damaged or truncated picture"),
        ("h36m-fetch", _truncated("S1/*/annot.h5"), r"annot\.h5: cannot be read as HDF5"),
        ("coco", _truncated("annotations/*_joint_3d.json"), r"joint_3d\.json: is no whole JSON file"),
        ("coco", _swapped_json, r"subject1_data\.json: has pictures of subject 9, expected those of S1"),
        ("coco", _first_action, r"subject1_data\.json: .*1 is not from 2 to 16"),
        ("videopose3d", _no_cameras, r"there is no metadata\.xml, which has the cameras"),
        ("videopose3d", _no_dictionary, r"data_3d_h36m\.npz: does not hold poses by subject and action"),
        ("videopose3d", _truncated("data_3d_h36m.npz"), r"data_3d_h36m\.npz: is no whole npz file"),
        (
            "videopose3d",
            _short_pixels,
            r"the 2D joints of S1 .* have shape \(2, 17, 2\), expected \(10, 17, 2\)",
        ),
    ],
    indirect=["damaged"],
)
def test_a_damaged_copy_is_named(damaged: Path, change: Callable[[Path], None], message: str) -> None:
    change(damaged)
    with pytest.raises(Human36mError, match=message):
        read_all(damaged)


def test_a_copy_without_its_pictures_lists_what_is_missing(copies: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(copies["mmpose"], tmp_path / "copy"))
    shutil.rmtree(folder / "inside/images")
    with pytest.raises(
        FileNotFoundError, match=r"(?s)no view is complete; missing are.*S1: no pictures in .*S1_"
    ):
        catalog.actions("human3.6m", folder)


def test_real_frames_in_mmposes_layout_become_samples(shared_data: Path, tmp_path: Path) -> None:
    sample = shared_data / "human36m_sample"
    if not sample.is_dir():
        pytest.skip(f"no real frames of Human3.6M in {sample}")
    labels = tmp_path / "annotation_body3d/fps10"
    labels.mkdir(parents=True)
    shutil.copy(sample / "cameras.pkl", labels.parent)
    shutil.copy(sample / "test_h36m_body3d.npz", labels / "h36m_test.npz")
    (tmp_path / "images").symlink_to(sample)
    source = recognise(tmp_path)
    names = ["S1 Directions-1 54138969", "S5 SittingDown-1 54138969", "S8 WalkingDog-1 55011271"]
    assert [view.name for view in source.views] == names
    assert any(line.startswith("S7: no pictures in") for line in source.missing)
    for view, frame in zip(source.views, (0, 2060, 25), strict=True):
        known = view.labels()
        assert known.frames.tolist() == [frame]
        (picture,) = view.pictures([frame])
        assert known.size == (1000, 1002 if view.camera == "54138969" else 1000)
        assert picture.shape == (known.size[1], known.size[0], 3)
        (box,) = squares(known)
        assert (known.image[0].min(0) > box[:2]).all()
        assert (known.image[0].max(0) < box[2:]).all()
