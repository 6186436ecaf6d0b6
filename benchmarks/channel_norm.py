"""Normalisation across feature maps, forward and backward, beside ``nn.LocalResponseNorm``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.timing import interleaved, result
from pose_lib.models.parts.channel_norm import CrossChannelNorm

SHAPES = ((32, 96, 55, 55), (32, 256, 27, 27))
"""The inputs of the two layers of DeepPose at the published size, 32 images."""

REPETITIONS = 5


def run() -> Iterator[dict[str, Any]]:
    layers = {
        "ours": CrossChannelNorm(pixel=1.0),
        "nn.LocalResponseNorm": nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0),
    }
    for shape in SHAPES:
        draw = torch.Generator().manual_seed(0)
        maps, upstream = (3 * torch.randn(shape, generator=draw) for _ in range(2))
        for dtype in (torch.float32, torch.bfloat16):
            u, g = (
                t.to(dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
                for t in (maps, upstream)
            )
            timings = interleaved(
                {name: _both_ways(layer, u, g) for name, layer in layers.items()}, REPETITIONS
            )
            ours, torchs = (_both_ways(layer, u, g)() for layer in layers.values())
            differences = [
                float((a.float() - b.float()).abs().max() / b.float().abs().max())
                for a, b in zip(ours, torchs, strict=True)
            ]
            yield result(
                "channel-norm",
                "images/s",
                shape[0],
                timings.pop("ours"),
                yardsticks=timings,
                shape=list(shape),
                dtype=str(dtype).removeprefix("torch."),
                largest_relative_difference=max(differences),
            )


def _both_ways(layer: nn.Module, u: Tensor, upstream: Tensor) -> Callable[[], tuple[Tensor, Tensor]]:
    """A call that gives the output and the input's gradient, under bf16 autocast for bf16 maps."""
    maps = u.clone(memory_format=torch.preserve_format).requires_grad_()

    def call() -> tuple[Tensor, Tensor]:
        with torch.autocast("cpu", torch.bfloat16, enabled=u.dtype == torch.bfloat16):
            out = layer(maps)
        (gradient,) = torch.autograd.grad(out, maps, upstream.to(out.dtype))
        return out.detach(), gradient

    return call
