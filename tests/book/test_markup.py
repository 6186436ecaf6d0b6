"""No text that is given to a table or to a figure comes out as markup."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.book import style
from pose_lib.book.error_figures import forest
from pose_lib.book.figures import contact_sheet
from pose_lib.book.markup import figure_text, html_text, label_text, plain
from pose_lib.book.mime import figure_html
from pose_lib.book.motions import spread_bars
from pose_lib.book.scenes import animation_3d, skeleton_3d
from pose_lib.book.tables import results_table

MARKUP = st.sampled_from(
    [
        "<img src=x onerror=alert(1)>",
        "</script><b>",
        "&lt;",
        "&",
        '" onclick="x',
        "$x$",
        "%{x}",
        "\udcff",
        "\0",
    ]
)
TEXT = st.lists(st.one_of(MARKUP, st.text(max_size=8)), min_size=1, max_size=3).map("".join).filter(str.strip)


class Page(HTMLParser):
    """The elements of a page with their attributes, and what text there is between them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.texts: list[str] = []
        self.feed(re.sub("T_[0-9a-f]{8}", "T", source))  # the name of a table, which follows from its texts
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts.append(self.texts.pop() + data if self.texts else data)


class Thing:
    """A value that is no text, and is shown as one."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def table(*texts: str, words: bool) -> str:
    index, index_name, columns_name, head, cell, thing, shaped, caption = texts
    columns = {
        f"head {head}": [cell, "b"],
        "things": [Thing(thing), None],
        "shaped": [1, 2],
        "n": [0.5, np.nan],
    }
    frame = pd.DataFrame(columns, index=pd.Index([f"line {index}", "second"], name=index_name))
    frame.columns.name = columns_name
    formats = {"shaped": lambda _: shaped, "n": "{:.1f}"}
    styler = results_table(frame, caption=caption, formats=formats, words=words, best={"n": "min"})
    return str(styler.to_html())


@given(texts=st.tuples(*[TEXT] * 8), words=st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_part_of_a_table_shows_a_text_as_it_is(texts: tuple[str, ...], words: bool) -> None:
    page, quiet = Page(table(*texts, words=words)), Page(table(*"abcdefgh", words=words))
    assert page.elements == quiet.elements
    index, _, columns_name, head, cell, thing, shaped, caption = map(plain, texts)
    shown = [text.strip() for text in page.texts]
    for text in (f"line {index}", columns_name, f"head {head}", cell, thing, shaped, caption):
        assert text.strip() in shown


def test_names_of_several_levels_are_texts_too() -> None:
    levels = pd.MultiIndex.from_tuples([("<i>", "<u>")], names=["<b>", None])
    shown = results_table(pd.DataFrame([[1.0]], index=levels, columns=levels)).to_html()
    assert not {"i", "u", "b"} & {tag for tag, _ in Page(str(shown)).elements}
    assert "&lt;i&gt;" in shown


@given(TEXT)
def test_a_text_of_a_page_reads_as_it_was_given(text: str) -> None:
    page = Page(f'<p title="{html_text(text)}">{html_text(text)}</p>')
    assert page.elements == [("p", [("title", plain(text))])]
    assert page.texts == [plain(text)]
    plain(text).encode("utf-8")


@given(TEXT)
def test_a_label_of_plotly_holds_neither_an_element_nor_a_placeholder(text: str) -> None:
    label = label_text(text)
    assert not set("<>{") & set(label)
    assert html.unescape(label.replace("\r", "")) == html.unescape(html.escape(plain(text)).replace("\r", ""))


@given(name=TEXT, title=TEXT, alt=TEXT)
@settings(max_examples=10, deadline=None)
def test_names_in_a_3d_figure_cannot_leave_its_labels(name: str, title: str, alt: str) -> None:
    pose = np.zeros((17, 3), dtype=np.float32)
    poses = {f"one {name}": pose, f"two {name}": pose}
    for figure in (
        skeleton_3d(poses, title=title, reference=f"one {name}", alt=alt),
        animation_3d({n: p[None] for n, p in poses.items()}, title=title, reference=f"one {name}", alt=alt),
    ):
        content = json.loads(figure.to_json())
        titled = [trace["hovertemplate"].split("<br>right ")[0] for trace in content["data"]]
        labels = [trace["name"] for trace in content["data"]] + titled + [content["layout"]["title"]["text"]]
        labels += [note["text"] for note in content["layout"]["scene"]["annotations"]]
        assert not set("<>{") & set("".join(labels))
        page = Page(figure_html(content))
        assert [tag for tag, _ in page.elements] == ["div", "script"]
        assert dict(page.elements[0][1])["aria-label"] == plain(alt)
        assert json.loads(page.texts[1])["layout"]["title"]["text"] == label_text(title)


@pytest.mark.parametrize("name", [r"$\frac$", r"a $x$ \$ b", "$$", "5 $ and 6 $", "\udcff $^$"])
def test_dollars_in_a_matplotlib_figure_are_dollars(name: str) -> None:
    def drawn(text: str, **options: bool) -> np.ndarray:
        figure = mpl.figure.Figure(figsize=(3, 1))
        figure.text(0.1, 0.4, text, **options)
        canvas = mpl.backends.backend_agg.FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba()).copy()

    assert np.array_equal(drawn(figure_text(name)), drawn(plain(name), parse_math=False))
    frame = pd.DataFrame({"label": [name], "value": [1.0], "low": [0.0], "high": [2.0]})
    images = np.zeros((1, 8, 8, 3), dtype=np.uint8)
    for figure in (
        forest(frame),
        contact_sheet(images, titles=[name]),
        spread_bars({name: {name: 1.0}}, "mm"),
    ):
        figure.draw_without_rendering()
        style.description(figure).encode("utf-8")
