"""Open claims: the nearest setting, what each clause needs, and the hours of the runs that are missing."""

from __future__ import annotations

import importlib
import math
from pathlib import Path

import ledger_rooms
import pandas as pd
import pytest

from pose_lib.bench.claim import Claim, below
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.ledger import Entry, entries_of
from pose_lib.bench.open_claims import open_claims
from pose_lib.bench.paper import Paper
from pose_lib.bench.rows import constant_row, frame


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    ledger_rooms.made_up(tmp_path, monkeypatch)
    found: Paper = importlib.import_module("ledger_first").PAPER
    return found


def timed(rows: pd.DataFrame, seconds: float, *, controls: bool = False) -> pd.DataFrame:
    """The rows of runs of which each took ``seconds``, and their systems' own values."""
    times = [
        frame([constant_row("Run", f"{kind}-seconds", "p", seconds / 3, 1)])
        for kind in ("network", "training", "other")
    ]
    times += [frame([constant_row(name, "mpjpe", "p", 90.0)]) for name in rows["system"].unique()]
    runs = rows.drop_duplicates("fingerprint")[["dataset", "action", "preset", "budget", "precision", "seed"]]
    parts = [rows.assign(controls=controls, stale="")]
    for (_, run), fingerprint in zip(runs.iterrows(), rows["fingerprint"].unique(), strict=True):
        about = {**run.to_dict(), "controls": controls, "fingerprint": fingerprint, "stale": ""}
        parts += [row.assign(**about) for row in times]
    return pd.concat(parts, ignore_index=True)


def asked(room: Paper, *parts: pd.DataFrame) -> pd.DataFrame:
    evidence: Evidence = ledger_rooms.evidence(*parts)
    entries: tuple[Entry, ...] = entries_of(room, evidence, {})
    return open_claims(entries, {room.name: evidence}).set_index("claim")


def test_seeds_that_are_missing_cost_the_hours_of_runs_like_them(room: Paper) -> None:
    line = asked(room, timed(ledger_rooms.rows("good", (-10.0,)), 1800)).loc["A-1"]
    assert line["open clauses"] == "good - CNN, mpjpe: all (2 more seeds)"
    assert line["setting"].startswith("synthetic, long")
    assert (line["runs"], line["core-hours"]) == (2, 1.0)
    words = line["command"].split()
    assert words[:3] == ["pose-lib", "run", "ledger_first"]
    given = dict(zip(words[4::3], words[5::3], strict=False))
    assert given == {
        **{"dataset": "synthetic", "action": "all", "preset": "long", "budget": "1.0"},
        **{"seed": "1", "controls": "false", "device": "auto"},
    }


def test_a_wide_interval_asks_for_as_many_runs_as_narrow_it_to_its_middle(room: Paper) -> None:
    wide = asked(room, timed(ledger_rooms.rows("good", (-30.0, 0.0, 5.0)), 3600)).loc["A-1"]
    times = int(wide["open clauses"].partition("about ")[2].split()[0])
    assert times > 2
    assert wide["runs"] == wide["core-hours"] == 3 * (times - 1)


def test_a_difference_of_nothing_is_not_decided_by_runs(room: Paper) -> None:
    line = asked(room, timed(ledger_rooms.rows("good", (-300.0, 300.0, 0.0)), 3600)).loc["A-2"]
    assert math.isinf(line["runs"])
    assert "a larger difference" in line["open clauses"]


def test_runs_without_controls_count_where_they_measure_the_claim(room: Paper) -> None:
    plain = timed(ledger_rooms.rows("good", (-10.0,)), 360)
    full = timed(ledger_rooms.rows("good", (-10.0,)), 3600, controls=True).assign(fingerprint="full", seed=1)
    assert asked(room, plain, full).loc["A-1", "core-hours"] == pytest.approx(0.1)
    both = pd.concat([ledger_rooms.rows("good", (-10.0,)), ledger_rooms.rows("bad", (9.0,))])
    full = timed(both, 3600, controls=True).assign(fingerprint="full", seed=1)
    assert asked(room, plain, full).loc["A-2", "core-hours"] == pytest.approx(2 * 1.0)


def test_runs_of_older_code_are_the_last_choice(room: Paper) -> None:
    old = timed(ledger_rooms.rows("good", (-10.0, -9.0)), 360).assign(stale="other code", fingerprint="old")
    new = timed(ledger_rooms.rows("good", (-10.0,)), 360)
    assert asked(room, old).loc["A-1", "setting"].endswith("other code")
    assert not asked(room, old, new).loc["A-1", "setting"].endswith("other code")


def test_the_setting_of_the_least_hours_is_named_and_one_of_unknown_hours_after_it(room: Paper) -> None:
    slow = timed(ledger_rooms.rows("good", (-10.0, -9.0)), 7200)
    fast = timed(ledger_rooms.rows("good", (-10.0,), preset="paper"), 360)
    unknown = ledger_rooms.rows("good", (-10.0, -9.0), precision="float32").assign(controls=False, stale="")
    found = asked(room, slow, fast, unknown).loc["A-1"]
    assert found["setting"].startswith("synthetic, paper")
    assert (found["runs"], found["core-hours"]) == (2, pytest.approx(0.2))
    alone = asked(room, unknown).loc["A-1"]
    assert alone["runs"] == 1
    assert pd.isna(alone["core-hours"])
    # Runs that cannot decide it come after those that can.
    never = timed(ledger_rooms.rows("good", (-300.0, 300.0, 0.0)), 36)
    assert asked(room, never, unknown).loc["A-1", "runs"] == 1


def test_what_is_open_at_each_of_several_budgets_has_to_be_decided(room: Paper) -> None:
    long = timed(ledger_rooms.rows("good", (-10.0, -9.0)), 3600, controls=True)
    short = timed(ledger_rooms.rows("bad", (9.0,), budget=0.5), 1800, controls=True)
    line = asked(room, long, short).loc["A-2"]
    assert line["setting"].count("synthetic, long") == 2
    assert (line["runs"], line["core-hours"]) == (1 + 2, pytest.approx(1.0 + 2 * 0.5))


def test_a_claim_that_nothing_measured_comes_last_and_decided_ones_not_at_all(room: Paper) -> None:
    decided = timed(ledger_rooms.rows("good", (-10.0, -10.1, -9.9)), 360)
    table = asked(room, decided, timed(ledger_rooms.rows("same", (0.0,)), 360))
    assert "A-1" not in table.index
    assert table.index[-1] == "A-4"
    assert table.loc["A-4", "open clauses"] == "no stored run has measured it"
    assert pd.isna(table.loc["A-4", "runs"])


def test_a_failed_check_is_not_passed_by_more_runs(room: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(room.module)
    tests = (below("good", "CNN", "mpjpe"), below("bad", "CNN", "mpjpe", check=True))
    monkeypatch.setattr(module, "CLAIMS", (Claim("A-1", "It helps.", "-", tests),))
    good, bad = ledger_rooms.rows("good", (-10.0, -10.1, -9.9)), ledger_rooms.rows("bad", (9.0, 9.1, 8.9))
    line = asked(room, timed(pd.concat([good, bad]), 3600)).loc["A-1"]
    assert line["open clauses"] == "bad - CNN, mpjpe: all (a training that passes this check)"
    assert math.isinf(line["runs"])
