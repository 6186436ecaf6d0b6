"""Spans, depths and the z-buffer against spheres swept one by one along each axis."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pose_lib.data.synthetic.raster import Outlines, visible_pixels
from pose_lib.data.synthetic.rig import RIG

WIDTH, HEIGHT = 26, 20


def swept(outlines: Outlines, picture: int, cone: int, steps: int = 600) -> Tensor:
    """Depth (HEIGHT, WIDTH) of one cone, infinite outside: the nearest of many spheres on its axis."""
    t = torch.linspace(0, 1, steps)[:, None, None]
    a, b = outlines.xy[picture, cone]
    za, zb = outlines.depth[picture, cone]
    ra, rb = outlines.radius[picture, cone]
    x = torch.arange(WIDTH)[None, None] + 0.5 - (a[0] + t * (b[0] - a[0]))
    y = torch.arange(HEIGHT)[None, :, None] + 0.5 - (a[1] + t * (b[1] - a[1]))
    rest = (ra + t * (rb - ra)) ** 2 - x**2 - y**2
    depth = za + t * (zb - za) - outlines.scale[picture, cone] * rest.clamp(min=0).sqrt()
    return torch.where(rest >= 0, depth, torch.inf).amin(0)


def scene(seed: int, pictures: int = 2, cones: int = 4) -> Outlines:
    draw = torch.Generator().manual_seed(seed)
    xy = torch.rand(pictures, cones, 2, 2, generator=draw) * torch.tensor([WIDTH + 8.0, HEIGHT + 8.0]) - 4
    return Outlines(
        xy=xy,
        depth=4000 + 400 * torch.rand(pictures, cones, 2, generator=draw),
        radius=1.5 + 4 * torch.rand(pictures, cones, 2, generator=draw),
        scale=10 + 10 * torch.rand(pictures, cones, generator=draw),
    )


def drawn(outlines: Outlines) -> tuple[Tensor, Tensor]:
    """Depth and front cone of every pixel; -1 where there is none."""
    hits = visible_pixels(outlines, WIDTH, HEIGHT)
    n, p = outlines.scale.shape
    depth, front = torch.full((n * HEIGHT * WIDTH,), torch.inf), torch.full((n * HEIGHT * WIDTH,), -1)
    assert len(hits.pixel.unique()) == len(hits.pixel)
    depth[hits.pixel], front[hits.pixel] = hits.depth, hits.solid % p
    torch.testing.assert_close(hits.pixel // (HEIGHT * WIDTH), hits.solid // p)
    return depth.view(n, HEIGHT, WIDTH), front.view(n, HEIGHT, WIDTH)


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_every_pixel_shows_the_nearest_swept_sphere(seed: int) -> None:
    outlines = scene(seed)
    depth, front = drawn(outlines)
    for picture in range(2):
        each = torch.stack([swept(outlines, picture, cone) for cone in range(4)])
        nearest = each.amin(0)
        # Only pixels on the very outline may fall to either side of it.
        strict = (nearest.isfinite() == depth[picture].isfinite()).float().mean()
        assert strict > 0.985
        both = nearest.isfinite() & depth[picture].isfinite()
        error = (nearest - depth[picture])[both].abs()
        assert float(error.quantile(0.97)) < 4
        second = each.sort(0).values[1]
        clear = both & (second - nearest > 30)
        wrong = (front[picture] != each.argmin(0)) & clear
        assert wrong.sum() <= 0.02 * clear.sum()


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=10)
def test_the_order_of_the_cones_does_not_matter(seed: int) -> None:
    outlines = scene(seed, cones=7)
    order = torch.randperm(7, generator=torch.Generator().manual_seed(seed + 1))
    shuffled = Outlines(*(getattr(outlines, n)[:, order] for n in ("xy", "depth", "radius", "scale")))
    depth, front = drawn(outlines)
    other_depth, other_front = drawn(shuffled)
    torch.testing.assert_close(depth, other_depth, rtol=0, atol=0)
    filled = front >= 0
    torch.testing.assert_close(front[filled], order[other_front[filled]])


def test_a_nearer_limb_hides_a_farther_one() -> None:
    xy = torch.tensor([[[[2.0, 10], [24, 10]], [[13.0, 2], [13, 18]]]])
    radius, scale = torch.full((1, 2, 2), 3.0), torch.ones(1, 2)
    for near in (0, 1):
        depth = torch.full((1, 2, 2), 4000.0)
        depth[0, near] = 3900
        _, front = drawn(Outlines(xy, depth, radius, scale))
        assert front[0, 10, 13] == near
        assert front[0, 10, 4] == 0
        assert front[0, 3, 13] == 1


def test_a_limb_that_leans_crosses_another_within_its_length() -> None:
    xy = torch.tensor([[[[3.0, 10], [23, 10]], [[3.0, 10], [23, 10]]]])
    depth = torch.tensor([[[4000.0, 4000], [3900, 4100]]])
    _, front = drawn(Outlines(xy, depth, torch.full((1, 2, 2), 2.0), torch.ones(1, 2)))
    assert front[0, 10, 6] == 1
    assert front[0, 10, 20] == 0


def test_normals_are_unit_and_face_the_camera() -> None:
    hits = visible_pixels(scene(5, cones=9), WIDTH, HEIGHT)
    torch.testing.assert_close(hits.normal.norm(dim=0), torch.ones(len(hits.pixel)))
    assert float((hits.normal[2] <= 1e-3).float().mean()) > 0.99
    assert float(hits.along.min()) >= 0
    assert float(hits.along.max()) <= 1 + 1e-6


def test_an_end_inside_the_other_leaves_the_larger_disc() -> None:
    xy = torch.tensor([[[[13.0, 10], [14, 10]]]])
    depth, front = drawn(
        Outlines(xy, torch.tensor([[[4000.0, 4050]]]), torch.tensor([[[6.0, 2]]]), torch.full((1, 1), 10.0))
    )
    assert int((front == 0).sum()) == pytest.approx(torch.pi * 36, rel=0.06)
    assert float(depth[0, 10, 13]) == pytest.approx(4000 - 60, abs=2)


def test_nothing_to_draw_is_no_error() -> None:
    nowhere = Outlines(
        torch.full((2, 3, 2, 2), torch.nan),
        torch.full((2, 3, 2), 4e3),
        torch.ones(2, 3, 2),
        torch.ones(2, 3),
    )
    assert len(visible_pixels(nowhere, WIDTH, HEIGHT).pixel) == 0


def test_cones_behind_the_camera_are_hidden() -> None:
    eye = RIG[0]
    ahead = eye.to_world(torch.tensor([[0.0, 0, 5000], [200, 0, 5000]]).double())
    behind = eye.to_world(torch.tensor([[0.0, 0, 5000], [0, 0, -100]]).double())
    ends = torch.stack([ahead, behind])[None].float()
    boxes = torch.tensor([[0.0, 0, 1000, 1000]])
    seen = Outlines.through(eye, ends, torch.full((2, 2), 50.0), boxes, 64)
    assert bool(seen.xy[0, 0].isfinite().all())
    assert bool(seen.xy[0, 1].isnan().all())
    hits = visible_pixels(seen, 64, 64)
    assert set(hits.solid.tolist()) == {0}
