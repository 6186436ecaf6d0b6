"""Stored rows of another room stand beside a chapter's own, where both have run the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.merge import merge
from pose_lib.bench.rows import Key, constant_row, pick
from pose_lib.bench.run import Run
from pose_lib.bench.staleness import marked
from pose_lib.bench.stored import run_evidence, stored
from pose_lib.book.result_cells import stored_cells
from pose_lib.papers import _beside, find
from pose_lib.papers._beside import beside
from pose_lib.papers.park import tables as park_tables
from pose_lib.papers.tekin_ae import tables as tekin_tables

GIVEN = {
    "action": "Walking", "dataset": "synthetic", "preset": "long", "budget": 1.0, "precision": "float32",
    "seed": 0, "device": "cpu", "controls": False,
}  # fmt: skip


def keep_run(root: Path, paper: str, values: dict[Key, float], **changed: object) -> None:
    run = Run(paper, GIVEN | changed, "card", root=root / "runs")  # type: ignore[arg-type]
    run.finish([constant_row(key, "mpjpe", "p", value, 8) for key, value in values.items()])
    merge([run_evidence(run.folder)], (), root, other=True)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))
    keep_run(tmp_path, "tekin_ae", {"Mean pose": 100.0, "CNN": 70.0, "Ours, fine-tuned": 68.0})
    return tmp_path


def test_a_rivals_rows_join_those_of_the_same_action_preset_and_seed_alone(root: Path) -> None:
    theirs: dict[Key, float] = {"Mean pose": 101.0, "LinKDE": 80.0, ("LinKDE", "one level"): 85.0}
    keep_run(root, "linkde", theirs)
    keep_run(root, "linkde", {"LinKDE": 90.0}, action="Eating")
    keep_run(root, "linkde", {"LinKDE": 95.0}, preset="paper")
    keep_run(root, "linkde", {"LinKDE": 97.0}, seed=1)
    kept = marked(stored("tekin_ae", root), find("tekin_ae"))
    both = beside(kept, "linkde", ("LinKDE", ("LinKDE", "one level")), root)
    assert [title for title, _ in stored_cells(both)] == [title for title, _ in stored_cells(kept)]
    assert pick(both.rows, "LinKDE", "mpjpe")["value"].tolist() == [80.0]
    assert pick(both.rows, ("LinKDE", "one level"), "mpjpe")["value"].tolist() == [85.0]
    assert pick(both.rows, "Mean pose", "mpjpe")["value"].tolist() == [100.0], "the chapter's own"
    assert pick(beside(kept, "linkde", ("LinKDE",), root).rows, ("LinKDE", "one level")).empty
    assert set(both.sequences) > set(kept.sequences)


def test_without_rows_of_either_nothing_changes(root: Path) -> None:
    kept = marked(stored("tekin_ae", root), find("tekin_ae"))
    assert beside(kept, "linkde", ("LinKDE",), root) is kept
    keep_run(root, "linkde", {"LinKDE": 80.0})
    nothing = Evidence(pd.DataFrame())
    assert beside(nothing, "linkde", ("LinKDE",), root) is nothing


def test_the_tables_of_tekin_and_of_park_have_the_stored_rows_of_their_rivals(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_run(root, "park", {"Baseline": 71.0})
    keep_run(root, "linkde", {"LinKDE": 80.0})
    keep_run(root, "li_chan", {"DconvMP": 77.0, "DconvMP-HML": 76.0})
    rivals: dict[Key, float] = {
        "StructNet-Max": 83.0,
        "StructNet-Avg": 81.0,
        ("StructNet-Avg", "1.5 %"): 79.0,
    }
    keep_run(root, "structnet", rivals)
    monkeypatch.setattr(_beside, "stored", lambda name, _: stored(name, root))
    of_both = {"LinKDE": "80", "DconvMP-HML": "76"}
    tekin = {"CNN": "70", "StructNet-Max": "83", "StructNet-Avg": "81"}
    park = {"Baseline": "71", "StructNet-Avg, 1.5 %": "79", "Tekin, auto-encoder": "68"}
    for name, module, shown in (
        ("tekin_ae", tekin_tables.table_1, tekin | of_both),
        ("park", park_tables.table_2, park | of_both),
    ):
        kept = marked(stored(name, root), find(name))
        table = module(kept, kept)
        column = next(title for title in table.columns if title.startswith("Walking, long"))
        assert {line: table.loc[line, column][:2] for line in shown} == shown
    assert table.loc["StructNet-Avg, 1.5 %", "Walking, printed"] == "69.97", "of Table 1, on the same actions"
    assert table.loc["LinKDE", "Phoning, printed"] != "–"
    assert table.loc["Tekin, auto-encoder", "Walking, printed"] == "65.75"
    assert not {"Li and Chan", "Ours, fine-tuned", "DconvMP"} & set(table.index), "each has one line"
