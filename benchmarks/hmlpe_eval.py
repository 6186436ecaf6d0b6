"""Poses of 4,000 crops by the network of Li, Liu & Chan 2014, who report 5 to 6 seconds on a GTX 770."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.naive_hmlpe import NaiveNetwork
from benchmarks.peak import matrix_product_peak
from benchmarks.timing import interleaved, result
from pose_lib.batches import ImageBatches
from pose_lib.bench.cost import multiply_adds
from pose_lib.data.seeds import rng
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PartWindows
from pose_lib.papers.hmlpe.objectives import PoseOnly, predict_joints
from pose_lib.training import has_bf16

CROPS = 4000
YARDSTICK = 400
WINDOW = 112
PUBLISHED_SECONDS = (5, 6)


def run() -> Iterator[dict[str, Any]]:
    draw = rng("benchmark", "hmlpe-eval")
    images = draw.integers(0, 256, (CROPS, WINDOW, WINDOW, 3), dtype=np.uint8)
    torch.manual_seed(0)
    net = HMLPE(PartWindows.published(WINDOW)).eval()
    batches = ImageBatches(images, WINDOW)
    naive = NaiveNetwork(WINDOW).eval()
    dtype = torch.bfloat16 if has_bf16("cpu") else torch.float32
    timings = interleaved(
        {"ours": lambda: predict_joints(net, batches, fast=True), "naive": lambda: _naive(naive, images)},
        repetitions=5,
    )
    ours, slow = timings["ours"], timings["naive"].median * CROPS / YARDSTICK
    operations = 2 * multiply_adds(PoseOnly(net), torch.zeros(1, 3, WINDOW, WINDOW))
    peak = matrix_product_peak(dtype)
    few = ImageBatches(images[:256], WINDOW, like=batches)
    exact, fast = (predict_joints(net, few, fast=f) for f in (False, True))
    yield result(
        "hmlpe-eval",
        "images/s",
        CROPS,
        ours,
        peak=peak / operations,
        baseline=float(f"{CROPS / slow:.4g}"),
        ratio=float(f"{slow / ours.median:.4g}"),
        yardstick="naive script, float32, one image at a time",
        seconds=round(ours.median, 3),
        published_seconds=PUBLISHED_SECONDS,
        window=WINDOW,
        dtype=str(dtype).removeprefix("torch."),
        peak_gflops=round(peak / 1e9),
        largest_difference_px=float(f"{(exact - fast).abs().max().item():.2g}"),
    )


@torch.no_grad()
def _naive(net: NaiveNetwork, images: np.ndarray) -> None:
    for image in images[:YARDSTICK]:
        x = torch.from_numpy(image.transpose(2, 0, 1).astype(np.float32))
        net((x / 255 - 0.5)[None] / 0.25)
