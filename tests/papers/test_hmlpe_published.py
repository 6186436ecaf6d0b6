"""The printed numbers of Li et al. 2014; claims and ideas name systems that can run."""

from __future__ import annotations

import pytest

from pose_lib.bench.claim import Constant
from pose_lib.bench.measures import BY_JOINT
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import split_key
from pose_lib.papers.hmlpe import PAPER
from pose_lib.papers.hmlpe.claims import CLAIMS
from pose_lib.papers.hmlpe.probes import MAP_DISTANCES
from pose_lib.papers.hmlpe.published import PUBLISHED
from pose_lib.papers.hmlpe.sweep import RATIOS, WAYS, ratio_name, sweep_key
from pose_lib.papers.hmlpe.task_errors import TASKS

SYSTEMS = {
    *PAPER.systems,
    "Detection alone",
    "HMLPE, no dropout",
    "HMLPE, no pre-training",
    "Untrained",
    *(sweep_key(ratio, start) for ratio in RATIOS for start in WAYS),
}
METRICS = {
    "pcp",
    *(f"{split}-{kind}" for split in ("train", "test") for kind in TASKS),
    *MAP_DISTANCES.values(),
    *(f"{prefix}pcp-{arm}-arm" for prefix in ("", "detected-") for arm in ("lower", "upper")),
    *(f"pdj-{radius:.2f}-{kind}" for radius in BY_JOINT for kind in ("elbow", "wrist")),
}


def test_claims_and_ideas_name_systems_that_can_run_and_metrics_that_are_measured() -> None:
    assert [claim.key for claim in CLAIMS] == [f"H-{number}" for number in range(1, 13)]
    tests = [test for claim in CLAIMS for test in claim.comparisons]
    named = {key for test in tests for key in (test.first, test.second)}
    assert {key for key in named if not isinstance(key, Constant)} <= SYSTEMS
    assert {key for idea in PAPER.ideas for key in (idea.system, idea.against)} <= SYSTEMS
    assert {item.metric for item in (*tests, *PAPER.ideas)} <= METRICS
    assert any(split_key(test.first)[1] for test in tests)


def test_printed_numbers_agree_with_the_differences_that_the_text_gives() -> None:
    table = published_table(PUBLISHED, "Table 1").set_index(["system", "metric"])["value"]
    lower = table["HMLPE", "pcp-left-lower-arm"] + table["HMLPE", "pcp-right-lower-arm"]
    assert lower / 2 - table["RoDG-Boost", "pcp-left-lower-arm"] == pytest.approx(4.84, abs=0.01)
    sweep = published_table(PUBLISHED, "Table 3")
    assert set(sweep["system"]) < {ratio_name(ratio) for ratio in RATIOS}
    assert sweep.set_index(["system", "metric"])["value"]["ratio 1e+10", "test-d"] == 0.693


def test_printed_gains_of_the_ideas_are_those_of_table_3() -> None:
    sweep = published_table(PUBLISHED, "Table 3").set_index(["system", "metric"])["value"]
    ratios = {"HMLPE": 1.0, "Regression alone": RATIOS[-1], "Detection alone": RATIOS[0]}
    printed = [idea for idea in PAPER.ideas if idea.printed is not None]
    assert len(printed) == 2
    for idea in printed:
        a, b = (sweep[ratio_name(ratios[key]), idea.metric] for key in (idea.system, idea.against))
        assert idea.printed == pytest.approx(a - b)
