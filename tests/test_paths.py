"""Where things are: the checkout, or an error that says what to do; names that become files."""

from __future__ import annotations

from pathlib import Path

import pytest

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
