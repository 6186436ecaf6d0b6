"""Normalisation across feature maps against a loop and against torch's layer, with its gradient."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pose_lib.models.parts.channel_norm import CrossChannelNorm, channel_sum, cross_channel_norm
from pose_lib.models.parts.layers import GREY_LEVELS


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(("channels", "window"), [(7, 5), (3, 5), (4, 3), (1, 5)])
def test_normalisation_across_maps_is_that_of_a_loop_and_of_torch(channels: int, window: int) -> None:
    u = 3 * random(2, channels, 3, 4)
    fast = cross_channel_norm(u, window, alpha=0.3, bias=2.0)
    slow = torch.empty_like(u)
    for c in range(channels):
        near = range(max(0, c - window // 2), min(channels, c + window // 2 + 1))
        total = sum(u[:, d].square() for d in near)
        slow[:, c] = u[:, c] / (2.0 + 0.3 * total) ** 0.75
    assert torch.allclose(fast, slow, rtol=1e-12)
    torchs = functional.local_response_norm(u, window, alpha=0.3 * window, beta=0.75, k=2.0)
    assert torch.allclose(fast, torchs, rtol=1e-10)


def test_the_gradient_of_the_normalisation_is_that_of_finite_differences() -> None:
    u = (3 * random(1, 6, 1, 2)).requires_grad_()
    assert torch.autograd.gradcheck(lambda v: cross_channel_norm(v, 5, 0.3, 2.0), u)


def test_sums_over_maps_in_half_precision_agree_with_those_in_full() -> None:
    maps = random(2, 9, 4, 4).float()
    half = channel_sum(maps.bfloat16(), 5)
    assert half.dtype == torch.bfloat16
    assert torch.allclose(half.float(), channel_sum(maps, 5), atol=0.05)
    exact, rounded = (cross_channel_norm(m, 5, 0.3, 2.0) for m in (maps, maps.bfloat16()))
    assert torch.allclose(rounded.float(), exact, atol=0.02)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_layer_gives_the_numbers_and_gradients_of_torchs_layer(dtype: torch.dtype) -> None:
    layers = CrossChannelNorm(pixel=1.0), nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
    # Large responses, so that the sum matters beside the 2.
    maps = (60 * random(2, 12, 5, 5)).to(dtype).contiguous(memory_format=torch.channels_last)
    upstream = random(2, 12, 5, 5, seed=1)
    results = []
    for layer in layers:
        u = maps.clone(memory_format=torch.preserve_format).requires_grad_()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            out = layer(u)
        (gradient,) = torch.autograd.grad(out, u, upstream.to(out.dtype))
        results.append((out.detach().float(), gradient.float()))
    rounding = 0.02 if dtype == torch.bfloat16 else 1e-5
    for ours, torchs in zip(*results, strict=True):
        assert float((ours - torchs).abs().max()) < rounding * float(torchs.abs().max())
    assert float(results[0][0].abs().max()) < 0.5 * float(maps.abs().max() / 2**0.75)


def test_the_layer_uses_its_settings_and_prints_them() -> None:
    maps = random(1, 6, 2, 2)
    layer = CrossChannelNorm(3, alpha=0.7, bias=1.5, pixel=2.0)
    assert torch.equal(layer(maps), cross_channel_norm(maps, 3, 2.8, 1.5))
    assert "window=3, alpha=0.7, bias=1.5, pixel=2" in repr(layer)


def test_responses_are_reduced_as_those_to_grey_levels_would_be() -> None:
    """The published constants are for grey levels; here a unit of the input is many of them."""
    maps = random(2, 12, 5, 5).relu()
    grey = CrossChannelNorm(pixel=1.0)(GREY_LEVELS * maps)
    assert torch.allclose(GREY_LEVELS * CrossChannelNorm()(maps), grey, rtol=1e-9)
    unreduced, typical = maps / 2**0.75, maps > 0
    assert 0.3 < float((CrossChannelNorm()(maps) / unreduced)[typical].mean()) < 0.9
    assert float((CrossChannelNorm(pixel=1.0)(maps) / unreduced)[typical].mean()) > 0.999
