"""Numbers of any origin as tensors and arrays: the one place where what a caller hands over is converted."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

__all__ = ["Numbers", "as_array", "as_index", "as_tensor", "as_wide", "at_least_zero"]

Numbers = Tensor | ArrayLike
"""Tensors on any device, with a gradient or without; arrays of any type of real number, byte order and
stride, memory maps among them; lists."""


def as_tensor(values: Numbers) -> Tensor:
    """Numbers as a tensor; tensors of floats stay what they are, with their gradient.

    Whole numbers become float64, as lists do. NumPy's float16, float32 and float64 keep their width; other
    widths become float64. The memory is shared where torch can use it; an array that is read-only, runs
    backwards, has the other byte order or is a field of records is copied. Masked values become NaN.

    Raises:
        ValueError: they are no real numbers, or the rows of a list differ in length.
    """
    if isinstance(values, list | tuple) and any(isinstance(v, torch.Tensor) for v in values):
        parts = [as_tensor(v) for v in values]
        if len({part.shape for part in parts}) > 1:
            raise ValueError(f"expected an array of numbers, got parts of shapes {_shapes(parts)}")
        return torch.stack([part.to(parts[0].device) for part in parts])
    if isinstance(values, torch.Tensor):
        if values.dtype == torch.bool or values.is_complex() or values.is_quantized:
            raise ValueError(f"expected an array of numbers, got a tensor of {values.dtype}")
        return values if values.is_floating_point() else values.double()
    array = _real(values)
    if array.dtype not in (np.float16, np.float32, np.float64):
        array = array.astype(np.float64)
    if not array.flags.writeable or not array.dtype.isnative or _unusual(array):
        array = array.astype(array.dtype.newbyteorder("="), order="C", copy=True)
    return torch.from_numpy(array)


def as_wide(values: Numbers) -> Tensor:
    """Numbers as a tensor to reckon with: float32 as it is, all others as float64, gradients kept.

    In float16 the square of 256 mm is infinite.

    Raises:
        ValueError: as in :func:`as_tensor`.
    """
    tensor = as_tensor(values)
    return tensor if tensor.dtype == torch.float32 else tensor.double()


def as_array(values: Numbers) -> NDArray[np.float64]:
    """Numbers as float64 in NumPy, so that long sums lose nothing.

    Raises:
        ValueError: as in :func:`as_tensor`.
    """
    return np.asarray(as_tensor(values).detach().cpu().double().numpy(), dtype=np.float64)


def as_index(name: str, value: object, count: int) -> int:
    """A position from 0 to ``count - 1``; a negative one would count from the end without a word.

    Args:
        name: what it is, for the message.
        value: the position.
        count: of what it points into.

    Raises:
        ValueError: it is no whole number, or lies outside.
    """
    try:
        index = -1 if isinstance(value, bool | np.bool_) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        index = -1
    if not 0 <= index < count:
        raise ValueError(f"{name} is {value!r}; it must be a whole number from 0 to {count - 1}")
    return index


def at_least_zero(name: str, value: object) -> float:
    """A finite number that is not negative, such as a threshold.

    Raises:
        ValueError: it is not.
    """
    number = value.item() if isinstance(value, np.generic | torch.Tensor) and not value.ndim else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < math.inf:
        raise ValueError(f"{name} is {value!r}; it must be a finite number, 0 or more")
    return float(number)


def _real(values: ArrayLike) -> NDArray[Any]:
    """An array of real numbers, or a refusal."""
    try:
        array = np.asanyarray(values)
    except ValueError as error:
        raise ValueError(f"expected an array of numbers ({error})") from error
    if array.dtype.kind not in "iuf":
        raise ValueError(f"expected an array of numbers, got an array of {array.dtype} ({array.size} values)")
    if isinstance(array, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(array), np.nan, np.asarray(array, dtype=np.float64))
    return np.asarray(array)


def _unusual(array: NDArray[Any]) -> bool:
    """Whether torch cannot look at the array's memory: rows run backwards, or lie among other fields."""
    return any(step < 0 or step % array.itemsize for step in array.strides)


def _shapes(parts: Sequence[Tensor]) -> str:
    return ", ".join(str(tuple(part.shape)) for part in parts)
