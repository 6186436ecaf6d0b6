"""Plotly figures in the built book: stored as data in the page, drawn by a local script, nothing fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, ClassVar

from docutils import nodes

__all__ = ["MARK", "PLOTLY_MIME", "PlotlyRenderer", "figure_html"]

PLOTLY_MIME = "application/vnd.plotly.v1+json"
MARK = "pose-plotly"
"""Class of the element that holds a figure: pages that have one load the two scripts."""

_CONFIG = {"displaylogo": False, "responsive": True, "scrollZoom": False}


class PlotlyRenderer:
    """Entry point ``myst_nb.mime_renderers``: writes a notebook's plotly output into the page."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("html", PLOTLY_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: object, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Docutils nodes for a plotly output, None for any other.

        Args:
            renderer: of MyST-NB; not used.
            data: MyST-NB's ``MimeData``.
            inline: True within a line of text, where no figure can be shown.
        """
        if inline or data.mime_type != PLOTLY_MIME:
            return None
        content = data.content if isinstance(data.content, Mapping) else json.loads(data.string)
        place = f"{data.cell_index}-{data.output_index}"
        return [nodes.raw("", figure_html(content, place), format="html")]


def figure_html(figure: Mapping[str, Any], place: str = "") -> str:
    """A plotly figure as HTML that names no other host: its data, and an element that the script fills.

    Args:
        figure: plotly's JSON: ``data``, ``layout`` and, of an animation, ``frames``.
        place: where on the page it is shown; two equal figures on one page need two ids.
    """
    layout = figure.get("layout", {})
    content = {
        "data": figure.get("data", []),
        "layout": {**layout, "template": None},  # the default template is 7 kB, and its background white
        "frames": figure.get("frames", []),
        "config": _CONFIG,
    }
    # No "<" inside the script element: a "</script>" in a label would end it.
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")
    identity = f"figure-{hashlib.sha256((place + text).encode()).hexdigest()[:12]}"
    meta = layout.get("meta")
    alt = str(meta.get("alt", "")) if isinstance(meta, Mapping) else ""
    height = int(layout.get("height") or 450)
    return (
        f'<div class="{MARK}" id="{identity}" role="img" aria-label="{escape(alt or "Interactive figure")}"'
        f' style="min-height: {height}px">'
        f'<script type="application/json">{text}</script></div>'
    )
