"""Buttons for Binder and Colab: hidden until a repository is named; what they start can be installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from sphinx.errors import ConfigError

from pose_lib.book import launch
from pose_lib.book.build import BOOK_ROOT, chapters

REPOSITORY = "https://github.com/somebody/pose-book"


def config() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((BOOK_ROOT / "_config.yml").read_text(encoding="utf-8"))
    return found


def buttons(repository: str, page: str) -> list[dict[str, Any]]:
    """What is put into the head of a page."""
    app = SimpleNamespace(config=SimpleNamespace(public_repository=repository), srcdir=str(BOOK_ROOT))
    context: dict[str, Any] = {"header_buttons": []}
    launch._add_buttons(app, page, "page.html", context, None)
    return context["header_buttons"]


def test_no_repository_no_buttons() -> None:
    assert "public_repository" in config()["sphinx"]["config"]
    assert buttons("", "notebooks/metrics") == []


def test_a_chapter_opens_on_both_and_a_page_of_prose_on_none() -> None:
    (group,) = buttons(REPOSITORY, "notebooks/metrics")
    binder, colab = (button["url"] for button in group["buttons"])
    assert (
        binder
        == "https://mybinder.org/v2/gh/somebody/pose-book/main?urlpath=lab/tree/notebooks/metrics.ipynb"
    )
    assert colab.endswith("/github/somebody/pose-book/blob/gh-pages/colab/notebooks/metrics.ipynb")
    assert buttons(REPOSITORY, "book/task") == []


@pytest.mark.parametrize("wrong", ["somebody/pose-book", "https://example.org/a/b", "https://github.com/a"])
def test_another_address_is_refused(wrong: str) -> None:
    with pytest.raises(ConfigError, match="public_repository"):
        launch.binder_address(wrong, "notebooks/metrics")


def test_colab_gets_every_chapter_with_the_install_cell_after_its_title(tmp_path: Path) -> None:
    app = SimpleNamespace(
        config=SimpleNamespace(public_repository=REPOSITORY),
        srcdir=str(BOOK_ROOT),
        outdir=str(tmp_path),
        builder=SimpleNamespace(format="html"),
        env=SimpleNamespace(found_docs=[*chapters(), "book/task"]),
    )
    launch._write_copies(app, None)
    copies = sorted(tmp_path.rglob("*.ipynb"))
    assert [str(c.relative_to(tmp_path / "colab").with_suffix("")) for c in copies] == sorted(chapters())
    cells = json.loads(copies[0].read_text(encoding="utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown"
    assert cells[1]["source"].count(REPOSITORY) == 1
    app.config.public_repository = ""
    shutil.rmtree(tmp_path / "colab")
    launch._write_copies(app, None)
    assert not list(tmp_path.iterdir())


def test_the_set_up_of_binder_is_plain_shell_and_names_what_exists() -> None:
    script = BOOK_ROOT / ".binder/postBuild"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    text = script.read_text(encoding="utf-8")
    assert "--constraint constraints.txt" in text
    assert "--editable '.[lab]'" in text
    version = (BOOK_ROOT / ".binder/runtime.txt").read_text(encoding="utf-8").strip()
    assert (
        version == "python-" + re.search(r"python=([\d.]+)", (BOOK_ROOT / "environment.yml").read_text())[1]
    )


@pytest.mark.slow
def test_the_install_cell_makes_a_fresh_environment_run_the_package(tmp_path: Path) -> None:
    """Its commands in a new environment, with this checkout as the repository, and pip set up as here."""
    if not shutil.which("git") or not (BOOK_ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    python = tmp_path / "env/bin/python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    ask = [
        str(python),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--quiet",
        "--no-deps",
        "cycler",
    ]
    if subprocess.run(ask, cwd=tmp_path, capture_output=True, check=False).returncode:
        pytest.skip("no package index can be reached")
    steps = []
    for line in launch.install_cell(BOOK_ROOT.as_uri())["source"].splitlines()[1:]:
        kind, command = line[0], line[1:]
        if command.startswith("pip "):
            command = f"'{python}' -m {command}"
        steps.append(command.replace("cd -q", "cd") if kind == "%" else command)
    steps.append(f"'{python}' -c 'from pose_lib import papers; print(len(papers.stored(\"tekin_ae\").rows))'")
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PIP_CONSTRAINT")}
    done = subprocess.run(
        ["bash", "-ec", "\n".join(steps)],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) > 0
