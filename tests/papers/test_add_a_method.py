"""The page *Add a method*, followed to the letter in a copy of the checkout, ends in a row of the table."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pose_lib.papers._new import new_method

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book" / "add_a_method.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
(NETWORK,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("pose_lib", "notebooks", "results"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_*"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run(command: str, checkout: Path) -> str:
    """A ``pose-lib`` command of the page, with the package of the copy."""
    program, *words = command.split()
    assert program == "pose-lib"
    done = subprocess.run(
        [sys.executable, "-m", "pose_lib", *words],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
def test_the_page_leads_to_a_row_in_the_comparison(checkout: Path) -> None:
    new, alone, compared = (command.strip() for command in COMMANDS)
    written = run(new, checkout)
    file = checkout / "pose_lib" / "papers" / "my_method.py"
    assert str(file) in written
    source = file.read_text(encoding="utf-8")
    old = re.compile(r"    def network\(.*?\n(?=    def learn)", re.DOTALL)
    changed, count = old.subn(lambda _: f"{NETWORK}\n", source)
    assert count == 1
    file.write_text(changed, encoding="utf-8")
    assert "my_method: My method" in run("pose-lib list", checkout)

    executed = Path(run(alone, checkout).split()[0])
    assert executed.name == "my_method.ipynb"
    rows = next((checkout / "runs" / "my_method").glob("*/rows.csv")).read_text(encoding="utf-8")
    assert ",My method,,,mpjpe," in rows

    page = json.loads(Path(run(compared, checkout).split()[0]).read_text(encoding="utf-8"))
    tables = [
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in page["cells"]
        for output in cell.get("outputs", ())
    ]
    assert any("My method" in table and "DconvMP-HML" in table and "MPJPE (mm)" in table for table in tables)


def test_a_name_that_cannot_be_or_is_taken_writes_nothing(tmp_path: Path) -> None:
    for folder in ("pose_lib/papers", "notebooks"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "notebooks" / "_template.ipynb", tmp_path / "notebooks")
    for name in ("My method", "2d", "a/b", "", "compare"):
        with pytest.raises(ValueError, match="cannot be a method's name"):
            new_method(name, tmp_path)
    with pytest.raises(ValueError, match="there is a method 'park' already"):
        new_method("park", tmp_path)
    (tmp_path / "notebooks" / "mine.ipynb").write_text("{}")
    with pytest.raises(FileExistsError, match=r"mine\.ipynb is there already"):
        new_method("mine", tmp_path)
    assert not (tmp_path / "pose_lib" / "papers" / "mine.py").exists()


def test_the_worked_method_is_short() -> None:
    lines = (ROOT / "pose_lib" / "papers" / "direct.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
