"""The tables that all chapters share: which rows stand in them, and which do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pose_lib.bench.hmlpe import sweep_name
from pose_lib.bench.published import published_table
from pose_lib.bench.runs import Run
from pose_lib.bench.stored import collected_rows, keep
from pose_lib.book.hmlpe_tables import arms_table, effect_table, sweep_table
from pose_lib.book.paper_tables import actions_table, cell, columns, main_table, with_controls


def row(
    system: str, value: float, *, action: str = "Walking", preset: str = "long", seed: int = 0
) -> dict[str, object]:
    return {
        "paper": "tekin_ae",
        "dataset": "synthetic",
        "action": action,
        "preset": preset,
        "seed": seed,
        "controls": False,
        "system": system,
        "metric": "mpjpe",
        "value": value,
        "low": value - 1,
        "high": value + 1,
        "std": 7.0,
        "samples": 10,
    }


def test_only_runs_that_decide_stand_beside_this_one() -> None:
    mine = pd.DataFrame([row("CNN", 90.0, preset="quick")])
    stored = pd.DataFrame(
        [row("CNN", 80.0), row("CNN", 84.0, seed=1), row("CNN", 70.0, action="Eating", preset="quick")]
    )
    table = main_table(
        mine, stored, ("CNN", "Ours"), published_table("tekin_ae", "Table 1"), actions=("Eating",)
    )
    assert list(table.columns) == ["this run", "Walking, long, 2 seeds", "Eating, printed"]
    assert table.loc["CNN", "this run"] == "90.0 [89.0,\N{NO-BREAK SPACE}91.0]"
    assert table.loc["CNN", "Walking, long, 2 seeds"].startswith("82.0 [")
    assert list(table.loc["Ours"]) == ["–", "–", "91.43"]


def test_runs_on_other_data_sets_are_named_after_them() -> None:
    mine = pd.DataFrame([row("CNN", 90.0, preset="quick")])
    stored = pd.DataFrame([row("CNN", 80.0), row("CNN", 84.0, seed=1)]).assign(dataset="mocap")
    assert [title for title, _ in columns(mine, stored)] == ["this run"]
    titles = [title for title, _ in columns(mine, stored, everywhere=True)]
    assert titles == ["this run", "mocap, long, 2 seeds"]


def test_controls_are_read_from_a_stored_run_only_where_this_one_has_none() -> None:
    mine = pd.DataFrame([row("CNN", 90.0, preset="quick")])
    stored = pd.DataFrame([row("CNN", 80.0, seed=s) for s in (2, 1)] + [row("CNN", 70.0)])
    stored["controls"] = [True, True, False]
    title, found = with_controls(mine, stored)
    assert title == "stored run, long, seed 1"
    assert found["seed"].tolist() == [1]
    for other in (pd.DataFrame(), stored.assign(dataset="mocap"), stored.assign(preset="quick")):
        assert with_controls(mine, other)[0] == "this run"
    assert with_controls(mine.assign(controls=True), stored)[0] == "this run"


def test_a_spread_is_that_of_the_samples() -> None:
    rows = pd.DataFrame([row("CNN", 80.0)])
    assert cell(rows, "CNN", "mpjpe", spread=True) == "80.0 (7.0)"
    assert cell(rows, "KDE", "mpjpe", spread=True) == "–"


def test_actions_are_collected_from_rows_of_one_preset() -> None:
    stored = pd.DataFrame(
        [
            row("CNN", 80.0),
            row("CNN", 90.0, seed=1),
            row("CNN", 60.0, action="Eating"),
            row("CNN", 1.0, action="Sitting", preset="quick"),
            row("KDE", 100.0),
        ]
    )
    table = actions_table(stored, ("CNN", "KDE"), ("Walking", "Eating", "Sitting"), preset="long")
    assert table.loc["CNN", "Walking"] == 85
    assert np.isnan(table.loc["CNN", "Sitting"])
    assert np.isnan(table.loc["KDE", "Eating"])
    assert table["mean"].tolist() == [85, 100]
    assert actions_table(pd.DataFrame(), ("CNN",), ("Walking",)).isna().all(axis=None)


def test_complete_runs_of_the_run_folder_join_the_stored_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))

    def run(action: str, value: float, data: str = "card") -> Run:
        parameters = {"action": action, "dataset": "synthetic", "preset": "quick", "seed": 0, "device": "cpu"}
        made = Run("tekin_ae", {**parameters, "controls": False}, data)
        one = {"system": "CNN", "metric": "mpjpe", "protocol": "p", "value": value, "samples": 3}
        made.finish(pd.DataFrame([{**one, "low": value, "high": value, "std": 0.0}]), {})
        return made

    keep(run("Walking", 1.0).folder, tmp_path / "results")
    run("Walking", 2.0, "a newer card")
    cut = run("Eating", 3.0)
    run("Sitting", 4.0)
    (cut.folder / "complete.json").unlink()
    rows = collected_rows("tekin_ae", tmp_path / "results")
    assert dict(zip(rows["action"], rows["value"], strict=True)) == {"Walking": 2.0, "Sitting": 4.0}


def arm(dataset: str, system: str = "HMLPE", metric: str = "pcp-left-lower-arm") -> dict[str, object]:
    return row(system, 40.0) | {"dataset": dataset, "metric": metric}


def test_a_line_of_arms_stands_in_the_table_of_its_data_set() -> None:
    mine = pd.DataFrame([arm("synthetic")])
    kept = pd.DataFrame([arm("buffy"), arm("flic"), arm("buffy", metric="detected-pcp-left-lower-arm")])
    for table, stored in (("Table 1", "buffy, long, 1 seed"), ("Table 2", "flic, long, 1 seed")):
        places = arms_table(mine, kept, table).index.get_level_values(0).unique()
        assert list(places) == ["this run", stored, "printed"]
    found = arms_table(mine, kept, detected=True)
    assert found.index.get_level_values(0).unique().tolist() == ["buffy, long, 1 seed", "printed"]
    pairs = pd.DataFrame([arm("buffy", "HMLPE - Regression alone", "pcp")])
    assert effect_table(mine, pairs)["PCP of the arms (points)"].tolist() == [
        "–",
        "40.0 [39.0,\N{NO-BREAK SPACE}41.0]",
    ]


def test_the_sweep_has_a_cell_for_each_network_and_dashes_for_the_others() -> None:
    mine = pd.DataFrame([arm("synthetic", sweep_name(1e10, "published"), "train-r") | {"value": 0.25}])
    table = sweep_table(mine)
    assert table.loc[("poses, training", "published start"), "1e+10"] == "0.250"
    assert table.loc[("poses, training", "printed"), "1e+10"] == "0.036"
    assert (table.loc[("poses, training", "He start")] == "–").all()
