"""Boxes of images against a slow transcription, and what mirrored and moved boxes do to joints."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pose_lib.data.resample import crop_boxes, from_box, jittered, mirrored, to_box, whole_boxes


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(n: int = 3, size: int = 11) -> Tensor:
    return torch.randint(0, 256, (n, size, size, 3), dtype=torch.uint8, generator=seeded())


def pixel_by_pixel(image: Tensor, box: Tensor, side: int) -> Tensor:
    size = image.shape[0]
    x0, y0, x1, y1 = (float(v) for v in box)
    out = torch.zeros(side, side, 3)
    for row in range(side):
        for column in range(side):
            place = []
            for low, high, step in ((x0, x1, column), (y0, y1, row)):
                centre = low + (high - low) * (step + 0.5) / side - 0.5
                place.append(min(max(centre, 0.0), size - 1.0))
            x, y = place
            for i in (math.floor(x), math.floor(x) + 1):
                for j in (math.floor(y), math.floor(y) + 1):
                    share = max(0.0, 1 - abs(x - i)) * max(0.0, 1 - abs(y - j))
                    if share:
                        out[row, column] += share * image[j, i].float()
    return out


def test_crops_are_those_of_the_slow_transcription_inside_across_and_outside() -> None:
    images = pictures()
    boxes = torch.tensor(
        [[2.3, 1.1, 7.9, 6.7], [-4.0, 3.0, 5.0, 14.5], [9.0, 2.0, 1.0, 8.0], [20, 20, 25, 25.0]]
    )
    which = torch.tensor([2, 0, 1, 1])
    crops = crop_boxes(images, which, boxes, 6)
    assert crops.shape == (4, 6, 6, 3)
    assert crops.dtype == torch.float32
    for crop, sample, box in zip(crops, which, boxes, strict=True):
        assert torch.allclose(crop, pixel_by_pixel(images[sample], box, 6), atol=5e-3)


def test_the_whole_box_at_the_images_size_is_the_image() -> None:
    images = pictures()
    crops = crop_boxes(images, torch.arange(3), whole_boxes(3, 11), 11)
    assert torch.allclose(crops, images.float(), atol=5e-3)


def test_a_box_far_outside_shows_the_nearest_corner() -> None:
    images = pictures(1)
    crop = crop_boxes(images, torch.tensor([0]), torch.tensor([[-50.0, -50, -40, -40]]), 4)
    assert torch.allclose(crop, images[0, 0, 0].float().expand(1, 4, 4, 3), atol=5e-3)


def test_a_mirrored_box_is_the_flipped_crop_and_its_joints_go_along() -> None:
    images = pictures(2)
    boxes = torch.tensor([[1.0, 2, 9, 10], [0, 0, 8, 8]])
    flipped = mirrored(boxes, torch.tensor([True, False]))
    a, b = (crop_boxes(images, torch.arange(2), box, 8) for box in (boxes, flipped))
    assert torch.allclose(a[0].flip(1), b[0], atol=5e-3)
    assert torch.equal(a[1], b[1])
    points = torch.tensor([[[3.0, 4.0]], [[3.0, 4.0]]])
    straight, turned = (to_box(points, box, 8) for box in (boxes, flipped))
    assert torch.allclose(turned[0, :, 0], 8 - straight[0, :, 0])
    assert torch.equal(turned[0, :, 1], straight[0, :, 1])
    assert torch.equal(turned[1], straight[1])


@settings(deadline=None, max_examples=30)
@given(
    st.tuples(*[st.floats(-50, 50)] * 2),
    st.floats(1, 80),
    st.floats(1, 80),
    st.booleans(),
    st.integers(1, 99),
)
def test_points_go_into_a_box_and_back(
    corner: tuple[float, float], width: float, height: float, flip: bool, side: int
) -> None:
    x, y = corner
    box = mirrored(torch.tensor([[x, y, x + width, y + height]], dtype=torch.float64), torch.tensor([flip]))
    points = torch.randn(1, 5, 2, generator=seeded(side), dtype=torch.float64) * 40
    inside = to_box(points, box, side)
    assert torch.allclose(from_box(inside, box, side), points, atol=1e-9)
    assert torch.allclose(to_box(box[:, None, :2], box, side), torch.zeros(1, 1, 2, dtype=torch.float64))


def test_jitter_keeps_to_its_limits_and_to_its_seed() -> None:
    boxes = torch.tensor([[10.0, 20, 30, 60]]).expand(500, 4)
    moved = jittered(boxes, 0.1, 0.2, seeded(1))
    assert torch.equal(moved, jittered(boxes, 0.1, 0.2, seeded(1)))
    extent = moved[:, 2:] - moved[:, :2]
    factor = extent / torch.tensor([20.0, 40.0])
    assert torch.allclose(factor[:, 0], factor[:, 1], rtol=1e-4)
    assert 1 / 1.2 - 1e-4 <= factor.min() < 0.9
    assert 1.1 < factor.max() <= 1.2 + 1e-4
    shift = ((moved[:, 2:] + moved[:, :2]) / 2 - torch.tensor([20.0, 40.0])) / torch.tensor([20.0, 40.0])
    assert shift.abs().max() <= 0.1 + 1e-5
    assert shift.std(0).min() > 0.04
    assert torch.allclose(jittered(boxes, 0.0, 0.0, seeded()), boxes)


def test_boxes_of_another_count_are_refused() -> None:
    with pytest.raises(ValueError, match=r"boxes \(2, 4\)"):
        crop_boxes(pictures(), torch.arange(2), whole_boxes(3, 11), 4)
