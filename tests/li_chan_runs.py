"""Li & Chan's experiment on a few random samples, for the tests of its room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pose_lib.bench.run import Run
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import H36M17
from pose_lib.papers.li_chan.presets import PRESETS
from pose_lib.papers.li_chan.recipe import LiChanExperiment
from pose_lib.training import Schedule

TINY = replace(
    PRESETS["smoke"],
    joint=Schedule(2, 1e-3, 8),
    detector=Schedule(2, 1e-3, 8),
    regressor=Schedule(2, 1e-3, 8),
    widths=(16, 12),
    noise=0.1,
)


def data(count: int, subject: str) -> PoseData:
    """Random images and poses of four takes, the root in the middle of the hips; a third of joints hidden."""
    random = np.random.default_rng(count)
    joints = random.normal(0, 250, (count, 17, 3)).astype(np.float32)
    hips = [H36M17.index("right_hip"), H36M17.index("left_hip")]
    joints[:, H36M17.root] = joints[:, hips].mean(1)
    table = pd.DataFrame(
        {
            "subject": subject,
            "action": "Walking",
            "sequence": [f"take {i % 4}" for i in range(count)],
            "camera": "one",
            "frame": range(count),
            "split": "train",
        }
    )
    return PoseData(
        images=random.integers(0, 256, (count, 64, 64, 3), dtype=np.uint8),
        joints_2d=random.uniform(0, 64, (count, 17, 2)).astype(np.float32),
        joints_3d=joints,
        visible=random.random((count, 17)) > 0.3,
        boxes=np.tile(np.array([0, 0, 64, 64], dtype=np.float32), (count, 1)),
        table=table,
        skeleton=H36M17,
        card=DataCard("made up", "random numbers", "none"),
    )


def experiment(folder: Path) -> LiChanExperiment:
    """24 training samples and 12 test samples."""
    given = {"preset": "smoke", "device": "cpu", "seed": 0, "action": "Walking"}
    run = Run("li_chan", given, "card", root=folder)
    return LiChanExperiment(run, data(24, "S1"), data(12, "S9"), TINY)
