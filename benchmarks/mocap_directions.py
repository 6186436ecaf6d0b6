"""What it brings to turn the takes of motion capture: errors of one network on the same test clips.

``POSE_MOCAP`` names the folder with the clips. Three trainings for each seed: on the clips as they were
recorded, on clips of which each window is turned once, and as the package performs them, several times.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch import nn

from pose_lib.batches import ImageBatches, predict
from pose_lib.bench.presets import DEFAULT_PRESETS
from pose_lib.data.mocap import dataset, turning
from pose_lib.data.poses import PoseData
from pose_lib.data.request import MocapRequest
from pose_lib.losses import squared_error
from pose_lib.metrics import mpjpe, pa_mpjpe
from pose_lib.models.baselines import mean_pose
from pose_lib.models.parts.layers import ConvTrunk, fully_connected, output_layer
from pose_lib.models.parts.targets import PoseScale
from pose_lib.training import fit

__all__ = ["ARMS", "BY_NAME_ONLY", "SEEDS", "run"]

BY_NAME_ONLY = True
"""It takes half an hour, and needs clips."""
ARMS = ("as recorded", "each window turned once", "turned and performed several times")
SEEDS = (0, 1)
PRESET = DEFAULT_PRESETS["quick"]


def run() -> Iterator[dict[str, Any]]:
    """One result for each arm and seed; its error, and that of the mean pose, in mm."""
    root = Path(os.environ.get("POSE_MOCAP") or "none")
    if not root.is_dir():
        yield {"name": "mocap-directions", "skipped": "POSE_MOCAP names no folder with clips in it"}
        return
    request = MocapRequest(action="Walking", data_root=root, size=PRESET.size, step=PRESET.step)
    sets = {arm: _load(request, arm) for arm in ARMS}
    test = sets[ARMS[-1]].split("test")
    truth = torch.from_numpy(test.root_relative())
    for arm, data in sets.items():
        train = data.split("train")
        for seed in SEEDS:
            found = _learned(train, test, seed)
            mean = mean_pose(torch.from_numpy(train.root_relative()), len(truth))
            yield {
                "name": "mocap-directions",
                "arm": arm,
                "seed": seed,
                "training_crops": len(train),
                "mpjpe_mm": round(float(mpjpe(found, truth).mean()), 1),
                "pa_mpjpe_mm": round(float(pa_mpjpe(found, truth)[0].mean()), 1),
                "mean_pose_mm": round(float(mpjpe(mean, truth).mean()), 1),
            }


def _load(request: MocapRequest, arm: str) -> PoseData:
    with ExitStack() as changed:
        if arm != ARMS[2]:
            changed.enter_context(patch.object(dataset, "performance_count", lambda seconds: 1))
        if arm == ARMS[0]:
            changed.enter_context(patch.object(turning.Performance, "angle", 0.0))
        return dataset.load(request)


def _learned(train: PoseData, test: PoseData, seed: int) -> torch.Tensor:
    """What direct regression predicts at the preset ``quick``."""
    torch.manual_seed(seed)
    poses = torch.from_numpy(train.root_relative())
    scale, trunk = PoseScale.of(poses), ConvTrunk()
    hidden = fully_connected((trunk.features(PRESET.window), 1024, 512), PRESET.dropout)
    net = nn.Sequential(trunk, hidden, output_layer(512, poses[0].numel()))
    images, targets = ImageBatches(train.images, PRESET.window, noise=PRESET.noise), scale.to_vector(poses)

    def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        return squared_error(net(images.random(which, generator)[0]), targets[which]).sum(1).mean()

    fit(net, loss, len(train), PRESET.learn, name=f"{len(train)} crops", seed=seed)
    shown = ImageBatches(np.asarray(test.images), PRESET.window, like=images)
    return scale.to_pose(predict(net, shown))
