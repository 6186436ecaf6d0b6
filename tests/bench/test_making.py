"""What an executed notebook says about its making, and when it is older than the code."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from pose_lib.bench import making
from pose_lib.bench.execute import execute
from pose_lib.bench.making import NOTE, is_older, note_of, note_text

MODULES = ["pose_lib.bench.rows", "pose_lib.paths"]


def test_a_note_names_data_preset_seed_commit_machine_versions_and_time(tmp_path: Path) -> None:
    about = {
        "fingerprint": "abc",
        "parameters": {"dataset": "mocap", "preset": "long", "seed": 3},
        "data": "d1",
    }
    machine = {"commit": "c0ffee", "processor": "P", "threads": "2", "python": "3.1", "torch": "2.9"}
    machine |= {"numpy": "2.0", "platform": "Linux"}
    content = {**about, **machine, "environment": {"device": "cpu"}}
    (tmp_path / "run.json").write_text(json.dumps(content))
    (tmp_path / "rows.csv").write_text("system,metric,value\nRun,network-seconds,200\nRun,other-seconds,40\n")
    text = note_text(note_of({"preset": "long"}, MODULES, 30.0, tmp_path))
    for part in ("dataset mocap", "preset long", "seed 3", "data card d1", "run abc", "c0ffee", "P with 2"):
        assert part in text
    assert text.endswith("executing the page took 30 s, the computations of its run 4 min")


def test_a_page_without_a_run_has_a_note_too() -> None:
    text = note_text(note_of({"preset": "quick"}, MODULES, 600.0))
    assert text.startswith("preset quick, device cpu")
    assert "took 10 min" in text
    assert "run" not in text.split("; ")[0]


def test_a_note_is_older_once_the_code_has_changed_or_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    note = note_of({}, MODULES, 1.0)
    assert not is_older(note)
    assert is_older({**note, "modules": ["pose_lib.gone"]})
    monkeypatch.setattr(making, "code_hash", lambda *_, **__: "other")
    assert is_older(note)


def test_an_executed_notebook_carries_its_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))
    cells = [nbformat.v4.new_code_cell("preset = ''\ndevice = 'cpu'", metadata={"tags": ["parameters"]})]
    cells.append(nbformat.v4.new_code_cell("from pose_lib.bench import rows"))
    page = tmp_path / "page.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), page)
    executed = json.loads(execute(page, {"preset": "smoke"}).read_text(encoding="utf-8"))
    note = executed["metadata"][NOTE]
    assert note["parameters"]["preset"] == "smoke"
    assert "pose_lib.bench.rows" in note["modules"]
    assert note["seconds"] > 0
    assert not is_older(note)
    assert str(tmp_path) not in json.dumps(executed["metadata"])
