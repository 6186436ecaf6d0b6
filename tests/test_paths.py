"""Where things are: the checkout, or an error that says what to do; names that become files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pose_lib import paths
from pose_lib.cli import main


def test_outside_a_checkout_a_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As for a package that was installed from a wheel, called from any folder."""
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "site-packages" / "pose_lib")
    monkeypatch.chdir(tmp_path)
    for command in (["run", "tekin_ae"], ["build"], ["new", "mine"], ["keep", "."]):
        assert main(command) == 1
        message = capsys.readouterr().err
        assert f"no notebooks in {tmp_path}" in message
        assert "Clone the project" in message
        assert "there are:" not in message
    (tmp_path / "notebooks").mkdir()
    assert paths.checkout() == tmp_path


def test_a_slug_keeps_letters_digits_and_dots() -> None:
    assert paths.slug("Multi-reg + 2D-cls, oracle scale") == "multi-reg-2d-cls-oracle-scale"
    assert paths.slug("HMLPE, ratio 0.5") == "hmlpe-ratio-0.5"


HOSTILE = (
    "/../../X",
    "..",
    ".",
    "",
    "sit/stand",
    "a\\b",
    "C:",
    "con",
    "NUL.txt",
    " x ",
    ".hidden",
    "x" * 5000,
    "a\0b",
    "a\nb",
    "<img src=x onerror=alert(1)>",
    "~root",
    "*?",
    "\ud800",
    "e\u0301",
    "-rf",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_becomes_one_part_of_a_path_below_its_folder(text: str, tmp_path: Path) -> None:
    name = paths.path_name(text)
    (tmp_path / name).mkdir()
    assert [f.name for f in tmp_path.iterdir()] == [name]
    assert len(name) <= 100
    assert not name.startswith(".")


def test_names_that_can_stay_do_and_different_texts_have_different_names() -> None:
    for name in ("Walking", "Sitting down", "S9 (take 2)", "hmlpe-ratio-0.5", "Gehen_\xfc", "a+b,c=d@e"):
        assert paths.path_name(name) == name
    names = [paths.path_name(text) for text in (*HOSTILE, "sit-stand", "sit_stand", "x" * 5001)]
    assert len(set(names)) == len(names)


@given(st.text())
def test_a_name_is_a_fixed_point(text: str) -> None:
    name = paths.path_name(text)
    assert Path(name).name == name
    assert paths.path_name(text) == name
