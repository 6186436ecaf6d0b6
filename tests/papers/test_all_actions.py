"""All actions and systems: which runs are taken, which numbers are printed, and how the orders agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib import checkpoints
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.rows import constant_row, frame
from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.li_chan import TanhTargets
from pose_lib.models.park import ROOTS, differences
from pose_lib.papers import find
from pose_lib.papers.compare import all_actions, costs, printed, shown_by, structure

ROOMS = shown_by("side_by_side")
SYSTEMS = printed.systems_3d(ROOMS)
TWO = {"CNN": find("tekin_ae"), "Baseline": find("park")}
ACTIONS = ("Walking", "Sitting")


def rows(paper: str, system: str, value: float, **about: object) -> pd.DataFrame:
    made = [
        constant_row(system, "mpjpe", "p", value, 8),
        constant_row(system, "parameters", "p", 100 * value, 1),
        constant_row(system, "train-seconds", "p", value, 1),
    ]
    run = {
        "paper": paper,
        "dataset": "synthetic",
        "action": "Walking",
        "preset": "long",
        "budget": 1.0,
        "precision": "bf16",
        "seed": 0,
        "controls": False,
        "device": "cpu",
        "stale": "",
    }
    return frame(made).assign(**(run | about))


def test_every_3d_system_belongs_to_the_paper_that_compares_it() -> None:
    assert SYSTEMS["DconvMP-HML"] == find("li_chan"), "StructNet's chapter has a row of it as well"
    assert {"LinKDE", "Multi-reg", "Direct", ("StructNet-Avg", "0.02 %")} <= set(SYSTEMS)
    assert "KDE" not in SYSTEMS
    assert {key for room in ROOMS for key in room.compared} <= set(SYSTEMS)


def test_printed_errors_are_those_of_the_systems_own_papers() -> None:
    table = printed.printed_errors(SYSTEMS)
    assert table.loc["DconvMP-HML", "Walking"] == 77.60
    assert table.loc["Ours, fine-tuned", "Walking"] == 65.75
    structnet = ["StructNet-Pred", "StructNet-Max", "StructNet-Avg, 0.02 %", "StructNet-Avg"]
    assert table.loc[structnet, "Walking"].tolist() == [84.85, 83.64, 75.01, 69.75]
    assert table.loc["Multi-reg + 2D-cls", ["Walking", "SittingDown"]].tolist() == [62.64, 190.82]
    assert table.loc["Baseline", "Walking"] == 72.55
    assert table.loc["LinKDE"].notna().all()
    assert table.loc[["Mean pose", "CNN", "Direct"]].isna().all(axis=None)
    assert len(table.columns) == 15


def test_seeds_are_averaged_and_devices_and_stale_runs_kept_apart() -> None:
    every = pd.concat(
        [
            rows("tekin_ae", "CNN", 60.0),
            rows("tekin_ae", "CNN", 64.0, seed=1),
            rows("tekin_ae", "CNN", 70.0, action="Sitting"),
            rows("tekin_ae", "CNN", 10.0, device="cuda"),
            rows("tekin_ae", "CNN", 11.0, stale="other code"),
            rows("tekin_ae", "CNN", 12.0, budget=0.5),
            rows("park", "CNN", 13.0),
            rows("park", "Baseline", 66.0),
        ]
    )
    found = all_actions.by_action(every, TWO, ACTIONS, "synthetic", "long")
    assert found.errors.loc["CNN"].tolist() == [62.0, 70.0]
    assert found.errors.loc["Baseline", "Walking"] == 66.0
    assert np.isnan(found.errors.loc["Baseline", "Sitting"])
    assert (found.cells, found.title) == (3, "long, cpu, 1 to 2 seeds")
    assert all_actions.by_action(every, TWO, ACTIONS, "synthetic", "quick").cells == 0
    assert all_actions.by_action(every[:0], TWO, ACTIONS, "synthetic", "long").cells == 0


def test_runs_at_a_share_of_the_schedule_are_shown_where_they_fill_more_and_current_ones_first() -> None:
    whole = [
        rows("tekin_ae", "CNN", 60.0, stale="other code"),
        rows("park", "Baseline", 66.0, stale="other code"),
    ]
    short = [
        rows(paper, key, 80.0, budget=0.125) for paper, key in (("tekin_ae", "CNN"), ("park", "Baseline"))
    ]
    found = all_actions.by_action(pd.concat([*whole, *short]), TWO, ACTIONS, "synthetic", "long")
    assert found.title == "long, cpu, 1 seed, budget 0.125"
    more = [*whole, *short, rows("tekin_ae", "CNN", 61.0, action="Sitting", stale="other code")]
    found = all_actions.by_action(pd.concat(more), TWO, ACTIONS, "synthetic", "long")
    assert found.title == "long, cpu, 1 seed, stale"


def test_a_seed_that_ran_with_and_without_controls_counts_once() -> None:
    both = [rows("tekin_ae", "CNN", 60.0, controls=controls) for controls in (False, True)]
    every = pd.concat([*both, rows("tekin_ae", "CNN", 66.0, seed=1), rows("park", "Baseline", 66.0)])
    found = all_actions.by_action(every, TWO, ACTIONS, "synthetic", "long")
    assert found.errors.loc["CNN", "Walking"] == 63.0
    assert found.title == "long, cpu, 1 to 2 seeds"
    frame = costs.cost_frame(every, TWO).set_index("system")
    assert frame.loc["CNN", ["mpjpe", "parameters", "train-seconds"]].tolist() == [63.0, 6300.0, 63.0]


def test_the_setting_with_most_systems_is_taken_and_the_equal_one_first() -> None:
    quick = [rows("tekin_ae", "CNN", 60.0, preset="quick"), rows("park", "Baseline", 66.0, preset="quick")]
    equal = [rows("park", "Baseline", 67.0, preset="quick-equal")]
    found = all_actions.fullest(pd.concat([*quick, *equal]), TWO, ACTIONS, "synthetic", ("quick",))
    assert found.title.startswith("quick-equal"), "the paper's own preset is equal already"
    assert found.errors["Walking"].tolist() == [60.0, 67.0]
    found = all_actions.fullest(pd.concat(quick), TWO, ACTIONS, "synthetic", ("quick",))
    assert found.title.startswith("quick, ")


def test_orders_are_compared_where_both_have_numbers() -> None:
    ours = pd.DataFrame({"Walking": [1.0, 2.0, 3.0], "Sitting": [3.0, 2.0, np.nan]}, index=list("ABC"))
    paper = pd.DataFrame({"Walking": [10.0, 20.0, 30.0], "Sitting": [10.0, 20.0, 30.0]}, index=list("ABC"))
    table = all_actions.order_table(ours, paper)
    assert table.loc["Walking", ["systems", "Kendall"]].tolist() == ["3", 1.0]
    assert table.loc["Sitting", ["systems", "Kendall"]].tolist() == ["2", -1.0]
    assert table.loc["Walking", "pairs in the same order"] == "3 of 3"
    assert table.loc["mean of 2", "systems"] == "2"
    assert all_actions.order_table(ours * np.nan, paper).empty
    assert all_actions.in_common(ours * np.nan, paper) is None


def test_costs_are_means_over_seeds_at_each_budget_of_one_device() -> None:
    every = pd.concat(
        [
            rows("tekin_ae", "CNN", 60.0),
            rows("tekin_ae", "CNN", 64.0, seed=1),
            rows("tekin_ae", "CNN", 90.0, budget=0.5),
            rows("park", "Baseline", 66.0, device="cuda"),
        ]
    )
    (title, found), (other, _) = costs.stored_costs(every, TWO, "synthetic", "Walking", "long")
    assert (title, other) == ("cpu, bf16", "cuda, bf16"), "the first has more systems and budgets"
    line = found.set_index("budget").loc[1.0]
    assert line[["system", "mpjpe", "train-seconds", "parameters"]].tolist() == ["CNN", 62.0, 62.0, 6200.0]
    assert np.isnan(line["ms-per-image"])
    assert found["budget"].tolist() == [0.5, 1.0]
    assert not costs.stored_costs(every[:0], TWO, "synthetic", "Walking", "long")
    assert costs.cost_frame(Evidence(pd.DataFrame()).rows, TWO).empty


def test_costs_of_stale_runs_and_of_several_precisions_are_kept_apart() -> None:
    stale = [rows("tekin_ae", "CNN", 10.0, budget=b, stale="other code") for b in (1.0, 0.5)]
    every = pd.concat(
        [rows("tekin_ae", "CNN", 60.0), rows("tekin_ae", "CNN", 90.0, precision="float32"), *stale]
    )
    found = costs.stored_costs(every, TWO, "synthetic", "Walking", "long")
    assert [(title, frame["mpjpe"].tolist()) for title, frame in found] == [
        ("cpu, bf16", [60.0]),
        ("cpu, float32", [90.0]),
        ("cpu, bf16, stale", [10.0, 10.0]),
    ], "current runs come first, though they are fewer"


def saved(folder: Path, name: str, **layers: torch.Tensor) -> None:
    (folder / "cached").mkdir(exist_ok=True)
    checkpoints.save({"model": layers, "seconds": 1.0}, folder / "cached" / f"{name}.pt")


def test_last_layers_are_brought_to_joints_relative_to_the_root(tmp_path: Path) -> None:
    """Weights that are made from root-relative poses, as each network stores them, come back the same."""
    poses = torch.from_numpy(rng("last layers").normal(size=(30, 17, 3))).float()
    poses -= poses[:, :1].clone()
    rooted = poses.flatten(1).T
    to_parents = TanhTargets(H36M17, 1.0).to_vector(poses).T
    heads = differences(tuple((root,) * 17 for root in ROOTS)) @ poses[:, None]
    saved(tmp_path, "direct", **{"2.weight": rooted})
    saved(tmp_path, "hml", **{"output.weight": to_parents})
    saved(tmp_path, "multi-reg-2d-cls", weight_3d=heads.transpose(0, 1).flatten(2))
    for room, key in (("direct", "Direct"), ("li_chan", "DconvMP-HML"), ("park", "Multi-reg + 2D-cls")):
        found = structure.last_layer(tmp_path, room, key)
        assert found is not None
        torch.testing.assert_close(found, rooted, atol=1e-4, rtol=1e-4)
    assert structure.last_layer(tmp_path, "linkde", "LinKDE") is None
    with pytest.raises(FileNotFoundError, match=r"cnn\.pt"):
        structure.last_layer(tmp_path, "tekin_ae", "CNN")


def test_every_last_layer_is_of_a_compared_system() -> None:
    assert all(key in find(room).compared for room, key in structure.LAST_LAYERS)
