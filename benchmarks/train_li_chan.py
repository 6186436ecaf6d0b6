"""Multi-task training speed of Li & Chan's network, beside a naive script of the same network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.naive_li_chan import LabelledCrops, NaiveLiChan, naive_epoch
from benchmarks.peak import matrix_product_peak
from benchmarks.timing import interleaved, result
from pose_lib.batches import ImageBatches
from pose_lib.data.seeds import rng
from pose_lib.models.li_chan import LiChanNet, multi_task_loss
from pose_lib.models.parts.windows import Windows
from pose_lib.training import Schedule, autocast, fit, has_bf16

BATCH = 128
IMAGES = 4 * BATCH
SIZES = {"paper": (128, 112), "quick": (64, 56)}


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "train-li-chan")
    poses = draw.uniform(-0.5, 0.5, (IMAGES, 51)).astype(np.float32)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.bfloat16 if has_bf16(device) else torch.float32
    for preset, (size, window) in SIZES.items():
        images = draw.integers(0, 256, (IMAGES, size, size, 3), dtype=np.uint8)
        joints = draw.uniform(0, size, (IMAGES, 17, 2)).astype(np.float32)
        timings = interleaved(
            {
                "ours": _ours(images, poses, joints, window, device),
                "naive script": _naive(images, poses, joints, window, device),
            },
            repetitions=5,
        )
        # Forward, a product and a sum per weight and output; twice as much for the two gradients.
        operations = 3 * 2 * multiply_adds(window)
        peak = matrix_product_peak(dtype, device)
        yield result(
            "train-li-chan",
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


def multiply_adds(window: int) -> int:
    """Of one image through the convolutions and both heads."""
    total, side, maps = 0, window, 3
    for kernel, wider in ((9, 32), (5, 64), (5, 64)):
        side = side - kernel + 1
        total += side * side * wider * maps * kernel * kernel
        side, maps = side // 2, wider
    for outputs in (51, 1700):
        for a, b in ((maps * side * side, 1024), (1024, 2048), (2048, outputs)):
            total += a * b
    return total


def _ours(images: np.ndarray, poses: np.ndarray, joints: np.ndarray, window: int, device: str) -> Any:
    batches = ImageBatches(images, window, noise=0.1, device=device)
    targets, places = torch.from_numpy(poses).to(device), torch.from_numpy(joints)
    windows = Windows.published(window)
    net = LiChanNet(window, 17, windows).to(device)

    def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        x, offsets = batches.random(which, generator)
        labels = windows.labels((places[which] - offsets[:, None]).to(device))
        with autocast(device):
            predicted, logits = net.both(x)
        return multi_task_loss(predicted, targets[which.to(device)], logits, labels)

    # Many steps per call, as in a run; the call's set-up is part of the time.
    schedule = Schedule(IMAGES // BATCH, 1e-4, BATCH)
    return lambda: fit(net, loss, IMAGES, schedule, name="train-li-chan", seed=0, device=device)


def _naive(images: np.ndarray, poses: np.ndarray, joints: np.ndarray, window: int, device: str) -> Any:
    crops = LabelledCrops(images, poses, joints, window)
    net = NaiveLiChan(window).to(device)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-4)
    return lambda: naive_epoch(net, optimiser, crops, BATCH)
