"""``pose-lib evaluate`` as a user types it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pose_lib.cli import main


def test_help_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("--protocol", "--truth", "--dataset", "predictions_NAME"))


def test_evaluate_prints_the_tables_and_writes_their_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    truth = random.normal(0, 300, (30, 17, 3))
    file, rows = tmp_path / "mine.npz", tmp_path / "rows.csv"
    np.savez(
        file, predictions=truth + 5, predictions_noisy=truth + random.normal(0, 30, truth.shape), truth=truth
    )
    assert main(["evaluate", str(file), "--csv", str(rows)]) == 0
    said = capsys.readouterr().out
    assert "MPJPE (mm)" in said
    assert "left wrist" in said
    assert "aligned at the hip" in said
    with rows.open(encoding="utf-8") as stream:
        found = {(line["system"], line["metric"]): float(line["value"]) for line in csv.DictReader(stream)}
    assert found["mine", "mpjpe"] == pytest.approx(0, abs=1e-3)
    assert found["noisy", "mpjpe"] > 30
    assert main(["evaluate", str(file), "--protocol", "2d"]) == 1
    assert "no protocol '2d' for poses in 3D" in capsys.readouterr().err
    assert main(["evaluate", "--list"]) == 0
    assert "3d-without-root" in capsys.readouterr().out
    assert main(["evaluate"]) == 1
    assert main(["evaluate", str(file), "--truth", str(file), "--dataset", "synthetic"]) == 1
    assert "give one of them" in capsys.readouterr().err
