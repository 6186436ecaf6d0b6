"""How the book is built: what is run, what is built again, what is removed."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from pose_lib import extras
from pose_lib.book import build
from pose_lib.book.policy import policy_tag


def never(notebook: Path, parameters: Mapping[str, object]) -> Path:
    raise AssertionError(f"{notebook} is not to be run")


def small_book(root: Path, *notebooks: str) -> None:
    """A checkout with one page of prose, and some notebooks."""
    chapters = "".join(f"  - file: notebooks/{name}\n" for name in notebooks)
    (root / "_toc.yml").write_text(f"root: book/intro\n{'chapters:' * bool(chapters)}\n{chapters}")
    (root / "_config.yml").write_text("title: x\n")
    for name in ("book/intro.md", *(f"notebooks/{name}.ipynb" for name in notebooks)):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("# One")


def test_a_folder_without_a_book_is_refused_with_what_to_do(tmp_path) -> None:
    with pytest.raises(build.BuildError, match=r"no _toc\.yml.*Clone the repository.*pip install"):
        build.build(never, "smoke", tmp_path)


def test_without_jupyter_book_nothing_is_run(tmp_path, monkeypatch) -> None:
    small_book(tmp_path, "one")
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(extras.MissingExtraError, match=r"jupyter_book.*not installed.*pip install"):
        build.build(never, "smoke", tmp_path)
    with pytest.raises(extras.MissingExtraError, match="jupyter_book is not installed"):
        build.build_pages(tmp_path)


def test_each_notebook_is_run_at_the_preset_and_put_where_sphinx_looks(tmp_path, monkeypatch) -> None:
    small_book(tmp_path, "one", "two")
    asked = []

    def execute(notebook: Path, parameters: Mapping[str, object]) -> Path:
        asked.append((notebook.name, dict(parameters)))
        made = tmp_path / f"made-{notebook.name}"
        made.write_text(f"{notebook.stem} executed")
        return made

    monkeypatch.setattr(build, "build_pages", lambda root: (root / "_build/html").mkdir(parents=True))
    build.build(execute, "long", tmp_path)
    assert asked == [("one.ipynb", {"preset": "long"}), ("two.ipynb", {"preset": "long"})]
    assert (tmp_path / build.EXECUTED / "notebooks/two.ipynb").read_text() == "two executed"


def test_the_first_page_may_be_a_notebook(tmp_path) -> None:
    small_book(tmp_path, "one", "front")
    (tmp_path / "_toc.yml").write_text("root: notebooks/front\nchapters:\n  - file: notebooks/one\n")
    assert build.chapters(tmp_path) == ["notebooks/front", "notebooks/one"]


def test_only_a_changed_input_builds_the_pages_again(tmp_path, monkeypatch) -> None:
    small_book(tmp_path)
    built = []

    def pages(root: Path) -> None:
        built.append(root)
        (root / "_build/html").mkdir(parents=True, exist_ok=True)
        (root / "_build/html/index.html").write_text("", encoding="utf-8")

    monkeypatch.setattr(build, "build_pages", pages)
    for _ in range(3):
        build.build(never, "smoke", tmp_path)
    assert len(built) == 1
    (tmp_path / "book/intro.md").write_text("# Two", encoding="utf-8")
    build.build(never, "smoke", tmp_path)
    assert len(built) == 2


def test_a_failed_build_is_tried_again(tmp_path, monkeypatch) -> None:
    small_book(tmp_path)

    def fails(root: Path) -> None:
        raise build.BuildError("warnings")

    monkeypatch.setattr(build, "build_pages", fails)
    for _ in range(2):
        with pytest.raises(build.BuildError, match="warnings"):
            build.build(never, "smoke", tmp_path)


@pytest.fixture
def commands(monkeypatch) -> list[list[str]]:
    """The commands that are run in place of Jupyter Book."""
    found: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        found.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(build.subprocess, "run", run)
    return found


@pytest.mark.usefixtures("commands")
def test_pages_without_a_source_are_removed(tmp_path) -> None:
    html = tmp_path / "_build/html"
    kept = [
        "index.html",
        "genindex.html",
        "book/intro.html",
        "_modules/index.html",
        "_modules/pose_lib/a.html",
    ]
    gone = ["notebooks/old.html", "book/api/old.html", "_modules/pose_lib/b.html"]
    for name in [*kept, *gone]:
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text(policy_tag(), encoding="utf-8")
    for name in ("book/intro.md", "pose_lib/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    build.build_pages(tmp_path)
    assert {str(path.relative_to(html)) for path in html.rglob("*.html")} == set(kept)


def test_pages_of_another_policy_are_written_again(tmp_path, commands) -> None:
    html = tmp_path / "_build/html"
    (tmp_path / "book").mkdir()
    (tmp_path / "book/intro.md").touch()
    for name in ("book/intro.html", "_modules/index.html", "_static/macros.html"):
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text(policy_tag() if name == "book/intro.html" else "<p>", encoding="utf-8")
    for _ in range(2):
        build.build_pages(tmp_path)
    assert ["--all" in command for command in commands] == [True, False]
    left = {str(path.relative_to(html)) for path in html.rglob("*.html")}
    assert left == {"book/intro.html", "_static/macros.html"}


def test_the_first_page_which_sphinx_does_not_write_has_the_policy_too(tmp_path, monkeypatch) -> None:
    page = tmp_path / "_build/html/index.html"

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text('<meta http-equiv="Refresh" content="0; url=book/intro.html" />', encoding="utf-8")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(build.subprocess, "run", run)
    for _ in range(2):
        build.build_pages(tmp_path)
        text = page.read_text(encoding="utf-8")
        assert text.count(policy_tag()) == 1
        assert text.index(policy_tag()) < text.index("Refresh")


def test_a_new_style_writes_all_pages_again(tmp_path, commands) -> None:
    style = {place: tmp_path / place / "book.css" for place in ("book/_static", "_build/html/_static")}
    for file in style.values():
        file.parent.mkdir(parents=True)
        file.write_text("old")
    build.build_pages(tmp_path)
    style["book/_static"].write_text("new")
    build.build_pages(tmp_path)
    assert ["--all" in command for command in commands] == [False, True]
