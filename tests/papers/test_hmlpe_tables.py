"""The tables of the HMLPE chapter: which runs have lines, and what the cells of the sweep hold."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from pose_lib.bench.evidence import Evidence, joined
from pose_lib.bench.rows import Key, constant_row, frame
from pose_lib.papers.hmlpe.pages import sweep_figure
from pose_lib.papers.hmlpe.sweep import Way, sweep_key
from pose_lib.papers.hmlpe.sweep_tables import (
    mean_pose_error,
    sweep_frame,
    sweep_table,
    sweeps,
    trainings_table,
    was_swept,
)
from pose_lib.papers.hmlpe.tables import arms_table, effect_table, tasks_table


def run(dataset: str, *rows: tuple[Key, str, float], against: Key = "", **given: object) -> Evidence:
    """A run at the preset ``long``, whose intervals reach one unit up and down."""
    about = {
        "paper": "hmlpe",
        "dataset": dataset,
        "action": "all",
        "preset": "long",
        "budget": 1.0,
        "precision": "float32",
        "seed": 0,
        "controls": True,
        "stale": "",
        "device": "cpu",
        **given,
    }
    about["fingerprint"] = f"{dataset}-{rows[0][1]}-{about['seed']}-{about['budget']}"
    found = [constant_row(key, m, "p", v, 10, (v - 1, v + 1), against) for key, m, v in rows]
    return Evidence(frame(found).assign(**about))


ARM = "pcp-left-lower-arm"


def test_a_line_of_arms_is_in_the_table_of_its_data_set() -> None:
    mine = run("synthetic", ("HMLPE", ARM, 40.0))
    detected = run("buffy", ("HMLPE", f"detected-{ARM}", 40.0))
    kept = joined([run("buffy", ("HMLPE", ARM, 40.0)), run("flic", ("HMLPE", ARM, 40.0)), detected])
    for table, stored in (("Table 1", "buffy, long, 1 seed"), ("Table 2", "flic, long, 1 seed")):
        places = arms_table(mine, kept, table).index.get_level_values(0).unique()
        assert list(places) == ["this run", stored, "printed"]
    found = arms_table(mine, kept, detected=True)
    assert found.index.get_level_values(0).unique().tolist() == ["buffy, long, 1 seed", "printed"]
    assert found.loc[("printed", "HMLPE"), "RU"] == "96.26"
    assert found.loc[("buffy, long, 1 seed", "HMLPE"), "LL"].startswith("40.0 [")


def test_the_effect_is_the_difference_to_regression_alone() -> None:
    mine = run("synthetic", ("HMLPE", "pcp", 50.0))
    kept = run("buffy", ("HMLPE", "pcp", 40.0), against="Regression alone")
    assert effect_table(mine, kept)["PCP of the arms (points)"].tolist() == [
        "–",
        "+40.0 [+39.0,\N{NO-BREAK SPACE}+41.0]",
    ]
    assert effect_table(mine, Evidence(pd.DataFrame())).index.tolist() == ["this run"]


def test_the_cells_of_the_sweep_are_no_lines_of_the_table_of_systems() -> None:
    mine = run(
        "synthetic",
        ("HMLPE", "pcp", 50.0),
        ("HMLPE", "parameters", 7.0),
        (sweep_key(2.0, "he"), "test-r", 0.25),
        ("Detection alone", "test-d", 0.0625),
        ("Untrained", "map-distance-2", 0.5),
    )
    table = tasks_table(mine)
    assert table.index.tolist() == ["HMLPE", "Detection alone"]
    assert table.loc["HMLPE", "PCP, arms (%)"].startswith("50.0 [")
    assert table.loc["Detection alone", "test windows"].startswith("0.062 [")


def test_the_sweep_has_a_cell_for_each_network_and_dashes_for_the_others() -> None:
    mine = run("synthetic", (sweep_key(1e10, "published"), "train-r", 0.25))
    table = sweep_table(mine)
    assert table.loc[("poses, training", "published start"), "1e+10"] == "0.250"
    assert table.loc[("poses, training", "printed"), "1e+10"] == "0.036"
    assert (table.loc[("poses, training", "He start")] == "–").all()
    assert table.columns.tolist() == ["0", "0.5", "1", "2", "4", "100", "1e+10", "∞"]
    assert [name for name, _ in table.index[::4]] == list(dict.fromkeys(name for name, _ in table.index))
    assert was_swept(mine)
    assert not was_swept(run("synthetic", ("HMLPE", "pcp", 50.0)))


def test_the_figure_of_the_sweep_draws_the_ratios_in_order_with_intervals() -> None:
    cells = [(sweep_key(ratio, "he"), "test-r", value) for ratio, value in ((np.inf, 3.0), (0.5, 2.0))]
    mine = run("synthetic", *cells)
    rows = sweep_frame(mine).query("way == 'He start' and metric == 'test-r'").dropna()
    assert rows["ratio"].tolist() == ["0.5", "∞"]
    assert rows[["low", "high"]].to_numpy().tolist() == [[1.0, 3.0], [2.0, 4.0]]
    figure = sweep_figure(mine, "a run")
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert list(lines["He start, test"].get_ydata()) == [2.0, 3.0]
    printed = lines["printed, test"]
    assert list(printed.get_ydata()) == [0.149, 0.131, 0.132, 0.137, 0.163, 0.284]
    figure.canvas.draw()
    places = [text.get_text() for text in figure.axes[0].get_xticklabels()]
    assert places == ["0", "0.5", "1", "2", "4", "100", "1e+10", "∞"]
    plt.close(figure)


def test_the_sweep_is_shown_for_each_target_set_and_pools_the_seeds_of_one_setting() -> None:
    key = sweep_key(1.0, "he")
    mine = run("synthetic", ("HMLPE", "pcp", 50.0), controls=False)
    kept = joined(
        [
            *(run("buffy", (key, "test-r", 1.0 + s), ("Mean pose", "test-r", 9.0), seed=s) for s in range(3)),
            run("buffy", (key, "test-r", 70.0), budget=0.5, stale="other code"),
            run("synthetic", (key, "test-r", 5.0)),
            run("flic", ("HMLPE", "pcp", 40.0)),
        ]
    )
    found = sweeps(mine, kept)
    assert list(found) == ["buffy, long, 3 seeds", "synthetic, long, 1 seed"]
    assert sweep_table(found["buffy, long, 3 seeds"]).loc[("poses, test", "He start"), "1"] == "2.000"
    assert mean_pose_error(found["buffy, long, 3 seeds"]) == 9.0
    own = run("synthetic", (key, "test-r", 6.0))
    assert list(sweeps(own, kept)) == ["buffy, long, 3 seeds", "this run"]
    assert sweeps(mine, Evidence(pd.DataFrame())) == {}


def test_the_length_of_each_training_of_the_sweep_follows_from_preset_and_budget() -> None:
    table = trainings_table(run("buffy", (sweep_key(1.0, "he"), "test-r", 1.0), budget=0.5))
    assert table["steps"].tolist() == ["250", "1,000", "500"]
    assert table["images in all"].tolist() == ["8,000", "32,000", "64,000"]
    assert table["optimiser"].tolist() == ["AdamW", "AdamW", "gradient descent with momentum 0.9"]


@pytest.mark.parametrize("way", ["he", "published", "momentum"])
def test_a_cell_has_a_name_of_its_own(way: Way) -> None:
    assert sweep_key(1e10, way)[1].startswith("ratio 1e+10, ")
    assert len({sweep_key(ratio, way) for ratio in (0.0, 0.5, 1.0, np.inf)}) == 4
