"""Claims are judged by intervals, on runs that decide, and hold only if all of their tests do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pose_lib.bench.claim import Claim, Comparison
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import judge, pooled, verdicts
from pose_lib.bench.rows import Key, constant_row, frame

CLAIMS = (
    Claim(
        "T-1",
        "The method beats both.",
        "By 4 to 15 %.",
        (Comparison("ours", "CNN", "mpjpe"), Comparison(("ours", "wide"), "CNN", "mpjpe")),
    ),
    Claim("T-2", "It keeps ratios.", "11.9 against 15.0.", (Comparison("ours", "CNN", "limb-ratio"),)),
    Claim("T-3", "Nothing tests this.", "Argued.", ()),
)


@pytest.mark.parametrize(
    ("sign", "low", "high", "outcome"),
    [
        ("below", -3, -1, "holds"),
        ("below", 1, 3, "fails"),
        ("below", -1, 1, "undecided"),
        ("above", 1, 3, "holds"),
        ("above", -3, -1, "fails"),
        ("above", -1, 3, "undecided"),
        ("above", 0, 0, "fails"),
        ("below", 0, 0, "fails"),
        ("below", -1, 0, "undecided"),
        ("near", -0.4, 0.4, "holds"),
        ("near", 0.6, 0.9, "fails"),
        ("near", -0.9, 0.2, "undecided"),
    ],
)
def test_intervals_decide_tests(sign: str, low: float, high: float, outcome: str) -> None:
    assert judge(Comparison("a", "b", "m", sign, 0.05), low, high, 10.0) == outcome  # type: ignore[arg-type]


def test_pooling_adds_the_spread_of_the_seeds() -> None:
    one = pd.DataFrame({"value": [2.0], "low": [1.0], "high": [3.0]})
    assert pooled(one) == (2.0, 1.0, 3.0)
    three = pd.DataFrame({"value": [1.0, 2.0, 3.0], "low": [0.0, 1.0, 2.0], "high": [2.0, 3.0, 4.0]})
    mean, low, high = pooled(three)
    # t(0.975, 2) = 4.3027; the seeds' standard error is 1/sqrt(3)
    assert mean == 2.0
    assert high - mean == pytest.approx(np.hypot(1.0, 4.3027 / np.sqrt(3)), rel=1e-4)
    assert mean - low == pytest.approx(high - mean)


def stored(
    key: Key, values: list[float], action: str = "Walking", preset: str = "long", metric: str = "mpjpe"
) -> pd.DataFrame:
    """Differences to the CNN, one run per value."""
    parts = []
    for seed, value in enumerate(values):
        rows = [
            constant_row(key, metric, "p", value, interval=(value - 1, value + 1), against="CNN"),
            constant_row("CNN", metric, "p", 100.0),
        ]
        about = {"paper": "x", "action": action, "dataset": "synthetic", "preset": preset, "budget": 1.0}
        about |= {"precision": "bf16", "seed": seed, "fingerprint": f"{action}-{preset}-{seed}"}
        parts.append(frame(rows).assign(**about))
    return pd.concat(parts, ignore_index=True)


def outcomes(*parts: pd.DataFrame) -> dict[str, str]:
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    claims, _ = verdicts(Evidence(rows), CLAIMS)
    return dict(zip(claims["claim"], claims["outcome"], strict=True))


def test_a_claim_holds_only_if_all_of_its_tests_do_on_every_action() -> None:
    good = [stored("ours", [-10.0]), stored(("ours", "wide"), [-10.0])]
    assert outcomes(*good) == {"T-1": "holds", "T-2": "not run", "T-3": "not run"}
    assert len(verdicts(Evidence(pd.concat(good)), CLAIMS)[1]) == 2
    assert outcomes(*good, stored("ours", [5.0], "Discussion"))["T-1"] == "fails"
    assert outcomes(*good, stored("ours", [0.5], "Discussion"))["T-1"] == "undecided"
    assert set(outcomes().values()) == {"not run"}


def test_short_runs_decide_nothing() -> None:
    assert outcomes(stored("ours", [-10.0], preset="quick"))["T-1"] == "not run"


def test_near_is_a_share_of_the_system_compared_with() -> None:
    near = (Claim("N", "Alike.", "-", (Comparison("ours", "CNN", "mpjpe", "near", 0.05),)),)
    for value, outcome in ((3.0, "holds"), (4.5, "undecided"), (7.0, "fails")):
        claims, details = verdicts(Evidence(stored("ours", [value])), near)
        assert claims["outcome"].item() == outcome
        assert details["comparison"].item() == "ours - CNN"


def test_seeds_of_one_setting_are_pooled_and_settings_are_not() -> None:
    rows = pd.concat([stored("ours", [1.0, 2.0, 3.0]), stored("ours", [9.0]).assign(budget=0.1)])
    _, details = verdicts(Evidence(rows), CLAIMS[:1])
    assert dict(zip(details["action"], details["seeds"], strict=True)) == {
        "Walking (synthetic, long)": 3,
        "Walking (synthetic, long, budget 0.1)": 1,
    }
    assert sorted(details["difference"]) == [2.0, 9.0]
