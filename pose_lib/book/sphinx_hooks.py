"""Sphinx extension of the book: shows executed notebooks in place of clean ones; pages ask no other host."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain
from sphinx.errors import ExtensionError
from sphinx.util import logging

from pose_lib.book.build import EXECUTED, copy_changed
from pose_lib.book.drawings import draw_all
from pose_lib.book.mime import MARK, PLOTLY_MIME
from pose_lib.book.policy import policy_tag

__all__ = ["DRAWINGS", "overlay", "setup"]

DRAWINGS = Path("_build/drawings")
"""Folder of the drawings that prose pages show."""

_NOT_RUN = (
    ":::{note}\nThis notebook was not run here, so its outputs are missing. Run it with `make book`.\n:::"
)
_SPELLED_OUT = (
    (re.compile(r"Skeleton\(name='(\w+)'.*?lower=\([^)]*\)\)"), lambda match: match[1].upper()),
    (re.compile(r"[~\w.]*_Buffer \|.*?_NestedSequence\[complex \| bytes \| str\]"), "ArrayLike"),
    (re.compile(r"[~\w.]*ndarray\[.*?dtype\[[~\w.]+\]\]"), "~numpy.ndarray"),
)
"""What autodoc writes at length, and the name that the source uses."""
_PAPERS_NUMBER = re.compile(r"\w+-eq(\d+)")
"""A label such as ``smith2016-eq3``."""
_logger = logging.getLogger(__name__)
_SCRIPTS = {
    "mathjax.js": ("sphinx-mathjax-offline", "static/mathjax/tex-svg-full.js"),
    "plotly.min.js": ("plotly", "plotly/package_data/plotly.min.js"),
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx: connects the hooks."""
    app.connect("builder-inited", _copy_scripts)
    app.connect("builder-inited", _draw)
    app.connect("source-read", _read_executed)
    app.connect("doctree-read", _number_as_published)
    app.connect("html-page-context", _choose_scripts)
    app.connect("html-page-context", _set_policy)
    app.connect("autodoc-process-signature", _plain_signature)
    around_napoleon = partial(_keep_prose, {})
    app.connect("autodoc-process-docstring", around_napoleon, priority=100)
    app.connect("autodoc-process-docstring", around_napoleon, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _number_as_published(app: Sphinx, tree: nodes.document) -> None:
    """Give an equation the number that its label and its paper give it, on the page and in links to it."""
    domain = app.env.get_domain("math")
    assert isinstance(domain, MathDomain)
    for node in tree.findall(nodes.math_block):
        label = node.get("label") or ""
        found = _PAPERS_NUMBER.fullmatch(label)
        if found and label in domain.equations:
            node["number"] = int(found[1])
            domain.equations[label] = (domain.equations[label][0], int(found[1]))


def overlay(clean: Mapping[str, Any], executed: Mapping[str, Any] | None) -> dict[str, Any]:
    """The notebook that a page shows: the executed one, its figures described; where it was not run, a note.

    ``clean`` is the notebook as it is in git, without outputs.

    Raises:
        ValueError: the executed notebook was made from other cells than the clean one has.
    """
    if executed is None:
        cell = {"cell_type": "markdown", "id": "not-run", "metadata": {}, "source": _NOT_RUN}
        return {**clean, "cells": [*clean["cells"][:1], cell, *clean["cells"][1:]]}
    if _sources(clean) != _sources(executed):
        raise ValueError(
            "the executed notebook was made from other cells than the clean one has; run `make book`"
        )
    return {**executed, "cells": [_described(cell) for cell in executed["cells"]]}


def _sources(notebook: Mapping[str, Any]) -> list[str]:
    """Text of the cells, without the one that papermill puts in."""
    injected = "injected-parameters"
    cells = (c for c in notebook["cells"] if injected not in c.get("metadata", {}).get("tags", ()))
    return ["".join(cell["source"]).strip() for cell in cells]


def _described(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The cell, with the description of its first image where MyST-NB looks for it."""
    for output in cell.get("outputs", ()):
        alt = output.get("metadata", {}).get("image/png", {}).get("alt")
        if alt and PLOTLY_MIME not in output.get("data", {}):
            options = {"image": {"alt": alt}, **cell["metadata"].get("mystnb", {})}
            return {**cell, "metadata": {**cell["metadata"], "mystnb": options}}
    return dict(cell)


def _read_executed(app: Sphinx, docname: str, source: list[str]) -> None:
    clean = Path(app.srcdir, f"{docname}.ipynb")
    if not clean.is_file():
        return
    executed = Path(app.srcdir, EXECUTED, f"{docname}.ipynb")
    app.env.note_dependency(str(executed))
    outputs = json.loads(executed.read_text(encoding="utf-8")) if executed.is_file() else None
    try:
        source[0] = json.dumps(overlay(json.loads(source[0]), outputs))
    except ValueError as error:
        _logger.warning("%s", error, location=docname)


def _copy_scripts(app: Sphinx) -> None:
    for name, (package, ending) in _SCRIPTS.items() if app.builder.format == "html" else ():
        try:
            found = [file for file in files(package) or () if str(file).endswith(ending)]
        except PackageNotFoundError:
            raise ExtensionError(f"the book needs the package {package}: pip install -e '.[book]'") from None
        if not found:
            raise ExtensionError(f"{package} has no {ending}; constraints.txt names a version that has")
        copy_changed(Path(str(found[0].locate())), Path(app.outdir, "_static", name))


def _plain_signature(
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """Write types and defaults as the source does: autodoc expands aliases, and all fields of a default."""
    for long, short in _SPELLED_OUT:
        signature, returns = (long.sub(short, text) if text else text for text in (signature, returns))
    return signature, returns


def _keep_prose(
    kept: dict[str, list[str]],
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    options: object,
    lines: list[str],
) -> None:
    """Called before and after napoleon, which would take a colon in an attribute's prose for a type."""
    if name in kept:
        lines[:] = kept.pop(name)
    elif what in ("attribute", "data", "property"):
        kept[name] = list(lines)


def _draw(app: Sphinx) -> None:
    """Make the drawings of the prose pages; an unchanged file is left as it is, with its time."""
    with tempfile.TemporaryDirectory() as scratch:
        draw_all(Path(scratch))
        for drawing in sorted(Path(scratch).iterdir()):
            copy_changed(drawing, Path(app.srcdir, DRAWINGS, drawing.name))


def _choose_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Load plotly where there is a figure, and the download of tables where there is one; drop live code."""
    if f'class="{MARK}"' in context.get("body", ""):
        app.add_js_file("plotly.min.js", loading_method="defer", priority=800)
        app.add_js_file("figures.js", loading_method="defer", priority=801)
    if "<table" in context.get("body", ""):
        app.add_js_file("tables.js", loading_method="defer", priority=802)
    context["script_files"][:] = [
        script
        for script in context["script_files"]
        if "THEBE_JS_URL" not in (getattr(script, "attributes", {}).get("body") or "")
        and "sphinx-thebe" not in str(getattr(script, "filename", script))
    ]


def _set_policy(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """The theme writes the page's own meta tags first in its head, before all that the page loads."""
    context["metatags"] = f"\n    {policy_tag()}{context.get('metatags', '')}"
