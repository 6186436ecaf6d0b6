"""The readers on real files; skipped where there are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from photo_files import flic_examples, picture, shrink
from scipy.io import loadmat, savemat

from pose_lib.data.photos import cache
from pose_lib.data.photos.flic import read_flic
from pose_lib.data.photos.leeds import read_lspet
from pose_lib.data.photos.people import People, boxes
from pose_lib.data.photos.stickmen import read_buffy
from pose_lib.data.poses import DataCard
from pose_lib.geometry.skeletons import LSP14, STICKMEN8

CARD = DataCard("real", "shared data", "not to be passed on")


def folder(shared_data: Path, name: str) -> Path:
    if not (shared_data / name).is_dir():
        pytest.skip(f"no {name} at {shared_data}")
    return shared_data


@pytest.fixture(scope="module")
def lspet(shared_data: Path) -> People:
    return read_lspet(folder(shared_data, "lspet"))


@pytest.fixture(scope="module")
def buffy(shared_data: Path) -> People:
    return read_buffy(folder(shared_data, "buffy"))


def test_all_of_lspet(lspet: People) -> None:
    assert len(lspet) == 10_000
    # 123,213 joints are marked as visible, of which one lies far outside its picture
    assert lspet.visible.sum() == 123_212
    assert "1 visible joints outside" in lspet.notes[0]
    np.testing.assert_array_equal(lspet.visible, np.isfinite(lspet.joints).all(-1))
    assert lspet.table["split"].value_counts().to_dict() == {"train": 9000, "test": 1000}
    assert lspet.table["split"].tolist() == ["train"] * 9000 + ["test"] * 1000
    a, b = (LSP14.index(f"{side}_shoulder") for side in ("right", "left"))
    facing = (lspet.joints[:, a, 0] < lspet.joints[:, b, 0])[lspet.visible[:, [a, b]].all(1)]
    assert 0.6 < facing.mean() < 0.75
    assert np.isfinite(boxes(lspet, "person")).all()


def test_some_of_lspet_become_crops(lspet: People, tmp_path: Path) -> None:
    few = lspet.select(np.arange(0, 10_000, 250))
    for crop in ("image", "person"):
        data = cache.build(few, boxes(few, crop), 48, CARD, tmp_path / crop)
        inside = (data.joints_2d >= -1) & (data.joints_2d <= 49)
        assert inside[np.isfinite(data.joints_2d)].all()
        assert (data.images.std((1, 2, 3)) > 5).all()


def test_all_of_buffy(buffy: People) -> None:
    assert len(buffy) == 748
    assert buffy.visible.all()
    assert (buffy.sizes == (720, 405)).all()
    assert buffy.table["split"].value_counts().to_dict() == {"train": 472, "test": 276}
    left, right = (STICKMEN8.index(f"{side}_shoulder") for side in ("left", "right"))
    assert (buffy.joints[:, right, 0] < buffy.joints[:, left, 0]).all()


def test_buffys_test_people_are_detected_as_published(buffy: People) -> None:
    test = buffy.table[buffy.table["split"] == "test"]
    assert test["detected"].sum() == 267  # Li et al. 2014
    assert (test["overlap"] > 0.5).sum() == 263  # the data set's own: a rate of 0.9529
    assert not buffy.table.loc[buffy.table["split"] == "train", "detected"].any()


def test_buffys_joints_agree_with_another_reading(buffy: People, shared_data: Path) -> None:
    """Yang & Ramanan's joints, made from the same sticks, but for two folded arms that they turn round."""
    names = ["htop", "hbot", "lsho", "lelb", "rsho", "relb", "lwr", "rwr", "lhip", "rhip"]
    labels = [
        loadmat(shared_data / f"buffy/labels/buffy_s5e{e}_labels.mat")["labels"].transpose(2, 0, 1)
        for e in (2, 3, 4, 5, 6)
    ]
    theirs = np.concatenate(labels) - 0.5
    apart = {}
    for ours, name in (("right", "l"), ("left", "r")):
        for joint, short in (("shoulder", "sho"), ("elbow", "elb"), ("wrist", "wr")):
            at = buffy.joints[:, STICKMEN8.index(f"{ours}_{joint}")]
            gap = np.linalg.norm(at - theirs[:, names.index(name + short)], axis=-1)
            apart[f"{ours}_{joint}"] = int((gap > 0.1).sum())
    assert apart == {name: 2 if name in ("left_elbow", "left_wrist") else 0 for name in apart}


def test_real_places_of_flic_in_its_own_layout(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MODEC's ground truth has the 29 columns of ``examples.mat``, with the arms of 48 people turned."""
    coords = loadmat(folder(shared_data, "flic_annotations") / "flic_annotations/MODEC_results_paper.mat")
    real = coords["gt_coords"].astype(float).transpose(2, 0, 1)[::8]
    backs = real[:, 0, 6] < real[:, 0, 9]  # hips keep the person's sides there
    arms = real[backs][:, :, [3, 4, 5, 0, 1, 2]]
    real[np.ix_(backs, [0, 1], range(6))] = arms
    rows = flic_examples(len(real), real)
    for row in rows[0]:
        row["imgdims"] = np.array([480, 720, 3], dtype=np.uint16)
    for row in rows[0]:
        picture(tmp_path / "FLIC/images" / row["filepath"], size=(720, 480))
    savemat(tmp_path / "FLIC/examples.mat", {"examples": rows})
    shrink(monkeypatch, "flic", len(real))
    people = read_flic("flic", tmp_path)
    np.testing.assert_array_equal(people.table["backwards"], backs)
    assert 2 <= backs.sum() <= 12
    assert np.isfinite(people.joints).all()
    assert 0.9 < people.visible.mean() < 1
    outside = (people.joints < 0).any(-1) | (people.joints > people.sizes[:, None]).any(-1)
    np.testing.assert_array_equal(people.visible, ~outside)
