"""What the DeepPose chapter varies, the names of these rows, and the images on which a size is chosen."""

from __future__ import annotations

import numpy as np

from pose_lib.bench.measures import sequences_of
from pose_lib.bench.rows import Key
from pose_lib.data.poses import PoseData

__all__ = ["CROPS", "HELD", "crops_key", "held_out", "sigma_key", "sigmas_of"]

CROPS = (1, 10, 40)
"""Simulated predictions per joint to compare; the paper's number is the last."""
HELD = "held-pdj-0.20"
"""PDJ at 0.2 on the images that :func:`held_out` keeps from training: what the paper chooses by."""
_HELD_TAKES = 50
"""The paper holds out 50 images; a photograph is a take of its own."""


def sigma_key(sigma: float) -> Key:
    """The row of stage 2 with joint boxes of ``sigma`` diameters."""
    return "Stage 2", f"sigma {sigma:g}"


def crops_key(crops: int) -> Key:
    """The row of stage 2 with so many simulated predictions per joint."""
    return "Stage 2", f"{crops} crop{'s' * (crops > 1)}"


def sigmas_of(upper_body: bool) -> tuple[float, ...]:
    """Sizes of the joints' boxes to compare, in diameters: those that the paper tried.

    On whole bodies also a size of 1, half of the chosen one, for claim DP-7.
    """
    return (0.8, 1.0, 1.2) if upper_body else (1.0, 1.5, 1.7, 2.0, 2.3)


def held_out(train: PoseData) -> tuple[PoseData, PoseData]:
    """Training samples without some takes, and the samples of these takes, on which sizes are compared.

    Takes are held out whole, evenly spread: a tenth of them and at most 50. Of fewer than twenty, none is.
    """
    takes, place = np.unique(sequences_of(train), axis=0, return_inverse=True)
    count = min(_HELD_TAKES, len(takes) // 10)
    chosen = np.linspace(0, len(takes) - 1, count if count > 1 else 0).round()
    held = np.isin(place.reshape(-1), chosen)
    return train.select(~held), train.select(held)
