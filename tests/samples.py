"""A small data set for tests that need samples and no pictures of people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import H36M17


def make(n: int = 6, size: int = 8) -> PoseData:
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "subject": ["S1"] * n,
            "action": "Walking",
            "sequence": 1,
            "camera": ["54138969", "55011271"] * (n // 2) + ["54138969"] * (n % 2),
            "frame": range(n),
            "split": ["train"] * (n - 2) + ["test"] * 2,
        }
    )
    return PoseData(
        images=random.integers(0, 255, (n, size, size, 3), dtype=np.uint8),
        joints_2d=random.random((n, 17, 2), dtype=np.float32),
        joints_3d=1000 * random.random((n, 17, 3), dtype=np.float32),  # mm
        visible=random.random((n, 17)) > 0.5,
        boxes=random.random((n, 4), dtype=np.float32),
        table=table,
        skeleton=H36M17,
        card=DataCard("made", "a test", "MIT", ("a note",), {"step": 5}),
        masks=random.integers(0, 16, (n, size, size), dtype=np.uint8),
    )
