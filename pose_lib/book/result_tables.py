"""The tables of every chapter: this run, stored runs and the printed numbers side by side, and verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from pose_lib.bench.collapse import collapsed
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import DECISIVE
from pose_lib.bench.pooling import once_a_seed, pooled
from pose_lib.bench.rows import Key, apart, label, pick, systems_of
from pose_lib.bench.setting import distinctions
from pose_lib.bench.staleness import STALE
from pose_lib.book.metric_titles import in_words, metric_title

__all__ = [
    "SEEDS",
    "actions_table",
    "cell",
    "claims_table",
    "columns",
    "controls_table",
    "details_table",
    "differences_table",
    "main_table",
    "stored_cells",
    "stored_summary",
    "with_bounds",
    "with_controls",
]

SEEDS = "Where several seeds are stored, ± is the standard deviation from seed to seed."
"""What the sign in a :func:`cell` says, for the caption of its table."""
_ONE_SEED = (
    "In brackets: 95 % intervals, whole sequences resampled. This run is that of this page, at preset "
    "{preset}: its interval holds for these networks alone, another seed gives others. " + SEEDS
)


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
    """(title, evidence) of the stored runs on this run's data set that decide claims, then of this run.

    With ``everywhere`` also of those on other data sets, and the titles name the data set.
    """
    found: list[tuple[str, Evidence]] = []
    if stored is not None and len(stored.rows):
        if not everywhere:
            stored = stored.select(stored.rows["dataset"] == str(evidence.rows["dataset"].iloc[0]))
        found += stored_cells(stored, everywhere=everywhere)
    return [*found, ("this run", evidence)]


def with_controls(evidence: Evidence, stored: Evidence) -> tuple[str, Evidence]:
    """(title, evidence) of a run that trained the controls: this one, or a stored one on the same data set.

    Where there is none, this run, in which the controls are missing.
    """
    rows = stored.rows
    if len(rows) and not evidence.rows["controls"].any():
        same = rows["dataset"] == str(evidence.rows["dataset"].iloc[0])
        runs = rows[same & rows["controls"] & rows["preset"].isin(DECISIVE)]
        if len(runs):
            first = runs.sort_values(["preset", "seed"], kind="stable").iloc[0]
            title = f"stored run, {first['preset']}, seed {first['seed']}"
            title += f", {STALE}" if first.get(STALE) else ""
            return title, stored.select(rows["fingerprint"] == first["fingerprint"])
    return "this run", evidence


def main_table(
    evidence: Evidence,
    stored: Evidence | None,
    systems: Sequence[Key],
    printed: pd.DataFrame,
    *,
    names: Mapping[Key, str] | None = None,
    actions: Sequence[str] | None = None,
    spread: bool = False,
) -> pd.DataFrame:
    """MPJPE (mm) of every system: stored runs, this run, and a table as printed.

    The systems are the lines, in their order, then those that are printed alone; one that did not run here
    shows the printed numbers alone. ``printed`` is of :func:`~pose_lib.bench.published.published_table`,
    where a system may have another of the ``names``; ``actions`` are its columns to show, by default all.
    ``spread`` is that of :func:`cell`.
    """
    numbers = printed[printed["metric"] == "mpjpe"].set_index(["system", "action"])["value"]
    ours = columns(evidence, stored)
    if actions is None:
        actions = list(dict.fromkeys(name for _, name in numbers.index))
    printed_as = {system: (names or {}).get(system, label(system)) for system in systems}
    alone = [
        name for name in dict.fromkeys(numbers.index.get_level_values(0)) if name not in printed_as.values()
    ]
    table: dict[str, dict[str, str]] = {}
    for system in (*systems, *alone):
        line = {title: cell(part, system, "mpjpe", spread=spread) for title, part in ours}
        for action in actions:
            value = numbers.get((printed_as.get(system, label(system)), action))
            line[f"{action}, printed"] = "–" if value is None else f"{value:.2f}"
        table[label(system)] = line
    shown = pd.DataFrame(table).T
    shown.attrs["published"] = [f"{action}, printed" for action in actions]
    preset = evidence.rows["preset"].iloc[0]
    shown.attrs["note"] = _ONE_SEED.format(preset=preset) if evidence.rows["seed"].nunique() == 1 else ""
    return shown


def differences_table(evidence: Evidence, pairs: Sequence[tuple[Key, Key, str]]) -> pd.DataFrame:
    """Paired differences with their intervals, and which of the two systems is lower.

    ``pairs`` are first system, second system and metric; a pair that was not measured has no line.
    """
    lines = []
    for first, second, metric in pairs:
        found = evidence.difference(first, second, metric)
        if len(found):
            value, low, high = pooled(once_a_seed(found))
            decided = "the first is lower" if high < 0 else "the second is lower" if low > 0 else "undecided"
            difference = with_bounds(value, low, high, "+.1f")
            lines.append((f"{label(first)} - {label(second)}", metric_title(metric), difference, decided))
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
) -> pd.DataFrame:
    """MPJPE (mm) per system and action, and the plain mean of the actions that all systems have.

    The evidence is of many runs, as :func:`~pose_lib.bench.stored.collected` gives it; those of the data set,
    preset and budget count, and several seeds are averaged. An action that no run has is left empty.
    """
    rows = evidence.rows
    lines = {label(system): pd.Series(index=list(actions), dtype=float) for system in systems}
    if len(rows):
        rows = rows[(rows["dataset"] == dataset) & (rows["preset"] == preset) & (rows["budget"] == budget)]
        for system in systems:
            means = once_a_seed(pick(rows, system, "mpjpe")).groupby("action")["value"].mean()
            lines[label(system)] = means.reindex(list(actions))
    table = pd.DataFrame(lines).T
    table = table.assign(mean=table.dropna(axis="columns").mean(axis=1))
    if len(rows) and STALE in rows and rows[STALE].any():
        table.attrs["note"] = f"Some of these runs are stale ({_joined(rows[STALE])})."
    return table


def controls_table(evidence: Evidence) -> pd.DataFrame:
    """MPJPE, PA-MPJPE and full-body limb ratios of all systems that ran, controls included."""
    digits = {"mpjpe": 1, "pa-mpjpe": 1, "limb-ratio-full": 2}
    lines = {
        label(system): {metric_title(m): cell(evidence, system, m, n) for m, n in digits.items()}
        for system in systems_of(evidence.rows, "mpjpe")
    }
    return pd.DataFrame(lines).T


def stored_summary(stored: Evidence) -> pd.DataFrame:
    """Where the stored rows come from: one line per run."""
    rows = stored.rows
    if not len(rows):
        return pd.DataFrame({"note": ["no stored run"]})
    run = ["dataset", "action", "preset", "seed", "controls", "precision"]
    run += ["budget"] if (rows["budget"] != 1).any() else []
    made = ["date", "commit", "processor", "threads", "torch"]
    made += [STALE] if STALE in rows else []
    return rows[[*run, *made]].drop_duplicates().reset_index(drop=True)


def _joined(reasons: pd.Series) -> str:
    """The distinct reasons why rows are stale."""
    return ", ".join(sorted(set(reasons) - {""}))


def claims_table(claims: pd.DataFrame) -> pd.DataFrame:
    """One line per claim and setting: what it says, what was printed, the verdict and what it rests on."""
    if not len(claims):
        return pd.DataFrame({"note": ["no claim"]})
    # What a claim says stands beside its first setting alone.
    again = claims["claim"].duplicated()
    told = claims.assign(**{name: claims[name].mask(again, "") for name in ("says", "published", "limits")})
    told = told.assign(because=[in_words(w) for w in told["because"]])
    told = told.assign(kind=told["kind"].map({"claim": ""}).fillna(told["kind"]))
    names = {
        "says": "it says",
        "published": "printed",
        "kind": "",
        "outcome": "verdict",
        "setting": "at",
        "because": "because of",
        "limits": "limits",
    }
    return told.set_index("claim")[list(names)].rename(columns=names)


def details_table(details: pd.DataFrame) -> pd.DataFrame:
    """One line per comparison, setting and action: the pooled difference, its interval, what it decides."""
    if not len(details):
        return pd.DataFrame({"note": ["no stored run decides any claim"]})
    lines = []
    for line in details.to_dict("records"):
        value, low, high = line["value"], line["low"], line["high"]
        lines.append(
            {
                "claim": line["claim"],
                "at": str(line["setting"]).partition(";")[0],
                "action": line["action"],
                "first - second": line["comparison"],
                "metric": metric_title(line["metric"]),
                "difference": with_bounds(value, low, high, "+.3g") if line["seeds"] else "–",
                "margin": "–" if pd.isna(line["margin"]) else f"{line['margin']:.2g}",
                "seeds": line["seeds"],
                "verdict": ": needs ".join(filter(None, (line["outcome"], line["needs"]))),
            }
        )
    return pd.DataFrame(lines).set_index("claim")
