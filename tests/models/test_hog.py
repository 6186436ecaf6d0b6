"""HOG descriptors against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from pose_lib.models.hog import hog


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def slow_hog(image: np.ndarray, cell: int, bins: int, epsilon: float) -> np.ndarray:
    grey = image.astype(np.float64).mean(-1) / 255
    side = len(grey)
    cells = np.zeros((side // cell, side // cell, bins))
    for y in range(side):
        for x in range(side):
            dx = grey[y, min(x + 1, side - 1)] - grey[y, max(x - 1, 0)]
            dy = grey[min(y + 1, side - 1), x] - grey[max(y - 1, 0), x]
            place = (math.atan2(dy, dx) % math.pi) * bins / math.pi
            low = math.floor(place)
            share = place - low
            cells[y // cell, x // cell, low % bins] += math.hypot(dx, dy) * (1 - share)
            cells[y // cell, x // cell, (low + 1) % bins] += math.hypot(dx, dy) * share
    n = side // cell - 1
    out = np.zeros((4, bins, n, n))
    for y in range(n):
        for x in range(n):
            block = [cells[y, x], cells[y, x + 1], cells[y + 1, x], cells[y + 1, x + 1]]
            norm = math.sqrt(sum((c**2).sum() for c in block) + epsilon**2)
            for k, c in enumerate(block):
                out[k, :, y, x] = c / norm
    return out.ravel()


def test_hog_is_that_of_the_loops() -> None:
    images = torch.randint(0, 256, (3, 16, 16, 3), generator=seeded(), dtype=torch.uint8)
    fast = hog(images, cell=4, bins=9, epsilon=0.1)
    for image, row in zip(images.numpy(), fast.numpy(), strict=True):
        # A direction at a bin's edge may fall on either side of it in float32; its share there is nil.
        assert np.allclose(row, slow_hog(image, 4, 9, 0.1), atol=2e-4)
    with pytest.raises(ValueError, match="cells of 5"):
        hog(images, cell=5)


def test_hog_does_not_see_brightness_and_is_still_on_flat_images() -> None:
    images = torch.randint(0, 100, (2, 16, 16, 3), generator=seeded(), dtype=torch.uint8)
    assert torch.allclose(hog(images, 4), hog(images + 100, 4), atol=1e-4)
    assert float(hog(torch.full((1, 16, 16, 3), 80, dtype=torch.uint8), 4).abs().max()) == 0
