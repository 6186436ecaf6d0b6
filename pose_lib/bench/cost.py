"""What a network costs: parameters, multiply-adds, and time."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from pose_lib.batches import ImageBatches
from pose_lib.training import autocast

__all__ = ["TIMED", "cost_rows", "milliseconds_an_image", "multiply_adds", "parameters"]

TIMED = ("train-seconds", "ms-an-image", "read-out-ms", "recipe-seconds")
"""Metrics that are times: a run that was cut off and gone on with differs in them, and in nothing else."""


def parameters(net: nn.Module) -> int:
    """Number of trainable parameters."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


@torch.no_grad()
def multiply_adds(net: nn.Module, image: Tensor) -> int:
    """Multiply-adds of one image ``(1, 3, W, W)`` of convolutions and matrix products, nearly all of them."""
    net.eval()
    with FlopCounterMode(display=False) as counter:
        net(image)
    return int(counter.get_total_flops()) // 2


@torch.no_grad()
def milliseconds_an_image(net: nn.Module, images: ImageBatches, repetitions: int = 5) -> Tensor:
    """Milliseconds an image, float64 ``(repetitions,)``, in a batch of up to 128, bf16 where it helps."""
    net.eval()
    batch = next(images.centred(128))
    times: list[float] = []
    for repetition in range(-1, repetitions):  # the first one warms up and is not counted
        begun = time.perf_counter()
        with autocast(batch.device):
            net(batch)
        if batch.device.type == "cuda":
            torch.cuda.synchronize(batch.device)
        if repetition >= 0:
            times.append(1000 * (time.perf_counter() - begun) / len(batch))
    return torch.tensor(times, dtype=torch.float64)


def cost_rows(
    system: str, weights: int, products: int, seconds: float, times: Sequence[float]
) -> pd.DataFrame:
    """Tidy rows of a system's costs.

    Args:
        weights: number of parameters.
        products: multiply-adds an image.
        seconds: of training.
        times: milliseconds an image, one a repetition.
    """
    values: dict[str, tuple[str, Sequence[float]]] = {
        "parameters": ("trainable parameters at test time", [weights]),
        "multiply-adds": ("of convolutions and matrix products, one image", [products]),
        "train-seconds": ("wall-clock seconds in the training loop, all stages it needs", [seconds]),
        "ms-an-image": ("forward pass in batches of up to 128, repetitions", times),
    }
    rows = []
    for metric, (protocol, numbers) in values.items():
        series = pd.Series(numbers, dtype=float)
        rows.append(
            {
                "system": system,
                "metric": metric,
                "protocol": protocol,
                "value": series.median(),
                "low": series.min(),
                "high": series.max(),
                "std": series.std(ddof=0),
                "samples": len(series),
            }
        )
    return pd.DataFrame(rows)
