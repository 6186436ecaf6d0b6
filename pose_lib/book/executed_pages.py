"""An executed notebook in place of the clean one: what its page shows, with a note of its making."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pose_lib.bench.making import NOTE, is_older, note_text
from pose_lib.book.mime import PLOTLY_MIME

__all__ = ["overlay"]

_NOT_RUN = (
    ":::{note}\nThis notebook was not run here, so its outputs are missing. Run it with `make book`.\n:::"
)
_OLDER = ":::{warning}\nThis page was made with code that has changed since. `make book` makes it again.\n:::"


def overlay(clean: Mapping[str, Any], executed: Mapping[str, Any] | None) -> dict[str, Any]:
    """The notebook that a page shows: the executed one, its figures described, with a note of its making.

    Where it was not run, the page says so; where the code has changed since, it says that.

    ``clean`` is the notebook as it is in git, without outputs.

    Raises:
        ValueError: the executed notebook was made from other cells than the clean one has.
    """
    clean = {**clean, "cells": [_named(cell) for cell in clean["cells"]]}
    if executed is None:
        return {**clean, "cells": [*clean["cells"][:1], _markdown("not-run", _NOT_RUN), *clean["cells"][1:]]}
    if _sources(clean) != _sources(executed):
        raise ValueError(
            "the executed notebook was made from other cells than the clean one has; run `make book`"
        )
    cells = [
        _described(_named(part))
        for cell in _hidden_alike(executed["cells"])
        for part in _one_picture_each(cell)
    ]
    if note := executed["metadata"].get(NOTE):
        older = [_markdown("older", _OLDER)] if is_older(note) else []
        text = note_text(note).replace("`", "'")
        made = _markdown("making", f":::{{container}} provenance\nHow this page was made: `{text}`\n:::")
        cells = [*cells[:1], *older, *cells[1:], made]
    return {**executed, "cells": cells}


def _markdown(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def _named(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The cell with its id among its metadata, which MyST-NB hands on to the page."""
    return {**cell, "metadata": {**cell["metadata"], "cell_id": cell.get("id", "")}}


def _sources(notebook: Mapping[str, Any]) -> list[str]:
    """Text of the cells, without the one that papermill puts in."""
    injected = "injected-parameters"
    cells = (c for c in notebook["cells"] if injected not in c.get("metadata", {}).get("tags", ()))
    return ["".join(cell["source"]).strip() for cell in cells]


def _hidden_alike(cells: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells, of which the one that papermill puts in is hidden where that with the parameters is."""
    tags = [cell.get("metadata", {}).get("tags", []) for cell in cells]
    hidden = any({"parameters", "remove-input"} <= set(of_cell) for of_cell in tags)
    for cell, of_cell in zip(cells, tags, strict=True):
        more = ["remove-input"] if hidden and "injected-parameters" in of_cell else []
        yield {**cell, "metadata": {**cell["metadata"], "tags": [*of_cell, *more]}} if more else dict(cell)


def _one_picture_each(cell: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The cell, cut before every image but the first: MyST-NB knows one description a cell."""
    outputs = cell.get("outputs", ())
    cuts = [i for i, output in enumerate(outputs) if "image/png" in output.get("data", {})][1:]
    for number, (start, end) in enumerate(itertools.pairwise((0, *cuts, len(outputs)))):
        if number == 0:
            yield {**cell, "outputs": outputs[:end]} if cuts else dict(cell)
        else:
            tags = [tag for tag in cell["metadata"].get("tags", ()) if tag != "hide-input"]
            metadata = {**cell["metadata"], "tags": [*tags, "remove-input"]}
            name = {"id": f"{cell['id']}-{number}"} if "id" in cell else {}
            yield {**cell, **name, "metadata": metadata, "outputs": outputs[start:end]}


def _described(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The cell, with the description of its first image where MyST-NB looks for it."""
    for output in cell.get("outputs", ()):
        alt = output.get("metadata", {}).get("image/png", {}).get("alt")
        if alt and PLOTLY_MIME not in output.get("data", {}):
            options = {"image": {"alt": alt}, **cell["metadata"].get("mystnb", {})}
            return {**cell, "metadata": {**cell["metadata"], "mystnb": options}}
    return dict(cell)
