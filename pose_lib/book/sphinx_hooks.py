"""Sphinx extension of the book: shows executed notebooks in place of clean ones; pages ask no other host."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain
from sphinx.errors import ExtensionError
from sphinx.util import logging

from pose_lib.bench.machine import provenance
from pose_lib.bench.making import NOTE, is_older
from pose_lib.book.build import EXECUTED, copy_changed
from pose_lib.book.claim_cards import LEDGER_MARK
from pose_lib.book.drawings import draw_all
from pose_lib.book.executed_pages import overlay
from pose_lib.book.launch import connect
from pose_lib.book.markup import html_text
from pose_lib.book.mime import MARK
from pose_lib.book.page_markup import card_tags, improved, light_code, named_summaries
from pose_lib.book.policy import policy_tag
from pose_lib.book.source_pages import as_source_page, is_source_page
from pose_lib.book.web_files import compress_pictures, remove_unused

__all__ = ["DRAWINGS", "setup"]

DRAWINGS = Path("_build/drawings")
"""Folder of the drawings that prose pages show."""

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
    app.connect("config-inited", _draw, priority=100)  # before Sphinx looks for the icon
    connect(app)
    app.connect("builder-inited", _copy_scripts)
    app.connect("env-get-outdated", _older_pages)
    app.connect("source-read", _read_executed)
    app.connect("doctree-read", _number_as_published)
    app.connect("html-collect-pages", _mend_source_pages, priority=100)
    app.connect("html-page-context", as_source_page, priority=100)  # before the theme fills its parts
    app.connect("html-page-context", _choose_scripts)
    app.connect("html-page-context", _set_policy)
    app.connect("html-page-context", _improve, priority=900)  # after the theme has set its functions
    app.connect("build-finished", _finish_files)
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


def _older_pages(
    app: Sphinx, env: object, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Pages to read again, though their files are the same: the code has changed since they were executed."""
    folder = Path(app.srcdir, EXECUTED)
    notes = {
        file: json.loads(file.read_text("utf-8"))["metadata"].get(NOTE) for file in folder.rglob("*.ipynb")
    }
    older = (
        str(f.relative_to(folder).with_suffix("").as_posix()) for f, n in notes.items() if n and is_older(n)
    )
    return [name for name in older if name in app.env.found_docs]


def _mend_source_pages(app: Sphinx) -> tuple[()]:
    """Let pages of source code link to what there is: to no module without source, and to their own names."""
    modules: dict[str, Any] = getattr(app.env, "_viewcode_modules", {})
    for name, entry in list(modules.items()):
        if entry:
            modules[name] = (*entry[:3], name)
        else:
            del modules[name]
    return ()


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


def _draw(app: Sphinx, config: object) -> None:
    """Make the drawings of the prose pages; an unchanged file is left as it is, with its time."""
    with tempfile.TemporaryDirectory() as scratch:
        draw_all(Path(scratch))
        for drawing in sorted(Path(scratch).iterdir()):
            copy_changed(drawing, Path(app.srcdir, DRAWINGS, drawing.name))


def _choose_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Load plotly where there is a figure, and what tables and the ledger need where there are some.

    The launcher of live code, which the book does not use, is dropped.
    """
    app.add_js_file("tables.js", loading_method="defer", priority=800)
    if "<table" in context.get("body", ""):
        app.add_js_file("downloads.js", loading_method="defer", priority=802)
    if f'class="{MARK}"' in context.get("body", ""):
        app.add_js_file("plotly.min.js", loading_method="defer", priority=800)
        app.add_js_file("figures.js", loading_method="defer", priority=801)
    if f'class="{LEDGER_MARK}"' in context.get("body", ""):
        app.add_js_file("ledger.js", loading_method="defer", priority=800)
        app.add_css_file("ledger.css", priority=800)
    context["script_files"][:] = [
        script
        for script in context["script_files"]
        if "THEBE_JS_URL" not in (getattr(script, "attributes", {}).get("body") or "")
        and "sphinx-thebe" not in str(getattr(script, "filename", script))
    ]


def _set_policy(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """The policy, and what a link to the page shows as a card: code has none.

    The theme writes the page's own meta tags first in its head, before all that the page loads.
    """
    about = ""
    if not is_source_page(pagename):
        about = card_tags(str(context.get("title", "")), app.config.html_title, app.config.html_baseurl)
    context["metatags"] = f"\n    {policy_tag()}{about}{context.get('metatags', '')}"


def _improve(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Mend what axe-core finds in the text and in the theme's table of contents; write code briefly."""
    if "body" in context:
        context["body"] = improved(context["body"])
        if 'class="provenance' not in context["body"] and not is_source_page(pagename):
            commit = html_text(provenance("cpu")["commit"])
            context["body"] += f'<p class="provenance">Written at commit <code>{commit}</code>.</p>'
    for name, mend in (("generate_toctree_html", named_summaries), ("generate_toc_html", light_code)):
        if name in context:
            context[name] = _mended(context[name], mend)


def _mended(write: Callable[..., object], mend: Callable[[str], str]) -> Callable[..., str]:
    """A function of the theme that writes HTML, with what is mended in all that it writes."""
    return lambda *given, **named: mend(str(write(*given, **named)))


def _finish_files(app: Sphinx, failure: Exception | None) -> None:
    if failure is None and app.builder.format == "html":
        copy_changed(Path(app.srcdir, DRAWINGS, "card.png"), Path(app.outdir, "_static", "card.png"))
        remove_unused(Path(app.outdir))
        compress_pictures(Path(app.outdir))
