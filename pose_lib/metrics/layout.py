"""How the metrics go through many poses: checked once, then in chunks that stay in the cache, on all cores.

A pose is 17 triples of floats; arithmetic on triples leaves a vector unit idle. A chunk is therefore turned
into columns ``(J, D, B)``, where every operation runs along ``B`` poses.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["Poses", "as_tensor", "check_pair", "columns", "over_chunks"]

Poses = Tensor | NDArray[np.floating]
"""Poses of a metric: torch or NumPy, any float type; the answer is a tensor on the prediction's device."""

_CPU_CHUNK = 4096  # a few arrays of 4096 x 51 floats stay in the cache, and hide the cost of a call
_GPU_CHUNK = 1 << 18

_Result = TypeVar("_Result")


def as_tensor(values: Poses) -> Tensor:
    """A tensor of the same memory, where that may be written to; a memory map of a data set is copied."""
    if isinstance(values, np.ndarray) and not values.flags.writeable:
        values = values.copy()
    return torch.as_tensor(values)


def check_pair(pred: Poses, true: Poses, dimensions: tuple[int, ...] = (2, 3)) -> tuple[Tensor, Tensor]:
    """Predicted and true poses ``(N, J, D)`` as tensors of one type (at least float32) on one device.

    Raises:
        ValueError: the shapes differ, or are not ``(N, J, D)`` with ``D`` among the dimensions allowed.
    """
    a, b = as_tensor(pred), as_tensor(true)
    if a.shape != b.shape or a.ndim != 3 or a.shape[-1] not in dimensions:
        wanted = " or ".join(str(d) for d in dimensions)
        raise ValueError(
            f"poses must be two arrays of one shape (N, J, {wanted}), "
            f"got a prediction {tuple(a.shape)} and a truth {tuple(b.shape)}"
        )
    dtype = torch.promote_types(torch.promote_types(a.dtype, b.dtype), torch.float32)
    return a.detach().to(dtype), b.detach().to(device=a.device, dtype=dtype)


def over_chunks(work: Callable[[slice], _Result], poses: Tensor) -> list[_Result]:
    """Call ``work`` with slices along ``N`` whose arrays fit into the cache, and collect what it returns.

    On a CPU as many slices are worked on side by side as torch has threads, each slice in one thread: threads
    that share every small operation gain little, and lose much on a busy machine.
    """
    size = _GPU_CHUNK if poses.is_cuda else _CPU_CHUNK
    slices = [slice(start, start + size) for start in range(0, len(poses), size)]
    threads = torch.get_num_threads()
    if poses.is_cuda:
        return [work(part) for part in slices]
    try:
        if min(threads, len(slices)) < 2:
            torch.set_num_threads(1)
            return [work(part) for part in slices]
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(work, slices))
    finally:
        torch.set_num_threads(threads)


def columns(poses: Tensor) -> Tensor:
    """A contiguous copy ``(J, D, B)`` of poses ``(B, J, D)``."""
    _, joints, dimensions = poses.shape
    flat = poses.reshape(len(poses), -1).t().clone(memory_format=torch.contiguous_format)
    return flat.view(joints, dimensions, -1)
