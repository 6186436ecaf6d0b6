"""Runs of several papers are brought together only where they speak of the same samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from test_poses import make

from pose_lib.bench import side_by_side
from pose_lib.bench.begin import Setup
from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.runs import Run
from pose_lib.book.side_by_side import costs_and_errors, differences_table, same_samples
from pose_lib.data.poses import PoseData

GIVEN = {
    "action": "Walking",
    "dataset": "synthetic",
    "data_root": "",
    "preset": "smoke",
    "seed": 0,
    "device": "cpu",
}
SYSTEMS = {"tekin_ae": ("Mean pose", "CNN"), "park": ("Baseline",)}
OFFSETS = {"Mean pose": 90.0, "CNN": 30.0, "Baseline": 60.0}


class Papers:
    """Two papers with runs in a folder, in place of the notebooks that would make them."""

    def __init__(self, root: Path) -> None:
        self.root, self.ran = root, list[str]()
        self.test = {"tekin_ae": make(8), "park": make(8)}

    def open_run(self, name: str, given: dict[str, object], root: Path | None = None) -> Setup:
        run = Run(name, given, "card", root=self.root)  # type: ignore[arg-type]
        return Setup(run, self.test[name], self.test[name], SimpleNamespace())

    def run_notebook(self, notebook: Path, given: dict[str, object]) -> None:
        name = notebook.stem
        self.ran.append(name)
        setup = self.open_run(name, given)
        truth = torch.from_numpy(setup.test.root_relative())
        # All joints but the root are moved along x: 16 of 17 are wrong by the offset.
        moved = torch.tensor([1.0, 0, 0]) * (torch.arange(17) > 0)[:, None]
        poses = {s: truth + OFFSETS[s] * moved for s in SYSTEMS[name]}
        one = {"metric": "mpjpe", "protocol": "p", "low": 0.0, "high": 1.0, "std": 0.0, "samples": 8}
        setup.run.finish(pd.DataFrame([{"system": s, "value": 1.0, **one} for s in poses]), {}, poses)


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Papers:
    papers = Papers(tmp_path)
    monkeypatch.setattr(side_by_side, "open_run", papers.open_run)
    monkeypatch.setattr(side_by_side, "_run_notebook", papers.run_notebook)
    return papers


def test_missing_runs_are_made_once_and_their_poses_are_measured_alike(papers: Papers) -> None:
    together = side_by_side.bring_together(SYSTEMS, GIVEN)
    assert papers.ran == ["tekin_ae", "park"]
    side_by_side.bring_together(SYSTEMS, GIVEN)
    assert papers.ran == ["tekin_ae", "park"]
    errors = together.errors()
    for system, offset in OFFSETS.items():
        assert errors[system] == pytest.approx(np.full(8, offset * 16 / 17), rel=1e-4)
    lines = side_by_side.differences(errors, [("CNN", "Baseline"), ("Mean pose", "CNN")], together.test)
    assert lines["difference"].tolist() == pytest.approx([-30 * 16 / 17, 60 * 16 / 17], rel=1e-4)
    assert differences_table(lines)["on these samples"].tolist() == [
        "the first is better",
        "the second is better",
    ]


def test_other_samples_and_missing_systems_are_refused(papers: Papers) -> None:
    with pytest.raises(ValueError, match=r"no Multi-reg; it has: Baseline"):
        side_by_side.bring_together({"park": ("Baseline",)} | {"park": ("Multi-reg",)}, GIVEN)
    data: PoseData = papers.test["park"]
    papers.test["park"] = replace(data, table=data.table.assign(frame=data.table["frame"] + 1))
    with pytest.raises(ValueError, match="park is tested on other samples"):
        side_by_side.bring_together(SYSTEMS, GIVEN)


def test_parameters_are_checked_before_anything_runs(papers: Papers) -> None:
    for name, value, listed in (
        ("action", "Juggling", "Discussion"),
        ("dataset", "coco", "synthetic"),
        ("preset", "huge", "quick"),
    ):
        with pytest.raises(ParameterError, match=listed):
            side_by_side.bring_together(SYSTEMS, GIVEN | {name: value})
    with pytest.raises(ParameterError, match="actoin"):
        side_by_side.bring_together(SYSTEMS, GIVEN | {"In": ["# Parameters\nactoin = 'Walking'"]})
    assert papers.ran == []


def test_the_page_shows_every_system_with_its_price(papers: Papers) -> None:
    together = side_by_side.bring_together(SYSTEMS, GIVEN)
    paper_of = {s: p for p, systems in SYSTEMS.items() for s in systems}
    table = costs_and_errors(together.rows, paper_of)
    assert list(table.index) == ["Mean pose", "CNN", "Baseline"]
    assert table.loc["CNN", "MPJPE (mm)"].startswith("1.0 [")
    assert table.loc["CNN", "training (s)"] == "–"
    figure = same_samples(together, ("CNN", "Baseline"), (0, 3))
    assert len(figure.axes) == 6
