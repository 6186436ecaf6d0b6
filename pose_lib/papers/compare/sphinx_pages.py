"""Sphinx extension of the book, for what needs to know the papers.

It links docstrings with the equations of the chapters, gives each cell of a chapter an anchor, and makes the
tables of the reproduction index.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import pose_lib
from pose_lib.bench.reproduction import PrintedItem, state_of
from pose_lib.book.equation_links import code_links, code_of_equations, with_links
from pose_lib.papers import all_papers, find, stored
from pose_lib.papers.compare.reproduction import reproduction_of

__all__ = ["CELL", "HEADS", "Reproduction"]

CELL = "cell-{}"
"""Anchor of a cell on its page, by its id."""
HEADS = ("printed", "shows", "made again", "from stored runs", "missing")
"""Columns of the tables."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx: connects the hooks, and adds the directive ``reproduction``."""
    app.connect("autodoc-process-docstring", _link_to_equations, priority=100)
    app.connect("doctree-read", _link_to_code)
    app.connect("doctree-read", _mark_cells)
    app.add_directive("reproduction", Reproduction)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Reproduction(SphinxDirective):
    """A table of all that a paper prints; the argument is the name of its room."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table, each of whose lines links to the cell that makes it again."""
        paper = find(self.arguments[0])
        self.env.note_reread()  # the state depends on stored runs and on the code of now, not on the page
        kept = stored(paper.name)
        head, body = nodes.thead("", _line([_text(words) for words in HEADS])), nodes.tbody()
        for item in reproduction_of(paper):
            body += _line([_name(item, self.env.docname), *map(_text, _words(item, state_of(item, kept)))])
        columns = [nodes.colspec(colwidth=width) for width in (12, 28, 14, 22, 24)]
        group = nodes.tgroup("", *columns, head, body, cols=len(HEADS))
        return [nodes.table("", group, classes=["reproduction"])]


def _words(item: PrintedItem, state: tuple[str, str, str]) -> list[str]:
    """Texts of the columns after the first."""
    made, runs, needs = state
    missing = [f"Its data: {needs}."] if needs else []
    return [item.shows, made, runs or "–", " ".join([*missing, item.lacks]).strip() or "–"]


def _name(item: PrintedItem, page: str) -> nodes.paragraph:
    """The name of an item, linked to its cell if it has one."""
    if not item.cell:
        return _text(item.name)
    place = {"refdomain": "std", "reftype": "ref", "reftarget": CELL.format(item.cell), "refdoc": page}
    shown = nodes.inline("", item.name, classes=["xref", "std", "std-ref"])
    return nodes.paragraph("", "", addnodes.pending_xref("", shown, **place, refexplicit=True, refwarn=True))


def _text(words: str) -> nodes.paragraph:
    return nodes.paragraph("", words)


def _line(cells: list[nodes.paragraph]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


@cache
def _prefixes() -> dict[str, str]:
    return {paper.cited_as: paper.label for paper in all_papers() if paper.label}


@cache
def _code() -> dict[str, list[str]]:
    return code_of_equations(Path(pose_lib.__file__).parent, _prefixes())


def _link_to_equations(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    lines[:] = with_links(lines, _prefixes())


def _link_to_code(app: Sphinx, tree: nodes.document) -> None:
    for node in list(tree.findall(nodes.math_block)):
        names = _code().get(node.get("label") or "", ())
        if names:
            node.parent.insert(node.parent.index(node) + 1, code_links(names, app.env.docname))


def _mark_cells(app: Sphinx, tree: nodes.document) -> None:
    """Let links lead to a code cell, by the id that the notebook gives it."""
    for node in tree.findall(nodes.container):
        identity = node.get("cell_metadata", {}).get("cell_id")
        if node.get("nb_element") == "cell_code" and identity:
            anchor = CELL.format(identity)
            node["ids"].append(anchor)
            app.env.get_domain("std").anonlabels[anchor] = (app.env.docname, anchor)  # type: ignore[attr-defined]
