"""Plotly figures in the built book: stored as data in the page, drawn by a local script, nothing fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from docutils import nodes

from pose_lib.book.markup import html_text
from pose_lib.book.policy import PLOTLY_CONFIG

__all__ = ["MARK", "PLOTLY_MIME", "PlotlyRenderer", "figure_html"]

PLOTLY_MIME = "application/vnd.plotly.v1+json"
MARK = "pose-plotly"
"""Class of the element that holds a figure: pages that have one load the two scripts."""
_PLAYER = 65
"""Pixels that the buttons of the page below an animation save against those of plotly within it."""


class PlotlyRenderer:
    """Entry point ``myst_nb.mime_renderers``: writes a notebook's plotly output into the page."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("html", PLOTLY_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: object, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Docutils nodes for a plotly output (MyST-NB's ``MimeData``); None for any other, or in a line."""
        if inline or data.mime_type != PLOTLY_MIME:
            return None
        content = data.content if isinstance(data.content, Mapping) else json.loads(data.string)
        place = f"{data.cell_index}-{data.output_index}"
        return [nodes.raw("", figure_html(content, place), format="html")]


def figure_html(figure: Mapping[str, Any], place: str = "") -> str:
    """A plotly figure as HTML that names no other host: its data, and an element that the script fills.

    ``figure`` is plotly's JSON; ``place`` tells two equal figures on one page apart, which need two ids.
    """
    layout = figure.get("layout", {})
    content = {
        "data": figure.get("data", []),
        "layout": {**layout, "template": None},  # the default template is 7 kB, and its background white
        "frames": figure.get("frames", []),
        "config": PLOTLY_CONFIG,
    }
    # No "<" inside the script element: a "</script>" in a label would end it.
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")
    identity = f"figure-{hashlib.sha256((place + text).encode()).hexdigest()[:12]}"
    alt = html_text((layout.get("meta") or {}).get("alt") or "Interactive figure")
    height = int(layout.get("height") or 450) - (_PLAYER if figure.get("frames") else 0)
    return (
        f'<div class="{MARK}" id="{identity}" role="group" aria-label="{alt}" style="min-height: {height}px">'
        f'<script type="application/json">{text}</script></div>'
    )
