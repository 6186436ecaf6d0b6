"""The tables that all chapters share: which rows stand in them, and which do not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from pose_lib.bench.collapse import SPREAD
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import RUN, Evidence, Sequences, joined
from pose_lib.bench.published import Published, published_table
from pose_lib.bench.rows import Key, constant_row, frame
from pose_lib.book.result_cells import cell, columns, with_controls
from pose_lib.book.result_tables import (
    actions_table,
    briefly,
    claims_table,
    controls_table,
    details_table,
    differences_table,
    main_table,
    stored_summary,
)
from pose_lib.book.tables import results_table

SPACE = "\N{NO-BREAK SPACE}"
EMPTY = Evidence(pd.DataFrame())
SIGMA: Key = ("Stage 2", "sigma 2")


def run(values: dict[Key, float], metric: str = "mpjpe", **about: object) -> Evidence:
    """A run without sequences, whose intervals reach one unit up and down."""
    columns = {
        "paper": "made",
        "dataset": "synthetic",
        "action": "Walking",
        "preset": "long",
        "budget": 1.0,
        "precision": "float32",
        "seed": 0,
        "controls": False,
        **about,
    }
    columns["fingerprint"] = "-".join(map(str, columns.values()))
    rows = [constant_row(key, metric, "p", v, 10, (v - 1, v + 1)) for key, v in values.items()]
    return Evidence(frame(rows).assign(std=7.0, **columns))


MINE = run({"CNN": 90.0}, preset="quick")
PRINTED = published_table(
    [Published("Table 1", "CNN as printed", "Eating", "mpjpe", 91.434, "mm")], "Table 1"
)


def test_only_runs_that_decide_stand_beside_this_one() -> None:
    kept = joined(
        [run({"CNN": 80.0}), run({"CNN": 84.0}, seed=1), run({"CNN": 70.0}, action="Eating", preset="quick")]
    )
    names = {"Ours": "CNN as printed"}
    table = main_table(MINE, kept, ("CNN", "Ours"), PRINTED, names=names, actions=("Eating",))
    assert list(table.columns) == ["this run", "Walking, long, 2 seeds", "Eating, printed"]
    assert table.loc["CNN", "this run"] == f"90.0 [89.0,{SPACE}91.0]"
    assert table.loc["CNN", "Walking, long, 2 seeds"].startswith("82.0 [")
    assert table.loc["CNN", "Walking, long, 2 seeds"].endswith("] ±2.8")
    for caption in ("What is counted", "What is counted."):
        html = results_table(table, caption=caption).to_html()
        assert "What is counted. In brackets: 95 % intervals" in html
        assert "This run is that of this page, at preset quick" in html
        assert "holds for these networks alone" in html
    assert list(table.loc["Ours"]) == ["–", "–", "91.43"]
    italic = next(rule for rule in results_table(table).to_html().split("}") if "italic" in rule)
    assert "row0_col2" in italic
    assert "row0_col1" not in italic


def test_ours_stand_beside_what_is_printed_of_their_action_and_stale_runs_last() -> None:
    runs = [run({"CNN": 80.0}, action=name) for name in ("Eating", "Sitting", "Walking")]
    old = run({"CNN": 60.0}, action="Eating", stale="unknown code", device="cpu")
    kept = joined([old, *(Evidence(one.rows.assign(stale="", device="cpu")) for one in runs)])
    table = main_table(MINE, kept, ("CNN",), PRINTED)
    assert list(table.columns) == [
        "this run",
        "Walking, long, 1 seed",
        "Eating, printed",
        "Eating, long, 1 seed",
        "Sitting, long, 1 seed",
        "Eating, long, 1 seed, stale",
    ]
    alone = main_table(MINE, kept, ("CNN", "Ours"))
    assert list(alone.columns) == [name for name in table.columns if name != "Eating, printed"]
    assert alone.loc["Ours"].tolist() == ["–"] * 5


def test_a_collapsed_network_is_marked_wherever_its_number_stands() -> None:
    both = joined([run({"CNN": 169.0, "Ours": 90.0}), run({"CNN": 0.01, "Ours": 0.8}, metric=SPREAD)])
    assert cell(both, "CNN", "mpjpe").endswith("] (collapsed)")
    assert cell(both, "CNN", "mpjpe", spread=True) == "169.0 (7.0) (collapsed)"
    assert cell(both, "Ours", "mpjpe").endswith("]")


def test_without_stored_runs_this_one_stands_alone() -> None:
    assert [title for title, _ in columns(MINE, EMPTY)] == ["this run"]
    assert [title for title, _ in columns(MINE, None)] == ["this run"]
    assert [title for title, _ in columns(MINE, run({"CNN": 1.0}, preset="quick"))] == ["this run"]


def test_titles_tell_stored_runs_apart() -> None:
    kept = joined(
        [
            run({"CNN": 80.0}, dataset="mocap"),
            run({"CNN": 84.0}, dataset="mocap", seed=1),
            run({"CNN": 70.0}, dataset="buffy", action="all"),
            run({"CNN": 60.0}, budget=0.5),
        ]
    )
    assert [title for title, _ in columns(MINE, kept)] == ["this run", "Walking, long, 1 seed, budget 0.5"]
    found = dict(columns(MINE, kept, everywhere=True))
    assert list(found) == [
        "this run",
        "buffy, long, 1 seed",
        "mocap Walking, long, 2 seeds",
        "synthetic Walking, long, 1 seed, budget 0.5",
    ]
    values = [[90.0], [70.0], [80.0, 84.0], [60.0]]
    assert [part.rows["value"].tolist() for part in found.values()] == values
    both = joined([run({"CNN": 80.0}), run({"CNN": 81.0}, precision="bf16")])
    assert [title for title, _ in columns(MINE, both)] == [
        "this run",
        "Walking, long, 1 seed, bf16",
        "Walking, long, 1 seed, float32",
    ]


def test_controls_are_read_from_stored_runs_only_where_this_one_has_none() -> None:
    kept = joined(
        [*(run({"CNN": 80.0 + s}, seed=s, controls=True) for s in (2, 1)), run({"CNN": 70.0}, seed=0)]
    )
    title, found = with_controls(MINE, kept)
    assert title == "synthetic Walking, long, 2 seeds"
    assert found.rows["value"].tolist() == [82.0, 81.0]
    for other in (
        EMPTY,
        run({"CNN": 80.0}, dataset="mocap", controls=True),
        run({"CNN": 80.0}, preset="quick", controls=True),
    ):
        assert with_controls(MINE, other) == ("this run", MINE)
    own = run({"CNN": 90.0}, controls=True)
    assert with_controls(own, kept) == ("this run", own)


def test_a_cell_shows_a_setting_a_spread_or_a_dash() -> None:
    evidence = run({"CNN": 80.0, SIGMA: 60.0})
    assert cell(evidence, "CNN", "mpjpe", spread=True) == "80.0 (7.0)"
    assert cell(evidence, SIGMA, "mpjpe", 2) == f"60.00 [59.00,{SPACE}61.00]"
    assert cell(evidence, "Stage 2", "mpjpe") == "–"
    assert cell(evidence, "CNN", "pcp", spread=True) == "–"


def test_a_seed_that_ran_with_and_without_controls_counts_once() -> None:
    with_controls = [run({"CNN": 80.0 + 4 * seed, "KDE": 90.0}, seed=seed, controls=True) for seed in (0, 1)]
    both = joined([run({"CNN": 70.0}), *with_controls, run({"CNN": 70.0}, seed=1)])
    assert cell(both, "CNN", "mpjpe") == cell(joined(with_controls), "CNN", "mpjpe")
    assert cell(both, "CNN", "mpjpe").startswith("82.0 [")
    assert actions_table(both, ["CNN"], ["Walking"], preset="long").loc["CNN", "Walking"] == 82.0
    apart = joined([run({"CNN": 70.0}, controls=True), run({"CNN": 80.0}, precision="bf16")])
    assert cell(apart, "CNN", "mpjpe").startswith("75.0 ["), "these differ in more than their controls"


def measured(errors: dict[Key, Sequence[float]], seed: int = 0) -> Evidence:
    """A run with sequences: six samples of three sequences."""
    groups = np.array(["a", "a", "b", "b", "c", "c"])
    scores = Scores(groups, {"mpjpe": "p"}, {"mpjpe": np.ones(6)})
    for key, values in errors.items():
        scores.add(key, "mpjpe", np.array(values))
    rows = frame(scores.rows()).assign(
        **run({"CNN": 0.0}, seed=seed).rows.iloc[0][[*RUN, "fingerprint"]].to_dict()
    )
    return Evidence(rows, {rows["fingerprint"].iloc[0]: Sequences.of([scores])})


def test_a_difference_is_computed_from_sequences() -> None:
    evidence = measured({"CNN": [9, 9, 8, 8, 7, 7], SIGMA: [5, 5, 5, 5, 4, 4], "KDE": [9, 9, 8, 7, 8, 7]})
    assert cell(evidence, SIGMA, "mpjpe", against="CNN") == f"-3.3 [-3.8,{SPACE}-2.8]"
    assert cell(evidence, "CNN", "mpjpe", against=SIGMA) == f"+3.3 [+2.8,{SPACE}+3.8]"
    assert cell(evidence, "CNN", "mpjpe", against="none") == "–"
    pairs = [(SIGMA, "CNN", "mpjpe"), ("KDE", "CNN", "mpjpe"), ("CNN", "none", "mpjpe")]
    table = differences_table(evidence, pairs)
    assert table.index.tolist() == ["Stage 2, sigma 2 - CNN", "KDE - CNN"]
    assert table["it says"].tolist() == ["the first is lower", "undecided"]
    assert differences_table(evidence, [("CNN", SIGMA, "mpjpe")])["it says"].tolist() == [
        "the second is lower"
    ]
    assert differences_table(EMPTY, pairs).empty


def test_actions_are_collected_from_rows_of_one_preset() -> None:
    kept = joined(
        [
            run({"CNN": 80.0, "KDE": 100.0}),
            run({"CNN": 90.0}, seed=1),
            run({"CNN": 60.0}, action="Eating"),
            run({"CNN": 1.0}, action="Sitting", preset="quick"),
            run({"CNN": 2.0}, action="Sitting", budget=0.5),
        ]
    )
    table = actions_table(kept, ("CNN", "KDE"), ("Walking", "Eating", "Sitting"), preset="long")
    assert table.loc["CNN", "Walking"] == 85
    assert np.isnan(table.loc["CNN", "Sitting"])
    assert np.isnan(table.loc["KDE", "Eating"])
    assert table["mean"].tolist() == [85, 100]
    assert actions_table(EMPTY, ("CNN",), ("Walking",)).isna().all(axis=None)


def test_all_systems_of_a_run_stand_in_the_table_of_controls() -> None:
    evidence = joined([run({"CNN": 80.0, SIGMA: 60.0}), run({"CNN": 3.0, "data": 5.0}, "limb-ratio-full")])
    table = controls_table(evidence)
    assert table.index.tolist() == ["CNN", "Stage 2, sigma 2"]
    assert table.columns.tolist() == ["MPJPE (mm)", "PA-MPJPE (mm)", "limb ratios, full body"]
    assert table.loc["CNN"].tolist() == [f"80.0 [79.0,{SPACE}81.0]", "–", f"3.00 [2.00,{SPACE}4.00]"]


def test_stored_runs_are_listed_once_each() -> None:
    made = {"date": "2026-01-02", "commit": "abc", "processor": "x", "threads": 2, "torch": "2.9"}
    kept = joined([run({"CNN": 80.0, "KDE": 90.0}, **made), run({"CNN": 81.0}, seed=1, **made)])
    table = stored_summary(kept)
    assert table["seed"].tolist() == [0, 1]
    assert "budget" not in table
    assert stored_summary(joined([kept, run({"CNN": 1.0}, budget=0.5, **made)]))["budget"].tolist() == [
        1,
        1,
        0.5,
    ]
    assert stored_summary(EMPTY)["note"].tolist() == ["no stored run"]


def test_verdicts_name_what_was_said_printed_and_found() -> None:
    about = {"claim": "c", "says": "A wins", "published": "1", "kind": "claim", "limits": "one set"}
    outcomes = (("synthetic, long; AdamW", "reproduced", ""), ("buffy, long; AdamW", "open", "A - B"))
    claims = pd.DataFrame(
        [{**about, "setting": s, "outcome": found, "because": why} for s, found, why in outcomes]
        + [
            {
                **about,
                "claim": "d",
                "kind": "consistency check",
                "setting": "",
                "outcome": "open",
                "because": "x",
            }
        ]
    )
    table = claims_table(claims)
    assert table.columns.tolist() == ["it says", "printed", "kind", "verdict", "at", "because of", "limits"]
    assert table["it says"].tolist() == ["A wins", "", "A wins"]
    assert table["limits"].tolist() == ["one set", "", "one set"]
    assert table["verdict"].tolist() == ["reproduced", "open", "open"]
    assert table["kind"].tolist() == ["", "", "consistency check"]
    assert "kind" not in claims_table(claims.iloc[:2])
    assert table["at"].tolist() == ["synthetic, long; AdamW", "buffy, long; AdamW", ""]
    numbers = {"value": -1.2345, "low": -2.0, "high": -0.5, "margin": 0.512, "seeds": 3, "needs": ""}
    line = {"claim": "c", "setting": "synthetic, long; AdamW", "action": "Walking", "comparison": "A - B"}
    line |= {"metric": "mpjpe", "outcome": "reproduced"}
    missing = {"seeds": 0, "margin": np.nan, "outcome": "open", "needs": "a run"}
    first, second = details_table(pd.DataFrame([line | numbers, line | numbers | missing])).to_dict("records")
    assert first["difference"] == f"-1.23 [-2,{SPACE}-0.5]"
    assert (first["at"], first["margin"], first["verdict"]) == ("synthetic, long", "0.51", "reproduced")
    assert first["first - second"] == "A - B"
    assert (second["difference"], second["margin"], second["verdict"]) == ("–", "–", "open: needs a run")


def test_settings_are_told_apart_by_what_they_do_not_share() -> None:
    settings = ["a, long; AdamW; bf16; cpu", "a, long; AdamW; bf16; cuda; unknown code", "b, long; AdamW", ""]
    assert briefly(settings) == ["a, long; cpu", "a, long; cuda; unknown code", "b, long", ""]
    several = ["a, long; AdamW; cpu; and a, quick; AdamW; cpu", "a, long; AdamW; cuda"]
    assert briefly(several) == ["a, long; cpu and a, quick", "a, long; cuda"]


@pytest.mark.parametrize("table", [claims_table, details_table])
def test_nothing_to_judge_is_said_in_words(table) -> None:
    assert table(pd.DataFrame()).columns.tolist() == ["note"]


def test_stale_runs_are_shown_apart_and_called_so() -> None:
    made = {"date": "2026-01-02", "commit": "abc", "processor": "x", "threads": 2, "torch": "2.9"}
    several = [
        run({"CNN": 80.0}, stale="", device="cpu", **made),
        run({"CNN": 90.0}, seed=1, stale="unknown code", device="cpu", **made),
        run({"CNN": 70.0}, seed=2, stale="", device="NVIDIA H100", **made),
    ]
    kept = joined(several)
    titles = {title: cell(part, "CNN", "mpjpe")[:4] for title, part in columns(MINE, kept)[1:]}
    assert titles == {
        "Walking, long, 1 seed, NVIDIA H100": "70.0",
        "Walking, long, 1 seed, cpu": "80.0",
        "Walking, long, 1 seed, cpu, stale": "90.0",
    }
    assert stored_summary(kept)["stale"].tolist() == ["", "unknown code", ""]
    old = run({"CNN": 1.0}, controls=True, stale="other code")
    new = [run({"CNN": 2.0}, controls=True, stale="", budget=budget, seed=1) for budget in (0.1, 0.5)]
    assert with_controls(MINE, joined([old, *new]))[1].rows["value"].tolist() == new[1].rows["value"].tolist()
    title, _ = with_controls(MINE, old)
    assert title == "synthetic Walking, long, 1 seed, stale"
    title, _ = with_controls(MINE, joined(new))
    assert title == "synthetic Walking, long, 1 seed, budget 0.5"
    table = actions_table(joined(several[:2]), ("CNN",), ["Walking"], preset="long")
    assert table.attrs["note"] == "Some of these runs are stale (unknown code)."
    assert "note" not in actions_table(several[0], ("CNN",), ["Walking"], preset="long").attrs
