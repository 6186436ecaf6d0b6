"""What looks at several papers: which of them a notebook shows, and what brings their runs together."""

from __future__ import annotations

from pose_lib.bench.paper import Paper
from pose_lib.papers import all_papers

__all__ = ["COMPARED", "shown_by"]

COMPARED = {"side_by_side": "3d"}
"""Notebook that compares, to the kind of the papers that it shows."""


def shown_by(notebook: str) -> tuple[Paper, ...]:
    """The papers whose code and stored runs a notebook shows, by the notebook's name."""
    kind = COMPARED.get(notebook)
    return tuple(p for p in all_papers() if p.name == notebook or (kind is not None and p.kind == kind))
