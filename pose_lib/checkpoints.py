"""Files of tensors: written whole, and checked whenever they are opened."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import nn

from pose_lib.storage import written

__all__ = ["CheckpointError", "load", "load_into", "save"]


class CheckpointError(RuntimeError):
    """A file of tensors is damaged, or belongs to another network; names it and says what to do."""


def save(state: Any, file: Path) -> None:
    """Write tensors, numbers and text in dicts and lists.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    content = io.BytesIO()  # torch's own writer does not say why a file cannot be written
    torch.save(state, content)
    written(file, lambda part: part.write_bytes(content.getbuffer()))


def load(file: Path, *names: str, device: torch.device | str = "cpu") -> dict[str, Any]:
    """What :func:`save` wrote; the checksum of every record in the file is compared first.

    Args:
        file: where it is.
        names: of entries that it must have.
        device: where the tensors go.

    Raises:
        CheckpointError: the file is damaged, or an entry is missing.
        FileNotFoundError: there is no such file.
    """
    if not file.is_file():
        raise FileNotFoundError(f"no file {file}")
    try:
        with zipfile.ZipFile(file) as archive:
            damaged = archive.testzip()
        if damaged:
            raise ValueError(f"the checksum of {damaged} is wrong")
        state = torch.load(file, map_location=device, weights_only=True)
        if not isinstance(state, dict):
            raise TypeError(f"it holds a {type(state).__name__} where names were expected")
        missing = [name for name in names if name not in state]
        if missing:
            raise KeyError(f"it lacks {', '.join(missing)}")
    except Exception as error:  # zipfile, pickle and torch raise many kinds for damaged bytes
        raise CheckpointError(f"{file} is damaged ({_said(error)}); delete it and run again") from error
    return state


def load_into(model: nn.Module, state: Any, file: Path) -> None:
    """Give a network its weights.

    Args:
        model: the network.
        state: its weights by name.
        file: where they are from, for the message.

    Raises:
        CheckpointError: they are of another network, or not all finite.
    """
    try:
        model.load_state_dict(state)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{file} holds the weights of another network ({_said(error)}); delete it and run again"
        ) from error
    wrong = [name for name, value in model.state_dict().items() if not bool(value.isfinite().all())]
    if wrong:
        raise CheckpointError(f"{file}: {wrong[0]} is not finite; delete it and run again")


def _said(error: Exception) -> str:
    """The first line of a message, or the name of the error where it has none."""
    lines = str(error.args[0] if error.args else error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
