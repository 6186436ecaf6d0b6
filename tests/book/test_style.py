"""Colours of sides and systems, and the descriptions of figures."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from pose_lib.book import style
from pose_lib.book.palette import CENTRE, LEFT, RIGHT
from pose_lib.book.policy import PLOTLY_CONFIG
from pose_lib.geometry.skeletons import SKELETONS


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_each_limb_takes_one_colour(skeleton) -> None:
    colours = style.limb_colours(skeleton)
    assert len(colours) == len(skeleton.limbs)
    for (_, child), colour in zip(skeleton.limbs, colours, strict=True):
        mirrored = style.limb_colours(skeleton)[[c for _, c in skeleton.limbs].index(skeleton.mirror[child])]
        swap = {LEFT: RIGHT, RIGHT: LEFT, CENTRE: CENTRE}
        assert mirrored == swap[colour]


def test_a_figure_describes_itself_where_nobody_did() -> None:
    figure = mpl.figure.Figure()
    figure.add_subplot().set(title="Errors", xlabel="joint", ylabel="mm")
    assert style.description(figure) == "Errors: mm against joint"
    assert style.description(style.describe(figure, "Bars.")) == "Bars."
    with pytest.raises(ValueError, match="empty"):
        style.describe(figure, " ")


def test_every_figure_that_a_notebook_shows_has_the_options_of_the_book(monkeypatch) -> None:
    monkeypatch.setattr(pio.renderers, "default", pio.renderers.default)
    with mpl.rc_context(), pd.option_context("display.html.use_mathjax", True, "styler.html.mathjax", True):
        style.use_style()
        assert not pd.get_option("styler.html.mathjax")
        (bundle,) = pio.renderers["plotly_mimetype"].to_mimebundle(go.Figure().to_dict()).values()
    assert bundle["config"] == PLOTLY_CONFIG
    assert (bundle["config"]["plotlyServerURL"], bundle["config"]["showSendToCloud"]) == ("", False)
    assert "sendChartToCloud" in bundle["config"]["modeBarButtonsToRemove"]
