"""Eq. (2) of Li et al. 2014: how much of a stick lies in a window, and the labels made of it."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.part_windows import PART_NAMES, PARTS, PartWindows, share_inside

GRID = PartWindows.published(112)
place = st.floats(-60, 170, allow_nan=False, width=32)


def slow_length(a: list[float], b: list[float], x0: float, y0: float, side: float) -> float:
    """Length of a stick inside a window, by cutting it at every edge and asking each piece's middle."""
    cuts = [0.0, 1.0]
    for axis, low in ((0, x0), (1, y0)):
        if a[axis] != b[axis]:
            cuts += [(edge - a[axis]) / (b[axis] - a[axis]) for edge in (low, low + side)]
    cuts = sorted(t for t in cuts if 0 <= t <= 1)
    inside = 0.0
    for t, u in pairwise(cuts):
        middle = [a[i] + (t + u) / 2 * (b[i] - a[i]) for i in (0, 1)]
        if x0 <= middle[0] <= x0 + side and y0 <= middle[1] <= y0 + side:
            inside += u - t
    return inside * math.dist(a, b)


@settings(deadline=None, max_examples=60)
@given(st.lists(place, min_size=4, max_size=4))
def test_the_clipped_share_is_that_of_cutting_at_every_edge(ends: list[float]) -> None:
    a, b = ends[:2], ends[2:]
    starts = GRID.starts().double()
    share = share_inside(
        torch.tensor([[a]], dtype=torch.float64), torch.tensor([[b]], dtype=torch.float64), starts, 30.0
    )
    length = math.dist(a, b)
    for row in range(8):
        for column in range(8):
            slow = slow_length(a, b, 12.0 * column, 12.0 * row, 30.0)
            assert float(share[0, 0, 8 * row + column]) * length == pytest.approx(slow, abs=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "share"),
    [
        ((5, 5), (25, 25), 1.0),  # all inside
        ((-30, 15), (30, 15), 0.5),  # level, through the left edge
        ((15, -15), (15, 45), 0.5),  # upright, through both edges
        ((-10, 10), (10, -10), 0.0),  # touches the corner
        ((-5, 40), (-5, 2), 0.0),  # beside it
        ((15, 15), (15, 15), 0.0),  # no length
    ],
)
def test_sticks_with_known_shares(a: tuple[float, float], b: tuple[float, float], share: float) -> None:
    ends = (torch.tensor([[p]], dtype=torch.float32) for p in (a, b))
    assert float(share_inside(*ends, torch.zeros(1), 30.0)) == pytest.approx(share)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.1, 4))
def test_shares_do_not_mind_the_direction_or_the_scale(seed: int, scale: float) -> None:
    joints = torch.rand(3, 8, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 112
    turned = [(child, parent) for parent, child in PARTS]
    assert torch.allclose(GRID.shares(joints), GRID.shares(joints, turned), atol=1e-9)
    larger = PartWindows.of(112 * scale, 30, 12)
    assert torch.allclose(GRID.shares(joints), larger.shares(joints * scale), atol=1e-5)


def test_windows_that_tile_the_plane_share_out_the_whole_stick() -> None:
    tiles = PartWindows(112, 28.0, 28.0)
    joints = torch.rand(20, 8, 2, generator=torch.Generator().manual_seed(0)) * 112
    assert torch.allclose(tiles.shares(joints).sum(-1), torch.ones(20, 7), atol=1e-4)


def test_labels_are_equation_two_in_a_loop() -> None:
    joints = torch.rand(4, 8, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 130 - 10
    labels = GRID.labels(joints, beta=0.3)
    assert labels.shape == (4, 7, 64)
    for sample, sticks in zip(joints.tolist(), labels, strict=True):
        for (i, j), windows in zip(PARTS, sticks, strict=True):
            whole = math.dist(sample[i], sample[j])
            for k, label in enumerate(windows.tolist()):
                part = slow_length(sample[i], sample[j], 12.0 * (k % 8), 12.0 * (k // 8), 30.0)
                assert label == float(part > 0.3 * whole)
    assert 0.05 < float(labels.mean()) < 0.4


def test_the_published_grid_is_that_of_the_authors_code() -> None:
    assert len(GRID) == 64
    assert GRID.starts().tolist() == [0, 12, 24, 36, 48, 60, 72, 84]
    half = PartWindows.published(56)
    joints = torch.rand(5, 8, 2, generator=torch.Generator().manual_seed(2)) * 112
    assert torch.equal(half.labels(joints / 2), GRID.labels(joints))


def test_a_part_with_a_missing_end_is_unlabelled_and_the_others_are_not() -> None:
    joints = torch.rand(2, 8, 2, generator=torch.Generator().manual_seed(3)) * 112
    whole = GRID.labels(joints)
    joints[1, STICKMEN8.index("left_elbow"), 0] = torch.nan
    labels = GRID.labels(joints)
    gone = [PART_NAMES.index(name) for name in ("left upper arm", "left lower arm")]
    kept = [i for i in range(7) if i not in gone]
    assert labels[1, gone].isnan().all()
    assert torch.equal(labels[1, kept], whole[1, kept])
    assert torch.equal(labels[0], whole[0])


def test_every_part_is_named_after_its_joints() -> None:
    for (_, child), name in zip(PARTS, PART_NAMES, strict=True):
        joint = STICKMEN8.joints[child].replace("_", " ")
        assert joint.split()[0] == name.split()[0]
    assert len(set(PART_NAMES)) == len(PARTS) == 7
