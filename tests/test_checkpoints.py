"""Files of tensors: what comes back, and that no damage goes unseen."""

from __future__ import annotations

import pickle
from pathlib import Path
from random import Random

import pytest
import torch
from torch import nn

from pose_lib import checkpoints
from pose_lib.checkpoints import CheckpointError

STATE = {"model": {"weight": torch.arange(600.0).view(20, 30)}, "step": 3, "names": ["a", "b"]}


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    checkpoints.save(STATE, tmp_path / "x.pt")
    back = checkpoints.load(tmp_path / "x.pt", "model", "step")
    assert torch.equal(back["model"]["weight"], STATE["model"]["weight"])  # type: ignore[index]
    assert (back["step"], back["names"]) == (3, ["a", "b"])


def test_every_flipped_bit_is_seen_or_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "x.pt"
    checkpoints.save(STATE, file)
    data, rng, refused = file.read_bytes(), Random(0), 0
    for _ in range(300):
        damaged = bytearray(data)
        damaged[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        file.write_bytes(bytes(damaged))
        try:
            back = checkpoints.load(file, "model", "step", "names")
        except CheckpointError as error:
            refused += "x.pt is damaged" in str(error)
        else:  # the bit lies in the padding between records
            assert torch.equal(back["model"]["weight"], STATE["model"]["weight"])  # type: ignore[index]
    assert refused > 200


def test_what_is_missing_or_no_checkpoint_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.pt"
    with pytest.raises(FileNotFoundError, match=r"x\.pt"):
        checkpoints.load(file)
    checkpoints.save(STATE, file)
    with pytest.raises(CheckpointError, match=r"x\.pt is damaged \(it lacks optimiser\); delete it"):
        checkpoints.load(file, "model", "optimiser")
    checkpoints.save([1], file)
    with pytest.raises(CheckpointError, match="it holds a list"):
        checkpoints.load(file)
    for content in (b"", b"nothing", pickle.dumps(STATE)):
        file.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"x\.pt is damaged"):
            checkpoints.load(file)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    class Harmful:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "harm",))  # type: ignore[return-value]

    torch.save({"model": Harmful()}, tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match=r"x\.pt is damaged"):
        checkpoints.load(tmp_path / "x.pt")
    assert not (tmp_path / "harm").exists()


def test_weights_of_another_network_and_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    net, file = nn.Linear(3, 2), tmp_path / "x.pt"
    checkpoints.load_into(net, nn.Linear(3, 2).state_dict(), file)
    for other in (nn.Linear(4, 2).state_dict(), {"other": torch.zeros(1)}, None, 7):
        with pytest.raises(CheckpointError, match=r"x\.pt holds the weights of another network"):
            checkpoints.load_into(net, other, file)
    broken = {name: value * float("nan") for name, value in net.state_dict().items()}
    with pytest.raises(CheckpointError, match=r"x\.pt: weight is not finite"):
        checkpoints.load_into(net, broken, file)
