"""Training images that are kept from training, so that a size can be chosen on them."""

from __future__ import annotations

import numpy as np

from pose_lib.bench.measures import sequences_of
from pose_lib.data.poses import PoseData

__all__ = ["held_out"]

_HELD_TAKES = 50
"""At most: a photograph is a take of its own."""


def held_out(train: PoseData) -> tuple[PoseData, PoseData]:
    """Training samples without some takes, and the samples of these takes, on which sizes are compared.

    Takes are held out whole, evenly spread: a tenth of them and at most 50. Of fewer than twenty, none is.
    """
    takes, place = np.unique(sequences_of(train), axis=0, return_inverse=True)
    count = min(_HELD_TAKES, len(takes) // 10)
    chosen = np.linspace(0, len(takes) - 1, count if count > 1 else 0).round()
    held = np.isin(place.reshape(-1), chosen)
    return train.select(~held), train.select(held)
