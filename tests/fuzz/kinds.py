"""All kinds, found by their modules: each module ``kinds_*.py`` beside this one has a tuple ``KINDS``."""

from __future__ import annotations

import importlib
from pathlib import Path

from fuzz.kind import Kind

__all__ = ["all_kinds"]


def all_kinds() -> dict[str, Kind]:
    """Name to kind, in the order of the modules."""
    found: dict[str, Kind] = {}
    for file in sorted(Path(__file__).parent.glob("kinds_*.py")):
        for kind in importlib.import_module(f"{__package__}.{file.stem}").KINDS:
            found[kind.name] = kind
    return found
