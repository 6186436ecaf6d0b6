"""The tables of the HMLPE chapter: parts by arm, the sweep of the weights, and what the maps respond to."""

from __future__ import annotations

import math

import pandas as pd

from pose_lib.bench.hmlpe import RATIOS, SYSTEMS, HmlpeExperiment, sweep_name
from pose_lib.bench.hmlpe_probes import nearest_joints
from pose_lib.bench.published import published_table
from pose_lib.bench.published.hmlpe import ARMS
from pose_lib.book.paper_tables import cell, columns
from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.hmlpe import HMLPE

__all__ = ["arms_table", "effect_table", "maps_table", "sweep_errors", "sweep_table", "tasks_table"]

_ERRORS = {
    "train-r": "poses, training",
    "test-r": "poses, test",
    "train-d": "windows, training",
    "test-d": "windows, test",
}
"""The two costs of Table 3 on training and test samples."""
_SHORT = dict(zip(ARMS, ("LL", "RL", "LU", "RU"), strict=True))


def arms_table(
    rows: pd.DataFrame, stored: pd.DataFrame, table: str = "Table 1", *, detected: bool = False
) -> pd.DataFrame:
    """PCP of each arm: systems of this run and of stored runs, then the printed lines.

    Args:
        rows: of this run.
        stored: rows kept under ``results/``; those on FLIC stand in ``Table 2``, all others in ``Table 1``.
        table: the printed one, ``Table 1`` (Buffy) or ``Table 2`` (FLIC).
        detected: only people whom the detector found; runs without a detector have no line.
    """
    prefix = "detected-" if detected else ""
    printed = published_table("hmlpe", table)
    if len(stored):
        stored = stored[stored["dataset"].str.startswith("flic") == (table == "Table 2")]
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for title, part in columns(rows, stored, everywhere=True):
        measured = part.loc[part["metric"] == f"{prefix}pcp-{ARMS[0]}", "system"]
        systems = [s for s in (*SYSTEMS, "HMLPE, no pre-training") if (measured == s).any()]
        for system in systems:
            lines[title, system] = {
                short: cell(part, system, f"{prefix}pcp-{arm}") for arm, short in _SHORT.items()
            }
    for system in printed["system"].unique():
        mine = printed[printed["system"] == system].set_index("metric")["value"]
        if f"{prefix}pcp-{ARMS[0]}" in mine:
            lines["printed", system] = {
                short: f"{mine[f'{prefix}pcp-{arm}']:.2f}" for arm, short in _SHORT.items()
            }
    return pd.DataFrame(lines).T.rename_axis(["where", "system"])


def tasks_table(rows: pd.DataFrame) -> pd.DataFrame:
    """PCP and both costs of every system that ran, the cells of the sweep left out."""
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
    measured = rows[rows["metric"].isin(list(metrics))]["system"].unique()
    systems = [s for s in measured if " - " not in s and not s.startswith("ratio ")]
    return pd.DataFrame(
        {
            s: {t: cell(rows, s, m, 3 if m[-2:] in ("-r", "-d") else 1) for m, t in metrics.items()}
            for s in systems
        }
    ).T


def effect_table(rows: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The effect of the second task: HMLPE minus regression alone, in this run and in stored ones."""
    metrics = {
        "pcp": "PCP of the arms (points)",
        "test-r": "error of test poses",
        "train-r": "error of training poses",
    }
    return pd.DataFrame(
        {
            title: {
                words: cell(part, "HMLPE - Regression alone", m, 1 if m == "pcp" else 3)
                for m, words in metrics.items()
            }
            for title, part in columns(rows, stored, everywhere=True)
        }
    ).T


def sweep_errors(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The errors of Table 3, metric by ratio: of either first weights, and as printed; NaN where not run.

    Args:
        rows: of a run that trained the controls.
    """
    names = {
        "He start": [sweep_name(r, "he") for r in RATIOS],
        "published start": [sweep_name(r, "published") for r in RATIOS],
        "printed": [f"ratio {r:g}" for r in RATIOS],
    }
    ratios = ["∞" if math.isinf(r) else f"{r:g}" for r in RATIOS]
    errors = {}
    for title, systems in names.items():
        source = published_table("hmlpe", "Table 3") if title == "printed" else rows
        measured = source[source["metric"].isin(list(_ERRORS))].pivot(
            index="metric", columns="system", values="value"
        )
        errors[title] = measured.reindex(index=list(_ERRORS), columns=systems).set_axis(ratios, axis=1)
    return errors


def sweep_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Table 3: both costs for every ratio of the weights, of :func:`sweep_errors`, as text."""
    errors = sweep_errors(rows)
    lines = {
        (words, title): values.loc[metric]
        for metric, words in _ERRORS.items()
        for title, values in errors.items()
    }
    table = pd.DataFrame(lines).T.rename_axis(["error", "first weights"])
    return table.map(lambda value: "–" if math.isnan(value) else f"{value:.3f}")


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
