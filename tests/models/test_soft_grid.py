"""Soft labels on a grid: Eq. 1 to 3 of Park et al. 2016 against slow transcriptions, and the odd cases."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pose_lib.models.soft_grid import SoftGrid, classification_loss

GRID = SoftGrid(56, 4)


def slow_labels(grid: SoftGrid, x: float, y: float) -> list[float]:
    """Eq. 1 and 2, cell by cell."""
    width, weights = grid.side / grid.per_side, []
    for row in range(grid.per_side):
        for column in range(grid.per_side):
            distance = math.hypot(x - (column + 0.5) * width, y - (row + 0.5) * width)
            indicator = 1 if distance < width else 0
            weights.append(indicator / distance if distance > 0 else math.inf)
    return [w / sum(weights) for w in weights]


@given(st.floats(0, 55.99), st.floats(0, 55.99))
def test_equations_1_and_2_cell_by_cell(x: float, y: float) -> None:
    point = torch.tensor([[[x, y]]], dtype=torch.float64)
    x, y = (float(v) for v in point[0, 0])
    # Of a joint on a centre, the formula is 0 / 0.
    assume(math.hypot((x - 7) % 14, (y - 7) % 14) >= 1e-4)
    fast = GRID.labels(point)[0, 0]
    assert fast.tolist() == pytest.approx(slow_labels(GRID, x, y), abs=1e-5)
    assert float(fast.sum()) == pytest.approx(1, abs=1e-5)
    assert 1 <= int((fast > 0).sum()) <= 4
    column, row = int(x // 14), int(y // 14)
    assert float(fast[row * 4 + column]) == pytest.approx(float(fast.max()), rel=1e-4)


def test_the_published_grid_has_256_cells_of_14_pixels() -> None:
    grid = SoftGrid(225)
    assert (len(grid), grid.cell) == (256, 225 / 16)
    assert grid.centres()[17].tolist() == pytest.approx([1.5 * grid.cell] * 2)
    assert grid.centres()[1].tolist() == pytest.approx([1.5 * grid.cell, 0.5 * grid.cell])


def test_a_joint_on_a_centre_has_one_cell_and_no_division_by_zero() -> None:
    labels = GRID.labels(GRID.centres()[None])
    assert torch.allclose(labels[0], torch.eye(16), atol=1e-5)


def test_a_corner_of_four_cells_is_shared_evenly() -> None:
    labels = GRID.labels(torch.tensor([[[14.0, 28.0]]]))[0, 0]
    assert sorted(labels.tolist(), reverse=True)[:5] == pytest.approx([0.25] * 4 + [0.0])


@pytest.mark.parametrize(
    "joint", [(-0.1, 20.0), (20.0, 56.0), (56.0, 3.0), (-200.0, 9.0), (float("nan"), float("nan"))]
)
def test_a_joint_outside_or_missing_has_no_label_and_no_loss(joint: tuple[float, float]) -> None:
    joints = torch.tensor([[[20.0, 20.0], joint]])
    labels = GRID.labels(joints)
    assert torch.equal(labels[0, 1], torch.zeros(16))
    assert float(labels[0, 0].sum()) == pytest.approx(1)
    logits = torch.randn(1, 2, 16, generator=torch.Generator().manual_seed(0), requires_grad=True)
    loss = classification_loss(logits, labels)
    assert loss[0, 1].item() == 0
    assert loss[0, 0].item() > 0
    loss.sum().backward()
    assert logits.grad is not None
    assert torch.equal(logits.grad[0, 1], torch.zeros(16))
    assert logits.grad[0, 0].abs().max() > 0


def test_equation_3_term_by_term() -> None:
    draw = torch.Generator().manual_seed(1)
    logits = torch.randn(3, 2, 16, generator=draw, dtype=torch.float64)
    labels = GRID.labels(56 * torch.rand(3, 2, 2, generator=draw))
    fast = classification_loss(logits, labels)
    for b in range(3):
        for j in range(2):
            norm = sum(math.exp(float(v)) for v in logits[b, j])
            slow = -sum(
                float(labels[b, j, i]) * math.log(math.exp(float(logits[b, j, i])) / norm) for i in range(16)
            )
            assert float(fast[b, j]) == pytest.approx(slow, rel=1e-9)


def test_the_gradient_of_equation_3() -> None:
    draw = torch.Generator().manual_seed(2)
    logits = torch.randn(2, 3, 16, generator=draw, dtype=torch.float64, requires_grad=True)
    labels = GRID.labels(56 * torch.rand(2, 3, 2, generator=draw)).double()
    assert torch.autograd.gradcheck(lambda v: classification_loss(v, labels), (logits,))


def test_the_loss_is_least_where_the_softmax_is_the_label() -> None:
    labels = GRID.labels(torch.tensor([[[16.0, 30.0]]]))
    at = classification_loss((labels + 1e-9).log(), labels)
    logits = (labels + 1e-9).log() + 0.1 * torch.randn(50, 1, 16, generator=torch.Generator().manual_seed(3))
    assert bool((classification_loss(logits, labels.expand(50, 1, 16)) >= at).all())


@settings(max_examples=40)
@given(st.floats(14, 42), st.floats(14, 42))
def test_the_expected_place_of_a_label_is_near_the_joint(x: float, y: float) -> None:
    labels = GRID.labels(torch.tensor([[[x, y]]]))
    for place in (GRID.expected(labels), GRID.best(labels)):
        assert torch.linalg.vector_norm(place[0, 0] - torch.tensor([x, y])) <= 14 / math.sqrt(2) + 1e-3
