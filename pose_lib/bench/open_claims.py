"""The claims that stored runs leave open, and what it would take to decide them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pose_lib.bench.claim import Constant
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.grid.job import Job
from pose_lib.bench.ledger import Entry, open_lines
from pose_lib.bench.rows import Key, pick
from pose_lib.bench.setting import AND, Setting, settings_of
from pose_lib.bench.staleness import STALE
from pose_lib.bench.work import RUN_SYSTEM, TIMES

__all__ = ["open_claims"]

_NEVER = "no stored run has measured it"


@dataclass(frozen=True)
class _Way:
    """How a claim could be decided at one setting."""

    setting: str
    lines: pd.DataFrame
    """Of its clauses that are open there."""
    runs: float
    """That are missing; infinite where a difference is too small to be decided."""
    hours: float
    """Of one core, for these; NaN where no run at this setting has noted its times."""
    command: str
    """Makes the first of them."""
    stale: bool

    @property
    def cost(self) -> tuple[float, ...]:
        """By which ways are ordered: first those that can decide, of these those whose hours are known."""
        never, unknown = math.isinf(self.runs), math.isnan(self.hours)
        hours = 0.0 if unknown else self.hours
        return self.stale, never, len(self.lines) if never else 0, unknown, hours, self.runs

    @property
    def words(self) -> str:
        """Each open clause, where it is open, and what it needs there."""
        parts = []
        for (title, metric), found in self.lines.groupby(["comparison", "metric"], sort=False):
            where = ", ".join(
                f"{a} ({n})" if a else n for a, n in zip(found["action"], found["needs"], strict=True)
            )
            parts.append(f"{title}, {metric}: {where}")
        return "; ".join(parts)


def open_claims(entries: Sequence[Entry], evidence: Mapping[str, Evidence]) -> pd.DataFrame:
    """What each open claim would take, at the setting where that is the least time.

    A setting of runs of older code is named only where there is no other.

    Args:
        entries: of any papers.
        evidence: by the name of the paper, the runs that the entries are judged by.

    Returns:
        Columns ``claim``, ``says``, ``open clauses`` (with what each needs), ``setting`` (its data set,
        preset and budget), ``runs`` (that are missing of the claim's own paper; those of a rival are not
        counted), ``core-hours`` (of these runs, from the times of stored runs at that setting: without
        controls if these measure all its systems) and ``command`` (that makes the first of these runs).
        Claims that take least come first. NaN stands where nothing was measured, infinity where more runs
        would not decide it: the difference is so small that a hundred times as many leave it open, the test
        people differ too much, or the runs fail a check that the claim asks for. No command is given then.
    """
    lines = []
    for entry in entries:
        if entry.outcome != "open":
            continue
        ways = _ways(entry, evidence[entry.paper.name].rows)
        best = min(ways, key=lambda way: way.cost, default=None)
        lines.append(
            {
                "claim": entry.claim.key,
                "says": entry.claim.words,
                "open clauses": best.words if best else _NEVER,
                "setting": best.setting if best else "",
                "runs": best.runs if best else math.nan,
                "core-hours": best.hours if best else math.nan,
                "command": best.command if best and math.isfinite(best.runs) else "",
            }
        )
    columns = ["claim", "says", "open clauses", "setting", "runs", "core-hours", "command"]
    found = pd.DataFrame(lines, columns=columns)
    return found.sort_values(["core-hours", "runs"], kind="stable", ignore_index=True)


def _ways(entry: Entry, rows: pd.DataFrame) -> list[_Way]:
    """One per group of settings that differ in their budget alone: what is open at each has to be decided."""
    settings = {s.words(entry.paper.presets): s for s in settings_of(rows)} if len(rows) else {}
    found: dict[object, list[_Way]] = {}
    for words, part in open_lines(entry):
        setting = settings[words]
        there = rows[setting.of(rows)]
        stale = bool(_stale(setting))
        lacks = _missing(part, there.iloc[:0] if stale else there)
        alike = _measuring(there, entry)
        runs = sum(lacks.values())
        command = _command(entry, setting, there, alike, max(lacks, key=lacks.__getitem__))
        way = _Way(_in_short(setting, words), part, runs, runs * _hours(alike), command, stale)
        found.setdefault(setting.at_any_budget, []).append(way)
    return [_together(ways) for ways in found.values()]


def _together(ways: Sequence[_Way]) -> _Way:
    """What several settings lack, all of which have to be decided."""
    return _Way(
        AND.join(way.setting for way in ways),
        pd.concat([way.lines for way in ways]),
        sum(way.runs for way in ways),
        sum(way.hours for way in ways),
        ways[0].command,
        ways[0].stale,
    )


def _in_short(setting: Setting, words: str) -> str:
    """Data set, preset and budget, and why its runs are stale if they are."""
    return "; ".join(filter(None, (words.partition("; ")[0], _stale(setting))))


def _stale(setting: Setting) -> str:
    return str(dict(setting.values).get(STALE) or "")


def _missing(lines: pd.DataFrame, ran: pd.DataFrame) -> dict[str, float]:
    """Action to the runs that the open lines of a setting lack: as many as the line that lacks most.

    Runs that are not in ``ran``, such as stale ones, do not count: new ones are not pooled with them.
    """
    seeds = ran.groupby("action")["seed"].nunique()
    lacks: dict[str, float] = {}
    for action_or_two, has, wanted in zip(lines["action"], lines["seeds"], lines["wanted"], strict=True):
        actions = str(action_or_two).split(" and ")
        for action in actions:
            there = int(seeds.get(action, 0))
            if len(actions) == 1:  # a line on two actions has the seeds that both have
                there = min(there, int(has))
            lacks[action] = max(lacks.get(action, 0), float(wanted) - there)
    return lacks


def _measuring(rows: pd.DataFrame, entry: Entry) -> pd.DataFrame:
    """Of the runs at a setting, those that measure the claim: without controls if these do."""
    plain = rows[~rows["controls"].astype(bool)]
    enough = all(len(pick(plain, key)) for key in _systems(entry))
    return plain if enough else rows[rows["controls"].astype(bool)]


def _hours(rows: pd.DataFrame) -> float:
    """Of one core, for one of these runs; NaN where none has noted its times."""
    work = pick(rows, RUN_SYSTEM)
    work = work[work["metric"].isin(TIMES)]
    return float(work.groupby("fingerprint")["value"].sum().mean()) / 3600 if len(work) else math.nan


def _command(entry: Entry, setting: Setting, ran: pd.DataFrame, alike: pd.DataFrame, action: str) -> str:
    """What makes the first missing run on an action: with a seed that no run there has had."""
    about = dict(setting.values)
    seeds = ran.loc[ran["action"] == action, "seed"] if not _stale(setting) else ran["seed"].iloc[:0]
    job = Job(
        paper=entry.paper.name,
        dataset=setting.dataset,
        action=action,
        preset=str(about["preset"]),
        budget=float(str(about["budget"])),
        seed=int(seeds.max()) + 1 if len(seeds) else 0,
        controls=bool(alike["controls"].astype(bool).any()) if len(alike) else True,
        device=str(about.get("device") or "auto"),
    )
    return f"pose-lib run {' '.join(job.arguments())} --keep"


def _systems(entry: Entry) -> set[Key]:
    """Of the claim's own paper, all that its clauses compare."""
    found: set[Key] = set()
    for test in entry.claim.comparisons:
        found.add(test.first)
        if not (test.of or isinstance(test.second, Constant)):
            found.add(test.second)
    return found
