"""Training speed of DeepPose's first stage, beside a naive script of the same network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.naive_deeppose import naive_epoch, naive_network
from benchmarks.peak import matrix_product_peak
from benchmarks.timing import interleaved, result
from pose_lib.batches import BoxBatches
from pose_lib.bench.cost import multiply_adds
from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import LSP14
from pose_lib.models.deeppose import DeepPoseNet
from pose_lib.papers.deeppose.objectives import first_loss
from pose_lib.papers.deeppose.presets import PRESETS
from pose_lib.papers.deeppose.sizes import DeepPosePreset
from pose_lib.training import Schedule, fit, has_bf16

BATCHES = {"paper": 64, "quick": 128}
STEPS = 2


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "train-deeppose")
    dtype = torch.bfloat16 if has_bf16("cpu") else torch.float32
    for name, batch in BATCHES.items():
        p, count = PRESETS[name], STEPS * batch
        images = draw.integers(0, 256, (count, p.size, p.size, 3), dtype=np.uint8)
        joints = draw.uniform(0.1 * p.size, 0.9 * p.size, (count, 14, 2)).astype(np.float32)
        net = DeepPoseNet(14, side=p.side, first=p.first, maps=p.maps, widths=p.widths, dropout=p.dropout)
        # Forward, a product and a sum per weight and output; twice as much for the two gradients.
        operations = 3 * 2 * multiply_adds(net, torch.zeros(1, 3, p.side, p.side))
        timings = interleaved(
            {"ours": _ours(net, p, images, joints, batch), "naive script": _naive(p, images, joints, batch)},
            repetitions=3,
        )
        peak = matrix_product_peak(dtype)
        yield result(
            "train-deeppose",
            "images/s",
            count,
            timings.pop("ours"),
            yardsticks=timings,
            peak=peak / operations,
            preset=name,
            side=p.side,
            batch=batch,
            dtype=str(dtype).removeprefix("torch."),
            peak_gflops=round(peak / 1e9),
        )


def _ours(net: DeepPoseNet, p: DeepPosePreset, images: np.ndarray, joints: np.ndarray, batch: int) -> Any:
    batches = BoxBatches(images, p.side, noise=p.noise)
    loss = first_loss(net, batches, torch.from_numpy(joints), LSP14.mirror, p.shift, p.zoom)
    # The published optimiser at both sizes, as in the naive script; the call's set-up is part of the time.
    schedule = Schedule(STEPS, 5e-4, batch, constant=True, adagrad=True)
    return lambda: fit(net, loss, len(images), schedule, name="train-deeppose", seed=0)


def _naive(p: DeepPosePreset, images: np.ndarray, joints: np.ndarray, batch: int) -> Any:
    net = naive_network(p.side, p.first, p.maps, p.widths, 14)
    optimiser = torch.optim.Adagrad(net.parameters(), lr=5e-4)
    return lambda: naive_epoch(net, optimiser, images, joints, p.side, batch)
