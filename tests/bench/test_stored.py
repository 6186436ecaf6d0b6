"""Runs that are kept: once per setting, with their sequences, and damaged files are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples import make

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Sequences
from pose_lib.bench.merge import merge
from pose_lib.bench.row_files import StoredError
from pose_lib.bench.run import Run
from pose_lib.bench.stored import collected, run_evidence, stored, stored_files

PARAMETERS = {"dataset": "synthetic", "preset": "quick", "budget": 1.0, "device": "cpu", "controls": False}


def finished(root: Path | None, value: float, action: str = "Walking", seed: int = 0, data: str = "") -> Run:
    run = Run("method", {**PARAMETERS, "action": action, "seed": seed}, data, root=root)
    scores = Scores.on(make(4), {"mpjpe": "mm"})
    scores.add("CNN", "mpjpe", np.full(4, value))
    run.finish(scores.rows(), [scores])
    return run


def keep(folder: Path, results: Path) -> Path:
    """Store a run of a paper that does not exist."""
    (file,) = merge([run_evidence(folder)], (), results, other=True)
    return file


def test_a_run_replaces_one_with_the_same_parameters(tmp_path: Path) -> None:
    results, runs = tmp_path / "results", tmp_path / "runs"
    for value, seed, data in ((1.0, 0, "a card"), (2.0, 0, "a newer card"), (3.0, 1, "a card")):
        keep(finished(runs, value, seed=seed, data=data).folder, results)
    evidence = stored("method", results)
    own = evidence.rows[evidence.rows["system"] == "CNN"]
    assert sorted(zip(own["seed"], own["value"], strict=True)) == [(0, 2.0), (1, 3.0)]
    assert set(evidence.sequences) == set(evidence.rows["fingerprint"])
    assert len(stored_files("method", results)) == 3
    with pytest.raises(FileNotFoundError, match="no complete run"):
        keep(Run("method", {**PARAMETERS, "action": "Eating", "seed": 7}, "", root=runs).folder, results)
    assert stored("nothing", results).rows.empty


def test_complete_local_runs_join_the_stored_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))
    keep(finished(None, 1.0).folder, tmp_path / "results")
    finished(None, 2.0, data="a newer card")
    cut = finished(None, 3.0, "Eating")
    finished(None, 4.0, "Sitting")
    (cut.folder / "complete.json").unlink()
    rows = collected("method", tmp_path / "results").rows
    rows = rows[rows["system"] == "CNN"]
    assert dict(zip(rows["action"], rows["value"], strict=True)) == {"Walking": 2.0, "Sitting": 4.0}


def test_a_damaged_file_of_results_is_named(tmp_path: Path) -> None:
    file = keep(finished(tmp_path / "runs", 1.0).folder, tmp_path / "results")
    whole = file.read_text()
    file.write_text(whole.replace("mpjpe", "").replace(",metric,", ",metrik,", 1))
    with pytest.raises(StoredError, match=r"method\.csv is no table of results: it lacks the columns metric"):
        stored("method", tmp_path / "results")
    file.write_text(whole.replace(",mm,1,", ",mm,,"))
    with pytest.raises(StoredError, match="a row without a value"):
        stored("method", tmp_path / "results")
    file.write_text(whole)
    (sequences,) = (tmp_path / "results" / "method").glob("*.npz")
    sequences.write_bytes(sequences.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"npz is damaged"):
        stored("method", tmp_path / "results")


def test_sequences_come_back_as_they_were(tmp_path: Path) -> None:
    scores = Scores.on(make(6), {"mpjpe": "mm"})
    scores.add(("CNN", "wide"), "mpjpe", np.arange(6.0))
    found = Sequences.of([scores])
    found.save(tmp_path / "x.npz")
    again = Sequences.load(tmp_path / "x.npz")
    assert again.keys == {("CNN", "wide", "mpjpe"): 0}
    assert again.names.tolist() == [["S1", f"Walking/1/{tenth}"] for tenth in (0, 1, 3, 5, 6, 8)]
    assert again.total.tolist() == [[0, 1, 2, 3, 4, 5]]
    assert again.weight.tolist() == [[1] * 6]
