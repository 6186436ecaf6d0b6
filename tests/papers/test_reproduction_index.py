"""The reproduction index: nothing that a paper prints is missing, and every link leads to a cell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pose_lib.bench.paper import Paper
from pose_lib.data.catalog import DATASETS
from pose_lib.papers import all_papers, find, stored
from pose_lib.papers.compare.reproduction import reproduction_of

ROOT = Path(__file__).resolve().parents[2]
PRINTED = {
    "deeppose": {"Figure": 9, "Table": 2},
    "hmlpe": {"Figure": 7, "Table": 3, "Algorithm": 1},
    "li_chan": {"Figure": 7, "Table": 1},
    "tekin_ae": {"Figure": 2, "Table": 2},
    "park": {"Figure": 5, "Table": 2},
}
"""Last number of each kind, counted in the papers."""
ROOMS = [paper for paper in all_papers() if reproduction_of(paper)]

each_room = pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)


def test_every_paper_with_printed_numbers_has_an_index() -> None:
    assert {paper.name for paper in ROOMS} == {paper.name for paper in all_papers() if paper.published}
    assert reproduction_of(find("direct")) == ()


@pytest.mark.parametrize("name", PRINTED)
def test_no_figure_or_table_is_missing(name: str) -> None:
    listed = {re.split(r"[ ,]", item.name)[0] for item in reproduction_of(find(name))}
    assert listed == set(PRINTED[name])
    for kind, last in PRINTED[name].items():
        numbers = [re.match(rf"{kind} (\d+)", item.name) for item in reproduction_of(find(name))]
        assert {int(found[1]) for found in numbers if found} == set(range(1, last + 1))


@each_room
def test_every_table_of_printed_numbers_is_listed(paper: Paper) -> None:
    tables = {number.table for number in paper.published}
    assert tables <= {item.name for item in reproduction_of(paper)}


@each_room
def test_links_lead_to_code_cells_of_the_chapter(paper: Paper) -> None:
    cells = json.loads((ROOT / paper.notebook).read_text(encoding="utf-8"))["cells"]
    code = {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}
    for item in reproduction_of(paper):
        assert not item.cell or item.cell in code, item.name


@each_room
def test_data_sets_and_metrics_are_those_of_the_package(paper: Paper) -> None:
    items = reproduction_of(paper)
    assert {name for item in items for name in item.printed_on} <= set(DATASETS)
    rows = stored(paper.name).rows
    if len(rows):
        assert {item.metric for item in items if item.metric} <= set(rows["metric"])


def test_the_page_has_a_table_of_every_room() -> None:
    text = (ROOT / "book/reproduction.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\{reproduction\} (\w+)", text)) == {paper.name for paper in ROOMS}
