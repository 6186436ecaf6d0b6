"""What a network costs: parameters, multiply-adds, and time."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from pose_lib.batches import ImageBatches
from pose_lib.bench.rows import Key, Row, constant_row
from pose_lib.bench.timing import timed
from pose_lib.bench.work import TIMES
from pose_lib.training import autocast

__all__ = ["COSTS", "TIMED", "cost_rows", "milliseconds_per_image", "multiply_adds", "parameters"]

COSTS = ("parameters", "multiply-adds", "train-seconds", "ms-per-image")
"""Metrics of :func:`cost_rows`."""
TIMED = ("train-seconds", "ms-per-image", "read-out-ms", "recipe-seconds", *TIMES)
"""Metrics that are times: a resumed run differs in them, and in nothing else."""


def parameters(net: nn.Module) -> int:
    """Number of trainable parameters."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


@torch.no_grad()
def multiply_adds(net: nn.Module, image: Tensor) -> int:
    """Multiply-adds of one image ``(1, 3, W, W)`` in convolutions and matrix products, nearly all of them."""
    net.eval()
    with FlopCounterMode(display=False) as counter:
        net(image)
    return int(counter.get_total_flops()) // 2


@torch.no_grad()
def milliseconds_per_image(net: nn.Module, images: ImageBatches, repetitions: int = 5) -> Tensor:
    """Milliseconds per image, float64 ``(repetitions,)``, in a batch of up to 128, bf16 where it helps."""
    net.eval()
    batch = next(images.centred(128))

    def forward() -> None:
        with autocast(batch.device):
            net(batch)

    return timed({"": forward}, repetitions, device=batch.device)[""] * 1000 / len(batch)


def cost_rows(key: Key, weights: int, products: int, seconds: float, times: Sequence[float]) -> list[Row]:
    """Rows of a system's costs; of times the median, with the shortest and the longest as interval.

    Args:
        key: the system.
        weights: number of parameters.
        products: multiply-adds per image.
        seconds: of training.
        times: milliseconds per image, one per repetition.
    """
    spread = (min(times), max(times))
    return [
        constant_row(key, "parameters", "trainable parameters at test time", weights, 1),
        constant_row(key, "multiply-adds", "of convolutions and matrix products, one image", products, 1),
        constant_row(
            key, "train-seconds", "wall-clock seconds in the training loop, all stages it needs", seconds, 1
        ),
        constant_row(
            key,
            "ms-per-image",
            "forward pass in batches of up to 128, repetitions",
            median(times),
            len(times),
            spread,
        ),
    ]
