"""Poses by the whole published cascade, 29 passes an image. The paper: 0.1 s on twelve cores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.naive_deeppose import naive_cascade, naive_network
from benchmarks.peak import matrix_product_peak
from benchmarks.timing import interleaved, result
from pose_lib.batches import BoxBatches
from pose_lib.bench.cost import multiply_adds
from pose_lib.data.resample import whole_boxes
from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import LSP14
from pose_lib.models.cascade import Cascade
from pose_lib.models.deeppose import DeepPoseNet, Diameter
from pose_lib.training import has_bf16

PEOPLE, SIZE, STAGES, BATCH = 16, 256, 3, 28
YARDSTICK = 1
PUBLISHED = {"seconds": 0.1, "cores": 12}


def run() -> Iterator[dict[str, Any]]:
    images = rng("benchmark", "deeppose-cascade").integers(0, 256, (PEOPLE, SIZE, SIZE, 3), dtype=np.uint8)
    joints = len(LSP14)
    nets = [_network(seed) for seed in range(STAGES)]
    batches = BoxBatches(images, nets[0].side)
    cascade = Cascade(nets, 2.0, Diameter(LSP14.torso, 0.3 * SIZE), batch=BATCH)
    slow = [
        naive_network(220, (11, 4), (96, 256, 384, 384, 256), (4096, 4096), joints) for _ in range(STAGES)
    ]
    timings = interleaved(
        {
            "ours": lambda: cascade(batches.look, whole_boxes(PEOPLE, SIZE)),
            "naive": lambda: [naive_cascade(slow, image, 220) for image in images[:YARDSTICK]],
        },
        repetitions=3,
    )
    ours, naive = timings["ours"], timings["naive"].median * PEOPLE / YARDSTICK
    passes = 1 + (STAGES - 1) * joints
    operations = passes * 2 * multiply_adds(nets[0], torch.zeros(1, 3, 220, 220))
    dtype = torch.bfloat16 if has_bf16("cpu") else torch.float32
    peak = matrix_product_peak(dtype)
    yield result(
        "deeppose-cascade",
        "images/s",
        PEOPLE,
        ours,
        peak=peak / operations,
        baseline=float(f"{PEOPLE / naive:.4g}"),
        ratio=float(f"{naive / ours.median:.4g}"),
        yardstick="naive script, float32, one joint at a time",
        passes=passes,
        side=220,
        dtype=str(dtype).removeprefix("torch."),
        peak_gflops=round(peak / 1e9),
        published=PUBLISHED,
    )


def _network(seed: int) -> DeepPoseNet:
    torch.manual_seed(seed)
    return DeepPoseNet(len(LSP14)).eval()
