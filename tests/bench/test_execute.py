"""An executed copy is made again when something that it shows has changed, and only then."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pose_lib.bench import execute as module
from pose_lib.bench import stored
from pose_lib.bench.execute import ABOUT, execute, is_current
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


@pytest.fixture
def copy(page: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """The executed copy of the page with some parameters, papers and modules; its cells are not run."""

    def not_run(notebook: Path, parameters: object, folder: Path, about: object) -> None:
        shutil.copy(notebook, folder / notebook.name)

    monkeypatch.setattr(module, "_execute", not_run)
    return lambda *given: execute(page, *given)


def test_another_preset_in_force_makes_another_copy(
    copy: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = copy({})
    assert copy({}) == quick
    assert copy({"preset": "quick"}) != copy({"preset": "smoke"})
    monkeypatch.setenv("POSE_PRESET", "smoke")
    assert copy({}) != quick


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
    copy: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clips = tmp_path / "clips"
    clips.mkdir()
    (clips / "walk.bvh").write_text("Frame Time: 0.01")
    for root in ("clips", str(clips)):
        before = copy({"data_root": root})
        (clips / "walk.bvh").write_text("Frame Time: 0.02")
        assert copy({"data_root": root}) != before
        (clips / "walk.bvh").write_text("Frame Time: 0.01")
        assert copy({"data_root": root}) == before


def test_stored_runs_count_only_of_the_papers_that_are_shown(
    copy: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = tmp_path / "results"
    monkeypatch.setattr(stored, "results_root", lambda: results)
    (results / "mine").mkdir(parents=True)
    for name in ("mine.csv", "mine.jsonl", "mine/run.npz", "other.csv"):
        (results / name).write_text("a")
    first = copy({}, ["mine"])
    (results / "other.csv").write_text("b")
    assert copy({}, ["mine"]) == first
    for name in ("mine.csv", "mine.jsonl", "mine/run.npz"):
        before = copy({}, ["mine"])
        (results / name).write_text("b")
        assert copy({}, ["mine"]) != before


def test_the_code_of_a_page_counts_and_that_of_others_does_not(
    copy: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[set[str]] = []
    monkeypatch.setattr(module, "code_hash", lambda names, comments: hashed.append(set(names)) or "x")
    copy({}, (), ["pose_lib.papers.park.claims"])
    (names,) = hashed
    wanted = {"pose_lib.bench.rows", "pose_lib.metrics.intervals", "pose_lib.papers.park.claims"}
    assert wanted | {"pose_lib.bench.setup", "pose_lib.training"} <= names
    assert not [name for name in names if name.startswith(("pose_lib.papers.tekin_ae", "pose_lib.cli"))]


def test_a_cell_with_shell_lines_can_be_read(page: Path, copy: Callable[..., Path]) -> None:
    notebook(page, "%matplotlib inline\n!ls\nimport pose_lib.metrics.mpjpe")
    assert re.fullmatch("page-[0-9a-f]{12}", copy({}).parent.name)


def test_a_notebook_that_is_not_there_is_refused_with_those_beside_it(page: Path) -> None:
    shutil.copy(page, page.with_name("_template.ipynb"))
    with pytest.raises(FileNotFoundError, match=r"no notebook .*none\.ipynb; there are: page$"):
        execute(page.with_name("none.ipynb"), {})


def many_at_once(pages: list[Path], folder: Path) -> list[subprocess.CompletedProcess[str]]:
    """Execute pages in processes of their own that start together in one current folder."""
    script = "import sys; from pathlib import Path; from pose_lib.bench.execute import execute; "
    script += "execute(Path(sys.argv[1]), {})"
    command = [sys.executable, "-c", script]
    options = {"cwd": folder, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    # Below a root of imports of its own, so that the checkout is found from any folder.
    paths = os.pathsep.join(
        filter(None, [str(Path(module.__file__).parents[2]), os.environ.get("PYTHONPATH")])
    )
    started = [
        subprocess.Popen([*command, str(page)], env={**os.environ, "PYTHONPATH": paths}, **options)
        for page in pages
    ]
    outputs = [process.communicate(timeout=240)[0] for process in started]
    return [
        subprocess.CompletedProcess(command, process.returncode, output)
        for process, output in zip(started, outputs, strict=True)
    ]


def test_executions_that_start_together_in_one_folder_do_not_meet(page: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    watch = (
        f"import os, time\nfor _ in range(10):\n    assert not os.listdir({str(here)!r})\n    time.sleep(0.1)"
    )
    pages = [notebook(tmp_path / f"notebooks/page{i}.ipynb", watch, f"print({i})") for i in range(3)]
    for done in many_at_once(pages, here):
        assert done.returncode == 0, done.stdout
    assert list(here.iterdir()) == []


def test_a_current_folder_that_cannot_be_written_does_not_matter(page: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    here.chmod(0o500)
    try:
        (done,) = many_at_once([page], here)
    finally:
        here.chmod(0o700)
    assert done.returncode == 0, done.stdout
    assert list(here.iterdir()) == []


def test_sockets_lie_in_a_short_folder_of_the_user_alone_and_are_removed() -> None:
    with module._sockets() as config:
        manager = config["KernelManager"]
        folder = Path(manager["ip"]).parent
        assert manager["transport"] == "ipc"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(os.fsencode(manager["ip"])) < 100
    assert not folder.exists()


def test_where_a_path_is_too_long_for_a_socket_the_kernel_has_a_port(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with module._sockets() as config:
        assert dict(config["KernelManager"]) == {"transport": "tcp"}
    assert execute(page, {}).is_file()
    assert list(long.iterdir()) == []


def test_what_failed_and_killed_executions_left_is_removed_by_one_that_succeeds(page: Path) -> None:
    notebook(page, "import os\nif os.environ.get('POSE_TEST_FAILS'):\n    raise ValueError('on purpose')")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSE_TEST_FAILS", "1")
        with pytest.raises(Exception, match="on purpose"):
            execute(page, {})
    (folder,) = (page.parents[1] / "runs/executed").iterdir()
    (left,) = folder.glob("part-*")  # with the traceback, for who looks for the error
    shutil.copy(left, folder / "part-1-page.ipynb")
    assert execute(page, {}) == folder / "page.ipynb"
    assert {file.name for file in folder.iterdir()} == {"page.ipynb", ABOUT}


def test_a_folder_tells_whether_its_copy_is_current(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    (clips / "walk.bvh").write_text("Frame Time: 0.01")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSE_PRESET", "smoke")
    folder = execute(page, {"data_root": "clips"}, ["park"], ["pose_lib.papers.park.claims"]).parent
    monkeypatch.delenv("POSE_PRESET")
    monkeypatch.chdir("/")
    assert is_current(folder), "whatever the preset and the folder are now"
    (clips / "walk.bvh").write_text("Frame Time: 0.02")
    assert not is_current(folder)
    clips.rename(tmp_path / "away")
    assert is_current(folder), "a disk that is not there may come back"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.torch, "__version__", "1.0")
        assert not is_current(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "code_hash", lambda names, comments: "other")
        assert not is_current(folder)
    text = page.read_text(encoding="utf-8")
    page.write_text(text + "\n", encoding="utf-8")
    assert not is_current(folder)
    page.write_text(text, encoding="utf-8")
    assert is_current(folder)
    page.unlink()
    assert not is_current(folder)


@pytest.mark.parametrize("note", [None, "", "[]", "{}", '{"notebook": 1}', "\0"])
def test_a_folder_without_a_readable_note_is_not_current(tmp_path: Path, note: str | None) -> None:
    if note is not None:
        (tmp_path / ABOUT).write_text(note, encoding="utf-8")
    assert not is_current(tmp_path)


def test_a_name_that_is_no_name_of_a_folder_is_made_one(page: Path) -> None:
    strange = page.with_name("a: b*.ipynb")
    shutil.copy(page, strange)
    done = execute(strange, {})
    assert done.name == strange.name
    assert not set(':*?"<>|') & set(done.parent.name)
