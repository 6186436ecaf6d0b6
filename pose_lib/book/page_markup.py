"""What the text of a page needs beyond what Sphinx writes: heads of tables, numbers of figures.

The functions work on the HTML of a page's text, so that outputs of notebooks, tables of prose pages and
figures of either kind are treated alike. What they mend is what axe-core, a checker of accessibility, finds.
"""

from __future__ import annotations

import itertools
import re
from html import unescape

from pose_lib.book.markup import html_text

__all__ = [
    "card_tags",
    "improved",
    "light_code",
    "named_summaries",
    "numbered_figures",
    "scoped_tables",
    "web_pictures",
]

_TAG = re.compile(r"<[^>]*>")
_PLAIN = re.compile(r'<span class="(?:n|p|w|o|nn|mi|mf|ow|si|bp|nb|pre)">([^<]*)</span>')
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_HEAD_CELL = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.DOTALL)
_PLACE = re.compile(r' class="data row\d+ col\d+"')
_FIGURE = re.compile(
    r"<figure\b.*?</figure>"  # has a caption of its own
    r'|<a class="reference internal image-reference"[^>]*><img alt="(?P<image>[^"]*)"[^>]*>\s*</a>'
    r'|<div class="pose-plotly"[^>]*\baria-label="(?P<plotly>[^"]*)"[^>]*>.*?</script></div>',
    re.DOTALL,
)
_BOUNDS = re.compile(r"(?<=\d )(\[[-+\d.e]+,[\s\u00a0]?[-+\d.e]+\])")
_SENTENCE = re.compile(r".+?\.(?= )", re.DOTALL)
_LONG = 300  # characters
_PICTURE = re.compile(r'((?:src|href)="(?:\.\./)*_images/[^"/]+)\.png"')


def card_tags(title: str, book: str, address: str = "") -> str:
    """What other sites show of a page beside a link to it: its title, and the card of the book.

    ``address`` is where the book is published; most sites load a card from there alone.
    """
    tags = {
        "og:title": html_text(unescape(_TAG.sub("", title))),
        "og:site_name": html_text(book),
        "og:type": "article",
        "og:image": html_text(f"{address.rstrip('/')}/_static/card.png" if address else "_static/card.png"),
        "twitter:card": "summary_large_image",
    }
    return "".join(f'\n    <meta property="{name}" content="{value}" />' for name, value in tags.items())


def improved(body: str) -> str:
    """The HTML of a page's text with all that this module adds."""
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')  # of lists; the former is deprecated
    return web_pictures(numbered_figures(scoped_tables(light_code(body))))


def light_code(body: str) -> str:
    """Leave out the marks of code that give a word no meaning of its own: names, operators, numbers, spaces.

    Every word of code has one otherwise, and they are half of all that the book's pages weigh.
    """
    return _PLAIN.sub(r"\1", body)


def scoped_tables(body: str) -> str:
    """Give every head cell its scope, make empty ones plain cells, and put an element that scrolls around.

    Programs that read a page aloud say the heads of a cell's row and column; an empty head says nothing. The
    script ``tables.js`` marks the tables that are wider than the text. The row and column that pandas writes
    into every cell, which no style asks for, are left out: the tables grow with every stored run.
    """
    return _TABLE.sub(lambda found: f'<div class="table-scroll">{_table(found[0])}</div>', body)


def numbered_figures(body: str) -> str:
    """Set every figure of a notebook's outputs in a ``figure`` element: its number, and its description.

    Of a long description, which is for those who cannot see the figure, the first sentence stands below it.
    Figures of prose pages, which have captions of their own, are left as they are.
    """
    numbers = itertools.count(1)

    def framed(found: re.Match[str]) -> str:
        text = found["image"] or found["plotly"]
        if not text:
            return found[0]
        name = next(numbers)
        caption = (
            f'<figcaption><span class="caption-number">Figure {name}.</span> {_short(text)}</figcaption>'
        )
        return f'<figure class="numbered" id="figure-{name}">{found[0]}{caption}</figure>'

    return _FIGURE.sub(framed, body)


def named_summaries(contents: str) -> str:
    """Give the buttons that unfold a table of contents a name, which the theme leaves to an icon."""
    return contents.replace("<summary>", '<summary aria-label="Show or hide what is below">')


def web_pictures(body: str) -> str:
    """Name WebP pictures in place of the PNG ones: :mod:`pose_lib.book.web_files` makes them of these."""
    return _PICTURE.sub(r'\1.webp"', body)


def _short(description: str) -> str:
    """The first sentence of a description that is long."""
    first = _SENTENCE.match(description)
    return first[0] if first and len(description) > _LONG else description


def _table(table: str) -> str:
    return _quiet(_scoped(_PLACE.sub("", table)))


def _scoped(table: str) -> str:
    head, end, rest = table.partition("</thead>")
    if not end:
        head, rest = "", table
    return _HEAD_CELL.sub(_column, head) + end + _HEAD_CELL.sub(_row, rest)


def _quiet(table: str) -> str:
    """Set the intervals behind values in small type, so that the values can be read down a column."""
    return _BOUNDS.sub(r'<small class="bounds">\1</small>', table)


def _column(cell: re.Match[str]) -> str:
    return _with_scope(cell, "colgroup" if "colspan" in cell[1] else "col")


def _row(cell: re.Match[str]) -> str:
    return _with_scope(cell, "rowgroup" if "rowspan" in cell[1] else "row")


def _with_scope(cell: re.Match[str], scope: str) -> str:
    attributes, content = cell[1], cell[2]
    if not _TAG.sub("", content).replace("&nbsp;", "").strip() and "<img" not in content:
        return f"<td{attributes}></td>"
    if "scope=" in attributes:
        return cell[0]
    return f'<th{attributes} scope="{scope}">{content}</th>'
