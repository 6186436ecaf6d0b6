"""Detection windows of Li & Chan 2014: grids, labels and their loss, against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.models.part_windows import PartWindows
from pose_lib.models.parts.windows import DetectionHead, WindowGrid, Windows, detection_loss


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_published_grid_covers_the_image_with_ten_by_ten_windows() -> None:
    windows = Windows.published(112)
    assert (len(windows), windows.window, windows.stride) == (100, 30, 10)
    assert windows.starts().tolist() == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert (Windows.published(56).window, len(Windows.published(56))) == (15, 100)


def test_both_papers_place_their_windows_by_one_rule() -> None:
    """That of the authors' code: from the first pixel on, as many as it takes to reach the last one."""
    for side in (48, 56, 86, 112, 224):
        for grid, per_side in (
            (Windows.published(side), 10),
            (Windows.literal(side), 12),
            (PartWindows.published(side), 8),
        ):
            starts = grid.starts()
            assert (len(starts), float(starts[0])) == (per_side, 0.0)
            last = float(starts[-1]) + grid.window
            assert side - 1e-3 <= last < side + grid.stride
            assert type(grid).starts is WindowGrid.starts
    assert len(WindowGrid(112, 28.0, 28.0)) == 16
    assert len(WindowGrid(20, 30.0, 10.0)) == 1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-20, 132), st.floats(-20, 132)), min_size=1, max_size=4))
def test_equation_3_window_by_window(points: list[tuple[float, float]]) -> None:
    windows = Windows.published(112)
    labels = windows.labels(torch.tensor([points], dtype=torch.float32))
    starts = [float(s) for s in windows.starts()]
    for j, point in enumerate(np.float32(points)):
        inside = [
            x0 <= point[0] < np.float32(x0 + 30)
            and y0 <= point[1] < np.float32(y0 + 30)
            and min(point) >= 0
            and max(point) < 112
            for y0 in starts
            for x0 in starts
        ]
        assert labels[0, j].tolist() == [float(i) for i in inside]


@settings(deadline=None, max_examples=30)
@given(st.floats(-20, 132), st.floats(-20, 132))
def test_the_windows_of_the_text_tile_the_image(x: float, y: float) -> None:
    windows = Windows.literal(112)
    assert (len(windows), windows.window, windows.stride) == (144, 10, 10)
    in_image = 0 <= np.float32(x) < 112 and 0 <= np.float32(y) < 112
    assert windows.labels(torch.tensor([[[x, y]]], dtype=torch.float32)).sum() == in_image


def test_equation_4_term_by_term() -> None:
    logits = torch.randn(2, 3, 4, generator=seeded())
    labels = (torch.rand(2, 3, 4, generator=seeded(1)) > 0.7).float()
    total = 0.0
    for z, h in zip(logits.flatten().tolist(), labels.flatten().tolist(), strict=True):
        p = 1 / (1 + math.exp(-z))
        total -= h * math.log(p) + (1 - h) * math.log(1 - p)
    assert float(detection_loss(logits, labels)) == pytest.approx(total / 2, rel=1e-5)


def test_a_joint_of_unknown_position_is_in_no_window_and_in_no_loss() -> None:
    joints = torch.tensor([[[50.0, 50.0], [float("nan"), float("nan")]]])
    windows = Windows.published(112)
    labels, known = windows.labels(joints), ~joints.isnan().any(-1)
    assert labels[0, 0].sum() > 0
    assert labels[0, 1].sum() == 0
    logits = torch.randn(1, 2, 100, generator=seeded()).requires_grad_()
    detection_loss(logits, labels, known).backward()
    assert logits.grad is not None
    assert bool((logits.grad[0, 1] == 0).all())
    alone = detection_loss(logits[:, :1], labels[:, :1])
    assert torch.allclose(detection_loss(logits, labels, known), alone)


def test_an_untrained_head_says_the_share_of_the_image_that_a_window_covers() -> None:
    torch.manual_seed(0)
    windows = Windows.published(112)
    head = DetectionHead(8, 3, windows, (6,), 0.0)
    logits = head(torch.zeros(2, 8))
    assert logits.shape == (2, 3, 100)
    assert torch.allclose(logits.sigmoid(), torch.full_like(logits, 30**2 / 112**2))
