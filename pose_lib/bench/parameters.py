"""The parameters of a notebook: known names, known values, and errors that list both."""

from __future__ import annotations

import ast
import difflib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
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


LARGEST_SEED = 2**63 - 1
"""Seeds stand in tables of results as 64-bit numbers."""
LARGEST_SHARE = 1e6


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
            f"{_nearest(unknown[0], known)}"
        )


def check_choice(name: str, value: object, valid: Sequence[str]) -> str:
    """The valid value that is meant, without regard to case, spaces, hyphens and underscores.

    A number is taken as the text of the same look: papermill hands ``-p action 7`` over as a number.

    Returns:
        The value in its own spelling: ``SittingDown`` for ``sitting down``.

    Raises:
        ParameterError: lists the valid values, with the one that is nearest; also where two are meant.
    """
    text = str(value) if isinstance(value, str | int | float) else ""
    if text in valid:
        return text
    meant = [v for v in valid if text and _plain(v) == _plain(text)]
    if len(meant) == 1:
        return meant[0]
    hint = f", and this may be any of {', '.join(meant)}" if meant else _nearest(text, valid)
    raise ParameterError(f"{name} is {value!r}; it can be: {', '.join(valid)}{hint}")


def check_device(device: object) -> str:
    """``auto`` to the GPU if there is one; any other name is tried.

    Raises:
        ParameterError: torch cannot use that device here.
    """
    name = device.strip().lower() if isinstance(device, str) else ""
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        if not name:
            raise ValueError("it must be the name of a device")
        float(torch.ones(1, device=name).sum())  # a device such as `meta` makes tensors that hold no numbers
        return "cpu" if torch.device(name).type == "cpu" else name
    except (RuntimeError, AssertionError, ValueError, ImportError, UserWarning) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        known = ["auto", "cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        raise ParameterError(
            f"device is {device!r}, which cannot be used here ({reason}); try auto or cpu"
            f"{_nearest(name, known)}"
        ) from error


def resolve_preset(preset: object, valid: Mapping[str, object]) -> str:
    """The preset asked for, else that of ``POSE_PRESET``, else ``quick``.

    Args:
        preset: its name; nothing is asked for by an empty text or None.
        valid: presets by name.

    Raises:
        ParameterError: there is no such preset.
    """
    if preset is not None and preset != "":
        return check_choice("preset", preset, list(valid))
    ordered = os.environ.get("POSE_PRESET")
    if ordered:
        return check_choice("the environment variable POSE_PRESET", ordered, list(valid))
    return check_choice("preset", "quick", list(valid))


def check_share(name: str, value: object) -> float:
    """A positive number, such as the share of a schedule that is run; at most a million.

    Raises:
        ParameterError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST_SHARE:
        raise ParameterError(
            f"{name} is {value!r}; it must be a number above 0, at most {LARGEST_SHARE:.0f}, such as 0.5"
        )
    return float(value)


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
    """A whole number from 0 to the largest that 64 bits hold with a sign.

    Raises:
        ParameterError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_SEED:
        raise ParameterError(
            f"{name} is {value!r}; it must be a whole number, 0 or more, at most {LARGEST_SEED} "
            "(written without quotes, a point or an exponent)"
        )
    return value


def check_folder(name: str, folder: object) -> Path | None:
    """A folder that must exist if it is given at all, from the current one if its path is relative.

    Args:
        name: of the parameter.
        folder: its path, where ``~`` is the home; nothing is given by an empty text or None. A whole number
            is taken as the name of a folder: papermill hands ``-p data_root 2024`` over as a number.

    Raises:
        ParameterError: there is nothing at that place, or a file.
    """
    if folder is None or folder == "":
        return None
    if isinstance(folder, bool) or not isinstance(folder, str | int | os.PathLike):
        raise ParameterError(f"{name} is {folder!r}; it must be the path of a folder, or empty")
    text = str(folder) if isinstance(folder, int) else os.fspath(folder)
    try:
        path = Path(text).expanduser()
        if path.is_dir():
            return path
        is_file = path.exists()
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise ParameterError(
            f"{name} is {_short(folder)}, which is no path of a folder ({_short(error)})"
        ) from error
    if is_file:
        raise ParameterError(f"{name} is {_short(folder)}, which is a file; give the folder that holds it")
    raise ParameterError(
        f"{name} is {_short(folder)}, and there is no such folder (looked from {Path.cwd()})"
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()


def _nearest(text: str, valid: Iterable[str]) -> str:
    """The end of a message: what may have been meant, if anything is near."""
    names = {_plain(v): v for v in valid}
    found = difflib.get_close_matches(_plain(text)[:100], names, n=1)
    return f"; did you mean {names[found[0]]!r}?" if found else ""


def _short(value: object) -> str:
    text = str(value) if isinstance(value, Exception) else repr(value)
    return text if len(text) <= 300 else f"{text[:300]}..."
