"""A network that gives nearly the same pose for every image has learned nothing: found, and named."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.paper import BASELINES
from pose_lib.bench.rows import Key, Row, constant_row, label
from pose_lib.progress import say

__all__ = ["COLLAPSED", "SPREAD", "collapsed", "spread", "spread_rows"]

SPREAD = "spread"
"""Name of the metric: how much predictions vary over the samples, as a share of the truth's variation."""
COLLAPSED = 0.1
"""A network whose predictions vary less than this share of the truth counts as collapsed. The networks of
the chapters vary by half and more; the mean pose does not vary at all."""


def spread(predicted: Tensor, truth: Tensor) -> float:
    """Deviation of predictions over the samples, by that of the truth; joints without a label do not count.

    Args:
        predicted: ``(M, J, D)``.
        truth: ``(M, J, D)``, NaN where a joint has no label.
    """
    known = truth.isfinite()
    return float(_deviation(predicted, known) / _deviation(truth, known))


def _deviation(poses: Tensor, known: Tensor) -> Tensor:
    """Root mean square, over all joints and axes, of the distance to the mean over the samples."""
    values = torch.where(known, poses.double(), 0.0)
    mean = values.sum(0) / known.sum(0).clamp(min=1)
    return torch.where(known, values - mean, 0.0).square().sum().div(known.sum()).sqrt()


def spread_rows(predictions: Mapping[Key, Tensor], truth: Tensor) -> list[Row]:
    """The row of each learned system; says which of them have collapsed."""
    rows = []
    for key, predicted in predictions.items():
        if label(key).partition(" (")[0] in BASELINES:
            continue
        share = spread(predicted, truth)
        if share < COLLAPSED:
            say(f"{label(key)} has collapsed: its poses vary {share:.0%} as much as the true ones")
        rows.append(
            constant_row(key, SPREAD, "deviation of predicted by that of true poses", share, len(truth))
        )
    return rows


def collapsed(rows: pd.DataFrame) -> list[str]:
    """Labels of the systems that have collapsed in any of the runs of a table of rows."""
    found = rows[(rows["metric"] == SPREAD) & (rows["value"] < COLLAPSED)]
    keys = found[["system", "setting"]].drop_duplicates().itertuples(index=False)
    return [label((str(system), str(setting)) if setting else str(system)) for system, setting in keys]
