"""The lifting network: blocks that add their input, units, the linear control, and a few poses learned."""

from __future__ import annotations

import pytest
import torch

from pose_lib.models.lifting import LiftingBlock, LiftingNet, Standardised, linear_map


def test_shapes_and_the_published_number_of_layers() -> None:
    net = LiftingNet(17)
    assert net(torch.randn(4, 34)).shape == (4, 51)
    linear = [layer for layer in net.modules() if isinstance(layer, torch.nn.Linear)]
    shapes = [(layer.in_features, layer.out_features) for layer in linear]
    assert shapes == [(34, 1024), *[(1024, 1024)] * 4, (1024, 51)]
    assert float(net.eval()(torch.randn(4, 34)).detach().abs().max()) < 0.2, "it starts near the mean pose"


def test_a_block_adds_its_input_unless_it_is_told_not_to() -> None:
    torch.manual_seed(0)
    block, x = LiftingBlock(16, 0.0).eval(), torch.randn(3, 16)
    plain = LiftingBlock(16, 0.0, residual=False).eval()
    plain.load_state_dict(block.state_dict())
    assert torch.allclose(block(x) - plain(x), x, atol=1e-6)
    assert float(plain(x).detach().min()) >= 0.0


def test_training_joints_have_mean_0_and_deviation_1() -> None:
    joints = torch.randn(50, 17, 2) * torch.tensor([3.0, 9.0]) + 28
    joints[:, 3] = 5.0
    units = Standardised.of(joints)
    vectors = units(joints)
    moving = [i for i in range(34) if i not in (6, 7)]
    assert vectors.mean(0).abs().max() < 1e-4
    assert vectors.std(0)[moving].tolist() == pytest.approx([1.0] * 32, rel=1e-4)
    assert float(vectors[:, 6:8].abs().max()) == 0.0, "a joint that never moves"


def test_the_linear_control_finds_the_map_that_made_the_poses() -> None:
    x = torch.randn(200, 6)
    weights = torch.randn(7, 9)
    y = torch.cat([x, torch.ones(200, 1)], 1) @ weights
    assert torch.allclose(linear_map(x, y, ridge=0.0), weights, atol=1e-4)
    assert float(linear_map(x, y, ridge=1.0)[:6].norm()) < float(weights[:6].norm())


def test_a_network_learns_sixteen_poses() -> None:
    torch.manual_seed(0)
    x, y = torch.randn(16, 34), torch.randn(16, 51)
    net = LiftingNet(17, width=64, dropout=0.0)
    optimiser = torch.optim.AdamW(net.parameters(), 1e-2)
    for _ in range(150):
        loss = (net(x) - y).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert float(loss.detach()) < 0.02
