"""Tables that put the systems of the 2D papers next to each other, on the same upper bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pose_lib.bench.rows import Key, label, pick, row
from pose_lib.book.metric_titles import metric_title
from pose_lib.book.result_cells import with_bounds
from pose_lib.papers.compare.pages import looks_of
from pose_lib.papers.compare.upper_bodies import UpperBodies

__all__ = ["costs_2d", "gains_2d", "looks_2d", "rates_table", "views_2d"]

RATES = ("pcp", "pcp-upper-arm", "pcp-lower-arm", "pdj-0.10", "pdj-0.20", "pdj-0.20-wrist")
_TITLES = {
    "pcp": "PCP, arms (%)",
    "pcp-upper-arm": "upper arms (%)",
    "pcp-lower-arm": "lower arms (%)",
    "pdj-0.20-wrist": "wrists at 0.2 (%)",
}


def looks_2d(together: UpperBodies) -> dict[str, Mapping[str, Any]]:
    """One colour per paper, as :func:`.pages.looks_of`."""
    return looks_of(list({paper.name: paper for paper in together.papers.values()}.values()))


def rates_table(together: UpperBodies, metrics: Sequence[str] = RATES) -> pd.DataFrame:
    """One line per system: rates in per cent with 95 % intervals over people and takes."""
    scores, lines = together.scores, {}
    for key in together.predictions:
        found = {m: row(key, m, "", scores.of(key, m), scores.groups, scores.weights[m]) for m in metrics}
        lines[label(key)] = {_title(m): with_bounds(r.value, r.low, r.high, ".1f") for m, r in found.items()}
    return pd.DataFrame(lines).T


def gains_2d(
    together: UpperBodies, pairs: Sequence[tuple[Key, Key]], metrics: Sequence[str] = RATES
) -> pd.DataFrame:
    """One line per pair of systems: paired differences in points with 95 % intervals."""
    lines: dict[str, dict[str, str]] = {}
    for r in together.scores.differences([(a, b, m) for m in metrics for a, b in pairs]):
        line = lines.setdefault(f"{label((r.system, r.setting))} - {r.against}", {})
        line[_title(r.metric)] = with_bounds(r.value, r.low, r.high, "+.1f")
    return pd.DataFrame(lines).T


def views_2d(together: UpperBodies, metric: str = "pcp") -> pd.DataFrame:
    """A rate (%) of each system on people who show their front or side, and on those seen from behind."""
    parts = {"from the front or side": ~together.away, "from behind": together.away}
    scores, lines = together.scores, {}
    for key in together.predictions:
        values, weights = scores.of(key, metric), scores.weights[metric]
        lines[label(key)] = {
            f"{name} ({int(part.sum())})": _mean(values, weights * part) for name, part in parts.items()
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def _mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    counted = weights > 0
    return float(np.average(values[counted], weights=weights[counted])) if counted.any() else float("nan")


def costs_2d(together: UpperBodies) -> pd.DataFrame:
    """Parameters, multiply-adds, training time and latency of the systems whose runs have noted them."""
    units = {
        "parameters": ("parameters (million)", 1e6),
        "multiply-adds": ("multiply-adds (million)", 1e6),
        "train-seconds": ("training (s)", 1.0),
        "ms-per-image": ("ms per image", 1.0),
    }
    lines = {}
    for key, paper in together.papers.items():
        rows = together.evidence.rows
        values = pick(rows[rows["paper"] == paper.name], key).set_index("metric")["value"]
        found = {title: values.get(metric, np.nan) / unit for metric, (title, unit) in units.items()}
        if not all(np.isnan(list(found.values()))):
            lines[label(key)] = found
    return pd.DataFrame.from_dict(lines, orient="index", columns=[title for title, _ in units.values()])


def _title(metric: str) -> str:
    return _TITLES.get(metric, metric_title(metric))
