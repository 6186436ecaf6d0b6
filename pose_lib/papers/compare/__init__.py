"""What looks at several papers: which of them a notebook shows, and what brings their runs together."""

from __future__ import annotations

from pose_lib.bench.paper import Paper
from pose_lib.papers import all_papers

__all__ = ["BESIDE", "COMPARED", "shown_by"]

COMPARED = {"side_by_side": "3d"}
"""Notebook that compares, to the kind of the papers that it shows."""
BESIDE = {"li_chan": ("linkde",), "tekin_ae": ("linkde",), "own_picture": ("park",)}
"""Page to the other rooms whose stored rows stand in its tables, or whose network it uses."""


def shown_by(notebook: str) -> tuple[Paper, ...]:
    """The papers whose code and stored runs a notebook shows, by the notebook's name."""
    kind, names = COMPARED.get(notebook), (notebook, *BESIDE.get(notebook, ()))
    return tuple(p for p in all_papers() if p.name in names or (kind is not None and p.kind == kind))
