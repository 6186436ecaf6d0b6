"""People made of dots, and a small trained experiment of the HMLPE chapter on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pose_lib.bench.run import Run
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import LSP14
from pose_lib.papers.hmlpe.presets import PRESETS
from pose_lib.papers.hmlpe.recipe import DETECTED, HmlpeExperiment

__all__ = ["PARAMETERS", "opened", "people", "trained"]

PARAMETERS = {
    "dataset": "dots",
    "action": "all",
    "preset": "smoke",
    "budget": 1.0,
    "seed": 0,
    "device": "cpu",
}


def people(n: int = 40, size: int = 96, seed: int = 0) -> PoseData:
    """Leeds skeletons on noise, with a bright dot on every joint; five subjects, each one sequence."""
    random = np.random.default_rng(seed)
    joints = random.uniform(0.2 * size, 0.8 * size, (n, 14, 2)).astype(np.float32)
    images = random.integers(0, 80, (n, size, size, 3), dtype=np.uint8)
    for image, pose in zip(images, joints.astype(int), strict=True):
        image[pose[:, 1], pose[:, 0]] = 255
    table = pd.DataFrame(
        {
            "subject": [f"p{i % 5}" for i in range(n)],
            "action": "all",
            "sequence": 1,
            "camera": "",
            "frame": np.arange(n),
            "split": "train",
        }
    )
    boxes = np.tile(np.array([10, 20, 10 + 2 * size, 20 + 2 * size], dtype=np.float32), (n, 1))
    card = DataCard("dots", "drawn for a test", "none")
    return PoseData(images, joints, None, np.ones((n, 14), dtype=bool), boxes, table, LSP14, card)


def opened(folder: Path) -> HmlpeExperiment:
    """An experiment without any network, in which a detector missed every tenth of 30 test people."""
    test = people(30, seed=1)
    test = replace(test, table=test.table.assign(**{DETECTED: np.arange(30) % 10 > 0}))
    run = Run("hmlpe", {**PARAMETERS, "controls": True}, "card", {}, root=folder)
    return HmlpeExperiment(run, people(64), test, PRESETS["smoke"])


def trained(folder: Path) -> HmlpeExperiment:
    """The same after a few training steps of both tasks together and of either alone."""
    made = opened(folder)
    made.baselines()
    made.both_tasks()
    made.regression_alone()
    made.system("Detection alone", 0.0)
    return made
