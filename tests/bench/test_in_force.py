"""The preset of a run, on its data set: every module that asks for it gets the same sizes."""

from __future__ import annotations

import pandas as pd
import pytest

from pose_lib.bench.fingerprint import code_of_recipe, settings_hash
from pose_lib.bench.grid.job import Job
from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.paper import Paper
from pose_lib.bench.staleness import why_stale
from pose_lib.data.request import sources_of
from pose_lib.papers import all_papers

ROOMS = [paper for paper in all_papers() if "human3.6m" in paper.datasets]


def test_on_recorded_frames_the_paper_takes_every_one() -> None:
    (room, *_) = ROOMS
    ours, theirs = (preset_in_force(room, "paper", name, 0.5) for name in ("synthetic", "human3.6m"))
    assert ours == room.presets["paper"].scaled(0.5)
    assert (theirs.step, theirs.test_step) == (1, 1)
    assert ours.step > 1
    with pytest.raises(KeyError):
        preset_in_force(room, "none", "synthetic", 1)


@pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)
@pytest.mark.parametrize("dataset", ["synthetic", "human3.6m"])
def test_a_run_of_now_is_not_stale_and_a_job_asks_for_its_sizes(paper: Paper, dataset: str) -> None:
    preset = preset_in_force(paper, "paper", dataset, 0.25)
    run = {
        **{"fingerprint": "f", "preset": "paper", "budget": 0.25, "dataset": dataset},
        **{"code": code_of_recipe(paper.deciding_modules), "settings": settings_hash(preset.settings())},
        "data_code": sources_of(dataset),
    }
    assert why_stale(pd.DataFrame([run]), paper) == {"f": ""}
    assert why_stale(pd.DataFrame([run | {"settings": "others"}]), paper) == {"f": "another preset"}
    job = Job(paper=paper.name, dataset=dataset, action="Walking", preset="paper", budget=0.25)
    assert job.sizes({paper.name: paper}) == preset
