"""Heads of tables, numbers of figures, and the names of pictures."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from pose_lib.book.page_markup import (
    card_tags,
    improved,
    light_code,
    named_summaries,
    numbered_figures,
    scoped_tables,
    web_pictures,
)
from pose_lib.book.tables import results_table

IMAGE = (
    '<a class="reference internal image-reference" href="../_images/a1.png"><img alt="{}" '
    'src="../_images/a1.png" style="width: 9px;" />\n</a>'
)
PLOTLY = (
    '<div class="pose-plotly" id="f" role="group" aria-label="A pose" style="">'
    '<script type="application/json">{}</script></div>'
)


def test_every_head_cell_has_a_scope_and_none_is_empty() -> None:
    frame = pd.DataFrame({"a": [1.0], "b": [2.0]}, index=["one"])
    for html in (results_table(frame).to_html(), frame.to_html()):
        page = scoped_tables(html)
        heads = re.findall(r"<th\b([^>]*)>(.*?)</th>", page, re.DOTALL)
        assert [text.strip() for _, text in heads] == ["a", "b", "one"]
        assert [re.search(r'scope="(\w+)"', attributes)[1] for attributes, _ in heads] == [
            "col",
            "col",
            "row",
        ]
        assert page.startswith('<div class="table-scroll">') or "<style" in page


def test_heads_over_several_cells_say_so() -> None:
    columns = pd.MultiIndex.from_tuples([("x", "a"), ("x", "b")])
    index = pd.MultiIndex.from_tuples([("one", "p"), ("one", "q")])
    page = scoped_tables(pd.DataFrame([[1, 2], [3, 4]], index=index, columns=columns).to_html())
    assert page.count('scope="colgroup"') == 1
    assert page.count('scope="rowgroup"') == 1


def test_cells_do_not_repeat_where_they_stand() -> None:
    html = results_table(pd.DataFrame({"a": [1.0, 2.0]}, index=["one", "two"]), best="min").to_html()
    page = scoped_tables(html)
    assert html.count('class="data row') == 2
    assert "data row" not in page
    assert re.findall(r">([\d.]+)</td>", page) == ["1.0", "2.0"]
    rule = re.search(r"(#T_\w+_row0_col0) {\s*font-weight: bold", page)
    assert f'id="{rule[1][1:]}"' in page


def test_a_scope_that_is_there_is_kept() -> None:
    table = '<table><tr><th scope="row">a</th></tr></table>'
    assert table in scoped_tables(table)


def test_figures_of_outputs_are_numbered_in_their_order_and_described() -> None:
    body = f"<figure>{IMAGE.format('prose')}</figure><p>x</p>{IMAGE.format('Two bars')}{PLOTLY}"
    page = numbered_figures(body)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    assert [re.sub("<[^>]*>", "", text) for text in captions] == ["Figure 1. Two bars", "Figure 2. A pose"]
    assert page.startswith(body[: body.index("<p>")])
    assert re.findall(r'<figure class="numbered" id="([^"]*)"', page) == ["figure-1", "figure-2"]


@pytest.mark.parametrize("up", ["", "../", "../../"])
def test_pages_name_the_smaller_pictures(up: str) -> None:
    assert web_pictures(f'<img src="{up}_images/a.png">') == f'<img src="{up}_images/a.webp">'
    assert web_pictures('<a href="https://x/_images/a.png">') == '<a href="https://x/_images/a.png">'


def test_code_keeps_the_marks_that_mean_something() -> None:
    code = (
        '<span class="k">def</span><span class="w"> </span><span class="nf">f</span><span class="p">(</span>'
    )
    assert light_code(code) == '<span class="k">def</span> <span class="nf">f</span>('


def test_intervals_stand_in_small_type() -> None:
    table = scoped_tables("<table><tr><td>12.5 [11.0,\u00a013.9] ±0.2</td><td>[1, 2]</td></tr></table>")
    assert '12.5 <small class="bounds">[11.0,\u00a013.9]</small> ±0.2' in table
    assert "<td>[1, 2]</td>" in table


def test_buttons_of_the_contents_have_names() -> None:
    assert 'aria-label="' in named_summaries("<details><summary><i></i></summary></details>")


def test_a_card_has_the_title_as_text_and_the_address_of_the_book() -> None:
    tags = card_tags('A &amp; <em>B</em> "C"', "Book", "https://example.org/book/")
    assert 'content="A &amp; B &quot;C&quot;"' in tags
    assert 'content="https://example.org/book/_static/card.png"' in tags


def test_a_page_gets_all_of_it() -> None:
    page = improved(f"<table><tr><th>a</th></tr></table>{IMAGE.format('x')}")
    assert all(part in page for part in ('scope="row"', "a1.webp", "Figure 1."))


def test_of_a_long_description_the_first_sentence_is_the_caption() -> None:
    figure = '<a class="reference internal image-reference" href="x"><img alt="{}" src="x.png"></a>'
    long = "One line per idea, to the right: better. " + "first +1.5 points, " * 30
    found = numbered_figures(figure.format(long))
    assert f'alt="{long}"' in found
    assert found.count("One line per idea, to the right: better.</figcaption>") == 1
    short = "Two lines. Both rise."
    assert f"{short}</figcaption>" in numbered_figures(figure.format(short))


def test_heads_without_words_and_references_have_roles_that_fit() -> None:
    table = "<table><thead><tr><th><p></p></th><th><p>x</p></th></tr></thead></table>"
    found = improved(table)
    assert "<td></td>" in found
    assert '<th scope="col"><p>x</p></th>' in found
    entry = improved('<div role="list"><div class="citation" role="doc-biblioentry">One.</div></div>')
    assert entry == '<div role="list"><div class="citation" role="listitem">One.</div></div>'
