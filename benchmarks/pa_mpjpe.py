"""PA-MPJPE on one thread, beside NumPy's batched singular value decomposition and a loop over poses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.timing import Timing, interleaved, result, threads
from pose_lib.data.seeds import rng
from pose_lib.metrics import pa_mpjpe

POSES = 100_000
LOOPED = 2_000  # of them, for the loop


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "pa-mpjpe")
    true = draw.normal(size=(POSES, 17, 3)) * [120, 500, 60] + [0, 0, 5000]
    pred = true + draw.normal(0, 60, size=true.shape)
    with threads(1):
        for dtype in (np.float32, np.float64):
            p, t = pred.astype(dtype), true.astype(dtype)
            a, b = torch.from_numpy(p), torch.from_numpy(t)
            timings = interleaved(
                {
                    "ours": lambda a=a, b=b: pa_mpjpe(a, b),  # type: ignore[misc]
                    "batched NumPy SVD": lambda p=p, t=t: batched_svd(p, t),  # type: ignore[misc]
                    "loop over poses": lambda p=p, t=t: loop(p[:LOOPED], t[:LOOPED]),  # type: ignore[misc]
                }
            )
            looped = timings["loop over poses"].seconds
            timings["loop over poses"] = Timing(tuple(s * POSES / LOOPED for s in looped))
            errors, degenerate = pa_mpjpe(a, b)
            exact = batched_svd(p.astype(np.float64), t.astype(np.float64))
            yield result(
                "pa-mpjpe",
                "poses/s",
                POSES,
                timings.pop("ours"),
                yardsticks=timings,
                dtype=np.dtype(dtype).name,
                largest_difference_mm=float(np.abs(errors.numpy() - exact).max()),
                degenerate=degenerate,
            )


def batched_svd(pred: np.ndarray, true: np.ndarray) -> np.ndarray:
    """The usual vectorised implementation, all poses in one decomposition."""
    p, t = pred - pred.mean(1, keepdims=True), true - true.mean(1, keepdims=True)
    u, s, vh = np.linalg.svd(np.swapaxes(t, 1, 2) @ p)
    sign = np.sign(np.linalg.det(u @ vh))
    u[:, :, 2] *= sign[:, None]
    s[:, 2] *= sign
    scale = s.sum(1) / (p**2).sum((1, 2))
    aligned = scale[:, None, None] * (p @ np.swapaxes(u @ vh, 1, 2))
    errors: np.ndarray = np.linalg.norm(aligned - t, axis=-1).mean(-1)
    return errors


def loop(pred: np.ndarray, true: np.ndarray) -> np.ndarray:
    """One pose after the other."""
    return np.array([batched_svd(p[None], t[None])[0] for p, t in zip(pred, true, strict=True)])
