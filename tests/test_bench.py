"""Runs that can be cut off, parameters that are checked, claims that are judged, rows that are kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from pose_lib.bench.claims import CLAIMS, Comparison, comparisons, judge, pooled, verdicts
from pose_lib.bench.papers import PAPERS, paper
from pose_lib.bench.parameters import (
    ParameterError,
    check_device,
    check_flag,
    check_folder,
    check_names,
    check_whole,
    injected_names,
    resolve_preset,
)
from pose_lib.bench.presets import PRESETS
from pose_lib.bench.published import PUBLISHED, published_table
from pose_lib.bench.runs import Run, RunError
from pose_lib.bench.stored import keep, stored_rows
from pose_lib.training import Schedule

PARAMETERS = {
    "action": "Walking",
    "dataset": "synthetic",
    "preset": "smoke",
    "seed": 0,
    "device": "cpu",
    "controls": False,
}


def make_run(root: Path, **changes: object) -> Run:
    return Run("tekin_ae", {**PARAMETERS, **changes}, "card", {"steps": 3}, root=root)  # type: ignore[dict-item]


def test_the_same_inputs_share_a_folder_and_others_do_not(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert make_run(tmp_path).folder == run.folder
    assert make_run(tmp_path, data_root="/anywhere").folder == run.folder
    assert make_run(tmp_path, seed=1).folder != run.folder
    assert Run("tekin_ae", PARAMETERS, "other card", {"steps": 3}, root=tmp_path).folder != run.folder
    assert Run("tekin_ae", PARAMETERS, "card", {"steps": 4}, root=tmp_path).folder != run.folder
    about = json.loads((run.folder / "run.json").read_text())
    assert about["parameters"]["action"] == "Walking"
    assert about["torch"] == str(torch.__version__)


def test_a_stage_is_computed_once_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    run, calls = make_run(tmp_path), []

    def build() -> dict[str, object]:
        calls.append(1)
        return {"x": torch.arange(3)}

    first, second = run.stage("numbers", build), run.stage("numbers", build)
    assert len(calls) == 1
    assert torch.equal(first["x"], second["x"])
    assert first["seconds"] == second["seconds"]
    file = run.folder / "stages" / "numbers.pt"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(RunError, match=r"numbers\.pt is damaged.*delete it"):
        run.stage("numbers", build)


def test_a_trained_stage_comes_back_with_its_weights_and_history(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    x = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))

    def train() -> tuple[nn.Linear, list[float]]:
        torch.manual_seed(0)
        net = nn.Linear(3, 3)
        history = run.train(
            "net", net, lambda w, g: (net(x[w]) - x[w]).square().mean(), 32, Schedule(8, 0.1, 16)
        )
        return net, history.loss

    (first, loss), (second, again) = train(), train()
    assert torch.equal(first.weight, second.weight)
    assert loss == again
    assert not list((run.folder / "stages").glob("*.checkpoint"))


KILLED = """
import os, signal, sys, torch
from pathlib import Path
from torch import nn
from pose_lib import training
from pose_lib.bench.runs import Run
from pose_lib.training import Schedule
import functools

root, die_at = Path(sys.argv[1]), int(sys.argv[2])
import pose_lib.bench.runs as runs
runs.fit = functools.partial(training.fit, save_every=0)
run = Run("tekin_ae", {"seed": 0, "device": "cpu"}, "card", {}, root=root)
x = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
steps = 0
sums = []
for stage in ("first", "second"):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 4))
    def loss(which, generator):
        global steps
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return (net(x[which] + torch.randn(len(which), 4, generator=generator)) - x[which]).square().mean()
    run.train(stage, net, loss, 64, Schedule(40, 1e-2, 16))
    sums.append(float(sum(p.double().sum() for p in net.parameters())))
print(sums, steps)
"""


def test_a_run_killed_in_its_second_stage_goes_on_and_ends_in_the_same_numbers(tmp_path: Path) -> None:
    def start(root: str, die_at: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, str(tmp_path / root), str(die_at)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )

    whole, cut, resumed = start("whole", 0), start("cut", 63), start("cut", 0)
    assert cut.returncode == -signal.SIGKILL
    assert whole.returncode == resumed.returncode == 0, whole.stderr + resumed.stderr
    numbers, steps = whole.stdout.rsplit(" ", 1)
    again, left = resumed.stdout.rsplit(" ", 1)
    assert numbers == again
    assert int(steps) == 80
    assert 0 < int(left) < 40


def rows_of(run: Run, value: float = 1.0) -> pd.DataFrame:
    rows = pd.DataFrame(
        [{"system": "CNN", "metric": "mpjpe", "protocol": "p", "value": value, "low": 0.5, "high": 1.5}]
    )
    return run.finish(rows, {"CNN": {"mpjpe": np.array([value])}})


def test_finished_rows_carry_their_provenance_and_are_kept_once(tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs")
    assert not run.complete
    tidy = rows_of(run)
    assert run.complete
    assert {"commit", "processor", "torch", "seed", "fingerprint", "date"} <= set(tidy.columns)
    with np.load(run.folder / "samples.npz") as samples:
        assert samples["CNN|mpjpe"].tolist() == [1.0]
    results = tmp_path / "results"
    keep(run.folder, results)
    rows_of(run, 2.0)
    keep(run.folder, results)
    other = make_run(tmp_path / "runs", seed=1)
    rows_of(other)
    keep(other.folder, results)
    stored = stored_rows("tekin_ae", results)
    assert sorted(zip(stored["seed"], stored["value"], strict=True)) == [(0, 2.0), (1, 1.0)]
    with pytest.raises(FileNotFoundError, match="no complete run"):
        keep(make_run(tmp_path / "runs", seed=7).folder, results)
    assert stored_rows("nothing", results).empty


def test_parameters_that_do_not_exist_are_refused_with_those_that_do() -> None:
    history = ["", 'action = "Walking"\nseed = 0', '# Parameters\nactoin = "Eating"\nseed = 3\n']
    assert injected_names(history) == ["actoin", "seed"]
    with pytest.raises(ParameterError, match=r"'actoin'.*action, dataset"):
        check_names(injected_names(history), paper("tekin_ae").parameters, "tekin_ae")
    check_names(["action", "PAPERMILL_INPUT_PATH"], paper("tekin_ae").parameters, "tekin_ae")


def test_values_that_cannot_be_are_refused_with_those_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_flag("controls", "True") is True
    assert check_flag("controls", False) is False
    with pytest.raises(ParameterError, match="true, false"):
        check_flag("controls", 1)
    assert check_whole("seed", 4) == 4
    for wrong in (-1, True, "x", 1.5):
        with pytest.raises(ParameterError, match="whole number"):
            check_whole("seed", wrong)
    with pytest.raises(ParameterError, match=r"warp.*try auto or cpu"):
        check_device("warp")
    assert check_device("auto") in ("cpu", "cuda")
    assert check_folder("data_root", "") is None
    with pytest.raises(ParameterError, match="no such folder"):
        check_folder("data_root", str(tmp_path / "nowhere"))
    monkeypatch.setenv("POSE_PRESET", "smoke")
    assert resolve_preset("", PRESETS["tekin_ae"]) == "smoke"
    assert resolve_preset("long", PRESETS["tekin_ae"]) == "long"
    monkeypatch.delenv("POSE_PRESET")
    assert resolve_preset("", PRESETS["tekin_ae"]) == "quick"
    with pytest.raises(ParameterError, match="smoke, quick, long, paper"):
        resolve_preset("huge", PRESETS["tekin_ae"])


def test_every_paper_has_its_presets_claims_and_printed_numbers() -> None:
    root = Path(__file__).resolve().parents[1]
    for row in PAPERS:
        assert (root / row.notebook).is_file()
        assert list(PRESETS[row.name]) == ["smoke", "quick", "long", "paper"]
        assert any(c.paper == row.name for c in CLAIMS)
        assert any(p.paper == row.name for p in PUBLISHED)
        assert PRESETS[row.name]["paper"].departures == ()
    with pytest.raises(KeyError, match="tekin_ae"):
        paper("resnet")


def test_presets_train_rivals_on_the_same_number_of_samples() -> None:
    for preset in PRESETS["tekin_ae"].values():
        assert preset.cnn.steps == preset.latent.steps + preset.tune.steps
        assert preset.test_step % preset.step == 0


def test_the_printed_tables_are_whole_and_their_means_are_those_of_the_fact_sheet() -> None:
    table = published_table("tekin_ae", "Table 1")
    assert len(table) == 5 * 6
    assert table[table["system"] == "Ours"]["value"].mean() == pytest.approx(116.77, abs=0.005)
    limbs = published_table("tekin_ae", "Table 2").set_index(["system", "metric"])["value"]
    assert len(limbs) == 4 * 3
    assert limbs["CNN", "limb-ratio-lower"] == 0.57
    with pytest.raises(KeyError, match="tekin_ae Table 1"):
        published_table("tekin_ae", "Table 9")


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


def stored_difference(
    claim_system: str, metric: str, values: list[float], action: str = "Walking", preset: str = "long"
) -> list[dict[str, object]]:
    return [
        {
            "paper": "tekin_ae",
            "action": action,
            "dataset": "synthetic",
            "preset": preset,
            "system": claim_system,
            "metric": metric,
            "value": v,
            "low": v - 1,
            "high": v + 1,
        }
        for v in values
    ]


def test_a_claim_holds_only_if_all_of_its_tests_do_on_every_action() -> None:
    good = [row for t in CLAIMS[0].tests for row in stored_difference(t.system, t.metric, [-10.0])]
    claims, details = verdicts(pd.DataFrame(good), "tekin_ae")
    outcomes = claims.set_index("claim")["outcome"]
    assert outcomes["T-1"] == "holds"
    assert outcomes["T-2"] == "not run"
    assert len(details) == 2
    test = CLAIMS[0].tests[0]
    bad = good + stored_difference(test.system, test.metric, [5.0], "Discussion")
    assert verdicts(pd.DataFrame(bad), "tekin_ae")[0].set_index("claim")["outcome"]["T-1"] == "fails"
    vague = good + stored_difference(test.system, test.metric, [0.5], "Discussion")
    assert verdicts(pd.DataFrame(vague), "tekin_ae")[0].set_index("claim")["outcome"]["T-1"] == "undecided"
    assert set(verdicts(pd.DataFrame(), "tekin_ae")[0]["outcome"]) == {"not run"}


def test_short_runs_decide_nothing() -> None:
    quick = [
        r for t in CLAIMS[0].tests for r in stored_difference(t.system, t.metric, [-10.0], preset="quick")
    ]
    assert set(verdicts(pd.DataFrame(quick), "tekin_ae")[0]["outcome"]) == {"not run"}


def test_comparisons_name_every_test_once() -> None:
    found = comparisons("tekin_ae")
    assert len(found) == len(set(found))
    assert ("Ours, fine-tuned", "CNN", "mpjpe") in found
