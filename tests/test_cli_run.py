"""``pose-lib run`` takes a notebook by its name, by its file, and by a path to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import pose_lib.papers
from pose_lib.cli import main

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "tekin_ae.ipynb"


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, dict[str, object]]]:
    """What the command would have executed."""
    calls: list[tuple[Path, dict[str, object]]] = []

    def execute(notebook: Path, parameters: Mapping[str, object]) -> Path:
        calls.append((notebook, dict(parameters)))
        return notebook

    monkeypatch.setattr(pose_lib.papers, "execute", execute)
    return calls


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("tekin_ae", "."),
        ("tekin_ae.ipynb", "."),
        ("notebooks/tekin_ae.ipynb", "."),
        ("./notebooks/tekin_ae.ipynb", "."),
        ("notebooks/../notebooks/tekin_ae", "."),
        (str(NOTEBOOK), "."),
        (str(NOTEBOOK), "/"),
        ("notebooks/tekin_ae.ipynb", "/"),
        ("./tekin_ae.ipynb", "notebooks"),
        ("../notebooks/tekin_ae.ipynb", "book"),
    ],
)
def test_every_way_to_say_a_notebook_runs_the_same_file(
    text: str,
    here: str,
    executed: list[tuple[Path, dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT / here)
    assert main(["run", text, "--preset", "smoke", "-p", "action", "7"]) == 0
    assert executed == [(NOTEBOOK, {"preset": "smoke", "action": 7})]
    assert str(NOTEBOOK) in capsys.readouterr().out


@pytest.mark.parametrize("option", [["--keep"], ["--out", "file.zip"]])
def test_rows_of_a_notebook_that_makes_no_run_are_refused_before_it_is_executed(
    option: list[str], executed: list[tuple[Path, dict[str, object]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "claims", *option]) == 1
    error = capsys.readouterr().err
    assert error.startswith("pose-lib: the notebook claims makes no run of its own: --keep and --out are for")
    assert "tekin_ae" in error
    assert executed == []
    assert main(["run", "claims"]) == 0


def test_the_chapters_of_the_papers_are_those_that_make_a_run() -> None:
    texts = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "notebooks").glob("[!_]*.ipynb")}
    making = {name for name, text in texts.items() if f'begin(\\"{name}\\"' in text}
    assert making == {paper.name for paper in pose_lib.papers.all_papers()}


@pytest.mark.parametrize(
    "text",
    ["resnet", "resnet.ipynb", "elsewhere/tekin_ae.ipynb", "/tekin_ae.ipynb", "", ".", "x" * 5000, "a\0b"],
)
def test_an_unknown_notebook_is_refused_with_those_that_are_there(
    text: str, executed: list[tuple[Path, dict[str, object]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", text]) == 1
    error = capsys.readouterr().err
    assert error.startswith("pose-lib: no notebook ")
    assert "tekin_ae" in error
    assert "_template" not in error
    assert executed == []
