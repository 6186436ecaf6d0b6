"""The shared losses against loops over numbers, with missing labels, in half precision, with gradients."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from pose_lib.losses import (
    at_least_float32,
    binary_cross_entropy,
    labelled,
    masked_squared_error,
    squared_error,
)

HALF = (torch.bfloat16, torch.float16)


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def poses() -> tuple[Tensor, Tensor]:
    """Predictions, and labels of which a joint and one coordinate of another are missing."""
    true = random(4, 5, 3, seed=1)
    true[0, 2] = torch.nan
    true[3, 4, 1] = torch.nan
    return random(4, 5, 3), true


def test_the_squared_error_is_that_of_each_coordinate() -> None:
    predicted, true = random(3, 4), random(3, 4, seed=1)
    loss = squared_error(predicted, true)
    for b in range(3):
        for k in range(4):
            assert float(loss[b, k]) == pytest.approx((float(predicted[b, k]) - float(true[b, k])) ** 2)


def test_the_plain_squared_error_shows_a_missing_label() -> None:
    predicted, true = poses()
    assert torch.equal(squared_error(predicted, true).isnan(), true.isnan())


@pytest.mark.parametrize("unit", [1.0, 0.25])
def test_the_masked_squared_error_leaves_out_missing_coordinates(unit: float) -> None:
    predicted, true = poses()
    predicted.requires_grad_()
    loss = masked_squared_error(predicted, true, unit=unit)
    loss.sum().backward()
    assert predicted.grad is not None
    for b in range(4):
        for j in range(5):
            for k in range(3):
                difference = (predicted[b, j, k] - true[b, j, k]).item() / unit
                missing = math.isnan(difference)
                assert loss[b, j, k].item() == pytest.approx(0 if missing else difference**2)
                slope = 0 if missing else 2 * difference / unit
                assert predicted.grad[b, j, k].item() == pytest.approx(slope)


def test_a_joint_with_one_missing_coordinate_can_be_left_out_as_a_whole() -> None:
    predicted, true = poses()
    known = labelled(true)
    assert known.shape == (4, 5, 1)
    assert (~known).nonzero()[:, :2].tolist() == [[0, 2], [3, 4]]
    by_joint, by_coordinate = (
        masked_squared_error(predicted, true, known),
        masked_squared_error(predicted, true),
    )
    assert torch.equal(by_joint[3, 4], torch.zeros(3, dtype=torch.float64))
    assert float(by_coordinate[3, 4].min()) == 0 < float(by_coordinate[3, 4].max())
    others = known.expand_as(true)
    assert torch.equal(by_joint[others], by_coordinate[others])


def test_without_missing_labels_the_masked_and_the_plain_error_agree() -> None:
    predicted, true = random(3, 4), random(3, 4, seed=1)
    assert torch.equal(masked_squared_error(predicted, true), squared_error(predicted, true))


def test_the_cross_entropy_is_that_of_each_label() -> None:
    logits = 3 * random(2, 3, 4)
    labels = torch.rand(2, 3, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    labels[0, 0], labels[0, 1] = 0, 1
    loss = binary_cross_entropy(logits, labels)
    for z, h, value in zip(
        logits.flatten().tolist(), labels.flatten().tolist(), loss.flatten().tolist(), strict=True
    ):
        p = 1 / (1 + math.exp(-z))
        assert value == pytest.approx(-h * math.log(p) - (1 - h) * math.log(1 - p))


def test_the_cross_entropy_leaves_out_missing_and_unknown_labels() -> None:
    logits = random(2, 3, 4).requires_grad_()
    labels = (random(2, 3, 4, seed=1) > 0).double()
    labels[1, 0, 2] = torch.nan
    loss = binary_cross_entropy(logits, labels)
    assert loss[1, 0, 2].item() == 0
    (gradient,) = torch.autograd.grad(loss.sum(), logits)
    slope = logits.detach().sigmoid() - labels
    assert torch.allclose(gradient, slope.nan_to_num())
    known = torch.tensor([[True, False, True], [False, True, True]])[..., None]
    masked = binary_cross_entropy(logits, labels, known)
    assert torch.equal(masked, loss.masked_fill(~known, 0))
    (gradient,) = torch.autograd.grad(masked.sum(), logits)
    assert torch.allclose(gradient, slope.masked_fill(~known, 0))


def test_large_logits_do_not_overflow() -> None:
    logits, labels = torch.tensor([1e4, -1e4, 1e4]), torch.tensor([1.0, 0.0, 0.0])
    assert binary_cross_entropy(logits, labels).tolist() == [0, 0, 1e4]


def test_gradients_are_those_of_finite_differences() -> None:
    predicted, true = poses()
    predicted.requires_grad_()
    assert torch.autograd.gradcheck(lambda v: squared_error(v, true.nan_to_num()), predicted)
    assert torch.autograd.gradcheck(lambda v: masked_squared_error(v, true, unit=0.5), predicted)
    assert torch.autograd.gradcheck(lambda v: binary_cross_entropy(v, true.sigmoid()), predicted)


@pytest.mark.parametrize("dtype", HALF)
def test_half_precision_is_computed_in_float32(dtype: torch.dtype) -> None:
    predicted, true = (random(50, 6, seed=s).float() for s in (0, 1))
    predicted = predicted.to(dtype)
    labels = true.sigmoid()
    for loss, label in ((squared_error, true), (masked_squared_error, true), (binary_cross_entropy, labels)):
        value = loss(predicted, label)
        assert value.dtype == torch.float32
        assert torch.equal(value, loss(predicted.float(), label))
    assert at_least_float32(predicted).dtype == torch.float32
    assert at_least_float32(predicted.double()).dtype == torch.float64


def test_shapes_that_would_be_spread_and_units_that_cannot_be_are_refused() -> None:
    column, row = torch.zeros(4, 1), torch.zeros(4)
    for loss in (squared_error, masked_squared_error, binary_cross_entropy):
        with pytest.raises(ValueError, match=r"one shape, got \(4, 1\) and \(4,\)"):
            loss(column, row)
    for unit in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="unit is"):
            masked_squared_error(row, row, unit=unit)
