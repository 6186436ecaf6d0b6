"""Training speed of the network of Li, Liu & Chan 2014, beside a naive script of the same network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.naive_hmlpe import NaiveNetwork, naive_epoch
from benchmarks.peak import matrix_product_peak
from benchmarks.timing import interleaved, result
from pose_lib.batches import ImageBatches
from pose_lib.bench.cost import multiply_adds
from pose_lib.data.seeds import rng
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PartWindows
from pose_lib.papers.hmlpe.objectives import training_loss
from pose_lib.training import Schedule, fit, has_bf16

BATCH = 128
IMAGES = 4 * BATCH
SIZES = {"paper": (128, 112), "quick": (64, 56)}


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "train-hmlpe")
    dtype = torch.bfloat16 if has_bf16("cpu") else torch.float32
    for preset, (size, window) in SIZES.items():
        images = draw.integers(0, 256, (IMAGES, size, size, 3), dtype=np.uint8)
        joints = draw.uniform(0.1 * size, 0.9 * size, (IMAGES, 8, 2)).astype(np.float32)
        net = HMLPE(PartWindows.published(window))
        # Forward, a product and a sum per weight and output; twice as much for the two gradients.
        operations = 3 * 2 * multiply_adds(net, torch.zeros(1, 3, window, window))
        timings = interleaved(
            {"ours": _ours(net, images, joints), "naive script": _naive(images, joints, window)},
            repetitions=5,
        )
        peak = matrix_product_peak(dtype)
        yield result(
            "train-hmlpe",
            "images/s",
            IMAGES,
            timings.pop("ours"),
            yardsticks=timings,
            peak=peak / operations,
            preset=preset,
            window=window,
            dtype=str(dtype).removeprefix("torch."),
            peak_gflops=round(peak / 1e9),
        )


def _ours(net: HMLPE, images: np.ndarray, joints: np.ndarray) -> Any:
    batches = ImageBatches(images, net.windows.side, noise=0.1)
    loss = training_loss(net, batches, torch.from_numpy(joints), 1.0)
    # Many steps per call, as in a run; the call's set-up is part of the time.
    schedule = Schedule(IMAGES // BATCH, 1e-4, BATCH)
    return lambda: fit(net, loss, IMAGES, schedule, name="train-hmlpe", seed=0)


def _naive(images: np.ndarray, joints: np.ndarray, window: int) -> Any:
    net = NaiveNetwork(window)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-4)
    return lambda: naive_epoch(net, optimiser, images, joints, window, BATCH)
