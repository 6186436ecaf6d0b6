"""The workflow that tests and publishes: it uses commands, extras and files that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from pose_lib.book.launch import PUBLISHED_ON

ROOT = Path(__file__).resolve().parents[1]


def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    return found


def commands(job: str) -> str:
    return "\n".join(step.get("run", "") for step in workflow()["jobs"][job]["steps"])


def test_it_tests_on_three_systems_with_the_pythons_of_the_package() -> None:
    matrix = workflow()["jobs"]["test"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    assert oldest in {*matrix["python"], *(more["python"] for more in matrix["include"])}
    extras = re.search(r'--editable "\.\[(.*?)\]"', commands("test"))
    assert extras
    assert set(extras[1].split(",")) <= set(project["optional-dependencies"])


def test_it_checks_what_make_test_checks() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    for part in ("ruff check .", "ruff format --check .", "mypy", "--nbval-lax --nbval-current-env"):
        assert part in recipe
        assert part in commands("test")


def test_it_publishes_the_main_branch_alone_and_after_the_tests() -> None:
    publish = workflow()["jobs"]["publish"]
    assert publish["needs"] == "test"
    assert "refs/heads/main" in publish["if"]
    assert "make book" in commands("publish")
    assert f" {PUBLISHED_ON}\n" in commands("publish")
    assert workflow()["permissions"] == {"contents": "read"}


def test_contributors_are_told_commands_and_files_that_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:tests|book|results|\.github|\.binder|_config|CHANGELOG)[\w./-]*)`", text):
        assert (ROOT / name).exists(), name
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", text, re.MULTILINE):
        assert f"\n{target}:" in recipe


def test_the_changelog_has_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert project["version"] in versions
