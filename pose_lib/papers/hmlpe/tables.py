"""The tables of the HMLPE chapter: parts by arm, the sweep of the weights, and what the maps respond to."""

from __future__ import annotations

import math

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key, label, pick, systems_of
from pose_lib.book.result_cells import cell, columns
from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.hmlpe import HMLPE
from pose_lib.papers.hmlpe import PAPER
from pose_lib.papers.hmlpe.probes import MAP_DISTANCES, nearest_joints
from pose_lib.papers.hmlpe.published import ARMS, PUBLISHED
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment
from pose_lib.papers.hmlpe.sweep import RATIOS, WAYS, ratio_name, sweep_key

__all__ = [
    "PRINTED",
    "arms_table",
    "effect_table",
    "map_distances_table",
    "maps_table",
    "sweep_frame",
    "sweep_table",
    "tasks_table",
    "was_swept",
]

PRINTED = "printed"
"""In place of a way of training: the numbers of Table 3 itself."""
_ERRORS = {
    "train-r": "poses, training",
    "test-r": "poses, test",
    "train-d": "windows, training",
    "test-d": "windows, test",
}
"""The two errors of Table 3 on training and test samples."""
_SHORT = dict(zip(ARMS, ("LL", "RL", "LU", "RU"), strict=True))
_SWEPT = {way: [sweep_key(ratio, way) for ratio in RATIOS] for way in WAYS}


def arms_table(
    evidence: Evidence, stored: Evidence, table: str = "Table 1", *, detected: bool = False
) -> pd.DataFrame:
    """PCP of each arm: systems of this run and of stored runs, then the printed lines.

    Args:
        evidence: of this run.
        stored: the runs kept under ``results/``; those on FLIC are in ``Table 2``, all others in ``Table 1``.
        table: the printed one, ``Table 1`` (Buffy) or ``Table 2`` (FLIC).
        detected: only people whom the detector found; runs without a detector have no line.
    """
    prefix = "detected-" if detected else ""
    printed = published_table(PUBLISHED, table)
    if len(stored.rows):
        stored = stored.select(stored.rows["dataset"].str.startswith("flic") == (table == "Table 2"))
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for title, part in columns(evidence, stored, everywhere=True):
        measured = systems_of(part.rows, f"{prefix}pcp-{ARMS[0]}")
        for system in (*PAPER.systems, "HMLPE, no pre-training"):
            if system in measured:
                lines[title, label(system)] = {
                    short: cell(part, system, f"{prefix}pcp-{arm}") for arm, short in _SHORT.items()
                }
    for name, rows in printed.groupby("system", sort=False):
        mine = rows.set_index("metric")["value"]
        if f"{prefix}pcp-{ARMS[0]}" in mine:
            lines[PRINTED, str(name)] = {
                short: f"{mine[f'{prefix}pcp-{arm}']:.2f}" for arm, short in _SHORT.items()
            }
    return pd.DataFrame(lines).T.rename_axis(["where", "system"])


def tasks_table(evidence: Evidence) -> pd.DataFrame:
    """PCP and both tasks' errors of every system that ran, the cells of the sweep left out."""
    metrics = {
        "pcp": "PCP, arms (%)",
        "pcp-upper-arm": "upper arms (%)",
        "pcp-lower-arm": "lower arms (%)",
        "pdj-0.20": "PDJ@0.2 (%)",
        "train-r": "training poses",
        "test-r": "test poses",
        "train-d": "training windows",
        "test-d": "test windows",
    }
    swept = {key for keys in _SWEPT.values() for key in keys}
    shown = evidence.rows[evidence.rows["metric"].isin(list(metrics))]
    return pd.DataFrame(
        {
            label(key): {t: cell(evidence, key, m, 3 if m in _ERRORS else 1) for m, t in metrics.items()}
            for key in systems_of(shown)
            if key not in swept
        }
    ).T


def effect_table(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """The effect of the second task: HMLPE minus regression alone, in this run and in stored ones."""
    metrics = {
        "pcp": "PCP of the arms (points)",
        "test-r": "error of test poses",
        "train-r": "error of training poses",
    }
    return pd.DataFrame(
        {
            title: {
                words: cell(part, "HMLPE", m, 1 if m == "pcp" else 3, against="Regression alone")
                for m, words in metrics.items()
            }
            for title, part in columns(evidence, stored, everywhere=True)
        }
    ).T


def was_swept(evidence: Evidence) -> bool:
    """Whether a run trained the networks of Table 3."""
    return any(len(pick(evidence.rows, key)) for keys in _SWEPT.values() for key in keys)


def sweep_frame(evidence: Evidence) -> pd.DataFrame:
    """Table 3 in long form, of this book's runs and as printed: one row per network and error.

    Args:
        evidence: of a run that trained the controls.

    Returns:
        Columns ``metric``, ``way`` (of training, or :data:`PRINTED`), ``ratio`` (text, as ordered
        categories), ``value``, ``low`` and ``high``; NaN where a network was not trained or nothing printed.
    """
    printed = published_table(PUBLISHED, "Table 3").set_index(["system", "metric"])["value"]
    names = ["∞" if math.isinf(ratio) else f"{ratio:g}" for ratio in RATIOS]
    lines: list[tuple[str, str, str, float, float, float]] = []
    for metric in _ERRORS:
        for way, keys in _SWEPT.items():
            for key, name in zip(keys, names, strict=True):
                lines.append((metric, WAYS[way], name, *_measured(evidence, key, metric)))
        for ratio, name in zip(RATIOS, names, strict=True):
            value = float(printed.get((ratio_name(ratio), metric), math.nan))
            lines.append((metric, PRINTED, name, value, math.nan, math.nan))
    found = pd.DataFrame(lines, columns=["metric", "way", "ratio", "value", "low", "high"])
    return found.assign(ratio=pd.Categorical(found["ratio"], names, ordered=True))


def _measured(evidence: Evidence, key: Key, metric: str) -> tuple[float, float, float]:
    """Value and interval of a row, NaN where there is none."""
    rows = pick(evidence.rows, key, metric)
    if not len(rows):
        return math.nan, math.nan, math.nan
    return rows["value"].iloc[0], rows["low"].iloc[0], rows["high"].iloc[0]


def sweep_table(evidence: Evidence) -> pd.DataFrame:
    """Table 3: both errors for every ratio of the weights, as text."""
    found = sweep_frame(evidence)
    order = [(metric, way) for metric in _ERRORS for way in (*WAYS.values(), PRINTED)]
    table = found.pivot(index=["metric", "way"], columns="ratio", values="value").loc[order]
    lines = [(_ERRORS[metric], way) for metric, way in order]
    table.index = pd.MultiIndex.from_tuples(lines, names=["error", "trained"])
    table.columns = [str(name) for name in table.columns]
    return table.map(lambda value: "–" if math.isnan(value) else f"{value:.3f}")


def map_distances_table(evidence: Evidence) -> pd.DataFrame:
    """Mean distance of the peaks to their map's joint, by convolution, for each network that was measured."""
    lines = {}
    for convolution, metric in MAP_DISTANCES.items():
        rows = pick(evidence.rows, metric=metric)
        lines[f"convolution {convolution}"] = rows.set_index("system")["value"]
    return pd.DataFrame(lines)


def maps_table(experiment: HmlpeExperiment, net: HMLPE, convolution: int, count: int = 8) -> pd.DataFrame:
    """The maps whose peaks lie nearest to one joint on training images: which, and how near."""
    joint, distance = nearest_joints(experiment, net, convolution)
    order = distance.argsort()[:count].tolist()
    return pd.DataFrame(
        {
            "joint": [STICKMEN8.joints[int(joint[i])].replace("_", " ") for i in order],
            "distance (window = 1)": [float(distance[i]) for i in order],
        },
        index=[f"map {i}" for i in order],
    )
