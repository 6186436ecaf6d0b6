"""The tables of every chapter: this run, stored runs and the printed numbers side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import DECISIVE, pooled
from pose_lib.bench.rows import Key, label, pick, systems_of

__all__ = [
    "actions_table",
    "cell",
    "columns",
    "controls_table",
    "differences_table",
    "interval",
    "main_table",
    "metric_title",
    "stored_cells",
    "with_bounds",
    "with_controls",
]

_TITLES = {
    "mpjpe": "MPJPE (mm)",
    "pa-mpjpe": "PA-MPJPE (mm)",
    "limb-ratio-lower": "limb ratios, lower body",
    "limb-ratio-upper": "limb ratios, upper body",
    "limb-ratio-full": "limb ratios, full body",
    "pcp": "PCP (%)",
    "pdj-0.10": "PDJ at 0.1 (%)",
    "pdj-0.20": "PDJ at 0.2 (%)",
}


def metric_title(metric: str) -> str:
    """A metric with its unit, for the head of a column or an axis; its own name if there is no other."""
    return _TITLES.get(metric, metric)


def interval(rows: pd.DataFrame, digits: int = 1, *, sign: bool = False) -> str:
    """``mean [low, high]`` of one run, or pooled over the seeds of several; with ``sign`` also a plus."""
    return with_bounds(*pooled(rows), f"{'+' if sign else ''}.{digits}f")


def with_bounds(value: float, low: float, high: float, form: str) -> str:
    """``value [low, high]``; in a narrow table the line breaks before the bracket, never in it."""
    return f"{value:{form}} [{low:{form}},\N{NO-BREAK SPACE}{high:{form}}]"


def cell(
    evidence: Evidence,
    key: Key,
    metric: str,
    digits: int = 1,
    *,
    spread: bool = False,
    against: Key | None = None,
) -> str:
    """One system's value with its 95 % interval as text, or a dash where it did not run.

    Args:
        evidence: of one run, or of several that differ in their seeds.
        key: the system.
        metric: its name.
        digits: behind the point.
        spread: the standard deviation over samples in place of the interval of the mean.
        against: show the paired difference to this system in place of the value.
    """
    rows = evidence.rows
    found = pick(rows, key, metric) if against is None else evidence.difference(key, against, metric)
    if not len(found):
        return "–"
    if spread:
        return f"{found['value'].mean():.{digits}f} ({found['std'].mean():.{digits}f})"
    return interval(found, digits, sign=against is not None)


def stored_cells(stored: Evidence, *, everywhere: bool = True) -> Iterator[tuple[str, Evidence]]:
    """(title, evidence) of the stored runs that decide claims; those that differ in their seeds are one.

    Args:
        stored: the runs kept under ``results/``.
        everywhere: they are of several data sets, so that a title names the data set.
    """
    if not len(stored.rows):
        return
    decisive = stored.select(stored.rows["preset"].isin(DECISIVE))
    several = decisive.rows["precision"].nunique() > 1
    order = ["preset", "dataset", "action", "budget", "precision"]
    for _, part in decisive.rows.groupby(order):
        about, seeds = part.iloc[0], part["seed"].nunique()
        places = [about["dataset"]] if everywhere else []
        places += [about["action"]] if not everywhere or about["action"] != "all" else []
        words = [" ".join(places), about["preset"], f"{seeds} seed{'s' * (seeds > 1)}"]
        words += [f"budget {about['budget']:g}"] if about["budget"] != 1 else []
        words += [about["precision"]] if several else []
        yield ", ".join(words), decisive.select((decisive.rows[order] == about[order]).all(axis=1))


def columns(
    evidence: Evidence, stored: Evidence | None = None, *, everywhere: bool = False
) -> list[tuple[str, Evidence]]:
    """(title, evidence) of this run, then of the stored runs that decide claims.

    Args:
        evidence: of this run.
        stored: the runs kept under ``results/``, or None for this run alone.
        everywhere: include runs on other data sets, and name the data set.
    """
    found = [("this run", evidence)]
    if stored is not None and len(stored.rows):
        if not everywhere:
            stored = stored.select(stored.rows["dataset"] == str(evidence.rows["dataset"].iloc[0]))
        found += stored_cells(stored, everywhere=everywhere)
    return found


def with_controls(evidence: Evidence, stored: Evidence) -> tuple[str, Evidence]:
    """(title, evidence) of a run that trained the controls: this one, or a stored one on the same data set.

    Where there is none, this run, in which the controls are missing.
    """
    rows = stored.rows
    if evidence.rows["controls"].any() or not len(rows):
        return "this run", evidence
    same = rows["dataset"] == str(evidence.rows["dataset"].iloc[0])
    runs = rows[same & rows["controls"] & rows["preset"].isin(DECISIVE)]
    if not len(runs):
        return "this run", evidence
    first = runs.sort_values(["preset", "seed"], kind="stable").iloc[0]
    title = f"stored run, {first['preset']}, seed {first['seed']}"
    return title, stored.select(rows["fingerprint"] == first["fingerprint"])


def main_table(
    evidence: Evidence,
    stored: Evidence | None,
    systems: Sequence[Key],
    printed: pd.DataFrame,
    *,
    names: Mapping[Key, str] | None = None,
    actions: Sequence[str] = ("Walking", "Discussion"),
    metric: str = "mpjpe",
    digits: int = 1,
    spread: bool = False,
) -> pd.DataFrame:
    """Every system: this run, stored runs, and a table as printed.

    Args:
        evidence: of this run.
        stored: the runs kept under ``results/``.
        systems: the lines, in their order; systems that did not run here show the printed number alone.
        printed: from :func:`~pose_lib.bench.published.published_table`.
        names: system to its printed name, where that differs.
        actions: columns of the printed table to show.
        metric: of all columns.
        digits: behind the point.
        spread: the standard deviation over samples in place of the interval of the mean.
    """
    numbers = printed[printed["metric"] == metric].set_index(["system", "action"])["value"]
    ours = columns(evidence, stored)
    table: dict[str, dict[str, str]] = {}
    for system in systems:
        line = {title: cell(part, system, metric, digits, spread=spread) for title, part in ours}
        for action in actions:
            value = numbers.get(((names or {}).get(system, label(system)), action))
            line[f"{action}, printed"] = "–" if value is None else f"{value:.2f}"
        table[label(system)] = line
    shown = pd.DataFrame(table).T
    shown.attrs["published"] = [f"{action}, printed" for action in actions]
    return shown


def differences_table(
    evidence: Evidence, pairs: Sequence[tuple[Key, Key, str]], digits: int = 1
) -> pd.DataFrame:
    """Paired differences with their intervals, and which of the two systems is lower.

    Args:
        evidence: of one run, or of several that differ in their seeds.
        pairs: first system, second system and metric; a pair that was not measured has no line.
        digits: behind the point.
    """
    lines = []
    for first, second, metric in pairs:
        found = evidence.difference(first, second, metric)
        if len(found):
            _, low, high = pooled(found)
            decided = "the first is lower" if high < 0 else "the second is lower" if low > 0 else "undecided"
            lines.append(
                {
                    "first - second": f"{label(first)} - {label(second)}",
                    "metric": metric,
                    "difference": interval(found, digits, sign=True),
                    "it says": decided,
                }
            )
    names = ["first - second", "metric", "difference", "it says"]
    return pd.DataFrame(lines, columns=names).set_index("first - second")


def actions_table(
    evidence: Evidence,
    systems: Sequence[Key],
    actions: Sequence[str],
    *,
    dataset: str = "synthetic",
    preset: str = "quick",
    budget: float = 1,
    metric: str = "mpjpe",
) -> pd.DataFrame:
    """One line per system, one column per action, and the plain mean of the actions that all systems have.

    Args:
        evidence: of many runs, as :func:`~pose_lib.bench.stored.collected` gives it.
        systems: the lines, in their order.
        actions: the columns, in their order; one that no run has is left empty.
        dataset: of the runs.
        preset: of the runs; numbers of different presets do not compare.
        budget: of the runs.
        metric: of all cells; several seeds are averaged.
    """
    table = pd.DataFrame(index=[label(s) for s in systems], columns=list(actions), dtype=float)
    rows = evidence.rows
    if len(rows):
        rows = rows[(rows["dataset"] == dataset) & (rows["preset"] == preset) & (rows["budget"] == budget)]
        for system in systems:
            means = pick(rows, system, metric).groupby("action")["value"].mean()
            table.loc[label(system)] = means.reindex(list(actions)).to_numpy()
    complete = table.columns[table.notna().all()]
    table["mean"] = table[complete].mean(axis=1) if len(complete) else float("nan")
    return table


def controls_table(
    evidence: Evidence, metrics: Mapping[str, str] | None = None, *, needs: str = "mpjpe"
) -> pd.DataFrame:
    """The main metrics of all systems that ran, controls included.

    Args:
        evidence: of one run.
        metrics: metric to the title of its column; MPJPE, PA-MPJPE and full-body limb ratios if missing.
        needs: a metric without which a system has no line.
    """
    shown = metrics or {name: metric_title(name) for name in ("mpjpe", "pa-mpjpe", "limb-ratio-full")}
    lines = {
        label(s): {t: cell(evidence, s, m, 2 if "ratio" in m else 1) for m, t in shown.items()}
        for s in systems_of(evidence.rows, needs)
    }
    return pd.DataFrame(lines).T
