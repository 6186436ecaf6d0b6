"""Rotations against their definitions."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from pose_lib.geometry.rotations import axis_angle, euler, look_at

numbers = st.floats(-10, 10)
vectors = st.tuples(numbers, numbers, numbers).filter(lambda v: math.hypot(*v) > 1e-3)
letters = st.sampled_from(["XYZ", "ZYX", "ZXY", "YXZ", "XZY", "ZYZ"])


def tensor(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


@settings(deadline=None, max_examples=50)
@given(vectors, numbers)
def test_axis_angle_agrees_with_scipy(axis: tuple[float, float, float], angle: float) -> None:
    found = axis_angle(tensor(*axis), tensor(angle)[0])
    unit = tensor(*axis) / tensor(*axis).norm()
    expected = torch.from_numpy(Rotation.from_rotvec(unit.numpy() * angle).as_matrix())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(found @ unit, unit, rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=50)
@given(letters, vectors)
def test_euler_agrees_with_scipy(order: str, angles: tuple[float, float, float]) -> None:
    expected = torch.from_numpy(Rotation.from_euler(order, angles).as_matrix())
    torch.testing.assert_close(euler(order, tensor(*angles)), expected, rtol=0, atol=1e-12)


def test_batches_and_types() -> None:
    angles = torch.rand(4, 5, 3)
    rotations = euler("ZYX", angles)
    assert rotations.shape == (4, 5, 3, 3)
    assert rotations.dtype == torch.float32
    torch.testing.assert_close(rotations[2, 3], euler("ZYX", angles[2, 3]))
    torch.testing.assert_close(axis_angle(torch.zeros(2, 3), torch.ones(2)), torch.eye(3).expand(2, 3, 3))


def test_another_letter_or_number_of_angles_is_refused() -> None:
    with pytest.raises(ValueError, match="'xyz' should be 3 letters of XYZ"):
        euler("xyz", torch.zeros(3))
    with pytest.raises(ValueError, match="'ZX' should be 3 letters"):
        euler("ZX", torch.zeros(3))


@settings(deadline=None, max_examples=50)
@given(vectors, vectors)
def test_look_at_is_a_rotation_with_the_target_ahead(
    eye: tuple[float, ...], target: tuple[float, ...]
) -> None:
    a, b, up = tensor(*eye), tensor(*target), tensor(0, 0, 1)
    assume(torch.linalg.cross(b - a, up).norm() >= 1e-3)
    rotation = look_at(a, b, up)
    torch.testing.assert_close(rotation @ rotation.T, torch.eye(3, dtype=torch.float64), rtol=0, atol=1e-12)
    assert torch.linalg.det(rotation) > 0
    torch.testing.assert_close(rotation @ (b - a), tensor(0, 0, float((b - a).norm())), rtol=0, atol=1e-10)
    assert (rotation @ up)[1] < 0, "up is towards smaller y"
    assert abs((rotation @ up)[0]) < 1e-12, "the horizon is level"


def test_looking_along_up_is_refused() -> None:
    with pytest.raises(ValueError, match="parallel to `up`"):
        look_at(tensor(0, 0, 5), tensor(0, 0, 1), tensor(0, 0, 1))
    with pytest.raises(ValueError, match="length zero"):
        look_at(tensor(0, 0, 5), tensor(0, 0, 5), tensor(0, 1, 1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("scale", [1e-42, 1e-30, 1.0, 1e30])
def test_the_length_of_axes_and_ups_does_not_matter(dtype: torch.dtype, scale: float) -> None:
    axis = torch.tensor([0.0, 2.0, 0.0], dtype=dtype)
    angle = torch.tensor(0.3, dtype=dtype)
    torch.testing.assert_close(axis_angle(axis * scale, angle), axis_angle(axis, angle))
    eye, target = torch.tensor([[1.0, 2.0, 3.0], [0.0, 5.0, 1.0]], dtype=dtype)
    torch.testing.assert_close(look_at(eye, target, axis * scale), look_at(eye, target, axis))


def test_missing_angles_and_axes_give_missing_rotations_and_whole_numbers_are_taken() -> None:
    for axis, angle in (([0, 0, math.nan], 1.0), ([0, 0, math.inf], 1.0), ([0, 0, 1], math.nan)):
        assert axis_angle(torch.tensor(axis), torch.tensor(angle)).isnan().any()
    torch.testing.assert_close(axis_angle([0, 0, 1], 1), axis_angle(tensor(0, 0, 1), tensor(1)[0]))
    assert torch.equal(axis_angle(torch.zeros(3), torch.tensor(1.0)), torch.eye(3))
    assert euler("X", tensor(math.nan)).isnan().any()
    with pytest.raises(ValueError, match=r"axis has shape \(2,\)"):
        axis_angle(torch.zeros(2), torch.tensor(1.0))
    with pytest.raises(ValueError, match="got one number"):
        euler("", torch.tensor(1.0))


def test_looking_at_a_missing_point_is_refused() -> None:
    for wrong in (math.nan, math.inf):
        with pytest.raises(ValueError, match="must be finite"):
            look_at(tensor(0, 0, 5), tensor(0, wrong, 1), tensor(0, 0, 1))
