"""A predictor as a small file with a card beside it: weights in bf16, and where they come from.

``NAME.pt`` holds tensors and plain values alone, and is read as such (``weights_only``): no code in it runs.
``NAME.json``, its card, has its SHA-256, the data and their terms, the limits, and the run's numbers.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pose_lib import checkpoints
from pose_lib.bench.predictor import Facts, FactsError, Predictor
from pose_lib.checkpoints import CheckpointError
from pose_lib.storage import checksum, written

__all__ = ["LARGEST_RELEASE", "card_file", "read_card", "read_release", "write_release"]

LARGEST_RELEASE = 10_000_000
"""Bytes of the largest file that is written or read."""
_FORMAT = 1
_LARGEST_CARD = 1_000_000


def card_file(file: Path) -> Path:
    """Where the card of a file of weights lies: beside it, with the ending ``.json``."""
    return file.with_suffix(".json")


def write_release(predictor: Predictor, card: Mapping[str, Any], file: Path) -> Path:
    """Write a predictor and its card, each whole or not at all, the card last.

    Matrices and kernels become bf16; biases, constants of normalisation and colours stay as they are.

    Args:
        predictor: with its trained weights.
        card: what is known of them; the file's name, size and SHA-256 are added.
        file: such as ``checkpoints/NAME.pt``.

    Raises:
        CheckpointError: the file would be larger than :data:`LARGEST_RELEASE`, or a weight is not finite.
        StorageError: it cannot be written.
    """
    if file.suffix != ".pt":
        raise CheckpointError(f"{file} must end in .pt: its card lies beside it and ends in .json")
    weights = {name: _small(value) for name, value in predictor.state_dict().items()}
    wrong = [name for name, value in weights.items() if not bool(value.isfinite().all())]
    if wrong:
        raise CheckpointError(f"{predictor.facts.system}: {wrong[0]} is not finite; train the network again")
    size = sum(value.nbytes for value in weights.values())
    if size > LARGEST_RELEASE:
        raise CheckpointError(
            f"{file}: the weights take {size / 1e6:.1f} MB, more than {LARGEST_RELEASE / 1e6:.0f}; export "
            "a run at a preset of half size, such as long"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    checkpoints.save({"format": _FORMAT, "facts": predictor.facts.plain(), "weights": weights}, file)
    parameters = sum(value.numel() for value in predictor.parameters())
    about = {
        "file": file.name,
        "bytes": file.stat().st_size,
        "sha256": checksum(file),
        "parameters": parameters,
    }
    text = json.dumps({"format": _FORMAT, **about, **card}, indent=1, allow_nan=False)
    written(card_file(file), lambda part: part.write_text(text + "\n", encoding="utf-8"))
    return file


def read_card(file: Path) -> dict[str, Any]:
    """The card of a file of weights.

    Raises:
        CheckpointError: there is none, or it is damaged; names it.
    """
    place = card_file(file)
    if not place.is_file():
        raise CheckpointError(
            f"{place} is missing: a file of weights comes with its card; get or export both"
        )
    try:
        if place.stat().st_size > _LARGEST_CARD:
            raise ValueError("it is too large for a card")
        card = json.loads(place.read_text(encoding="utf-8"))
        if (
            not isinstance(card, dict)
            or card.get("format") != _FORMAT
            or not isinstance(card.get("sha256"), str)
        ):
            raise ValueError(f"it has no SHA-256, or is not of format {_FORMAT}")
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{place} is damaged ({error}); get or export it again") from error
    return card


def read_release(file: Path, build: Callable[[Facts], Predictor], sha256: str = "") -> Predictor:
    """The predictor of a file, once its bytes are those that its card names.

    Args:
        file: of weights, with its card beside it.
        build: from facts to a predictor without weights.
        sha256: of the file as somebody else states it, such as the page that it was downloaded from; a card
            from the same place as the file proves no more than that both fit.

    Raises:
        FileNotFoundError: there is no such file.
        CheckpointError: it is too large, damaged, does not fit its card or ``sha256``, holds more than
            tensors and plain values, or the weights of another network.
    """
    if not file.is_file():
        raise FileNotFoundError(f"no file {file}")
    if file.stat().st_size > 2 * LARGEST_RELEASE:
        raise CheckpointError(
            f"{file} has {file.stat().st_size / 1e6:.0f} MB; it is no file of `pose-lib export`"
        )
    found = checksum(file)
    for named, source in ((read_card(file)["sha256"], card_file(file).name), (sha256, "the command")):
        if named and named.lower() != found:
            raise CheckpointError(
                f"{file}: its SHA-256 is {found}, and {source} says {named}; do not use it: get or export "
                "it again"
            )
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > 2 * LARGEST_RELEASE:
            raise CheckpointError(
                f"{file} unpacks to {unpacked / 1e6:.0f} MB; it is no file of `pose-lib export`"
            )
    state = checkpoints.load(file, "format", "facts", "weights")
    if state["format"] != _FORMAT:
        raise CheckpointError(f"{file} is of format {state['format']!r}, expected {_FORMAT}; export it again")
    try:
        predictor = build(Facts.read(state["facts"]))
    except (FactsError, KeyError, ValueError, TypeError) as error:
        raise CheckpointError(
            f"{file}: its description cannot be ({error}); get or export it again"
        ) from error
    checkpoints.load_into(predictor, state["weights"], file)
    return predictor.eval()


def _small(value: Tensor) -> Tensor:
    value = value.detach().cpu()
    large = value.is_floating_point() and value.ndim >= 2 and value.numel() > math.prod((16, 16))
    return (value.to(torch.bfloat16) if large else value).clone()
