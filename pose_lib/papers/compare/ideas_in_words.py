"""What the ideas of the papers in 3D do to the error, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.ideas import decisive_gains, idea_gains, strongest
from pose_lib.bench.paper import Paper
from pose_lib.bench.verdict import LEAST_SEEDS
from pose_lib.papers import all_papers

__all__ = ["ideas_in_3d", "listed"]

_FEW = 4
"""Ideas up to which the sentence names them; the forest plot shows them all."""


def ideas_in_3d(evidence: Mapping[str, Evidence], rooms: Sequence[Paper] | None = None) -> str:
    """What the ideas of the papers in 3D do to the error, each against its own control.

    Of each action the runs count that the forest of ideas shows.
    """
    found: dict[str, str] = {}
    for room in rooms or all_papers():
        if room.kind == "3d" and room.ideas:
            gains = strongest(decisive_gains(idea_gains(room, evidence[room.name])))
            enough = gains[(gains["metric"] == "mpjpe") & (gains["seeds"] >= LEAST_SEEDS)]
            for name, lines in enough.groupby("idea", sort=False):
                found[str(name)] = _effect_on_error(lines)
    if not found:
        return "No stored run measures an idea in 3D against its own control with three seeds or more yet."
    parts = []
    for effect, (one, several) in _EFFECTS.items():
        names = [name for name, its in found.items() if its == effect]
        if names or effect == "lowers":
            short = effect != "undecided" and 0 < len(names) <= _FEW
            named = f" ({'; '.join(names)})" if short else ""
            parts.append(f"{len(names) or 'none'} {one if len(names) < 2 else several}{named}")
    word = "idea" if len(found) == 1 else "ideas"
    return (
        f"Of {len(found)} {word} in 3D, each measured against its own control in stored runs of enough "
        f"seeds, {listed(parts)}."
    )


_EFFECTS = {
    "lowers": ("lowers the error wherever it was measured", "lower the error wherever they were measured"),
    "lowers on some": (
        "lowers it on some actions and is undecided on others",
        "lower it on some actions and are undecided on others",
    ),
    "both": (
        "lowers it on some actions and raises it on others",
        "lower it on some actions and raise it on others",
    ),
    "raises": ("raises it wherever it was measured", "raise it wherever they were measured"),
    "raises on some": (
        "raises it on some actions and is undecided on others",
        "raise it on some actions and are undecided on others",
    ),
    "undecided": ("is undecided", "are undecided"),
}
"""What an idea does to the error as what is said of one idea, and of several."""


def _effect_on_error(lines: pd.DataFrame) -> str:
    """A key of :data:`_EFFECTS`, from the gains of one idea, one line per data set and action."""
    better, worse = lines["low"] > 0, lines["high"] < 0
    if better.any() and worse.any():
        return "both"
    for which, effect in ((better, "lowers"), (worse, "raises")):
        if which.any():
            return effect if which.all() else f"{effect} on some"
    return "undecided"


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
