"""Windows, colour noise and batches, against plain indexing."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from pose_lib.batches import ImageBatches, predict
from pose_lib.data.augment import (
    centre_offsets,
    colour_axes,
    colour_noise,
    crop,
    random_offsets,
    to_network,
)


def images(n: int = 9, size: int = 16) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_crop_is_the_window_at_its_offset() -> None:
    stack = torch.from_numpy(images())
    which, offsets = torch.tensor([4, 0, 4]), torch.tensor([[3, 1], [0, 0], [6, 6]])
    windows = crop(stack, which, offsets, 10)
    for window, i, (x, y) in zip(windows, which.tolist(), offsets.tolist(), strict=True):
        assert torch.equal(window, stack[i, y : y + 10, x : x + 10])


def test_random_offsets_reach_both_ends_and_the_centre_is_between() -> None:
    offsets = random_offsets(500, 16, 12, seeded())
    assert set(offsets.unique().tolist()) == {0, 1, 2, 3, 4}
    assert centre_offsets(2, 16, 12).tolist() == [[2, 2], [2, 2]]
    assert random_offsets(3, 8, 8, seeded()).abs().max() == 0


def test_normalised_images_have_channels_last_in_memory_and_the_right_numbers() -> None:
    crops = torch.from_numpy(images(3))
    mean, std = torch.tensor([10.0, 20.0, 30.0]), torch.tensor([2.0, 4.0, 8.0])
    x = to_network(crops, mean, std)
    assert x.shape == (3, 3, 16, 16)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert torch.allclose(x[1, 2], (crops[1, :, :, 2].float() - 30) / 8, atol=1e-5)
    each = torch.stack([mean, mean + 1, mean + 2])
    assert torch.allclose(to_network(crops, each, std)[2, 0], (crops[2, :, :, 0].float() - 12) / 2, atol=1e-5)


def test_equation_7_moves_colours_along_their_principal_axes() -> None:
    stack = torch.from_numpy(images(40))
    axes = colour_axes(stack)
    pixels = stack.reshape(-1, 3).double()
    variance = (axes.double() @ axes.T.double()) - torch.cov(pixels.T)
    assert variance.abs().max() < 0.05 * torch.cov(pixels.T).abs().max()
    shift = colour_noise(4000, axes, 0.1, seeded())
    assert torch.allclose(torch.cov(shift.T), 0.01 * (axes @ axes.T), rtol=0.1, atol=0.01 * 100)
    g = torch.randn((2, 3), generator=seeded(1)) * 0.1
    slow = torch.stack([sum(g[i, k] * axes[:, k] for k in range(3)) for i in range(2)])  # type: ignore[misc]
    assert torch.allclose(colour_noise(2, axes, 0.1, seeded(1)), slow, atol=1e-5)


def test_test_windows_are_the_middle_ones_normalised_as_the_training_images() -> None:
    train, test = ImageBatches(images(8), 12), images(5)
    batches = ImageBatches(test, 12, like=train)
    assert torch.equal(batches.mean, train.mean)
    x = torch.cat(list(batches.centred(batch=2)))
    slow = (torch.from_numpy(test[:, 2:14, 2:14]).float() - train.mean) / train.std
    assert torch.allclose(x, slow.permute(0, 3, 1, 2), atol=1e-4)
    outputs = predict(nn.Sequential(nn.Flatten(), nn.Dropout(0.9)), batches)
    assert torch.allclose(outputs, x.flatten(1), atol=1e-6)


def test_the_same_generator_gives_the_same_batch_and_noise_shifts_whole_images() -> None:
    plain, noisy = ImageBatches(images(8), 16), ImageBatches(images(8), 16, noise=0.5)
    which = torch.tensor([1, 5])
    a, offsets = plain.random(which, seeded())
    b, _ = noisy.random(which, seeded())
    assert offsets.tolist() == [[0, 0], [0, 0]]
    again, _ = noisy.random(which, seeded())
    assert torch.equal(b, again)
    shift = (b - a).flatten(2)
    assert shift.std(dim=2).max() < 1e-4
    assert shift.abs().max() > 1e-2


def test_a_window_larger_than_the_images_is_refused() -> None:
    with pytest.raises(ValueError, match="window of 20 pixels does not fit into images of 16"):
        ImageBatches(images(2), 20)
