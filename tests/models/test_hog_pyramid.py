"""The pyramid of histograms against loops over pixels, and what silhouettes and boxes do to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from pose_lib.models.hog_pyramid import LEVELS, hog_pyramid, silhouette_boxes, widened


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(n: int = 3, side: int = 32) -> torch.Tensor:
    return torch.randint(0, 256, (n, side, side, 3), generator=seeded(), dtype=torch.uint8)


def silhouettes(n: int = 3, side: int = 32) -> torch.Tensor:
    """Patches of random pixels, each in another part of its image; the numbers are parts of a body."""
    masks = torch.zeros((n, side, side), dtype=torch.uint8)
    for i in range(n):
        height, width = 13 + 2 * i, 9 + i
        patch = torch.randint(0, 5, (height, width), generator=seeded(i), dtype=torch.uint8)
        masks[i, 4 + i : 4 + i + height, 7 - i : 7 - i + width] = patch
    return masks


def slow_pyramid(
    image: np.ndarray, mask: np.ndarray | None, levels: tuple[int, ...], bins: int
) -> np.ndarray:
    """One image, pixel by pixel; a mask is widened by a pixel, as it is for sides up to 64."""
    grey = image.astype(np.float64).mean(-1) / 255
    side = len(grey)
    inside = np.ones((side, side), dtype=bool)
    if mask is not None:
        for y in range(side):
            for x in range(side):
                inside[y, x] = mask[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].any()
    ys, xs = np.nonzero(inside)
    x0, x1, y0, y1 = xs.min(), xs.max() + 1, ys.min(), ys.max() + 1
    found = [np.zeros((level, level, bins)) for level in levels]
    for y, x in zip(ys, xs, strict=True):
        dx = grey[y, min(x + 1, side - 1)] - grey[y, max(x - 1, 0)]
        dy = grey[min(y + 1, side - 1), x] - grey[max(y - 1, 0), x]
        place = (math.atan2(dy, dx) % math.pi) * bins / math.pi
        low = math.floor(place)
        for level, cells in zip(levels, found, strict=True):
            # The cells of a level are made of whole cells of the finest one.
            row, column = (
                (p - a) * levels[-1] // (b - a) // (levels[-1] // level)
                for p, a, b in ((y, y0, y1), (x, x0, x1))
            )
            cells[row, column, low % bins] += math.hypot(dx, dy) * (1 - place + low)
            cells[row, column, (low + 1) % bins] += math.hypot(dx, dy) * (place - low)
    whole = np.concatenate([cells.ravel() for cells in found])
    return whole / whole.sum()


@pytest.mark.parametrize("levels", [LEVELS, (1, 2, 6), (4,)])
@pytest.mark.parametrize("masked", [True, False])
def test_the_pyramid_is_that_of_the_loops(levels: tuple[int, ...], masked: bool) -> None:
    images, masks = pictures(), silhouettes()
    fast = hog_pyramid(images, masks if masked else None, levels, chunk=2)
    assert fast.shape == (3, 9 * sum(level**2 for level in levels))
    for i, row in enumerate(fast.numpy()):
        slow = slow_pyramid(images[i].numpy(), masks[i].numpy() if masked else None, levels, 9)
        # A direction at a bin's edge may fall on either side of it in float32; its share there is nil.
        assert np.allclose(row, slow, atol=1e-6)


def test_each_level_has_the_same_share_of_a_sum_of_one() -> None:
    found = hog_pyramid(pictures(), silhouettes())
    for part in torch.split(found, [9 * level**2 for level in LEVELS], dim=1):
        assert torch.allclose(part.sum(1), torch.full((3,), 1 / len(LEVELS)))


def test_the_background_does_not_count_within_a_silhouette() -> None:
    images, masks = pictures(), silhouettes()
    # Gradients of the widened silhouette reach one pixel further.
    reached = torch.stack([widened(m[None].float())[0] for m in widened(masks)])
    other = torch.where(reached[..., None], images, pictures(3)[:, :, :, [2, 0, 1]].flip(1))
    assert not torch.equal(images, other)
    assert torch.equal(hog_pyramid(images, masks), hog_pyramid(other, masks))
    assert not torch.allclose(hog_pyramid(images), hog_pyramid(other))


def test_a_person_elsewhere_in_the_crop_has_the_same_descriptor() -> None:
    image, mask = pictures(1, 64), torch.zeros((1, 64, 64), dtype=torch.uint8)
    mask[0, 10:40, 12:33] = 1
    moved, moved_mask = image.roll((9, 5), (1, 2)), mask.roll((9, 5), (1, 2))
    assert torch.allclose(hog_pyramid(image, mask), hog_pyramid(moved, moved_mask), atol=1e-6)


def test_boxes_hold_the_silhouette_and_an_empty_one_has_the_whole_image() -> None:
    masks = torch.zeros((2, 8, 8), dtype=torch.bool)
    masks[0, 2:5, 3:7] = True
    masks[0, 6, 1] = True
    assert silhouette_boxes(masks).tolist() == [[1, 2, 7, 7], [0, 0, 8, 8]]
    none = hog_pyramid(pictures(1), torch.zeros((1, 32, 32), dtype=torch.uint8))
    assert float(none.abs().max()) == 0
    flat = hog_pyramid(torch.full((1, 16, 16, 3), 80, dtype=torch.uint8))
    assert float(flat.abs().max()) == 0


def test_masks_of_other_images_and_levels_that_do_not_nest_are_refused() -> None:
    with pytest.raises(ValueError, match=r"masks are \(2, 32, 32\), and images \(3, 32, 32, 3\)"):
        hog_pyramid(pictures(), silhouettes(2))
    for levels in ((1, 3, 8), (), (0, 8)):
        with pytest.raises(ValueError, match="each level must divide the last one"):
            hog_pyramid(pictures(), levels=levels)
