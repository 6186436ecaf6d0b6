"""Training speed of the network of Park et al. 2016 with both ideas, beside a naive script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.naive_park import NaiveNetwork, naive_epoch
from benchmarks.peak import matrix_product_peak
from benchmarks.timing import interleaved, result
from pose_lib.batches import ImageBatches
from pose_lib.bench.cost import multiply_adds
from pose_lib.data.seeds import rng
from pose_lib.models.park import ROOTS, ParkNet, ParkOutput, overall_loss, relative_to
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.models.unit_shape import unit_shape
from pose_lib.training import Schedule, autocast, fit, has_bf16

BATCH = 128
IMAGES = 2 * BATCH
SIZES = {"paper": (250, 225, 2048), "quick": (96, 86, 256)}
"""Stored crop, window, and width of the fully connected layers."""


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "train-park")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.bfloat16 if has_bf16(device) else torch.float32
    peak = matrix_product_peak(dtype, device)
    for preset, (size, window, width) in SIZES.items():
        images = draw.integers(0, 256, (IMAGES, size, size, 3), dtype=np.uint8)
        joints = draw.uniform(0.1 * size, 0.9 * size, (IMAGES, 17, 2)).astype(np.float32)
        poses = torch.from_numpy(draw.normal(size=(IMAGES, 17, 3)).astype(np.float32))
        shapes, _ = unit_shape(poses)
        net = ParkNet(window, tuple((r,) * 17 for r in ROOTS), fusion="layer", width=width).to(device)
        # Forward, a product and a sum per weight and output; twice as much for the two gradients.
        operations = 3 * 2 * multiply_adds(net, torch.zeros(1, 3, window, window, device=device))
        timings = interleaved(
            {
                "ours": _ours(net, images, joints, shapes, window, device),
                "naive script": _naive(images, joints, shapes.numpy(), window, width, device),
            },
            repetitions=5,
        )
        yield result(
            "train-park",
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


def _ours(
    net: ParkNet, images: np.ndarray, joints: np.ndarray, shapes: torch.Tensor, window: int, device: str
) -> Any:
    batches = ImageBatches(images, window, noise=0.1, device=device)
    grid, places = SoftGrid(window), torch.from_numpy(joints)
    wanted = relative_to(shapes.to(device), net.differences)

    def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        x, offsets = batches.random(which, generator)
        labels = grid.labels((places[which] - offsets[:, None]).to(device))
        with autocast(device):
            output = net(x)
        exact = ParkOutput(output.logits.float(), output.relative.float())
        return overall_loss(exact, labels, wanted[which.to(device)], 0.1, 0.5)

    # Many steps per call, as in a run; the call's set-up is part of the time.
    schedule = Schedule(IMAGES // BATCH, 0.01, BATCH, momentum=0.9, weight_decay=0.001)
    return lambda: fit(net, loss, IMAGES, schedule, name="train-park", seed=0, device=device)


def _naive(
    images: np.ndarray, joints: np.ndarray, shapes: np.ndarray, window: int, width: int, device: str
) -> Any:
    net = NaiveNetwork(window, width).to(device)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=0.001)
    return lambda: naive_epoch(net, optimiser, images, joints, shapes, window, BATCH)
