"""The benchmarks' runner and timing; their numbers are for ``make bench``."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from pose_lib.bench.collapse import SPREAD
from pose_lib.bench.paper import Paper
from pose_lib.bench.rows import constant_row, frame

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    import benchmarks.__main__ as runner

    return runner


def test_small_runs_print_one_json_object_a_line(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.mpjpe.POSES", 50)
    monkeypatch.setattr("benchmarks.mpjpe.memory_bandwidth", lambda: 1e10)
    monkeypatch.setattr("benchmarks.pa_mpjpe.POSES", 50)
    monkeypatch.setattr("benchmarks.pa_mpjpe.LOOPED", 5)
    assert runner.main(["mpjpe", "pa-mpjpe"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["name"], line["unit"]) for line in lines] == [
        ("mpjpe", "poses/s"),
        ("mpjpe", "GB/s"),
        ("pa-mpjpe", "poses/s"),
        ("pa-mpjpe", "poses/s"),
    ]
    for line in lines:
        assert line["ratio"] == pytest.approx(line["value"] / line["baseline"], rel=1e-2)
        assert line["spread"][0] <= line["value"] <= line["spread"][1]
        assert line["repetitions"] >= 5
        assert line.get("largest_difference_mm", 0) < 1e-3
    assert "of_peak" in lines[1]


@pytest.mark.usefixtures("runner")
def test_the_two_normalisations_across_maps_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import channel_norm

    monkeypatch.setattr(channel_norm, "SHAPES", ((2, 6, 5, 5),))
    lines = list(channel_norm.run())
    assert [line["dtype"] for line in lines] == ["float32", "bfloat16"]
    for line, rounding in zip(lines, (1e-6, 0.03), strict=True):
        assert line["yardstick"] == "nn.LocalResponseNorm"
        assert 0 <= line["largest_relative_difference"] < rounding


def test_an_unknown_name_lists_the_valid_ones(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["mpjpe", "pampjpe"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("no benchmark named pampjpe; there are ")
    assert {"mpjpe", "pa-mpjpe"} <= set(said.err.strip().split("there are ")[1].split(", "))


@pytest.mark.usefixtures("runner")
def test_contestants_take_turns_and_ratios_count_the_best_yardstick() -> None:
    from benchmarks.timing import Timing, interleaved, result

    order: list[str] = []

    def slow_one() -> None:
        order.append("b")
        time.sleep(0.002)

    timings = interleaved({"a": lambda: order.append("a"), "b": slow_one}, repetitions=3)
    assert order == ["a", "b"] * 4
    assert timings["b"].median > 0.002 > timings["a"].median
    slow, fast = Timing((8.0, 8.0, 9.0)), Timing((4.0, 4.0, 4.0))
    line = result(
        "x", "things/s", 8.0, Timing((1.0, 2.0, 4.0)), yardsticks={"slow": slow, "fast": fast}, peak=16
    )
    assert (line["value"], line["baseline"], line["ratio"], line["of_peak"]) == (4, 2, 2, 0.25)
    assert (line["yardstick"], line["spread"], line["repetitions"]) == ("fast", [2, 8], 3)


def test_the_spread_over_seeds_is_that_of_each_learned_system(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmarks import stability

    def rows(paper: Paper, case: stability.Case, preset: str) -> pd.DataFrame:
        collapsed = constant_row("Baseline", SPREAD, "", 0.01 if case.seed == 7 else 0.8, 9)
        return frame([constant_row("Baseline", "mpjpe", "", 100.0 + case.seed % 2, 9), collapsed])

    monkeypatch.setenv("POSE_STABILITY", "quick park")
    monkeypatch.setattr(stability, "_rows", rows)
    assert runner.main(["stability"]) == 0
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["name"] == "stability"
    assert (line["paper"], line["system"], line["runs"], line["collapsed"]) == ("park", "Baseline", 14, 1)
    assert (line["mean"], line["lowest"], line["highest"]) == (100.5, 100, 101)
    assert line["per cent"] == pytest.approx(100 * (14 / 13) ** 0.5 * 0.5 / 100.5)
    assert line["groups"]["float32, 1 threads"] == [100, 101, 100, 101]


@pytest.mark.parametrize(
    ("name", "variable"), [("leeds-cache", "POSE_DATA"), ("mocap-directions", "POSE_MOCAP")]
)
def test_a_benchmark_of_files_that_are_not_there_says_what_is_missing(
    name: str,
    variable: str,
    runner: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for place in (None, "", "/no/such/folder"):
        monkeypatch.delenv(variable, raising=False)
        if place is not None:
            monkeypatch.setenv(variable, place)
        assert runner.main([name]) == 0
        line = json.loads(capsys.readouterr().out)
        assert line["name"] == name
        assert line["skipped"].startswith(f"{variable} names no folder with ")
