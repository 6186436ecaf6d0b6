"""What this machine can do at most, measured: matrix products and memory."""

from __future__ import annotations

import torch

from benchmarks.timing import interleaved

__all__ = ["matrix_product_peak", "memory_bandwidth"]


def matrix_product_peak(
    dtype: torch.dtype, device: str = "cpu", size: int = 2048, repetitions: int = 5
) -> float:
    """Floating-point operations a second of a large square matrix product on torch's threads."""
    a, b = (torch.rand(size, size).to(device, dtype) for _ in range(2))
    out = torch.empty_like(a)
    timing = interleaved({"product": lambda: torch.mm(a, b, out=out)}, repetitions)["product"]
    return 2 * size**3 / min(timing.seconds)


def memory_bandwidth(device: str = "cpu", megabytes: int = 256, repetitions: int = 5) -> float:
    """Bytes a second of reading two long arrays on torch's threads (their dot product)."""
    a, b = (torch.rand(megabytes * (1 << 18), device=device) for _ in range(2))
    timing = interleaved({"read": lambda: torch.dot(a, b)}, repetitions)["read"]
    return 2 * a.nbytes / min(timing.seconds)
