"""The parameters of a notebook: known names, known values, and errors that list both."""

from __future__ import annotations

import ast
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

__all__ = [
    "PARAMETERS",
    "ParameterError",
    "check_choice",
    "check_device",
    "check_flag",
    "check_folder",
    "check_names",
    "check_share",
    "check_whole",
    "injected_names",
    "resolve_preset",
]


PARAMETERS = (
    "action",
    "dataset",
    "data_root",
    "preset",
    "budget",
    "precision",
    "seed",
    "device",
    "controls",
)
"""Those of every paper's notebook, in the order of its parameters cell."""


class ParameterError(ValueError):
    """A parameter that a notebook does not have, or a value that it cannot take."""


def injected_names(history: Sequence[str]) -> list[str]:
    """Names that papermill set, read from the cells that ran so far.

    papermill accepts ``-p typo 1`` without a warning. It puts the values into a cell that begins with the
    comment ``# Parameters``; that cell is found here.
    """
    names: list[str] = []
    for cell in history:
        if cell.lstrip().startswith("# Parameters"):
            for node in ast.parse(cell).body:
                if isinstance(node, ast.Assign):
                    names += [t.id for t in node.targets if isinstance(t, ast.Name)]
    return names


def check_names(given: Sequence[str], known: Sequence[str], paper: str) -> None:
    """Refuse parameters that the notebook does not have.

    Raises:
        ParameterError: lists the unknown names and the valid ones.
    """
    unknown = [name for name in given if name not in known and not name.startswith("PAPERMILL_")]
    if unknown:
        raise ParameterError(
            f"{paper} has no parameter {', '.join(map(repr, unknown))}; it has: {', '.join(known)}"
        )


def check_choice(name: str, value: object, valid: Sequence[object]) -> None:
    """Refuse a value that is not among the valid ones.

    Raises:
        ParameterError: lists the valid values.
    """
    if value not in valid:
        raise ParameterError(f"{name} is {value!r}; it can be: {', '.join(map(str, valid))}")


def check_device(device: str) -> str:
    """``auto`` to the GPU if there is one; any other name is tried.

    Raises:
        ParameterError: torch cannot use that device here.
    """
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ParameterError(
            f"device is {device!r}, which cannot be used here ({error}); try auto or cpu"
        ) from error
    return device


def resolve_preset(preset: str, valid: Mapping[str, object]) -> str:
    """The preset asked for, else that of ``POSE_PRESET``, else ``quick``.

    Raises:
        ParameterError: there is no such preset.
    """
    name = preset or os.environ.get("POSE_PRESET") or "quick"
    check_choice("preset", name, list(valid))
    return name


def check_share(name: str, value: object) -> float:
    """A positive, finite number, such as the share of a schedule that is run.

    Raises:
        ParameterError: it is not.
    """
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not (number > 0 and math.isfinite(number)):
        raise ParameterError(f"{name} is {value!r}; it must be a number above 0, such as 0.5")
    return float(number)


def check_flag(name: str, value: object) -> bool:
    """A switch; papermill hands ``-p controls true`` over as text.

    Raises:
        ParameterError: the value is neither true nor false.
    """
    words = {"true": True, "false": False}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    if not isinstance(value, bool):
        raise ParameterError(f"{name} is {value!r}; it can be: true, false")
    return value


def check_whole(name: str, value: object) -> int:
    """A whole number, 0 or more.

    Raises:
        ParameterError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ParameterError(f"{name} is {value!r}; it must be a whole number, 0 or more")
    return value


def check_folder(name: str, folder: str) -> Path | None:
    """A folder that must exist if it is given at all.

    Raises:
        ParameterError: there is nothing at that place.
    """
    if not folder:
        return None
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise ParameterError(f"{name} is {folder!r}, and there is no such folder (looked from {Path.cwd()})")
    return path
