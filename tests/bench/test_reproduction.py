"""How far a printed item is made again follows from the stored runs."""

from __future__ import annotations

import pandas as pd
import pytest

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.reproduction import PrintedItem, state_of

ITEM = PrintedItem(name="Table 1", shows="errors", cell="a", metric="pcp", printed_on=("buffy", "flic"))


def stored(
    *runs: tuple[str, str, int, str], metric: str = "pcp", preset: str = "long", budget: float = 1.0
) -> Evidence:
    """Rows of runs: data set, action, seed, why stale."""
    rows = pd.DataFrame(runs, columns=["dataset", "action", "seed", "stale"])
    return Evidence(rows.assign(metric=metric, preset=preset, budget=budget), {})


@pytest.mark.parametrize(
    ("datasets", "state", "needs"),
    [
        ((), "by the run of the page", "buffy, flic"),
        (("synthetic",), "on other data", "buffy, flic"),
        (("synthetic", "buffy"), "in part on the paper's data", "flic"),
        (("flic", "buffy"), "on the paper's data", ""),
    ],
)
def test_the_state_is_that_of_the_data_sets_with_runs(
    datasets: tuple[str, ...], state: str, needs: str
) -> None:
    found = state_of(ITEM, stored(*((name, "all", 0, "") for name in datasets)))
    assert (found[0], found[2]) == (state, needs)


def test_runs_are_told_with_their_actions_and_seeds() -> None:
    runs = [("synthetic", action, seed, "other code") for action in ("Walking", "Eating") for seed in (0, 1)]
    assert state_of(ITEM, stored(*runs))[1] == "synthetic, long, 2 actions, 2 seeds, stale"
    assert state_of(ITEM, stored(("buffy", "all", 3, "")))[1] == "buffy, long, all actions, 1 seed"
    several = [*runs, ("synthetic", "Walking", 2, "other code"), ("synthetic", "Walking", 7, "")]
    short = stored(("synthetic", "Eating", 0, ""), budget=0.125).rows
    both = Evidence(pd.concat([stored(*several).rows, short]), {})
    assert state_of(ITEM, both)[1].split("; ") == [
        "synthetic, long, Eating, 1 seed, budget 0.125",
        "synthetic, long, Walking, 1 seed",
        "synthetic, long, 2 actions, 2 to 3 seeds, stale",
    ]


def test_short_runs_and_other_metrics_do_not_count() -> None:
    for other in ({"metric": "mpjpe"}, {"preset": "quick"}):
        assert state_of(ITEM, stored(("buffy", "all", 0, ""), **other))[0] == "by the run of the page"


def test_an_item_that_nothing_makes_again_says_why() -> None:
    with pytest.raises(ValueError, match="Table 9 has no cell"):
        PrintedItem(name="Table 9", shows="errors")
    item = PrintedItem(name="Table 9", shows="errors", lacks="The data are lost.")
    assert state_of(item, stored(("buffy", "all", 0, ""))) == ("not made again", "", "")
