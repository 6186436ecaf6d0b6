"""Tables of results: the same digits everywhere, the best in bold, published numbers in italics."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
from IPython.display import HTML
from pandas.io.formats.style import Styler

from pose_lib.book.markup import html_text, plain

__all__ = ["folded", "results_table"]

Best = Literal["min", "max"]
Form = str | Callable[[object], str]


def results_table(
    table: pd.DataFrame,
    *,
    best: Best | Mapping[str, Best] | None = None,
    formats: str | Mapping[str, Form] = "{:.1f}",
    published: Sequence[str] = (),
    words: bool = False,
    caption: str = "",
) -> Styler:
    """A data frame as a table that can be read on light and on dark pages.

    All texts, those of heads and of the caption too, are shown as they are: none is read as HTML.

    Args:
        table: rows and columns as they are to be shown.
        best: the value set in bold, ``min`` or ``max``: for all numeric columns of the book, or by column.
        formats: of all floats, or by column.
        published: columns of numbers from a paper, set in italics; if missing, ``table.attrs["published"]``.
            Lines whose label is or begins with *printed* are set in italics as well.
        words: the cells are sentences: they are set flush left, and their lines break.
        caption: a line above the table: what is counted, in which unit, by which protocol; the table's own
            ``table.attrs["note"]`` follows it.

    Raises:
        KeyError: ``published``, ``best`` or ``formats`` name a column that the table does not have.
    """
    if note := table.attrs.get("note"):
        caption = f"{caption.rstrip('.')}. {note}" if caption else note
    published = published or [c for c in table.attrs.get("published", ()) if c in table.columns]
    named = [*published, *(best if isinstance(best, Mapping) else ())]
    named += formats if isinstance(formats, Mapping) else ()
    if unknown := [column for column in named if column not in table.columns]:
        raise KeyError(f"no column {', '.join(map(repr, unknown))}; the table has {list(table.columns)}")
    if isinstance(formats, str):
        formats = dict.fromkeys(table.select_dtypes("float").columns, formats)
    if not isinstance(best, Mapping):
        ours = [column for column in table.select_dtypes("number").columns if column not in published]
        best = dict.fromkeys(ours, best) if best else {}
    identity = hashlib.sha256(plain(table.to_csv() + caption).encode()).hexdigest()[:8]
    forms: dict[Any, Form | None] = {
        column: _shown(formats.get(column, _plainly)) for column in table.columns
    }
    styler = (
        Styler(_with_names(table), cell_ids=False)  # those of a style keep theirs
        .format(forms, na_rep="–")
        .format_index(html_text, axis="index")
        .format_index(html_text, axis="columns")
        .set_uuid(identity)
        .hide(axis="index", names=True)
    )
    for column, which in best.items():
        mark = styler.highlight_min if which == "min" else styler.highlight_max
        styler = mark(subset=[column], color="", props="font-weight: bold")
    if published:
        styler = styler.set_properties(subset=list(published), **{"font-style": "italic"})
    lines = [label for label in table.index if _is_printed(label)]
    if lines and table.index.is_unique:
        styler = styler.set_properties(subset=pd.IndexSlice[lines, :], **{"font-style": "italic"})
    if isinstance(table.index, pd.RangeIndex):
        styler = styler.hide(axis="index")  # numbers of lines say nothing
    if caption:
        styler = styler.set_caption(html_text(caption))
    return styler.set_table_attributes(f'class="dataframe results{" words" * words}"')


def folded(table: Styler, words: str) -> HTML:
    """A table behind a line of ``words`` that a reader opens, for evidence that few read through."""
    html = table.to_html()
    text = f'<details class="evidence"><summary>{html_text(words)}</summary>{html}</details>'
    return HTML(text)  # type: ignore[no-untyped-call]


def _is_printed(label: object) -> bool:
    parts = label if isinstance(label, tuple) else (label,)
    return any(str(part).startswith("printed") for part in parts)


def _shown(form: Form) -> Callable[[object], str]:
    """A format whose result, whatever it is, stands in the page as text."""
    write = form.format if isinstance(form, str) else form
    return lambda value: html_text(write(value))


def _plainly(value: object) -> str:
    """A value that has no format of its own."""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the names of its index and of its columns as text of a page, if they have any."""
    shown = table.copy(deep=False)
    shown.index, shown.columns = (
        labels.set_names([None if name is None else html_text(name) for name in labels.names])
        for labels in (table.index, table.columns)
    )
    return shown
