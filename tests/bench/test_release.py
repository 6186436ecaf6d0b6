"""Files of networks: small, exact, and refused when anything about them is wrong."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from predictors import CARD, Known, facts

from pose_lib import checkpoints
from pose_lib.bench import release
from pose_lib.bench.predictor import Facts, FactsError
from pose_lib.bench.release import card_file, read_card, read_release, write_release
from pose_lib.checkpoints import CheckpointError
from pose_lib.storage import checksum


@pytest.fixture
def file(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    return write_release(Known(facts()), CARD, tmp_path / "new" / "net.pt")


def with_card(file: Path) -> Path:
    """Give a file the card that its bytes deserve."""
    card_file(file).write_text(json.dumps({"format": 1, "sha256": checksum(file), **CARD}))
    return file


def test_what_is_read_is_what_was_written_up_to_bf16(file: Path) -> None:
    torch.manual_seed(0)
    before, after = Known(facts()), read_release(file, Known)
    assert after.facts.plain() == facts().plain()
    assert torch.equal(after.layer.weight, before.layer.weight.bfloat16().float())
    assert torch.equal(after.layer.bias, before.layer.bias), "short vectors stay as they are"
    assert not after.training
    card = read_card(file)
    assert card["sha256"] == checksum(file)
    assert card["bytes"] == file.stat().st_size
    assert card["parameters"] == 40 * 41
    assert card["limits"] == CARD["limits"]


def test_facts_are_the_same_after_json() -> None:
    made = facts()
    assert Facts.read(json.loads(json.dumps(made.plain()))).number("widths") == made.number("widths")


def test_a_changed_byte_or_another_hash_is_refused(file: Path) -> None:
    read_release(file, Known, checksum(file).upper())
    with pytest.raises(CheckpointError, match="and the command says 0000"):
        read_release(file, Known, "0000")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"its SHA-256 is .*net\.json says"):
        read_release(file, Known)


def test_code_in_a_file_does_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return (os.mkdir, (str(mark),))

    bad = tmp_path / "bad.pt"
    torch.save({"format": 1, "facts": facts().plain(), "weights": Evil()}, bad)
    with pytest.raises(CheckpointError, match=r"bad\.pt is damaged"):
        read_release(with_card(bad), Known)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"window": 10**9}, "must be a number from 0"),
        ({"window": 65}, "does not lie in crops of 64"),
        ({"size": True}, "size is True"),
        ({"margin": float("nan")}, "margin is nan"),
        ({"skeleton_name": "octopus"}, "skeleton 'octopus' is not known"),
        ({"sides": "both"}, "sides is 'both'"),
        ({"system": 3}, "system is 3"),
        ({"numbers": {"widths": [16, -1]}}, "widths is -1"),
        ({"numbers": {"widths": "16"}}, "widths is '16'"),
        ({"numbers": []}, "numbers is"),
    ],
)
def test_facts_that_cannot_be_are_refused(changed: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=words):
        facts(**changed)
    file = tmp_path / "net.pt"
    content = {"format": 1, "facts": {**facts().plain(), **changed}, "weights": {}}
    checkpoints.save(content, file)
    with pytest.raises(CheckpointError, match=f"description cannot be .*{words}"):
        read_release(with_card(file), Known)


def test_facts_have_exactly_their_names_and_numbers_are_asked_for_by_name() -> None:
    with pytest.raises(FactsError, match="must be described by exactly: paper, system"):
        Facts.read({"paper": "x"})
    with pytest.raises(FactsError, match="li_chan needs the number 'depth'"):
        facts().number("depth")


def test_weights_of_another_network_and_files_of_another_kind_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "net.pt"
    checkpoints.save({"format": 1, "facts": facts().plain(), "weights": {"a": torch.zeros(2)}}, file)
    with pytest.raises(CheckpointError, match="the weights of another network"):
        read_release(with_card(file), Known)
    checkpoints.save({"format": 2, "facts": {}, "weights": {}}, file)
    with pytest.raises(CheckpointError, match="is of format 2, expected 1"):
        read_release(with_card(file), Known)
    file.write_bytes(b"not a file of tensors")
    with pytest.raises(CheckpointError, match="is damaged"):
        read_release(with_card(file), Known)
    with pytest.raises(FileNotFoundError, match=r"no file .*none\.pt"):
        read_release(tmp_path / "none.pt", Known)


def test_a_card_is_there_and_is_a_card(file: Path) -> None:
    for content in ("[]", "{", '{"format": 1}', '{"format": 7, "sha256": "00"}', "[" * 5000):
        card_file(file).write_text(content)
        with pytest.raises(CheckpointError, match=r"net\.json is damaged"):
            read_release(file, Known)
    card_file(file).unlink()
    with pytest.raises(CheckpointError, match=r"net\.json is missing"):
        read_release(file, Known)


def test_sizes_are_bounded(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(release, "LARGEST_RELEASE", 1000)
    with pytest.raises(CheckpointError, match="it is no file of"):
        read_release(file, Known)
    with pytest.raises(CheckpointError, match="export a run at a preset of half size"):
        write_release(Known(facts()), CARD, tmp_path / "large.pt")
    assert not (tmp_path / "large.pt").exists()


def test_a_small_file_that_unpacks_to_an_immense_one_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.pt"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(3 * release.LARGEST_RELEASE))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(CheckpointError, match="unpacks to 30 MB"):
        read_release(with_card(bomb), Known)


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    predictor = Known(facts())
    with pytest.raises(CheckpointError, match=r"must end in \.pt"):
        write_release(predictor, CARD, tmp_path / "net.json")
    with torch.no_grad():
        predictor.layer.bias[0] = np.nan
    with pytest.raises(CheckpointError, match=r"layer\.bias is not finite"):
        write_release(predictor, CARD, tmp_path / "net.pt")
    assert list(tmp_path.iterdir()) == []
