"""What each idea of a paper gains in the paper's own numbers.

A gain is above zero where the idea helps, whatever the metric: errors count as control minus idea, shares of
limbs that are found as idea minus control. So better is the same side in every table and figure.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence

import numpy as np

from pose_lib.bench.paper import Idea, Paper
from pose_lib.bench.rows import Key, label

__all__ = ["NAMES_IN_PRINT", "gain_sign", "gain_unit", "names_in_print", "printed_gain", "printed_gains"]

NAMES_IN_PRINT = "AS_PRINTED"
"""Value of a room's ``published`` module: a system to its names in the printed tables, where these are others
than that of its row. There are several where tables differ."""
_HIGHER = ("pcp", "pdj", "detected-pcp", "accuracy")
_UNITS = {
    "mpjpe": "mm of MPJPE",
    "pa-mpjpe": "mm of PA-MPJPE",
    "limb-ratio-full": "sum of log limb ratios",
    "pcp": "points of PCP",
    **{f"pdj-{share:.2f}": f"points of PDJ at {share:g}" for share in (0.05, 0.1, 0.2)},
    "test-r": "squared error of joints, box\N{SUPERSCRIPT TWO}",
    "test-d": "cross-entropy of windows",
}
_TOTALS = ("All", "Average", "all six")


def gain_sign(metric: str) -> int:
    """1 for a metric of which more is better, such as PCP, and -1 for an error."""
    return 1 if metric.startswith(_HIGHER) else -1


def gain_unit(metric: str) -> str:
    """What a gain is counted in, such as millimetres or points of PCP; else the name of the metric."""
    return _UNITS.get(metric, metric)


def names_in_print(paper: Paper, key: Key) -> Sequence[str]:
    """The names of a system in the paper's own tables; that of its row where these have no other."""
    module = f"{paper.module}.published"
    if module not in paper.all_modules:
        return (label(key),)
    names: Mapping[Key, Sequence[str]] = getattr(importlib.import_module(module), NAMES_IN_PRINT, {})
    return names.get(key, (label(key),))


def printed_gains(paper: Paper, idea: Idea) -> dict[str, float]:
    """Printed action or data set to the gain in the paper's own numbers, where it prints both systems.

    They are of the first table that has both. Where none has, it is the number that the idea itself brings,
    under ``""``.
    """
    first, second = (names_in_print(paper, key) for key in (idea.system, idea.against))
    own = [p for p in paper.published if p.metric == idea.metric]
    for table in dict.fromkeys(p.table for p in own):
        values = {(p.system, p.action): p.value for p in own if p.table == table}
        found = {}
        for action in dict.fromkeys(action for _, action in values):
            a, b = (
                next((values[name, action] for name in names if (name, action) in values), None)
                for names in (first, second)
            )
            if a is not None and b is not None:
                found[action] = gain_sign(idea.metric) * (a - b)
        if found:
            return found
    return {} if idea.printed is None else {"": gain_sign(idea.metric) * idea.printed}


def printed_gain(printed: Mapping[str, float], action: str) -> tuple[float, str]:
    """The printed gain to put beside a run on an action, and what it is of; NaN where nothing is printed.

    It is that of the same action, else the mean over the printed actions, their printed total left out.
    """
    if action in printed:
        return printed[action], action
    parts = {name: value for name, value in printed.items() if name not in _TOTALS} or dict(printed)
    if not parts:
        return math.nan, ""
    (first, *more) = parts
    return float(np.mean(list(parts.values()))), f"mean of {len(parts)} actions" if more else first
