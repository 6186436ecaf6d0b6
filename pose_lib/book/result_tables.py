"""The tables of every chapter: this run, stored runs and the printed numbers side by side, and verdicts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.pooling import once_a_seed, pooled
from pose_lib.bench.rows import Key, Row, constant_row, label, pick, systems_of
from pose_lib.bench.setting import AND
from pose_lib.bench.staleness import STALE
from pose_lib.book.metric_titles import in_words, metric_title
from pose_lib.book.result_cells import SEEDS, cell, columns, with_bounds

__all__ = [
    "actions_table",
    "briefly",
    "claims_table",
    "controls_table",
    "details_table",
    "difference_lines",
    "differences_table",
    "main_table",
    "stored_summary",
]

_ONE_SEED = (
    "In brackets: 95 % intervals, whole sequences resampled. This run is that of this page, at preset "
    "{preset}: its interval holds for these networks alone, another seed gives others. " + SEEDS
)


_NOTHING_PRINTED = pd.DataFrame(columns=["system", "action", "metric", "value"])


def main_table(
    evidence: Evidence,
    stored: Evidence | None,
    systems: Sequence[Key],
    printed: pd.DataFrame = _NOTHING_PRINTED,
    *,
    names: Mapping[Key, str] | None = None,
    actions: Sequence[str] | None = None,
    spread: bool = False,
) -> pd.DataFrame:
    """MPJPE (mm) of every system: by action what is printed, and runs; then stale runs.

    This run and its action come first. The systems are the lines, in their order, then those that are printed
    alone; one that did not run here shows the printed numbers alone. ``printed`` is of
    :func:`~pose_lib.bench.published.published_table`, where a system may have another of the ``names``;
    ``actions`` are its columns to show, by default all. For a method without a paper it is left out.
    ``spread`` is that of :func:`~pose_lib.book.result_cells.cell`.
    """
    numbers = printed[printed["metric"] == "mpjpe"].set_index(["system", "action"])["value"]
    runs = columns(evidence, stored)
    if actions is None:
        actions = list(dict.fromkeys(name for _, name in numbers.index))
    printed_as = {system: (names or {}).get(system, label(system)) for system in systems}
    alone = [
        name for name in dict.fromkeys(numbers.index.get_level_values(0)) if name not in printed_as.values()
    ]
    lines: list[Key] = [*systems, *alone]
    measured = [part.rows["action"].iloc[0] for _, part in runs]
    order = list(dict.fromkeys([measured[0], *actions, *measured]))

    def as_printed(action: str) -> list[str]:
        found = [numbers.get((printed_as.get(system, label(system)), action)) for system in lines]
        return ["–" if value is None else f"{value:.2f}" for value in found]

    def ours(part: Evidence) -> list[str]:
        return [cell(part, system, "mpjpe", spread=spread) for system in lines]

    def place(part: Evidence) -> tuple[bool, int]:
        about = part.rows.iloc[0]
        return bool(about.get(STALE)), order.index(about["action"])

    beside = [((False, order.index(name)), f"{name}, printed", as_printed(name)) for name in actions]
    beside += [(place(part), title, ours(part)) for title, part in runs]
    beside.sort(key=lambda one: one[0])
    found = {title: values for _, title, values in beside}
    shown = pd.DataFrame(found, index=[label(system) for system in lines])
    shown.attrs["published"] = [f"{action}, printed" for action in actions]
    preset = evidence.rows["preset"].iloc[0]
    shown.attrs["note"] = _ONE_SEED.format(preset=preset) if evidence.rows["seed"].nunique() == 1 else ""
    return shown


def differences_table(evidence: Evidence, pairs: Sequence[tuple[Key, Key, str]]) -> pd.DataFrame:
    """Paired differences of the runs in the evidence, as :func:`difference_lines` has them.

    ``pairs`` are first system, second system and metric; a pair that was not measured has no line.
    """
    rows = []
    for first, second, metric in pairs:
        found = evidence.difference(first, second, metric)
        if len(found):
            value, low, high = pooled(once_a_seed(found))
            rows.append(constant_row(first, metric, "", value, interval=(low, high), against=second))
    return difference_lines(rows)


def difference_lines(rows: Iterable[Row]) -> pd.DataFrame:
    """One line per paired difference: its interval, and which of the two systems is lower."""
    lines = []
    for row in rows:
        which = "first" if row.high < 0 else "second" if row.low > 0 else ""
        decided = f"the {which} is lower" if which else "undecided"
        pair = f"{label((row.system, row.setting))} - {row.against}"
        difference = with_bounds(row.value, row.low, row.high, "+.1f")
        lines.append((pair, metric_title(row.metric), difference, decided))
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
        "kind": "kind",
        "outcome": "verdict",
        "setting": "at",
        "because": "because of",
        "limits": "limits",
    }
    told = told.set_index("claim")[list(names)].rename(columns=names)
    return told if told["kind"].any() else told.drop(columns="kind")


def briefly(settings: Iterable[str]) -> list[str]:
    """Data set, preset and budget of settings, and what tells each from others that share these."""
    parts = [[one.split("; ") for one in text.split(AND)] for text in settings]
    common: dict[str, set[str]] = {}
    for first, *others in itertools.chain.from_iterable(parts):
        common[first] = common.get(first, set(others)) & set(others)

    def short(first: str, *others: str) -> str:
        return "; ".join([first, *(other for other in others if other not in common[first])])

    return [" and ".join(itertools.starmap(short, several)) for several in parts]


def details_table(details: pd.DataFrame) -> pd.DataFrame:
    """One line per comparison, setting and action: the pooled difference, its interval, what it decides."""
    if not len(details):
        return pd.DataFrame({"note": ["no stored run decides any claim"]})
    lines = []
    for line, at in zip(details.to_dict("records"), briefly(details["setting"]), strict=True):
        value, low, high = line["value"], line["low"], line["high"]
        lines.append(
            {
                "claim": line["claim"],
                "at": at,
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
