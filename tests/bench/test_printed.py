"""Printed numbers are called comparable on all frames of the published protocol, fully trained."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from samples import make

from pose_lib.bench.presets import DEFAULT_PRESETS
from pose_lib.bench.setup import Setup
from pose_lib.data.human36m.known import PUBLISHED_PROTOCOL
from pose_lib.data.poses import PoseData

FULL = {"dataset": "human3.6m", "preset": "paper", "budget": 1.0}


def people(subjects: tuple[str, ...], split: str, frames: int = 2) -> PoseData:
    views = product(subjects, (1, 2), PUBLISHED_PROTOCOL.cameras, range(frames))
    table = pd.DataFrame(list(views), columns=["subject", "sequence", "camera", "frame"])
    table = table.assign(action="Walking", split=split)
    data = make().select(np.zeros(len(table), dtype=int))
    return replace(data, table=table)


def printed(train: PoseData, test: PoseData, **parameters: Any) -> str:
    run: Any = SimpleNamespace(parameters=FULL | parameters)
    paper: Any = None
    return Setup(paper, run, train, test, None).printed()


TRAIN, TEST = (people(getattr(PUBLISHED_PROTOCOL, split), split) for split in ("train", "test"))


def test_the_mark_goes_at_the_full_protocol() -> None:
    said = printed(TRAIN, TEST)
    assert said.startswith("printed under the same protocol (Human3.6M: S1+S5+S6+S7+S8 for training")
    assert "S9+S11 for testing, 4 cameras, every frame at 50 Hz, mean over frames" in said


@pytest.mark.parametrize("other", [{"dataset": "synthetic"}, {"preset": "long"}, {"budget": 0.5}])
def test_the_mark_stays_on_other_data_and_at_less(other: dict[str, Any]) -> None:
    assert printed(TRAIN, TEST, **other) == "printed on Human3.6M, not comparable"


def test_the_mark_stays_where_subjects_takes_cameras_or_frames_lack() -> None:
    for data, name in ((TRAIN, "subject"), (TEST, "subject"), (TRAIN, "camera"), (TEST, "sequence")):
        kept = (data.table[name] != data.table[name].iloc[0]).to_numpy()
        pair = (data.select(kept), TEST) if data is TRAIN else (TRAIN, data.select(kept))
        assert "not comparable" in printed(*pair)
    gap = TEST.table.assign(frame=2 * TEST.table["frame"])
    assert "not comparable" in printed(TRAIN, replace(TEST, table=gap))


def test_paper_takes_every_recorded_frame_and_other_presets_as_many_as_of_rendered_people() -> None:
    for name, preset in DEFAULT_PRESETS.items():
        on = preset.on("human3.6m")
        assert preset.on("synthetic") == preset.on("mocap") == preset
        assert (on.step, on.test_step) == ((1, 1) if name == "paper" else (preset.step, preset.test_step))
