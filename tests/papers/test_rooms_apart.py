"""What compares rooms knows the rooms, and no room knows it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from pose_lib.bench.paper import Paper
from pose_lib.papers import all_papers

COMPARES = re.compile(r"papers(\.| import )compare\b")


def files_of(paper: Paper) -> list[Path]:
    """The files of a room: all of its package, or the one that it is."""
    found = importlib.util.find_spec(paper.module)
    assert found is not None
    assert found.origin is not None
    file = Path(found.origin)
    return sorted(file.parent.glob("*.py")) if found.submodule_search_locations else [file]


@pytest.mark.parametrize("paper", all_papers(), ids=lambda paper: paper.name)
def test_a_room_does_not_name_what_compares_rooms(paper: Paper) -> None:
    for file in files_of(paper):
        assert not COMPARES.search(file.read_text(encoding="utf-8")), file
