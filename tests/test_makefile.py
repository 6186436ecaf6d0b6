"""The commands of the README: what they would do, and that they need nothing but a POSIX shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from pose_lib.book.build import BOOK_ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def steps(*targets: str) -> str:
    """The commands that make would run if nothing were there yet."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", "VENV=nowhere", *targets],
        cwd=BOOK_ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_command_sets_up_and_builds() -> None:
    commands = steps("book")
    order = ["-m venv nowhere", "-e '.[book]'", "nowhere/bin/pose-lib build --preset quick"]
    places = [commands.index(step) for step in order]
    assert places == sorted(places)
    assert "-c constraints.txt" in commands


def test_the_other_sets_up_and_tests_the_notebooks_too() -> None:
    commands = steps("test")
    for step in (
        "-e '.[book,test]'",
        "ruff check",
        "ruff format --check",
        "mypy",
        "--nbval-lax",
        "tests notebooks",
    ):
        assert step in commands


def test_the_preset_can_be_chosen() -> None:
    assert "build --preset smoke" in steps("book", "PRESET=smoke")


@pytest.mark.parametrize("target", ["book", "test", "lab", "bench", "clean", "help"])
def test_recipes_are_plain_shell(target) -> None:
    shell = subprocess.run(["sh", "-n"], input=steps(target), capture_output=True, text=True)
    assert shell.returncode == 0, shell.stderr
    assert "[[" not in steps(target)


def test_an_old_python_is_named() -> None:
    (line,) = [row for row in steps("book").splitlines() if "version_info" in row]
    old = line.replace("(3, 11)", "(9, 9)")
    done = subprocess.run(["sh", "-c", old], capture_output=True, text=True)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


def test_the_readme_names_commands_that_exist() -> None:
    text = (BOOK_ROOT / "README.md").read_text(encoding="utf-8")
    for target in ("make book", "make test", "make lab", "make bench"):
        assert target in text
        steps(target.split()[1])
