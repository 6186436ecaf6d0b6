"""Values of parameters: taken as they are meant, or refused with what they can be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from pose_lib.bench.parameters import (
    PARAMETERS,
    ParameterError,
    check_choice,
    check_device,
    check_folder,
    check_names,
    check_share,
    check_whole,
    resolve_preset,
)
from pose_lib.bench.presets import DEFAULT_PRESETS
from pose_lib.bench.setup import checked
from pose_lib.papers import find

GIVEN: Mapping[str, Any] = {
    "action": "Walking",
    "dataset": "synthetic",
    "data_root": "",
    "preset": "smoke",
    "budget": 1.0,
    "precision": "float32",
    "seed": 0,
    "device": "cpu",
    "controls": False,
}


def resolved(**changed: Any) -> tuple[dict[str, Any], Path | None]:
    return checked(find("tekin_ae"), {**GIVEN, **changed})


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("preset", "Quick", "quick"),
        ("preset", "", "quick"),
        ("preset", None, "quick"),
        ("action", "walking", "Walking"),
        ("action", "sitting down", "SittingDown"),
        ("action", "ALL", "all"),
        ("dataset", "Synthetic", "synthetic"),
        ("precision", "BF16", "bf16"),
        ("device", "CPU", "cpu"),
        ("controls", "TRUE", True),
        ("budget", 2, 2.0),
        ("seed", 2**63 - 1, 2**63 - 1),
    ],
)
def test_a_value_in_another_spelling_becomes_its_own(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, meant: object
) -> None:
    monkeypatch.delenv("POSE_PRESET", raising=False)
    found = resolved(**{name: value})[0][name]
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("name", "values", "valid"),
    [
        ("action", (7, 7.5, True, None, "", "Walkin", "a\0b", "x" * 5000, ["Walking"]), "Walking, "),
        ("dataset", (7, None, "synthetc", "", b"synthetic"), "it can be: synthetic"),
        ("precision", (16, None, "fp16", ""), "auto, bf16, float32"),
        ("preset", (7, 0, False, "huge", [], "smok"), "smoke, quick, long, paper"),
        ("budget", (0, -1, float("inf"), float("nan"), True, "x", "1", None, 10**400, 1e9), "above 0"),
        ("seed", (2**63, 2**64, -1, 1.5, 1.0, True, "7", None, float("nan")), "whole number, 0 or more"),
        ("device", (None, "meta", "hpu", True, 7, "cuda:99", "", "cpu:x", "\0"), "try auto or cpu"),
        ("controls", ("maybe", None, 1, 0.0, "", []), "true, false"),
        ("data_root", (True, 1.5, ["x"], b"\0", "a\0b", "x" * 5000, "~nosuchuser", 2024), "folder"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(
    name: str, values: tuple[object, ...], valid: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for value in values:
        with pytest.raises(ParameterError) as caught:
            resolved(**{name: value})
        assert name in str(caught.value)
        assert valid in str(caught.value)


def test_the_nearest_name_is_suggested() -> None:
    with pytest.raises(ParameterError, match=r"did you mean 'Walking'\?"):
        resolved(action="Wlaking")
    with pytest.raises(ParameterError, match=r"did you mean 'cpu'\?"):
        check_device("cpuu")
    with pytest.raises(ParameterError, match=r"it has: action.*did you mean 'action'\?"):
        check_names(["actoin"], PARAMETERS, "method")


def test_a_number_is_the_text_that_it_looks_like() -> None:
    assert check_choice("action", 7, ["7", "8"]) == "7"
    with pytest.raises(ParameterError, match="it can be: 7, 8"):
        check_choice("action", True, ["7", "8"])


def test_two_names_that_differ_in_case_alone_are_told_apart() -> None:
    valid = ["walk", "Walk", "run fast", "run-fast"]
    assert check_choice("action", "Walk", valid) == "Walk"
    with pytest.raises(ParameterError, match="this may be any of walk, Walk"):
        check_choice("action", "WALK", valid)
    with pytest.raises(ParameterError, match="run fast, run-fast"):
        check_choice("action", "RunFast", valid)


def test_a_wrong_preset_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSE_PRESET", "Smoke")
    assert resolve_preset(None, DEFAULT_PRESETS) == "smoke"
    monkeypatch.setenv("POSE_PRESET", "huge")
    with pytest.raises(ParameterError, match="environment variable POSE_PRESET is 'huge'"):
        resolve_preset("", DEFAULT_PRESETS)


def test_folders_by_number_by_home_and_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2024").mkdir()
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check_folder("data_root", 2024) == Path("2024")
    assert check_folder("data_root", "./2024") == Path("2024")
    assert check_folder("data_root", "~/2024") == tmp_path / "2024"
    assert check_folder("data_root", tmp_path) == tmp_path
    assert check_folder("data_root", None) is None
    with pytest.raises(ParameterError, match="data_root is 'file', which is a file; give the folder"):
        check_folder("data_root", "file")
    with pytest.raises(ParameterError, match=r"no such folder \(looked from"):
        check_folder("data_root", "2025")


def test_a_device_must_give_numbers_back() -> None:
    assert check_device(" Auto ") in ("cpu", "cuda")
    assert check_device("cpu:0") == "cpu"
    with pytest.raises(ParameterError, match="device is 'meta'"):
        check_device("meta")
    if not torch.cuda.is_available():
        with pytest.raises(ParameterError, match="device is 'cuda'"):
            check_device("cuda")


def test_shares_and_seeds_have_an_end() -> None:
    assert check_share("budget", 1e-9) == 1e-9
    with pytest.raises(ParameterError, match="at most 1000000"):
        check_share("budget", 1e7)
    with pytest.raises(ParameterError, match=f"at most {2**63 - 1}"):
        check_whole("seed", 2**63)


def test_a_parameter_that_is_not_given_is_named() -> None:
    with pytest.raises(ParameterError, match="missing: action, seed"):
        checked(find("tekin_ae"), {k: v for k, v in GIVEN.items() if k not in ("action", "seed")})
