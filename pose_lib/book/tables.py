"""Tables of results: the same digits everywhere, the best in bold, published numbers in italics."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import pandas as pd
from pandas.io.formats.style import Styler

__all__ = ["results_table"]

Best = Literal["min", "max"]


def results_table(
    table: pd.DataFrame,
    *,
    best: Best | Mapping[str, Best] | None = None,
    formats: str | Mapping[str, str | Callable[[object], str]] = "{:.1f}",
    published: Sequence[str] = (),
    words: bool = False,
    caption: str = "",
) -> Styler:
    """A data frame as a table that can be read on light and on dark pages.

    Args:
        table: rows and columns as they are to be shown.
        best: the value set in bold, ``min`` or ``max``: for all numeric columns of the book, or by column.
        formats: of all floats, or by column.
        published: columns of numbers from a paper, set in italics; if missing, ``table.attrs["published"]``.
        words: the cells are sentences: they are set flush left, and their lines break.
        caption: a line above the table: what is counted, in which unit, by which protocol.

    Raises:
        KeyError: ``published``, ``best`` or ``formats`` name a column that the table does not have.
    """
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
    identity = hashlib.sha256((table.to_csv() + caption).encode()).hexdigest()[:8]
    styler = (
        table.style.format(dict(formats), na_rep="–", escape="html")
        .format_index(escape="html")
        .set_uuid(identity)
        .hide(axis="index", names=True)
    )
    for column, which in best.items():
        mark = styler.highlight_min if which == "min" else styler.highlight_max
        styler = mark(subset=[column], color="", props="font-weight: bold")
    if published:
        styler = styler.set_properties(subset=list(published), **{"font-style": "italic"})
    if caption:
        styler = styler.set_caption(caption)
    return styler.set_table_attributes(f'class="dataframe results{" words" * words}"')
