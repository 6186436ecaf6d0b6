"""The commands of the README: what they would do, and that they need nothing but a POSIX shell."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from pose_lib.book.build import BOOK_ROOT

_MAKE = {
    "FAST",
    "GRID",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MAKEOVERRIDES",
    "MFLAGS",
    "PRESET",
    "PROFILE",
    "PYTHON",
    "TARGET",
    "VENV",
    "WORKERS",
}

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def steps(*targets: str, venv: str | None = "nowhere") -> str:
    """The commands that make would run if nothing were there yet."""
    place = [f"VENV={venv}"] if venv else []
    # What make was told when it started these tests is not for the one started here.
    kept = {name: value for name, value in os.environ.items() if name not in _MAKE}
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", *place, *targets],
        cwd=BOOK_ROOT,
        env=kept,
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
        "-e '.[book,human36m,test]'",
        "ruff check",
        "ruff format --check",
        "mypy",
        "--nbval-lax",
        "tests notebooks",
    ):
        assert step in commands


def test_the_preset_can_be_chosen() -> None:
    assert "build --preset smoke" in steps("book", "PRESET=smoke")


def test_slow_tests_can_be_left_out() -> None:
    assert '-m "not slow"' in steps("test", "FAST=1")
    assert "not slow" not in steps("test")


@pytest.mark.parametrize(
    ("python", "folder"),
    [
        ("python3", ".venv"),
        ("/usr/bin/python3", ".venv"),
        ("python3.13", ".venv-python3.13"),
        ("/opt/bin/python3.12", ".venv-python3.12"),
    ],
)
def test_another_python_has_an_environment_of_its_own(python: str, folder: str) -> None:
    commands = steps("test", f"PYTHON={python}", venv=None)
    assert f"{python} -m venv {folder}\n" in commands
    assert f"{folder}/bin/python -m pytest" in commands


@pytest.mark.parametrize("target", ["book", "test", "lab", "bench", "grid", "grid-plan", "clean", "help"])
def test_recipes_are_plain_shell(target: str) -> None:
    shell = subprocess.run(["sh", "-n"], input=steps(target), capture_output=True, text=True)
    assert shell.returncode == 0, shell.stderr
    assert "[[" not in steps(target)


def test_a_grid_runs_in_an_environment_of_its_own_with_the_commands_of_the_other() -> None:
    commands = steps("grid")
    assert "nowhere-grid/bin/python -m pip install" in commands
    assert "-r workflow/requirements.txt" in commands
    assert "grid=workflow/small.yaml pose_lib=nowhere/bin/pose-lib" in commands
    assert "--profile workflow/profiles/laptop" in commands
    other = steps("grid", "GRID=evidence", "PROFILE=slurm", "TARGET=book")
    assert "profiles/slurm" in other
    assert "grid=workflow/evidence.yaml" in other
    assert " -- book" in other


def test_a_plan_needs_no_workflow_manager() -> None:
    commands = steps("grid-plan")
    assert "nowhere-grid" not in commands
    measured, planned = (
        commands.index(f"pose-lib grid {what} workflow/actions.yaml") for what in ("measure", "plan")
    )
    assert measured < planned
    assert "grid plan workflow/evidence.yaml" in steps("grid-plan", "GRID=evidence")


def test_an_old_python_is_named() -> None:
    (line,) = [row for row in steps("book").splitlines() if "version_info" in row]
    old = line.replace("(3, 11)", "(9, 9)")
    done = subprocess.run(["sh", "-c", old], capture_output=True, text=True)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


def test_the_readme_names_commands_that_exist() -> None:
    text = (BOOK_ROOT / "README.md").read_text(encoding="utf-8")
    for target in ("make book", "make test", "make lab", "make bench", "make grid", "make grid-plan"):
        assert target in text
        steps(target.split()[1])
