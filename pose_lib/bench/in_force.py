"""The sizes and schedules in force in a run: a preset of its paper, on its data set, at its budget."""

from __future__ import annotations

from pose_lib.bench.paper import Paper
from pose_lib.bench.presets import Preset

__all__ = ["preset_in_force"]


def preset_in_force(paper: Paper, preset: str, dataset: str, budget: float) -> Preset:
    """What a run of a paper uses.

    Args:
        paper: whose preset it is.
        preset: name of one of its presets.
        dataset: name of the data set; some sizes depend on it.
        budget: share of the schedule that is run.

    Raises:
        KeyError: the paper has no such preset.
    """
    return paper.presets[preset].on(dataset).scaled(budget)
