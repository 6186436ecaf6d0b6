"""Images/s of a training step with images on the device and images streamed from a file, in turn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.timing import interleaved, result
from pose_lib.batches import ImageBatches
from pose_lib.models.tekin_ae import PoseNet
from pose_lib.training import Schedule, autocast, fit

IMAGES, SIZE, WINDOW, BATCH, STEPS = 4000, 128, 112, 128, 8


def run() -> Iterator[dict[str, Any]]:
    """Tekin's network at published size, on a GPU where there is one."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "images.npy"
        shape = (IMAGES, SIZE, SIZE, 3)
        pictures = np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=shape)
        pictures[:] = np.random.default_rng(0).integers(0, 256, shape[1:], dtype=np.uint8)
        images = np.load(file, mmap_mode="r")
        timings = interleaved(
            {name: _training(images, device, name == "resident") for name in ("resident", "streamed")},
            repetitions=5,
        )
        yield result(
            "streaming",
            "images/s",
            STEPS * BATCH,
            timings["streamed"],
            yardsticks={"images on the device": timings["resident"]},
            device=device,
        )


def _training(images: np.ndarray, device: str, resident: bool) -> Any:
    batches = ImageBatches(images, WINDOW, device=device, resident=resident)
    net = PoseNet(WINDOW, 48).to(device)

    def loss(which: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
        with autocast(device):
            return net(batches.random(which, rng)[0]).float().square().mean()

    schedule = Schedule(STEPS, 1e-4, BATCH)
    return lambda: fit(net, loss, IMAGES, schedule, name="net", seed=0, device=device, ahead=batches.announce)
