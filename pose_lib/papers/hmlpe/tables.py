"""The tables of the HMLPE chapter: parts by arm, both tasks, and what the maps respond to."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import label, pick, systems_of
from pose_lib.book.result_cells import cell, columns
from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.hmlpe import HMLPE
from pose_lib.papers.hmlpe import PAPER
from pose_lib.papers.hmlpe.probes import MAP_DISTANCES, nearest_joints
from pose_lib.papers.hmlpe.published import ARMS, PUBLISHED
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment
from pose_lib.papers.hmlpe.sweep_tables import ERRORS, PRINTED, SWEPT

__all__ = [
    "arms_table",
    "effect_table",
    "map_distances_table",
    "maps_table",
    "tasks_table",
]

_SHORT = dict(zip(ARMS, ("LL", "RL", "LU", "RU"), strict=True))


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
    swept = {key for keys in SWEPT.values() for key in keys}
    shown = evidence.rows[evidence.rows["metric"].isin(list(metrics))]
    return pd.DataFrame(
        {
            label(key): {t: cell(evidence, key, m, 3 if m in ERRORS else 1) for m, t in metrics.items()}
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
