"""Equations and code point at each other: from a page's label to a docstring, and back."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from pose_lib.papers import all_papers

ROOT = Path(__file__).resolve().parents[2]
SOURCE = {paper.cited_as: (paper.label, paper.notebook) for paper in all_papers() if paper.label}
"""How a docstring names a paper, the prefix of its labels, and its page."""
MENTION = re.compile(r"Eq\. \((\d+)\), ([A-Z][^:;,.\n`]+? (?:et al\. )?\d{4})")


def docstrings() -> dict[str, str]:
    found = {}
    for file in sorted((ROOT / "pose_lib").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node)
                if text:
                    found[f"{file}:{getattr(node, 'name', '')}:{getattr(node, 'lineno', 0)}"] = " ".join(
                        text.split()
                    )
    return found


def labels(page: str, prefix: str) -> set[int]:
    cells = json.loads((ROOT / page).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return {int(n) for n in re.findall(rf":label: {prefix}-eq(\d+)", text)}


@pytest.mark.parametrize("name", SOURCE)
def test_every_equation_of_the_page_has_its_code_and_every_code_its_equation(name: str) -> None:
    prefix, page = SOURCE[name]
    named = {int(n) for text in docstrings().values() for n, paper in MENTION.findall(text) if paper == name}
    assert labels(page, prefix)
    assert named == labels(page, prefix)


def test_a_page_links_to_the_equations_that_it_labels() -> None:
    for prefix, page in SOURCE.values():
        text = (ROOT / page).read_text(encoding="utf-8")
        linked = {int(n) for n in re.findall(rf"\(#{prefix}-eq(\d+)\)", text)}
        assert linked <= labels(page, prefix)
