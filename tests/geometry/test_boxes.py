"""Boxes and the coordinates of crops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pose_lib.geometry.boxes import from_crop, iou, square_around, to_crop

poses = arrays(np.float64, (3, 17, 2), elements=st.floats(-500, 1500, width=32))
corners = arrays(np.int64, (2, 4), elements=st.integers(0, 12))


@settings(deadline=None, max_examples=50)
@given(poses, st.floats(0, 1))
def test_squares_contain_the_pose_with_the_margin(points: np.ndarray, margin: float) -> None:
    boxes = square_around(torch.from_numpy(points), margin).numpy()
    for box, pose in zip(boxes, points, strict=True):
        longer = np.ptp(pose, axis=0).max()
        np.testing.assert_allclose(box[2:] - box[:2], longer * (1 + 2 * margin), atol=1e-9)
        free = np.concatenate([pose.min(0) - box[:2], box[2:] - pose.max(0)])
        assert free.min() >= margin * longer - 1e-9
        np.testing.assert_allclose(free[:2], free[2:], atol=1e-9)


def test_missing_points_do_not_count() -> None:
    points = torch.tensor([[[0.0, 0.0], [10.0, 4.0], [torch.nan, 99.0]], [[torch.nan] * 2] * 3])
    boxes = square_around(points, margin=0.0)
    assert boxes[0].tolist() == [0, -3, 10, 7]
    assert torch.isnan(boxes[1]).all()


@settings(deadline=None, max_examples=50)
@given(poses, st.integers(1, 256))
def test_crop_coordinates_round_trip(points: np.ndarray, size: int) -> None:
    pose = torch.from_numpy(points)
    boxes = torch.tensor(
        [[10.0, 20.0, 110.0, 70.0], [-5.0, -5.0, 5.0, 5.0], [0.0, 0.0, 1.0, 1000.0]]
    ).double()
    back = from_crop(to_crop(pose, boxes, size), boxes, size)
    torch.testing.assert_close(back, pose, rtol=0, atol=1e-9)


def test_corners_of_the_box_are_the_corners_of_the_crop() -> None:
    box = torch.tensor([10.0, 20.0, 110.0, 70.0])
    corners = torch.tensor([[10.0, 20.0], [110.0, 70.0], [60.0, 45.0]])
    assert to_crop(corners, box, 128).tolist() == [[0, 0], [128, 128], [64, 64]]


@settings(deadline=None, max_examples=50)
@given(corners)
def test_iou_counts_the_pixels(values: np.ndarray) -> None:
    grids = []
    for x0, y0, x1, y1 in values:
        grid = np.zeros((12, 12), bool)
        grid[y0:y1, x0:x1] = True
        grids.append(grid)
    union = (grids[0] | grids[1]).sum()
    expected = (grids[0] & grids[1]).sum() / union if union else 0.0
    a, b = torch.from_numpy(values).double()
    torch.testing.assert_close(float(iou(a, b)), float(expected))
    torch.testing.assert_close(iou(a[None, None], b[None, None]), iou(b, a)[None, None])


def test_points_that_are_not_finite_do_not_count_and_one_point_has_a_box_of_no_size() -> None:
    points = torch.tensor([[[0.0, 0.0], [10.0, 4.0], [torch.inf, 1.0]], [[3.0, 4.0]] * 3])
    boxes = square_around(points, margin=0.0)
    assert boxes.tolist() == [[0, -3, 10, 7], [3, 4, 3, 4]]
    with pytest.raises(ValueError, match=r"box \[1\] has no extent"):
        to_crop(points, boxes, 64)
    assert (from_crop(points[1], boxes[1], 64) == torch.tensor([3.0, 4.0])).all()


def test_boxes_without_size_are_refused_and_missing_ones_give_missing_points() -> None:
    points = torch.ones(2, 3, 2)
    for wrong in ([0.0, 0, 0, 5], [0.0, 0, 5, 0], [0.0, 0, torch.inf, 5], [-torch.inf, 0, 5, 5]):
        with pytest.raises(ValueError, match="has no extent or is infinite"):
            to_crop(points[0], torch.tensor(wrong), 64)
    boxes = torch.tensor([[torch.nan] * 4, [0.0, 0.0, 5.0, 5.0]])
    for there in (to_crop(points, boxes, 64), from_crop(points, boxes, 64)):
        assert there.isnan().all((1, 2)).tolist() == [True, False]
    mirrored = to_crop(torch.tensor([[4.0, 1.0]]), torch.tensor([5.0, 0.0, 0.0, 5.0]), 10)
    assert mirrored.tolist() == [[2, 2]], "x1 left of x0"


@pytest.mark.parametrize("size", [0, -64, True, math.nan, math.inf])
def test_a_crop_without_pixels_is_refused(size: float) -> None:
    for convert in (to_crop, from_crop):
        with pytest.raises(ValueError, match="size is"):
            convert(torch.ones(3, 2), torch.tensor([0.0, 0, 5, 5]), size)  # type: ignore[arg-type]


def test_other_shapes_and_margins_are_refused() -> None:
    for points in (torch.ones(3, 3), torch.ones(2), torch.ones(0, 2)):
        with pytest.raises(ValueError, match=r"expected \(\.\.\., J, 2\)"):
            square_around(points)
    for margin in (-0.5, math.nan, math.inf):
        with pytest.raises(ValueError, match="margin is"):
            square_around(torch.ones(3, 2), margin)
    with pytest.raises(ValueError, match=r"expected \(\.\.\., 4\)"):
        iou(torch.ones(3), torch.ones(3))


def test_boxes_that_are_missing_or_infinite_overlap_nothing() -> None:
    whole = torch.tensor([0.0, 0.0, 5.0, 5.0])
    others = torch.tensor(
        [[torch.nan] * 4, [0, 0, torch.inf, 5], [5.0, 0, 0, 5], [1.0, 1, 1, 1], [0.0, 0, 5, 5]]
    )
    assert iou(others, whole).tolist() == [0, 0, 0, 0, 1]
    assert float(iou([0, 0, 2, 2], [0, 0, 2, 1])) == 0.5
