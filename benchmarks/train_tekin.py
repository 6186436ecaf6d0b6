"""Training speed of Tekin et al.'s CNN, beside a naive script of the same network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.naive_tekin import naive_epoch, naive_network
from benchmarks.peak import matrix_product_peak
from benchmarks.timing import interleaved, result
from pose_lib.batches import ImageBatches
from pose_lib.bench.cost import multiply_adds
from pose_lib.data.seeds import rng
from pose_lib.models.tekin_ae import PoseNet, regression_loss
from pose_lib.training import Schedule, autocast, fit, has_bf16

BATCH = 128
IMAGES = 4 * BATCH
SIZES = {"paper": (128, 112), "quick": (64, 56)}


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "train-tekin")
    poses = draw.normal(size=(IMAGES, 51)).astype(np.float32)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.bfloat16 if has_bf16(device) else torch.float32
    for preset, (size, window) in SIZES.items():
        images = draw.integers(0, 256, (IMAGES, size, size, 3), dtype=np.uint8)
        timings = interleaved(
            {
                "ours": _ours(images, poses, window, device),
                "naive script": _naive(images, poses, window, device),
            },
            repetitions=5,
        )
        # Forward, a product and a sum per weight and output; twice as much for the two gradients.
        operations = 3 * 2 * multiply_adds(PoseNet(window, 51), torch.zeros(1, 3, window, window))
        peak = matrix_product_peak(dtype, device)
        yield result(
            "train-tekin",
            "images/s",
            IMAGES,
            timings.pop("ours"),
            yardsticks=timings,
            peak=peak / operations,
            preset=preset,
            window=window,
            device=device,
            dtype=str(dtype).removeprefix("torch."),
            peak_gflops=round(peak / 1e9),
        )


def _ours(images: np.ndarray, poses: np.ndarray, window: int, device: str) -> Any:
    batches = ImageBatches(images, window, noise=0.1, device=device)
    targets = torch.from_numpy(poses).to(device)
    net = PoseNet(window, 51).to(device)

    def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        x, _ = batches.random(which, generator)
        with autocast(device):
            y = net(x)
        return regression_loss(y, targets[which.to(device)])

    # Many steps per call, as in a run; the call's set-up is part of the time.
    schedule = Schedule(IMAGES // BATCH, 1e-4, BATCH)
    return lambda: fit(net, loss, IMAGES, schedule, name="train-tekin", seed=0, device=device)


def _naive(images: np.ndarray, poses: np.ndarray, window: int, device: str) -> Any:
    net = naive_network(window, 51).to(device)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-4)
    return lambda: naive_epoch(net, optimiser, images, poses, window, BATCH)
