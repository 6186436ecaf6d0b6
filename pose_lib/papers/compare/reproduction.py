"""The reproduction index: what each paper prints, and the cell that makes it again."""

from __future__ import annotations

import importlib
import importlib.util

from pose_lib.bench.paper import Paper
from pose_lib.bench.reproduction import PrintedItem

__all__ = ["reproduction_of"]


def reproduction_of(paper: Paper) -> tuple[PrintedItem, ...]:
    """``REPRODUCTION`` of a room, from its part ``reproduction`` or its one file; nothing if it has none."""
    package = importlib.util.find_spec(paper.module)
    part = f"{paper.module}.reproduction"
    is_package = package is not None and package.submodule_search_locations is not None
    name = part if is_package and importlib.util.find_spec(part) is not None else paper.module
    found: tuple[PrintedItem, ...] = getattr(importlib.import_module(name), "REPRODUCTION", ())
    return found
