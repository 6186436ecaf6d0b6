"""Then and now: what each idea of the five papers replaced, and what the field did with it, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.judging import DECISIVE
from pose_lib.bench.rows import Key, apart, label
from pose_lib.bench.staleness import STALE
from pose_lib.book.result_cells import SEEDS, cell
from pose_lib.papers import collected

__all__ = ["STRANDS", "Step", "Strand", "measured_table", "strands_table"]

When = Literal["before", "paper", "after"]


@dataclass(frozen=True)
class Step:
    """A work on the way of an idea."""

    year: int
    words: str
    """What it does, short enough for a figure."""
    by: str
    citation: str
    """Key in ``book/references.bib``."""
    room: str = ""
    """The chapter of this book that runs it, or a small network of its kind."""


@dataclass(frozen=True)
class Strand:
    """An idea: what came before it, the paper, what came after it, and what is left of it."""

    idea: str
    before: tuple[Step, ...]
    paper: Step
    after: tuple[Step, ...]
    left: str

    @property
    def steps(self) -> tuple[tuple[When, Step], ...]:
        """All works in their order, and on which side of the paper each is."""
        early: tuple[tuple[When, Step], ...] = tuple(("before", step) for step in self.before)
        late: tuple[tuple[When, Step], ...] = tuple(("after", step) for step in self.after)
        return (*early, ("paper", self.paper), *late)


_PICTORIAL = Step(2005, "trees of parts", "Felzenszwalb & Huttenlocher", "felzenszwalb2005pictorial")
_SIMPLE = Step(2018, "small decoder of maps", "Xiao et al.", "xiao2018simple", "heat_maps")
_INTEGRAL = Step(2018, "mean under a map", "Sun et al.", "sun2018integral", "integral")
_LIFTING = Step(2017, "lifting of 2D joints", "Martinez et al.", "martinez2017simple", "lifting")
_VIDEO = Step(2019, "lifting of videos", "Pavllo et al.", "pavllo2019videopose")

STRANDS: tuple[Strand, ...] = (
    Strand(
        "regression, then a second look",
        (_PICTORIAL, Step(2013, "mixtures of parts", "Yang & Ramanan", "yang2013articulated")),
        Step(2014, "DeepPose", "Toshev & Szegedy", "toshev2014deeppose", "deeppose"),
        (
            Step(2016, "stages that refine maps", "Wei et al.", "wei2016convolutional"),
            _INTEGRAL,
            Step(2022, "transformers, maps", "Xu et al.", "xu2022vitpose"),
        ),
        "Coordinates from one long vector were replaced by maps. Looking a second time stayed, as stages of "
        "one network that is trained as a whole.",
    ),
    Strand(
        "detection beside regression",
        (
            Step(2009, "appearance of each part", "Eichner & Ferrari", "eichner2009better"),
            Step(2013, "modes of the arms", "Sapp & Taskar", "sapp2013modec"),
        ),
        Step(2014, "HMLPE", "Li et al.", "li2014hmlpe", "hmlpe"),
        (
            Step(2016, "stacked hourglasses", "Newell et al.", "newell2016stacked"),
            _SIMPLE,
            Step(2019, "high resolution kept", "Sun et al.", "sun2019hrnet"),
        ),
        "Detection replaced regression: networks predict a map for each joint, and exact coordinates are "
        "read from the map.",
    ),
    Strand(
        "3D from the picture, with 2D beside it",
        (
            Step(2006, "regression on silhouettes", "Agarwal & Triggs", "agarwal2006recovering"),
            Step(2011, "kernels on histograms", "Ionescu et al.", "ionescu2011latent", "linkde"),
        ),
        Step(2014, "Li & Chan", "Li & Chan", "li2014monocular", "li_chan"),
        (
            Step(2017, "a volume per joint", "Pavlakos et al.", "pavlakos2017coarse"),
            _INTEGRAL,
            Step(2019, "the root's distance", "Moon et al.", "moon2019camera"),
        ),
        "Learning joints in the picture before or beside the pose stayed, because photographs with such "
        "labels are many. The output changed from a vector to a volume.",
    ),
    Strand(
        "a space of plausible poses",
        (
            Step(2002, "kernels on outputs", "Weston et al.", "weston2002kde"),
            Step(2008, "denoising auto-encoders", "Vincent et al.", "vincent2008denoising"),
        ),
        Step(2016, "Tekin et al.", "Tekin et al.", "tekin2016structured", "tekin_ae"),
        (
            Step(2017, "losses on bones", "Sun et al.", "sun2017compositional"),
            Step(2018, "parameters of a body", "Kanazawa et al.", "kanazawa2018hmr"),
            Step(2019, "a latent space of poses", "Pavlakos et al.", "pavlakos2019smplx"),
        ),
        "That a pose is one of few that are possible stayed, in other forms: a model of the whole body whose "
        "parameters are estimated, and latent spaces with a distribution.",
    ),
    Strand(
        "2D for 3D, and several roots",
        (
            Step(1985, "depths from bones' lengths", "Lee & Chen", "lee1985determination"),
            Step(2014, "a detector beside 3D", "Li & Chan", "li2014monocular", "li_chan"),
        ),
        Step(2016, "Park et al.", "Park et al.", "park2016pose", "park"),
        (_LIFTING, _VIDEO),
        "Predicting a 3D pose from the joints in the picture alone became a common approach. Several roots "
        "are rarely used.",
    ),
)
"""The five ideas, in the order of their papers in this book."""


def strands_table() -> pd.DataFrame:
    """One line per idea: before, the paper, after, and what is left; in words."""

    def told(steps: Sequence[Step]) -> str:
        return "; ".join(f"{step.words} ({step.by} {step.year})" for step in steps)

    lines = {
        strand.idea: {
            "before": told(strand.before),
            "paper": f"{strand.paper.by} {strand.paper.year}",
            "after": told(strand.after),
            "what is left": strand.left,
        }
        for strand in STRANDS
    }
    return pd.DataFrame(lines).T


def measured_table(
    systems: Sequence[tuple[str, Key]], metric: str, *, dataset: str, action: str, preset: str
) -> pd.DataFrame:
    """One metric of systems of several rooms on one action: stored runs, and those made by this build.

    Args:
        systems: name of a room, and a system of it.
        metric: to be shown.
        dataset: of the runs.
        action: of the runs.
        preset: shown beside those that decide claims.

    Returns:
        One line per system and one column per preset that has runs, and per share of its budget at which the
        code of now has some. Runs of other code are called stale, and shown where there are no others.
    """
    found = {room: _there(collected(room), dataset, action) for room, _ in systems}
    columns = _columns([runs.rows for runs in found.values() if len(runs.rows)], preset)
    lines: dict[str, dict[str, str]] = {}
    for room, key in systems:
        rows, line = found[room].rows, lines.setdefault(label(key), {})
        for title, (name, budget) in columns.items():
            line[title] = "–"
            runs = rows[(rows["preset"] == name) & (rows["budget"] == budget)] if len(rows) else rows
            if not len(runs):
                continue
            # Of runs that are not to be pooled, as those of several devices, the first are shown; an empty
            # reason to be stale comes before all others.
            first = next(iter(runs.groupby([STALE, *apart(runs, ["precision"])], dropna=False)))[1]
            line[title] = _told(Evidence(first, found[room].sequences), key, metric)
    table = pd.DataFrame(lines).T[list(columns)]
    shown = [name for name in columns if name == preset or (table[name] != "–").any()]
    table = table[shown]
    table.attrs["note"] = SEEDS
    return table


def _columns(found: Sequence[pd.DataFrame], preset: str) -> dict[str, tuple[str, float]]:
    """Title to preset and budget: whole budgets, and those shares of one that the code of now has run."""
    columns = {name: (name, 1.0) for name in dict.fromkeys((preset, *DECISIVE))}
    for name in DECISIVE:
        fresh = [rows[(rows["preset"] == name) & (rows[STALE] == "")]["budget"] for rows in found]
        for budget in sorted({float(value) for budgets in fresh for value in budgets} - {1.0}):
            columns[f"{name}, budget {budget:g}"] = (name, budget)
    return columns


def _told(evidence: Evidence, key: Key, metric: str) -> str:
    """The pooled value of runs that differ in their seeds, how many these are, and whether they are stale."""
    text, seeds = cell(evidence, key, metric), evidence.rows["seed"].nunique()
    if text == "–":
        return text
    text += f" ({seeds} seeds)" if seeds > 1 else ""
    return f"{text} {STALE}" if evidence.rows[STALE].any() else text


def _there(evidence: Evidence, dataset: str, action: str) -> Evidence:
    """Runs on a data set and an action."""
    rows = evidence.rows
    if not len(rows):
        return evidence
    return evidence.select((rows["dataset"] == dataset) & (rows["action"] == action))
