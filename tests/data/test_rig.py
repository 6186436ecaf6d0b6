"""The four cameras: Human3.6M's kind, and all of the scene in view."""

from __future__ import annotations

import itertools

import pytest
import torch

from pose_lib.data.synthetic.rig import RIG, camera
from pose_lib.geometry.cameras import Camera

EACH = pytest.mark.parametrize("seen_by", RIG, ids=lambda c: c.name)


def test_the_rig_has_the_names_and_sizes_of_human36m() -> None:
    assert [c.name for c in RIG] == ["54138969", "55011271", "58860488", "60457274"]
    assert [(c.width, c.height) for c in RIG] == [(1000, 1002), (1000, 1000), (1000, 1000), (1000, 1002)]
    for c in RIG:
        assert camera(c.name) is c
        assert 1.4 < float(c.T[2]) / 1000 < 1.8
        assert 4.3 < float(c.T[:2].norm()) / 1000 < 5.5
        assert float((c.f - 1145).abs().max()) < 5


def test_the_cameras_surround_the_scene() -> None:
    quadrants = {(bool(c.T[0] > 0), bool(c.T[1] > 0)) for c in RIG}
    assert len(quadrants) == 4


def test_an_unknown_camera_is_refused_with_the_names() -> None:
    with pytest.raises(ValueError, match=r"unknown camera 'front'.*54138969, 55011271"):
        camera("front")


@EACH
def test_rotations_are_proper_and_the_image_is_upright(seen_by: Camera) -> None:
    torch.testing.assert_close(seen_by.R @ seen_by.R.T, torch.eye(3, dtype=torch.float64))
    assert float(torch.linalg.det(seen_by.R)) == pytest.approx(1)
    low, high = seen_by.project(seen_by.to_camera(torch.tensor([[0.0, 0, 0], [0, 0, 1800]]).double()))
    assert high[1] < low[1] - 250
    assert abs(high[0] - low[0]) < 5


@EACH
def test_people_anywhere_in_the_scene_are_in_the_image(seen_by: Camera) -> None:
    corners = itertools.product((-1000.0, 1000.0), (-1200.0, 1200.0), (0.0, 1900.0))
    pixels = seen_by.project(seen_by.to_camera(torch.tensor(list(corners), dtype=torch.float64)))
    assert bool((pixels > 0).all())
    assert bool((pixels < 1000).all())


@EACH
def test_a_round_trip_returns_the_same_point_through_a_lens_that_bends(seen_by: Camera) -> None:
    grid = torch.tensor(list(itertools.product((-1e3, 0.0, 1e3), (-1.5e3, 0.0, 1.5e3), (0.0, 900, 1800))))
    seen = seen_by.to_camera(grid.double())
    pixels = seen_by.project(seen)
    torch.testing.assert_close(seen_by.to_world(seen_by.unproject(pixels, seen[:, 2])), grid.double())
    pinhole = seen[:, :2] / seen[:, 2:] * seen_by.f + seen_by.c
    bent = (pixels - pinhole).norm(dim=1)
    assert 1 < float(bent.max()) < 20
