"""What ideas gain: signs, units, printed numbers, and which runs are shown."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pose_lib.bench.evidence import Evidence, joined
from pose_lib.bench.ideas import (
    decisive_gains,
    idea_gains,
    images_per_network,
    outcome,
    run_command,
    strongest,
)
from pose_lib.bench.paper import Idea, Paper
from pose_lib.bench.presets import DEFAULT_PRESETS
from pose_lib.bench.printed_gains import gain_sign, gain_unit, names_in_print, printed_gain, printed_gains
from pose_lib.bench.rows import Key, constant_row, frame
from pose_lib.papers import all_papers, find
from pose_lib.papers.park.presets import PRESETS as PARK
from pose_lib.papers.tekin_ae.presets import PRESETS as TEKIN

ERROR = Idea("the code", "Ours", "CNN", printed=-2.0)
SHARE = Idea("the crop", "Stage 2", "Stage 1", metric="pcp")
NEVER = Idea("never run", "Ours", ("CNN", "wide"))
PAPER = Paper(name="made", module="pose_lib.papers.direct", title="A test", ideas=(ERROR, SHARE, NEVER))


def run(seed: int = 0, error: float = -4.0, share: float = 3.0, **changed: object) -> Evidence:
    """A stored run with its paired differences, idea minus control, and the controls' own values."""
    about: dict[str, object] = {
        "paper": "made", "dataset": "synthetic", "action": "Walking", "preset": "long", "budget": 1.0,
        "precision": "float32", "seed": seed, "controls": False, "date": "2026-01-02", "device": "cpu",
    }  # fmt: skip
    about |= changed
    about["fingerprint"] = " ".join(map(str, about.values()))
    rows = [
        constant_row("CNN", "mpjpe", "p", 100.0, 9, (90.0, 110.0)),
        constant_row("Ours", "mpjpe", "p", error, 9, (error - 1, error + 2), "CNN"),
        constant_row("Stage 2", "pcp", "p", share, 9, (share - 1, share + 1), "Stage 1"),
    ]
    return Evidence(frame(rows).assign(**about))


THREE = joined(run(seed, error) for seed, error in enumerate((-4.0, -4.5, -3.5)))


def test_better_is_above_zero_for_errors_and_for_shares() -> None:
    error, share, never = idea_gains(PAPER, THREE).to_dict("records")
    assert (error["value"], error["seeds"], error["control"]) == (pytest.approx(4.0), 3, 100.0)
    assert error["low"] < 4.0 < error["high"]
    assert share["value"] == pytest.approx(3.0)
    assert (error["unit"], share["unit"]) == ("mm of MPJPE", "points of PCP")
    assert error["comparison"] == "Ours against CNN"
    assert (error["printed"], error["printed_of"]) == (2.0, "")
    assert (never["seeds"], never["dataset"]) == (0, "")
    assert math.isnan(never["value"])
    worse = idea_gains(PAPER, joined([run(0, 4.0, -3.0)]))["value"].tolist()[:2]
    assert worse == pytest.approx([-4.0, -3.0])


@pytest.mark.parametrize(
    ("metric", "sign", "unit"),
    [
        ("mpjpe", -1, "mm of MPJPE"),
        ("limb-ratio-full", -1, "sum of log limb ratios"),
        ("test-r", -1, "squared error of joints, box²"),
        ("pcp", 1, "points of PCP"),
        ("pdj-0.20", 1, "points of PDJ at 0.2"),
        ("detected-pcp-left-lower-arm", 1, "detected-pcp-left-lower-arm"),
    ],
)
def test_signs_and_units(metric: str, sign: int, unit: str) -> None:
    assert (gain_sign(metric), gain_unit(metric)) == (sign, unit)


def test_every_idea_is_counted_in_a_unit_with_a_name() -> None:
    ideas = [idea for paper in all_papers() for idea in paper.ideas]
    assert not [idea.name for idea in ideas if gain_unit(idea.metric) == idea.metric]


def test_runs_that_differ_in_more_than_their_seed_stay_apart() -> None:
    several = joined([THREE, run(action="Eating"), run(device="cuda"), run(budget=0.5), run(dataset="lspet")])
    found = idea_gains(PAPER, several).query("idea == 'the code'")
    assert sorted(found["seeds"]) == [1, 1, 1, 1, 3]
    half, whole = found.query("budget == 0.5"), found.query("seeds == 3")
    assert half["images"].item() == pytest.approx(whole["images"].item() / 2)


def test_without_any_run_each_idea_has_a_row_that_says_so() -> None:
    found = idea_gains(PAPER, Evidence(pd.DataFrame()))
    assert found["idea"].tolist() == ["the code", "the crop", "never run"]
    assert not found["seeds"].any()
    assert found["printed"].tolist() == pytest.approx([2.0, math.nan, math.nan], nan_ok=True)


def test_images_are_those_of_the_longest_training_of_a_network() -> None:
    long = DEFAULT_PRESETS["long"]
    assert images_per_network(long) == long.learn.steps * long.learn.batch
    stages = [getattr(TEKIN["long"], name) for name in ("detector", "latent", "tune")]
    assert images_per_network(TEKIN["long"]) == sum(stage.steps * stage.batch for stage in stages)
    assert math.isnan(images_per_network(PARK["paper"])), "it says only how many epochs"


def test_short_runs_decide_nothing() -> None:
    found = decisive_gains(
        idea_gains(PAPER, joined([run(preset="quick"), run(preset="quick", action="Eating")]))
    )
    assert found["idea"].tolist() == ["the code", "the crop", "never run"]
    assert found[["seeds", "dataset", "preset"]].drop_duplicates().to_numpy().tolist() == [[0, "", ""]]
    both = joined([run(preset="quick"), THREE])
    assert set(decisive_gains(idea_gains(PAPER, both))["preset"]) == {"long", ""}


@pytest.mark.parametrize(
    ("other", "taken"),
    [
        ({"budget": 0.5}, {"budget": 1.0}),
        ({"budget": 2.0}, {"budget": 1.0}),  # more images, and one seed alone
        ({"stale": ""}, {"stale": ""}),  # of present code, though of one seed
        ({"device": "cuda"}, {"device": "cpu"}),
    ],
)
def test_the_strongest_row_is_current_then_of_enough_seeds_then_most_trained(
    other: dict[str, object], taken: dict[str, object]
) -> None:
    old = Evidence(THREE.rows.assign(stale="other code"))
    new = run(seed=7, **{"stale": "other code", **other})
    (row,) = strongest(idea_gains(PAPER, joined([old, new]))).query("idea == 'the code'").to_dict("records")
    assert {name: row[name] for name in taken} == taken


def test_the_latest_of_equal_rows_is_taken() -> None:
    rows = idea_gains(PAPER, joined([run(), run(device="cuda", date="2026-01-03")]))
    assert strongest(rows).query("idea == 'the code'")["device"].tolist() == ["cuda"]
    shares = rows.assign(budget=[0.5 if device == "cuda" else 0.005 for device in rows["device"]])
    more = shares.assign(images=[1e4 if budget == 0.5 else 1e6 for budget in shares["budget"]])
    assert strongest(more).query("idea == 'the code'")["device"].tolist() == ["cuda"]


def test_an_interval_is_told_in_words() -> None:
    assert outcome(0, math.nan, math.nan) == "not measured"
    assert outcome(1, 1.0, 2.0) == "open, 1 seed"
    assert outcome(2, 1.0, 2.0) == "open, 2 seeds"
    assert [outcome(3, *ends) for ends in ((1, 2), (-2, -1), (-1, 1))] == [
        "better with it", "worse with it", "undecided"
    ]  # fmt: skip
    assert run_command("made") == "pose-lib run made --preset long -p controls true --keep"


@pytest.mark.parametrize(
    ("paper", "idea", "action", "gain"),
    [
        ("deeppose", "first refinement", "LSP", 60 - 54),
        ("hmlpe", "regression beside detection: test windows", "buffy and flic", 0.069 - 0.064),
        ("li_chan", "pre-training instead of both tasks at once", "Eating", 104.01 - 103.31),
        ("li_chan", "a deep network instead of kernel dependency estimation", "Greeting", 162.27 - 127.17),
        ("structnet", "an auxiliary task", "Discussion", 161.62 - 149.09),
        ("structnet", "two layers that embed the pose instead of one", "All", 142.04 - 135.63),
        ("park", "2D probabilities", "TakingPhoto", 153.76 - 149.97),
        ("tekin_ae", "auto-encoder: limb ratios", "not stated", 14.97 - 11.90),
    ],
)
def test_printed_gains_are_of_the_papers_tables(paper: str, idea: str, action: str, gain: float) -> None:
    (found,) = [i for i in find(paper).ideas if i.name == idea]
    assert printed_gains(find(paper), found)[action] == pytest.approx(gain)


def test_a_number_that_an_idea_brings_is_in_the_printed_table() -> None:
    for paper in all_papers():
        for idea in paper.ideas:
            if idea.printed is not None:
                printed = printed_gains(paper, idea)
                assert "" not in printed, idea.name
                gain = gain_sign(idea.metric) * idea.printed
                assert any(math.isclose(gain, value, abs_tol=1e-9) for value in printed.values()), idea.name


def test_names_in_print_are_those_of_the_tables_and_of_systems() -> None:
    for paper in all_papers():
        module = f"{paper.module}.published"
        if module not in paper.all_modules:
            continue
        names: dict[Key, tuple[str, ...]] = getattr(__import__(module, fromlist=["x"]), "AS_PRINTED", {})
        printed = {number.system for number in paper.published}
        assert {name for several in names.values() for name in several} <= printed


def test_a_system_without_another_name_in_print_has_that_of_its_row() -> None:
    assert names_in_print(find("structnet"), "StructNet-Max") == ("Max", "2 layers")
    assert names_in_print(find("structnet"), "Mean pose") == ("Mean pose",)
    assert names_in_print(find("park"), ("Baseline", "wide")) == ("Baseline, wide",)
    assert names_in_print(find("direct"), "Direct") == ("Direct",), "the room has no printed numbers"


def test_beside_a_run_stands_its_action_or_the_mean_without_totals() -> None:
    printed = {"Walking": 1.0, "Eating": 3.0, "All": 10.0}
    assert printed_gain(printed, "Walking") == (1.0, "Walking")
    assert printed_gain(printed, "Sitting") == (2.0, "mean of 2 actions")
    assert printed_gain({"All": 10.0}, "Sitting") == (10.0, "All")
    value, of = printed_gain({}, "Walking")
    assert math.isnan(value)
    assert of == ""
