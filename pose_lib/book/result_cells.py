"""The cells of the tables of every chapter: a number with its interval, and of which runs it is."""

from __future__ import annotations

from collections.abc import Iterator

from pose_lib.bench.collapse import collapsed
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import DECISIVE
from pose_lib.bench.pooling import once_a_seed, pooled
from pose_lib.bench.rows import Key, apart, label, pick
from pose_lib.bench.setting import distinctions
from pose_lib.bench.staleness import STALE

__all__ = [
    "SEEDS",
    "cell",
    "columns",
    "stored_cells",
    "stored_with_controls",
    "with_bounds",
    "with_controls",
]

SEEDS = "Where several seeds are stored, ± is the standard deviation from seed to seed."
"""What the sign in a :func:`cell` says, for the caption of its table."""


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

    Several runs in the evidence differ in their seeds, and are pooled, each seed once; the standard deviation
    from seed to seed stands behind the interval. ``spread`` gives the standard deviation over samples in
    place of the interval, ``against`` the paired difference to another system in place of the value. A
    network that has collapsed in one of the runs is marked.
    """
    rows = evidence.rows
    found = pick(rows, key, metric) if against is None else evidence.difference(key, against, metric)
    if not len(found):
        return "–"
    found = once_a_seed(found)
    mark = " (collapsed)" if label(key) in collapsed(rows) else ""
    if spread:
        return f"{found['value'].mean():.{digits}f} ({found['std'].mean():.{digits}f}){mark}"
    seeds = f" ±{found['value'].std():.{digits}f}" if len(found) > 1 else ""
    return with_bounds(*pooled(found), f".{digits}f" if against is None else f"+.{digits}f") + seeds + mark


def stored_cells(
    stored: Evidence, *, everywhere: bool = True, among: Evidence | None = None
) -> Iterator[tuple[str, Evidence]]:
    """(title, evidence) of the stored runs that decide claims; those that differ in their seeds are one.

    With ``everywhere`` the runs are of several data sets, and a title names the data set. Runs of other code
    than that of now stand in cells of their own, called stale, and so do runs on several devices. A title
    says what distinguishes its runs from the others ``among`` which they are shown, by default all of these.
    """
    if not len(stored.rows):
        return
    decisive = stored.select(stored.rows["preset"].isin(DECISIVE))
    others = decisive.rows if among is None else among.rows[among.rows["preset"].isin(DECISIVE)]
    order = apart(decisive.rows, ["preset", "dataset", "action", "budget", "precision"])
    for _, part in decisive.rows.groupby(order, dropna=False):
        about, seeds = part.iloc[0], part["seed"].nunique()
        places = [about["dataset"]] if everywhere else []
        places += [about["action"]] if not everywhere or about["action"] != "all" else []
        words = [" ".join(places), about["preset"], f"{seeds} seed{'s' * (seeds > 1)}"]
        yield (
            ", ".join([*words, *distinctions(about, others)]),
            decisive.select((decisive.rows[order] == about[order]).all(axis=1)),
        )


def columns(
    evidence: Evidence, stored: Evidence | None = None, *, everywhere: bool = False
) -> list[tuple[str, Evidence]]:
    """(title, evidence) of this run, then of the stored ones on its data set that decide claims.

    Stale ones come last. With ``everywhere`` those on other data sets are there too, and titles name the data
    set.
    """
    found: list[tuple[str, Evidence]] = []
    if stored is not None and len(stored.rows):
        if not everywhere:
            stored = stored.select(stored.rows["dataset"] == str(evidence.rows["dataset"].iloc[0]))
        found += stored_cells(stored, everywhere=everywhere)
    return [("this run", evidence), *sorted(found, key=lambda one: bool(one[1].rows.iloc[0].get(STALE)))]


def with_controls(evidence: Evidence, stored: Evidence) -> tuple[str, Evidence]:
    """(title, evidence) of runs that trained the controls: this one, or stored ones on the same data set.

    Where there is none, this run, in which the controls are missing.
    """
    mine = "this run", evidence
    if evidence.rows["controls"].any():
        return mine
    return stored_with_controls(stored, str(evidence.rows["dataset"].iloc[0])) or mine


def stored_with_controls(stored: Evidence, dataset: str) -> tuple[str, Evidence] | None:
    """(title, evidence) of all seeds of one stored setting that trained the controls on a data set, if any.

    Of several settings, one of the current code comes first, then one of the largest budget, then one of the
    most seeds.
    """
    if not len(stored.rows):
        return None
    chosen = stored.select((stored.rows["dataset"] == dataset) & stored.rows["controls"].astype(bool))

    def worth(cell: tuple[str, Evidence]) -> tuple[bool, float, int]:
        about = cell[1].rows.iloc[0]
        return not about.get(STALE), float(about["budget"]), cell[1].rows["seed"].nunique()

    return max(stored_cells(chosen), key=worth, default=None)
