"""The expectation over a volume: exact on single cells, its gradient, and the perspective to millimetres."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from pose_lib.models.soft_argmax import (
    IntegralNet,
    absolute_error,
    axis_labels,
    axis_loss,
    best_places,
    from_image,
    marginals,
    mean_scale,
    soft_argmax,
)


def slow(logits: Tensor) -> Tensor:
    """``sum_p p H(p)``, cell by cell, of one volume ``(D, H, W)``."""
    depth, height, width = logits.shape
    weights = [
        (math.exp(float(logits[z, y, x])), (x + 0.5) / width, (y + 0.5) / height, (z + 0.5) / depth)
        for z in range(depth)
        for y in range(height)
        for x in range(width)
    ]
    total = sum(w for w, *_ in weights)
    return torch.tensor([sum(w * place[axis] for w, *place in weights) / total for axis in range(3)])


def test_the_expectation_cell_by_cell() -> None:
    logits = torch.randn(2, 3, 4, 5, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = soft_argmax(logits)
    for b in range(2):
        for j in range(3):
            assert found[b, j].tolist() == pytest.approx(slow(logits[b, j]).tolist(), abs=1e-6)


@given(st.integers(0, 3), st.integers(0, 4), st.integers(0, 5))
def test_a_volume_with_one_cell_gives_its_centre(z: int, y: int, x: int) -> None:
    logits = torch.zeros(1, 1, 4, 5, 6)
    logits[0, 0, z, y, x] = 200.0
    centre = [(x + 0.5) / 6, (y + 0.5) / 5, (z + 0.5) / 4]
    assert soft_argmax(logits)[0, 0].tolist() == pytest.approx(centre, abs=1e-6)
    assert best_places(logits)[0, 0].tolist() == pytest.approx(centre, abs=1e-6)


def test_equal_logits_give_the_middle_and_a_constant_changes_nothing() -> None:
    assert soft_argmax(torch.zeros(1, 2, 4, 5, 6)).flatten().tolist() == pytest.approx([0.5] * 6, abs=1e-6)
    logits = torch.randn(1, 2, 4, 5, 6)
    assert torch.allclose(soft_argmax(logits), soft_argmax(logits + 30), atol=1e-5)


def test_gradients_are_those_of_the_equation() -> None:
    logits = torch.randn(1, 2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(soft_argmax, (logits,))
    x = soft_argmax(logits)[..., 0]
    (gradient,) = torch.autograd.grad(x[0, 0], logits)
    # d E[x] / d logit_p = H(p) (x_p - E[x])
    volume = logits[0, 0].flatten().softmax(0).view(3, 4, 5)
    centres = (torch.arange(5, dtype=torch.float64) + 0.5) / 5
    assert torch.allclose(gradient[0, 0], volume * (centres - x[0, 0]))
    assert float(gradient[0, 1].abs().max()) == 0.0


def test_labels_of_an_axis_have_the_place_as_their_mean() -> None:
    shares = torch.linspace(0.05, 0.95, 40, dtype=torch.float64)
    labels = axis_labels(shares, 10)
    assert torch.allclose(labels.sum(-1), torch.ones(40, dtype=torch.float64))
    assert int((labels > 1e-9).sum(-1).max()) == 2
    centres = (torch.arange(10, dtype=torch.float64) + 0.5) / 10
    assert torch.allclose(labels @ centres, shares)
    outside = axis_labels(torch.tensor([-3.0, 0.0, 1.0, 7.0]), 10)
    assert torch.allclose(outside, torch.eye(10)[[0, 0, 9, 9]], atol=1e-5)


def test_the_loss_of_the_axes_is_a_sum_of_cross_entropies() -> None:
    logits = torch.randn(2, 3, 4, 5, 6, requires_grad=True)
    shares = torch.rand(2, 3, 3)
    along = marginals(logits)
    assert [part.shape for part in along] == [(2, 3, 6), (2, 3, 5), (2, 3, 4)]
    slow = 0.0
    for b in range(2):
        for j in range(3):
            volume = logits[b, j].detach().flatten().softmax(0).view(4, 5, 6)
            for axis, (n, others) in enumerate(((6, (0, 1)), (5, (0, 2)), (4, (1, 2)))):
                share, place = volume.sum(others), float(shares[b, j, axis]) * n - 0.5
                place = min(max(place, 0.0), n - 1.0)
                low = min(int(place), n - 2)
                slow -= (1 - place + low) * math.log(share[low]) + (place - low) * math.log(share[low + 1])
    loss = axis_loss(along, shares)
    assert float(loss.detach()) == pytest.approx(slow / 6, rel=1e-5)
    assert bool(torch.autograd.grad(loss, logits)[0].isfinite().all())


def test_half_precision_is_summed_in_float32() -> None:
    logits = torch.randn(1, 1, 16, 14, 14)
    assert soft_argmax(logits.bfloat16()).dtype == torch.float32


def test_near_people_are_turned_into_millimetres_to_first_order() -> None:
    """A pinhole camera, a root off its axis: the error is of second order in the depth of a joint."""
    focal, root, generator = 1000.0, torch.tensor([400.0, -200.0, 4000.0]), torch.Generator().manual_seed(0)
    shape = torch.randn(5, 17, 3, generator=generator, dtype=torch.float64)
    shape[:, 0] = 0
    errors = []
    for size in (100.0, 10.0):
        joints = root + size * shape
        places = focal * joints[..., :2] / joints[..., 2:]
        rays = torch.tensor([math.log(root[2] / focal), root[0] / root[2], root[1] / root[2]]).expand(5, 3)
        found = from_image(places, joints[..., 2], rays.double(), 0)
        assert torch.allclose(found[..., 2], size * shape[..., 2])
        errors.append(float((found - size * shape).abs().max()))
    assert errors[0] < 30
    assert errors[1] < errors[0] / 50


def test_the_first_scale_is_that_of_the_training_poses() -> None:
    joints = torch.randn(20, 17, 2)
    poses = torch.cat([9.5 * joints, torch.randn(20, 17, 1)], -1) + 7
    assert mean_scale(joints, poses, 0) == pytest.approx(9.5, rel=1e-5)


def test_the_loss_is_a_mean_of_absolute_values_in_its_unit() -> None:
    assert float(absolute_error(torch.tensor([1.0, -3.0]), torch.tensor([0.0, 0.0]), 4.0)) == 0.5


def test_shapes_and_where_an_untrained_network_starts() -> None:
    torch.manual_seed(0)
    net = IntegralNet(17, 56, depth=8, widths=(4, 6, 8), up=6).start_at(25.0).eval()
    x = torch.randn(2, 3, 56, 56)
    with torch.no_grad():
        logits, perspective = net.volumes(x)
        out = net.read(logits, perspective)
    assert logits.shape == (2, 17, 8, 14, 14)
    assert (out.places.shape, out.depths.shape, out.poses.shape) == ((2, 17, 2), (2, 17), (2, 17, 3))
    assert torch.equal(net(x), out.poses)
    assert float((out.places - 28).abs().max()) < 1, "the middle of the window"
    assert float(out.depths.abs().max()) < 0.2 * net.reach, "about the middle of the volume"
    assert float((perspective.exp()[:, 0] - 25).abs().max()) < 2
    assert float(out.poses[:, 0].abs().max()) == 0.0


def test_a_network_learns_four_poses() -> None:
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    images = torch.randn(4, 3, 32, 32, generator=generator)
    poses = 200 * torch.randn(4, 5, 3, generator=generator)
    poses = poses - poses[:, :1]
    net = IntegralNet(5, 32, depth=6, widths=(8, 16, 32), up=24).start_at(40.0)
    optimiser = torch.optim.AdamW(net.parameters(), 5e-3)
    for _ in range(150):
        loss = absolute_error(net(images), poses, 200.0)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert float((net(images) - poses).detach().norm(dim=-1).mean()) < 40
