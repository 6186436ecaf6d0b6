"""Pages of source code: the code, and a link to the book in place of the frame that the theme puts around it.

There are hundreds of them. The frame takes as much space as the code, and as much time as all other pages.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

__all__ = ["as_source_page", "is_source_page"]

_TEMPLATE = "source_page.html"
"""In the book's folder of templates."""


def is_source_page(pagename: str) -> bool:
    """Whether a page, by its name in Sphinx, shows source code."""
    return pagename.startswith("_modules/")


def as_source_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> str | None:
    """The template of a page of source code, whose parts of the theme are taken away; None for other pages.

    For Sphinx's event ``html-page-context``, before the theme tries which of its parts are empty.
    """
    if not is_source_page(pagename):
        return None
    for name, value in context.items():
        if name == "sidebars" or (name.startswith("theme_") and isinstance(value, list)):
            context[name] = []
    return _TEMPLATE
