"""A book whose data has the worst names: its page shows them as they are, and loads nothing from afar."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest

from pose_lib.bench.execute import execute
from pose_lib.book import build

TAKEN = "document.title = 'taken'"
NAMES = [
    f'<img src=x onerror="{TAKEN}">',
    f"</script><script>{TAKEN}</script>",
    r"a $\frac{1}$ b $$x$$ \(x\) \[x\]",
    '<a href="http://127.0.0.1:9/">link</a> <b>bold</b>',
    "&lt;i&gt; %{x} %{z:.1f} </extra>",
    f'" onmouseover="{TAKEN}" x="',
]
CELLS = [
    'preset = ""',
    f"""import numpy as np
import pandas as pd

from pose_lib.book.figures import contact_sheet
from pose_lib.book.scenes import animation_3d, skeleton_3d
from pose_lib.book.style import use_style
from pose_lib.book.tables import results_table

use_style()
names = {NAMES!r}""",
    """for name in names:
    frame = pd.DataFrame({name: [name, "b"]}, index=pd.Index([name, "second"], name=name))
    frame.columns.name = name
    display(results_table(frame, words=True, caption=name))
    display(frame)""",
    *(
        f"contact_sheet(np.zeros((1, 8, 8, 3), dtype=np.uint8), titles=[names[{i}]], alt=names[{i}]);"
        for i in range(len(NAMES))
    ),
    """pose = np.random.default_rng(0).normal(size=(17, 3)) * 300
for name in names:
    display(skeleton_3d({name: pose, "other": pose}, title=name, reference=name, alt=name))
    display(animation_3d({name: pose[None]}, title=name, alt=name))""",
]


def notebook(file: Path) -> None:
    cells = [{"cell_type": "markdown", "id": "head", "metadata": {}, "source": "# Names\n\n$$x^2$$ and $y$"}]
    for number, source in enumerate(CELLS):
        metadata = {"tags": ["parameters" if number == 0 else "remove-input"]}
        cell = {"cell_type": "code", "id": f"c{number}", "metadata": metadata, "source": source}
        cells.append({**cell, "execution_count": None, "outputs": []})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    file.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its pages, built as those of the whole book are."""
    root = tmp_path_factory.mktemp("book")
    for folder in ("book", "notebooks"):
        (root / folder).mkdir()
    shutil.copy(build.BOOK_ROOT / "_config.yml", root)
    shutil.copytree(build.BOOK_ROOT / "book/_static", root / "book/_static")
    shutil.copy(build.BOOK_ROOT / "book/references.bib", root / "book")
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/intro\nchapters:\n  - file: notebooks/names\n"
    )
    (root / "book/intro.md").write_text("# A small book\n\nAbout zebras.\n")
    notebook(root / "notebooks/names.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSE_RUNS", str(root / "runs"))
        return build.build(execute, "smoke", root).parent


@pytest.fixture(scope="module", params=["file", "http"])
def address(request: pytest.FixtureRequest, book: Path) -> Iterator[str]:
    """Where the pages are: opened as files, and on a server."""
    if request.param == "file":
        yield book.as_uri()
    else:
        with browser.serve(book) as (root, _):
            yield root


def open_page(tab: browser.Page, address: str) -> None:
    tab.resize(1280, 900)
    tab.open(address)


def wait(tab: browser.Page, milliseconds: int) -> None:
    tab.run(f"new Promise((done) => setTimeout(done, {milliseconds}))")


def violations(tab: browser.Page) -> list[str]:
    return [error for error in tab.errors if "Content Security Policy" in error]


def test_names_are_shown_as_they_are(tab: browser.Page, address: str) -> None:
    open_page(tab, f"{address}/notebooks/names.html")
    tab.run("MathJax.startup.promise.then(() => 0)")
    assert tab.run("document.querySelectorAll('article mjx-container').length") == 2
    parts = {
        "table.results caption": 1,
        "table.results thead th.col_heading": 1,
        "table.results thead th.index_name": 1,
        "table.results tbody tr:first-of-type th": 1,
        "table.results tbody tr:first-of-type td": 1,
        "table:not(.results) thead th": 3,
    }
    for part, each in parts.items():
        shown = tab.run(f"[...document.querySelectorAll('article {part}')].map((e) => e.textContent.trim())")
        given = [name for name in NAMES for _ in range(each)]
        assert [text for text in shown if text] == given, part
    described = tab.run("[...document.querySelectorAll('article img')].map((image) => image.alt)")
    assert described == NAMES
    assert not [error for error in tab.errors if "favicon" not in error]


def test_names_in_figures_are_labels(tab: browser.Page, address: str) -> None:
    open_page(tab, f"{address}/notebooks/names.html")
    figures = "document.querySelectorAll('.pose-plotly')"
    assert tab.run(f"{figures}.length") == 2 * len(NAMES)
    for number in range(2 * len(NAMES)):
        figure, name = f"{figures}[{number}]", NAMES[number // 2]
        tab.run(f"{figure}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        tab.wait(lambda f=figure: tab.run(f"!!{f}.querySelector('.modebar-btn')"), f"figure {number}")
        named = {name} if number % 2 else {name, "other"}
        texts = f"[...{figure}.querySelectorAll('.annotation-text')].map((a) => a.textContent)"
        # Each scene draws its own when it is ready, in any order.
        tab.wait(lambda t=texts, n=named: len(tab.run(t)) == len(n), f"names of {number}")
        assert tab.run(f"{figure}.getAttribute('aria-label')") == name
        assert tab.run(f"{figure}.querySelector('.gtitle').textContent") == name
        assert set(tab.run(texts)) == named
        assert (
            tab.run(
                f"{figure}.querySelectorAll('a[href], img, mjx-container, .js-plotly-plot script').length"
            )
            == 0
        )
        titles = tab.run(f"[...{figure}.querySelectorAll('.modebar-btn')].map((b) => b.dataset.title)")
        assert not [title for title in titles if "hare" in title or "Cloud" in title or "Studio" in title]
    assert tab.run("document.title").startswith("Names")
    assert not [error for error in tab.errors if "favicon" not in error]


def test_search_finds_a_page(tab: browser.Page, address: str) -> None:
    open_page(tab, f"{address}/search.html?q=zebras")
    found = "document.querySelectorAll('#search-results li a').length"
    tab.wait(lambda: tab.run(found) == 1, "a result of the search")
    assert not violations(tab)


def test_the_button_that_prints_a_page_works(tab: browser.Page, address: str) -> None:
    open_page(tab, f"{address}/notebooks/names.html")
    tab.run("window.print = () => { window.printed = true; }")
    tab.run("document.querySelector('[onclick]').click()")
    assert tab.run("window.printed") is True
    assert not violations(tab)


def test_what_got_in_runs_nothing_and_loads_nothing(tab: browser.Page, address: str, tmp_path: Path) -> None:
    """Elements and scripts that ask another host are put into a page: the host is never asked."""
    with browser.serve(tmp_path) as (other, asked):
        open_page(tab, f"{address}/notebooks/names.html")
        tab.run(
            f"""document.body.insertAdjacentHTML('beforeend', `
            <img src="{other}/image"><iframe src="{other}/frame"></iframe>
            <object data="{other}/object"></object>
            <video src="{other}/video"></video><link rel="stylesheet" href="{other}/style">
            <form action="{other}/form" method="post"></form><img src="none" onerror="{TAKEN}">
            <style>@font-face {{ font-family: f; src: url({other}/font) }} .f {{ font-family: f }}</style>
            <p class="f" style="background: url({other}/background)">text</p>`)"""
        )
        tab.run("document.forms[document.forms.length - 1].submit()")
        tab.run(
            f"""for (const [name, at] of [['script', 'src'], ['link', 'href']]) {{
            const made = document.createElement(name);
            made.rel = 'stylesheet'; made[at] = `{other}/${{name}}`; document.head.append(made); }}"""
        )
        assert tab.run(f"fetch('{other}/fetch').then(() => 'sent', () => 'blocked')") == "blocked"
        tab.run(f"navigator.sendBeacon('{other}/beacon')")
        tab.run(f"try {{ new WebSocket('{other}/socket'.replace('http', 'ws')) }} catch (error) {{}}")
        wait(tab, 500)
        assert asked == []
        assert tab.run("document.title").startswith("Names")
        assert len(violations(tab)) > 10
        # Without the policy the host is asked: the test sees what it looks for.
        page = tmp_path / "free.html"
        page.write_text(f'<img src="{other}/image">', encoding="utf-8")
        tab.open(page.as_uri())
        tab.wait(lambda: asked == ["/image"], "the other host to be asked")
