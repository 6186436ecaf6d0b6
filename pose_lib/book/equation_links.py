"""Links from docstrings to the equations that they name, and from equations to the code that computes them.

A docstring names an equation as ``Eq. (2), Smith et al. 2016``; on the page of that paper its label is
``smith2016-eq2``. Which paper has which prefix is told by the caller.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

__all__ = ["MENTION", "code_links", "code_of_equations", "with_links"]

MENTION = re.compile(r"Eq\. \((\d+)\),\s+([A-Z][^:;,.\n`]+? (?:et al\.\s+)?\d{4})")
"""Number of an equation, and the paper as docstrings name it."""


def with_links(lines: Sequence[str], prefixes: Mapping[str, str]) -> list[str]:
    """Lines of a docstring, with each number of an equation linked to the page that prints it.

    Args:
        lines: in reStructuredText.
        prefixes: name of a paper to how its labels begin; other papers stay as they are.
    """

    def link(found: re.Match[str]) -> str:
        prefix = prefixes.get(" ".join(found[2].split()))
        if prefix is None:
            return found[0]
        return found[0].replace(f"({found[1]})", f":eq:`{prefix}-eq{found[1]}`", 1)

    return MENTION.sub(link, "\n".join(lines)).split("\n")


def code_of_equations(package: Path, prefixes: Mapping[str, str]) -> dict[str, list[str]]:
    """Label of an equation to the public functions, classes and methods whose docstrings name it.

    Args:
        package: folder of the package; its name is the first part of theirs.
        prefixes: as for :func:`with_links`.
    """
    found: dict[str, list[str]] = {}
    for file in sorted(package.rglob("*.py")):
        module = ".".join(file.relative_to(package.parent).with_suffix("").parts)
        for name, text in _docstrings(ast.parse(file.read_text(encoding="utf-8")), module):
            for number, paper in MENTION.findall(text):
                prefix = prefixes.get(" ".join(paper.split()))
                names = found.setdefault(f"{prefix}-eq{number}", []) if prefix else []
                if name not in names:
                    names.append(name)
    return found


def code_links(names: Sequence[str], page: str) -> nodes.paragraph:
    """A line with a link to the reference of each name, to stand below an equation.

    Args:
        names: full ones, of functions, classes and methods.
        page: on which the line stands.
    """
    line = nodes.paragraph("", "", nodes.Text("In code: "), classes=["equation-code"])
    for number, name in enumerate(names):
        if number:
            line += nodes.Text(", ")
        kept = 2 if name.split(".")[-2][:1].isupper() else 1
        shown = nodes.literal("", ".".join(name.split(".")[-kept:]), classes=["xref", "py", "py-obj"])
        place = {"refdomain": "py", "reftype": "obj", "reftarget": name, "refdoc": page}
        line += addnodes.pending_xref("", shown, **place, refexplicit=True, refwarn=True)
    return line


def _docstrings(tree: ast.AST, above: str) -> Iterator[tuple[str, str]]:
    """Full names and docstrings of public functions and classes, and of the public methods of these."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            name = f"{above}.{node.name}"
            yield name, ast.get_docstring(node) or ""
            if isinstance(node, ast.ClassDef):
                yield from _docstrings(node, name)
