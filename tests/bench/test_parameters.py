"""The parameters of a notebook: what does not exist is refused with what does."""

from __future__ import annotations

from pathlib import Path

import pytest

from pose_lib.bench.parameters import (
    PARAMETERS,
    ParameterError,
    check_device,
    check_flag,
    check_folder,
    check_names,
    check_share,
    check_whole,
    injected_names,
    resolve_preset,
)
from pose_lib.bench.presets import DEFAULT_PRESETS


def test_parameters_that_do_not_exist_are_refused_with_those_that_do() -> None:
    history = ["", 'action = "Walking"\nseed = 0', '# Parameters\nactoin = "Eating"\nseed = 3\n']
    assert injected_names(history) == ["actoin", "seed"]
    with pytest.raises(ParameterError, match=r"'actoin'.*action, dataset"):
        check_names(injected_names(history), PARAMETERS, "method")
    check_names(["action", "PAPERMILL_INPUT_PATH"], PARAMETERS, "method")


def test_values_that_cannot_be_are_refused_with_those_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_flag("controls", "True") is True
    assert check_flag("controls", False) is False
    with pytest.raises(ParameterError, match="true, false"):
        check_flag("controls", 1)
    assert check_whole("seed", 4) == 4
    for wrong in (-1, True, "x", 1.5):
        with pytest.raises(ParameterError, match="whole number"):
            check_whole("seed", wrong)
    assert check_share("budget", 2) == 2.0
    for wrong in (0, -1.0, True, "1", float("nan"), float("inf")):
        with pytest.raises(ParameterError, match="a number above 0"):
            check_share("budget", wrong)
    with pytest.raises(ParameterError, match=r"warp.*try auto or cpu"):
        check_device("warp")
    assert check_device("auto") in ("cpu", "cuda")
    assert check_folder("data_root", "") is None
    with pytest.raises(ParameterError, match="no such folder"):
        check_folder("data_root", str(tmp_path / "nowhere"))
    monkeypatch.setenv("POSE_PRESET", "smoke")
    assert resolve_preset("", DEFAULT_PRESETS) == "smoke"
    assert resolve_preset("long", DEFAULT_PRESETS) == "long"
    monkeypatch.delenv("POSE_PRESET")
    assert resolve_preset("", DEFAULT_PRESETS) == "quick"
    with pytest.raises(ParameterError, match="smoke, quick, long, paper"):
        resolve_preset("huge", DEFAULT_PRESETS)
