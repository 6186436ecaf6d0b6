"""The layers that several networks share: sizes, order and first weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pose_lib.models.parts.layers import ConvTrunk, fully_connected, initialise


@pytest.mark.parametrize("overlap", [False, True])
@pytest.mark.parametrize("side", [46, 47, 56, 64])
def test_the_trunk_knows_how_many_features_it_gives(side: int, overlap: bool) -> None:
    trunk = ConvTrunk((2, 3, 4), overlap=overlap)
    assert trunk(torch.zeros(2, 3, side, side)).shape == (2, trunk.features(side))


def test_an_image_too_small_for_the_trunk_is_refused() -> None:
    assert ConvTrunk().features(40) == 64
    with pytest.raises(ValueError, match="images of 39 pixels are too small"):
        ConvTrunk().features(39)


def test_the_last_convolution_can_be_linear() -> None:
    x = torch.rand(4, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    rectified = ConvTrunk((2, 3, 8))(x)
    torch.manual_seed(0)
    linear = ConvTrunk((2, 3, 8), linear_last=True)(x)
    assert linear.min().item() < 0
    assert torch.equal(linear.relu(), rectified)


def test_a_norm_comes_between_relu_and_pool_of_the_second_convolution() -> None:
    x = torch.rand(2, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    norm = nn.Softplus()
    layers = ConvTrunk((2, 3, 4), norm=norm).layers
    convolutions = [m for m in layers if isinstance(m, nn.Conv2d)]
    first = nn.functional.max_pool2d(convolutions[0](x), 2).relu()
    second = nn.functional.max_pool2d(norm(convolutions[1](first).relu()), 2)
    third = nn.functional.max_pool2d(convolutions[2](second), 2).relu()
    assert torch.allclose(layers(x), third, atol=1e-6)


def test_fully_connected_layers_are_relu_with_dropout_where_asked() -> None:
    rates = [m.p for m in fully_connected((4, 5, 6), 0.3) if isinstance(m, nn.Dropout)]
    assert rates == [0.3, 0.3]
    first_only = fully_connected((4, 5, 6), 0.3, drop_first_only=True)
    assert [type(m) for m in first_only] == [nn.Linear, nn.ReLU, nn.Dropout, nn.Linear, nn.ReLU]
    assert not any(isinstance(m, nn.Dropout) for m in fully_connected((4, 5, 6), 0.0))
    normalised = fully_connected((4, 5), 0.0, batch_norm=True)
    assert [type(m) for m in normalised] == [nn.Linear, nn.BatchNorm1d, nn.ReLU]
    x = torch.randn(8, 4, generator=torch.Generator().manual_seed(0))
    out = first_only.eval()(x)
    assert out.shape == (8, 6)
    assert out.min().item() == 0


def test_initial_weights_have_hes_deviation_and_no_bias() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(400, 300)
    initialise(layer)
    assert layer.weight.std().item() == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert not layer.bias.any()
