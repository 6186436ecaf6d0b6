"""MPJPE: one pass over the poses, beside the one-liners that everybody writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.peak import memory_bandwidth
from benchmarks.timing import interleaved, result
from pose_lib.data.seeds import rng
from pose_lib.metrics import mpjpe

POSES = 400_000  # far more than any cache holds


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "mpjpe")
    true = torch.from_numpy(draw.normal(0, 300, size=(POSES, 17, 3)).astype(np.float32))
    pred = true + torch.from_numpy(draw.normal(0, 50, size=true.shape).astype(np.float32))
    timings = interleaved(
        {
            "ours": lambda: mpjpe(pred, true),
            "torch one-liner": lambda: torch_one_liner(pred, true),
            "numpy one-liner": lambda: numpy_one_liner(pred.numpy(), true.numpy()),
        }
    )
    worst = float((mpjpe(pred, true) - torch_one_liner(pred, true)).abs().max())
    ours = timings.pop("ours")
    yield result("mpjpe", "poses/s", POSES, ours, yardsticks=timings, largest_difference_mm=worst)
    traffic = (pred.nbytes + true.nbytes + 4 * POSES) / 1e9
    yield result("mpjpe", "GB/s", traffic, ours, yardsticks=timings, peak=memory_bandwidth() / 1e9)


def torch_one_liner(pred: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    errors: torch.Tensor = ((pred - pred[:, :1]) - (true - true[:, :1])).norm(dim=-1).mean(-1)
    return errors


def numpy_one_liner(pred: np.ndarray, true: np.ndarray) -> np.ndarray:
    errors: np.ndarray = np.linalg.norm((pred - pred[:, :1]) - (true - true[:, :1]), axis=-1).mean(-1)
    return errors
