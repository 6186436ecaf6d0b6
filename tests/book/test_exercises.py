"""Every exercise has a folded solution, whose code is run with the notebook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pose_lib.book.build import BOOK_ROOT

TAG = "solution"
WITH_EXERCISES = [
    path
    for path in sorted((BOOK_ROOT / "notebooks").glob("*.ipynb"))
    if "## Exercises" in path.read_text(encoding="utf-8")
]

each_notebook = pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)


def read(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def exercises(cells: list[dict[str, Any]]) -> list[int]:
    """The numbers of the exercises."""
    (text,) = (c["source"] for c in cells if re.search(r"^## Exercises", c["source"], re.MULTILINE))
    part = re.split(r"^## ", text.split("## Exercises")[1], flags=re.MULTILINE)[0]
    return [int(number) for number in re.findall(r"^(\d+)\. ", part, re.MULTILINE)]


def test_the_papers_chapters_have_exercises() -> None:
    assert len(WITH_EXERCISES) >= 13


@each_notebook
def test_every_exercise_has_words_and_code(path: Path) -> None:
    cells = read(path)
    solved = [cell for cell in cells if TAG in cell["metadata"].get("tags", ())]
    assert solved == cells[-len(solved) :], "solutions are the last cells, so that nothing else needs them"
    numbers = exercises(cells)
    assert numbers == list(range(1, len(numbers) + 1))
    words = [re.match(r":::\{dropdown\} Solution (\d+)\n.+\n:::$", c["source"], re.DOTALL) for c in solved]
    assert [int(found[1]) for found in words if found] == numbers
    code = [cell for cell in solved if cell["cell_type"] == "code"]
    assert [re.findall(r"Solution (\d+)", c["metadata"]["mystnb"]["code_prompt_show"]) for c in code] == [
        [str(number)] for number in numbers
    ]
    assert all("hide-cell" in cell["metadata"]["tags"] for cell in code)
