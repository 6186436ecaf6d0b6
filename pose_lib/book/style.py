"""The style of every figure: transparent backgrounds, and greys that can be read on white and black pages."""

from __future__ import annotations

import io
from html import unescape
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

import matplotlib as mpl
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from cycler import cycler
from matplotlib.figure import Figure

from pose_lib.book.markup import plain
from pose_lib.book.palette import CENTRE, CYCLE, LEFT, RIGHT, TEXT
from pose_lib.book.policy import PLOTLY_CONFIG

if TYPE_CHECKING:
    from pose_lib.geometry.skeletons import Skeleton

__all__ = ["describe", "description", "limb_colours", "use_style"]

_PIXEL_RATIO = 2.0
_alternatives: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()
_AnyFigure = TypeVar("_AnyFigure")


def use_style() -> None:
    """Apply the book's style to matplotlib, plotly and, in a notebook, to how figures are shown.

    Call it once in a notebook's first cell. Figures are then stored at twice the screen resolution,
    together with the text that :func:`describe` gave them; plotly figures are stored as data.
    """
    mpl.rc("axes", edgecolor=TEXT, facecolor="none", grid=True, prop_cycle=cycler(color=CYCLE))
    mpl.rc("axes", labelcolor=TEXT, titlecolor=TEXT, titlesize="medium")
    mpl.rc("axes.spines", right=False, top=False)
    mpl.rc("figure", dpi=100.0, facecolor="none", figsize=(7.0, 3.6))
    mpl.rc("figure.constrained_layout", use=True)
    mpl.rc("grid", alpha=0.25, color=TEXT)
    mpl.rc("image", interpolation="nearest")
    mpl.rc("legend", frameon=False, labelcolor=TEXT)
    mpl.rc("savefig", facecolor="none")
    mpl.rc("text", color=TEXT)
    mpl.rc("xtick", color=TEXT)
    mpl.rc("ytick", color=TEXT)
    pio.renderers["plotly_mimetype"].config = dict(PLOTLY_CONFIG)
    pio.renderers.default = "plotly_mimetype"
    pd.set_option("display.html.use_mathjax", False)
    pd.set_option("styler.html.mathjax", False)
    _show_with_description()


def describe(figure: _AnyFigure, text: str) -> _AnyFigure:
    """Attach the text that stands in for a figure where it cannot be seen; returns the figure.

    Raises:
        ValueError: the text is empty.
    """
    if not text.strip():
        raise ValueError("a figure's description is empty: say in a sentence what it shows")
    if isinstance(figure, Figure):
        _alternatives[figure] = plain(text)
    else:
        cast(go.Figure, figure).update_layout(meta={"alt": plain(text)})
    return figure


def description(figure: Figure | go.Figure) -> str:
    """The text given to :func:`describe`, else one made of the figure's titles and axis labels."""
    if not isinstance(figure, Figure):
        meta = figure.layout.meta
        return str(meta["alt"]) if meta else unescape(figure.layout.title.text or "Interactive figure")
    if figure in _alternatives:
        return _alternatives[figure]
    parts = [figure.get_suptitle()]
    for axes in figure.axes:
        labels = " against ".join(filter(None, (axes.get_ylabel(), axes.get_xlabel())))
        parts += [": ".join(filter(None, (axes.get_title(), labels)))]
    return "; ".join(dict.fromkeys(filter(None, parts))) or "Figure"


def limb_colours(skeleton: Skeleton) -> tuple[str, ...]:
    """One colour for each limb of a skeleton: that of the side on which its child joint lies."""
    sides = {joint: side for pair in skeleton.pairs for joint, side in zip(pair, (LEFT, RIGHT), strict=True)}
    return tuple(sides.get(child, CENTRE) for _, child in skeleton.limbs)


def _show_with_description() -> None:
    """Make a running kernel store PNG images with their description and their size on screen."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return
    import matplotlib.pyplot as plt

    plt.get_backend()  # the inline backend sets its own formatter when first asked for; ours comes after it
    from matplotlib_inline import backend_inline

    backend_inline.configure_inline_support(shell, "inline")  # type: ignore[no-untyped-call]
    if shell.display_formatter is not None:
        shell.display_formatter.formatters["image/png"].for_type(Figure, _png)


def _png(figure: Figure) -> tuple[bytes, dict[str, Any]]:
    """A figure as PNG bytes, with metadata that viewers and the book read."""
    if not figure.axes and not figure.lines:
        return b"", {}
    buffer = io.BytesIO()
    options: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.05, "metadata": {"Software": None}}
    figure.savefig(buffer, format="png", dpi=_PIXEL_RATIO * figure.dpi, **options)
    data = buffer.getvalue()
    width, height = (int(int.from_bytes(data[i : i + 4], "big") / _PIXEL_RATIO) for i in (16, 20))
    return data, {"alt": description(figure), "width": width, "height": height}
