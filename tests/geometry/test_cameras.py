"""The camera model, against the real frames of Human3.6M and against itself."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.geometry.cameras import Camera
from pose_lib.geometry.rotations import euler, look_at

CAMERAS = ("54138969", "55011271", "58860488", "60457274")


def a_camera() -> Camera:
    """A camera with a Human3.6M lens, five metres from the middle of the floor."""
    eye = torch.tensor([1800.0, 4900.0, 1500.0], dtype=torch.float64)
    target = torch.tensor([0.0, 0.0, 900.0], dtype=torch.float64)
    return Camera(
        name="test",
        R=look_at(eye, target, torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)),
        T=eye,
        f=torch.tensor([1145.0, 1143.8], dtype=torch.float64),
        c=torch.tensor([512.5, 515.5], dtype=torch.float64),
        k=torch.tensor([-0.207, 0.2478, -0.0031], dtype=torch.float64),
        p=torch.tensor([-0.001, -0.0014], dtype=torch.float64),
        width=1000,
        height=1002,
    )


def released_camera(folder: Path, subject: int, name: str) -> Camera:
    """A camera from the numbers that Human3.6M ships in its metadata."""
    text = ElementTree.parse(folder / "human36m_sample" / "metadata.xml").getroot().find(".//w0").text  # type: ignore[union-attr]
    w0 = torch.tensor(json.loads("[" + ",".join(text.strip("[] \n").split()) + "]"), dtype=torch.float64)  # type: ignore[union-attr]
    number = CAMERAS.index(name)
    pose = w0[6 * (number * 11 + subject - 1) :][:6]
    f, c, k, p = torch.split(w0[264 + 9 * number :][:9], [2, 2, 3, 2])
    return Camera(name, euler("XYZ", pose[:3]), pose[3:], f, c, k, p, 1000, 1002)


def loop_projection(camera: Camera, point: np.ndarray) -> np.ndarray:
    """Human3.6M's projection of one point, written out."""
    k1, k2, k3 = camera.k.tolist()
    p1, p2 = camera.p.tolist()
    x, y = point[0] / point[2], point[1] / point[2]
    r2 = x * x + y * y
    factor = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3 + p1 * y + p2 * x
    (fx, fy), (cx, cy) = camera.f.tolist(), camera.c.tolist()
    return np.array([fx * (x * factor + p2 * r2) + cx, fy * (y * factor + p1 * r2) + cy])


def test_real_frames_of_human36m(shared_data: Path) -> None:
    frames = np.load(shared_data / "human36m_sample" / "test_h36m_body3d.npz")
    assert len(frames["imgname"]) == 4
    for path, pixels, points in zip(frames["imgname"], frames["part"], frames["S"], strict=True):
        subject, sequence = path.split("/")[:2]
        camera = released_camera(shared_data, int(subject[1:]), sequence.split(".")[1])
        points_mm = torch.from_numpy(points[:, :3]) * 1000
        found = camera.project(points_mm)
        np.testing.assert_allclose(found.numpy(), pixels[:, :2], atol=5e-5)
        back = camera.unproject(torch.from_numpy(pixels[:, :2].copy()), points_mm[:, 2])
        np.testing.assert_allclose(back.numpy(), points_mm.numpy(), atol=1e-3)
        # In the world the people stand, or sit, on the floor z = 0.
        height = camera.to_world(points_mm)[:, 2]
        assert -100 < height.min() < 250
        assert height.max() < 2000
        assert height[10] > height[[3, 6]].max() or "SittingDown" in sequence


def test_released_cameras_stand_around_the_scene(shared_data: Path) -> None:
    for subject in (1, 5, 6, 7, 8, 9, 11):
        for name in CAMERAS:
            camera = released_camera(shared_data, subject, name)
            torch.testing.assert_close(camera.R @ camera.R.T, torch.eye(3, dtype=torch.float64))
            centre = camera.project(camera.to_camera(torch.tensor([0.0, 0.0, 900.0], dtype=torch.float64)))
            assert 200 < centre[0] < 800
            assert 200 < centre[1] < 800
            assert camera.R[1, 2] < -0.9, "image y runs down"


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1000), st.floats(0, 1002), st.floats(500, 12000))
def test_round_trips_are_exact_over_the_whole_image(u: float, v: float, depth: float) -> None:
    camera = a_camera()
    pixel = torch.tensor([u, v], dtype=torch.float64)
    point = camera.unproject(pixel, torch.tensor(depth, dtype=torch.float64))
    assert point[2] == depth
    assert (camera.project(point) - pixel).abs().max() < 1e-9
    np.testing.assert_allclose(camera.project(point), loop_projection(camera, point.numpy()), atol=1e-9)
    assert (camera.to_camera(camera.to_world(point)) - point).abs().max() < 1e-8


def test_target_is_seen_on_the_optical_axis_and_up_is_up() -> None:
    camera = a_camera()
    target = torch.tensor([0.0, 0.0, 900.0], dtype=torch.float64)
    torch.testing.assert_close(camera.project(camera.to_camera(target)), camera.c)
    above = camera.project(camera.to_camera(target + torch.tensor([0.0, 0.0, 500.0])))
    assert above[1] < camera.c[1]
    torch.testing.assert_close(above[0], camera.c[0], rtol=0, atol=1)


def test_points_behind_the_camera_have_no_image() -> None:
    points = torch.tensor([[10.0, 20.0, -3000.0], [10.0, 20.0, 0.0], [10.0, 20.0, 3000.0]])
    pixels = a_camera().project(points)
    assert torch.isnan(pixels[:2]).all()
    assert torch.isfinite(pixels[2]).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_type_shape_and_gradients_are_kept(dtype: torch.dtype) -> None:
    camera = a_camera()
    points = torch.rand(2, 5, 3, dtype=dtype) * 1000
    points[..., 2] += 4000
    points.requires_grad_()
    pixels = camera.project(points)
    assert pixels.shape == (2, 5, 2)
    assert pixels.dtype == dtype
    (slope,) = torch.autograd.grad(pixels.sum(), points)
    assert torch.isfinite(slope).all()
    same = camera.to(dtype=dtype).project(points)
    torch.testing.assert_close(same, pixels)
    alone = camera.project(points[1, 3])
    torch.testing.assert_close(alone, pixels[1, 3])


def test_a_parameter_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"camera 'test': T has shape \(2,\), expected \(3,\)"):
        Camera(**{**a_camera().__dict__, "T": torch.zeros(2)})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("f", [0.0, 1000.0], "f is .* above 0 pixels"),
        ("f", [1000.0, -1000.0], "f is .* above 0 pixels"),
        ("f", [1000.0, torch.nan], "f holds a value that is not finite"),
        ("T", [0.0, torch.inf, 0.0], "T holds a value that is not finite"),
        ("k", [torch.nan, 0.0, 0.0], "k holds a value that is not finite"),
        ("R", [[0.0] * 3] * 3, "R is no rotation"),
        ("R", [[2.0, 0, 0], [0, 2, 0], [0, 0, 2]], "R is no rotation"),
        ("R", [[1.0, 0, 0], [0, 1, 0], [0, 0, -1]], "R is no rotation"),
        ("width", 0, "its image is 0 by"),
    ],
)
def test_a_camera_that_cannot_be_is_refused(field: str, value: object, message: str) -> None:
    given = value if field == "width" else torch.tensor(value, dtype=torch.float64)
    with pytest.raises(ValueError, match=message):
        Camera(**{**a_camera().__dict__, field: given})


def test_points_without_finite_pixels_have_no_image() -> None:
    points = torch.tensor([[torch.inf, 0, 3000], [0, 0, torch.inf], [1e30, 0, 1e-8], [torch.nan, 0, 3000]])
    pixels = a_camera().project(points)
    assert pixels[[0, 2, 3]].isnan().all()
    assert (pixels.isfinite().all(-1) | pixels.isnan().all(-1)).all(), "whole points only"
