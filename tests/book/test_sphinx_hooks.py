"""What turns an executed notebook into a page."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.typing import ArrayLike, NDArray

from pose_lib.bench.making import NOTE, note_of
from pose_lib.book.executed_pages import overlay
from pose_lib.book.mime import MARK, PLOTLY_MIME, PlotlyRenderer, figure_html
from pose_lib.book.style import describe

ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)


def content(figure) -> dict:
    return json.loads(figure.to_json())


def embedded(html: str) -> dict:
    inner = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    assert inner
    return json.loads(inner.group(1))


@pytest.fixture
def figure():
    points = np.arange(6, dtype=np.float32)
    drawn = go.Figure(go.Scatter3d(x=points, y=points, z=points), layout={"height": 321})
    drawn.frames = [go.Frame(data=[go.Scatter3d(x=points)], name="0")]
    return describe(drawn, 'A "line" </script> & more')


def test_a_figure_in_a_page_keeps_data_and_frames_and_names_no_host(figure) -> None:
    html = figure_html(content(figure))
    found = embedded(html)
    assert found["data"] == content(figure)["data"]
    assert len(found["frames"]) == 1
    assert found["layout"]["height"] == 321
    assert not ADDRESS.search(html)
    assert "require" not in html


def test_labels_cannot_end_the_script_element(figure) -> None:
    figure.update_layout(title="</script><script>alert(1)</script>")
    html = figure_html(content(figure))
    assert html.count("</script>") == 1
    assert embedded(html)["layout"]["title"]["text"] == "</script><script>alert(1)</script>"
    assert 'aria-label="A &quot;line&quot; &lt;/script&gt; &amp; more"' in html


def test_ids_are_the_same_in_each_build_and_differ_on_a_page(figure) -> None:
    identity = re.compile(r'id="([^"]+)"')
    one, again = (identity.findall(figure_html(content(figure), "1-0")) for _ in range(2))
    assert one == again
    assert one != identity.findall(figure_html(content(figure), "2-0"))


def test_the_renderer_takes_plotly_outputs_only(figure) -> None:
    data = SimpleNamespace(mime_type=PLOTLY_MIME, content=content(figure), cell_index=1, output_index=0)
    (node,) = PlotlyRenderer.handle_mime(None, data, False)
    assert MARK in node.astext()
    assert PlotlyRenderer.handle_mime(None, data, True) is None
    other = SimpleNamespace(mime_type="image/png", content=b"")
    assert PlotlyRenderer.handle_mime(None, other, False) is None


def notebook(*sources: str) -> dict:
    cells = [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in sources]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_an_executed_notebook_takes_the_place_of_the_clean_one() -> None:
    executed = notebook("a = 1", "# Parameters\na = 2", "a")
    executed["cells"][1]["metadata"]["tags"] = ["injected-parameters"]
    image = {"data": {"image/png": ""}, "metadata": {"image/png": {"alt": "Two bars"}}}
    executed["cells"][2]["outputs"] = [image]
    shown = overlay(notebook("a = 1", "a"), executed)
    assert len(shown["cells"]) == 3
    assert shown["cells"][2]["metadata"]["mystnb"]["image"]["alt"] == "Two bars"


def test_an_executed_notebook_of_other_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="run `make book`"):
        overlay(notebook("a = 1"), notebook("a = 2"))


def test_a_page_without_a_run_says_so() -> None:
    shown = overlay(notebook("a = 1", "b = 2"), None)
    assert "make book" in shown["cells"][1]["source"]
    assert [cell["source"] for cell in shown["cells"]][0::2] == ["a = 1", "b = 2"]


def test_signatures_say_what_the_source_says() -> None:
    from sphinx.util.inspect import signature, stringify_signature

    from pose_lib.book.sphinx_hooks import _plain_signature
    from pose_lib.geometry.skeletons import H36M17, Skeleton

    def function(poses: ArrayLike, pixels: NDArray[np.float64], skeleton: Skeleton = H36M17) -> float:
        return 0.0

    function.__annotations__ = {"poses": ArrayLike, "pixels": NDArray[np.float64], "skeleton": Skeleton}
    written = stringify_signature(signature(function), unqualified_typehints=True)
    plain, _ = _plain_signature(None, "function", "", None, None, written, None)
    shown = re.sub(r"~[\w.]*\.", "", str(plain))
    assert shown == "(poses: ArrayLike, pixels: ndarray, skeleton: Skeleton = H36M17)"


@pytest.mark.parametrize("tags", [["parameters"], ["parameters", "remove-input"]])
def test_the_parameters_of_a_run_are_hidden_where_the_notebooks_own_are(tags: list[str]) -> None:
    own = {"cell_type": "code", "id": "p", "metadata": {"tags": tags}, "source": 'preset = ""', "outputs": []}
    put_in = {**own, "id": "i", "metadata": {"tags": ["injected-parameters"]}, "source": 'preset = "smoke"'}
    shown = overlay({"cells": [own]}, {"cells": [own, put_in], "metadata": {}})["cells"]
    assert ("remove-input" in shown[1]["metadata"]["tags"]) == ("remove-input" in tags)
    assert put_in["metadata"] == {"tags": ["injected-parameters"]}


def test_a_page_says_how_it_was_made_and_when_it_is_older_than_the_code() -> None:
    executed = notebook("a", "b")
    executed["metadata"][NOTE] = note_of({"preset": "quick", "seed": 4}, ["pose_lib.paths"], 3.0)
    cells = overlay(notebook("a", "b"), executed)["cells"]
    assert "preset quick, seed 4" in cells[-1]["source"]
    assert len(cells) == 3
    executed["metadata"][NOTE]["code"] = "of another day"
    cells = overlay(notebook("a", "b"), executed)["cells"]
    assert "code that has changed since" in cells[1]["source"]


def test_every_image_of_a_cell_has_its_own_description() -> None:
    executed = notebook("a")
    images = [{"data": {"image/png": ""}, "metadata": {"image/png": {"alt": alt}}} for alt in ("one", "two")]
    executed["cells"][0] |= {"outputs": [{"data": {"text/html": ""}}, *images]}
    first, second = overlay(notebook("a"), executed)["cells"]
    assert [len(cell["outputs"]) for cell in (first, second)] == [2, 1]
    assert [cell["metadata"]["mystnb"]["image"]["alt"] for cell in (first, second)] == ["one", "two"]
    assert second["metadata"]["tags"] == ["remove-input"]
