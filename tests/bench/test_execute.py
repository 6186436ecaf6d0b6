"""An executed copy is made again when something that it shows has changed, and only then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pose_lib.bench import execute as module
from pose_lib.bench.execute import execute, notebook_key
from pose_lib.bench.parameters import ParameterError


def notebook(file: Path, *cells: str) -> Path:
    first = 'preset = ""\ndata_root = ""\nseed = 0\ndevice = "cpu"'
    made = [
        {"cell_type": "code", "id": f"c{i}", "source": source, "execution_count": None, "outputs": []}
        | {"metadata": {"tags": ["parameters"]} if i == 0 else {}}
        for i, source in enumerate((first, *cells))
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("POSE_PRESET", raising=False)
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))
    return notebook(tmp_path / "notebooks" / "page.ipynb", "from pose_lib.bench import rows")


def test_the_preset_in_force_is_part_of_the_key(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = notebook_key(page, {})
    assert notebook_key(page, {"preset": "quick"}) != notebook_key(page, {"preset": "smoke"})
    monkeypatch.setenv("POSE_PRESET", "smoke")
    assert notebook_key(page, {}) != quick


def test_a_smoke_copy_is_not_handed_out_as_a_quick_one(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook(page, "import os\nprint('at', os.environ.get('POSE_PRESET', 'quick'))")

    def shown() -> str:
        cells = json.loads(execute(page, {}).read_text(encoding="utf-8"))["cells"]
        return "".join(output["text"][0] for cell in cells for output in cell.get("outputs", ()))

    monkeypatch.setenv("POSE_PRESET", "smoke")
    first = execute(page, {})
    assert shown() == "at smoke\n"
    assert execute(page, {}) == first
    monkeypatch.setenv("POSE_PRESET", "quick")
    assert shown() == "at quick\n"
    with pytest.raises(ParameterError, match="'tpyo'; it has: preset, data_root, seed, device"):
        execute(page, {"tpyo": 1})


def test_the_contents_behind_data_root_count_also_of_a_relative_one(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clips = tmp_path / "clips"
    clips.mkdir()
    (clips / "walk.bvh").write_text("Frame Time: 0.01")
    for root in ("clips", str(clips)):
        before = notebook_key(page, {"data_root": root})
        (clips / "walk.bvh").write_text("Frame Time: 0.02")
        assert notebook_key(page, {"data_root": root}) != before
        (clips / "walk.bvh").write_text("Frame Time: 0.01")
        assert notebook_key(page, {"data_root": root}) == before


def test_stored_runs_count_only_of_the_papers_that_are_shown(page: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    (results / "mine").mkdir(parents=True)
    for name in ("mine.csv", "mine/run.npz", "other.csv"):
        (results / name).write_text("a")

    def key() -> str:
        return notebook_key(page, {}, ["mine"], (), results)

    first = key()
    (results / "other.csv").write_text("b")
    assert key() == first
    for name in ("mine.csv", "mine/run.npz"):
        before = key()
        (results / name).write_text("b")
        assert key() != before


def test_the_code_of_a_page_counts_and_that_of_others_does_not(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[set[str]] = []
    monkeypatch.setattr(module, "code_hash", lambda names, comments: hashed.append(set(names)) or "x")
    notebook_key(page, {}, (), ["pose_lib.papers.park.claims"])
    (names,) = hashed
    wanted = {"pose_lib.bench.rows", "pose_lib.metrics.intervals", "pose_lib.papers.park.claims"}
    assert wanted | {"pose_lib.bench.setup", "pose_lib.training"} <= names
    assert not [name for name in names if name.startswith(("pose_lib.papers.tekin_ae", "pose_lib.cli"))]


def test_a_cell_with_shell_lines_can_be_read(tmp_path: Path) -> None:
    page = notebook(tmp_path / "page.ipynb", "%matplotlib inline\n!ls\nimport pose_lib.metrics.mpjpe")
    assert len(notebook_key(page, {})) == 12


def test_a_notebook_that_is_not_there_is_refused_with_those_beside_it(page: Path) -> None:
    shutil.copy(page, page.with_name("_template.ipynb"))
    with pytest.raises(FileNotFoundError, match=r"no notebook .*none\.ipynb; there are: page$"):
        execute(page.with_name("none.ipynb"), {})
