"""The tables of every chapter: this run, stored runs and the printed numbers side by side; verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pose_lib.bench.claims import DECISIVE, pooled

__all__ = [
    "actions_table",
    "cell",
    "claims_table",
    "columns",
    "controls_table",
    "details_table",
    "interval",
    "main_table",
    "stored_summary",
    "with_bounds",
    "with_controls",
]


def interval(rows: pd.DataFrame, digits: int = 1) -> str:
    """``mean [low, high]`` of one run, or pooled over the seeds of several."""
    return with_bounds(*pooled(rows), f".{digits}f")


def with_bounds(value: float, low: float, high: float, form: str) -> str:
    """``value [low, high]``; in a narrow table the line breaks before the bracket, never in it."""
    return f"{value:{form}} [{low:{form}},\N{NO-BREAK SPACE}{high:{form}}]"


def cell(rows: pd.DataFrame, system: str, metric: str, digits: int = 1, *, spread: bool = False) -> str:
    """One system's value as text, or a dash where it did not run."""
    found = rows[(rows["system"] == system) & (rows["metric"] == metric)] if len(rows) else rows
    if not len(found):
        return "–"
    if spread:
        return f"{found['value'].mean():.{digits}f} ({found['std'].mean():.{digits}f})"
    return interval(found, digits)


def columns(
    rows: pd.DataFrame, stored: pd.DataFrame | None, *, everywhere: bool = False
) -> list[tuple[str, pd.DataFrame]]:
    """(title, rows) of this run, then of the stored runs that decide claims, one a preset and action.

    Args:
        rows: of this run.
        stored: rows kept under ``results/``, or None for this run alone.
        everywhere: take runs on other data sets too, and name the data set in place of the action, which
            photographs do not have.
    """
    found = [("this run", rows)]
    if stored is not None and len(stored):
        decisive = stored[stored["preset"].isin(DECISIVE)]
        if not everywhere:
            decisive = decisive[decisive["dataset"] == str(rows["dataset"].iloc[0])]
        for (preset, name), part in decisive.groupby(["preset", "dataset" if everywhere else "action"]):
            seeds = part["seed"].nunique()
            found.append((f"{name}, {preset}, {seeds} seed{'s' * (seeds > 1)}", part))
    return found


def with_controls(rows: pd.DataFrame, stored: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """(title, rows) of a run that trained the controls: this one, or else a stored one on the same data set.

    Where there is none, this run's rows, in which the controls are missing.
    """
    if rows["controls"].any() or not len(stored):
        return "this run", rows
    same = stored["dataset"] == str(rows["dataset"].iloc[0])
    runs = stored[same & stored["controls"] & stored["preset"].isin(DECISIVE)].groupby(["preset", "seed"])
    for (preset, seed), first in runs:
        return f"stored run, {preset}, seed {seed}", first
    return "this run", rows


def main_table(
    rows: pd.DataFrame,
    stored: pd.DataFrame,
    systems: Sequence[str],
    printed: pd.DataFrame,
    *,
    names: Mapping[str, str] | None = None,
    actions: Sequence[str] = ("Walking", "Discussion"),
    metric: str = "mpjpe",
    digits: int = 1,
    spread: bool = False,
) -> pd.DataFrame:
    """Every system: this run, stored runs, and a table as printed.

    Args:
        rows: of this run.
        stored: rows kept under ``results/``.
        systems: the lines, in their order; systems that did not run here show the printed number alone.
        printed: from :func:`~pose_lib.bench.published.published_table`.
        names: system to its printed name, where that differs.
        actions: columns of the printed table to show.
        metric: of all columns.
        digits: behind the point.
        spread: show the standard deviation over samples instead of the interval of the mean.
    """
    names = names or {}
    numbers = printed[printed["metric"] == metric].set_index(["system", "action"])["value"]
    table: dict[str, dict[str, str]] = {}
    for system in systems:
        line = {
            title: cell(part, system, metric, digits, spread=spread) for title, part in columns(rows, stored)
        }
        for action in actions:
            value = numbers.get((names.get(system, system), action))
            line[f"{action}, printed"] = "–" if value is None else f"{value:.2f}"
        table[system] = line
    return pd.DataFrame(table).T


def actions_table(
    stored: pd.DataFrame,
    systems: Sequence[str],
    actions: Sequence[str],
    *,
    dataset: str = "synthetic",
    preset: str = "quick",
    metric: str = "mpjpe",
) -> pd.DataFrame:
    """One line a system, one column an action, and the plain mean of those that all systems have.

    Args:
        stored: rows of many runs, as :func:`~pose_lib.bench.stored.collected_rows` gives them.
        systems: the lines, in their order.
        actions: the columns, in their order; one that no run has is left empty.
        dataset: of the rows.
        preset: of the rows; numbers of different presets do not stand in one line.
        metric: of all cells; several seeds are averaged.
    """
    table = pd.DataFrame(index=list(systems), columns=list(actions), dtype=float)
    if len(stored):
        chosen = stored[
            (stored["dataset"] == dataset) & (stored["preset"] == preset) & (stored["metric"] == metric)
        ]
        means = chosen.groupby(["system", "action"])["value"].mean()
        for system in systems:
            for action in actions:
                table.loc[system, action] = means.get((system, action), float("nan"))
    whole = table.columns[table.notna().all()]
    table["mean"] = table[whole].mean(axis=1) if len(whole) else float("nan")
    return table


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
        s: {title: cell(rows, s, m, 1 if "mpjpe" in m else 2) for m, title in metrics.items()}
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
    intervals = [
        with_bounds(d["difference"], d["low"], d["high"], "+.3g") for d in details.to_dict("records")
    ]
    table = details.assign(difference=intervals)
    shown = ["claim", "action", "comparison", "metric", "difference", "seeds", "outcome"]
    return table[shown].rename(columns={"comparison": "first - second"}).set_index("claim")
