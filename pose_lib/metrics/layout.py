"""How the metrics go through many poses: checked once, then in chunks that stay in the cache, on all cores.

A pose is 17 triples of floats; arithmetic on triples leaves a vector unit idle. A chunk is therefore turned
into columns ``(J, D, B)``, where every operation runs along ``B`` poses.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor

from pose_lib.geometry.arrays import Numbers, as_wide

__all__ = ["Poses", "check_millimetres", "check_pair", "check_truth", "columns", "over_chunks"]

Poses = Numbers
"""Poses of a metric: torch, NumPy or lists; the answer is a tensor on the prediction's device."""

_CPU_CHUNK = 4096  # a few arrays of 4096 x 51 floats stay in the cache, and hide the cost of a call
_GPU_CHUNK = 1 << 18
_LARGEST = 1e15  # mm or pixels: the square of a longer distance may not fit into a float32
_SMALLEST_PERSON = 5.0  # mm
_LOOKED_AT = 256  # poses from which the unit is judged

_Result = TypeVar("_Result")


def check_pair(pred: Poses, true: Poses, dimensions: tuple[int, ...] = (2, 3)) -> tuple[Tensor, Tensor]:
    """Predicted and true poses ``(N, J, D)`` as tensors of one type on one device.

    The type is float32 where both are, and float64 otherwise.

    Raises:
        ValueError: the shapes differ, are not ``(N, J, D)`` with ``D`` among the dimensions allowed, or have
            no joint; or the poses are no numbers.
    """
    a, b = as_wide(pred), as_wide(true)
    if a.shape != b.shape or a.ndim != 3 or a.shape[-1] not in dimensions:
        wanted = " or ".join(str(d) for d in dimensions)
        raise ValueError(
            f"poses must be two arrays of one shape (N, J, {wanted}), "
            f"got a prediction {tuple(a.shape)} and a truth {tuple(b.shape)}"
        )
    if not a.shape[1]:
        raise ValueError(f"poses must have at least one joint, got shape {tuple(a.shape)}")
    dtype = torch.promote_types(a.dtype, b.dtype)
    return a.detach().to(dtype), b.detach().to(device=a.device, dtype=dtype)


def check_truth(true: Tensor) -> None:
    """Refuse true poses ``(N, J, D)`` with a coordinate that is infinite or absurdly large; NaN may be.

    Beside a limb of infinite length every prediction would count as near.

    Raises:
        ValueError: names the first such pose and joint.
    """
    wrong = (true.abs() > _LARGEST).any(-1)
    if bool(wrong.any()):
        pose, joint = wrong.nonzero()[0].tolist()
        raise ValueError(
            f"joint {joint} of true pose {pose} lies at {true[pose, joint].tolist()}, which is not finite or "
            "cannot be a place; a joint without a label is NaN"
        )


def check_millimetres(true: Tensor) -> None:
    """Refuse true poses ``(N, J, 3)`` that look like metres, where millimetres are expected.

    The extent of a pose is the longest side of its bounding box. Up to 256 poses spread evenly over the array
    are looked at; the rule is that the median of their extents lies above 0 and below 5. A person in metres
    is at most 3 units long. In millimetres such a pose would lie within a cube of 5 mm, so no real poses are
    ever refused, however they crouch. Poses of one joint, and those collapsed to a point, have extent 0 and
    pass; those with NaN are not looked at.

    Raises:
        ValueError: says that the poses look like metres.
    """
    chosen = true[:: max(1, len(true) // _LOOKED_AT)][:_LOOKED_AT]
    extent = (chosen.amax(1) - chosen.amin(1)).amax(-1)
    extent = extent[~extent.isnan()]
    median = float(extent.median()) if len(extent) else 0.0
    if 0 < median < _SMALLEST_PERSON:
        raise ValueError(
            f"the true poses are {median:.3g} mm long (median of {len(extent)}), which looks like metres; "
            "multiply by 1000, the predictions too"
        )


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
