"""Tables 1 and 2 of the Tekin chapter: this run, stored runs, and the printed numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pose_lib.bench.claims import pooled
from pose_lib.bench.published import published_table
from pose_lib.bench.tekin import SYSTEMS

__all__ = ["claims_table", "controls_table", "details_table", "stored_summary", "table_1", "table_2"]

_PUBLISHED_NAME = {"KDE": "LinKDE", "Ours, fine-tuned": "Ours"}
_NOT_RUN = ("DconvMP-HML", "StructNet-Max", "StructNet-Avg")


def _interval(rows: pd.DataFrame, digits: int = 1) -> str:
    """``mean [low, high]`` of one run, or pooled over the seeds of several."""
    mean, low, high = pooled(rows)
    return f"{mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _cell(rows: pd.DataFrame, system: str, metric: str, digits: int = 1) -> str:
    found = rows[(rows["system"] == system) & (rows["metric"] == metric)] if len(rows) else rows
    return _interval(found, digits) if len(found) else "–"


def _long(stored: pd.DataFrame, dataset: str) -> list[tuple[str, str, pd.DataFrame]]:
    """(column title, action, rows) of the stored runs of a data set, one a preset and action."""
    if not len(stored):
        return []
    groups = stored[stored["dataset"] == dataset].groupby(["preset", "action"])
    return [
        (
            f"{action}, {preset}, {rows['seed'].nunique()} seed{'s' * (rows['seed'].nunique() > 1)}",
            str(action),
            rows,
        )
        for (preset, action), rows in groups
    ]


def table_1(
    rows: pd.DataFrame, stored: pd.DataFrame, published: Sequence[str] = ("Walking", "Discussion")
) -> pd.DataFrame:
    """MPJPE in mm of every system: this run, stored runs, and Table 1 as printed (on Human3.6M).

    Args:
        rows: of this run.
        stored: rows kept under ``results/``.
        published: actions of the printed table to show.
    """
    printed = published_table("tekin_ae", "Table 1").set_index(["system", "action"])["value"]
    table: dict[str, dict[str, str]] = {}
    columns = [("this run", "", rows), *_long(stored, str(rows["dataset"].iloc[0]))]
    for system in (*SYSTEMS, *_NOT_RUN):
        line = {title: _cell(part, system, "mpjpe") for title, _, part in columns}
        for action in published:
            value = printed.get((_PUBLISHED_NAME.get(system, system), action))
            line[f"{action}, printed"] = "–" if value is None else f"{value:.2f}"
        table[system] = line
    return pd.DataFrame(table).T


def table_2(rows: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Sum of log limb-length-ratio errors of lower, upper and full body, beside Table 2 as printed."""
    printed = published_table("tekin_ae", "Table 2").set_index(["system", "metric"])["value"]
    columns = [("this run", "", rows), *_long(stored, str(rows["dataset"].iloc[0]))]
    table: dict[tuple[str, str], dict[str, str]] = {}
    for body in ("lower", "upper", "full"):
        metric = f"limb-ratio-{body}"
        for system in SYSTEMS:
            line = {title: _cell(part, system, metric, 2) for title, _, part in columns}
            value = printed.get((system, metric))
            table[body, system] = line | {"printed": "–" if value is None else f"{value:.2f}"}
    frame = pd.DataFrame(table).T
    return frame.rename_axis(["body", "system"])


def controls_table(rows: pd.DataFrame) -> pd.DataFrame:
    """MPJPE, PA-MPJPE and full-body limb ratios of all systems that ran, controls included."""
    metrics = {
        "mpjpe": "MPJPE (mm)",
        "pa-mpjpe": "PA-MPJPE (mm)",
        "limb-ratio-full": "limb ratios, full body",
    }
    systems = [s for s in rows["system"].unique() if " - " not in s and (rows["system"] == s).any()]
    systems = [s for s in systems if len(rows[(rows["system"] == s) & (rows["metric"] == "mpjpe")])]
    lines = {
        s: {title: _cell(rows, s, m, 1 if "mpjpe" in m else 2) for m, title in metrics.items()}
        for s in systems
    }
    return pd.DataFrame(lines).T


def stored_summary(stored: pd.DataFrame) -> pd.DataFrame:
    """Where the stored rows come from: one line a run."""
    if not len(stored):
        return pd.DataFrame({"note": ["no stored run"]})
    keep = [
        "dataset",
        "action",
        "preset",
        "seed",
        "controls",
        "date",
        "commit",
        "processor",
        "threads",
        "torch",
    ]
    return stored[keep].drop_duplicates().reset_index(drop=True)


def claims_table(claims: pd.DataFrame) -> pd.DataFrame:
    """One line a claim: what it says, what was printed, the verdict, and what the verdict cannot say."""
    table = claims.set_index("claim")[["says", "published", "outcome", "limits"]]
    return table.rename(columns={"says": "it says", "published": "printed", "outcome": "verdict"})


def details_table(details: pd.DataFrame) -> pd.DataFrame:
    """One line a comparison and action: the pooled difference with its interval, and what it decides."""
    if not len(details):
        return pd.DataFrame({"note": ["no stored run decides any claim"]})
    interval = [
        f"{d['difference']:+.3g} [{d['low']:+.3g}, {d['high']:+.3g}]" for d in details.to_dict("records")
    ]
    table = details.assign(difference=interval)
    shown = ["claim", "action", "comparison", "metric", "difference", "seeds", "outcome"]
    return table[shown].rename(columns={"comparison": "first - second"}).set_index("claim")
