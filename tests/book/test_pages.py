"""Every built page in a real browser: no error, no blank figure, no request to another host."""

from __future__ import annotations

import io
import re
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browser
import numpy as np
import pytest
from PIL import Image

from pose_lib.book.build import BOOK_ROOT
from pose_lib.book.links import broken_links
from pose_lib.book.policy import policy_tag

HTML = BOOK_ROOT / "_build" / "html"
PAGES = sorted(
    str(path.relative_to(HTML))
    for path in HTML.rglob("*.html")
    if not {"_static", "_sources"} & set(path.relative_to(HTML).parts)
)
LEADS_ON = "index.html"
"""The page that leads to the first page before anything can be asked of it."""
SHOWN = [name for name in PAGES if name != LEADS_ON] or [LEADS_ON]
PHONE = (390, 800)
DESKTOP = (1280, 900)

pytestmark = pytest.mark.skipif(not PAGES, reason="the book is not built: run `make book`")


def open_page(tab: browser.Page, name: str) -> None:
    tab.resize(*DESKTOP)
    tab.open((HTML / name).as_uri())


@pytest.mark.parametrize("name", SHOWN)
def test_page(tab: browser.Page, name: str) -> None:
    open_page(tab, name)
    check_formulas(tab)
    check_images(tab)
    check_figures(tab)
    tab.resize(*PHONE, mobile=True)
    width = tab.run("document.documentElement.scrollWidth")
    assert width <= PHONE[0] + 1, f"{name} is {width} pixels wide on a phone of {PHONE[0]}"
    tab.run("new Promise((done) => setTimeout(done, 50))")
    assert not tab.errors
    outside = [
        address for address in tab.requests if urlsplit(address).scheme not in ("file", "data", "blob")
    ]
    assert not outside, f"{name} asks another host"
    missing = [
        a for a in tab.requests if a.startswith("file:") and not Path(unquote(urlsplit(a).path)).exists()
    ]
    assert not missing


def check_formulas(tab: browser.Page) -> None:
    """Each formula was turned into a picture, without an error mark."""
    if tab.run("document.querySelectorAll('.math').length"):
        tab.run("MathJax.startup.promise.then(() => 0)")
        blank = (
            "[...document.querySelectorAll('.math')].filter((m) => !m.querySelector('mjx-container svg g'))"
        )
        assert tab.run(f"{blank}.map((m) => m.textContent)") == []
        assert tab.run("document.querySelectorAll('[data-mml-node=merror]').length") == 0


def check_images(tab: browser.Page) -> None:
    """Each image of the text is there, and has a description that is not its file name."""
    content = "[...document.querySelectorAll('article img')]"
    tab.run(f"Promise.all({content}.map((i) => i.decode().catch(() => 0))).then(() => 0)")
    assert tab.run(f"{content}.filter((i) => !i.naturalWidth).map((i) => i.src)") == []
    bare = f"{content}.filter((i) => !i.alt || /[.](png|svg|jpe?g)$/.test(i.alt)).map((i) => i.src)"
    assert tab.run(bare) == [], "images without a description"


def check_figures(tab: browser.Page) -> None:
    """Each interactive figure shows something coloured when the reader gets to it."""
    for number in range(tab.run("document.querySelectorAll('.pose-plotly').length")):
        figure = f"document.querySelectorAll('.pose-plotly')[{number}]"
        tab.run(f"{figure}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        tab.wait(lambda f=figure: tab.run(f"!!{f}.querySelector('.main-svg')"), f"figure {number}")
        tab.wait(lambda f=figure: coloured_pixels(tab, f) > 30, f"colour in figure {number}", timeout=15)
        assert tab.run(f"{figure}.getAttribute('aria-label').length") > 5
        boxes = f"[{figure}, {figure}.lastElementChild].map((e) => e.getBoundingClientRect().height)"
        outer, inner = tab.run(boxes)
        assert abs(outer - inner) < 2, "the place kept for a figure has its height"
        check_buttons(tab, figure)


def check_buttons(tab: browser.Page, figure: str) -> None:
    """A figure offers views of itself and a picture, and knows no host that it could be sent to."""
    buttons = tab.run(f"[...{figure}.querySelectorAll('.modebar-btn')].map((b) => b.dataset.title)")
    assert "Download plot as a PNG" in buttons
    sending = re.compile(r"share|cloud|studio|upload|send|edit", re.IGNORECASE)
    assert not [title for title in buttons if sending.search(title)]
    assert tab.run(f"[...{figure}.querySelectorAll('a[href]')].map((a) => a.href)") == []
    context = f"{figure}.querySelector('.js-plotly-plot')._context"
    shown = f"['plotlyServerURL', 'showSendToCloud', 'displaylogo'].map((name) => {context}[name])"
    assert tab.run(shown) == ["", False, False]
    picture = f"Plotly.toImage({figure}.querySelector('.js-plotly-plot'), {{format: 'png'}})"
    assert tab.run(f"{picture}.then((address) => address.slice(0, 15))") == "data:image/png;"


def coloured_pixels(tab: browser.Page, figure: str) -> int:
    """How many pixels of a figure are neither white, black nor grey."""
    box = tab.run(
        f"(() => {{ const b = {figure}.getBoundingClientRect();"
        " return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height}; })()"
    )
    picture = np.asarray(Image.open(io.BytesIO(tab.picture(box))).convert("RGB")).astype(int)
    return int((np.ptp(picture, axis=-1) > 60).sum())


def test_the_test_sees_what_is_wrong(tab: browser.Page, tmp_path: Path) -> None:
    """A page with an error, an address, a missing image and a blank figure fails on each of them."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<article><img src='none.png' alt='x'><div class='pose-plotly' aria-label='a figure'></div></article>"
        "<script>console.error('broken')</script><script src='http://127.0.0.1:9/x.js'></script>",
        encoding="utf-8",
    )
    tab.open(bad.as_uri())
    assert any("broken" in error for error in tab.errors)
    assert any(address.startswith("http:") for address in tab.requests)
    with pytest.raises(AssertionError, match=r"none\.png"):
        check_images(tab)
    tab.run("document.querySelector('img').remove()")
    assert coloured_pixels(tab, "document.body") == 0
    tab.run("document.body.style.background = 'red'")
    assert coloured_pixels(tab, "document.body") > 30


@pytest.mark.parametrize("name", PAGES or [LEADS_ON])
def test_each_page_has_the_policy_before_all_that_it_loads(name: str) -> None:
    text = (HTML / name).read_text(encoding="utf-8")
    assert text.count(policy_tag()) == 1
    assert not re.search(r"<(script|style|link|img|iframe)\b", text[: text.index(policy_tag())])


@pytest.mark.parametrize("name", [n for n in PAGES if n.startswith("notebooks/")] or [LEADS_ON])
def test_a_chapter_is_whole_on_a_server_too(tab: browser.Page, name: str) -> None:
    tab.resize(*DESKTOP)
    with browser.serve(HTML) as (address, _):
        tab.open(f"{address}/{name}")
        check_formulas(tab)
        check_figures(tab)
        assert not [error for error in tab.errors if "favicon" not in error]
        assert not [a for a in tab.requests if not a.startswith((address, "data:", "blob:"))]


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which checks what readers need who see less, or use no mouse."""
    return resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")


SHARED = ("plotly.min.js", "mathjax.js", "fontawesome.js")
THEIRS = (".gl-container", ".sidebar-primary-item", "script")
"""What plotly and the theme write: scenes of one name, the book's title beside the landmarks."""


def violations(tab: browser.Page, axe: str) -> list[str]:
    """What axe-core finds on a page, folded parts opened: rule, element and reason."""
    tab.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    # Wide tables are marked when they are laid out, that is before the second frame.
    tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")
    tab.run("document.getAnimations().forEach((change) => change.finish()), 0")  # of colours
    tab.run("window.dispatchEvent(new Event('beforeprint')), 0")  # draws all figures
    figures = "document.querySelectorAll('.pose-plotly').length"
    drawn = "document.querySelectorAll('.pose-plotly .main-svg:first-of-type').length"
    tab.wait(lambda: tab.run(f"{figures} <= {drawn}"), "the figures")
    tab.run(f"(() => {{ {axe} }})(), 0")
    excluded = [[part] for part in THEIRS]
    found = tab.run(
        f"axe.run({{exclude: {excluded}}}, {{resultTypes: ['violations']}}).then(({{violations}}) =>"
        " violations.flatMap((v) => v.nodes.map("
        "(n) => `${v.id}: ${n.html.slice(0, 120)} ${n.failureSummary}`)))"
    )
    # Newer versions of axe-core than the packaged one have these two rules as well.
    empty = (
        "[...document.querySelectorAll('th, summary')].filter((e) => !e.textContent.trim() && !e.ariaLabel)"
    )
    return [*found, *tab.run(f"{empty}.map((e) => `empty: ${{e.outerHTML.slice(0, 120)}}`)")]


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [n for n in SHOWN if not n.startswith("_modules/")])
def test_a_page_serves_all_readers(tab: browser.Page, axe: str, name: str, theme: str) -> None:
    open_page(tab, name)
    tab.run(f"document.documentElement.dataset.theme = '{theme}', 0")
    assert violations(tab, axe) == []


def test_the_page_that_leads_on_is_whole(tab: browser.Page, axe: str, tmp_path: Path) -> None:
    """It leads to a page that is there, and serves all readers for the moment that it is seen."""
    lead = re.compile(r'<meta http-equiv="Refresh" content="0; url=([^"]+)" />')
    text = (HTML / LEADS_ON).read_text(encoding="utf-8")
    found = lead.search(text)
    assert found
    assert (HTML / found[1]).is_file()
    still = tmp_path / LEADS_ON
    still.write_text(lead.sub("", text), encoding="utf-8")
    tab.open(still.as_uri())
    assert violations(tab, axe) == []
    assert not tab.errors


def test_what_keeps_readers_out_is_seen(tab: browser.Page, axe: str, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        "<html lang='en'><title>x</title><main><h1>x</h1><table><tr><th></th><th>a</th></tr></table>"
        "<p style='color: #bbb; background: #fff'>pale</p><button></button></main></html>",
        encoding="utf-8",
    )
    tab.open(page.as_uri())
    found = violations(tab, axe)
    assert {text.partition(":")[0] for text in found} >= {"color-contrast", "button-name", "empty"}


def test_keys_reach_the_controls_of_animations(tab: browser.Page) -> None:
    """The button starts an animation and stops it, the slider shows where it is: both can be focused."""
    name = next(n for n in PAGES if '"frames":[{' in (HTML / n).read_text(encoding="utf-8"))
    open_page(tab, name)
    row = "document.querySelector('.pose-controls')"
    moving = (
        "[...document.querySelectorAll('.pose-plotly')].find((f) => f.textContent.includes('frames\":[{'))"
    )
    tab.run(f"{moving}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
    tab.wait(lambda: tab.run(f"!!{row}"), "the controls")
    button, slider = f"{row}.querySelector('button')", f"{row}.querySelector('input')"
    for control in (button, slider):
        tab.run(f"{control}.focus()")
        assert tab.run(f"document.activeElement === {control}")
    tab.run(f"{button}.click()")
    tab.wait(lambda: tab.run(f"+{slider}.value > 0"), "the next frame")
    assert tab.run(f"{button}.textContent") == "Pause"
    tab.run(f"{button}.click()")
    assert tab.run(f"{button}.textContent") == "Play"
    assert tab.run("document.querySelectorAll('.updatemenu-button, .slider-container').length") == 0


def test_links_lead_somewhere() -> None:
    assert broken_links(HTML) == []


def test_pages_are_small() -> None:
    """Below 3 MB each with its pictures, and 25 MB in all, beside the scripts that all share."""
    sizes = {}
    for name in PAGES:
        text = (HTML / name).read_text(encoding="utf-8")
        pictures = set(re.findall(r'src="(?:\.\./)*(_images/[^"]+)"', text))
        sizes[name] = len(text.encode()) + sum((HTML / p).stat().st_size for p in pictures)
    assert {name: size for name, size in sizes.items() if size > 3e6} == {}
    files = [file for file in HTML.rglob("*") if file.is_file() and file.name not in SHARED]
    assert sum(file.stat().st_size for file in files) < 25e6
    assert not list((HTML / "_images").glob("*.png"))


def test_contents_of_a_page_name_code_without_marks_of_its_words() -> None:
    page = (HTML / "book/api/papers.html").read_text(encoding="utf-8")
    contents = re.findall(r'<nav (?:aria-label="Page"|id="pst-page-toc-nav").*?</nav>', page, re.DOTALL)
    assert len(contents) == 2
    for entries in contents:
        assert entries.count("<code") > 100
        assert 'class="pre"' not in entries


def test_no_page_shows_markup_that_was_not_understood() -> None:
    for name in PAGES:
        text = (HTML / name).read_text(encoding="utf-8")
        assert 'class="problematic"' not in text, name
        assert "{eval-rst}" not in text, name


def test_equations_have_the_numbers_of_their_papers_also_in_links() -> None:
    numbers: list[tuple[str, str]] = []
    for page in (HTML / "notebooks").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        numbers += re.findall(r'id="equation-\w+-eq(\d+)">\s*<span class="eqno">\((\d+)\)', text)
        numbers += re.findall(r'href="[\w./]*#equation-\w+-eq(\d+)">\((\d+)\)', text)
    assert numbers
    assert all(label == shown for label, shown in numbers), numbers
