from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from samples import make

from pose_lib.data.poses import DataCard, PoseData, PoseDataError, concatenate


def test_a_saved_set_comes_back_as_it_was(tmp_path: Path) -> None:
    data = make()
    data.save(tmp_path / "set")
    back = PoseData.load(tmp_path / "set")
    for name in ("images", "joints_2d", "joints_3d", "visible", "boxes", "masks"):
        assert np.array_equal(getattr(data, name), getattr(back, name))
    assert isinstance(back.images, np.memmap)
    pd.testing.assert_frame_equal(data.table, back.table, check_dtype=False)
    assert back.card == data.card
    assert back.card.fingerprint() == data.card.fingerprint()
    assert not list(tmp_path.glob("*.part"))


def test_a_set_without_3d_comes_back_without(tmp_path: Path) -> None:
    data = make()
    flat = replace(data, joints_3d=None)
    flat.save(tmp_path / "set")
    assert PoseData.load(tmp_path / "set").joints_3d is None
    with pytest.raises(PoseDataError, match="no 3D joints"):
        flat.root_relative()


def test_masks_stay_with_their_samples_and_a_set_may_have_none(tmp_path: Path) -> None:
    data = make()
    assert data.masks is not None
    for part, rows in ((data.split("test"), [4, 5]), (data.select(np.array([3, 1])), [3, 1])):
        assert np.array_equal(part.masks, data.masks[rows])  # type: ignore[arg-type]
    bare = replace(data, masks=None)
    assert bare.select(np.arange(2)).masks is None
    assert concatenate([bare, bare], data.card).masks is None
    bare.save(tmp_path / "set")
    assert PoseData.load(tmp_path / "set").masks is None
    with pytest.raises(PoseDataError, match="sets of 2 kinds cannot be joined"):
        concatenate([data, bare], data.card)


def test_splits_select_their_rows_and_unknown_ones_are_named() -> None:
    data = make()
    assert len(data.split("train")) == 4
    assert list(data.split("test").table["frame"]) == [4, 5]
    assert np.array_equal(data.select(np.array([3, 1])).images, data.images[[3, 1]])
    with pytest.raises(PoseDataError, match="test, train"):
        data.split("val")


def test_the_root_of_a_root_relative_pose_is_the_origin() -> None:
    relative = make().root_relative()
    assert np.all(relative[:, 0] == 0)
    assert np.allclose(relative[:, 5], make().joints_3d[:, 5] - make().joints_3d[:, 0])  # type: ignore[index]


@pytest.mark.parametrize("name", ["joints_2d", "visible", "boxes", "joints_3d", "masks"])
def test_arrays_that_do_not_fit_are_named(name: str) -> None:
    data = make()
    parts = {f: getattr(data, f) for f in data.__dataclass_fields__}
    parts[name] = parts[name][:-1]
    with pytest.raises(PoseDataError, match=name):
        PoseData(**parts)


def test_a_damaged_folder_is_refused_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(PoseDataError, match=r"manifest\.json"):
        PoseData.load(tmp_path)
    make().save(tmp_path / "set")
    file = tmp_path / "set" / "boxes.npy"
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(PoseDataError, match=r"boxes\.npy"):
        PoseData.load(tmp_path / "set")
    file.unlink()
    with pytest.raises(PoseDataError, match=r"boxes\.npy"):
        PoseData.load(tmp_path / "set")


def test_a_card_counts_by_what_decides_its_samples_and_not_by_its_words() -> None:
    card = DataCard("a", "o", "l", (), {"step": 5}, sources="code")
    for words in ({"origin": "x"}, {"licence": "x"}, {"notes": ("x",)}):
        assert replace(card, **words).fingerprint() == card.fingerprint()
    for decisive in ({"name": "b"}, {"parameters": {"step": 6}}, {"sources": "other code"}):
        assert replace(card, **decisive).fingerprint() != card.fingerprint()


def test_arrays_that_are_already_on_disk_are_moved(tmp_path: Path) -> None:
    data = make()
    np.save(tmp_path / "images.npy", data.images)
    np.save(tmp_path / "masks.npy", data.masks)
    data.save(tmp_path / "set", finished=[tmp_path / "images.npy", tmp_path / "masks.npy"])
    back = PoseData.load(tmp_path / "set")
    assert np.array_equal(back.images, data.images)
    assert np.array_equal(back.masks, data.masks)  # type: ignore[arg-type]
    assert [f.name for f in tmp_path.iterdir()] == ["set"]


def test_an_empty_text_stays_empty(tmp_path: Path) -> None:
    data = make()
    data.table["camera"] = ""
    data.save(tmp_path / "set")
    assert set(PoseData.load(tmp_path / "set").table["camera"]) == {""}


def test_sets_are_joined_if_they_are_alike() -> None:
    data, card = make(), DataCard("both", "o", "l")
    both = concatenate([data, data.select(np.arange(2))], card)
    assert len(both) == len(data) + 2
    assert both.card is card
    assert both.table.index.tolist() == list(range(len(both)))
    for name in ("images", "joints_2d", "joints_3d", "visible", "boxes", "masks"):
        assert np.array_equal(getattr(both, name)[-2:], getattr(data, name)[:2])
    with pytest.raises(PoseDataError, match="both: sets of 2 kinds cannot be joined"):
        concatenate([data, replace(data, joints_3d=None)], card)


def test_neighbouring_rows_of_a_mapped_set_stay_on_the_disk(tmp_path: Path) -> None:
    data = make()
    data.save(tmp_path / "set")
    back = PoseData.load(tmp_path / "set")
    which = np.zeros(len(data), dtype=bool)
    which[1:4] = True
    for rows in (which, np.arange(1, 4)):
        part = back.select(rows)
        assert isinstance(part.images, np.memmap)
        assert np.shares_memory(part.images, back.images)
        np.testing.assert_array_equal(part.images, data.images[1:4])
        np.testing.assert_array_equal(part.masks, data.select(rows).masks)
    for rows in (np.array([3, 2]), np.array([-2, -1]), np.array([0, 2])):
        np.testing.assert_array_equal(back.select(rows).images, data.images[rows])
    assert not np.shares_memory(data.select(which).images, data.images)
