"""What looks at several papers: which of them a notebook shows, and what brings their runs together."""

from __future__ import annotations

from pose_lib.bench.paper import Paper
from pose_lib.papers import all_papers

__all__ = ["ANY", "BENCHMARKS", "BESIDE", "COMPARED", "shown_by"]

ANY = "any"
"""Papers of both kinds are shown."""
COMPARED = {
    "front": ANY,
    "ideas": ANY,
    "claims": ANY,
    "side_by_side": "3d",
    "systems_3d": "3d",
    "error_anatomy": "3d",
}
"""Notebook that compares, to the kind of the papers that it shows, or to :data:`ANY` kind."""
BESIDE = {
    "across_data": ("direct",),
    "heat_maps": ("deeppose", "hmlpe"),
    "li_chan": ("linkde",),
    "own_picture": ("park",),
    "park": ("linkde", "structnet"),
    "systems_2d": ("deeppose", "hmlpe"),
    "tekin_ae": ("linkde", "structnet"),
    "then_and_now": (
        *("deeppose", "hmlpe", "li_chan", "linkde", "park", "structnet", "tekin_ae"),
        *("direct", "heat_maps", "integral", "lifting"),
    ),
}
"""Chapter to the other rooms whose stored rows stand in its tables, or whose networks it runs."""
BENCHMARKS = {"data": ("mocap_directions",)}
"""Chapter to the benchmarks whose stored lines stand in its tables."""


def shown_by(notebook: str) -> tuple[Paper, ...]:
    """The papers whose code and stored runs a notebook shows, by the notebook's name."""
    kind, names = COMPARED.get(notebook), (notebook, *BESIDE.get(notebook, ()))
    return tuple(p for p in all_papers() if p.name in names or (kind in (p.kind, ANY)))
