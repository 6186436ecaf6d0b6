"""From predictions to rows: every number has its protocol, its interval and its count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from test_poses import make

from pose_lib.bench.evaluate import compare, evaluate, groups_of, measure, protocol_of
from pose_lib.bench.execute import notebook_parameters
from pose_lib.cli import main
from pose_lib.metrics import limb_ratio_error, mpjpe


def poses(n: int, seed: int = 0) -> torch.Tensor:
    pose = torch.randn(n, 17, 3, generator=torch.Generator().manual_seed(seed)) * 200
    return pose - pose[:, :1]


def test_rows_hold_the_metrics_of_all_systems_with_their_protocol() -> None:
    test, truth = make(12), poses(12)
    near, far = truth + 5 * torch.sign(truth), truth + 50 * torch.sign(truth)
    rows, errors = evaluate({"near": near, "far": far}, truth, test)
    table = rows.set_index(["system", "metric"])
    assert table.loc[("near", "mpjpe"), "value"] == pytest.approx(float(mpjpe(near, truth).mean()))
    full = limb_ratio_error(far, truth, reading="limbs", part="full").mean()
    assert table.loc[("far", "limb-ratio-full-limbs"), "value"] == pytest.approx(float(full), rel=1e-5)
    assert "17 joints" in table.loc[("near", "mpjpe"), "protocol"]
    assert "Procrustes" in table.loc[("near", "pa-mpjpe"), "protocol"]
    assert "'limbs'" in table.loc[("far", "limb-ratio-full-limbs"), "protocol"]
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()
    assert set(rows["samples"]) == {12}
    difference = compare(errors, [("near", "far", "mpjpe"), ("near", "absent", "mpjpe")], test)
    assert list(difference["system"]) == ["near - far"]
    assert difference["high"][0] < 0


def test_degenerate_predictions_are_counted_rather_than_hidden() -> None:
    test, truth = make(6), poses(6)
    rows, _ = evaluate({"zero": torch.zeros_like(truth)}, truth, test)
    row = rows.set_index("metric").loc["pa-mpjpe"]
    assert row["degenerate"] == 6
    assert np.isfinite(row["value"])
    assert measure(truth, truth)[1] == 0


def test_frames_of_one_film_are_drawn_together() -> None:
    test = make(6)
    assert sorted(np.unique(groups_of(test))) == ["S1/1/54138969", "S1/1/55011271"]
    assert protocol_of(test).frame_step == 1
    assert protocol_of(test).subjects == ("S1",)


def test_the_command_lists_papers_and_explains_what_it_cannot_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["list"]) == 0
    assert "tekin_ae" in capsys.readouterr().out
    assert main(["run", "resnet"]) == 1
    assert "tekin_ae" in capsys.readouterr().err
    assert main(["run", "tekin_ae", "-p", "actoin", "Walking"]) == 1
    assert "it has: action, dataset" in capsys.readouterr().err
    assert main(["keep", str(tmp_path)]) == 1
    assert "no complete run" in capsys.readouterr().err


def test_the_notebook_and_the_registry_agree_on_the_parameters() -> None:
    from pose_lib.bench.papers import PAPERS

    root = Path(__file__).resolve().parents[1]
    for paper in PAPERS:
        assert notebook_parameters(root / paper.notebook) == paper.parameters
