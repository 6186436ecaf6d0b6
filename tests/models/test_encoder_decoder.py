"""The convolutions of the reference points: sizes, the residual, and maps that start near zero."""

from __future__ import annotations

import pytest
import torch

from pose_lib.models.parts.encoder_decoder import STRIDE, EncoderDecoder, ResidualConv


@pytest.mark.parametrize(("side", "widths"), [(56, (4, 6, 8)), (64, (4, 6, 8)), (112, (4, 4, 6, 8))])
def test_maps_have_a_quarter_of_the_side(side: int, widths: tuple[int, ...]) -> None:
    net = EncoderDecoder(side, 5, widths, up=7)
    coarse, maps = net.both(torch.randn(2, 3, side, side))
    assert maps.shape == (2, 5, side // STRIDE, side // STRIDE)
    assert net.cells == side // STRIDE
    assert coarse.shape == (2, widths[-1], side // 2 ** len(widths), side // 2 ** len(widths))
    assert torch.equal(net.eval()(torch.ones(1, 3, side, side)), net.both(torch.ones(1, 3, side, side))[1])


def test_maps_start_near_zero_and_features_at_a_deviation_near_one() -> None:
    torch.manual_seed(0)
    net = EncoderDecoder(64, 5).train()
    with torch.no_grad():
        coarse, maps = net.both(torch.randn(16, 3, 64, 64))
        features = net.decoder(coarse)
    assert float(maps.abs().max()) < 0.1
    assert float(maps.std()) > 0
    assert 0.3 < float(features.std()) < 2


def test_a_block_of_silent_weights_passes_its_input_on() -> None:
    block = ResidualConv(3, 3).eval()
    torch.nn.init.zeros_(block.change[3].weight)  # type: ignore[arg-type]
    x = torch.randn(2, 3, 8, 8)
    assert torch.allclose(block(x), x.relu())
    assert ResidualConv(3, 6, stride=2)(x).shape == (2, 6, 4, 4)


def test_sizes_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="60 pixels cannot be halved 3 times"):
        EncoderDecoder(60, 5)
    with pytest.raises(ValueError, match="give three or more"):
        EncoderDecoder(64, 5, (4, 6))
