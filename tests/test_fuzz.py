"""A small part of the fuzz command: every kind of damaged input is read or refused, never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.kind import Kind, try_case
from fuzz.kinds import all_kinds


@pytest.mark.parametrize("kind", all_kinds().values(), ids=list(all_kinds()))
def test_damaged_input_is_read_or_refused(kind: Kind, tmp_path: Path) -> None:
    found: dict[str, int] = {}
    for seed in range(40):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found.setdefault(try_case(kind, seed, folder), seed)
    assert found.pop("refused", None) is not None, "no input was refused: is it damaged at all?"
    found.pop("read", None)
    assert not found
