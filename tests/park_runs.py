"""Park's experiment on a few random samples, for the tests of its room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pose_lib.bench.run import Run
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import H36M17
from pose_lib.papers.park.recipe import ParkExperiment
from pose_lib.papers.park.sizes import ParkPreset
from pose_lib.training import Schedule

TINY = ParkPreset(
    name="tiny", size=68, window=64, seconds=1, step=1, test_step=1, learning=Schedule(4, 1e-3, 8), width=8,
    dropout=0.1, noise=0.1, looks=2, seen=6,
)  # fmt: skip


def data(n: int, seed: int, size: int = 68) -> PoseData:
    """Variations of one pose, whose torso is never short, in random images; one joint has no 2D label."""
    random = np.random.default_rng(seed)
    pose = np.random.default_rng(0).normal(0, 300, (17, 3))
    joints = (pose + random.normal(0, 40, (n, 17, 3))).astype(np.float32)
    places = random.uniform(4, size - 4, (n, 17, 2)).astype(np.float32)
    places[0, 3] = np.nan
    table = pd.DataFrame(
        {
            "subject": f"S{seed}",
            "action": "Walking",
            "sequence": 1,
            "camera": ["a", "b"] * (n // 2),
            "frame": range(n),
            "split": "x",
        }
    )
    return PoseData(
        random.integers(0, 256, (n, size, size, 3), dtype=np.uint8),
        places,
        joints,
        np.isfinite(places[..., 0]),
        np.tile(np.array([0, 0, size, size], np.float32), (n, 1)),
        table,
        H36M17,
        DataCard("tiny", "", ""),
    )


def experiment(folder: Path, preset: ParkPreset = TINY) -> ParkExperiment:
    """24 training samples and 10 test samples."""
    run = Run("park", {"preset": preset.name, "seed": 0, "device": "cpu"}, "card", {}, root=folder)

    def crops(size: int) -> tuple[PoseData, PoseData]:
        return data(24, 0, size), data(10, 1, size)

    return ParkExperiment(run, *crops(preset.size), preset, crops=crops)
