"""Names and numbers of data as text of a page: whatever they hold, none of it comes out as markup.

Three things read markup in a text, each by rules of its own: HTML, the labels of plotly and those of
matplotlib. A name of a folder, an action or a person goes through one of these functions before it is there.
"""

from __future__ import annotations

import html

__all__ = ["figure_text", "html_text", "label_text", "plain"]


def plain(value: object) -> str:
    """A value as text that a file can hold, with a mark in place of what is no character."""
    whole = str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def html_text(value: object) -> str:
    """A value as the text of an element, or of a quoted attribute, of HTML."""
    return html.escape(plain(value))


def label_text(value: object) -> str:
    """A value as a label of a plotly figure, which reads some HTML, and ``%{x}`` when it is pointed at."""
    return html.escape(plain(value), quote=False).replace("{", "&#123;")


def figure_text(value: object) -> str:
    """A value as a text in a matplotlib figure, which reads formulas between dollar signs."""
    return plain(value).replace("$", r"\$")
