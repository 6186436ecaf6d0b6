"""A plan is computed from measured runs: nothing measured, nothing planned."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from grid_runs import PAPERS, job, row, table

from pose_lib.bench.grid.configuration import Grid
from pose_lib.bench.grid.plan import costs, plan_table, plan_text
from pose_lib.bench.grid.rates import DeviceRate, RateError, best, measured, read_rates, scheduled
from pose_lib.cli import main
from pose_lib.papers import all_papers, find

ROOT = Path(__file__).resolve().parents[2]
HALF = DeviceRate("a GPU", "park", 56, 720.0, 4, "somebody's note")


def test_times_of_training_grow_with_the_budget_and_the_others_do_not() -> None:
    (cost,) = costs(Grid("g", (job(),)), PAPERS, table(row()), [HALF])
    assert cost.images == pytest.approx(720_000)
    assert cost.network_hours == pytest.approx(1.0)
    assert cost.rest_hours == pytest.approx((360 + 18) / 3600)
    assert cost.device_hours == pytest.approx(720_000 / 720 / 3600)
    assert cost.device_basis == "assumed to be that of park"
    assert cost.megabytes == 100
    assert cost.data_megabytes == pytest.approx(2000 * 64 * 64 * 4 / 1e6)


def test_another_preset_of_the_same_window_is_scaled_by_its_schedules() -> None:
    presets = PAPERS["direct"].presets
    ratio = scheduled(presets["long"]) / scheduled(presets["quick"])
    assert ratio == 7200 / 480
    (cost,) = costs(Grid("g", (job(),)), PAPERS, table(row(preset="quick", budget=1.0)))
    assert cost.images == pytest.approx(7200 * ratio)
    assert cost.basis == "synthetic Walking, quick, budget 1"
    (larger,) = costs(Grid("g", (job(preset="paper"),)), PAPERS, table(row()))
    assert larger.basis == "not measured at this size"
    assert math.isnan(larger.images)


def test_the_most_similar_run_counts() -> None:
    several = table(
        row(preset="quick", budget=1.0, action="Eating"),
        row(action="Eating"),
        row(action="Eating", budget=0.1),
        row(action="Eating", budget=0.05, controls=True),
        row(paper="park", budget=1.0),
    )
    found = best(several, job(), 1)
    assert found is not None
    assert (found["preset"], found["budget"], found["controls"]) == ("long", 0.1, False)
    found = best(several, job(controls=True), 1)
    assert found is not None
    assert found["controls"]
    assert best(several, job("tekin_ae"), 1) is None
    (cost,) = costs(Grid("g", (job(controls=True),)), PAPERS, table(row()))
    assert cost.basis.endswith("without controls")


def test_a_run_with_as_many_threads_counts_before_all_others() -> None:
    several = table(
        row(action="Eating", threads="1").assign(value=lambda rows: rows["value"] * 8),
        row(threads="8", date="2026-01-02"),
    )
    for threads, hours in ((1, 8.0), (8, 1.0)):
        grid = Grid("g", (job(),), threads=threads)
        (cost,) = costs(grid, PAPERS, several)
        assert cost.network_hours == pytest.approx(hours)
        assert not cost.other_threads
        assert "numbers of threads" not in plan_text(grid, PAPERS, [cost])
    other = Grid("g", (job(), job(seed=1), job("park")), threads=2)
    found = costs(other, PAPERS, several)
    assert [cost.other_threads for cost in found] == [True, True, False]
    assert found[0].basis == "synthetic Walking, long, budget 0.01, 8 thread(s)"
    told = "measured with other numbers of threads only: direct at long; with 2 thread(s) it may be"
    assert told in plan_text(other, PAPERS, found)


def test_on_a_gpu_any_number_of_threads_will_do() -> None:
    several = table(row(action="Eating", threads="1"), row(threads="8"))
    (cost,) = costs(Grid("g", (job(device="cuda"),), "cuda"), PAPERS, several)
    assert cost.basis == "synthetic Walking, long, budget 0.01"
    assert not cost.other_threads


def test_other_machines_presets_and_trials_measure_nothing() -> None:
    whole = row()
    assert len(table(whole)) == 1
    for other in (
        whole.assign(processor="another"),
        whole.assign(device="NVIDIA H100"),
        whole.assign(settings="of another preset"),
        whole.assign(preset="gone"),
        whole.assign(value=np.where(whole["metric"] == "network-images", 1999.0, whole["value"])),
        whole[whole["system"] != "Run"],
        pd.DataFrame(),
    ):
        assert not len(measured(other, all_papers()))


def test_a_method_without_a_network_costs_the_same_at_any_budget_and_no_time_of_a_device() -> None:
    fitted = row(paper="linkde")
    work = {"network-images": 0.0, "network-seconds": 0.0, "training-seconds": 0.0}
    fitted["value"] = fitted["metric"].map(work).fillna(fitted["value"])
    found = costs(Grid("g", (job("linkde"), job("linkde", budget=0.5))), PAPERS, table(fitted), [HALF])
    for cost in found:
        assert cost.rest_hours == pytest.approx(18 / 3600)
        assert (cost.images, cost.network_hours, cost.device_hours) == (0, 0, 0)
        assert cost.device_basis == "no network"


def test_a_plan_says_what_was_not_measured() -> None:
    grid = Grid("some", (job(seed=0), job(seed=1), job("park"), job("park", preset="paper")), threads=1)
    found = costs(grid, PAPERS, table(row()), [HALF])
    shown = plan_table(found)
    assert shown.loc[("direct", "long"), "jobs"] == 2
    assert shown.loc[("direct", "long"), "hours here"] == pytest.approx(2 * (1 + 378 / 3600))
    assert math.isnan(shown.loc[("park", "long"), "hours here"])
    text = plan_text(grid, PAPERS, found, [HALF])
    assert "some: 4 jobs on 3 data sets, 1 thread(s) each" in text
    assert "nothing like them was measured: park at long, park at paper" in text
    assert "this machine: 2.2 hours of one process" in text
    assert "one a GPU: 0.6 hours of the device for 2 of the jobs" in text
    assert "rates there: somebody's note" in text
    assert "Not counted" in text


def test_the_command_plans_with_the_rates_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSE_RUNS", str(tmp_path))
    workflow = ROOT / "workflow"
    assert (
        main(["grid", "plan", str(workflow / "actions.yaml"), "--rates", str(workflow / "rates.yaml")]) == 0
    )
    told = capsys.readouterr().out
    jobs = 15 * 3 * sum(paper.kind == "3d" for paper in all_papers())
    assert f"actions: {jobs} jobs on " in told
    assert "one NVIDIA H100: " in told


def test_rates_of_another_device_name_their_source_and_papers_that_exist(tmp_path: Path) -> None:
    for rate in read_rates(ROOT / "workflow" / "rates.yaml"):
        assert rate.source
        assert rate.window in {preset.window for preset in find(rate.paper).presets.values()}
    file = tmp_path / "rates.yaml"
    for text, message in (
        ("[", "cannot be read as YAML"),
        ("a: 1", "must be a list of mappings with the keys device, paper"),
        ("[{device: x}]", "entry 1: it must be a mapping with the keys"),
        (
            "[{device: x, paper: y, window: 1, images_per_second: no, processes: 1, source: z}]",
            "images_per_second is False; it must be a number above 0",
        ),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(RateError, match=message) as caught:
            read_rates(file)
        assert "rates.yaml" in str(caught.value)
