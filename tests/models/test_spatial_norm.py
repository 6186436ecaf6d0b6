"""Eq. (5), Li & Chan 2014: the fast normalisation against loops, and its gradient against autograd."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.models.parts.layers import GREY_LEVELS
from pose_lib.models.parts.spatial_norm import SpatialNorm, box_sum, spatial_norm


def maps(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def slow_norm(u: torch.Tensor, window: int, alpha: float, beta: float) -> torch.Tensor:
    """Eq. (5) as it is printed, one place at a time."""
    out = torch.empty_like(u)
    reach = window // 2
    for b, c, y, x in torch.cartesian_prod(*(torch.arange(n) for n in u.shape)).tolist():
        total, size = 0.0, 0
        for yy in range(max(0, y - reach), min(u.shape[2], y + reach + 1)):
            for xx in range(max(0, x - reach), min(u.shape[3], x + reach + 1)):
                total += float(u[b, c, yy, xx]) ** 2
                size += 1
        out[b, c, y, x] = u[b, c, y, x] / (1 + alpha / size * total) ** beta
    return out


def naive_norm(u: torch.Tensor, window: int, alpha: float, beta: float) -> torch.Tensor:
    """The same through autograd's own operations."""
    pool = torch.nn.functional.avg_pool2d
    return u / (1 + alpha * pool(u * u, window, 1, window // 2, count_include_pad=False)) ** beta


@pytest.mark.parametrize(
    ("window", "alpha", "beta"), [(5, 0.0025, 0.75), (3, 0.8, 0.75), (5, 2.0, 0.4), (1, 1.0, 1.0)]
)
def test_equation_5_place_by_place(window: int, alpha: float, beta: float) -> None:
    u = 3 * maps(2, 2, 6, 5)
    assert torch.allclose(spatial_norm(u, window, alpha, beta), slow_norm(u, window, alpha, beta), rtol=1e-12)


@pytest.mark.parametrize(("window", "alpha", "beta"), [(5, 0.0025, 0.75), (3, 0.8, 0.75), (5, 2.0, 0.4)])
def test_the_gradient_is_that_of_finite_differences_and_of_autograd(
    window: int, alpha: float, beta: float
) -> None:
    u = (3 * maps(2, 2, 7, 4)).requires_grad_()
    assert torch.autograd.gradcheck(lambda v: spatial_norm(v, window, alpha, beta), u)
    weight = maps(2, 2, 7, 4, seed=1)
    (fast,) = torch.autograd.grad((weight * spatial_norm(u, window, alpha, beta)).sum(), u)
    (slow,) = torch.autograd.grad((weight * naive_norm(u, window, alpha, beta)).sum(), u)
    assert torch.allclose(fast, slow, rtol=1e-10, atol=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0, 1e3), st.integers(1, 9), st.integers(1, 9))
def test_it_shrinks_keeps_signs_and_knows_no_orientation(
    seed: int, size: float, height: int, width: int
) -> None:
    u = size * maps(1, 2, height, width, seed=seed)
    out = spatial_norm(u, alpha=0.5)
    assert bool((out.abs() <= u.abs()).all())
    assert torch.equal(out.sign(), u.sign())
    assert torch.allclose(spatial_norm(u.flip(3), alpha=0.5), out.flip(3), rtol=1e-9)
    assert torch.allclose(spatial_norm(u.mT, alpha=0.5), out.mT, rtol=1e-9)
    assert torch.equal(spatial_norm(u, alpha=0.0), u)


def test_places_outside_the_map_count_as_nothing() -> None:
    assert box_sum(torch.ones(1, 1, 3, 4), 3)[0, 0].tolist() == [[4, 6, 6, 4], [6, 9, 9, 6], [4, 6, 6, 4]]
    # A flat map stays flat up to its border, since the neighbourhood's size is that of what is left of it.
    flat = spatial_norm(torch.full((1, 1, 6, 6), 2.0), 5, 0.25, 0.75)
    assert torch.allclose(flat, torch.full_like(flat, 2.0 / 2.0**0.75))


def test_channels_last_and_half_precision_give_the_same_maps() -> None:
    u = maps(2, 8, 9, 9, dtype=torch.float32).relu()
    there = spatial_norm(u.contiguous(memory_format=torch.channels_last))
    assert there.is_contiguous(memory_format=torch.channels_last)
    assert torch.allclose(there, spatial_norm(u), atol=1e-6)
    assert torch.allclose(spatial_norm(u.bfloat16()).float(), spatial_norm(u), rtol=0.03, atol=1e-3)


def test_the_published_constants_act_as_on_grey_levels() -> None:
    """On responses to an input of unit variance they would do next to nothing."""
    u = maps(2, 3, 12, 12).relu()
    grey = SpatialNorm(pixel=1.0)(GREY_LEVELS * u)
    assert torch.allclose(GREY_LEVELS * SpatialNorm()(u), grey, rtol=1e-9)
    typical = u > 0
    assert 0.1 < float((SpatialNorm()(u) / u)[typical].mean()) < 0.9
    assert float((SpatialNorm(pixel=1.0)(u) / u)[typical].mean()) > 0.99
    assert "alpha=0.0025, beta=0.75, pixel=50" in repr(SpatialNorm())


def test_a_window_without_a_middle_is_refused() -> None:
    assert SpatialNorm().window == 5
    with pytest.raises(ValueError, match="no middle pixel"):
        SpatialNorm(4)
