"""The cells of Table 3, Li et al. 2014: ratios of the tasks' weights, ways of training, names of rows."""

from __future__ import annotations

import math
from typing import Literal

from pose_lib.bench.rows import Key

__all__ = ["RATIOS", "WAYS", "Way", "ratio_name", "sweep_key"]

Way = Literal["he", "published", "momentum"]
"""Initial weights and optimiser: AdamW from He's weights, AdamW from the published ones, or, as in the paper,
gradient descent with momentum from the published ones."""

RATIOS = (0.0, 0.5, 1.0, 2.0, 4.0, 100.0, 1e10, math.inf)
"""``lambda_r / lambda_d`` of Table 3, and 100, at which the sums of both losses are about equal."""

WAYS: dict[Way, str] = {
    "he": "He start",
    "published": "published start",
    "momentum": "published start, gradient descent",
}
"""Ways of training to their names in tables; where no optimiser is named, it is AdamW."""


def ratio_name(ratio: float) -> str:
    """A ratio of the weights as tables write it; a printed number of Table 3 has this as its system."""
    return f"ratio {ratio:g}"


def sweep_key(ratio: float, way: Way) -> Key:
    """The row of the network that was trained at a ratio in one of the ways."""
    return "HMLPE", f"{ratio_name(ratio)}, {WAYS[way]}"
