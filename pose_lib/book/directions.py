"""What turning the takes of motion capture brings: measurements, and where the clips of a folder face."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from pose_lib.bench.stored import results_root
from pose_lib.data.mocap.turning import ENOUGH, MOST, performance_count
from pose_lib.data.synthetic.bodies import BODY_POINTS

__all__ = ["directions_table", "effect_table", "facing"]

SECTORS = 8


def effect_table() -> pd.DataFrame:
    """Means over the seeds of what turning brings, in mm, one row for each way to use the clips.

    They are read from the stored lines of ``python -m benchmarks mocap-directions``.
    """
    lines = pd.read_json(results_root() / "mocap_directions.jsonl", lines=True)
    means = lines.groupby("arm", sort=False).mean(numeric_only=True)
    return means.drop(columns="seed").rename(
        columns={
            "training_crops": "training crops",
            "mpjpe_mm": "network, MPJPE",
            "pa_mpjpe_mm": "network, PA-MPJPE",
            "mean_pose_mm": "mean pose, MPJPE",
        }
    )


def facing(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Where a person faces, degrees ``(T,)`` about the vertical, from body points ``(T, 21, 3)``, z up."""
    hips = points[:, BODY_POINTS.index("left_hip")] - points[:, BODY_POINTS.index("right_hip")]
    return np.degrees(np.arctan2(-hips[:, 0], hips[:, 1]))


def directions_table(clips: Mapping[str, npt.NDArray[np.float64]]) -> pd.DataFrame:
    """How long the people of some clips face each eighth of the circle, and how often they are performed.

    Args:
        clips: body points ``(T, 21, 3)`` at 50 Hz by name.
    """
    angles = np.concatenate([facing(points) for points in clips.values()])
    sectors = np.floor((angles + 180 / SECTORS) % 360 / (360 / SECTORS)).astype(int)
    seconds = np.bincount(sectors, minlength=SECTORS) / 50
    columns = [f"{round(360 / SECTORS * i)}°" for i in range(SECTORS)]
    table = pd.DataFrame([seconds], columns=columns, index=["seconds as recorded"])
    count = performance_count(float(seconds.sum()))
    table.attrs["note"] = (
        f"{seconds.sum():.0f} s in all. Training clips of as many seconds would be performed "
        f"{count} of at most {MOST} times, so that they make {ENOUGH:.0f} s or come near to it"
    )
    return table
