"""DeepPose's experiment on small pictures of dots, for the tests of its room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pose_lib.bench.run import Run
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import LSP14
from pose_lib.models.cascade import Cascade
from pose_lib.papers.deeppose.presets import PRESETS
from pose_lib.papers.deeppose.recipe import DeepPoseExperiment
from pose_lib.papers.deeppose.sizes import DeepPosePreset
from pose_lib.training import Schedule

SIZE = 48
_smoke = PRESETS["smoke"]
assert isinstance(_smoke, DeepPosePreset)
PRESET = replace(
    _smoke,
    size=SIZE,
    window=SIZE,
    stages=(Schedule(3, 1e-4, 32),) * 3,
    observed=16,
    photographs=(3.0, 2.0, 1.0),
)


def dots(n: int, seed: int) -> PoseData:
    """People made of fourteen dots, each of its own grey; one joint in ten is missing."""
    random = np.random.default_rng(seed)
    middle = np.linspace(0.2, 0.8, 14)[:, None] * [0.0, 1.0] + [0.5, 0.0]
    joints = SIZE * (middle + 0.12 * random.standard_normal((n, 14, 2)))
    joints = joints.clip(2, SIZE - 3).astype(np.float32)
    images = random.integers(0, 40, (n, SIZE, SIZE, 3), dtype=np.uint8)
    for i in range(14):
        x, y = joints[:, i].astype(int).T
        images[np.arange(n), y, x] = 100 + 10 * i
    joints[random.random((n, 14)) < 0.1] = np.nan
    table = pd.DataFrame(
        {
            "subject": [f"p{i}" for i in range(n)],
            "action": "all",
            "sequence": 1,
            "camera": "",
            "frame": range(n),
            "split": "train",
        }
    )
    return PoseData(
        images=images,
        joints_2d=joints,
        joints_3d=None,
        visible=np.isfinite(joints).all(-1),
        boxes=np.tile(np.array([0, 0, SIZE, SIZE], np.float32), (n, 1)),
        table=table,
        skeleton=LSP14,
        card=DataCard("dots", "a test", "MIT"),
    )


def experiment(root: Path) -> DeepPoseExperiment:
    """80 training samples and 24 test samples."""
    parameters = {
        "dataset": "dots",
        "action": "all",
        "preset": "smoke",
        "budget": 1.0,
        "seed": 0,
        "device": "cpu",
        "controls": True,
    }
    run = Run("deeppose", parameters, "dots", PRESET.settings(), root=root)
    return DeepPoseExperiment(run, dots(80, 0), dots(24, 1), PRESET)


def stages(found: DeepPoseExperiment) -> Cascade:
    """Its three stages, trained and evaluated."""
    first = found.first_stage()
    second = found.next_stage([first])
    return found.cascade([first, second, found.next_stage([first, second])])
