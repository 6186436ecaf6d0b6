"""Merging: the only way into the stored rows, which refuses runs of other code or data unless told."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from samples import make

from pose_lib.bench.archive import read_archive, write_archive
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.fingerprint import code_of_recipe
from pose_lib.bench.merge import MergeError, merge
from pose_lib.bench.row_files import StoredError
from pose_lib.bench.run import Run
from pose_lib.bench.staleness import marked, why_stale
from pose_lib.bench.stored import run_evidence, stored
from pose_lib.cli import main
from pose_lib.data.request import sources_of
from pose_lib.papers import find

PAPER = find("direct")


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))


def finished(
    value: float = 1.0,
    *,
    seed: int = 0,
    code: str | None = None,
    data: str = "a card",
    data_code: str | None = None,
    **settings: object,
) -> Run:
    """A complete run of direct regression, as if made by the code of now where nothing else is said."""
    parameters = {"dataset": "synthetic", "action": "Walking", "preset": "smoke", "budget": 1.0}
    run = Run(
        PAPER.name,
        {**parameters, "seed": seed, "device": "cpu", "controls": False},
        data,
        {**PAPER.presets["smoke"].settings(), **settings},
        code_of_recipe(PAPER.deciding_modules) if code is None else code,
        data_code=sources_of("synthetic") if data_code is None else data_code,
    )
    scores = Scores.on(make(4), {"mpjpe": "mm"})
    scores.add("CNN", "mpjpe", np.full(4, value))
    run.finish(scores.rows(), [scores])
    return run


def values(rows: pd.DataFrame) -> list[tuple[int, str, float]]:
    own = rows[rows["system"] == "CNN"]
    return sorted(zip(own["seed"], own["device"], own["value"], strict=True))


def on(device: str, run: Run) -> Evidence:
    """The same run as if another device had made it."""
    evidence = run_evidence(run.folder)
    fingerprint = f"{run.fingerprint}{device.replace(' ', '')}"
    rows = evidence.rows.assign(device=device, fingerprint=fingerprint)
    return Evidence(rows, {fingerprint: evidence.sequences[run.fingerprint]})


def test_a_run_in_one_file_comes_back_and_is_the_same_whenever_it_is_written(tmp_path: Path) -> None:
    run = finished()
    file = write_archive(run.folder, tmp_path / "far" / "away.zip")
    content = file.read_bytes()
    evidence, expected = read_archive(file), run_evidence(run.folder)
    pd.testing.assert_frame_equal(evidence.rows, expected.rows)
    assert evidence.sequences.keys() == {run.fingerprint}
    assert evidence.sequences[run.fingerprint].keys == expected.sequences[run.fingerprint].keys
    assert write_archive(run.folder, file).read_bytes() == content
    packed = content.index(b"rows.csv") + len(b"rows.csv")
    flipped = content[:packed] + b"\xff" + content[packed + 1 :]
    for damaged in (content[:-40], b"", content.replace(b"rows.csv", b"rows.txt"), flipped):
        file.write_bytes(damaged)
        with pytest.raises(StoredError, match=r"away\.zip is no file of `pose-lib run --out`"):
            read_archive(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("rows.csv", "a,b\n1,2\n")
        archive.writestr("sequences.npz", b"")
    with pytest.raises(StoredError, match=r"away\.zip: .*lacks the columns"):
        read_archive(file)


def test_runs_are_merged_once_and_several_at_a_time(tmp_path: Path) -> None:
    results = tmp_path / "results"
    runs = [run_evidence(finished(float(seed), seed=seed).folder) for seed in (0, 1, 2)]
    (file,) = merge(runs[:2], [PAPER], results)
    before = file.read_bytes()
    assert merge(runs[:2], [PAPER], results) == [file]
    assert file.read_bytes() == before
    merge(runs[2:], [PAPER], results)
    kept = stored(PAPER.name, results)
    assert values(kept.rows) == [(0, "cpu", 0.0), (1, "cpu", 1.0), (2, "cpu", 2.0)]
    assert set(kept.sequences) == set(kept.rows["fingerprint"])
    assert {"threads", "torch", "code", "settings", "data", "data_code"} <= set(kept.rows)


def test_rows_of_different_devices_stay_apart(tmp_path: Path) -> None:
    run = finished(1.0)
    merge([run_evidence(run.folder), on("NVIDIA H100", run)], [PAPER], tmp_path)
    assert values(stored(PAPER.name, tmp_path).rows) == [(0, "NVIDIA H100", 1.0), (0, "cpu", 1.0)]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({"code": "0123456789abcdef"}, "other code"),
        ({"code": ""}, "other code"),
        ({"data_code": "0123456789abcdef"}, "other code of the data"),
        ({"size": 32}, "another preset"),
    ],
)
def test_a_run_of_other_code_or_data_is_refused_unless_told(
    tmp_path: Path, made: dict[str, object], why: str
) -> None:
    good, bad = finished(seed=1), finished(**made)  # type: ignore[arg-type]
    both = [run_evidence(run.folder) for run in (good, bad)]
    with pytest.raises(MergeError, match=f"seed 0 cpu {bad.fingerprint}: {why}\n.*--other"):
        merge(both, [PAPER], tmp_path)
    assert not list(tmp_path.glob("*.csv")), "nothing is written before all runs are checked"
    merge(both, [PAPER], tmp_path, other=True)
    kept = marked(stored(PAPER.name, tmp_path), PAPER).rows
    shown = dict(zip(kept["fingerprint"], kept["stale"], strict=True))
    assert shown == {good.fingerprint: "", bad.fingerprint: why}


def test_other_data_under_the_same_name_are_refused(tmp_path: Path) -> None:
    merge([run_evidence(finished(seed=0).folder)], [PAPER], tmp_path)
    other = run_evidence(finished(seed=1, data="another card").folder)
    with pytest.raises(MergeError, match=r"other data under the same name: a card \(.*another card \("):
        merge([other], [PAPER], tmp_path)
    merge([other], [PAPER], tmp_path, other=True)


def test_a_paper_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MergeError, match="direct: there is no such paper; there are: park"):
        merge([run_evidence(finished().folder)], [find("park")], tmp_path)


def test_rows_without_a_hash_of_their_code_are_stale_and_stay(tmp_path: Path) -> None:
    old = run_evidence(finished(3.0, seed=3).folder)
    made = ["code", "settings", "data", "data_code"]
    merge([Evidence(old.rows.drop(columns=made), old.sequences)], [PAPER], tmp_path, other=True)
    new = finished(1.0)
    merge([run_evidence(new.folder)], [PAPER], tmp_path)
    kept = stored(PAPER.name, tmp_path)
    assert values(kept.rows) == [(0, "cpu", 1.0), (3, "cpu", 3.0)]
    reasons = why_stale(kept.rows, PAPER)
    assert reasons.pop(new.fingerprint) == ""
    assert list(reasons.values()) == ["unknown code"]


def test_a_preset_that_is_gone_makes_rows_stale() -> None:
    rows = run_evidence(finished().folder).rows
    assert set(why_stale(rows, PAPER).values()) == {""}
    assert set(why_stale(rows.assign(preset="medium"), PAPER).values()) == {"no such preset now"}
    assert why_stale(pd.DataFrame(), PAPER) == {}


def test_the_command_merges_files_and_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pose_lib.paths.checkout", lambda: tmp_path)
    first, second, other = finished(1.0), finished(2.0, seed=1), finished(3.0, seed=2, code="0" * 16)
    file = write_archive(first.folder, tmp_path / "first.zip")
    assert main(["merge", str(file), str(second.folder)]) == 0
    assert main(["keep", str(other.folder)]) == 1
    assert "other code" in capsys.readouterr().err
    assert main(["keep", str(other.folder), "--other"]) == 0
    assert os.path.relpath(capsys.readouterr().out.strip(), tmp_path) == "results/direct.csv"
    assert [value for *_, value in values(stored("direct", tmp_path / "results").rows)] == [1.0, 2.0, 3.0]
