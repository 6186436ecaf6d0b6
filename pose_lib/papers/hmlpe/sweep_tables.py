"""Table 3 and Figure 5, Li et al. 2014: both errors over the ratio of the tasks' weights."""

from __future__ import annotations

import math

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.pooling import once_a_seed, pooled
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key, pick
from pose_lib.bench.setting import optimiser_of
from pose_lib.book.result_cells import stored_with_controls, with_controls
from pose_lib.papers.hmlpe import PAPER
from pose_lib.papers.hmlpe.published import PUBLISHED
from pose_lib.papers.hmlpe.sizes import HmlpePreset
from pose_lib.papers.hmlpe.sweep import RATIOS, WAYS, ratio_name, sweep_key
from pose_lib.papers.hmlpe.union import MIXED

__all__ = [
    "ERRORS",
    "PRINTED",
    "SWEPT",
    "mean_pose_error",
    "sweep_frame",
    "sweep_table",
    "sweeps",
    "trainings_table",
    "was_swept",
]

PRINTED = "printed"
"""In place of a way of training: the numbers of Table 3 itself."""
ERRORS = {
    "train-r": "poses, training",
    "test-r": "poses, test",
    "train-d": "windows, training",
    "test-d": "windows, test",
}
"""The two errors of Table 3 on training and test samples."""
SWEPT = {way: [sweep_key(ratio, way) for ratio in RATIOS] for way in WAYS}
"""The rows of the networks of Table 3, by the way in which they were trained."""


def sweeps(evidence: Evidence, stored: Evidence) -> dict[str, Evidence]:
    """Runs that trained the networks of Table 3, by a title.

    Stored ones on the paper's target sets; and this run where it did, else stored ones on its data set.
    """
    mine = str(evidence.rows["dataset"].iloc[0])
    others = [stored_with_controls(stored, place) for place in MIXED if place != mine]
    found = [*filter(None, others), with_controls(evidence, stored)]
    return {title: part for title, part in found if was_swept(part)}


def was_swept(evidence: Evidence) -> bool:
    """Whether any of some runs trained the networks of Table 3."""
    return any(len(pick(evidence.rows, key)) for keys in SWEPT.values() for key in keys)


def sweep_frame(evidence: Evidence) -> pd.DataFrame:
    """Table 3 in long form, of this book's runs and as printed: one row per network and error.

    Args:
        evidence: of runs that trained the controls, and differ in their seeds.

    Returns:
        Columns ``metric``, ``way`` (of training, or :data:`PRINTED`), ``ratio`` (text, as ordered
        categories), ``value``, ``low`` and ``high``; NaN where a network was not trained or nothing printed.
    """
    printed = published_table(PUBLISHED, "Table 3").set_index(["system", "metric"])["value"]
    names = ["∞" if math.isinf(ratio) else f"{ratio:g}" for ratio in RATIOS]
    lines: list[tuple[str, str, str, float, float, float]] = []
    for metric in ERRORS:
        for way, keys in SWEPT.items():
            for key, name in zip(keys, names, strict=True):
                lines.append((metric, WAYS[way], name, *_measured(evidence, key, metric)))
        for ratio, name in zip(RATIOS, names, strict=True):
            value = float(printed.get((ratio_name(ratio), metric), math.nan))
            lines.append((metric, PRINTED, name, value, math.nan, math.nan))
    found = pd.DataFrame(lines, columns=["metric", "way", "ratio", "value", "low", "high"])
    return found.assign(ratio=pd.Categorical(found["ratio"], names, ordered=True))


def _measured(evidence: Evidence, key: Key, metric: str) -> tuple[float, float, float]:
    """Value and interval of a row over the runs' seeds, NaN where there is none."""
    rows = once_a_seed(pick(evidence.rows, key, metric))
    return pooled(rows) if len(rows) else (math.nan, math.nan, math.nan)


def sweep_table(evidence: Evidence) -> pd.DataFrame:
    """Table 3: both errors for every ratio of the weights, as text."""
    found = sweep_frame(evidence)
    order = [(metric, way) for metric in ERRORS for way in (*WAYS.values(), PRINTED)]
    table = found.pivot(index=["metric", "way"], columns="ratio", values="value").loc[order]
    lines = [(ERRORS[metric], way) for metric, way in order]
    table.index = pd.MultiIndex.from_tuples(lines, names=["error", "trained"])
    table.columns = [str(name) for name in table.columns]
    return table.map(lambda value: "–" if math.isnan(value) else f"{value:.3f}")


def mean_pose_error(evidence: Evidence) -> float:
    """The error of test poses (``test-r``) of the mean pose of the target set, in the same runs."""
    return _measured(evidence, "Mean pose", "test-r")[0]


def trainings_table(evidence: Evidence) -> pd.DataFrame:
    """How each network of the table was trained in some runs of one setting: optimiser, steps and images."""
    about = evidence.rows.iloc[0]
    preset = preset_in_force(PAPER, *(about[name] for name in ("preset", "dataset", "budget")))
    assert isinstance(preset, HmlpePreset)
    schedules = {"he": preset.sweep, "published": preset.sweep_published, "momentum": preset.sweep_momentum}
    return pd.DataFrame(
        {
            title: {
                "optimiser": optimiser_of(schedules[way]),
                "steps": f"{schedules[way].steps:,}",
                "images in a step": str(schedules[way].batch),
                "images in all": f"{schedules[way].steps * schedules[way].batch:,}",
            }
            for way, title in WAYS.items()
        }
    ).T
