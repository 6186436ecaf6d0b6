"""Claims are judged by intervals, on runs that decide, clause by clause and at each setting on its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest

from pose_lib.bench.claim import Claim, Comparison, Constant, Recount, above, below, near
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import standing, verdicts
from pose_lib.bench.pooling import Effect
from pose_lib.bench.presets import DEFAULT_PRESETS
from pose_lib.bench.rows import Key, constant_row, frame
from pose_lib.bench.verdict import LEAST_SEEDS, Verdict, judge, worst

BELOW = below("ours", "CNN", "mpjpe", 0.05)
WIDE = below(("ours", "wide"), "CNN", "mpjpe", 0.05)
CLAIMS = (
    Claim("T-1", "The method beats the CNN.", "By 10 to 15 %.", (BELOW, WIDE)),
    Claim("T-2", "It keeps ratios.", "11.9 against 15.0.", (below("ours", "CNN", "limb-ratio"),)),
    Claim("T-3", "Nothing tests this.", "Argued.", ()),
)


@pytest.mark.parametrize(
    ("sign", "low", "high", "outcome"),
    [
        ("below", -3, -1, "reproduced"),
        ("below", -0.3, -0.1, "reproduced"),
        ("below", 1, 3, "contradicted"),
        ("below", -1, 1, "open"),
        ("below", -0.4, 0.5, "no effect"),
        ("below", -0.4, 0.6, "open"),
        ("above", 1, 3, "reproduced"),
        ("above", -3, -1, "contradicted"),
        ("above", -1, 3, "open"),
        ("above", -0.5, 0.5, "no effect"),
        ("above", 0, 0, "no effect"),
        ("below", -1, 0, "open"),
        ("near", -0.4, 0.4, "reproduced"),
        ("near", 0.1, 0.4, "reproduced"),
        ("near", 0.6, 0.9, "contradicted"),
        ("near", -0.9, 0.2, "open"),
    ],
)
def test_intervals_decide_tests(sign: str, low: float, high: float, outcome: str) -> None:
    test = Comparison("a", "b", "m", sign, 0.05)  # type: ignore[arg-type]
    effect = Effect((low + high) / 2, low, high, LEAST_SEEDS, 10.0)
    assert judge(test, effect) == outcome
    assert judge(test, replace(effect, seeds=LEAST_SEEDS - 1)) == "open"


def test_without_a_value_to_compare_with_there_is_no_margin() -> None:
    assert judge(BELOW, Effect(0, -0.1, 0.1, 3, float("nan"))) == "open"
    assert judge(BELOW, None) == "open"


def test_an_open_verdict_says_what_it_would_take() -> None:
    def needs(effect: Effect | None) -> str:
        return Verdict("Walking", effect, 0.1, "open").needs

    assert needs(None) == "a run"
    assert needs(Effect(1, 0, 2, 1, 9)) == "2 more seeds"
    assert needs(Effect(1, 0, 2, 2, 9)) == "1 more seed"
    assert needs(Effect(1, -1, 3, 3, 9)) == "about 4 times as many seeds"
    assert needs(Effect(0.01, -5, 5, 3, 9)) == "a larger difference"
    assert needs(Effect(1, -1, 3, 3, 9, fixed=1.5)) == "more test people"
    assert needs(Effect(1, -1, 3, 3, 9, fixed=0.5)) == "about 5 times as many seeds"


@pytest.mark.parametrize("fixed", [0.0, 0.3])
@pytest.mark.parametrize(
    ("sign", "value", "half", "margin"),
    [("below", 1.0, 2.0, 0.1), ("above", 0.2, 1.5, 1.0), ("near", 0.4, 1.0, 1.0), ("near", 1.8, 2.0, 1.0)],
)
def test_as_many_seeds_as_it_asks_for_would_decide_it(
    sign: str, value: float, half: float, margin: float, fixed: float
) -> None:
    test = Comparison("a", "b", "m", sign, margin)  # type: ignore[arg-type]

    def at(seeds: float) -> Effect:
        """The interval that so many seeds would have: the part of the seeds shrinks, that of people stays."""
        wide = math.sqrt(fixed**2 + (half**2 - fixed**2) * 3 / seeds)
        return Effect(value, value - wide, value + wide, int(seeds), 1.0, fixed)

    assert judge(test, at(3)) == "open"
    wanted = Verdict("Walking", at(3), margin, "open", sign).wanted  # type: ignore[arg-type]
    assert judge(test, at(wanted + 1e-6)) != "open"
    if wanted > 6:
        assert judge(test, at(wanted - 3)) == "open"


def test_the_worst_outcome_counts_or_that_of_most() -> None:
    assert worst(["reproduced", "open", "no effect", "contradicted"]) == "contradicted"
    assert worst(["reproduced", "open", "no effect"]) == "no effect"
    assert worst(["reproduced", "open"]) == "open"
    assert worst(["reproduced"] * 2) == "reproduced"
    assert worst([]) == "open"
    assert worst(["reproduced", "reproduced", "contradicted"], most=True) == "reproduced"
    assert worst(["contradicted", "contradicted", "reproduced"], most=True) == "contradicted"
    assert worst(["reproduced", "contradicted"], most=True) == "open"


def run(
    key: Key,
    values: Sequence[float],
    action: str = "Walking",
    *,
    against: str = "CNN",
    metric: str = "mpjpe",
    **about: object,
) -> pd.DataFrame:
    """Differences to the CNN (whose own value is 100), one run per value, with intervals of one unit."""
    parts = []
    for seed, value in enumerate(values):
        rows = [constant_row(key, metric, "p", value, interval=(value - 1, value + 1), against=against)]
        rows += [constant_row(against, metric, "p", 100.0)] if against else []
        columns = {"paper": "x", "action": action, "dataset": "synthetic", "preset": "long", "budget": 1.0}
        columns |= {"precision": "bf16", "seed": seed, "controls": False, **about}
        columns["fingerprint"] = "-".join(map(str, columns.values()))
        parts.append(frame(rows).assign(**columns))
    return pd.concat(parts, ignore_index=True)


THREE = (-10.0, -10.2, -9.8)
GOOD = (run("ours", THREE), run(("ours", "wide"), THREE))


def table(claims: Sequence[Claim], *parts: pd.DataFrame) -> pd.DataFrame:
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return verdicts(Evidence(rows), claims)[0].set_index("claim")


def test_a_claim_is_reproduced_only_if_all_of_its_tests_are_on_every_action() -> None:
    assert table(CLAIMS, *GOOD)["outcome"].tolist() == ["reproduced", "open", "not testable"]
    for values, outcome in (
        ((5.0, 5.1, 4.9), "contradicted"),
        ((0.5, 0.6, 0.4), "no effect"),
        ((-5.0, 5.0, 0.0), "open"),
    ):
        found = table(CLAIMS, *GOOD, run("ours", values, "Discussion")).loc["T-1"]
        assert found["outcome"] == outcome
        assert "ours - CNN, mpjpe" in found["because"]
        assert "Discussion" in found["because"]
        assert "wide" not in found["because"]
        assert "Walking" not in found["because"]
    assert set(table(CLAIMS)["outcome"]) == {"open", "not testable"}


def test_fewer_than_three_seeds_and_short_runs_decide_nothing() -> None:
    found = table(CLAIMS, run("ours", THREE[:2]), run(("ours", "wide"), THREE)).loc["T-1"]
    assert found["outcome"] == "open"
    assert found["because"] == "ours - CNN, mpjpe: Walking (1 more seed)"
    found = table(CLAIMS, run("ours", THREE, preset="quick"), run(("ours", "wide"), THREE, preset="quick"))
    assert found.loc["T-1", ["outcome", "because"]].tolist() == ["open", "no stored run has measured it"]
    # The same seed with and without controls is one seed.
    twice = [run("ours", THREE[:2]), run("ours", THREE[:2], controls=True)]
    assert table(CLAIMS[:1], *twice).loc["T-1", "outcome"] == "open"


def test_an_action_with_too_few_seeds_counts_only_where_the_claim_names_it() -> None:
    claims = (
        Claim("any", "It helps.", "-", (BELOW,)),
        Claim("both", "It helps on both.", "-", (BELOW,), actions=("Walking", "Discussion")),
        Claim("all", "It helps on all three.", "-", (BELOW,), actions=("Walking", "Discussion", "Eating")),
    )
    few = [run("ours", THREE), run("ours", (9.0,), "Discussion")]
    assert table(claims, *few)["outcome"].tolist() == ["reproduced", "open", "open"]
    enough = [run("ours", THREE), run("ours", THREE, "Discussion")]
    found = table(claims, *enough)
    assert found["outcome"].tolist() == ["reproduced", "reproduced", "open"]
    assert found.loc["all", "because"] == "ours - CNN, mpjpe: Eating (a run)"


def test_a_claim_on_most_actions_may_fail_on_one() -> None:
    claim = Claim("P", "Mostly.", "-", (BELOW,), actions=("Walking", "Eating", "Greeting"), most=True)
    parts = [run("ours", THREE), run("ours", THREE, "Eating"), run("ours", (5.0, 5.1, 4.9), "Greeting")]
    assert table([claim], *parts).loc["P", "outcome"] == "reproduced"
    assert table([replace(claim, most=False)], *parts).loc["P", "outcome"] == "contradicted"


def test_each_setting_has_a_verdict_of_its_own() -> None:
    other = [run(key, (4.0, 4.1, 3.9), preset="paper") for key in ("ours", ("ours", "wide"))]
    found, details = verdicts(Evidence(pd.concat([*GOOD, *other])), CLAIMS[:1], DEFAULT_PRESETS)
    assert dict(zip(found["setting"].str.partition(";")[0], found["outcome"], strict=True)) == {
        "synthetic, long": "reproduced",
        "synthetic, paper": "contradicted",
    }
    assert found["setting"][0] == (
        "synthetic, long; AdamW, 7,200 steps a network; input of 56 pixels, the paper's has 112; bf16"
    )
    assert set(details["seeds"]) == {3}
    assert standing(found)["T-1"] == "settings disagree"


def test_of_several_budgets_a_clause_counts_at_the_largest_that_enough_seeds_have_measured() -> None:
    short = [run(key, (4.0, 4.1, 3.9), budget=0.125) for key in ("ours", ("ours", "wide"))]
    found, details = verdicts(Evidence(pd.concat([*GOOD, *short])), CLAIMS[:1], DEFAULT_PRESETS)
    assert found["outcome"].tolist() == ["reproduced"]
    assert found["setting"].str.startswith("synthetic, long; AdamW").all()
    outcomes = details.set_index(["comparison", "budget"])["outcome"]
    assert outcomes.loc["ours - CNN"].to_dict() == {0.125: "superseded", 1.0: "reproduced"}
    assert details.loc[details["outcome"] == "superseded", "needs"].eq("").all()
    # A longer training of too few seeds decides nothing, and neither does one that has not measured a clause.
    few = [run("ours", THREE[:2])]
    found, details = verdicts(Evidence(pd.concat([*few, *short])), CLAIMS[:1], DEFAULT_PRESETS)
    assert found["outcome"].tolist() == ["contradicted"]
    assert found["setting"].str.startswith("synthetic, long at budget 0.125").all()
    outcomes = details.set_index(["comparison", "budget"])["outcome"]
    assert outcomes.loc["ours - CNN"].to_dict() == {0.125: "contradicted", 1.0: "does not count"}
    # A longer training of enough seeds counts though it leaves a clause open that the short one decides.
    vague = [run("ours", (-5.0, 5.0, 0.0)), run(("ours", "wide"), THREE)]
    assert table(CLAIMS[:1], *vague, *short)["outcome"].tolist() == ["open"]
    mixed = [run("ours", THREE), *short]
    found, _ = verdicts(Evidence(pd.concat(mixed)), CLAIMS[:1], DEFAULT_PRESETS)
    assert found["outcome"].tolist() == ["contradicted"], "the wide one, which is trained for short alone"
    assert found["setting"][0].count("synthetic, long") == 2


def test_a_short_training_that_fails_a_check_does_not_stand_in_the_way_of_a_longer_one() -> None:
    claim = Claim("M", "Mixed.", "-", (BELOW, replace(WIDE, check=True)))
    short = [run("ours", (4.0, 4.1, 3.9), budget=0.1), run(("ours", "wide"), (5.0, 5.1, 4.9), budget=0.1)]
    assert table([claim], *short)["outcome"].tolist() == ["open"]
    assert table([claim], *GOOD, *short)["outcome"].tolist() == ["reproduced"]
    untrained = [run("ours", (4.0, 4.1, 3.9)), run(("ours", "wide"), (5.0, 5.1, 4.9))]
    passed = [run(key, THREE, budget=0.1) for key in ("ours", ("ours", "wide"))]
    found, details = verdicts(Evidence(pd.concat([*untrained, *passed])), [claim], DEFAULT_PRESETS)
    assert found["outcome"].tolist() == ["reproduced"]
    assert set(details.loc[details["budget"] == 1, "outcome"]) == {"does not count"}


def test_actions_are_joined_over_budgets() -> None:
    claim = Claim("two", "On both.", "-", (BELOW,), actions=("Walking", "Eating"))
    short = [run("ours", THREE, action, budget=0.1) for action in ("Walking", "Eating")]
    found = table([claim], *short, run("ours", (5.0, 5.1, 4.9)))
    assert found["outcome"].tolist() == ["contradicted"]
    assert found["because"].tolist() == ["ours - CNN, mpjpe: Walking"]
    assert table([claim], *short, run("ours", THREE))["outcome"].tolist() == ["reproduced"]


def test_a_training_that_has_not_measured_an_action_does_not_supersede_one_that_has() -> None:
    claim = Claim("two", "On both.", "-", (BELOW,), actions=("Walking", "Eating"))
    two = run("ours", THREE[:2], "Eating", budget=0.1)
    found, details = verdicts(Evidence(pd.concat([two, run("ours", THREE)])), [claim], DEFAULT_PRESETS)
    assert found["because"].tolist() == ["ours - CNN, mpjpe: Eating (1 more seed)"]
    lines = details.set_index(["action", "budget"])["outcome"].to_dict()
    assert lines == {
        ("Walking", 0.1): "superseded",
        ("Eating", 0.1): "open",
        ("Walking", 1.0): "reproduced",
        ("Eating", 1.0): "does not count",
    }
    # Where nothing has measured it, the shortest training is asked for.
    alone = [run("ours", THREE), run("ours", THREE, budget=0.1)]
    _, details = verdicts(Evidence(pd.concat(alone)), [claim], DEFAULT_PRESETS)
    lines = details.set_index(["action", "budget"])["outcome"].to_dict()
    assert (lines["Eating", 0.1], lines["Eating", 1.0]) == ("open", "does not count")


def test_an_unnamed_action_of_too_few_seeds_has_no_part_in_the_setting() -> None:
    few = run("ours", THREE[:2], "Eating", budget=0.1)
    found, details = verdicts(Evidence(pd.concat([*GOOD, few])), CLAIMS[:1], DEFAULT_PRESETS)
    assert found["outcome"].tolist() == ["reproduced"]
    assert "budget" not in found["setting"][0]
    assert set(details["action"]) == {"Walking"}


def test_runs_of_different_devices_or_of_older_code_are_never_pooled() -> None:
    rows = pd.concat(GOOD)
    for name, other in (("device", "cuda"), ("stale", "other code")):
        column = {"device": "cpu", "stale": ""}[name]
        marked = rows.assign(**{name: rows["seed"].map({2: other}).fillna(column)})
        found = table(CLAIMS[:1], marked)
        assert found["outcome"].tolist() == ["open", "open"]
        assert sum(other in setting for setting in found["setting"]) == 1


def test_over_all_settings_those_that_decide_count() -> None:
    one = run("ours", (5.0,), precision="float32")
    found, _ = verdicts(Evidence(pd.concat([*GOOD, one])), CLAIMS)
    assert sorted(found.loc[found["claim"] == "T-1", "outcome"]) == ["open", "reproduced"]
    assert standing(found).to_dict() == {"T-1": "reproduced", "T-2": "open", "T-3": "not testable"}


def test_a_consistency_check_is_called_one_and_decides_no_claim_but_must_be_passed() -> None:
    check = replace(WIDE, check=True)
    claims = (Claim("C", "By definition.", "-", (check,)), Claim("M", "Mixed.", "-", (BELOW, check)))
    bad = run(("ours", "wide"), (5.0, 5.1, 4.9))
    found = table(claims, run("ours", THREE), bad)
    assert found["outcome"].tolist() == ["inconsistent", "open"]
    assert found.loc["M", "because"].startswith("asked only of runs that pass a check: ours, wide - CNN")
    assert found["kind"].tolist() == ["consistency check", "claim"]
    found = table(claims, *GOOD)
    assert found["outcome"].tolist() == ["consistent", "reproduced"]
    details = verdicts(Evidence(pd.concat(GOOD)), claims)[1]
    assert details["kind"].tolist() == ["consistency check", "", "consistency check"]
    two = replace(claims[1], actions=("Walking", "Discussion"))
    worse = run("ours", (5.0, 5.1, 4.9))
    assert table((two,), worse, GOOD[1])["outcome"].tolist() == ["contradicted"], "Discussion was not run"
    lines = verdicts(Evidence(pd.concat([run("ours", THREE), bad])), claims)[1].set_index("claim")
    assert lines.loc["M", "outcome"].tolist() == ["reproduced", "inconsistent"]
    assert lines.loc["M", "needs"].tolist()[1] == "a training that passes this check"
    assert lines.loc["C", "needs"] is not lines.loc["M", "needs"].tolist()[1]


def test_printed_numbers_are_a_clause_among_others_and_can_decide_alone() -> None:
    for true, outcome in ((True, "reproduced"), (False, "contradicted")):
        counted = Recount("counted again", lambda true=true: true)
        (alone,) = table([Claim("P", "Best.", "-", (counted,))]).to_dict("records")
        assert (alone["setting"], alone["outcome"]) == ("printed numbers alone", outcome)
        claim = Claim("P", "Best.", "-", (counted, BELOW))
        (found,) = table([claim], run("ours", THREE)).to_dict("records")
        assert (found["setting"] != "printed numbers alone", found["outcome"]) == (True, outcome)
        (few,) = table([claim], run("ours", THREE[:2])).to_dict("records")
        assert few["outcome"] == ("open" if true else outcome)


def test_a_constant_is_compared_with_own_values_on_the_data_sets_it_is_of() -> None:
    test = above("ours", Constant(50.0, "printed"), "pcp", 0.1, datasets=("buffy",))
    claim = Claim("H", "More than printed.", "50", (test,))
    rows = [
        run("ours", (60.0, 60.5, 59.5), against="", metric="pcp", dataset=name) for name in ("buffy", "x")
    ]
    (line,) = verdicts(Evidence(pd.concat(rows)), [claim])[0].to_dict("records")
    assert line["outcome"] == "reproduced"
    assert line["setting"].startswith("buffy, long")
    details = verdicts(Evidence(rows[0]), [claim])[1]
    assert details[["value", "margin", "reference"]].to_numpy().tolist() == [[10.0, 5.0, 50.0]]
    assert details["comparison"].item() == "ours - printed"
    assert table([claim], rows[1]).loc["H", "because"] == "no stored run on buffy has measured it"


def test_near_is_a_share_of_the_system_compared_with() -> None:
    claim = Claim("N", "Alike.", "-", (near("ours", "CNN", "mpjpe", 0.05),))
    for value, outcome in ((1.0, "reproduced"), (9.0, "contradicted")):
        found = table([claim], run("ours", (value, value + 0.1, value - 0.1)))
        assert found.loc["N", "outcome"] == outcome
