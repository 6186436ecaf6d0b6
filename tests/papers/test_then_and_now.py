"""The page on what came before and after: its data, its figure, and rows that fill themselves."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.rows import constant_row, frame
from pose_lib.book.style import description, use_style
from pose_lib.papers import find
from pose_lib.papers.compare import then_and_now
from pose_lib.papers.compare.then_and_now import STRANDS, measured_table, strands_table
from pose_lib.papers.compare.timeline import timeline

BIBLIOGRAPHY = (Path(__file__).resolve().parents[2] / "book" / "references.bib").read_text(encoding="utf-8")
STEPS = [step for strand in STRANDS for _, step in strand.steps]


def entry(key: str) -> str:
    (found,) = re.findall(rf"@\w+\{{{key},(.*?)\n\}}", BIBLIOGRAPHY, flags=re.DOTALL)
    return str(found)


def test_every_work_is_in_the_bibliography_with_its_year_and_first_author() -> None:
    for step in STEPS:
        (year,) = re.findall(r"year\s*=\s*\{(\d+)\}", entry(step.citation))
        assert int(year) == step.year, step
        (author,) = re.findall(r"author\s*=\s*\{(\w+)", entry(step.citation))
        assert step.by.split()[0] == author, step


def test_the_five_papers_stand_in_their_order_between_what_was_and_what_came() -> None:
    assert [strand.paper.room for strand in STRANDS] == ["deeppose", "hmlpe", "li_chan", "tekin_ae", "park"]
    for strand in STRANDS:
        assert strand.before
        assert strand.after
        for (_, earlier), (_, later) in pairwise(strand.steps):
            assert earlier.year <= later.year
    for step in STEPS:
        if step.room:
            room = find(step.room)
            assert room.citation
            assert step.room == "linkde" or room.citation == step.citation
    table = strands_table()
    assert table.loc["detection beside regression", "paper"] == "Li et al. 2014"
    assert "Park" not in table.loc["2D for 3D, and several roots", "before"]


def test_the_timeline_names_every_work_and_no_two_names_overlap() -> None:
    with mpl.rc_context():
        use_style()
        figure = timeline()
        figure.canvas.draw()
    boxes: list[tuple[str, Bbox]] = []
    for axes, strand in zip(figure.axes, STRANDS, strict=True):
        shown = [child for child in axes.get_children() if isinstance(child, Annotation)]
        assert len(shown) == len(strand.steps)
        boxes += [(text.get_text(), text.get_window_extent()) for text in shown]
    for (first, a), (second, b) in combinations(boxes, 2):
        assert not a.overlaps(b), f"{first!r} and {second!r} overlap"
    page = figure.get_window_extent()
    for text, box in boxes:
        assert page.x0 <= box.x0 < box.x1 <= page.x1, text
    assert all(step.words in description(figure) for step in STEPS)


def run(
    system: str, preset: str, seed: int, value: float, stale: str = "", budget: float = 1.0
) -> pd.DataFrame:
    about = {
        "dataset": "synthetic", "action": "Walking", "preset": preset, "seed": seed, "budget": budget,
        "precision": "bf16", "device": "cpu", "fingerprint": f"{system}-{preset}-{seed}-{budget}",
        "stale": stale,
    }  # fmt: skip
    made = frame([constant_row(system, "mpjpe", "p", value, 8, (value - 1, value + 1))])
    return made.assign(**about)


def test_the_table_fills_itself_as_runs_come(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {
        "integral": [run("Integral", "quick", 0, 70.0), run("Integral", "long", 0, 50.0, "other code")],
        "direct": [run("Direct", "long", 0, 60.0), run("Direct", "long", 1, 62.0)],
        "lifting": [],
    }

    def collected(name: str) -> Evidence:
        return Evidence(pd.concat(runs[name], ignore_index=True) if runs[name] else pd.DataFrame())

    monkeypatch.setattr(then_and_now, "collected", collected)
    systems = [("integral", "Integral"), ("direct", "Direct"), ("lifting", "Lifting")]
    table = measured_table(systems, "mpjpe", dataset="synthetic", action="Walking", preset="quick")
    assert list(table.columns) == ["quick", "long"]
    assert table.loc["Integral", "quick"].startswith("70.0 [")
    assert table.loc["Integral", "long"].startswith("50.0 [")
    assert table.loc["Integral", "long"].endswith("] stale")
    assert table.loc["Direct", "long"].startswith("61.0 [")
    assert table.loc["Direct", "long"].endswith("(2 seeds)")
    assert set(table.loc["Lifting"]) == {"–"}
    runs["integral"].append(run("Integral", "long", 0, 55.0))
    table = measured_table(systems, "mpjpe", dataset="synthetic", action="Walking", preset="quick")
    assert table.loc["Integral", "long"].startswith("55.0 ["), "what the code of now has made comes first"
    runs["direct"].append(run("Direct", "long", 0, 80.0, budget=0.125))
    runs["integral"].append(run("Integral", "long", 0, 90.0, "other code", budget=0.5))
    table = measured_table(systems, "mpjpe", dataset="synthetic", action="Walking", preset="quick")
    assert list(table.columns) == ["quick", "long", "long, budget 0.125"], "no column for stale shares alone"
    assert table.loc["Direct", "long, budget 0.125"].startswith("80.0 [")
    assert table.loc["Integral", "long, budget 0.125"] == "–"
    runs["direct"], runs["integral"] = [], runs["integral"][:1]
    table = measured_table(systems, "mpjpe", dataset="synthetic", action="Walking", preset="quick")
    assert list(table.columns) == ["quick"]
