"""Boxes of photographs are read at the resolution of the pictures, where these are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from deeppose_runs import PRESET
from photo_files import shrink, write_lsp, write_parse
from PIL import Image

from pose_lib.batches import BoxBatches
from pose_lib.bench.run import Run
from pose_lib.data import catalog
from pose_lib.data.photos.dataset import require
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.looking import PICTURE, Pictures
from pose_lib.data.poses import PoseData
from pose_lib.data.request import PhotoRequest
from pose_lib.data.resample import mirrored
from pose_lib.models.cascade import Cascade
from pose_lib.papers.deeppose.picture_batches import PictureBatches
from pose_lib.papers.deeppose.recipe import DeepPoseExperiment
from pose_lib.training import Schedule

SIZE, SIDE = 32, 24


@pytest.fixture
def leeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PoseData:
    """Six people in crops of less than a third of the resolution of their pictures."""
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    shrink(monkeypatch, "lsp", 6, training=3)
    write_lsp(tmp_path)
    return catalog.load(PhotoRequest(dataset="lsp", data_root=tmp_path, size=SIZE))


def batches(data: PoseData, root: Path, **more: float) -> PictureBatches:
    return PictureBatches(data, Pictures.of(data, require("lsp", root)), SIDE, **more)


def seen(images: BoxBatches, x: torch.Tensor) -> torch.Tensor:
    """What a batch shows, in grey levels ``(B, side, side, 3)``."""
    return x.permute(0, 2, 3, 1) * images.std + images.mean


def test_a_small_box_shows_the_pixels_of_the_picture(leeds: PoseData, tmp_path: Path) -> None:
    images = batches(leeds, tmp_path)
    which = torch.tensor([4, 1])
    for person, at in zip(which.tolist(), (20, 50), strict=True):
        # A box of whole pixels of the picture, as large as the network's input, is copied as it is.
        picture = np.asarray(Image.open(tmp_path / "lsp_dataset" / f"images/im{person + 1:04d}.jpg"))
        x0, y0, x1, _ = leeds.boxes[person]
        low = (np.array([at, at + 5]) - [x0, y0]) / (x1 - x0) * SIZE
        box = torch.tensor([[*low, *(low + SIDE / (x1 - x0) * SIZE)]], dtype=torch.float32)
        shown = seen(images, images.look(torch.tensor([person]), box))[0]
        expected = picture[at + 5 : at + 5 + SIDE, at : at + SIDE]
        assert np.abs(shown.numpy() - expected).max() <= 1.01
        flipped = images.look(torch.tensor([person]), mirrored(box, torch.tensor([True])))
        assert torch.equal(seen(images, flipped)[0], shown.flip(1))


def test_a_box_is_read_alike_whatever_else_is_in_the_batch(leeds: PoseData, tmp_path: Path) -> None:
    images = batches(leeds, tmp_path)
    crops = BoxBatches(leeds.images, SIDE)
    boxes = torch.tensor([[4.0, 4, 12, 12], [0, 0, 32, 32], [20, 8, 30, 18], [10, 2, 40, 32]])
    which = torch.tensor([0, 3, 5, 2])
    together = images.look(which, boxes)
    for i in range(4):
        assert torch.equal(images.look(which[i : i + 1], boxes[i : i + 1])[0], together[i])
    from_crops = crops.look(which, boxes)
    assert [torch.equal(a, b) for a, b in zip(together, from_crops, strict=True)] == [
        False,
        True,
        False,
        True,
    ]
    assert torch.equal(images.centre(which), crops.centre(which))


def test_colour_noise_is_the_same_as_on_crops(leeds: PoseData, tmp_path: Path) -> None:
    images = batches(leeds, tmp_path, noise=0.5)
    which, boxes = torch.tensor([2]), torch.tensor([[4.0, 4, 12, 12]])
    plain = images.look(which, boxes)
    noisy = images.look(which, boxes, torch.Generator().manual_seed(3))
    gap = (noisy - plain)[0].flatten(1)
    assert (gap.std(1) < 1e-5).all()
    assert (gap.mean(1).abs() > 1e-4).all()


def test_decoded_pictures_take_no_more_memory_than_they_may(leeds: PoseData, tmp_path: Path) -> None:
    files = Pictures.of(leeds, require("lsp", tmp_path)).files
    one = 3 * 120 * 90
    pictures, large = Pictures(files, memory=2 * one), Pictures(files)
    which, boxes = torch.arange(6).repeat(3), torch.tensor([[10.0, 10, 50, 50]]).expand(18, 4)
    assert torch.equal(pictures.cut(which, boxes, SIDE), large.cut(which, boxes, SIDE))
    assert (len(pictures), pictures.bytes) == (2, 2 * one)
    assert len(large) == 6
    files[3].unlink()
    assert len(large.cut(which, boxes, SIDE)) == 18
    with pytest.raises(PhotoError, match=r"im0004\.jpg"):
        Pictures(files).cut(which, boxes, SIDE)


def test_deeppose_reads_photographs_where_its_preset_says_so(leeds: PoseData, tmp_path: Path) -> None:
    short = (Schedule(2, 1e-4, 2),) * 3
    preset = replace(PRESET, size=SIZE, window=SIZE, stages=short, pictures=True)
    parameters = {"dataset": "lsp", "action": "all", "seed": 0, "device": "cpu", "controls": False}

    def opened(name: str, data: PoseData, pictures: bool, root: Path | None) -> DeepPoseExperiment:
        chosen = replace(preset, pictures=pictures)
        run = Run("deeppose", parameters, name, chosen.settings(), root=tmp_path / "runs")
        setup = SimpleNamespace(
            run=run, train=data.split("train"), test=data.split("test"), preset=chosen, data_root=root
        )
        return DeepPoseExperiment.of(setup)

    found = opened("photographs", leeds, True, tmp_path)
    assert isinstance(found.images, PictureBatches)
    assert isinstance(found.test_images, PictureBatches)
    first = found.first_stage()
    cascade = Cascade([first, found.next_stage([first])], found.sigma, found.diameter)
    mine = found.poses_of("pictures", cascade)
    found.test_images = BoxBatches(found.test.images, preset.side, like=found.images)
    crops = found.poses_of("crops", cascade)
    assert torch.equal(mine[0], crops[0])  # the first box has the crop's resolution anyway
    assert not torch.equal(mine[1], crops[1])
    bare = replace(leeds, table=leeds.table.drop(columns=PICTURE))
    for other in (opened("a", leeds, False, tmp_path), opened("b", bare, True, tmp_path)):
        assert type(other.images) is BoxBatches


def test_image_parse_is_found_by_its_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "cache"))
    shrink(monkeypatch, "parse", 5, training=2)
    write_parse(tmp_path)
    data = catalog.load(PhotoRequest(dataset="parse", data_root=tmp_path, size=SIZE))
    files = Pictures.of(data, require(data.card.name, tmp_path)).files
    assert [file.name for file in files] == [f"im000{i}.jpg" for i in range(1, 6)]
