"""Pages of source code show the code, its links and a way back, without the frame of the theme."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from pose_lib.book.build import BOOK_ROOT
from pose_lib.book.source_pages import as_source_page

INDEX = """A small book
============

.. automodule:: small_module
   :members:
"""
MODULE = (
    '"""A small module."""\n\n\ndef double(x: int) -> int:\n    """Twice a number."""\n    return 2 * x\n'
)


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book with one documented module, built in the book's theme."""
    source, html = tmp_path / "source", tmp_path / "html"
    source.mkdir()
    (source / "index.rst").write_text(INDEX, encoding="utf-8")
    (source / "small_module.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(source)
    monkeypatch.delitem(sys.modules, "small_module", raising=False)
    settings = {
        "project": "Small",
        "html_title": "A small book",
        "extensions": ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx_book_theme"],
        "html_theme": "sphinx_book_theme",
        "templates_path": [str(BOOK_ROOT / "book" / "_templates")],
    }
    trees = tmp_path / "trees"
    with docutils_namespace():
        app = Sphinx(source, None, html, trees, "html", settings, status=None, warningiserror=True)
        app.connect("html-page-context", as_source_page, priority=100)
        app.build()
    monkeypatch.delitem(sys.modules, "small_module", raising=False)
    return html


def test_a_page_of_code_has_no_frame_and_other_pages_have(pages: Path) -> None:
    code = (pages / "_modules" / "small_module.html").read_text(encoding="utf-8")
    assert "<h1>Source code for small_module</h1>" in code
    assert code.count('<div class="viewcode-block" id="double">') == 1
    assert 'href="../index.html#small_module.double"' in code, "from the code to its description"
    assert '<header><a href="../index.html">A small book</a></header>' in code
    assert "<title>small_module &#8212; A small book</title>" in code
    for frame in ("bd-sidebar", "<nav", "bd-footer", "search-button", "<script src"):
        assert frame not in code
    for sheet in ("theme", "pydata-sphinx-theme", "sphinx-book-theme"):
        assert f'href="../_static/styles/{sheet}.css"' in code
        assert (pages / "_static" / "styles" / f"{sheet}.css").is_file()
    assert "bd-sidebar" in (pages / "index.html").read_text(encoding="utf-8")


def test_parts_of_the_theme_are_taken_from_pages_of_code_alone() -> None:
    parts = {
        "theme_footer_start": ["copyright"],
        "sidebars": ["contents"],
        "theme_color": "red",
        "title": "x",
    }
    for name in ("notebooks/front", "_modules_of_mine"):
        context = dict(parts)
        assert as_source_page(None, name, "page.html", context, None) is None
        assert context == parts
    context = dict(parts)
    assert as_source_page(None, "_modules/pose_lib/paths", "page.html", context, None) == "source_page.html"
    assert context == {**parts, "theme_footer_start": [], "sidebars": []}
