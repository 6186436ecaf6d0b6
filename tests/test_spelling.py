"""Words that are commonly misspelt, in all that is read: pages, notebooks, code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READ = ("README.md", "book", "notebooks", "pose_lib", "workflow", "benchmarks")


def spelling(*places: str, folder: Path = ROOT) -> str:
    """What codespell finds, by its settings in ``pyproject.toml``."""
    command = [sys.executable, "-m", "codespell_lib", *places]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 64, 65), done.stderr
    return done.stdout


def test_no_word_is_misspelt() -> None:
    assert spelling(*READ) == ""


def test_a_misspelt_word_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("to rec" + "ieve it", encoding="utf-8")
    assert "==> receive" in spelling("page.md", folder=tmp_path)
