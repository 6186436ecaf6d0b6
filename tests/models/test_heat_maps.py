"""Heat maps: targets and read-out against slow transcriptions, missing joints, and a few samples learned."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.models.heat_maps import (
    CoordinateNet,
    HeatMapNet,
    best_cells,
    gaussian_maps,
    heat_map_loss,
    refined_cells,
)

NAN = math.nan


@given(st.floats(-10, 40), st.floats(-10, 40), st.floats(0.5, 3))
def test_targets_cell_by_cell(x: float, y: float, sigma: float) -> None:
    found = gaussian_maps(torch.tensor([[[x, y]]], dtype=torch.float64), 8, sigma)[0, 0]
    for row in range(8):
        for column in range(8):
            square = (column + 0.5 - x / 4) ** 2 + (row + 0.5 - y / 4) ** 2
            assert float(found[row, column]) == pytest.approx(math.exp(-square / (2 * sigma**2)), abs=1e-12)


def test_the_loss_is_a_mean_over_labelled_joints_of_sums_over_cells() -> None:
    maps = torch.randn(3, 2, 4, 4, requires_grad=True)
    joints = torch.tensor([[[3.0, 9.0], [NAN, 2.0]], [[NAN, NAN], [8.0, 8.0]], [[0.0, 15.0], [1.0, 1.0]]])
    loss = heat_map_loss(maps, joints)
    known = [(0, 0), (1, 1), (2, 0), (2, 1)]
    targets = gaussian_maps(joints, 4)
    slow = [float((maps[i, j] - targets[i, j]).square().sum().detach()) for i, j in known]
    assert float(loss.detach()) == pytest.approx(sum(slow) / 4, rel=1e-5)
    loss.backward()
    assert maps.grad is not None
    assert bool(maps.grad.isfinite().all())
    assert float(maps.grad[0, 1].abs().max()) == 0.0 == float(maps.grad[1, 0].abs().max())
    nothing = heat_map_loss(maps, torch.full((3, 2, 2), NAN))
    assert float(nothing.detach()) == 0.0


def slow_refined(grid: list[list[float]]) -> tuple[float, float]:
    """The best cell's centre in pixels, and a quarter of a cell towards the higher neighbour."""
    size = len(grid)
    row, column = max(((r, c) for r in range(size) for c in range(size)), key=lambda rc: grid[rc[0]][rc[1]])
    x, y = 4 * (column + 0.5), 4 * (row + 0.5)
    if 0 < column < size - 1:
        difference = grid[row][column + 1] - grid[row][column - 1]
        x += (difference > 0) - (difference < 0)
    if 0 < row < size - 1:
        difference = grid[row + 1][column] - grid[row - 1][column]
        y += (difference > 0) - (difference < 0)
    return x, y


@given(st.lists(st.integers(0, 50), min_size=25, max_size=25))
def test_joints_are_read_as_a_slow_transcription_reads_them(values: list[int]) -> None:
    maps = torch.tensor(values, dtype=torch.float32).view(1, 1, 5, 5)
    x, y = slow_refined(maps[0, 0].tolist())
    assert refined_cells(maps)[0, 0].tolist() == [x, y]


@settings(max_examples=50)
@given(st.floats(6, 50), st.floats(6, 50))
def test_a_joint_is_read_from_its_own_map_within_a_quarter_of_a_cell(x: float, y: float) -> None:
    joint = torch.tensor([[[x, y]]], dtype=torch.float64)
    maps = gaussian_maps(joint, 14)
    assert float((refined_cells(maps) - joint).abs().max()) <= 1 + 1e-6
    assert float((best_cells(maps) - joint).abs().max()) <= 2 + 1e-6


def test_shapes_of_the_networks() -> None:
    net = HeatMapNet(14, 32, (4, 6, 8), up=6).eval()
    x = torch.randn(2, 3, 32, 32)
    assert net(x).shape == (2, 14, 8, 8)
    assert torch.equal(net.joints(x), refined_cells(net(x)))
    assert CoordinateNet(28, 32, (4, 6, 8))(x).shape == (2, 28)
    assert float(CoordinateNet(28, 32, (4, 6, 8)).eval()(x).detach().abs().max()) < 0.1


def test_a_network_learns_where_four_dots_are() -> None:
    torch.manual_seed(0)
    joints = torch.tensor([[[6.0, 7.0]], [[22.0, 10.0]], [[12.0, 25.0]], [[25.0, 26.0]]])
    images = torch.zeros(4, 3, 32, 32)
    for i, (x, y) in enumerate(joints[:, 0].long().tolist()):
        images[i, :, y - 1 : y + 2, x - 1 : x + 2] = 3.0
    net = HeatMapNet(1, 32, (8, 8, 16), up=8)
    optimiser = torch.optim.AdamW(net.parameters(), 1e-2)
    first = float(heat_map_loss(net(images), joints).detach())
    for _ in range(60):
        loss = heat_map_loss(net(images), joints)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert float(loss.detach()) < 0.05 * first
    # By the statistics of these images: batch normalisation has seen few others.
    assert float((refined_cells(net(images).detach()) - joints).abs().max()) <= 1.5
