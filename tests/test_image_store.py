"""Images on the device and images from the disk give the same batches and the same trained network."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pose_lib import image_store
from pose_lib.batches import BoxBatches, ImageBatches, predict
from pose_lib.image_store import Resident, Streamed, fits, store
from pose_lib.training import Schedule, fit


@pytest.fixture
def images(tmp_path: Path) -> np.ndarray:
    """Forty pictures in a file, opened read-only and memory-mapped as those of a data set."""
    pictures = np.random.default_rng(0).integers(0, 256, (40, 12, 12, 3), dtype=np.uint8)
    np.save(tmp_path / "images.npy", pictures)
    return np.load(tmp_path / "images.npy", mmap_mode="r")  # type: ignore[no-any-return]


def both(images: np.ndarray, **options: float) -> tuple[ImageBatches, ImageBatches]:
    resident = ImageBatches(images, 8, resident=True, **options)  # type: ignore[arg-type]
    streamed = ImageBatches(images, 8, resident=False, **options)  # type: ignore[arg-type]
    assert isinstance(resident.store, Resident)
    assert isinstance(streamed.store, Streamed)
    return resident, streamed


def test_batches_are_the_same_wherever_the_images_lie(images: np.ndarray) -> None:
    resident, streamed = both(images, noise=0.3)
    for name in ("mean", "std", "axes"):
        assert torch.equal(getattr(resident, name), getattr(streamed, name))
    which = torch.tensor([7, 3, 39, 3, 0])
    for announced in (None, which, which.flip(0)):
        if announced is not None:
            streamed.announce(announced)
        draws = [b.random(which, torch.Generator().manual_seed(1)) for b in (resident, streamed)]
        assert torch.equal(draws[0][0], draws[1][0])
        assert torch.equal(draws[0][1], draws[1][1])
    assert torch.equal(torch.cat(list(resident.centred(16))), torch.cat(list(streamed.centred(16))))
    boxes = torch.tensor([[1.0, 2.0, 9.0, 10.0]]).expand(5, 4)
    looks = [BoxBatches(images, 6, resident=r).look(which, boxes) for r in (True, False)]
    assert torch.equal(looks[0], looks[1])


def test_a_network_trained_on_streamed_images_is_the_same(images: np.ndarray) -> None:
    def train(batches: ImageBatches) -> Tensor:
        torch.manual_seed(0)
        net = nn.Sequential(nn.Flatten(), nn.Linear(8 * 8 * 3, 2))
        fit(
            net,
            lambda which, rng: (net(batches.random(which, rng)[0]) - which[:, None] / 40).square().mean(),
            len(batches),
            Schedule(12, 1e-2, 16),
            name="net",
            seed=0,
            ahead=batches.announce,
        )
        return predict(net, batches)

    resident, streamed = both(images, noise=0.1)
    assert torch.equal(train(resident), train(streamed))


def test_the_next_batch_is_announced_in_each_step_but_the_last() -> None:
    asked, announced = [], []
    net = nn.Linear(1, 1)

    def loss(which: Tensor, rng: torch.Generator) -> Tensor:
        asked.append(which)
        return net(which[:, None].float()).square().mean()

    fit(net, loss, 10, Schedule(7, 1e-3, 3), name="net", seed=0, ahead=announced.append)
    assert len(announced) == 6
    assert all(torch.equal(a, b) for a, b in zip(asked[1:], announced, strict=True))


def test_what_does_not_fit_is_streamed(images: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(store(images), Resident)
    monkeypatch.setattr(image_store.os, "sysconf", lambda name: 1000 if "PAGES" in name else 1)
    assert not fits(501, "cpu")
    assert fits(500, "cpu")
    assert isinstance(store(images), Streamed)
    memory = SimpleNamespace(mem_get_info=lambda _: (2000, 4000))
    monkeypatch.setattr(image_store.torch, "cuda", memory)
    assert fits(1000, "cuda")
    assert not fits(1001, "cuda")


def test_an_error_while_reading_ahead_reaches_the_step(images: np.ndarray) -> None:
    streamed = both(images)[1]
    wrong = torch.tensor([99])
    streamed.announce(wrong)
    with pytest.raises(IndexError, match="99"):
        streamed.random(wrong, torch.Generator())
