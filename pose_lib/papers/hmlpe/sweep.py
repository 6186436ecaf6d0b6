"""The cells of Table 3, Li et al. 2014: ratios of the tasks' weights, initial weights, names of rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pose_lib.bench.rows import Key

if TYPE_CHECKING:
    from pose_lib.models.hmlpe import Start

__all__ = ["RATIOS", "STARTS", "ratio_name", "sweep_key"]

RATIOS = (0.0, 0.5, 1.0, 2.0, 4.0, 100.0, 1e10, math.inf)
"""``lambda_r / lambda_d`` of Table 3, and 100, at which the sums of both losses are about equal."""

STARTS: dict[Start, str] = {"he": "He start", "published": "published start"}
"""Initial weights to their name in tables."""


def ratio_name(ratio: float) -> str:
    """A ratio of the weights as tables write it; a printed number of Table 3 has this as its system."""
    return f"ratio {ratio:g}"


def sweep_key(ratio: float, start: Start) -> Key:
    """The row of the network that was trained at a ratio from some initial weights."""
    return "HMLPE", f"{ratio_name(ratio)}, {STARTS[start]}"
