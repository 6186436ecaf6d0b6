"""Runs of several papers are brought together only where they are of the same samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from samples import make

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.rows import Key, constant_row
from pose_lib.bench.run import Run
from pose_lib.bench.setup import Setup
from pose_lib.book.palette import BASELINE
from pose_lib.papers import find
from pose_lib.papers.compare import pages, shown_by, side_by_side
from pose_lib.papers.compare.side_by_side import bring_together, pairs_of

GIVEN = {
    "action": "Walking",
    "dataset": "synthetic",
    "data_root": "",
    "preset": "smoke",
    "budget": 1.0,
    "precision": "auto",
    "seed": 0,
    "device": "cpu",
}
PAPERS = (
    replace(find("tekin_ae"), compared=("CNN", "Ours, fine-tuned")),
    replace(find("park"), compared=(("Baseline", "wide"),)),
)
OFFSETS: dict[Key, float] = {
    "Mean pose": 90.0,
    "Nearest pose": 80.0,
    "CNN": 30.0,
    "Ours, fine-tuned": 20.0,
    ("Baseline", "wide"): 60.0,
}


class Made:
    """Two papers with runs in a folder, in place of the notebooks that would make them."""

    def __init__(self, root: Path) -> None:
        self.root, self.ran = root, list[str]()
        self.test = {paper.name: make(8) for paper in PAPERS}
        self.lacks: Key = ""

    def open_run(self, paper: Paper, given: Mapping[str, Any], root: Path | None = None) -> Setup:
        run = Run(paper.name, given, "card", root=self.root)
        test = self.test[paper.name]
        return Setup(paper, run, test, test, SimpleNamespace())

    def run_notebook(self, notebook: Path, given: Mapping[str, Any]) -> None:
        paper = find(notebook.stem)
        self.ran.append(paper.name)
        setup = self.open_run(paper, given)
        truth = torch.from_numpy(setup.test.root_relative())
        # All joints but the root are moved along x: 16 of 17 are wrong by the offset.
        moved = torch.tensor([1.0, 0, 0]) * (torch.arange(17) > 0)[:, None]
        keys = [k for k in (*BASELINES, *_of(paper.name).compared) if k != self.lacks]
        poses = {key: truth + OFFSETS[key] * moved for key in keys}
        rows = [constant_row(key, "mpjpe", "p", 1.0, 8, (0.0, 2.0)) for key in keys]
        setup.run.finish(rows, [], poses)


def _of(name: str) -> Paper:
    return next(paper for paper in PAPERS if paper.name == name)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    made = Made(tmp_path)
    monkeypatch.setattr(side_by_side, "open_run", made.open_run)
    monkeypatch.setattr(side_by_side, "_run_notebook", made.run_notebook)
    return made


def test_missing_runs_are_made_once_and_their_poses_are_measured_alike(made: Made) -> None:
    together = bring_together(GIVEN, PAPERS)
    assert made.ran == ["tekin_ae", "park"]
    bring_together(GIVEN, PAPERS)
    assert made.ran == ["tekin_ae", "park"]
    assert list(together.papers) == list(OFFSETS)
    for key, offset in OFFSETS.items():
        assert together.scores.of(key, "mpjpe") == pytest.approx(np.full(8, offset * 16 / 17), rel=1e-4)
    assert together.rooms == list(PAPERS)
    table = pages.pairs_table(together, pairs_of(PAPERS))
    assert table.index.tolist() == ["Ours, fine-tuned - CNN", "Ours, fine-tuned - Baseline, wide"]
    assert set(table["metric"]) == {"MPJPE (mm)"}
    assert table["difference"].iloc[0].startswith("-9.4 [")
    assert table["it says"].tolist() == ["the first is lower", "the first is lower"]
    assert pairs_of(PAPERS) == [
        ("Ours, fine-tuned", "CNN"),
        ("Ours, fine-tuned", ("Baseline", "wide")),
    ]


def test_other_samples_missing_systems_and_equal_names_are_refused(made: Made) -> None:
    with pytest.raises(ValueError, match="tekin_ae and tekin_ae both have a system 'CNN'"):
        bring_together(GIVEN, (PAPERS[0], PAPERS[0]))
    data = made.test["park"]
    made.test["park"] = replace(data, table=data.table.assign(frame=data.table["frame"] + 1))
    with pytest.raises(ValueError, match="park is tested on other samples than tekin_ae"):
        bring_together(GIVEN, PAPERS)
    made.lacks = ("Baseline", "wide")
    with pytest.raises(ValueError, match="no poses of Baseline, wide; it has: Mean pose, Nearest pose"):
        bring_together(GIVEN | {"seed": 1}, PAPERS[1:])


def test_parameters_are_checked_before_anything_runs(made: Made) -> None:
    for name, value, listed in (
        ("action", "Juggling", "Discussion"),
        ("dataset", "coco", "synthetic"),
        ("preset", "huge", "quick"),
        ("budget", 0, "above 0"),
    ):
        with pytest.raises(ParameterError, match=listed):
            bring_together(GIVEN | {name: value}, PAPERS)
    with pytest.raises(ParameterError, match="actoin"):
        bring_together(GIVEN | {"In": ["# Parameters\nactoin = 'Walking'"]}, PAPERS)
    assert made.ran == []


def test_the_page_shows_every_system_with_its_cost(made: Made) -> None:
    together = bring_together(GIVEN, PAPERS)
    table = pages.costs_and_errors(together)
    assert list(table.index) == ["Mean pose", "Nearest pose", "CNN", "Ours, fine-tuned", "Baseline, wide"]
    assert table.loc["CNN", "MPJPE (mm)"].startswith("1.0 [")
    assert table.loc["CNN", "training (s)"] == "–"
    assert table.loc["CNN", "paper"] == "Tekin et al. 2016"
    looks = pages.looks_of(PAPERS)
    assert looks["CNN"]["color"] == looks["Ours, fine-tuned"]["color"] != looks["Baseline, wide"]["color"]


def test_no_two_methods_look_alike_and_none_like_the_mean_pose() -> None:
    many = [replace(PAPERS[0], compared=(f"plain {number}", f"full {number}")) for number in range(12)]
    looks = pages.looks_of(many).values()
    assert len({(look["color"], look["linestyle"]) for look in looks}) == 24
    assert BASELINE not in {look["color"] for look in looks}


def test_stored_runs_have_one_column_per_action_and_preset(made: Made) -> None:
    together = bring_together(GIVEN, PAPERS)
    rows = together.evidence.rows.assign(preset="long")
    table = pages.stored_table(Evidence(rows), together)
    assert "from seed to seed" in table.attrs["note"]
    assert list(table.columns) == ["Walking, long, 1 seed"]
    assert table.loc["Baseline, wide"].item().startswith("1.0 [")
    assert pages.stored_table(Evidence(rows[:0]), together).empty


def test_equal_settings_are_of_their_own_runs_and_count_seeds(made: Made) -> None:
    together = bring_together(GIVEN, PAPERS)
    found = together.evidence.rows.assign(dataset=together.test.card.name)
    # The equal setting of Tekin et al. is the chapter's own preset; that of Park et al. is another.
    ours = found[found["paper"] == "tekin_ae"].assign(preset="quick")
    park = found[found["paper"] == "park"]
    again = park.assign(preset="quick-equal", seed=1, fingerprint="other", value=3.0)
    rows = pd.concat([ours, park.assign(preset="quick"), park.assign(preset="quick-equal"), again])
    table = pages.equal_table(Evidence(rows.reset_index(drop=True)), together)
    assert list(table.columns) == ["Walking, quick-equal"]
    assert table.loc["CNN"].item().startswith("1.0 [")
    assert table.loc["Baseline, wide"].item().startswith("2.0 [")
    assert table.loc["Baseline, wide"].item().endswith("±1.4 (2 seeds)")
    assert pages.equal_table(Evidence(rows[:0]), together).empty


def test_equal_settings_of_other_devices_and_of_older_code_are_not_hidden(made: Made) -> None:
    together = bring_together(GIVEN, PAPERS)
    rows = together.evidence.rows
    here = rows.assign(dataset=together.test.card.name, preset="quick", stale="other code")
    there = here.assign(device="cuda", stale="", fingerprint=here["fingerprint"] + " there", value=2.0)
    table = pages.equal_table(Evidence(pd.concat([here, there], ignore_index=True)), together)
    assert table.loc["CNN", "Walking, quick-equal, cpu, stale"].startswith("1.0 [")
    assert table.loc["CNN", "Walking, quick-equal, cuda"].startswith("2.0 [")


def test_a_comparison_shows_all_3d_papers_and_a_chapter_its_own() -> None:
    assert [p.name for p in shown_by("side_by_side")] == [
        "li_chan", "linkde", "structnet", "park", "tekin_ae", "direct", "integral", "lifting"
    ]  # fmt: skip
    assert [p.name for p in shown_by("deeppose")] == ["deeppose"]
    tekin = [p.name for p in shown_by("tekin_ae")]
    assert tekin == ["linkde", "structnet", "tekin_ae"], "whose rows are in its table"
    assert [p.name for p in shown_by("park")] == ["linkde", "structnet", "park"], (
        "whose rows are in its table"
    )
    assert [p.name for p in shown_by("heat_maps")] == ["deeppose", "hmlpe", "heat_maps"]
    assert shown_by("data") == ()
